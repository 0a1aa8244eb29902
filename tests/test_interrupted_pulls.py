"""A pull that is cut short, at any of its steps or inside of one, leaves a usable copy, and the next pull sets it right."""

import os
import shutil
import time

import pytest
from pulling import assert_pulled, assert_readable, finished, made_once, moved
from repositories import publish
from skipping import skip_or_fail
from stopping import Stopper
from versions import ACCENT, CELL, MEMORY, NEXT, PICTURE, SPELL, START, WORDS, executed, second_version, with_line


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    return made_once(tmp_path_factory.mktemp("classes") / "template")


class Learner:
    """A copy of the first version with a learner's work in it, while the second version is out."""

    def __init__(self, template, folder):
        self.old = template[1]
        self.new = second_version(self.old)
        self.course, self.copy = moved(template[0], folder / "class")
        publish(self.course, self.new)
        self.stopper = Stopper(folder / "stopper")

    def works(self, committed=False, **also):
        changed = {START: executed(with_line(self.old[START], "answer = 1")), CELL: with_line(self.old[CELL], "b = 2")}
        self.copy.write(changed | {"mine/data.bin": bytes(range(256)), SPELL: None} | also)
        if committed:
            self.copy.commit()
        self.before, self.commits = self.copy.files(), self.copy.commits()

    def is_whole(self):
        """All that is the learner's is there, under its name or put aside, and every lesson opens."""
        now = self.copy.files()
        there = set(now.values())
        for name, content in self.before.items():
            if content != self.old.get(name):
                assert content == now.get(name) or (name in self.new and name not in self.old and content in there)
        assert_readable(now)

    def recovers(self):
        self.copy.recover()
        assert_pulled(self.copy, self.before, self.commits, self.old, self.new)


@pytest.fixture
def learner(template, tmp_path):
    return Learner(template, tmp_path)


# Before each git command of nbgitpuller, and inside of those that write: what has just happened, and how many times.
STEPS = ["git fetch", "git diff*", "git ls-files*", "git checkout*", "git reset*", "git *commit -am*", "git *merge -X*"]
INSIDE = [
    "line",
    "prepared refs/remotes/origin/main*",
    f"out {SPELL}",
    "pre-commit*",
    "post-commit*",
    f"out {PICTURE}",
    f"out {ACCENT}",
    "post-index-change 1 0",
    "pre-merge-commit*",
    "post-merge*",
]
REFERENCE = "prepared *refs/heads/main*"


@pytest.mark.parametrize("stop", STEPS + INSIDE)
def test_killed(learner, stop):
    learner.works()
    code, said = learner.copy.pull(**learner.stopper.env(stop))
    assert code == -9, said
    learner.is_whole()
    learner.recovers()


@pytest.mark.parametrize("times", [1, 2, 3], ids=["reset", "commit", "merge"])
def test_killed_while_a_reference_changes(learner, times):
    """What is left is a lock that nbgitpuller doesn't know; it must be removed before anything else works."""
    learner.works()
    code, said = learner.copy.pull(**learner.stopper.env(REFERENCE, times))
    assert code == -9, said
    assert (learner.copy.folder / ".git/refs/heads/main.lock").exists()
    assert learner.copy.pull()[0] != 0
    learner.is_whole()
    learner.recovers()


@pytest.mark.parametrize("stop", ["git ls-files*", f"out {ACCENT}", "pre-merge-commit*"])
def test_killed_when_names_are_taken(learner, stop):
    learner.works(**{name: f'{{"cells": ["mine: {name}"]}}'.encode() for name in (NEXT, ACCENT)})
    code, said = learner.copy.pull(**learner.stopper.env(stop))
    assert code == -9, said
    learner.is_whole()
    learner.recovers()


@pytest.mark.parametrize("committed", [False, True])
def test_killed_in_the_middle_of_a_conflict(learner, committed):
    """Changed here, deleted there: nbgitpuller commits what the merge left, and is killed before that."""
    learner.works(committed, **{f"{WORDS}/errors.toml": b"mine\n", MEMORY: executed(learner.old[MEMORY])})
    last = 2 - committed
    code, said = learner.copy.pull(**learner.stopper.env("git *commit -am*", last))
    assert code == -9, said
    assert (learner.copy.folder / ".git/MERGE_HEAD").exists()
    learner.is_whole()
    learner.recovers()


@pytest.mark.parametrize("full", ["git fetch*", "git checkout*", "git *commit -am*", "git *merge -X*"])
def test_disk_is_full(learner, full):
    """A file of the course that git was writing may be cut off, and would count as the learner's: delete it first."""
    learner.works()
    code, said = learner.copy.pull(**learner.stopper.env(full=full))
    assert code > 0
    assert "File too large" in said or "unable to write file" in said, said
    versions = (learner.old, learner.new, learner.before)
    now = learner.copy.files()
    cut = {name for name in now if now[name] not in [version.get(name) for version in versions]}
    learner.copy.write(dict.fromkeys(cut))
    learner.is_whole()
    learner.recovers()


def test_folder_that_may_not_be_written(learner):
    """Root may write everywhere: there the pull runs without that right."""
    if os.geteuid() == 0 and shutil.which("setpriv") is None:
        skip_or_fail("root, and no setpriv")
    learner.works()
    folder = learner.copy.folder / "notebooks"
    folder.chmod(0o555)
    try:
        code, said = learner.copy.pull(before=["setpriv", "--bounding-set=-dac_override"] if os.geteuid() == 0 else [])
    finally:
        folder.chmod(0o755)
    assert code > 0
    assert "Permission denied" in said
    learner.is_whole()
    learner.recovers()


def test_course_cannot_be_reached(learner):
    learner.works()
    away = learner.course.folder.rename(learner.course.folder.with_name("away"))
    code, said = learner.copy.pull()
    assert code > 0
    assert "ls-remote" in said
    assert learner.copy.files() == learner.before
    away.rename(learner.course.folder)
    learner.recovers()


def test_lock_that_git_left(learner):
    """A new one stops the pull, since a git may be at work; one of ten minutes does not."""
    learner.works()
    lock = learner.copy.folder / ".git/index.lock"
    lock.touch()
    code, said = learner.copy.pull()
    assert code > 0
    assert "Recent .git/index.lock" in said
    assert learner.copy.files() == learner.before
    old = time.time() - 601
    os.utime(lock, (old, old))
    code, said = learner.copy.pull()
    assert code == 0, said
    assert_pulled(learner.copy, learner.before, learner.commits, learner.old, learner.new)


@pytest.mark.parametrize("pause", [0, 0.1, 0.2])
def test_two_pulls_at_once(learner, pause):
    """One of them may find the other's lock; none harms the copy."""
    learner.works()
    with learner.copy.start_pull() as first:
        time.sleep(pause)
        with learner.copy.start_pull() as second:
            codes = [finished(puller)[0] for puller in (first, second)]
    assert -9 not in codes
    learner.is_whole()
    learner.recovers()


@pytest.mark.parametrize("stop", ["git clone*", "prepared *refs/heads/main*", f"out {START}", f"out {SPELL}"])
def test_first_copy_is_killed(learner, stop):
    """A copy in halves is put aside by a pull with `backup`, with all that the learner did there; a whole one is made."""
    copy = learner.copy
    shutil.rmtree(copy.folder)
    code, said = copy.pull(**learner.stopper.env(stop))
    assert code == -9, said
    half = copy.folder.exists()
    assert half == (stop != "git clone*")
    if half:
        copy.write({"mine.txt": b"begun"})
    code, said = copy.pull("--backup")
    assert code == 0, said
    assert copy.files() == learner.new
    aside = list(copy.home.glob("course_backup_*"))
    assert [(folder / "mine.txt").read_bytes() for folder in aside] == [b"begun"] * half
