"""How the answer of a slider grows with hidden_size, num_layers and seq_len, in JupyterLab in Chromium.

    python tests/benchmark/growth.py [--rounds 2] [explorer ...]

One size at a time goes from its least over the middle to its largest value, the others stay at their defaults; another
slider is pressed, and the time is that from the key press to the new picture.
"""

import argparse
import statistics
import tempfile
from pathlib import Path

from measure import median_and_p95
from pressing import PRESSED, browser_page, burst, close_cells, open_cells, running_lab, show_cell

SIZES = ("hidden_size", "num_layers", "seq_len")
SETUP = "import helpers"
MADE = """
ours{number} = helpers.{name}()
size = ours{number}.controls[{size!r}]
size.value = {value}
ours{number}
"""


def cases():
    """{explorer: {size: (least, middle, largest)}} for the sizes that each has, but for the slider that is pressed."""
    import helpers

    found = {}
    for name, pressed in PRESSED.items():
        controls = getattr(helpers, name)().controls
        sizes = {size: controls[size] for size in SIZES if size in controls and size != pressed}
        found[name] = {size: (one.min, (one.min + one.max) // 2, one.max) for size, one in sizes.items()}
    return {name: sizes for name, sizes in found.items() if sizes}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=2, help="bursts of 10 presses for each value (default 2)")
    parser.add_argument("explorers", nargs="*", metavar="explorer", help="only these, by name")
    chosen = parser.parse_args()
    print(f"{'explorer':20s}{'size':14s}{'values':>16s}   mean (p95) in ms at each, and the last over the first")
    with tempfile.TemporaryDirectory() as name, running_lab(Path(name)) as address:
        for explorer, sizes in cases().items():
            if chosen.explorers and explorer not in chosen.explorers:
                continue
            for size, values in sizes.items():
                with browser_page() as page:
                    found = measure(page, address, Path(name) / "course", explorer, size, values, chosen.rounds)
                means = [statistics.mean(times) for times in found]
                parts = [
                    f"{mean:6.0f} ({median_and_p95(times)[1]:.0f})" for mean, times in zip(means, found, strict=True)
                ]
                steps = ", ".join(str(value) for value in values)
                print(
                    f"{explorer:20s}{size:14s}{steps:>16s}   {' '.join(parts)}   {means[-1] / means[0]:.2f}x",
                    flush=True,
                )


def measure(page, address, course, name, size, values, rounds):
    """For each value of the size: [milliseconds]; the values take turns."""
    made = [MADE.format(number=i, name=name, size=size, value=value).strip() for i, value in enumerate(values)]
    open_cells(page, address, course, [SETUP, *made])
    times = [[] for _ in values]
    for _ in range(rounds):
        for number, source in enumerate(made):
            times[number] += burst(page, show_cell(page, source), PRESSED[name])[0]
    close_cells(page)
    return times


if __name__ == "__main__":
    main()
