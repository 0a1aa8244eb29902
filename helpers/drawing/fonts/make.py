"""Make the font files of this folder from the DejaVu fonts that come with Matplotlib.

    python helpers/drawing/fonts/make.py

Each file holds the letters below and nothing else; `advances.json` says how far each letter moves the pen, in parts
of the font's size. The licence of the fonts stands in LICENSE.
"""

import json
import shutil
from pathlib import Path

from fontTools import subset
from matplotlib import get_data_path

SOURCES = {
    "sans": "DejaVuSans.ttf",
    "sans-bold": "DejaVuSans-Bold.ttf",
    "mono": "DejaVuSansMono.ttf",
    "mono-bold": "DejaVuSansMono-Bold.ttf",
}
LETTERS = "".join(map(chr, [*range(0x20, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)])) + "−≤≥←↑→↓↗✓✗␣∞…–—‘’“”"
FOLDER = Path(__file__).resolve().parent


def main():
    fonts = Path(get_data_path()) / "fonts" / "ttf"
    options = subset.Options(flavor="woff", hinting=False, layout_features=[], drop_tables=["FFTM"])
    advances = {}
    for name, source in SOURCES.items():
        font = subset.load_font(fonts / source, options)
        subsetter = subset.Subsetter(options)
        subsetter.populate(text=LETTERS)
        subsetter.subset(font)
        font["head"].modified = font["head"].created  # the same bytes on every day
        subset.save_font(font, FOLDER / f"{name}.woff", options)
        widths, glyphs, em = font["hmtx"].metrics, font.getBestCmap(), font["head"].unitsPerEm
        advances[name] = {letter: round(widths[glyphs[ord(letter)]][0] / em, 6) for letter in LETTERS}
    text = json.dumps(advances, ensure_ascii=False, separators=(",", ":"))
    (FOLDER / "advances.json").write_text(text + "\n", encoding="utf-8", newline="\n")
    shutil.copyfile(fonts / "LICENSE_DEJAVU", FOLDER / "LICENSE")


if __name__ == "__main__":
    main()
