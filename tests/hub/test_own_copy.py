"""How the course comes into a learner's home: at each start of a server, and whatever happens to the pull."""

import errno
import importlib.util
import os
import shutil
import subprocess

import pytest
from hub import CLASSROOM, course_repository, git

LESSON = "notebooks/04_multilayer_rnn.ipynb"
DIES_WHILE_CLONING = """#!/bin/sh
if [ "$1" = clone ]; then
    for folder; do :; done
    mkdir -p "$folder/.git"
    kill -9 $$
fi
exec {git} "$@"
"""


@pytest.fixture
def start_server():
    """The module that starts a learner's server; it is a script and no part of the package."""
    specification = importlib.util.spec_from_file_location("start_server", CLASSROOM / "start_server.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.fixture
def teacher(installed, tmp_path):
    return course_repository(tmp_path / "teacher")


@pytest.fixture
def home(tmp_path):
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_first_start_brings_the_lessons(start_server, teacher, home):
    assert start_server.bring(str(teacher), "", home)
    assert (home / "course" / LESSON).read_bytes() == (teacher / LESSON).read_bytes()
    assert names(home) == ["course"]


def publish(teacher, name, text):
    """The teacher's next version: one file new, or another."""
    (teacher / name).write_text(text, encoding="utf-8")
    git(teacher, "add", "--all")
    git(teacher, "commit", "-q", "-m", f"Another {name}")


def test_next_start_brings_what_is_new_and_keeps_what_was_changed(start_server, teacher, home):
    start_server.bring(str(teacher), "", home)
    mine = home / "course" / LESSON
    mine.write_text(mine.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    before = mine.read_bytes()
    publish(teacher, LESSON, "\n" + (teacher / LESSON).read_text(encoding="utf-8"))  # far from the learner's change
    publish(teacher, "notebooks/08_new.ipynb", "{}")
    assert start_server.bring(str(teacher), "", home)
    assert (home / "course" / "notebooks" / "08_new.ipynb").read_text(encoding="utf-8") == "{}"
    assert mine.read_bytes() == before
    assert names(home) == ["course"]


def test_a_lock_that_a_killed_pull_left(start_server, teacher, home):
    start_server.bring(str(teacher), "", home)
    publish(teacher, "notebooks/08_new.ipynb", "{}")
    for name in ("index.lock", "HEAD.lock"):
        (home / "course" / ".git" / name).touch()
    assert start_server.bring(str(teacher), "", home)
    assert (home / "course" / "notebooks" / "08_new.ipynb").exists()


def test_a_repository_by_its_address(start_server, teacher, home, monkeypatch):
    for name in ("07_other.ipynb", "08_new.ipynb"):
        publish(teacher, f"notebooks/{name}", "{}")
        with monkeypatch.context() as other:
            other.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
            assert start_server.bring(f"file://{teacher}", "main", home)
    assert (home / "course" / "notebooks" / "08_new.ipynb").exists()


def test_what_git_refuses_without_a_word_comes_with_the_second_pull(start_server, teacher, home, tmp_path):
    """An image made from `git clone --depth 1`, and then a newer one."""

    def image(name):
        command = ["clone", "-q", "--depth", "1", f"file://{teacher}", str(tmp_path / name)]
        git(tmp_path, *command)
        return tmp_path / name

    served = image("first")
    assert start_server.bring(str(served), "", home)
    publish(teacher, "notebooks/08_new.ipynb", "{}")
    shutil.rmtree(served)
    image("second").rename(served)
    mine = home / "course" / LESSON
    mine.write_text("{}", encoding="utf-8")
    assert start_server.bring(str(served), "", home)
    assert (home / "course" / "notebooks" / "08_new.ipynb").exists()
    assert mine.read_text(encoding="utf-8") == "{}"


def test_what_a_killed_start_left_is_taken_away(start_server, teacher, home):
    (home / ".course_left" / "course" / ".git").mkdir(parents=True)
    assert start_server.bring(str(teacher), "", home)
    assert names(home) == ["course"]


@pytest.mark.parametrize(
    "error", [OSError(errno.ENOSPC, "No space left on device"), subprocess.TimeoutExpired("git", 20)]
)
def test_a_server_starts_on_a_full_disk(monkeypatch, capsys, start_server, error):
    """The learner can make room nowhere else."""

    def fail(*arguments):
        raise error

    started = []
    monkeypatch.setenv("COURSE_REPOSITORY", "/srv/course")
    monkeypatch.setattr(start_server, "bring", fail)
    monkeypatch.setattr(os, "execve", lambda *arguments: started.append(arguments))
    monkeypatch.setattr("sys.argv", ["start_server.py", "--port=1"])
    start_server.main()
    assert len(started) == 1
    assert started[0][1][-1] == "--port=1"
    told = capsys.readouterr().out
    assert str(error) in told
    assert told.endswith("the server starts with what is there.\n")


@pytest.mark.parametrize(("works", "tries"), [([False, True], 2), ([True], 1), ([False, False], 2)])
def test_what_a_killed_merge_left_needs_a_second_pull(monkeypatch, start_server, home, works, tries):
    (home / "course").mkdir()
    answers = iter(works)
    monkeypatch.setattr(start_server, "_pull", lambda *arguments: next(answers))
    assert start_server.bring("x", "", home) == works[-1]
    assert len(works) - len(list(answers)) == tries


def test_a_repository_of_the_teachers_account(monkeypatch, start_server, teacher, home):
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")  # git's own switch: every folder is somebody else's
    assert start_server.bring(str(teacher), "", home)
    assert (home / "course" / LESSON).exists()


@pytest.mark.parametrize("before", [[], ["course"]])
def test_no_repository_to_pull_from(start_server, teacher, home, before):
    if before:
        start_server.bring(str(teacher), "", home)
    assert not start_server.bring(str(teacher.parent / "nowhere"), "", home)
    assert names(home) == before


def test_a_killed_first_clone_is_not_in_the_way(monkeypatch, start_server, teacher, home, tmp_path):
    dying = tmp_path / "bin" / "git"
    dying.parent.mkdir()
    dying.write_text(DIES_WHILE_CLONING.format(git=shutil.which("git")), encoding="utf-8")
    dying.chmod(0o755)
    with monkeypatch.context() as broken:
        broken.setenv("PATH", os.pathsep.join([str(dying.parent), os.environ["PATH"]]))
        assert not start_server.bring(str(teacher), "", home)
        assert names(home) == []
    assert start_server.bring(str(teacher), "", home)
    assert (home / "course" / LESSON).exists()


def test_a_pull_without_end_is_ended(monkeypatch, start_server, home, tmp_path):
    endless = tmp_path / "bin" / "git"
    endless.parent.mkdir()
    endless.write_text("#!/bin/sh\ntrap '' TERM\nsleep 20\ntouch $0.ended\n", encoding="utf-8")
    endless.chmod(0o755)
    monkeypatch.setenv("PATH", os.pathsep.join([str(endless.parent), os.environ["PATH"]]))
    monkeypatch.setattr(start_server, "PULL_SECONDS", 2)
    monkeypatch.setattr(start_server, "END_SECONDS", 1)
    assert not start_server.bring("https://git.example.org/course", "", home)
    assert names(home) == []
    assert names(endless.parent) == ["git"]  # it did not come to its own end
