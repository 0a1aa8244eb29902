"""What the time of a slider's move is spent on inside the kernel, for every explorer; no browser.

    python tests/benchmark/inside.py [--moves 60] [explorer ...]

Medians in milliseconds, for the slider that the other parts press, at the defaults and with all others at their largest:
torch's computation, laying the marks down, drawing them on the kept background, encoding the PNG, and the rest (caption,
messages, the timer of the finer picture). Below it the slowest of all controls, moved one step: where a move trains a
network, that is the training.
"""

import argparse
import itertools
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import ipywidgets
from moves import ends
from pressing import PRESSED

import helpers
from helpers import live
from helpers.pictures import canvas
from helpers.pictures.sheet import Sheet

WARM = 4


class Clock:
    """Adds up the time that the wrapped functions take, by name."""

    def __init__(self):
        self.spent = {}

    def wrap(self, name, function):
        def timed(*arguments, **options):
            started = time.perf_counter()
            try:
                return function(*arguments, **options)
            finally:
                self.spent[name] = self.spent.get(name, 0.0) + 1000 * (time.perf_counter() - started)

        return timed


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


def watched(explorer, clock):
    """Let the clock see the parts of this explorer's moves."""
    scene = explorer._figure._scene
    explorer._compute = clock.wrap("compute", explorer._compute)
    scene.draw_moving = clock.wrap("marks", scene.draw_moving)
    explorer._figure._canvas.png = clock.wrap("picture", explorer._figure._canvas.png)


def shares(explorer, control, moves):
    """{part: median ms} of moves of one control."""
    move, clock, rows = to_and_fro(control), Clock(), []
    for _ in range(WARM):
        move()
    watched(explorer, clock)
    artists, encode = Sheet.artists, canvas.encode
    Sheet.artists, canvas.encode = clock.wrap("marks", artists), clock.wrap("encode", encode)
    try:
        for _ in range(moves):
            clock.spent = {}
            started = time.perf_counter()
            move()
            rows.append(clock.spent | {"whole": 1000 * (time.perf_counter() - started)})
    finally:
        Sheet.artists, canvas.encode = artists, encode
        end(explorer)
    found = {
        part: statistics.median(row.get(part, 0.0) for row in rows) for part in ("whole", "compute", "marks", "encode")
    }
    picture = statistics.median(row.get("picture", 0.0) for row in rows)
    found["draw"] = picture - found["marks"] - found["encode"]
    return found | {"rest": found["whole"] - found["compute"] - picture}


def slowest(explorer):
    """(name, ms) of the control whose move takes longest, of three moves each the median."""
    times = {}
    for name, control in explorer.controls.items():
        if isinstance(control, ipywidgets.ToggleButtons) and len(control.options) < 2:
            continue
        move, found = to_and_fro(control), []
        move()
        for _ in range(3):
            started = time.perf_counter()
            move()
            found.append(1000 * (time.perf_counter() - started))
        times[name] = statistics.median(found)
    end(explorer)
    return max(times.items(), key=lambda item: item[1])


def end(explorer):
    """End the wait for the finer picture."""
    explorer._figure._rest.cancel()
    explorer._figure._rest.join()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--moves", type=int, default=60, help="for each explorer and size (default 60)")
    parser.add_argument("explorers", nargs="*", metavar="explorer", help="only these, by name")
    chosen = parser.parse_args()
    live.REST = 10_000  # the finer picture after a rest is no part of a move
    parts = ("whole", "compute", "marks", "draw", "encode", "rest")
    print(f"{'explorer':20s}{'sizes':10s}" + "".join(f"{part:>9s}" for part in parts) + "   ms")
    for name in chosen.explorers or PRESSED:
        for sizes in ("default", "largest"):
            explorer = getattr(helpers, name)()
            pressed = explorer.controls[PRESSED[name]]
            for control in explorer.controls.values():
                if sizes == "largest" and control is not pressed and hasattr(control, "max"):
                    control.value = control.max
            found = shares(explorer, pressed, chosen.moves)
            print(f"{name:20s}{sizes:10s}" + "".join(f"{found[part]:9.1f}" for part in parts), flush=True)
        print(
            f"{'':20s}slowest of all controls: " + "{}, {:.1f} ms".format(*slowest(getattr(helpers, name)())),
            flush=True,
        )


if __name__ == "__main__":
    main()
