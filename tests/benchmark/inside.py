"""What the time of a slider's move is spent on inside the kernel, for every explorer; no browser.

    python tests/benchmark/inside.py [--moves 60] [explorer ...]

Medians in milliseconds, for the slider that the other parts press, at the defaults and with all others at their largest:
the whole move, torch's computation, and the rest: sheet, caption, bytes and message. The budget for that rest is 3 ms at
the defaults and 8 ms at the largest. Below it the slowest of all controls, moved one step: where a move trains a network,
that is the training.
"""

import argparse
import itertools
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from moves import ends
from pressing import PRESSED

import helpers
from helpers.modules import own_settings

WARM = 4
BUDGETS = {"default": 3, "largest": 8}


def to_and_fro(control):
    """A function that moves a control one step and back."""
    if hasattr(control, "options"):
        values = ends(control)[:2]
    else:
        step = control.step if control.value + control.step <= control.max else -control.step
        values = [control.value, control.value + step]
    turns = itertools.cycle(reversed(values))

    def move():
        control.value = next(turns)

    return move


def milliseconds(act, times):
    """The median time of an act."""
    found = []
    for _ in range(times):
        started = time.perf_counter()
        act()
        found.append(1000 * (time.perf_counter() - started))
    return statistics.median(found)


def shares(explorer, control, moves):
    """(ms of a whole move, ms of torch's part) of one control."""
    move = to_and_fro(control)
    for _ in range(WARM):
        move()
    whole = milliseconds(move, moves)
    values = {name: one.value for name, one in explorer.controls.items()}

    def compute():
        with own_settings():
            explorer.compute(**values)

    return whole, milliseconds(compute, moves)


def slowest(explorer):
    """(name, ms) of the control whose move takes longest, of three moves each the median."""
    times = {name: milliseconds(to_and_fro(control), 3) for name, control in explorer.controls.items()}
    return max(times.items(), key=lambda item: item[1])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--moves", type=int, default=60, help="for each explorer and size (default 60)")
    parser.add_argument("explorers", nargs="*", metavar="explorer", help="only these, by name")
    chosen = parser.parse_args()
    print(f"{'explorer':20s}{'sizes':10s}{'whole':>9s}{'torch':>9s}{'rest':>9s}   ms")
    for name in chosen.explorers or PRESSED:
        for sizes, budget in BUDGETS.items():
            explorer = getattr(helpers, name)()
            pressed = explorer.controls[PRESSED[name]]
            for control in explorer.controls.values():
                if sizes == "largest" and control is not pressed and hasattr(control, "max"):
                    control.value = control.max
            whole, torch_part = shares(explorer, pressed, chosen.moves)
            rest = whole - torch_part
            kept = "kept" if rest <= budget else "MISSED"
            print(f"{name:20s}{sizes:10s}{whole:9.1f}{torch_part:9.1f}{rest:9.1f}   {kept}", flush=True)
        label, slow = slowest(getattr(helpers, name)())
        print(f"{'':20s}slowest of all controls: {label}, {slow:.1f} ms", flush=True)


if __name__ == "__main__":
    main()
