"""A class that pulls the course with nbgitpuller: an origin of real lessons, and a learner's copy."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time

import pytest
from repositories import Clone, publish
from skipping import need, skip_or_fail
from versions import first_version

from helpers.classroom.start_server import GIT_SETTINGS, git_environment

PULL_SECONDS = 60  # bounds a pull that hangs


class Copy(Clone):
    """A learner's copy of the course, and the nbgitpuller that brings it."""

    def __init__(self, home, course, settings=GIT_SETTINGS):
        super().__init__(home / "course", home)
        self.home, self.course = home, course
        self.env |= git_environment(settings)

    def start_pull(self, *options, before=(), **more):
        """Start nbgitpuller in a process group of its own, so that all of it can be killed at once."""
        puller = [sys.executable, "-c", "from nbgitpuller.pull import main; main()"]
        command = [*before, *puller, f"file://{self.course.folder}", "main", str(self.folder), *options]
        pipes = dict(stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        return subprocess.Popen(command, cwd=self.home, env=self.env | more, start_new_session=True, **pipes)

    def pull(self, *options, before=(), **more):
        """Run nbgitpuller to its end; return its exit code and all that it said."""
        with self.start_pull(*options, before=before, **more) as puller:
            return finished(puller)

    def remove_locks(self):
        """What a server does before it pulls: no git of this learner can be running then."""
        for lock in (self.folder / ".git").rglob("*.lock"):
            lock.unlink()

    def recover(self):
        """Pull after an interruption. One that came in the middle of a merge needs a second pull, no more."""
        self.remove_locks()
        if put_aside(self.files()):
            wait_for_another_second()
        code, said = self.pull()
        if code:
            code, said = self.pull()
        assert code == 0, said


def finished(puller):
    """Wait for a pull; return its exit code and all that it said."""
    try:
        said = puller.communicate(timeout=PULL_SECONDS)[0]
        return puller.returncode, said
    finally:
        if puller.poll() is None:
            os.killpg(puller.pid, signal.SIGKILL)


def wait_for_another_second():
    """nbgitpuller puts a file aside under a name that ends with the second, and over one that has this name already."""
    now = time.time()
    time.sleep(1 - now % 1)


def put_aside(names):
    """Those names that nbgitpuller made: the time before the suffix."""
    return {name for name in names if re.search(r"__\d{14}", name)}


def expected(before, old, new):
    """What must be in a copy after a pull, by the promise, and what must have been put aside."""
    mine = {name: content for name, content in before.items() if content != old.get(name)}
    aside = {name for name in mine if name in new and name not in old and mine[name] != new[name]}
    return new | {name: content for name, content in mine.items() if name not in aside}, aside


def assert_pulled(copy, before, commits, old, new):
    """All that a pull promises: the learner's as it was, everything else new, nothing in halves, no commit lost."""
    now = copy.files()
    wanted, aside = expected(before, old, new)
    stamped = put_aside(now.keys() - before.keys())
    assert now.keys() - stamped == wanted.keys()
    assert [name for name in wanted if now[name] != wanted[name]] == []
    for name in aside:
        stem, suffix = os.path.splitext(name)
        assert before[name] in [
            now[other] for other in stamped if re.fullmatch(f"{re.escape(stem)}__\\d+{suffix}", other)
        ]
    assert commits <= copy.commits()
    assert_readable(now)


def assert_readable(files):
    """Every lesson opens: JSON with cells, and no marks of a merge."""
    for name in (name for name in files if name.endswith(".ipynb")):
        assert b"<<<<<<<" not in files[name]
        assert json.loads(files[name])["cells"]


def made_once(folder):
    """The first version and a learner's copy of it, to be copied for each test; skip where there is no nbgitpuller."""
    if os.name == "nt":
        pytest.skip("the servers of JupyterHub run on Linux and macOS")
    if shutil.which("git") is None:
        skip_or_fail("git is not installed")
    need("nbgitpuller")
    return folder, new_class(folder)


def new_class(folder):
    """The course and one learner's copy that nbgitpuller made of it; return the first version."""
    course = Clone(folder / "origin", folder)
    course.folder.mkdir(parents=True)
    course.git("init", "--quiet")
    course.git("symbolic-ref", "HEAD", "refs/heads/main")
    old = first_version()
    publish(course, old)
    home = folder / "home"
    home.mkdir()
    copy = Copy(home, course)
    code, said = copy.pull()
    assert code == 0, said
    assert copy.files() == old
    return old


def moved(template, folder):
    """That class again in another folder: the course, the learner's copy."""
    shutil.copytree(template, folder, symlinks=True)
    course = Clone(folder / "origin", folder)
    copy = Copy(folder / "home", course)
    copy.git("remote", "set-url", "origin", f"file://{course.folder}")
    return course, copy
