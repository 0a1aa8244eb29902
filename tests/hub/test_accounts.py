"""The configuration as it is without choices: real accounts of this machine, PAM, a server under each learner's own account.

Accounts are made for the test and removed again, so it needs root and Linux.
"""

import contextlib
import os
import secrets
import shutil
import site
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hub import LEARNERS, ROOT, git, running_hub, wait_for
from skipping import skip_or_fail

LESSON = "course/notebooks/04_multilayer_rnn.ipynb"
# Run in a kernel: what an attempt to read a path comes to.
READ = """
try:
    open({path!r}, "rb").read(1)
    print("read")
except OSError as error:
    print(type(error).__name__)
"""


def run(*command, words=None):
    subprocess.run(command, input=words, check=True, capture_output=True, text=True, timeout=60)


def python_for_everybody(environment):
    """A Python of this version that an ordinary account may run, with the packages of this one."""
    code = "import sys, jupyterhub, jupyterlab; assert sys.version_info[:2] == tuple(map(int, sys.argv[1:]))"
    nobody = dict(user=65534, group=65534, extra_groups=[], cwd="/", env=environment)
    for python in (sys.executable, "/usr/bin/python3"):
        command = [python, "-c", code, *map(str, sys.version_info[:2])]
        with contextlib.suppress(OSError):
            if subprocess.run(command, capture_output=True, timeout=60, **nobody).returncode == 0:
                return python
    return None


@pytest.fixture(scope="module")
def hub(installed):
    if os.name == "nt" or os.geteuid() != 0 or shutil.which("useradd") is None:
        pytest.skip("accounts can be made by root alone, on Linux")
    packages = {"PYTHONPATH": os.pathsep.join([*site.getsitepackages(), str(ROOT)])}
    python = python_for_everybody(os.environ | packages)
    if python is None:
        skip_or_fail("no Python that an ordinary account may run has this version and these packages")
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        (folder / "homes").mkdir()
        for path in (folder, folder / "homes"):
            path.chmod(0o755)
        names = {name: f"{name}{secrets.token_hex(3)}" for name in LEARNERS[:2]}
        for account in names.values():
            run("useradd", "--create-home", "--base-dir", str(folder / "homes"), "--shell", "/bin/sh", account)
            stack.callback(run, "userdel", "--force", account)
        choices = {"COURSE_AUTHENTICATOR": "pam", "COURSE_SPAWNER": "localprocess", "COURSE_HOMES": "", **packages}
        with running_hub(folder, names.values(), python, **choices) as hub:
            for account in names.values():
                run("chpasswd", words=f"{account}:{hub.password}\n")
            hub.names = names
            yield hub


def started(hub, name):
    learner = hub.logged_in(hub.names[name])
    learner.start_server()
    assert (
        learner.get(f"{learner.home}files/{LESSON}").status_code == 200
    )  # a Python of the system serves no JupyterLab
    return learner


def test_two_accounts(hub):
    """PAM lets in who knows the password; each server is its account's own; neither reads what is the other's or the hub's."""
    assert hub.learner(hub.names["ana"]).log_in("wrong").status_code == 403
    ana, ben = started(hub, "ana"), started(hub, "ben")
    for learner in (ana, ben):
        process = hub.server(learner.name)
        assert process.username() == learner.name
        assert (hub.homes / learner.name / LESSON).stat().st_uid == process.uids().real
    kernel = ana.open_kernel(LESSON)
    attempts = {
        hub.homes / ana.name / LESSON: "read",
        hub.homes / ben.name / LESSON: "PermissionError",
        hub.log.parent / "state" / "jupyterhub.sqlite": "PermissionError",
        Path(f"/proc/{hub.process.pid}/environ"): "PermissionError",
        Path(f"/proc/{hub.server(ben.name).pid}/environ"): "PermissionError",
    }
    assert {path: kernel.printed(READ.format(path=str(path))).strip() for path in attempts} == attempts
    kernel.close()


def test_what_the_teachers_account_has_comes_at_the_next_start(hub):
    ana = started(hub, "ana")
    lesson = hub.homes / ana.name / "course" / "notebooks" / "08_new.ipynb"
    assert not lesson.exists()
    (hub.repository / "notebooks" / lesson.name).write_text("{}", encoding="utf-8")
    git(hub.repository, "add", "--all")
    git(hub.repository, "commit", "-q", "-m", "One lesson more")
    ana.send("DELETE", f"/hub/api/users/{ana.name}/server")
    wait_for(lambda: hub.server(ana.name) is None, 60)
    started(hub, "ana")
    assert lesson.read_text(encoding="utf-8") == "{}"
