"""A sheet: what a picture shows, as plain data, in CSS pixels from the top left corner, y downwards.

A sheet is laid out for a width and grows downwards with what is put on it; its size follows from its marks. Nothing
here knows how it will be drawn: `matplotlib.py` makes a still picture of it, `browser.py` and `canvas.js` a live one.
"""

import math
from typing import NamedTuple

import numpy as np

from helpers.drawing import letters
from helpers.drawing.colours import PLAIN
from helpers.drawing.letters import CAPITAL, TEXT

WIDTHS = (460, 660, 900, 1150)  # what live sheets are laid out for
STILL = 660  # what still pictures are laid out for
MARGIN = 6  # around all marks
LABEL = 16  # from the edge of a grid to the middle of its label
_BELOW = 0.24  # depth of a descender, in parts of the size
_DESCENDING = frozenset("gjpqyQ,;()[]{}_|µß")


class Rect(NamedTuple):
    """A rectangle on a sheet."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self):
        return self.right - self.left

    @property
    def height(self):
        return self.bottom - self.top

    @property
    def centre(self):
        return (self.left + self.right) / 2

    @property
    def middle(self):
        return (self.top + self.bottom) / 2

    def grown(self, by):
        """The rectangle that lies `by` pixels around this one."""
        return Rect(self.left - by, self.top - by, self.right + by, self.bottom + by)


class Grid(NamedTuple):
    """Squares filled by value. values: (rows, columns) float32; width, height: of one square, its gap included.

    name: what the numbers are, `h[1, 3]`; axes: the name of each axis; sources: names of the grids that it was
    computed from. numbers: None, how many decimals are written into every square, or the words for each of them.
    """

    name: str
    axes: tuple
    sources: tuple
    values: np.ndarray
    left: int
    top: int
    width: int
    height: int
    limit: float
    gap: int
    numbers: int | list | np.ndarray | None


class Patch(NamedTuple):
    """A rectangle of one colour."""

    rect: Rect
    colour: str


class Line(NamedTuple):
    """A line through `points`, ((x, y), ...); `head`: with an arrow head at its end."""

    points: tuple
    colour: str
    width: float
    dashed: bool
    head: bool


class Box(NamedTuple):
    """An empty rectangle whose line lies outside of `rect`."""

    rect: Rect
    colour: str
    width: int
    dashed: bool


class Spot(NamedTuple):
    """A small filled shape around (x, y): "circle", "square", "triangle" or "diamond", `size` pixels across."""

    shape: str
    x: float
    y: float
    size: float
    colour: str


class Text(NamedTuple):
    """Words whose capitals are centred on the height `y`; align: which part of them stands at `x`."""

    words: str
    x: float
    y: float
    colour: str
    size: int
    align: str
    family: str
    bold: bool

    @property
    def baseline(self):
        """The height on which the letters stand."""
        return self.y + self.size * CAPITAL / 2

    @property
    def rect(self):
        """The place that the words take."""
        across = letters.width(self.words, self.size, self.family, self.bold)
        left = self.x - across * {"left": 0, "center": 0.5, "right": 1}[self.align]
        below = self.size * _BELOW if _DESCENDING.intersection(self.words) else 0
        return Rect(left, 2 * self.y - self.baseline, left + across, self.baseline + below)


class Sheet:
    """Marks, from the bottom: lines and arrows, patches and grids in their order, spots, boxes, words.

    width: what it is laid out for. What is put on it is kept in `lines`, `fills`, `spots`, `boxes` and `texts`.
    """

    def __init__(self, width=STILL):
        self.width = width
        self.lines: list[Line] = []
        self.fills: list[Grid | Patch] = []
        self.spots: list[Spot] = []
        self.boxes: list[Box] = []
        self.texts: list[Text] = []
        self._right = self._bottom = 0.0

    @property
    def grids(self):
        """The grids of squares, in their order."""
        return [fill for fill in self.fills if isinstance(fill, Grid)]

    @property
    def size(self):
        """Width and height in whole pixels: what the marks take, and a margin."""
        return math.ceil(self._right) + MARGIN, math.ceil(self._bottom) + MARGIN

    def _reach(self, right, bottom):
        if right > self._right:
            self._right = right
        if bottom > self._bottom:
            self._bottom = bottom

    def grid(
        self, values, left, top, width, height, *, name="", axes=(), sources=(), limit=1.0, gap=1,
        numbers=None, role=None, label=None, below=False, bold=True,
    ):  # fmt: skip
        """Put down a grid with its outline in the hue `role` and its `label`; return the rectangle that it takes.

        values: (rows, columns), or (rows,) for one column. The label stands above, or `below`: in the middle of one
        column, else from its left edge.
        """
        values = np.asarray(values, dtype=np.float32)
        if values.ndim == 1:
            values = values[:, None]
        rows, columns = values.shape
        left, top, width, height = round(left), round(top), int(width), int(height)
        self.fills.append(Grid(name, axes, sources, values, left, top, width, height, limit, gap, numbers))
        rect = Rect(left, top, left + width * columns - gap, top + height * rows - gap)
        self._reach(rect.right + 2, rect.bottom + 2)
        if role is not None:
            self.box(rect, role.line)
        if label:
            self.label(rect, label, role or PLAIN, below=below, one=columns == 1, bold=bold)
        return rect

    def label(self, rect, words, role, below=False, one=True, bold=True):
        """Name a rectangle in the hue `role`: above or `below` it, in its middle or (one=False) from its left edge."""
        x, align = (rect.centre, "center") if one else (rect.left - 2, "left")
        y = rect.bottom + LABEL if below else rect.top - LABEL + 2
        self.text(x, y, words, role.words, align=align, family="mono", bold=bold)

    def patch(self, rect, colour):
        """Fill a rectangle with one colour."""
        self.fills.append(Patch(rect, colour))
        self._reach(rect.right, rect.bottom)

    def line(self, points, colour="ink", width=1.5, dashed=False):
        """Draw a line through `points`, pairs of numbers."""
        self._stroke(points, colour, width, dashed, False)

    def arrow(self, points, colour="ink", width=1.5):
        """Draw a line through `points` with a head at its end."""
        self._stroke(points, colour, width, False, True)

    def _stroke(self, points, colour, width, dashed, head):
        self.lines.append(Line(points, colour, width, dashed, head))
        for x, y in points:
            self._reach(x + 2, y + 2)

    def spot(self, shape, x, y, colour, size=9):
        """Put a small filled shape down."""
        self.spots.append(Spot(shape, x, y, size, colour))
        self._reach(x + size / 2, y + size / 2)

    def box(self, rect, colour="ink", width=2, dashed=False):
        """Frame a rectangle, on whole pixels."""
        rect = Rect(*map(round, rect))
        self.boxes.append(Box(rect, colour, width, dashed))
        self._reach(rect.right + width, rect.bottom + width)

    def text(self, x, y, words, colour="ink", size=TEXT, align="left", family="sans", bold=False):
        """Write words; return the rectangle that they take."""
        if not words:
            return Rect(x, y, x, y)
        text = Text(words, x, y, colour, size, align, family, bold)
        self.texts.append(text)
        rect = text.rect
        self._reach(rect.right, rect.bottom)
        return rect


class Picture(NamedTuple):
    """A sheet, and what it shows in words (`alt`)."""

    sheet: Sheet
    alt: str
