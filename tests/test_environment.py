"""The check of the environment: each thing broken for itself is named, with what to do; nothing broken, nothing said."""

import re
import subprocess
import sys
from dataclasses import replace

import pytest

from helpers import check_environment
from helpers.environment import CHECKED, Facts, Report, facts, findings

GOOD = Facts((3, 11, 7), "/course/env/bin/python", dict(CHECKED), "/course/env", "/course/env", "5.0.16", (1, 1))
BROKEN = {
    "old Python": ({"python": (3, 10, 2)}, "Python 3.10.2 runs this notebook; the course needs 3.11 or newer"),
    "no torch": ({"versions": CHECKED | {"torch": None}}, 'torch is missing .*"/course/env/bin/python" -m pip install -r requirements.txt'),
    "no ipywidgets": ({"versions": CHECKED | {"ipywidgets": None}}, "ipywidgets is missing"),
    "old ipywidgets": ({"versions": CHECKED | {"ipywidgets": "7.8.1"}}, 'ipywidgets 7.8.1 is too old.*needs 8.*-m pip install -r requirements.txt'),
    "a minor version too old": ({"versions": CHECKED | {"torch": "2.0.1"}}, "torch 2.0.1 is too old; the course needs 2.13.0"),
    "old Lab": ({"versions": CHECKED | {"jupyterlab": "3.6.0"}}, "jupyterlab 3.6.0 is too old"),
    "old torch": ({"versions": CHECKED | {"torch": "1.13.1+cpu"}}, "torch 1.13.1.cpu is too old"),
    "no side in the Lab": ({"widgets": None}, 'part in JupyterLab was not found for /course/env.*-m pip install'),
    "another kernel": ({"server": "/other/env"}, "started from /other/env, and this notebook runs in /course/env"),
    "threads": ({"threads": (1, 8)}, "works with 8 threads"),
}  # fmt: skip


def test_nothing_wrong_is_said_in_one_line():
    report = Report(findings(GOOD))
    assert report.ready
    assert repr(report) == "All is well: you can start."
    assert report._repr_html_().count("✓") == len(report.findings) == 9


@pytest.mark.parametrize("case", BROKEN)
def test_each_broken_thing_is_named_alone(case):
    change, words = BROKEN[case]
    found = findings(replace(GOOD, **change))
    (wrong,) = [finding for finding in found if not finding.good]
    assert re.search(words, wrong.words), wrong.words
    report = Report(found)
    assert not report.ready
    assert repr(report).startswith(f"✗ {wrong.words}\nMend what has a cross")


def test_another_version_is_no_fault():
    (other,) = [f for f in findings(replace(GOOD, versions=CHECKED | {"torch": "2.14.0"})) if "torch" in f.words]
    assert other.good
    assert "checked with 2.13.0" in other.words


def test_a_server_that_is_not_known_is_not_judged():
    assert len(findings(replace(GOOD, server=None))) == 8


def test_here_all_is_well():
    seen = facts()
    assert seen.kernel == sys.prefix
    assert seen.python == sys.version_info[:3]
    assert seen.threads == (1, 1)
    assert check_environment().ready, check_environment()


def test_words_of_the_computer_are_escaped():
    report = Report(findings(replace(GOOD, server="<b>/x</b>")))
    assert "&lt;b&gt;" in report._repr_html_()


def last_line(script):
    """The last line that a Python says which runs `script`."""
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert found.returncode == 1
    return found.stderr.strip().splitlines()[-1]


def test_without_torch_one_sentence_helps():
    last = last_line("import sys; sys.modules['torch'] = None\nimport helpers")
    assert last.startswith("ModuleNotFoundError: PyTorch is missing in the Python that runs this")
    assert "-m pip install -r requirements.txt" in last


@pytest.mark.parametrize("package", ["ipywidgets", "anywidget", "matplotlib", "PIL"])
def test_without_a_package_one_sentence_helps(package):
    last = last_line(f"import sys; sys.modules['{package}'] = None\nimport helpers\nhelpers.explore_layers")
    assert last.startswith(f"ModuleNotFoundError: {package} is missing in the Python that runs this notebook")
    assert "-m pip install -r requirements.txt" in last


def test_with_older_widgets_one_sentence_helps(tmp_path):
    """A folder that looks to Python like an older ipywidgets, in front of the real one."""
    folder = tmp_path / "ipywidgets-7.8.5.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: ipywidgets\nVersion: 7.8.5\n")
    last = last_line(f"import sys; sys.path.insert(0, {str(tmp_path)!r})\nimport helpers\nhelpers.explore_layers")
    assert last.startswith("ImportError: ipywidgets 7.8.5 is too old; the course needs 8.1.9.")


def test_what_helpers_miss_of_their_own_is_no_missing_package():
    last = last_line(
        "import sys; sys.modules['helpers.widgets.explorer'] = None\nimport helpers\nhelpers.explore_layers"
    )
    assert "import of helpers.widgets.explorer halted" in last
