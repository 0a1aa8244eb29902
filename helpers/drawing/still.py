"""A sheet as a still picture: PNG for a notebook's stored outputs, SVG with its words as text for the figures in the text.

The user's own Matplotlib settings are put aside while it draws. Matplotlib's caches belong to the whole process and
are not safe under threads: `DRAWING` is the one lock around all of its work here.
"""

import html
import io
import re
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

from helpers.drawing import colours, letters
from helpers.drawing.sheet import Grid

DRAWING = threading.RLock()
SCALE = 2  # dots of a PNG for each CSS pixel, for dense screens
HEAD = 8  # length of an arrow head
_POINTS = 0.72  # a pixel in points: Matplotlib's unit for lines and letters, at 100 dots an inch
_CAPITAL = 0.73
_FILES = {("sans", False): "DejaVuSans", ("sans", True): "DejaVuSans-Bold",
          ("mono", False): "DejaVuSansMono", ("mono", True): "DejaVuSansMono-Bold"}  # fmt: skip
_CORNERS = {"circle": (24, 0.0), "square": (4, np.pi / 4), "triangle": (3, -np.pi / 2), "diamond": (4, 0.0)}


def figure(sheet, scale=SCALE):
    """A `matplotlib.figure.Figure` of a sheet, `scale` dots for each of its pixels."""
    width, height = sheet.size
    made = Figure(figsize=(width / 100, height / 100), dpi=100 * scale, facecolor=_rgb("paper"), layout="none")
    FigureCanvasAgg(made)
    place = Affine2D().scale(scale, -scale).translate(0, height * scale)
    squares, fills = _squares(sheet)
    heads = [_head(line) for line in sheet.lines if line.head] + [_spot(spot) for spot in sheet.spots]
    head_colours = [mark.colour for mark in (*(line for line in sheet.lines if line.head), *sheet.spots)]
    for artist in (
        _strokes([(_shaft(line), line) for line in sheet.lines]),
        PolyCollection(squares, facecolors=fills, linewidths=0, antialiaseds=False),
        PolyCollection(heads, facecolors=[_rgb(colour) for colour in head_colours], linewidths=0, antialiaseds=True),
        _strokes([(_edge(box), box) for box in sheet.boxes]),
    ):
        artist.set_snap(False)
        _add(made, artist, place)
    for text in [*sheet.texts, *_numbers(sheet)]:
        _add(made, _text(text), place)
    return made


def _add(figure, artist, place):
    artist.set_transform(place)
    artist.set_zorder(len(figure.artists))
    figure.add_artist(artist)


def _rgb(name):
    return tuple(colours.rgb(name))


def _squares(sheet):
    """The corners (n, 4, 2) and the colours (n, 3) of all patches and of the squares of all grids, in their order."""
    corners, fills = [np.empty((0, 4, 2))], [np.empty((0, 3))]
    for fill in sheet.fills:
        if isinstance(fill, Grid):
            rows, columns = fill.values.shape
            left = np.tile(fill.left + fill.width * np.arange(columns), rows)
            top = np.repeat(fill.top + fill.height * np.arange(rows), columns)
            size = np.array([fill.width - fill.gap, fill.height - fill.gap])
            fills.append(colours.fill(fill.values.ravel(), fill.limit) / 255)
        else:
            left, top = np.array([fill.rect.left]), np.array([fill.rect.top])
            size = np.array([fill.rect.width, fill.rect.height])
            fills.append(colours.rgb(fill.colour)[None])
        corner = np.stack([left, top], -1)[:, None]
        corners.append(corner + size * np.array([(0, 0), (1, 0), (1, 1), (0, 1)]))
    return np.concatenate(corners), np.concatenate(fills)


def _numbers(sheet):
    """The numbers in the squares of all grids, as texts."""
    from helpers.drawing.sheet import Text as Words

    for grid in sheet.grids:
        if grid.numbers is None:
            continue
        black = colours.takes_black(colours.fill(grid.values, grid.limit))
        words = np.ravel(grid.numbers).tolist() if not isinstance(grid.numbers, int) else None
        for place, (row, column) in enumerate(np.ndindex(grid.values.shape)):
            said = letters.decimals(grid.values[row, column], grid.numbers) if words is None else words[place]
            x = grid.left + grid.width * column + (grid.width - grid.gap) / 2
            y = grid.top + grid.height * row + (grid.height - grid.gap) / 2
            colour = (0.0, 0.0, 0.0) if black[row, column] else (1.0, 1.0, 1.0)
            yield Words(said, x, y, colour, letters.TEXT, "center", "sans", False)


def _text(text):
    """A text whose baseline lies half a capital below its y; in SVG its width goes with it, for other fonts."""
    font = FontProperties(fname=f"{get_data_path()}/fonts/ttf/{_FILES[text.family, text.bold]}.ttf")
    words = "".join(letter if letters.has(letter) else f"[{ord(letter):X}]" for letter in text.words)
    made = Text(
        text.x, text.y + text.size * _CAPITAL / 2, words, fontproperties=font, fontsize=text.size * _POINTS,
        color=text.colour if isinstance(text.colour, tuple) else _rgb(text.colour), parse_math=False, usetex=False,
        horizontalalignment=text.align, verticalalignment="baseline",
    )  # fmt: skip
    made.set_gid(f"width {letters.width(words, text.size, text.family, text.bold):.2f}")
    return made


def _strokes(pairs):
    points, marks = zip(*pairs, strict=True) if pairs else ((), ())
    return LineCollection(
        points, colors=[_rgb(mark.colour) for mark in marks], linewidths=[mark.width * _POINTS for mark in marks],
        linestyles=[(0, (4, 2)) if mark.dashed else "solid" for mark in marks], capstyle="butt", joinstyle="miter",
        antialiaseds=True,
    )  # fmt: skip


def _edge(box):
    left, top, right, bottom = box.rect.grown(box.width / 2)
    return [(left, top), (right, top), (right, bottom), (left, bottom), (left, top), (right, top)]


def _direction(line):
    (x, y), (tip_x, tip_y) = line.points[-2:]
    length = max(np.hypot(tip_x - x, tip_y - y), 1e-9)
    return (tip_x - x) / length, (tip_y - y) / length


def _shaft(line):
    """The points of a line, up to its head when it has one."""
    if not line.head:
        return line.points
    (along, across), (x, y) = _direction(line), line.points[-1]
    return [*line.points[:-1], (x - along * HEAD * 0.8, y - across * HEAD * 0.8)]


def _head(line):
    (along, across), (x, y) = _direction(line), line.points[-1]
    back_x, back_y, side = x - along * HEAD, y - across * HEAD, HEAD * 0.45
    return [(x, y), (back_x - across * side, back_y + along * side), (back_x + across * side, back_y - along * side)]


def _spot(spot):
    corners, start = _CORNERS[spot.shape]
    angles = start + 2 * np.pi * np.arange(corners) / corners
    radius = spot.size / 2 * (1.0 if spot.shape == "circle" else 1.28)
    return np.stack([spot.x + radius * np.cos(angles), spot.y + radius * np.sin(angles)], -1)


def _own_settings():
    return mpl.rc_context(
        {name: value for name, value in mpl.rcParamsDefault.items() if not name.startswith("backend")}
    )


def png(sheet, scale=SCALE):
    """The bytes of a PNG file of a sheet."""
    with DRAWING, _own_settings():
        drawn = figure(sheet, scale)
        drawn.canvas.draw()
        return encoded(np.asarray(drawn.canvas.buffer_rgba()))


def encoded(rgba):
    """The bytes of a small PNG file, from pixels (height, width, 4) as bytes."""
    image = Image.fromarray(rgba[..., :3].copy()).quantize(255, dither=Image.Dither.NONE)
    buffer = io.BytesIO()
    image.save(buffer, "png", optimize=True)
    return buffer.getvalue()


def svg(sheet, title, alt, salt=""):
    """The text of an SVG file of a sheet: title and description inside, words as text of a given width."""
    buffer = io.StringIO()
    with DRAWING, _own_settings(), mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": salt or title}):
        figure(sheet, scale=1).savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    words = f'<title id="title">{html.escape(title)}</title>\n<desc id="desc">{html.escape(alt)}</desc>\n'
    text = re.sub(r"<svg ", '<svg role="img" aria-labelledby="title desc" ', buffer.getvalue(), count=1)
    text = re.sub(r"(<svg [^>]*>\n)", lambda match: match[1] + words, text, count=1)
    text = re.sub(r'<g id="width ([\d.]+)">(\s*(?:<!--.*?-->)?\s*)<text ',
                  lambda m: f'<g>{m[2]}<text textLength="{float(m[1]) * _POINTS:.2f}" ', text, flags=re.DOTALL)  # fmt: skip
    text = re.sub(r"<!--.*?-->\n?", "", text, flags=re.DOTALL)
    text = re.sub(r"-?\d+\.\d{3,}", lambda match: f"{float(match[0]):.2f}", text)  # a hundredth of a point is enough
    return "".join(line.strip() + "\n" for line in text.splitlines() if line.strip())
