"""A barren place to run a lesson in: no network, a home that cannot be written, and a copy of the course of its own.

The first two need the namespaces of Linux. Elsewhere lessons run in the copy all the same, and `why_not` says what
is missing.
"""

import functools
import os
import re
import shutil
import subprocess
import sys
import tempfile

import nbformat
from lesson_form import ROOT, clean

TOOLS = {
    "jupyter execute": ["-m", "jupyter", "execute", "--inplace", "--timeout=120", "{notebook}"],
    "papermill": ["-m", "papermill", "--no-progress-bar", "--execution-timeout=120", "{notebook}", "{notebook}"],
}
SECONDS = 300  # for one notebook
UNSHARE = ["unshare", "--net", "--mount", *(["--map-root-user"] if hasattr(os, "getuid") and os.getuid() else [])]
# The kernel's own messages go over loopback, which is down in a new namespace. 0x8914 is SIOCSIFFLAGS, 1 is IFF_UP.
ENTER = """
import fcntl, os, socket, struct, subprocess, sys
subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", os.environ["HOME"]], check=True)
with socket.socket() as any_socket:
    fcntl.ioctl(any_socket, 0x8914, struct.pack("16sH14x", b"lo", 1))
os.execv(sys.argv[1], sys.argv[1:])
"""
# Matplotlib tells whoever imports it that it found no home; a lesson can do nothing about that.
NO_HOME = re.compile(r"(mkdir -p failed for path|Matplotlib created a temporary cache directory) .*\n+")
HOMES = ("XDG_", "JUPYTER", "IPYTHON", "MPL")  # what may name a folder to write in that is not below the home


def said(cells):
    """What the code cells say in text, cell by cell, without Matplotlib's words about the home."""
    return [[text for text in map(_words, cell.outputs) if text != ""] for cell in cells if cell.cell_type == "code"]


def _words(output):
    text = output.get("text") or output.get("data", {}).get("text/plain")
    return NO_HOME.sub("", text) if text else None


def contents(folder):
    """{name: bytes} of all files below, and {name: None} of all folders; not the byte code that Python keeps."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
        if "__pycache__" not in path.parts
    }


@functools.cache
def why_not():
    """Why a process cannot be without network and home on this machine; None when it can."""
    if sys.platform != "linux":
        return "namespaces are a thing of Linux"
    with tempfile.TemporaryDirectory() as home:
        command = [*UNSHARE, sys.executable, "-c", ENTER, sys.executable, "-c", ""]
        try:
            tried = subprocess.run(command, env=os.environ | {"HOME": home}, capture_output=True, text=True, timeout=60)
        except OSError as error:
            return str(error)
        return None if tried.returncode == 0 else " ".join(tried.stderr.split())


class Place:
    """A copy of the course in `folder`, and processes whose home and temporary files are in there, too."""

    def __init__(self, folder):
        self.course = folder / "course"
        self.home, temporary = folder / "home", folder / "temporary"
        self.home.mkdir()
        temporary.mkdir()
        not_the_course = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "build", "my_work_*")
        shutil.copytree(ROOT, self.course, ignore=not_the_course)
        self.env = {name: value for name, value in os.environ.items() if not name.startswith(HOMES)}
        self.env |= {"HOME": str(self.home), "USERPROFILE": str(self.home), "TMPDIR": str(temporary)}
        self.env |= {"PYTHONPATH": str(self.course), "OMP_NUM_THREADS": "1"}
        self._before, self._ran = contents(self.course), set()

    def python(self, *words, barren=True):
        """Run Python in the folder of the lessons; returns the finished process. barren: in the namespaces, if any."""
        entrance = [*UNSHARE, sys.executable, "-c", ENTER] if barren and why_not() is None else []
        command, folder = [*entrance, sys.executable, *words], self.course / "notebooks"
        return subprocess.run(command, cwd=folder, env=self.env, capture_output=True, text=True, timeout=SECONDS)

    def execute(self, tool, notebook, name):
        """Run a notebook as the lesson `name` by one of `TOOLS`; returns it in the stored form, with its outputs."""
        path = self.course / "notebooks" / name
        nbformat.write(notebook, path)
        done = self.python(*(word.format(notebook=name) for word in TOOLS[tool]))
        assert done.returncode == 0, done.stderr[-5000:]
        self._ran.add(f"notebooks/{name}")
        return clean(nbformat.read(path, as_version=4))

    def touched(self):
        """The names of all files and folders that are new, gone or not as they were, without the notebooks that ran."""
        now = contents(self.course)
        names = (now.keys() | self._before.keys()) - self._ran
        return sorted(name for name in names if now.get(name, "gone") != self._before.get(name, "new"))
