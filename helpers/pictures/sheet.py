"""A sheet of paper on which a picture is put down: squares, lines, boxes, words.

Coordinates are CSS pixels from the top left corner, y downwards. Whatever is put on a sheet ends up in a
handful of Matplotlib collections, since many small artists are what makes a figure slow.
"""

import math

import numpy as np
from matplotlib.artist import Artist
from matplotlib.collections import Collection, LineCollection, PathCollection, PolyCollection
from matplotlib.colors import to_rgb
from matplotlib.path import Path
from matplotlib.transforms import Affine2D

from helpers import style
from helpers.pictures import lettering

POINTS_A_PIXEL = 0.72  # line widths are given to Matplotlib in points; a figure has 100 pixels an inch
_MARKS = {"circle": (24, 0.0), "square": (4, np.pi / 4), "triangle": (3, -np.pi / 2), "diamond": (4, 0.0)}
_HEAD = 8  # length of an arrow head in pixels


class Sheet:
    """Marks, from the bottom: lines, pixel blocks, filled squares, arrow heads, boxes, words."""

    def __init__(self):
        self._blocks, self._squares, self._colours = [], [], []
        self._lines, self._heads, self._boxes = [], [], []
        self._words = {}

    def squares(self, x, y, values, width, height, limit=1.0, gap=1.0, numbers=None):
        """A grid of squares filled by value. values: (rows, columns); x, y: its top left corner.

        width, height: of one square, the white gap included. numbers: a function from value to text, or an
        array of texts. They are written when the widest has room (for a function, that of -limit or of
        the largest value); else none of them is.
        """
        values = np.asarray(values, dtype=float)
        rows, columns = values.shape
        left = np.tile(x + width * np.arange(columns), rows)
        top = np.repeat(y + height * np.arange(rows), columns)
        colours = style.fill(values.ravel(), limit)
        self._squares.append(_rectangles(left, top, width - gap, height - gap))
        self._colours.append(colours)
        if numbers is None or height < style.TEXT + 4:
            return
        texts = [numbers(value) for value in values.ravel()] if callable(numbers) else list(np.ravel(numbers))
        samples = [numbers(-max(limit, np.abs(values).max()))] if callable(numbers) else texts
        if max(lettering.width(text, style.TEXT) for text in samples) > width - gap - 2:
            return
        for text, a, b, dark in zip(texts, left, top, style.ink_on(colours), strict=True):
            colour = "#000000" if dark else "#ffffff"
            self.text(a + (width - gap) / 2, b + (height - gap) / 2, text, colour=colour)

    def patch(self, x, y, width, height, colour):
        """One rectangle of a plain colour."""
        self._squares.append(_rectangles(np.array([x]), np.array([y]), width, height))
        self._colours.append(np.array([to_rgb(colour)]))

    def pixels(self, x, y, colours, size):
        """A block of tiny squares without gaps: colours (rows, columns, 3) from 0 to 1, `size` pixels each."""
        self._blocks.append((x, y, np.asarray(colours), size))

    def line(self, points, colour=style.INK, width=1.5, dashed=False):
        """A line through `points`, (n, 2)."""
        self._lines.append((np.asarray(points, dtype=float), colour, width, dashed))

    def arrow(self, points, colour=style.INK, width=1.5):
        """A line through `points`, (n, 2), with a head at its end."""
        *begin, (x, y), (tip_x, tip_y) = points
        length = max(math.hypot(tip_x - x, tip_y - y), 1e-9)
        along, across = (tip_x - x) / length, (tip_y - y) / length  # the direction, of length 1
        self.line([*begin, (x, y), (tip_x - along * _HEAD * 0.8, tip_y - across * _HEAD * 0.8)], colour, width)
        back_x, back_y, side = tip_x - along * _HEAD, tip_y - across * _HEAD, _HEAD * 0.45
        left = back_x - across * side, back_y + along * side
        right = back_x + across * side, back_y - along * side
        self._heads.append((np.array([(tip_x, tip_y), left, right]), colour))

    def mark(self, shape, x, y, colour, size=9):
        """A small filled "circle", "square", "triangle" or "diamond" around (x, y), `size` pixels across."""
        corners, start = _MARKS[shape]
        angles = start + 2 * np.pi * np.arange(corners) / corners
        radius = size / 2 * {"circle": 1.0}.get(shape, 1.28)
        self._heads.append((np.stack([x + radius * np.cos(angles), y + radius * np.sin(angles)], -1), colour))

    def box(self, x, y, width, height, colour=style.INK, line=2.0, dashed=False):
        """An empty rectangle, its line outside of the area that it frames."""
        edge = line / 2
        corners = [(x - edge, y - edge), (x + width + edge, y - edge)]
        corners += [(x + width + edge, y + height + edge), (x - edge, y + height + edge), (x - edge, y - edge)]
        self._boxes.append((np.array(corners), colour, line, dashed))

    def text(self, x, y, text, size=style.TEXT, colour=style.INK, align="center", family="sans", bold=False):
        """Words beside, on or right of `x` (align "left", "center", "right"), centred on the height `y`."""
        self._words.setdefault(colour, []).append(lettering.outline(text, x, y, size, align, family, bold))

    def artists(self, figure):
        """The marks as a few Matplotlib artists in the pixels of `figure`, not yet added to it, bottom first."""
        height = figure.get_size_inches()[1]
        to_figure = Affine2D().scale(0.01, -0.01).translate(0, height) + figure.dpi_scale_trans
        made = [_strokes(self._lines)] if self._lines else []
        made += [_Block(*block) for block in self._blocks]
        if self._squares:
            made.append(_Rectangles(np.concatenate(self._squares), np.concatenate(self._colours)))
        if self._heads:
            shapes, colours = zip(*self._heads, strict=True)
            made.append(PolyCollection(shapes, facecolors=colours, linewidths=0))
        if self._boxes:
            made.append(_strokes(self._boxes))
        if self._words:
            joined = [[np.concatenate(parts) for parts in zip(*words, strict=True)] for words in self._words.values()]
            paths = [Path(vertices, codes) for vertices, codes in joined]
            made.append(PathCollection(paths, facecolors=list(self._words), linewidths=0))
        for order, artist in enumerate(made, start=1):  # above any axes, which have 0
            artist.set_zorder(order)
            artist.set_figure(figure)
            artist.set_transform(to_figure)
        return made


def _rectangles(left, top, width, height):
    """The left upper and the right lower corners (n, 2, 2) of n rectangles of one size."""
    corners = np.empty((len(left), 2, 2))
    corners[:, 0, 0], corners[:, 0, 1] = left, top
    corners[:, 1] = corners[:, 0] + (width, height)
    return corners


class _Rectangles(Collection):
    """Filled rectangles, by their corners (n, 2, 2), with colours (n, 3): one path, stretched and moved n times.

    A path for each of them, as in a `PolyCollection`, takes most of the time that a large grid is drawn in.
    """

    def __init__(self, corners, colours):
        count = len(corners)
        super().__init__(facecolors=colours, edgecolors="none", linewidths=0, antialiaseds=False)
        self.set_offsets(np.zeros((count, 2)))
        self._paths = [Path.unit_rectangle()]
        self._transforms = np.zeros((count, 3, 3))
        self._transforms[:, (0, 1), (0, 1)] = corners[:, 1] - corners[:, 0]
        self._transforms[:, :2, 2] = corners[:, 0]
        self._transforms[:, 2, 2] = 1


def _strokes(group):
    lines, colours, widths, dashed = zip(*group, strict=True)
    return LineCollection(
        lines,
        colors=colours,
        linewidths=np.array(widths) * POINTS_A_PIXEL,
        linestyles=[(0, (4, 2)) if dash else "solid" for dash in dashed],
        capstyle="butt",
    )


class _Block(Artist):
    """A block of tiny squares: copied pixel by pixel where they fall on whole pixels, else drawn as squares."""

    def __init__(self, x, y, colours, size):
        super().__init__()
        self._x, self._y, self._colours, self._size = x, y, colours, size

    def draw(self, renderer):
        figure = self.get_figure()
        assert figure is not None  # the sheet has given it one
        scale = figure.dpi / 100
        each, left, top = self._size * scale, self._x * scale, self._y * scale
        if not all(float(number).is_integer() for number in (each, left, top)):
            self._as_squares(figure).draw(renderer)
            return
        pixels = np.repeat(np.repeat(self._colours, int(each), 0), int(each), 1)
        rgba = np.full((*pixels.shape[:2], 4), 255, dtype=np.uint8)
        rgba[..., :3] = (pixels * 255).round()
        bottom = figure.bbox.height - top - len(rgba)
        renderer.draw_image(renderer.new_gc(), left, bottom, rgba[::-1])

    def _as_squares(self, figure):
        rows, columns = self._colours.shape[:2]
        left = np.tile(self._x + self._size * np.arange(columns), rows)
        top = np.repeat(self._y + self._size * np.arange(rows), columns)
        collection = _Rectangles(_rectangles(left, top, self._size, self._size), self._colours.reshape(-1, 3))
        collection.set_figure(figure)
        collection.set_transform(self.get_transform())
        return collection
