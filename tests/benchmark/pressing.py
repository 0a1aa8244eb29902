"""What the benchmarks in a browser share: a notebook of a few cells, run in JupyterLab, and presses on a slider."""

import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "browser"))

import nbformat
from lab import HELD_BACK, browser_page, open_lesson, run_all, running_lab, show_cell
from nbformat.v4 import new_code_cell, new_notebook

# {explorer: the name of the slider that is pressed}
PRESSED = {
    "explore_first": "seq_len",
    "explore_rain": "day",
    "explore_cell": "step",
    "explore_loop": "step",
    "explore_echo": "weight_scale",
    "explore_layers": "sample",
    "explore_batch_first": "seq_len",
    "explore_hello": "epoch",
    "explore_memory": "weight_scale",
}
__all__ = ["HELD_BACK", "PRESSED", "browser_page", "burst", "close_cells", "open_cells", "running_lab", "show_cell"]
MOST_WAIT = 5000  # milliseconds for one picture

# A canvas says in `data-drawn` that it was drawn; under interact a new picture must have come and be decoded. Then the
# frame that shows it is waited for.
PRESS = """
async ([cell, handle, key, mostWait]) => {
  const sign = () => cell.querySelector('canvas')?.dataset.drawn ?? cell.querySelector('img')?.src;
  const before = sign();
  handle.focus();
  const started = performance.now();
  handle.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
  const came = await new Promise((resolve) => {
    const observer = new MutationObserver(() => {
      if (sign() && sign() !== before) { observer.disconnect(); resolve(true); }
    });
    observer.observe(cell, { subtree: true, childList: true, attributes: true, characterData: true });
    setTimeout(() => { observer.disconnect(); resolve(false); }, mostWait);
  });
  if (!came) return null;
  const img = cell.querySelector('canvas') ? null : cell.querySelector('img');
  if (img && !img.complete) await img.decode();
  await new Promise(requestAnimationFrame);
  return performance.now() - started;
}
"""
BURST, PAUSE = 10, 60  # key presses one after the other, as in a drag, and milliseconds between them


def open_cells(page, address, course, sources):
    """Write a notebook with these cells, open it and run it."""
    shutil.copy(Path(__file__).with_name("pyplot_sheet.py"), course)
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    cells = [new_code_cell(source) for source in sources]
    nbformat.write(new_notebook(cells=cells, metadata=kernel), course / "benchmark.ipynb")
    open_lesson(page, address, "benchmark.ipynb")
    run_all(page)


def close_cells(page):
    """End the kernel of the notebook."""
    page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")


def burst(page, cell, pressed, count=BURST):
    """Press the slider `pressed` `count` times, to and fro; ([milliseconds], how many presses brought no picture in time)."""
    handle = cell.locator(".widget-slider").filter(has_text=pressed).locator(".noUi-handle")
    handle.wait_for()
    page.wait_for_timeout(1000)  # what the page asks after a rest is no part of the answer
    at_end = handle.get_attribute("aria-valuenow") == handle.get_attribute("aria-valuemax")
    keys = ("ArrowLeft", "ArrowRight") if at_end else ("ArrowRight", "ArrowLeft")
    times, lost = [], 0
    for press in range(count + 2):  # the first two warm up
        arguments = [cell.element_handle(), handle.element_handle(), keys[press % 2], MOST_WAIT]
        milliseconds = page.evaluate(PRESS, arguments)
        if milliseconds is None:
            lost += 1
        elif press >= 2:
            times.append(milliseconds)
        page.wait_for_timeout(PAUSE)
    return times, lost
