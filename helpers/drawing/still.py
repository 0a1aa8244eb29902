"""A sheet as the bytes of a PNG file, by Matplotlib: for a notebook's stored outputs.

The user's own Matplotlib settings are put aside while it draws. Matplotlib's caches belong to the whole process and
are not safe under threads: `DRAWING` is the one lock around all of its work here.
"""

import io
import threading

import matplotlib as mpl
import numpy as np
from matplotlib import get_data_path
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text
from matplotlib.transforms import Affine2D
from PIL import Image

from helpers.drawing import colours, geometry, letters
from helpers.drawing.sheet import Text as Words

DRAWING = threading.RLock()
SCALE = 2  # dots of a PNG for each CSS pixel, for dense screens
_POINTS = 0.72  # a pixel in points: Matplotlib's unit for lines and letters, at 100 dots an inch
_FILES = {("sans", False): "DejaVuSans", ("sans", True): "DejaVuSans-Bold",
          ("mono", False): "DejaVuSansMono", ("mono", True): "DejaVuSansMono-Bold"}  # fmt: skip


def png(sheet, scale=SCALE):
    """The bytes of a PNG file of a sheet, `scale` dots for each of its pixels."""
    return encoded(pixels(sheet, scale))


def pixels(sheet, scale=SCALE):
    """The dots of a sheet (height, width, 4) as bytes, `scale` of them for each of its pixels."""
    with DRAWING, _own_settings():
        width, height = sheet.size
        figure = Figure(figsize=(width / 100, height / 100), dpi=100 * scale, facecolor=_rgb("paper"))
        canvas = FigureCanvasAgg(figure)
        place = Affine2D().scale(scale, -scale).translate(0, height * scale)
        for order, artist in enumerate(_artists(sheet)):
            artist.set(transform=place, zorder=order)
            figure.add_artist(artist)
        canvas.draw()
        return np.array(canvas.buffer_rgba())


def figure_png(figure, scale=SCALE):
    """The bytes of a PNG file of a learner's own `figure`, with its own settings; the figure stays as it is."""
    with DRAWING, mpl.rc_context({"savefig.bbox": None}):
        buffer, own_canvas = io.BytesIO(), figure.canvas
        try:
            FigureCanvasAgg(figure)  # its bitmap goes with it
            figure.savefig(buffer, format="raw", dpi=100 * scale)
        finally:
            figure.set_canvas(own_canvas)
        width, height = (int(size * 100 * scale) for size in figure.get_size_inches())
        return encoded(np.frombuffer(buffer.getvalue(), dtype=np.uint8).reshape(height, width, 4))


def encoded(rgba):
    """The bytes of a small PNG file on white paper, from pixels (height, width, 4) as bytes."""
    paper = Image.new("RGBA", rgba.shape[1::-1], "white")
    image = Image.alpha_composite(paper, Image.fromarray(rgba)).convert("RGB").quantize(255, dither=Image.Dither.NONE)
    buffer = io.BytesIO()
    image.save(buffer, "png", optimize=True)
    return buffer.getvalue()


def _own_settings():
    """Matplotlib's own settings in place of the user's, and letters at their true widths."""
    default = {name: value for name, value in mpl.rcParamsDefault.items() if not name.startswith("backend")}
    return mpl.rc_context(default | {"text.hinting": "none"})


def _rgb(name):
    return tuple(colours.rgb(name))


def _artists(sheet):
    """All marks as artists, bottom first."""
    arrows = [line for line in sheet.lines if line.head]
    squares = list(geometry.filled(sheet))
    corners = [[(a, b), (c, b), (c, d), (a, d)] for a, b, c, d, _ in squares]
    shapes = [*map(geometry.head, arrows), *map(geometry.corners, sheet.spots)]
    hues = [_rgb(mark.colour) for mark in (*arrows, *sheet.spots)]
    yield LineCollection([geometry.shaft(line) for line in sheet.lines], **_pens(sheet.lines))
    yield PolyCollection(corners, facecolors=[c / 255 for *_, c in squares], linewidths=0, antialiaseds=False)
    yield PolyCollection(shapes, facecolors=hues, linewidths=0, antialiaseds=True)
    yield PolyCollection(
        [_corners(box.rect.grown(box.width / 2)) for box in sheet.boxes], facecolors="none", **_pens(sheet.boxes)
    )
    for text in sheet.texts:
        yield _text(text, _rgb(text.colour))
    for words, x, y, black in geometry.written(sheet):
        yield _text(
            Words(words, x, y, "ink", letters.TEXT, "center", "sans", False), (0.0,) * 3 if black else (1.0,) * 3
        )


def _corners(rect):
    return [(rect.left, rect.top), (rect.right, rect.top), (rect.right, rect.bottom), (rect.left, rect.bottom)]


def _pens(marks):
    """Colours, widths and dashes of lines or boxes, as Matplotlib's collections take them."""
    return {
        "edgecolors": [_rgb(mark.colour) for mark in marks],
        "linewidths": [mark.width * _POINTS for mark in marks],
        "linestyles": [(0, (4, 2)) if mark.dashed else "solid" for mark in marks],
        "capstyle": "butt", "joinstyle": "miter", "antialiaseds": True, "snap": False,
    }  # fmt: skip


def _text(text, colour):
    """A text whose baseline lies half a capital below its y. A letter that the fonts lack is written as its number."""
    words, x, _, _, size, align, family, bold = text
    font = FontProperties(fname=f"{get_data_path()}/fonts/ttf/{_FILES[family, bold]}.ttf")
    artist = Text(
        x, text.baseline, "".join(map(_drawable, words)), color=colour,
        fontproperties=font, fontsize=size * _POINTS, parse_math=False, usetex=False, horizontalalignment=align,
        verticalalignment="baseline",
    )  # fmt: skip
    artist.set_fontfeatures(("-kern",))  # a canvas does not kern either
    return artist


def _drawable(letter):
    return letter if letters.has(letter) else f"[{ord(letter):X}]"
