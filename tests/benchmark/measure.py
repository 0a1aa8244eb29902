"""What the benchmarks share: medians, the memory of a process, a lesson's code, and a kernel of its own."""

import contextlib
import os
import queue
import statistics
import subprocess
import sys
import time
from pathlib import Path

import nbformat
from jupyter_client.manager import KernelManager

LESSONS = sorted((Path(__file__).resolve().parent.parent.parent / "notebooks").glob("*.ipynb"))
BARE = "import torch\nimport matplotlib.pyplot\nimport ipywidgets"
ADAM = "_ = torch.optim.Adam([torch.zeros(1, requires_grad=True)])"
MIB = 1024  # the unit of /proc is KiB


def median_and_p95(values):
    """The median, and the value below which 95 of 100 lie; both are the value itself when there is only one."""
    values = list(values)
    if len(values) < 2:
        return (*values, *values)
    return statistics.median(values), statistics.quantiles(values, n=20, method="inclusive")[-1]


def memory(pid):
    """(PSS, RSS) of a process in MiB: pages that several processes share count in part, and in full. Linux only."""
    sizes = {}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]:
        name, size, *_ = line.split()
        sizes[name] = int(size) / MIB
    return sizes["Pss:"], sizes["Rss:"]


def code_cells(path):
    """The code cells of a notebook."""
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


def environment():
    """The environment for what is measured: one thread, as in the tests."""
    return os.environ | {"OMP_NUM_THREADS": "1"}


@contextlib.contextmanager
def started_kernel(folder):
    """A kernel that has been told to start, in the folder of the lessons; its files are in `folder`. Ends with the block.

    Gives its process number and a client whose channels are open; the kernel need not be ready yet.
    """
    manager = KernelManager(connection_file=str(Path(folder) / f"kernel-{time.monotonic_ns()}.json"))
    manager.kernel_spec.argv[0] = sys.executable
    away = {"IPYTHONDIR": str(folder), "JUPYTER_RUNTIME_DIR": str(folder)}
    silent = dict(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # the table is what is printed
    manager.start_kernel(cwd=str(LESSONS[0].parent), env=environment() | away, **silent)
    client = manager.client()
    try:
        client.start_channels()
        yield manager.provisioner.pid, client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def wanted(client, is_wanted, seconds):
    """The first message on iopub that is wanted; raises TimeoutError when none has come in time."""
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        with contextlib.suppress(queue.Empty):
            message = client.get_iopub_msg(timeout=left)
            if is_wanted(message):
                return message
    raise TimeoutError(f"no answer from a kernel in {seconds} seconds")


def run_code(client, code, seconds, expressions=None):
    """Run code in a kernel and wait for its end; returns the reply's `user_expressions`. Raises RuntimeError if it raises."""
    reply = client.execute_interactive(code, user_expressions=expressions or {}, timeout=seconds, output_hook=len)
    if reply["content"]["status"] != "ok":
        raise RuntimeError("\n".join(reply["content"]["traceback"]))
    found = reply["content"]["user_expressions"]
    if any(value["status"] != "ok" for value in found.values()):
        raise RuntimeError(str(found))
    return found
