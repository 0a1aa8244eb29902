"""1, 5 and 10 kernels at once on this machine, as in a class: first picture, slider, memory.

    python tests/benchmark/kernels.py [--kernels 1 5 10] [--moves 40]

All kernels of a row start in the same moment. Each runs the imports and the explorer of lesson 04, as they stand in
the lesson; then one of its sliders is moved again and again, with pauses as in a drag, and every move is a message
of the kind that a browser sends. Measured are: from the start of the kernels to a kernel's first picture; from the
message of a move to the message with the new picture; and the memory of each kernel while all of them are alive. A
failure is a kernel that gave no picture, or a move that none came for.
"""

import argparse
import ast
import math
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from measure import LESSONS, code_cells, median_and_p95, memory, run_code, started_kernel, wanted

LESSON, SLIDER = "04_multilayer_rnn", "sample"
PATIENCE = 120  # seconds for a kernel to begin, and for a cell
MOVE_PATIENCE = 20  # seconds for one move
PAUSE = 0.06  # seconds between a picture and the next move


def lesson_code():
    """The cell with the imports of the lesson, and the cell with its explorer."""
    (path,) = (path for path in LESSONS if path.stem == LESSON)
    sources = [cell.source for cell in code_cells(path)]
    return (
        next(source for source in sources if "from helpers import" in source),
        next(source for source in sources if source.startswith("explore_")),
    )


def is_first_picture(message):
    return message["msg_type"] == "execute_result" and "image/png" in message["content"]["data"]


def move(client, slider, value):
    """Move the slider by message, and wait for the frame that answers it; returns the seconds."""
    state = {"method": "update", "state": {"value": value}, "buffer_paths": []}
    message = client.session.msg("comm_msg", {"comm_id": slider, "data": state})

    def answers(answer):
        if answer["msg_type"] != "comm_msg" or answer["parent_header"].get("msg_id") != message["header"]["msg_id"]:
            return False
        return ["frame"] in answer["content"]["data"].get("buffer_paths", [])

    started = time.perf_counter()
    client.shell_channel.send(message)
    wanted(client, answers, MOVE_PATIENCE)
    return time.perf_counter() - started


class Learner:
    """One kernel and who moves its slider; what was measured, in seconds and MiB."""

    def __init__(self):
        self.first, self.moves, self.failures = None, [], 0
        self.pss = self.rss = math.nan

    def work(self, folder, moves, start, finish):
        """Start with the others, work, and wait until all are done, so that all kernels are alive when one is weighed."""
        start.wait(PATIENCE)
        began = time.perf_counter()
        with started_kernel(folder) as (pid, client):
            try:
                self._learn(client, began, moves)
            except (RuntimeError, TimeoutError) as error:
                self.failures += 1
                print(f"    failed: {error}", flush=True)
            finish.wait(4 * PATIENCE)
            try:
                self.pss, self.rss = memory(pid)
            except OSError as error:  # it has died
                self.failures += 1
                print(f"    failed: {error}", flush=True)
            finish.wait(PATIENCE)

    def _learn(self, client, began, moves):
        client.wait_for_ready(timeout=PATIENCE)
        imports, explorer = lesson_code()
        run_code(client, imports, PATIENCE)
        client.execute(explorer)
        wanted(client, is_first_picture, PATIENCE)
        self.first = time.perf_counter() - began
        names = f"[_.controls[{SLIDER!r}].model_id, _.controls[{SLIDER!r}].max]"
        found = run_code(client, "", PATIENCE, {"names": names})["names"]
        slider, most = ast.literal_eval(found["data"]["text/plain"])
        for number in range(moves):
            value = most - number % 2
            try:
                self.moves.append(move(client, slider, value))
            except TimeoutError:
                self.failures += 1
            time.sleep(PAUSE)


def class_of(size, moves):
    """`size` learners at once, when all are done."""
    start, finish = threading.Barrier(size), threading.Barrier(size)
    learners = [Learner() for _ in range(size)]
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(size) as pool:
        for done in [pool.submit(learner.work, folder, moves, start, finish) for learner in learners]:
            done.result()
    return learners


def row(learners):
    """What is printed of one class: first picture, slowest first picture, slider, p95, PSS, RSS."""
    nothing = [math.nan]
    firsts = [learner.first for learner in learners if learner.first is not None] or nothing
    moves = [1000 * seconds for learner in learners for seconds in learner.moves] or nothing
    first, _ = median_and_p95(firsts)
    pss, rss = (median_and_p95(sizes)[0] for sizes in zip(*((one.pss, one.rss) for one in learners), strict=True))
    return [first, max(firsts), *median_and_p95(moves), pss, rss]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kernels", type=int, nargs="+", default=[1, 5, 10], help="how many at once (default 1 5 10)")
    parser.add_argument("--moves", type=int, default=40, help="slider moves for each kernel (default 40)")
    chosen = parser.parse_args()
    class_of(1, 2)  # what is read from the disk for the first time is no part of the answer
    print("            first picture, s        slider, ms    memory each, MiB")
    print(f"{'kernels':8s}{'median':>10s}{'slowest':>10s}{'p50':>9s}{'p95':>9s}{'PSS':>9s}{'RSS':>9s}   failures")
    alone = None
    for size in chosen.kernels:
        learners = class_of(size, chosen.moves)
        values, failures = row(learners), sum(learner.failures for learner in learners)
        print(
            f"{size:<8d}" + "{:10.1f}{:10.1f}{:9.1f}{:9.1f}{:9.0f}{:9.0f}".format(*values) + f"   {failures}",
            flush=True,
        )
        alone = alone or values
        if values is not alone:
            factors = [value / first for value, first in zip(values, alone, strict=True)]
            print(f"{'  growth':8s}" + "{:9.2f}x{:9.2f}x{:8.2f}x{:8.2f}x{:8.2f}x{:8.2f}x".format(*factors), flush=True)


if __name__ == "__main__":
    main()
