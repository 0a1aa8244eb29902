"""Updating as the README says it, in real clones: the new version is in place, and no byte of the learner's is lost."""

import json
import random
import shutil
from pathlib import Path

import pytest
from readme import command
from repositories import WHO, Clone, publish
from skipping import skip_or_fail

if shutil.which("git") is None:
    skip_or_fail("git is not installed", allow_module_level=True)

IGNORED = Path(__file__).resolve().parent.parent.joinpath(".gitignore").read_text(encoding="utf-8")


def lesson(*words):
    """A notebook of a few lines, so that git has something to merge."""
    cells = [{"cell_type": "markdown", "id": f"c{number}", "source": word} for number, word in enumerate(words)]
    return json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5}, indent=1) + "\n"


def lessons(word, *names):
    return {f"notebooks/{name}.ipynb": lesson(name, word, "run") for name in names}


OLD = {
    ".gitignore": IGNORED,
    "README.md": "The course\n",
    "helpers/__init__.py": "",
    "helpers/numbers.py": "answer = 1\n",
    **lessons("predict", "00_start", "01_rain", "02_cell", "03_loop"),
}
NEW = OLD | {
    "CHANGES.md": "What is new\n",
    "README.md": "The course, second version\n",
    "helpers/numbers.py": "answer = 2\n",
    "helpers/words/slopes.toml": "slope = 'steep'\n",
    **lessons("guess", "00_start", "02_cell", "03_who_turns", "04_layers"),
}
del NEW["notebooks/03_loop.ipynb"]
NEWER = NEW | lessons("bet", "00_start", "05_axes")


@pytest.fixture
def course(tmp_path):
    """The course as it is published, in its first version."""
    course = Clone(tmp_path / "course", tmp_path)
    course.folder.mkdir()
    course.git("init", "--quiet")
    course.git("symbolic-ref", "HEAD", "refs/heads/main")
    publish(course, OLD)
    return course


@pytest.fixture
def mine(course, tmp_path):
    """The learner's clone of the first version, while the second one is out already."""
    mine = Clone(tmp_path / "my course", tmp_path)
    course.git("clone", "--quiet", str(course.folder), str(mine.folder))
    mine.git("config", "user.useConfigOnly", "true")
    mine.write({".venv/pyvenv.cfg": "an environment\n"})
    publish(course, NEW)
    return mine


def line(number=1):
    return command("Updating without losing work").replace("my_work_1", f"my_work_{number}")


def update(mine, number=1, version=NEW):
    """Run the README's line and ask for all that it promises."""
    files, commits = mine.files(), mine.commits()
    done = mine.shell(line(number))
    assert done.returncode == 0, done.stderr
    assert "HEAD is now at" in done.stdout
    assert mine.files(f"my_work_{number}") == files
    assert commits <= mine.commits()
    now = mine.files()
    assert {name: now.get(name) for name in version} == {name: text.encode() for name, text in version.items()}
    assert all(now[name] == files[name] for name in now.keys() - version.keys())
    assert (mine.folder / ".venv/pyvenv.cfg").read_text() == "an environment\n"
    others = mine.git("status", "--porcelain").splitlines()
    assert all(other.startswith("?? ") and "my_work_" not in other for other in others)
    assert mine.git("rev-parse", "HEAD") == mine.git("rev-parse", "origin/main")


def refuses(mine, number=1, below="."):
    """The line stops, and nothing that is in place has changed."""
    files, commits = mine.files(), mine.commits()
    done = mine.shell(line(number), below)
    assert done.returncode != 0
    assert mine.files() == files
    assert commits <= mine.commits()
    return done.stderr


# What a learner may have written and deleted. A folder is deleted with all that is in it.
WRITTEN = {
    "nothing": {},
    "changed": lessons("my prediction", "00_start", "01_rain", "03_loop"),
    "deleted": {"notebooks/01_rain.ipynb": None, "notebooks/02_cell.ipynb": None},
    "all deleted": {"notebooks": None, "helpers": None},
    "renamed": {"notebooks/02_cell.ipynb": None, "notebooks/02_my cell é.ipynb": lesson("cell", "predict", "run")},
    "own files": lessons("mine", "my notes", "deep/er/down")
    | {"notebooks/empty.ipynb": "", "data.bin": bytes(range(256)), "notes.txt": "one\r\ntwo\nthree\r"},
    "same names": lessons("my own", "04_layers")
    | {"helpers/words/slopes.toml": "mine = true\n", "CHANGES.md": "What I changed\n"},
    "file for a folder": {"helpers/words": "a file where the course now has a folder\n"},
    "folder for a file": {"CHANGES.md/today.txt": "a folder where the course now has a file\n"},
    "helpers": {"helpers/numbers.py": "answer = 42\n", "README.md": "my notes on the course\n"},
}


def staged(mine):
    mine.write(lessons("staged", "02_cell"))
    mine.git("add", "--all")
    mine.write(lessons("and changed again", "02_cell"))


def committed(mine):
    mine.write(lessons("committed", "02_cell", "my_own"))
    mine.commit()


def other_branch(mine):
    committed(mine)
    mine.git("checkout", "--quiet", "-B", "attempt")
    mine.write(lessons("another attempt", "02_cell"))
    mine.commit()


def detached(mine):
    mine.git("checkout", "--quiet", "--detach")
    committed(mine)


def stashed(mine):
    mine.write(lessons("stashed", "02_cell"))
    mine.git(*WHO, "stash", "push", "--include-untracked")


def failed_pull(mine, how="--no-rebase"):
    committed(mine)
    mine.git(*WHO, "pull", how, "origin", "main", may_fail=True)


def failed_rebase(mine):
    failed_pull(mine, "--rebase")


def failed_stash(mine):
    stashed(mine)
    mine.git("pull", "--ff-only", "origin", "main", may_fail=True)
    mine.git(*WHO, "stash", "pop", may_fail=True)


DONE = [staged, committed, other_branch, detached, stashed]
FAILED = [failed_pull, failed_rebase, failed_stash]


@pytest.mark.parametrize("what", WRITTEN)
def test_what_was_written_is_kept(mine, what):
    mine.write(WRITTEN[what])
    update(mine)


@pytest.mark.parametrize("act", DONE + FAILED, ids=lambda act: act.__name__)
def test_what_was_done_with_git_is_kept(mine, act):
    act(mine)
    assert act not in FAILED or b"<<<<<<<" in mine.files()["notebooks/02_cell.ipynb"]
    update(mine)


@pytest.mark.parametrize("seed", range(6))
def test_several_things_at_once(mine, seed):
    chooser = random.Random(seed)
    for _ in range(3):
        mine.write(WRITTEN[chooser.choice(["changed", "deleted", "renamed", "own files", "same names", "helpers"])])
        chooser.choice([staged, committed, other_branch, detached])(mine)
    mine.write(WRITTEN["changed"])
    update(mine)


def test_own_files_stay_in_place_too(mine):
    mine.write(WRITTEN["own files"])
    before = mine.files()
    update(mine)
    assert before.keys() - mine.files().keys() == OLD.keys() - NEW.keys()


def test_line_endings_of_windows(mine):
    """Git for Windows turns ends of lines by default; what is put aside keeps each as it was."""
    mine.git("config", "core.autocrlf", "true")
    mine.write(WRITTEN["changed"] | WRITTEN["own files"] | {"README.md": "mine\r\nand\r\n"})
    before = mine.files()
    assert mine.shell(line()).returncode == 0
    assert mine.files("my_work_1") == before
    assert {name: mine.files()[name].replace(b"\r\n", b"\n").decode() for name in NEW} == NEW


def test_next_update_leaves_the_older_folder_alone(mine, course):
    mine.write(WRITTEN["changed"])
    update(mine)
    mine.write({"my_work_1/notebooks/00_start.ipynb": lesson("gone on with it there")} | lessons("second", "01_rain"))
    older = mine.files("my_work_1")
    publish(course, NEWER)
    assert "already exists" in refuses(mine)
    update(mine, 2, NEWER)
    assert mine.files("my_work_1") == older
    assert not (mine.folder / "my_work_2" / "my_work_1").exists()


@pytest.mark.parametrize("steps", range(7))
def test_stopped_after_a_step_and_run_again(mine, steps):
    parts = line().split(" && ")
    assert len(parts) == 6
    mine.write(WRITTEN["changed"] | WRITTEN["own files"] | WRITTEN["same names"] | WRITTEN["helpers"])
    detached(mine)
    before, commits = mine.files(), mine.commits()
    assert mine.shell(" && ".join(["git status", *parts[:steps]])).returncode == 0
    assert mine.files("my_work_1" if steps >= 4 else ".") == before
    mine.write(lessons("changed after that", "01_rain"))
    update(mine, 2)
    assert commits <= mine.commits()


def test_stopped_within_a_step(mine):
    """Half a copy; then half of the new files, and a lock that git left behind when the power went."""
    mine.write(WRITTEN["changed"])
    before = mine.files()
    mine.shell(" && ".join(line().split(" && ")[:4]))
    mine.write({"my_work_1/notebooks/00_start.ipynb": None})
    assert mine.shell(" && ".join(line(2).split(" && ")[:5])).returncode == 0
    mine.write({"helpers/numbers.py": NEW["helpers/numbers.py"], "README.md": None, ".git/index.lock": ""})
    assert "index.lock" in refuses(mine, 3)
    mine.write({".git/index.lock": None})
    update(mine, 4)
    assert mine.files("my_work_2") == before


def test_stops_before_anything_changes(mine, course):
    mine.write(WRITTEN["changed"] | {"my_work_2/README.md": "mine\n", "my_work_3/notebooks": "mine\n"})
    assert "not a git repository" in refuses(mine, 1, "notebooks")
    assert "README.md already exists" in refuses(mine, 2)
    refuses(mine, 3)
    assert mine.files("my_work_2")["README.md"] == mine.files("my_work_3")["notebooks"] == b"mine\n"
    away = course.folder.rename(course.folder.with_name("away"))
    assert "does not appear to be a git repository" in refuses(mine, 4)
    away.rename(course.folder)
    update(mine, 4)
