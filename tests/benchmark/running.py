"""All lessons under nbval, against as many notebooks that only import torch, pyplot and ipywidgets.

    python tests/benchmark/running.py [--rounds 3] [--slowest 3]

Both run in one pytest process each, and they take turns. The budget is 1.5 times. The work of the processor says more than
the clock while other programs run. Below stand each lesson's own ratio, by the clock and without the start of pytest,
and what its time is spent on: the start and the end of its kernel, its imports, and its slowest cells.
"""

import argparse
import collections
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from measure import BARE, LESSONS, code_cells, environment, median_and_p95
from nbformat.v4 import new_code_cell, new_notebook

BUDGET = 1.5
SECONDS = 1200  # for one pytest process
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
NBVAL = ["--nbval", "--nbval-current-env", "--nbval-cell-timeout=120", "--durations=0", "--durations-min=0", "-vv"]
DURATION = re.compile(r"^([\d.]+)s (setup|call|teardown) +(?:\S*/)?([^/\s]+)\.ipynb::Cell (\d+)", re.MULTILINE)


def processor_seconds():
    """What the processors have worked for all processes that this one has started and that have ended."""
    times = os.times()
    return times.children_user + times.children_system


def run(folder):
    """Run the notebooks in a folder; returns the seconds of all by the clock and of the processor, and those by the
    clock of each {(notebook, number of the cell, phase)}.

    Raises RuntimeError when a cell fails: what fails is not measured.
    """
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:xdist", *NBVAL, "."]
    started, worked = time.perf_counter(), processor_seconds()
    done = subprocess.run(command, cwd=folder, env=environment(), capture_output=True, text=True, timeout=SECONDS)
    elapsed, work = time.perf_counter() - started, processor_seconds() - worked
    if done.returncode:
        raise RuntimeError(done.stdout[-3000:] + done.stderr[-1000:])
    found = {(stem, int(number), phase): float(time_) for time_, phase, stem, number in DURATION.findall(done.stdout)}
    return elapsed, work, found


def prepare(folder):
    """Two folders: copies of the lessons with the settings for nbval, and as many bare notebooks."""
    lessons, bare = folder / "lessons", folder / "bare"
    shutil.copytree(LESSONS[0].parent, lessons, ignore=shutil.ignore_patterns(".*"))
    bare.mkdir()
    for path in LESSONS:
        cell = new_code_cell(BARE, execution_count=1)
        nbformat.write(new_notebook(cells=[cell], metadata=KERNEL), bare / path.name)
    settings = LESSONS[0].parent.parent / "conftest.py"
    for place in (lessons, bare):
        shutil.copy(settings, place)
        (place / "pytest.ini").write_text("[pytest]\n")
    return lessons, bare


def by_lesson(rounds):
    """{notebook: {(number of the cell, phase): median seconds}}."""
    found = collections.defaultdict(dict)
    for key in rounds[0]:
        stem, *rest = key
        found[stem][tuple(rest)] = statistics.median(times[key] for times in rounds)
    return found


def spent(path, times, slowest):
    """In words: what the time of a lesson is spent on."""
    cells = code_cells(path)
    kernel = sum(seconds for (_, phase), seconds in times.items() if phase != "call")
    calls = {number: seconds for (number, phase), seconds in times.items() if phase == "call"}
    loading = {number for number in calls if re.search(r"^(from|import) ", cells[number].source, re.MULTILINE)}
    others = sorted(calls.keys() - loading, key=calls.get, reverse=True)
    rest = sum(calls[number] for number in others[slowest:])
    parts = [f"kernel {kernel:.1f}", f"cells with imports {sum(calls[number] for number in loading):.1f}"]
    parts += [f"{cells[number].id} {calls[number]:.1f}" for number in others[:slowest]]
    return ", ".join([*parts, f"{len(others[slowest:])} more cells {rest:.1f}"])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3, help="how many times both run (default 3)")
    parser.add_argument(
        "--slowest", type=int, default=3, help="how many of a lesson's slowest cells are named (default 3)"
    )
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folders = prepare(Path(name))
        runs = [[run(folder) for folder in folders] for _ in range(chosen.rounds)]
    ours, bare = ([run[side] for run in runs] for side in (0, 1))
    print(f"{'nbval, seconds':26s}{'median':>8s}{'p95':>8s}{'processor':>12s}")
    for words, side in ((f"{len(LESSONS)} lessons", ours), (f"{len(LESSONS)} bare notebooks", bare)):
        middle, most = median_and_p95(one[0] for one in side)
        print(f"{words:26s}{middle:8.1f}{most:8.1f}{statistics.median(one[1] for one in side):12.1f}")
    pairs = list(zip(ours, bare, strict=True))
    ratio, work = (statistics.median(one[index] / other[index] for one, other in pairs) for index in (0, 1))
    verdict = "kept" if ratio <= BUDGET else "missed"
    print(f"{'ratio':26s}{ratio:8.2f}{'':8s}{work:12.2f}   budget {BUDGET}: {verdict}")
    lessons, others = (by_lesson([one[2] for one in side]) for side in (ours, bare))
    print(f"{'lesson':26s}{'seconds':>8s}{'ratio':>8s}   spent on")
    for path in LESSONS:
        seconds, other = (sum(times[path.stem].values()) for times in (lessons, others))
        words = spent(path, lessons[path.stem], chosen.slowest)
        print(f"{path.stem:26s}{seconds:8.1f}{seconds / other:8.2f}   {words}")


if __name__ == "__main__":
    main()
