"""A class on this machine: 1, 5, 10 and 20 learners at once, through the real hub and its proxy.

    python tests/benchmark/classroom.py [--learners 1 5 10 20] [--bursts 4]

The hub runs with the classroom's own configuration. All learners of a row log in in the same moment; each gets a
server and a kernel, runs lesson 04 from top to bottom as Run All does, and then drags a slider of its explorer:
bursts of 10 moves, 60 ms after each picture the next, with 2 to 5 seconds to look at it between two bursts. Every
move is a message of the kind that a browser sends, on the kernel's websocket, and is over when picture and caption
have come back. There is no browser: drawing on a learner's own screen costs this machine nothing.

Then, while all of them drag, one learner's kernel is killed, and after that the proxy: the others must go on, and
everybody must be served again, with what they had saved and, after the proxy, with what their kernel held.

Measured: from the log-in to a running server, to the first picture, to the end of the lesson; from a move to its
picture; the memory of a learner's server and kernel, shared pages counted in part (PSS); processor time while all
drag. A failure is a learner without a picture, a move without one, or somebody who is not served again.
"""

import argparse
import os
import random
import signal
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "hub"))

import psutil
import requests
import websocket
from hub import running_hub, wait_for, what_is_missing
from learner import KernelDied
from measure import LESSONS, code_cells, median_and_p95, memory

LESSON = "04_multilayer_rnn"
PLACE = f"course/notebooks/{LESSON}.ipynb"
BURST, PAUSE, REST = 10, 0.06, (2.0, 5.0)  # moves in a burst, seconds between two moves and between two bursts
PATIENCE, MOVE_PATIENCE = 900, 30  # seconds for a server, a kernel, a cell; and for one move
AGAIN = 180  # seconds within which everybody must be served again
MOST = 60  # learners
EACH = 600  # MiB that must be free for each learner before a row begins
LOST = (KernelDied, TimeoutError, OSError, requests.RequestException, websocket.WebSocketException)


@dataclass
class Attendance:
    """What one learner saw. All times in seconds; `failures` are sentences."""

    name: str
    server: float = float("nan")
    first_picture: float = float("nan")
    lesson: float = float("nan")
    moves: list = field(default_factory=list)
    served_again: float = float("nan")
    failures: list = field(default_factory=list)


class Class:
    """Learners who do the same thing at the same time, each in a thread of their own."""

    def __init__(self, hub, names):
        self.hub = hub
        self.attendances = [Attendance(name) for name in names]
        self.kernels, self.learners = {}, {}
        self.cells = [cell.source for path in LESSONS if path.stem == LESSON for cell in code_cells(path)]

    def all_do(self, act, meanwhile=None):
        """Let every learner `act(attendance)`, call `meanwhile()` in this thread, and wait; errors become failures."""

        def guarded(attendance):
            try:
                act(attendance)
            except Exception as error:
                attendance.failures.append(f"{type(error).__name__}: {error}")

        with ThreadPoolExecutor(len(self.attendances)) as threads:
            for attendance in self.attendances:
                threads.submit(guarded, attendance)
            if meanwhile is not None:
                meanwhile()

    def arrive(self, attendance):
        """Log in, start the server, run the lesson from top to bottom."""
        started = time.monotonic()
        learner = self.learners[attendance.name] = self.hub.logged_in(attendance.name)
        learner.start_server(PATIENCE)
        attendance.server = time.monotonic() - started
        kernel = self.kernels[attendance.name] = learner.open_kernel(PLACE)
        for source in self.cells:
            shown = kernel.run(source, PATIENCE)
            if source.startswith("explore_"):
                assert any("image/png" in message["content"].get("data", {}) for message in shown)
                attendance.first_picture = time.monotonic() - started
        attendance.lesson = time.monotonic() - started

    def save(self, attendance):
        """Keep something in the kernel and in a changed lesson."""
        self.kernels[attendance.name].run(f"mine = {attendance.name!r}")
        learner = self.learners[attendance.name]
        model = learner.api("GET", f"contents/{PLACE}").json()
        model["content"]["cells"][0]["source"] += f"\n\nWritten by {attendance.name}."
        learner.api("PUT", f"contents/{PLACE}", model).raise_for_status()

    def drag(self, attendance, bursts=100, stop=None):
        """Drag a slider in bursts; `stop`, an event, ends it early."""
        kernel, chance = self.kernels[attendance.name], random.Random(attendance.name)
        slider = kernel.widget("IntSliderModel", description="seq_len")
        time.sleep(chance.uniform(0, REST[1]))
        for number in range(bursts * BURST):
            if stop is not None and stop.is_set():
                return
            attendance.moves.append(kernel.move(slider, 6 + number % 10, MOVE_PATIENCE))
            time.sleep(PAUSE if (number + 1) % BURST else chance.uniform(*REST))

    def explore_again(self, attendance):
        """Run the imports and the explorer once more, in a kernel that started anew, and move its slider."""
        kernel = self.kernels[attendance.name] = self.learners[attendance.name].open_kernel(PLACE)
        for source in (self.cells[0], next(source for source in self.cells if source.startswith("explore_"))):
            kernel.run(source, AGAIN)
        kernel.move(kernel.widget("IntSliderModel", description="seq_len"), 9, MOVE_PATIENCE)

    def check_files(self, attendance):
        """The changed lesson is as it was saved."""
        content = self.learners[attendance.name].api("GET", f"contents/{PLACE}").json()["content"]
        if not content["cells"][0]["source"].endswith(f"Written by {attendance.name}."):
            attendance.failures.append("the saved lesson is not as it was")

    def memory(self):
        """MiB of each learner's server and kernel together (PSS), and of hub, proxy and culler."""
        sizes = []
        for attendance in self.attendances:
            server = self.hub.server(attendance.name)
            sizes.append(sum(memory(process.pid)[0] for process in [server, *server.children(recursive=True)]))
        middle = [self.hub.process, *self.hub.process.children()]
        return sizes, sum(memory(p.pid)[0] for p in middle if "jupyterhub.singleuser" not in p.cmdline())

    def processor_seconds(self):
        """What hub, proxy, servers and kernels have used so far."""
        total = 0.0
        for process in [self.hub.process, *self.hub.process.children(recursive=True)]:
            times = process.cpu_times()
            total += times.user + times.system
        return total


def kill_a_kernel(group):
    """While all drag, kill the first learner's kernel; the others' moves must all be answered. Seconds until served."""
    victim, over = group.attendances[0], threading.Event()
    pid = int(group.kernels[victim.name].printed("import os; print(os.getpid())"))
    seen = {}

    def go_on(attendance):
        if attendance is not victim:
            group.drag(attendance, stop=over)
            return
        try:
            group.drag(attendance)
        except LOST:
            group.explore_again(attendance)
            seen["served"] = time.monotonic()
        else:
            victim.failures.append("did not notice that the kernel was killed")
        finally:
            over.set()

    def kill():
        time.sleep(REST[1] + 1)
        seen["killed"] = time.monotonic()
        os.kill(pid, signal.SIGKILL)

    group.all_do(go_on, kill)
    group.all_do(group.check_files)
    return seen["served"] - seen["killed"] if "served" in seen else float("nan")


def kill_the_proxy(group):
    """While all drag, kill the proxy; everybody must be served again by the same kernels. The longest time until then."""
    seen = {}

    def come_back(attendance):
        kernel = group.kernels[attendance.name]
        try:
            group.drag(attendance)
        except LOST:
            kernel.close()
            wait_for(lambda: connected(kernel), AGAIN)
        else:
            attendance.failures.append("did not notice that the proxy was killed")
        slider = kernel.widget("IntSliderModel", description="seq_len")
        kernel.move(slider, 5, MOVE_PATIENCE)
        kernel.move(slider, 7, MOVE_PATIENCE)
        attendance.served_again = time.monotonic() - seen["killed"]
        if attendance is not group.attendances[0] and kernel.printed("print(mine)") != f"{attendance.name}\n":
            attendance.failures.append("the kernel has lost what it held")

    def kill():
        time.sleep(REST[1] + 1)
        seen["killed"] = time.monotonic()
        group.hub.proxy().kill()

    group.all_do(come_back, kill)
    group.all_do(group.check_files)
    return max(attendance.served_again for attendance in group.attendances)


def connected(kernel):
    """Whether the kernel's websocket could be opened again."""
    try:
        kernel.connect()
    except LOST:
        return False
    return True


def measure(count, bursts):
    """One row: a new hub, `count` learners; returns the figures by name."""
    names = [f"learner{number:02d}" for number in range(1, count + 1)]
    with tempfile.TemporaryDirectory() as folder, running_hub(Path(folder), names) as hub:
        group = Class(hub, names)
        group.all_do(group.arrive)
        here = group.attendances
        if any(attendance.failures for attendance in here):
            return {"learners": count, "failures": [f for a in here for f in (f"{a.name}: {x}" for x in a.failures)]}
        group.all_do(group.save)
        used, started = group.processor_seconds(), time.monotonic()
        group.all_do(partial(group.drag, bursts=bursts))
        cores = (group.processor_seconds() - used) / (time.monotonic() - started)
        p50, p95 = median_and_p95([move for attendance in here for move in attendance.moves] or [float("nan")])
        moves = sum(len(attendance.moves) for attendance in here)
        sizes, middle = group.memory()
        row = {"learners": count, "server": max(attendance.server for attendance in here)}
        row |= {"first picture": max(attendance.first_picture for attendance in here)}
        row |= {"lesson done": max(attendance.lesson for attendance in here), "moves": moves}
        row |= {"p50 ms": 1000 * p50, "p95 ms": 1000 * p95, "cores": cores}
        row |= {"MiB each": sum(sizes) / count, "MiB most": max(sizes), "MiB hub": middle}
        row |= {"kernel again": kill_a_kernel(group), "proxy again": kill_the_proxy(group)}
        return row | {"failures": [f"{a.name}: {failure}" for a in here for failure in a.failures]}


def show(row, first):
    """Print a row, its growth over the first one below it, and its failures."""
    names = [name for name in row if name != "failures"]
    if row is first:
        print("".join(f"{name:>14s}" for name in names) + f"{'failures':>10s}")
    print("".join(f"{row[name]:14,.1f}" if name != "learners" else f"{row[name]:14d}" for name in names), end="")
    print(f"{len(row['failures']):10d}", flush=True)
    if row is not first and "p50 ms" in row and "p50 ms" in first:
        grown = "".join(f"{'x ' + format(row[name] / first[name], '.1f'):>14s}" for name in names[1:])
        print(f"{'':14s}{grown}", flush=True)
    for failure in row["failures"]:
        print(f"  {failure}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--learners", type=int, nargs="+", default=[1, 5, 10, 20], help="how many at once, a row each")
    parser.add_argument("--bursts", type=int, default=4, help="bursts of 10 moves each (default 4)")
    arguments = parser.parse_args()
    if what_is_missing():
        raise SystemExit(what_is_missing())
    if not 1 <= min(arguments.learners) <= max(arguments.learners) <= MOST:
        raise SystemExit(f"--learners takes numbers from 1 to {MOST}.")
    free = psutil.virtual_memory().available / 2**20
    if free < EACH * max(arguments.learners):
        raise SystemExit(
            f"{max(arguments.learners)} learners need {EACH * max(arguments.learners)} MiB, {free:.0f} are free."
        )
    print(
        f"{os.cpu_count()} cores, {free / 1024:.1f} GiB free, load {os.getloadavg()[0]:.1f} before the start; seconds, the longest of all learners"
    )
    rows = []
    for count in arguments.learners:
        rows.append(measure(count, arguments.bursts))
        show(rows[-1], rows[0])
    raise SystemExit(int(any(row["failures"] for row in rows)))


if __name__ == "__main__":
    main()
