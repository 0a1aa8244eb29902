"""From the key press on a slider to changed pixels, for every explorer, in JupyterLab in Chromium.

    python tests/benchmark/sliders.py [--rounds 4] [explore_layers ...]

Three ways in one run, taking turns, so that what else the machine does hits all of them alike:

- ours: the explorer as the lessons have it
- interact: the same picture drawn anew on every move by `ipywidgets.interact` and Matplotlib's inline backend,
  with pyplot's own artists (`pyplot_sheet.py`)
- floor: only the numbers are sent, and a canvas in the browser draws them as squares

Only ratios mean something, and those of the means: the times of every way fall into two heaps about 40 ms apart
(the server's small messages wait for the browser's acknowledgement of the one before), so a median jumps. The budgets are: interact / ours at least 6, ours / floor at most 1.4, and ours with
every slider at its largest at most 2 times ours at its defaults.
"""

import argparse
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "browser"))

import nbformat
from lab import browser_page, open_lesson, run_all, running_lab, show_cell
from nbformat.v4 import new_code_cell, new_notebook

# {explorer: (how to make it, the name of the slider that is pressed)}
EXPLORERS = {
    "explore_rain": ("explore_rain()", "day"),
    "explore_cell": ("explore_cell()", "step"),
    "explore_loop": ("explore_loop()", "step"),
    "explore_echo": ("explore_echo()", "weight_scale"),
    "explore_layers": ("explore_layers()", "sample"),
    "explore_batch_first": ("explore_batch_first()", "seq_len"),
    "explore_hello": ("explore_hello()", "epoch"),
    "explore_memory": ("explore_memory()", "weight_scale"),
}

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

# Waits for the way's own sign of a new picture, then for the picture to be decoded, then for the next frame.
PRESS = """
async ([cell, handle, way, key]) => {
  const sign = () => way === 'floor' ? cell.querySelector('.numbers')?.textContent
                                     : cell.querySelector('img')?.src;
  const before = sign();
  handle.focus();
  const started = performance.now();
  handle.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
  const came = await new Promise((resolve) => {
    const observer = new MutationObserver(() => {
      if (sign() && sign() !== before) { observer.disconnect(); resolve(true); }
    });
    observer.observe(cell, { subtree: true, childList: true, attributes: true, characterData: true });
    setTimeout(() => { observer.disconnect(); resolve(false); }, 5000);
  });
  if (!came) return null;
  if (way === 'floor') {
    const paper = cell.querySelector('canvas').getContext('2d');
    JSON.parse(cell.querySelector('.numbers').textContent).forEach((part, row) => part.forEach((value, column) => {
      paper.fillStyle = `rgb(${255 - 100 * value},${200 - 50 * value},${200 + 50 * value})`;
      paper.fillRect(4 * (column % 190), 120 * row + 5 * Math.floor(column / 190), 3, 4);
    }));
  } else {
    const img = cell.querySelector('img');
    if (!img.complete || img.decoding !== 'sync') await img.decode();
  }
  await new Promise(requestAnimationFrame);
  return performance.now() - started;
}
"""
BURST, PAUSE = 10, 60  # key presses one after the other, as in a drag, and milliseconds between them
WAYS = {"ours": OURS, "interact": INTERACT, "floor": FLOOR}


def measure(page, address, course, name, largest, rounds):
    """{way: [milliseconds]} of one explorer, and for each way how many presses brought no picture in 5 seconds.

    pyplot under `interact` loses one now and then: JupyterLab answers sliders in another thread than cells.
    """
    make, pressed = EXPLORERS[name]
    setup = SETUP + f"\nLARGEST = {largest}\nPRESSED = {pressed!r}"
    sources = {way: code.format(make=make).strip() for way, code in WAYS.items()}
    cells = [new_code_cell(setup), *(new_code_cell(source) for source in sources.values())]
    shutil.copy(Path(__file__).with_name("pyplot_sheet.py"), course)
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    nbformat.write(new_notebook(cells=cells, metadata=kernel), course / "benchmark.ipynb")
    open_lesson(page, address, "benchmark.ipynb")
    run_all(page)
    times, lost = {way: [] for way in WAYS}, dict.fromkeys(WAYS, 0)
    for _ in range(rounds):
        for way, source in sources.items():
            cell = show_cell(page, source)
            handle = cell.locator(".widget-slider").filter(has_text=pressed).locator(".noUi-handle")
            handle.wait_for()
            page.wait_for_timeout(700)  # the crisp picture of an earlier burst is no part of the answer
            arguments = [cell.element_handle(), handle.element_handle(), way]
            for press in range(BURST + 2):
                key = "ArrowLeft" if press % 2 else "ArrowRight"
                milliseconds = page.evaluate(PRESS, [*arguments, key])
                if milliseconds is None:
                    lost[way] += 1
                elif press >= 2:
                    times[way].append(milliseconds)
                page.wait_for_timeout(PAUSE)
    page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    return times, lost


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=4, help="bursts of 10 presses for each way (default 4)")
    parser.add_argument("explorers", nargs="*", metavar="explorer", help="only these, by name")
    arguments = parser.parse_args()
    rounds = arguments.rounds
    print(
        f"{'explorer':16s}{'sizes':10s}{'way':10s}{'mean':>8s}{'median':>8s}{'p95':>8s}   ms, and the ratios of the means"
    )
    with tempfile.TemporaryDirectory() as name, running_lab(Path(name)) as address:
        for explorer in arguments.explorers or EXPLORERS:
            default = None
            for largest in (False, True):
                with browser_page() as page:
                    times, lost = measure(page, address, Path(name) / "course", explorer, largest, rounds)
                means = {way: statistics.mean(values) for way, values in times.items()}
                for way, values in times.items():
                    median, p95 = statistics.median(values), statistics.quantiles(values, n=20)[-1]
                    sizes = "largest" if largest else "default"
                    print(
                        f"{explorer:16s}{sizes:10s}{way:10s}{means[way]:8.1f}{median:8.1f}{p95:8.1f}"
                        + f"   {lost[way]} lost" * bool(lost[way])
                    )
                ratios = f"interact / ours {means['interact'] / means['ours']:.1f}, ours / floor {means['ours'] / means['floor']:.2f}"
                if default:
                    ratios += f", largest / default {means['ours'] / default:.2f}"
                default = means["ours"]
                print(" " * 57 + ratios, flush=True)


if __name__ == "__main__":
    main()
