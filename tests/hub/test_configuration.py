"""What the classroom's files say, and that what is missing ends the start with one sentence."""

import os
import re
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
import yaml
from hub import CLASSROOM, CONFIG, course_repository, environment_of_a_teacher
from traitlets.config.loader import PyFileConfigLoader

VALUES = yaml.safe_load((CLASSROOM / "values.yaml").read_text(encoding="utf-8"))
PASSWORD = "a password for one test"


@pytest.fixture
def teacher(tmp_path):
    """A complete environment."""
    environment = environment_of_a_teacher(tmp_path, ["ana", "ben"], PASSWORD)
    return environment | {"COURSE_REPOSITORY": str(course_repository(tmp_path / "teacher"))}


def configured(monkeypatch, environment):
    """The configuration that JupyterHub reads in an environment; this process keeps its own mask for new files."""
    monkeypatch.setattr(os, "umask", lambda mask: mask)
    monkeypatch.setattr(sys, "argv", ["jupyterhub", "--Spawner.args=--allow-root"])  # as the tests' own hubs have it
    for name in [name for name in os.environ if name.startswith("COURSE_")]:
        monkeypatch.delenv(name)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return PyFileConfigLoader(CONFIG.name, path=str(CONFIG.parent)).load_config()


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"COURSE_LEARNERS": " , "}, "COURSE_LEARNERS"),
        ({"JPY_COOKIE_SECRET": ""}, "JPY_COOKIE_SECRET"),
        ({"CONFIGPROXY_AUTH_TOKEN": ""}, "CONFIGPROXY_AUTH_TOKEN"),
        ({"COURSE_PASSWORD": ""}, "COURSE_PASSWORD"),
        ({"COURSE_TEACHERS": "tess"}, "COURSE_TEACHER_PASSWORD"),
        ({"COURSE_HOMES": ""}, "COURSE_HOMES"),
        ({"COURSE_AUTHENTICATOR": "jupyterhub.auth.DummyAuthenticator"}, "COURSE_AUTHENTICATOR"),
        ({"COURSE_ADDRESS": "http://0.0.0.0:8000"}, "COURSE_ADDRESS"),
        ({"COURSE_ADDRESS": "https://0.0.0.0:8000"}, "COURSE_TLS_KEY"),
        ({"COURSE_REPOSITORY": "/nowhere"}, "COURSE_REPOSITORY"),
        ({"COURSE_REPOSITORY": "file:///nowhere"}, "COURSE_REPOSITORY"),
        ({"COURSE_IDLE_SECONDS": "an hour"}, "COURSE_IDLE_SECONDS"),
        ({"COURSE_OVERRIDE": "/nowhere/own.py"}, "COURSE_OVERRIDE"),
    ],
)
def test_what_is_missing_is_said_in_one_sentence(monkeypatch, teacher, changes, named):
    with pytest.raises(SystemExit) as stopped:
        configured(monkeypatch, teacher | changes)
    sentence = stopped.value.code
    assert re.match(named + r"\b", sentence)
    assert sentence.endswith(".")
    assert PASSWORD not in sentence


def test_one_account_for_all_is_not_root(monkeypatch, teacher):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    configured(monkeypatch, teacher)  # as the tests' own hubs
    monkeypatch.setattr(sys, "argv", ["jupyterhub"])
    with pytest.raises(SystemExit, match=r"^COURSE_SPAWNER is simple, and .*\.$"):
        PyFileConfigLoader(CONFIG.name, path=str(CONFIG.parent)).load_config()


@pytest.mark.parametrize("missing", ["COURSE_LEARNERS", "JPY_COOKIE_SECRET"])
def test_jupyterhub_does_not_start_without(installed, teacher, tmp_path, missing):
    del teacher[missing]
    command = [sys.executable, "-m", "jupyterhub", "-f", str(CONFIG)]
    found = subprocess.run(command, cwd=tmp_path, env=teacher, capture_output=True, text=True, timeout=120)
    assert found.returncode == 1
    assert found.stderr.splitlines()[-1].startswith(f"{missing} is not set: ")
    assert "Traceback" not in found.stderr
    assert PASSWORD not in found.stdout + found.stderr
    assert list(tmp_path.glob("*.sqlite")) == []


def test_only_those_who_are_named(monkeypatch, teacher):
    teacher |= {"COURSE_LEARNERS": "ana, ben cleo", "COURSE_TEACHERS": "tess", "COURSE_TEACHER_PASSWORD": 32 * "x"}
    c = configured(monkeypatch, teacher)
    assert c.Authenticator.allowed_users == {"ana", "ben", "cleo", "tess"}
    assert c.Authenticator.admin_users == {"tess"}
    assert c.Authenticator.allow_all is False
    assert c.Authenticator.allow_existing_users is False


def test_without_choices_the_strict_ones(monkeypatch, teacher):
    for name in ("COURSE_AUTHENTICATOR", "COURSE_SPAWNER", "COURSE_HOMES", "COURSE_REPOSITORY"):
        del teacher[name]
    c = configured(monkeypatch, teacher)
    assert c.JupyterHub.authenticator_class == "pam"
    assert c.JupyterHub.spawner_class == "localprocess"
    assert c.JupyterHub.bind_url == "http://127.0.0.1:8000"
    assert Path(c.Spawner.environment["COURSE_REPOSITORY"]) == CLASSROOM.parent.parent


def test_a_file_of_the_teacher_comes_last(monkeypatch, teacher, tmp_path):
    own = tmp_path / "own.py"
    own.write_text("c.Authenticator.allowed_users = {'zoe'}\nc.Spawner.mem_limit = '3G'\n", encoding="utf-8")
    c = configured(monkeypatch, teacher | {"COURSE_LEARNERS": "", "COURSE_OVERRIDE": str(own)})
    assert c.Authenticator.allowed_users == {"zoe"}
    assert c.Authenticator.allow_all is False
    assert c.Spawner.mem_limit == "3G"


def test_servers_report_more_often_than_idle_ones_are_stopped(monkeypatch, teacher):
    for idle in (20, 600, 3600):
        c = configured(monkeypatch, teacher | {"COURSE_IDLE_SECONDS": str(idle)})
        report = int(c.Spawner.environment["JUPYTERHUB_ACTIVITY_INTERVAL"])
        assert c.JupyterHub.last_activity_interval == report < idle / 2
        assert f"--timeout={idle}" in c.JupyterHub.services[0]["command"]


def test_culler_may_do_no_more_than_stop_servers(monkeypatch, teacher):
    (role,) = configured(monkeypatch, teacher).JupyterHub.load_roles
    assert role["services"] == ["idle-culler"]
    assert set(role["scopes"]) == {"list:users", "read:users:activity", "read:servers", "delete:servers"}


def test_no_more_servers_than_memory_is_promised_for(monkeypatch, teacher):
    c = configured(monkeypatch, teacher)
    memory = psutil.virtual_memory().total
    promised = c.JupyterHub.active_server_limit * int(c.Spawner.mem_guarantee.removesuffix("M")) * 2**20
    assert 0.5 * memory < promised < memory


def test_kubernetes_has_the_same_settings(monkeypatch, teacher):
    c = configured(monkeypatch, teacher)
    server = VALUES["singleuser"]
    assert server["memory"] == {"guarantee": c.Spawner.mem_guarantee, "limit": c.Spawner.mem_limit}
    assert server["defaultUrl"] == c.Spawner.default_url
    assert server["extraEnv"]["OMP_NUM_THREADS"] == c.Spawner.environment["OMP_NUM_THREADS"] == "1"
    assert server["extraEnv"].keys() <= c.Spawner.environment.keys()
    assert server["startTimeout"] == c.Spawner.http_timeout
    assert Path(server["cmd"][1]).relative_to(server["extraEnv"]["COURSE_REPOSITORY"]) == Path(
        c.Spawner.cmd[1]
    ).relative_to(CLASSROOM.parent.parent)
    assert VALUES["hub"]["config"]["KubeSpawner"]["notebook_dir"] == c.Spawner.notebook_dir
    culler = c.JupyterHub.services[0]["command"]
    assert {f"--timeout={VALUES['cull']['timeout']}", f"--cull-every={VALUES['cull']['every']}"} <= set(culler)


def test_kubernetes_admits_nobody_by_itself():
    config = VALUES["hub"]["config"]
    assert config["JupyterHub"]["authenticator_class"] == "null"
    assert config["Authenticator"] == {"allow_all": False, "allow_existing_users": False}


def leaves(tree, path=""):
    """(path, value) of everything in nested mappings and lists."""
    if isinstance(tree, dict | list):
        for name, part in tree.items() if isinstance(tree, dict) else enumerate(tree):
            yield from leaves(part, f"{path}.{name}")
    else:
        yield path, tree


def test_no_secret_in_any_file():
    kept = re.compile(r"secret|password|token|credential|key$", re.IGNORECASE)
    assert [path for path, _ in leaves(VALUES) if kept.search(path)] == []
    for path in CLASSROOM.iterdir():
        if path.is_file():
            assert re.findall(r"\b[0-9a-fA-F]{32,}\b|BEGIN [A-Z ]*KEY", path.read_text(encoding="utf-8")) == [], (
                path.name
            )


def test_the_guide_names_every_variable():
    variables = re.compile(r"\b(?:COURSE_[A-Z_]+|JPY_COOKIE_SECRET|CONFIGPROXY_AUTH_TOKEN)\b")
    used = set(variables.findall(CONFIG.read_text(encoding="utf-8")))
    assert used == set(variables.findall((CLASSROOM / "README.md").read_text(encoding="utf-8")))


def test_versions_are_exact():
    lines = (CLASSROOM / "requirements.txt").read_text(encoding="utf-8").split()
    assert [line for line in lines if not re.fullmatch(r"[a-z-]+==\d+(\.\d+)+", line)] == []
    assert {line.split("==")[0] for line in lines} >= {"jupyterhub", "jupyterhub-idle-culler", "nbgitpuller"}
