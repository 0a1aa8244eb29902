"""Whether this computer is ready for the course, said in words: what is wrong, and what to do about it.

`facts` looks; `findings` judges what was seen and says it. So a test can break one fact at a time.
"""

import html
import json
import os
import sys
import threading
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import torch
from jupyter_core.paths import jupyter_path

from helpers.words import say

OLDEST_PYTHON = (3, 11)
CHECKED = {
    "torch": "2.13.0",
    "ipywidgets": "8.1.9",
    "anywidget": "0.11.0",
    "matplotlib": "3.11.2",
    "jupyterlab": "4.6.6",
}
_EXTENSIONS = Path("share/jupyter/labextensions")
_WIDGETS = ("@jupyter-widgets/jupyterlab-manager", "anywidget")


@dataclass(frozen=True)
class Facts:
    """What was seen.

    python: version, three numbers; executable: where it is; versions: {package: version, or None when it is missing};
    kernel: the folder of the Python that runs this notebook; server: that of the Python that runs Jupyter, None when it
    is not known; widgets: the version of the widgets' JupyterLab side there, None when it is missing; threads: how many
    PyTorch uses, asked from two threads
    """

    python: tuple
    executable: str
    versions: dict
    kernel: str
    server: str | None
    widgets: str | None
    threads: tuple


def facts():
    """The `Facts` of this kernel."""
    versions = {name: _version(name) for name in CHECKED}
    server = _server()
    widgets = _widgets(server or sys.prefix)
    return Facts(sys.version_info[:3], sys.executable, versions, sys.prefix, server, widgets, _threads())


@dataclass(frozen=True)
class Finding:
    """good: whether all is well; words: what was found, and what to do when it is not."""

    good: bool
    words: str


def findings(seen):
    """A `Finding` for each thing that the course needs, from `Facts`."""
    python = ".".join(str(number) for number in seen.python)
    oldest = ".".join(str(number) for number in OLDEST_PYTHON)
    found = [_one("python", seen.python[:2] >= OLDEST_PYTHON, got=python, oldest=oldest)]
    for name in CHECKED:
        got, checked = seen.versions[name], CHECKED[name]
        key = "missing" if got is None else "same" if got.split("+")[0] == checked else "other"
        old = got is not None and _too_old(name, got)
        values = dict(name=name, got=got, checked=checked, python=seen.executable)
        found.append(Finding(key != "missing" and not old, say(f"environment.{'old' if old else key}", **values)))
    if seen.server is not None:
        apart = dict(kernel=seen.kernel, server=seen.server, python=seen.executable)
        found.append(_one("server", seen.server == seen.kernel, **apart))
    place = seen.server or seen.kernel
    found.append(_one("widgets", seen.widgets is not None, got=seen.widgets, place=place, python=seen.executable))
    found.append(_one("threads", set(seen.threads) == {1}, got=max(seen.threads)))
    return found


def require(name):
    """Raise ImportError, in a sentence that says what to do, when the package `name` is older than the course needs."""
    got = _version(name)
    if got is not None and _too_old(name, got):
        raise ImportError(say("environment.old", name=name, got=got, checked=CHECKED[name], python=sys.executable))


class Report:
    """Findings as words with a symbol each; `ready` is True when nothing is wrong."""

    def __init__(self, found):
        self.findings = found
        self.ready = all(finding.good for finding in found)
        self._last = say(f"environment.{'ready' if self.ready else 'not_ready'}")

    def __repr__(self):
        lines = [f"{'✓' if finding.good else '✗'} {finding.words}" for finding in self.findings if not finding.good]
        return "\n".join([*lines, self._last])

    def _repr_html_(self):
        rows = "".join(
            f"<li><b aria-hidden='true'>{'✓' if finding.good else '✗'}</b> {html.escape(finding.words)}</li>"
            for finding in self.findings
        )
        return f"<div role='status'><ul style='list-style:none;padding:0'>{rows}<li><b>{html.escape(self._last)}</b></li></ul></div>"


def check_environment():
    """Look at this computer and return a `Report`. Its plain text names only what is wrong."""
    return Report(findings(facts()))


def _one(key, good, **values):
    return Finding(good, say(f"environment.{key}_{'good' if good else 'bad'}", **values))


def _minor(version):
    """The first two numbers of a version: patches are not judged."""
    return tuple(int(number) for number in version.split("+")[0].split(".")[:2])


def _too_old(name, got):
    return _minor(got) < _minor(CHECKED[name])


def _version(name):
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _server():
    """The folder of the Python that runs Jupyter: the kernel's parent says how it was started."""
    try:
        import psutil

        command = psutil.Process(int(os.environ["JPY_PARENT_PID"])).cmdline()[0]
    except Exception:
        return None
    folder = Path(command).absolute().parent.parent
    return str(folder) if (folder / _EXTENSIONS).is_dir() and Path(command).is_absolute() else None


def _widgets(prefix):
    """The version of the widgets' JupyterLab side below `prefix` or where Jupyter looks as well, None when a part is missing."""
    folders = [Path(prefix) / _EXTENSIONS, *map(Path, jupyter_path("labextensions"))]
    versions = [_extension(name, folders) for name in _WIDGETS]
    return versions[0] if all(versions) else None


def _extension(name, folders):
    """The version of the first extension `name` in `folders`, None when none has it."""
    for folder in folders:
        try:
            return json.loads((folder / name / "package.json").read_text(encoding="utf-8"))["version"]
        except (OSError, ValueError, KeyError):
            continue
    return None


def _threads():
    counts = [torch.get_num_threads()]
    other = threading.Thread(target=lambda: counts.append(torch.get_num_threads()))
    other.start()
    other.join()
    return tuple(counts)
