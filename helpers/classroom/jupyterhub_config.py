"""JupyterHub for one class on one machine: `jupyterhub -f helpers/classroom/jupyterhub_config.py`.

README.md beside this file says how. What a teacher chooses, and every secret, comes from the environment. What is
missing there ends the start with one sentence. COURSE_OVERRIDE names a file of the teacher's own, read last.
"""

import os
import sys
from pathlib import Path
from urllib.parse import urlparse

c = get_config()  # type: ignore[name-defined] # noqa: F821
HERE = Path(__file__).resolve().parent
COURSE = HERE.parent.parent
START_PAGE = "/lab/tree/course/notebooks/00_start_here.ipynb"
MEMORY_GUARANTEE, MEMORY_LIMIT = "640M", "2G"  # measured: see README.md
RESERVED = 2**30  # bytes for the hub, the proxy and the system


def wanted(name, why):
    """The value of an environment variable that must be there; SystemExit with a sentence when it is not."""
    value = os.environ.get(name, "").strip()
    if not value:
        raise SystemExit(f"{name} is not set: {why}.")
    return value


def names(variable):
    """The user names in an environment variable, separated by commas or spaces."""
    return set(os.environ.get(variable, "").replace(",", " ").split())


os.umask(0o077)  # what the hub and the servers write, the hub's database too, is for their own accounts alone

# Who may come in.
learners, teachers = names("COURSE_LEARNERS"), names("COURSE_TEACHERS")
override = os.environ.get("COURSE_OVERRIDE", "")
if override and not os.path.isfile(override):
    raise SystemExit(f"COURSE_OVERRIDE: {override} is no file; name the one with your own settings.")
if not learners and not teachers and not override:
    raise SystemExit(
        "COURSE_LEARNERS is not set: name who may log in, separated by commas. Nobody is admitted otherwise."
    )
c.Authenticator.allow_all = False
c.Authenticator.allow_existing_users = False  # a name that leaves the list is locked out
c.Authenticator.allowed_users = learners | teachers
c.Authenticator.admin_users = teachers

# How they say who they are.
authenticator = os.environ.get("COURSE_AUTHENTICATOR", "pam")
if "dummy" in authenticator.lower():
    raise SystemExit("COURSE_AUTHENTICATOR names JupyterHub's dummy, which takes any password: choose another one.")
c.JupyterHub.authenticator_class = authenticator
if authenticator == "shared-password":
    c.SharedPasswordAuthenticator.user_password = wanted(
        "COURSE_PASSWORD", "the learners' password, 8 characters or more"
    )
    if teachers:
        why = "the teachers' password, 32 characters or more"
        c.SharedPasswordAuthenticator.admin_password = wanted("COURSE_TEACHER_PASSWORD", why)

# JupyterHub reads both of these itself, and would write the first one into a file, or make new ones at each start.
wanted("JPY_COOKIE_SECRET", "make one with `openssl rand -hex 32` and keep it")
wanted("CONFIGPROXY_AUTH_TOKEN", "make one with `openssl rand -hex 32` and keep it")

# Where the hub listens. A password never crosses a network in clear text.
address = os.environ.get("COURSE_ADDRESS", "http://127.0.0.1:8000")
c.JupyterHub.bind_url = address
if urlparse(address).scheme == "https":
    why = "an https address needs the paths of its key and its certificate"
    c.JupyterHub.ssl_key, c.JupyterHub.ssl_cert = wanted("COURSE_TLS_KEY", why), wanted("COURSE_TLS_CERTIFICATE", why)
elif urlparse(address).hostname not in ("127.0.0.1", "localhost", "::1"):
    raise SystemExit(
        "COURSE_ADDRESS is http, and other machines reach it: passwords would cross the network in clear text."
        " Use https, or a loopback address behind a web server that does."
    )

# With a name of its own for each learner's server, a page that one learner made has no part in another's session.
c.JupyterHub.subdomain_host = os.environ.get("COURSE_SUBDOMAIN_HOST", "")

# A learner's server. The spawner's own name is JupyterHub's: localprocess runs it under the learner's own account.
spawner = os.environ.get("COURSE_SPAWNER", "localprocess")
c.JupyterHub.spawner_class = spawner
if spawner == "simple":
    if os.geteuid() == 0 and not any("--allow-root" in word for word in sys.argv):
        raise SystemExit(
            "COURSE_SPAWNER is simple, and Jupyter does not run as root: start the hub as an ordinary user."
        )
    homes = wanted("COURSE_HOMES", "the spawner simple needs a folder in which it makes the learners' homes")
    c.SimpleLocalProcessSpawner.home_dir_template = os.path.join(homes, "{username}")
    print(
        "COURSE_SPAWNER is simple: one account runs everything, so nothing keeps learners' code apart.", file=sys.stderr
    )
seconds = os.environ.get("COURSE_IDLE_SECONDS", "3600")
if not seconds.isdecimal() or int(seconds) == 0:
    raise SystemExit(f"COURSE_IDLE_SECONDS is {seconds}: it takes a whole number of seconds, 3600 for an hour.")
idle = int(seconds)
report = max(1, min(300, idle // 4))  # a server must report more often than idle ones are stopped
repository = os.environ.get("COURSE_REPOSITORY", "") or str(COURSE)
path = repository.removeprefix("file://")
if os.path.isabs(path) and not os.path.exists(os.path.join(path, ".git")):
    raise SystemExit(f"COURSE_REPOSITORY: {repository} is no git repository; name one, the course's own for instance.")
c.Spawner.cmd = [sys.executable, str(HERE / "start_server.py")]
c.Spawner.notebook_dir = "~"
c.Spawner.default_url = START_PAGE
c.Spawner.environment = {
    "OMP_NUM_THREADS": "1",
    "COURSE_REPOSITORY": repository,
    "COURSE_BRANCH": os.environ.get("COURSE_BRANCH", ""),
    "COURSE_IDLE_SECONDS": str(idle),
    "JUPYTERHUB_ACTIVITY_INTERVAL": str(report),
}
c.Spawner.mem_guarantee, c.Spawner.mem_limit = MEMORY_GUARANTEE, MEMORY_LIMIT
c.Spawner.start_timeout = c.Spawner.http_timeout = 300  # a whole class may press the button at once

# localprocess and simple enforce neither of the two. So no more servers start than the guarantees leave room for.
memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
c.JupyterHub.active_server_limit = max(1, (memory - RESERVED) // (int(MEMORY_GUARANTEE.removesuffix("M")) * 2**20))

# Servers that nobody uses are stopped. Their files stay.
c.JupyterHub.last_activity_interval = report
c.JupyterHub.services = [
    {
        "name": "idle-culler",
        "command": [
            sys.executable,
            "-m",
            "jupyterhub_idle_culler",
            f"--timeout={idle}",
            f"--cull-every={max(1, idle // 6)}",
        ],
    }
]
c.JupyterHub.load_roles = [
    {
        "name": "idle-culler",
        "services": ["idle-culler"],
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
    }
]

if override:
    load_subconfig(override)  # type: ignore[name-defined] # noqa: F821
