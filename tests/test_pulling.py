"""A new version of the course comes into learners' copies by nbgitpuller: nothing of theirs is lost, whatever happens."""

import json
import threading
import urllib.parse
import urllib.request

import pytest
from lab import running_lab
from pulling import assert_pulled, assert_readable, made_once, moved
from repositories import WHO, publish
from versions import ACCENT, CELL, FAR, MEMORY, NEXT, PICTURE, SPELL, START, WORDS, executed, second_version, with_line

from helpers.classroom.start_server import GIT_SETTINGS, git_environment


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    return made_once(tmp_path_factory.mktemp("class") / "template")


@pytest.fixture
def class_of_one(template, tmp_path):
    """The course, one learner's copy, and the two versions; the second one is not out yet."""
    course, copy = moved(template[0], tmp_path / "class")
    return course, copy, template[1], second_version(template[1])


@pytest.fixture
def out(class_of_one):
    """The same with the second version out."""
    publish(class_of_one[0], class_of_one[3])
    return class_of_one


def pull(copy, old, new, **more):
    """Pull and ask for all that is promised."""
    before, commits = copy.files(), copy.commits()
    code, said = copy.pull(**more)
    assert code == 0, said
    assert_pulled(copy, before, commits, old, new)


def refuses(copy, *options, **more):
    """The pull fails and says so, and everything is where it was."""
    before, commits = copy.files(), copy.commits()
    code, said = copy.pull(*options, **more)
    assert code != 0
    assert copy.files() == before
    assert commits <= copy.commits()
    return said


def lines_of_windows(lesson):
    return lesson.replace(b"\n", b"\r\n")


# What a learner may have done with the first version. A function gets what was in the file; None deletes it.
DONE = {
    "nothing": {},
    "ran a lesson that is changed": {START: executed, SPELL: executed},
    "ran all, answered some": {name: lambda was: executed(with_line(was, "answer = 1")) for name in (START, CELL)},
    "answered in the very cell that is changed": {START: lambda was: with_line(was, "answer = 2", at=-1)},
    "answered in another cell": {START: lambda was: with_line(was, "answer = 3", cell=2)},
    "emptied a lesson": {START: lambda was: b'{"cells": [{}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'},
    "deleted lessons": {START: None, CELL: None},
    "deleted what is deleted": {MEMORY: None, f"{WORDS}/errors.toml": None},
    "deleted all": {"notebooks": None, "helpers": None},
    "renamed a lesson": {CELL: None, "notebooks/my cell é.ipynb": b'{"cells": [{"source": "mine"}]}'},
    "changed what has another name now": {MEMORY: lambda was: with_line(was, "answer = 4")},
    "changed what is deleted": {f"{WORDS}/errors.toml": b"mine = true\n"},
    "changed a helper": {f"{WORDS}/exercises.toml": lambda was: was + b"mine = true\n"},
    "own files": {"notebooks/empty.txt": b"", "mine/data.bin": bytes(range(256)), "mine.txt": b"a\r\nb\nc\r"},
    "names that are taken": dict.fromkeys((NEXT, FAR, ACCENT), executed) | {f"{WORDS}/attention.toml": b"mine"},
    "another picture": {PICTURE: bytes(range(255, -1, -1))},
    "lines as Windows ends them": {START: lines_of_windows, CELL: lines_of_windows, "README.md": lines_of_windows},
}


MINE = DONE["ran all, answered some"] | DONE["own files"] | {SPELL: None}


def do(copy, old, what):
    """Let the learner do `what` with the copy. A file that is not there yet starts as the start page."""
    copy.write({n: act(old.get(n, old[START])) if callable(act) else act for n, act in what.items()})


@pytest.mark.parametrize("what", DONE)
def test_what_a_learner_did_is_kept(out, what):
    _, copy, old, new = out
    do(copy, old, DONE[what])
    pull(copy, old, new)


# Each setting, and what fails without it.
NEEDED = {
    "merge.default": "answered in the very cell that is changed",
    "diff.renames": "deleted what is deleted",
    "core.quotePath": "names that are taken",
}


@pytest.mark.parametrize("setting", NEEDED)
def test_without_a_setting_the_promise_is_broken(out, setting):
    _, copy, old, new = out
    do(copy, old, DONE[NEEDED[setting]])
    rest = {name: value for name, value in GIT_SETTINGS.items() if name != setting}
    before = copy.files()
    with pytest.raises(AssertionError):
        pull(copy, old, new, **git_environment(rest))
    assert_readable(copy.files())
    kept = b"".join(copy.files().values())
    assert all(before[name] in kept for name in before.keys() - {START, *old})


def committed(copy):
    copy.write({START: with_line(copy.files()[START], "# committed"), "notebooks/mine.ipynb": b'{"cells": [1]}'})
    copy.commit()


def staged(copy):
    committed(copy)
    copy.write({CELL: with_line(copy.files()[CELL], "# staged"), "staged.txt": b"staged"})
    copy.git("add", "--all")
    copy.write({CELL: with_line(copy.files()[CELL], "# and changed again")})


def detached(copy):
    copy.git("checkout", "--quiet", "--detach")
    committed(copy)


def other_branch(copy):
    copy.git("checkout", "--quiet", "-b", "attempt")
    committed(copy)


def stashed(copy):
    staged(copy)
    copy.git(*WHO, "stash", "push", "--quiet")


@pytest.mark.parametrize("act", [committed, staged, detached, other_branch, stashed], ids=lambda act: act.__name__)
def test_what_was_done_with_git_is_kept(out, act):
    _, copy, old, new = out
    act(copy)
    pull(copy, old, new)


def test_version_after_version(out):
    """A lesson that stayed the learner's comes anew when it is deleted; one that was restored is kept again."""
    course, copy, old, new = out
    do(copy, old, DONE["ran all, answered some"] | DONE["deleted lessons"] | {SPELL: executed})
    pull(copy, old, new)
    newer = new | {START: with_line(new[START], "# third"), SPELL: with_line(new[SPELL], "# third")}
    publish(course, newer)
    copy.write({START: with_line(new[START], "answer = 5"), NEXT: None})
    pull(copy, new, newer)
    copy.write({SPELL: None})
    pull(copy, newer, newer)
    assert copy.files()[SPELL] == newer[SPELL]
    assert copy.files()[START] != newer[START]


def test_nothing_new_changes_nothing(class_of_one):
    _, copy, old, _ = class_of_one
    do(copy, old, DONE["own files"])
    for what in ({}, DONE["ran all, answered some"]):
        do(copy, old, what)
        times = {path: path.stat().st_mtime_ns for path in (copy.folder / "notebooks").iterdir()}
        pull(copy, old, old)
        assert times == {path: path.stat().st_mtime_ns for path in (copy.folder / "notebooks").iterdir()}


def test_a_file_where_the_course_has_a_folder(out):
    """nbgitpuller stops until the learner gives the file another name; nothing else happens."""
    course, copy, old, new = out
    copy.write({"mine": b"a file"} | {START: executed(old[START])})
    new = new | {"mine/today.txt": b"a folder"}
    publish(course, new)
    assert "mine" in refuses(copy)
    (copy.folder / "mine").rename(copy.folder / "mine.txt")
    pull(copy, old, new)


def test_a_forced_push(out):
    """What the course took back counts as the learner's: where the newer version differs from it, it stays."""
    course, copy, old, new = out
    do(copy, old, MINE)
    pull(copy, old, new)
    course.git("reset", "--quiet", "--hard", "HEAD~1")
    newer = new | {name: with_line(new[name], "# third") for name in (CELL, SPELL)}
    publish(course, newer)
    pull(copy, old, newer)
    assert copy.files()[SPELL] == new[SPELL]


def test_a_course_with_another_history(out):
    """The pull says that it can't, and changes nothing. A link with `backup` makes a new copy beside the old one."""
    course, copy, old, new = out
    do(copy, old, DONE["ran all, answered some"] | DONE["own files"])
    course.git("checkout", "--quiet", "--orphan", "anew")
    course.commit()
    course.git("branch", "--force", "main")
    assert "unrelated histories" in refuses(copy)
    before = copy.files()
    code, said = copy.pull("--backup")
    assert code == 0, said
    assert copy.files() == new
    (aside,) = copy.home.glob("course_backup_*")
    assert copy.files(aside) == before
    newer = new | {START: with_line(new[START], "# third")}
    course.git("checkout", "--quiet", "main")
    publish(course, newer)
    do(copy, new, {CELL: executed})
    pull(copy, new, newer)


class Link:
    """A learner's JupyterLab, and what a click on an nbgitpuller link does there."""

    def __init__(self, address, course):
        parts = urllib.parse.urlsplit(address)
        self.base = f"http://{parts.netloc}/git-pull"
        self.fields = {"token": urllib.parse.parse_qs(parts.query)["token"][0], "targetpath": "mine"}
        self.fields |= {"repo": f"file://{course.folder}", "branch": "main", "urlpath": f"lab/tree/mine/{START}"}

    def get(self, path="", **more):
        query = urllib.parse.urlencode(self.fields | more)
        with urllib.request.urlopen(f"{self.base}{path}?{query}", timeout=60) as answer:
            return answer.read().decode()

    def pull(self, **more):
        """What the page asks the server for; return the last thing that it heard."""
        events = [line for line in self.get("/api", **more).splitlines() if line.startswith("data: ")]
        return json.loads(events[-1].removeprefix("data: "))


def test_link(out, tmp_path, monkeypatch):
    """The first click brings the course, a double click pulls once, `backup` puts the copy aside; then the lesson opens."""
    course, copy, old, new = out
    for name, value in copy.env.items():
        if name.startswith("GIT_"):
            monkeypatch.setenv(name, value)
    with running_lab(tmp_path) as address:
        link = Link(address, course)
        copy.folder = tmp_path / "course" / "mine"
        assert f"lab/tree/mine/{START}" in urllib.parse.unquote(link.get())
        assert link.pull() == {"phase": "finished"}
        assert copy.files() == new
        newer = new | {"notebooks/10_more.ipynb": with_line(new[START], "# more"), SPELL: old[SPELL]}
        publish(course, newer)
        do(copy, new, MINE | {"notebooks/10_more.ipynb": executed})
        before, commits, heard = copy.files(), copy.commits(), []
        clicks = [threading.Thread(target=lambda: heard.append(link.pull())) for _ in range(2)]
        for click in clicks:
            click.start()
        for click in clicks:
            click.join(120)
        assert {"phase": "finished"} in heard
        assert all(last["phase"] == "finished" or "Another git operation" in last["message"] for last in heard)
        assert_pulled(copy, before, commits, new, newer)
        before = copy.files()
        assert link.pull(backup="true") == {"phase": "finished"}
        (aside,) = copy.folder.parent.glob("mine_backup_*")
        assert (copy.files(), copy.files(aside)) == (newer, before)
