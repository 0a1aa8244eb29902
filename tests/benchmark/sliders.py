"""From the key press on a slider to changed pixels, for every explorer, in JupyterLab in Chromium.

    python tests/benchmark/sliders.py [--rounds 4] [--held-back] [explore_layers ...]

Three ways in one run, taking turns, so that what else the machine does hits all of them alike:

- ours: the explorer as the lessons have it
- interact: the same picture drawn anew on every move by `ipywidgets.interact` and Matplotlib's inline backend, with
  pyplot's own artists (`pyplot_sheet.py`); one round, for comparison
- floor: one number is sent, and a canvas in the browser writes it

Only ratios mean something, and those of the means: a picture is seen with the browser's next frame, so times come in
steps of 1/60 second. The budgets: ours at most 1.35 times the floor at the defaults and 2.2 times with every slider at
its largest, and a p95 at most one frame after the floor's at the defaults.

With `--held-back` the server runs as Jupyter has it, without `helpers/serving/`.
"""

import argparse
import statistics
import tempfile
from pathlib import Path

from measure import median_and_p95
from pressing import HELD_BACK, PRESSED, browser_page, burst, close_cells, open_cells, running_lab, show_cell

BUDGETS = {"default": 1.35, "largest": 2.2}
FRAME = 1000 / 60

SETUP = """
%matplotlib inline
import anywidget
import ipywidgets as widgets
import matplotlib.pyplot as plt
import traitlets
import helpers
import pyplot_sheet

plt.rcParams["figure.dpi"] = 100

class Number(anywidget.AnyWidget):
    value = traitlets.Float().tag(sync=True)
    _esm = '''
    export default { render({ model, el }) {
      const canvas = document.createElement("canvas");
      let drawn = 0;
      const draw = () => {
        const paper = canvas.getContext("2d");
        paper.clearRect(0, 0, 300, 150);
        paper.fillText(model.get("value"), 10, 20);
        canvas.dataset.drawn = ++drawn;
      };
      el.append(canvas);
      model.on("change:value", () => requestAnimationFrame(draw));
      draw();
    } };
    '''

def made(largest):
    explorer = helpers.{make}
    for control in explorer.controls.values():
        if largest and hasattr(control, "max") and control.description != {pressed!r}:
            control.value = control.max
    return explorer

def controls_like(explorer):
    found = {{}}
    for name, c in explorer.controls.items():
        range = dict(min=c.min, max=c.max, step=c.step) if hasattr(c, "max") else dict(options=c.options)
        found[name] = type(c)(value=c.value, description=name, **range)
    return found
"""
OURS = "ours = made({largest})\nours"
INTERACT = """
explorer = made({largest})

def draw(**values):
    for name, value in values.items():
        explorer.controls[name].value = value
    pyplot_sheet.draw(explorer.sheet)
    plt.show()

_ = widgets.interact(draw, **controls_like(explorer))
"""
FLOOR = """
controls, number = controls_like(made({largest})), Number()
for control in controls.values():
    control.observe(lambda change: number.set_trait("value", number.value + 1), names="value")
widgets.VBox([*controls.values(), number])
"""
WAYS = {"ours": OURS, "interact": INTERACT, "floor": FLOOR}


def measure(page, address, course, name, largest, rounds):
    """{way: [milliseconds]} of one explorer, and for each way how many presses brought no picture.

    pyplot under `interact` loses one now and then: JupyterLab answers sliders in another thread than cells.
    """
    setup = SETUP.replace("{make}", f"{name}()").replace("{pressed!r}", repr(PRESSED[name]))
    setup = setup.replace("{{}}", "{}")
    sources = {way: code.format(largest=largest).strip() for way, code in WAYS.items()}
    open_cells(page, address, course, [setup, *sources.values()])
    times, lost = {way: [] for way in WAYS}, dict.fromkeys(WAYS, 0)
    for number in range(rounds):
        for way, source in sources.items():
            if way == "interact" and number:
                continue  # a move takes it seconds at the largest sizes; it is reported, and has no budget
            found, missed = burst(page, show_cell(page, source), PRESSED[name])
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
    heads = "".join(f"{way + ' (p95)':>18s}" for way in WAYS)
    print(f"{'explorer':20s}{'sizes':9s}{heads}{'ours/floor':>12s}{'interact/ours':>15s}   means in ms")
    with tempfile.TemporaryDirectory() as name, running_lab(Path(name), options=options) as address:
        for explorer in chosen.explorers or PRESSED:
            for sizes, budget in BUDGETS.items():
                with browser_page() as page:
                    times, lost = measure(
                        page, address, Path(name) / "course", explorer, sizes == "largest", chosen.rounds
                    )
                means = {way: statistics.mean(values) for way, values in times.items()}
                late = {way: median_and_p95(values)[1] for way, values in times.items()}
                row = "".join(f"{f'{means[way]:.1f} ({late[way]:.1f})':>18s}" for way in WAYS)
                ratio = means["ours"] / means["floor"]
                verdicts = ["kept" if ratio <= budget else "MISSED"]
                if sizes == "default":
                    verdicts.append("p95 kept" if late["ours"] - late["floor"] <= FRAME else "p95 MISSED")
                missed = [f"{count} lost by {way}" for way, count in lost.items() if count]
                print(
                    f"{explorer:20s}{sizes:9s}{row}{ratio:12.2f}{means['interact'] / means['ours']:15.1f}   "
                    + ", ".join(verdicts + missed),
                    flush=True,
                )


if __name__ == "__main__":
    main()
