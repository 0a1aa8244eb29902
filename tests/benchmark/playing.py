"""Frames a second while a play button runs, and while a key is held down, in JupyterLab in Chromium.

    python tests/benchmark/playing.py [--seconds 6] [--interval 40]

The play button of a lesson makes one step a second. Here it is asked for one every `--interval` milliseconds, which is
more than it needs, to see how many pictures a second arrive. A held key repeats at the same pace. Said are the pictures
a second that arrived, the longest time without a new one, and the frames that were blank (there must be none).
"""

import argparse
import itertools
import statistics
import tempfile
from pathlib import Path

from pressing import PRESSED, browser_page, close_cells, open_cells, running_lab, show_cell

MADE = """
import helpers
ours = helpers.{name}()
for control in ours.controls.values():
    if getattr(control, "description", "") in ("seq_len", "num_layers"):
        control.value = control.max
for one in (control.player for control in ours.controls.values() if hasattr(control, "player")):
    one.interval = {interval}
    one.value = 0
    one.repeat = True
ours
"""
# Notes when the picture changes, and looks at every frame that the browser paints.
WATCH = """
async ([box, seconds, key, interval, handle]) => {
  const canvas = box.querySelector('canvas'), changes = [performance.now()];
  let blank = 0, frames = 0, going = true;
  new MutationObserver(() => changes.push(performance.now())).observe(canvas, { attributeFilter: ['data-revision'] });
  const look = () => {
    frames += 1;
    if (!canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(Boolean)) blank += 1;
    if (going) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  if (key) {
    handle.focus();
    let left = false;
    const hold = setInterval(() => {
      const now = Number(handle.getAttribute('aria-valuenow'));
      if (now >= Number(handle.getAttribute('aria-valuemax'))) left = true;
      if (now <= Number(handle.getAttribute('aria-valuemin'))) left = false;
      handle.dispatchEvent(new KeyboardEvent('keydown', { key: left ? 'ArrowLeft' : 'ArrowRight', bubbles: true }));
    }, interval);
    await new Promise(resolve => setTimeout(resolve, 1000 * seconds));
    clearInterval(hold);
  } else {
    box.querySelector('.widget-play button').click();
    await new Promise(resolve => setTimeout(resolve, 1000 * seconds));
    box.querySelector('.widget-play button').click();
  }
  going = false;
  return [changes, blank, frames];
}
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=6, help="how long each runs (default 6)")
    parser.add_argument("--interval", type=int, default=40, help="milliseconds from step to step (default 40)")
    chosen = parser.parse_args()
    asked = 1000 / chosen.interval
    print(
        f"{'explorer':20s}{'moved by':12s}{'asked /s':>10s}{'shown /s':>10s}{'median ms':>11s}{'longest':>9s}{'blank':>7s}"
    )
    with tempfile.TemporaryDirectory() as name, running_lab(Path(name)) as address:
        for explorer, pressed in PRESSED.items():
            with browser_page() as page:
                source = MADE.format(name=explorer, interval=chosen.interval).strip()
                open_cells(page, address, Path(name) / "course", [source])
                box = show_cell(page, source).locator(".course-widget")
                handle = box.locator(".widget-slider").filter(has_text=pressed).locator(".noUi-handle")
                handle.wait_for()
                ways = ["held key"] + ["play button"] * bool(box.locator(".widget-play").count())
                for way in ways:
                    page.wait_for_timeout(700)
                    options = [chosen.seconds, way == "held key", chosen.interval]
                    found = page.evaluate(WATCH, [box.element_handle(), *options, handle.element_handle()])
                    changes, blank, _ = found
                    gaps = [after - before for before, after in itertools.pairwise(changes)]
                    print(
                        f"{explorer:20s}{way:12s}{asked:10.0f}{len(gaps) / chosen.seconds:10.1f}"
                        f"{statistics.median(gaps):11.0f}{max(gaps):9.0f}{blank:7d}",
                        flush=True,
                    )
                close_cells(page)


if __name__ == "__main__":
    main()
