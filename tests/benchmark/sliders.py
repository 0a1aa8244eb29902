"""From the key press on a slider to changed pixels, for every explorer, in JupyterLab in Chromium.

    python tests/benchmark/sliders.py [--rounds 4] [--held-back] [explore_layers ...]

Three ways in one run, taking turns, so that what else the machine does hits all of them alike:

- ours: the explorer as the lessons have it
- interact: the same picture drawn anew on every move by `ipywidgets.interact` and Matplotlib's inline backend,
  with pyplot's own artists (`pyplot_sheet.py`)
- floor: only the numbers are sent, and a canvas in the browser draws them as squares

Only ratios mean something, and those of the means: a picture is seen with the browser's next frame, so times come in
steps of 1/60 second. The budgets are: interact / ours at least 6, ours / floor at most 1.4, and ours with every slider
at its largest at most 2 times ours at its defaults.

With `--held-back` the server runs as Jupyter has it, without `helpers/serving/`: times of all ways then fall into two
heaps about 40 ms apart.
"""

import argparse
import statistics
import tempfile
from pathlib import Path

from measure import median_and_p95
from pressing import HELD_BACK, PRESSED, browser_page, burst, close_cells, open_cells, running_lab, show_cell

FASTER, FLOOR_BUDGET, LARGEST_BUDGET = 6, 1.4, 2

SETUP = """
%matplotlib inline
import json
import matplotlib.pyplot as plt
import numpy as np
import torch
import ipywidgets as widgets
import helpers
from pyplot_sheet import PyplotSheet

plt.rcParams["figure.dpi"] = 100

def arrays(value):
    if isinstance(value, (tuple, list)):
        return [part for item in value for part in arrays(item)]
    return [value] if isinstance(value, (int, np.ndarray)) else []

def numbers_of(state):
    parts = arrays(list(vars(state).values()))
    return json.dumps([[float(f"{x:.4g}") for x in np.ravel(part)] for part in parts])

def sliders_like(explorer, largest):
    sliders = {name: c for name, c in explorer.controls.items() if hasattr(c, "max")}
    for control in sliders.values():
        if largest and control.description != PRESSED:
            control.value = control.max
    buttons = {name: c for name, c in explorer.controls.items() if name not in sliders}
    like = {name: type(c)(c.value, min=c.min, max=c.max, step=c.step, description=name) for name, c in sliders.items()}
    return like | {name: type(c)(options=c.options, value=c.value, description=name) for name, c in buttons.items()}
"""

OURS = """
ours = helpers.{make}
_ = sliders_like(ours, LARGEST)
ours
"""

INTERACT = """
explorer = helpers.{make}
sliders = sliders_like(explorer, LARGEST)
scene = explorer._figure._scene

def draw(**values):
    state = explorer._compute(**values)
    figure = plt.figure(figsize=(scene.size[0] / 100, scene.size[1] / 100))
    axes = figure.add_axes((0, 0, 1, 1))
    scene.draw_still(figure, state)
    scene.draw_moving(PyplotSheet(axes, *scene.size), state)
    plt.show()

_ = widgets.interact(draw, **sliders)
"""

FLOOR = """
explorer = helpers.{make}
sliders = sliders_like(explorer, LARGEST)
numbers = widgets.HTML()

def send(change=None):
    state = explorer._compute(**{{name: slider.value for name, slider in sliders.items()}})
    numbers.value = "<code class='numbers' hidden>" + numbers_of(state) + "</code><canvas width=800 height=480></canvas>"

for slider in sliders.values():
    slider.observe(send, names="value")
send()
widgets.VBox([*sliders.values(), numbers])
"""

WAYS = {"ours": OURS, "interact": INTERACT, "floor": FLOOR}


def measure(page, address, course, name, largest, rounds):
    """{way: [milliseconds]} of one explorer, and for each way how many presses brought no picture.

    pyplot under `interact` loses one now and then: JupyterLab answers sliders in another thread than cells.
    """
    setup = SETUP + f"\nLARGEST = {largest}\nPRESSED = {PRESSED[name]!r}"
    sources = {way: code.format(make=f"{name}()").strip() for way, code in WAYS.items()}
    open_cells(page, address, course, [setup, *sources.values()])
    times, lost = {way: [] for way in WAYS}, dict.fromkeys(WAYS, 0)
    for _ in range(rounds):
        for way, source in sources.items():
            found, missed = burst(page, show_cell(page, source), PRESSED[name], way)
            times[way] += found
            lost[way] += missed
    close_cells(page)
    return times, lost


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=4, help="bursts of 10 presses for each way (default 4)")
    parser.add_argument("--held-back", action="store_true", help="the server as Jupyter has it")
    parser.add_argument("explorers", nargs="*", metavar="explorer", help="only these, by name")
    chosen = parser.parse_args()
    options = [HELD_BACK] if chosen.held_back else []
    heads = "".join(f"{head:>8s}" for head in ("mean", "median", "p95"))
    print(f"{'explorer':20s}{'sizes':10s}{'way':10s}{heads}   ms, and the ratios of the means")
    with tempfile.TemporaryDirectory() as name, running_lab(Path(name), options=options) as address:
        for explorer in chosen.explorers or PRESSED:
            default = None
            for largest in (False, True):
                with browser_page() as page:
                    times, lost = measure(page, address, Path(name) / "course", explorer, largest, chosen.rounds)
                means = {way: statistics.mean(values) for way, values in times.items()}
                for way, values in times.items():
                    sizes = "largest" if largest else "default"
                    row = "".join(f"{number:8.1f}" for number in (means[way], *median_and_p95(values)))
                    print(f"{explorer:20s}{sizes:10s}{way:10s}{row}" + f"   {lost[way]} lost" * bool(lost[way]))
                print(" " * 64 + "   " + ", ".join(ratios(means, default)), flush=True)
                default = means["ours"]


def ratios(means, default):
    """The ratios of one explorer in words, each with its budget's verdict; `default`: ours at the defaults, or None."""
    faster, floor = means["interact"] / means["ours"], means["ours"] / means["floor"]
    yield f"interact / ours {faster:.1f} " + ("kept" if faster >= FASTER else "missed")
    yield f"ours / floor {floor:.2f} " + ("kept" if floor <= FLOOR_BUDGET else "missed")
    if default:
        growth = means["ours"] / default
        yield f"largest / default {growth:.2f} " + ("kept" if growth <= LARGEST_BUDGET else "missed")


if __name__ == "__main__":
    main()
