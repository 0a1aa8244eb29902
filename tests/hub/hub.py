"""A JupyterHub with the classroom's own configuration, on loopback, in a temporary folder, with learners made for a test."""

import contextlib
import importlib.util
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
from learner import Learner

ROOT = Path(__file__).resolve().parent.parent.parent
CLASSROOM = ROOT / "helpers" / "classroom"
CONFIG = CLASSROOM / "jupyterhub_config.py"
START_SECONDS, STOP_SECONDS = 90, 60
LEARNERS = ("ana", "ben", "cleo")
PROXY = "configurable-http-proxy"


def what_is_missing():
    """The first thing that a hub needs and that is not installed, in words, or None."""
    if importlib.util.find_spec("jupyterhub") is None:
        return "JupyterHub is not installed (pip install -r helpers/classroom/requirements.txt)"
    if shutil.which(PROXY) is None:
        return f"{PROXY} is not installed (npm install -g {PROXY})"
    return None


@dataclass
class Hub:
    """A running hub: the address of its proxy and of the proxy's own API, the learners' password, and where things are."""

    address: str
    proxy_api: str
    password: str
    process: psutil.Process
    homes: Path
    log: Path
    repository: Path

    def learner(self, name):
        """Somebody with a browser of their own, not logged in."""
        return Learner(self.address, name)

    def logged_in(self, name):
        """A learner who has logged in."""
        learner = self.learner(name)
        answer = learner.log_in(self.password)
        assert answer.status_code == 200, answer.status_code
        return learner

    def proxy(self):
        """The process of the proxy."""
        return next(child for child in self.process.children() if PROXY in " ".join(child.cmdline()))

    def server(self, name):
        """The process of a learner's server, None when there is none."""
        home = str(self.homes / name)
        for child in self.process.children():
            with contextlib.suppress(psutil.Error):
                if "jupyterhub.singleuser" in child.cmdline() and child.environ().get("HOME") == home:
                    return child
        return None


def course_repository(folder):
    """A git repository with the lessons of this checkout as they are now, as a teacher has one."""
    for name in ("notebooks", "images"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns(".ipynb_checkpoints", "__pycache__"))
    for command in (["init", "-q", "-b", "main"], ["add", "--all"], ["commit", "-q", "-m", "The course"]):
        git(folder, *command)
    return folder


def git(folder, *arguments):
    """Run git in `folder` under a name of its own."""
    author = ["-c", "user.name=Teacher", "-c", "user.email=teacher@example.org"]
    subprocess.run(["git", *author, *arguments], cwd=folder, check=True, capture_output=True, timeout=60)


def free_ports(count):
    """That many ports on loopback that nothing listens on."""
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def environment_of_a_teacher(folder, learners, password):
    """What a teacher sets for a trial on one account: who, how, and the secrets, new each time."""
    return {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "LANG": "C.UTF-8",
        "HOME": str(folder),
        "COURSE_LEARNERS": " ".join(learners),
        "COURSE_AUTHENTICATOR": "shared-password",
        "COURSE_PASSWORD": password,
        "COURSE_SPAWNER": "simple",
        "COURSE_HOMES": str(folder / "homes"),
        "JPY_COOKIE_SECRET": secrets.token_hex(32),
        "CONFIGPROXY_AUTH_TOKEN": secrets.token_hex(32),
    }


@contextlib.contextmanager
def running_hub(folder, learners, python=sys.executable, **changes):
    """Start the hub for `learners`; `changes` of the environment come on top; yield a `Hub`, and stop all that it started.

    python: what runs the hub and the learners' servers.
    """
    repository = course_repository(folder / "teacher")
    port, hub_port, proxy_port = free_ports(3)
    password = secrets.token_urlsafe(16)
    environment = environment_of_a_teacher(folder, learners, password)
    environment |= {"COURSE_ADDRESS": f"http://127.0.0.1:{port}", "COURSE_REPOSITORY": str(repository), **changes}
    state, log = folder / "state", folder / "hub.log"
    state.mkdir()
    (folder / "homes").mkdir(exist_ok=True)
    options = [f"--JupyterHub.hub_port={hub_port}", f"--ConfigurableHTTPProxy.api_url=http://127.0.0.1:{proxy_port}"]
    options += ["--Spawner.args=--LabApp.expose_app_in_browser=True"]
    options += ["--Spawner.args=--allow-root"] * (os.geteuid() == 0)
    with log.open("w", encoding="utf-8") as lines:
        command = [python, "-m", "jupyterhub", "-f", str(CONFIG), *options]
        started = subprocess.Popen(command, cwd=state, env=environment, stdout=lines, stderr=lines)
        process = psutil.Process(started.pid)
        hub = Hub(
            environment["COURSE_ADDRESS"],
            f"http://127.0.0.1:{proxy_port}",
            password,
            process,
            folder / "homes",
            log,
            repository,
        )
        try:
            wait_for(lambda: hub.learner("nobody").is_served(), START_SECONDS, started, log)
            yield hub
        finally:
            stop(started, process)


def wait_for(condition, seconds, process=None, log=None):
    """Return when `condition()` is true; raise when `process` ends before, or the seconds are over."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline or (process is not None and process.poll() is not None):
            raise TimeoutError(log.read_text(encoding="utf-8")[-3000:] if log else f"{condition} after {seconds} s")
        time.sleep(0.2)


def stop(started, process):
    """Stop the hub as a teacher does, with Ctrl-C; end what is left over of all that it started."""
    everything = process.children(recursive=True) if started.poll() is None else []
    started.send_signal(signal.SIGINT)
    with contextlib.suppress(subprocess.TimeoutExpired):
        started.wait(STOP_SECONDS)
    for left in [*everything, process]:
        with contextlib.suppress(psutil.Error):
            left.kill()
    psutil.wait_procs(everything, timeout=10)
    started.wait(10)
