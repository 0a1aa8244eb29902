"""The author command for the README's picture: a real explorer in a real JupyterLab, photographed.

    python tests/shoot_readme.py

It runs lesson 04, moves two sliders, and writes images/explorer.png.
"""

import io
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "browser"))

from lab import ROOT, browser_page, open_lesson, run_all, running_lab, show_cell
from PIL import Image

WIDTH = 1000  # of the picture, in pixels


def photograph():
    """The explorer of lesson 04 as a picture."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running_lab(Path(folder)) as address,
        browser_page(1400, 1300) as page,
    ):
        open_lesson(page, address, "notebooks/04_multilayer_rnn.ipynb")
        run_all(page)
        cell = show_cell(page, "explore_layers()")
        page.evaluate("() => window.jupyterapp.commands.execute('application:toggle-left-area')")
        for number, presses in ((0, 1), (2, 2)):
            cell.locator(".noUi-handle").nth(number).focus()
            for _ in range(presses):
                page.keyboard.press("ArrowRight")
                page.wait_for_timeout(300)
        page.wait_for_timeout(1000)
        return Image.open(io.BytesIO(cell.locator(".jp-OutputArea-output").first.screenshot()))


def main():
    picture = photograph().convert("RGB")
    picture = picture.resize((WIDTH, round(picture.height * WIDTH / picture.width)), Image.Resampling.LANCZOS)
    picture.quantize(128, dither=Image.Dither.NONE).save(ROOT / "images" / "explorer.png", optimize=True)


if __name__ == "__main__":
    main()
