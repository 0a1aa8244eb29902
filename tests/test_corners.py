"""Corners of the helpers that no lesson reaches: keys pressed twice, facts of a broken computer."""

import io
import sys
import tarfile
from dataclasses import replace
from types import SimpleNamespace

import psutil
import pytest
from test_numbers import derive_weather

import helpers
from helpers import environment
from helpers.exercises import EXERCISES
from helpers.exercises.judging import NumberExercise
from helpers.widgets.entry import Entry


def test_every_helper_is_offered_before_it_is_loaded():
    assert set(helpers.__all__) <= set(dir(helpers))


def test_a_package_that_is_missing_is_seen(monkeypatch):
    monkeypatch.setitem(environment.CHECKED, "nothing-of-this-name", "1.0")
    seen = environment.facts()
    assert seen.versions["nothing-of-this-name"] is None
    assert "✗ nothing-of-this-name is missing" in repr(environment.Report(environment.findings(seen)))


@pytest.mark.parametrize(("absolute", "lab", "known"), [(True, True, True), (True, False, False), (False, True, False)])
def test_the_folder_of_the_server_is_that_of_its_python(absolute, lab, known, tmp_path, monkeypatch):
    (tmp_path / ("share/jupyter/labextensions" if lab else "share")).mkdir(parents=True)
    (tmp_path / "bin").mkdir()
    monkeypatch.chdir(tmp_path / "bin")
    command = str(tmp_path / "bin" / "python") if absolute else "python"
    monkeypatch.setenv("JPY_PARENT_PID", "77")
    monkeypatch.setattr(psutil, "Process", {77: SimpleNamespace(cmdline=lambda: [command, "-m", "jupyter"])}.get)
    assert environment.facts().server == (str(tmp_path) if known else None)


MANAGER = "@jupyter-widgets/jupyterlab-manager"
PACKAGES = {
    "both": ({MANAGER: '{"version": "5.0.1"}', "anywidget": '{"version": "0.9.0"}'}, "5.0.1"),
    "one alone": ({MANAGER: '{"version": "5.0.1"}'}, None),
    "no JSON": ({MANAGER: "version 5.0.1", "anywidget": '{"version": "0.9.0"}'}, None),
    "no version": ({MANAGER: "{}", "anywidget": '{"version": "0.9.0"}'}, None),
}


@pytest.mark.parametrize("case", PACKAGES)
def test_the_version_of_the_widgets_in_the_lab(case, tmp_path, monkeypatch):
    files, version = PACKAGES[case]
    for name, text in files.items():
        folder = tmp_path / "share/jupyter/labextensions" / name
        folder.mkdir(parents=True)
        (folder / "package.json").write_text(text, encoding="utf-8")
    monkeypatch.delenv("JPY_PARENT_PID", raising=False)
    monkeypatch.setattr(environment, "jupyter_path", lambda *parts: [])
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    assert environment.facts().widgets == version


def test_enter_pressed_twice_hands_over_once():
    handed = []
    field = Entry(handed.append, value="(5, 3)")
    waits = []
    for _ in range(2):
        field._handle_custom_msg({"event": "submit"}, [])
        waits.append(field._waiting)
    for wait in waits:
        wait.join(60)
    assert handed == ["(5, 3)"]


def test_an_author_is_told_of_an_exercise_that_cannot_be_judged():
    alike = NumberExercise(id="rain", sizes={"days": range(2, 9)}, right=lambda days: days, wrong={"same": int})
    with pytest.raises(RuntimeError, match="rain: no sizes tell its answers apart"):
        replace(alike, wrong={"same": lambda days: days}).draw(0)
    with pytest.raises(AssertionError, match=r"layers_last_output: the choice 'h_n\[0\]' has no feedback"):
        replace(EXERCISES["layers_last_output"], wrong={}).judge("h_n[0]", {})


def archive(module, member, content, monkeypatch):
    """The bytes of an archive with one member, whose checksums the module takes for the right ones."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        member.size = len(content)
        tar.addfile(member, io.BytesIO(content))
    for name, data in (("ARCHIVE_SHA256", packed.getvalue()), ("MEMBER_SHA256", content)):
        monkeypatch.setattr(module, name, module.hashlib.sha256(data).hexdigest())
    return packed.getvalue()


ROWS = b"feat_1,feat_2,feat_3,feat_4,feat_5,feat_6,feat_7,feat_8,target\n50,0,1000,0,0,0,0,0,1\n32,0,990,0,0,0,0,0,0\n"


def test_the_weather_is_written_and_compared(tmp_path, monkeypatch, capsys):
    module, source, target = derive_weather(), tmp_path / "weather.tar.gz", tmp_path / "weather.csv"
    source.write_bytes(archive(module, tarfile.TarInfo(module.MEMBER), ROWS, monkeypatch))

    def run(*options):
        monkeypatch.setattr(sys, "argv", ["derive_weather.py", str(source), *options])
        module.run(module.__doc__, target, lambda name: module.derive(module.read_member(name)))

    run()
    assert target.read_bytes() == b"temp_c,slp_hpa,rain\n10.0,1000.0,1\n0.0,990.0,0\n"
    run("--check")
    assert capsys.readouterr().out.count(f"weather.csv: {target.stat().st_size} bytes, sha256 ") == 2
    target.write_bytes(b"another")
    with pytest.raises(SystemExit, match=r"weather\.csv is not what this script derives"):
        run("--check")
    assert target.read_bytes() == b"another"


def test_an_archive_whose_member_is_another_or_a_folder_is_refused(tmp_path, monkeypatch):
    module, source = derive_weather(), tmp_path / "weather.tar.gz"
    member = tarfile.TarInfo(module.MEMBER)
    source.write_bytes(archive(module, member, ROWS, monkeypatch))
    monkeypatch.setattr(module, "MEMBER_SHA256", "0")
    with pytest.raises(SystemExit, match=f"{module.MEMBER}: sha256 is .*, expected 0"):
        module.read_member(source)
    member.type = tarfile.DIRTYPE
    source.write_bytes(archive(module, member, b"", monkeypatch))
    with pytest.raises(ValueError, match="is no file in"):
        module.read_member(source)
