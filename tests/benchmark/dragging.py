"""How soon the newest value is shown after a fast drag, against a single move of the same slider, in JupyterLab in Chromium.

    python tests/benchmark/dragging.py [--rounds 5] [explorer ...]

The mouse runs over the whole slider and back, faster than pictures come, and is let go. From its last move to the last
new frame must take at most twice as long as a single move takes from a key press to its frame (means of this run).
"""

import argparse
import statistics
import tempfile
from pathlib import Path

from pressing import PRESSED, browser_page, burst, close_cells, open_cells, running_lab, show_cell

BUDGET = 2
STEPS = 60  # moves of the mouse over the slider
WATCH = """
(cell) => {
  window.moved = window.shown = 0;
  window.frames = 0;
  const canvas = cell.querySelector('canvas');
  let last = canvas.dataset.revision;
  addEventListener('pointermove', () => { window.moved = performance.now() }, true);
  new MutationObserver(() => {
    if (last === canvas.dataset.revision) return;
    last = canvas.dataset.revision;
    requestAnimationFrame(() => { window.shown = performance.now(); window.frames += 1 });
  }).observe(canvas, { attributeFilter: ['data-revision'] });
}
"""


def drag(page, cell, name):
    """(milliseconds from the last move of the mouse to the last new frame, how many frames there were)."""
    slider = cell.locator(".widget-slider").filter(has_text=name)
    track, handle = slider.locator(".noUi-base").bounding_box(), slider.locator(".noUi-handle").bounding_box()
    y = handle["y"] + handle["height"] / 2
    page.evaluate("() => { window.frames = 0 }")
    page.mouse.move(handle["x"] + handle["width"] / 2, y)
    page.mouse.down()
    for step in (*range(STEPS + 1), *range(STEPS, STEPS // 3, -1)):
        page.mouse.move(track["x"] + track["width"] * step / STEPS, y)
    page.mouse.up()
    page.wait_for_timeout(1500)
    moved, shown, frames = page.evaluate("() => [window.moved, window.shown, window.frames]")
    return max(0.0, shown - moved), frames  # 0 where the last move of the mouse changed no value


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="drags of each slider (default 5)")
    parser.add_argument("explorers", nargs="*", metavar="explorer", help="only these, by name")
    chosen = parser.parse_args()
    print(
        f"{'explorer':20s}{'one move':>10s}{'after a drag':>14s}{'ratio':>8s}{'moves':>8s}{'frames':>8s}   means in ms"
    )
    with tempfile.TemporaryDirectory() as name, running_lab(Path(name)) as address:
        for explorer in chosen.explorers or PRESSED:
            with browser_page(1366, 900) as page:
                source = f"import helpers\nhelpers.{explorer}()"
                open_cells(page, address, Path(name) / "course", [source])
                cell = show_cell(page, source)
                single = statistics.mean(burst(page, cell, PRESSED[explorer])[0])
                page.evaluate(WATCH, cell.element_handle())
                found = [drag(page, cell, PRESSED[explorer]) for _ in range(chosen.rounds)]
                after, frames = (statistics.mean(part) for part in zip(*found, strict=True))
                kept = "kept" if after <= BUDGET * single else "MISSED"
                row = f"{single:10.1f}{after:14.1f}{after / single:8.2f}{2 * STEPS - STEPS // 3:8d}{frames:8.0f}"
                print(f"{explorer:20s}{row}   {kept}", flush=True)
                close_cells(page)


if __name__ == "__main__":
    main()
