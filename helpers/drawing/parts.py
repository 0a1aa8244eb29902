"""Parts that many pictures share: numbers where there is room, names with shapes, the colour bar, a plot's axes."""

import numpy as np

from helpers.drawing import letters
from helpers.drawing.colours import INPUT
from helpers.drawing.letters import TEXT
from helpers.drawing.sheet import Rect

LINE = 18  # from one line of words to the next
ROW = 20  # height of a square with room for a number
SQUARE = 46  # width of a square with room for a number of two decimals


def room(width, height, *arrays, decimals=2, limit=1.0, gap=1):
    """`decimals` where the numbers of all `arrays` fit into squares of this size, else None.

    Squares that stand side by side are asked about together, so that their numbers appear and vanish together.
    """
    if height - gap < TEXT + 2:
        return None
    largest = max([limit, *(float(np.abs(array).max()) for array in arrays if np.size(array))])
    return decimals if letters.width(letters.decimals(-largest, decimals)) + 2 <= width - gap else None


def named_shape(name, short=False, **axes):
    """A name with its shape: `h_1 (batch 1, hidden_size 2)`, or `h_1 (1, 2)` when it must be short."""
    if short:
        return f"{name} ({', '.join(map(str, axes.values()))}{',' * (len(axes) == 1)})"
    return f"{name} ({', '.join(f'{axis} {size}' for axis, size in axes.items())})"


def shape_lines(name, **axes):
    """A name with its shape, one axis a line: `h_n`, `(num_layers 3,`, `batch 6)`."""
    *others, last = (f"{axis} {size}" for axis, size in axes.items())
    parts = [*(f"{part}," for part in others), f"{last})"]
    return [name, f"({parts[0]}", *parts[1:]]


def fitting(width, *choices, family="mono", bold=False):
    """The first of several ways to say the same that is at most `width` pixels wide; the last one if none is."""
    return next((words for words in choices if letters.width(words, TEXT, family, bold) <= width), choices[-1])


def lines(sheet, x, y, words, **look):
    """Several lines of words below one another, the first at the height `y`."""
    for place, line in enumerate(words):
        sheet.text(x, y + (LINE - 2) * place, line, **look)


def colour_bar(sheet, left, top, words, limit=1.0, least=-1, beyond=False, length=120):
    """The scale of values, its name before it, its ends and its middle below it; return the rectangle of all.

    least: 0 for what is never negative. beyond: whether there may be values beyond the ends, which have the colour of
    the end. The numbers stand where they do not leave the rectangle.
    """
    name = sheet.text(left, top + 5, words, "soft")
    start = round(name.right + 20)
    step = length // 40
    sheet.grid(np.linspace(least, 1, 40)[None], start, top, step, 10, gap=0)
    bar = Rect(start, top, start + 40 * step, top + 10)
    sheet.box(bar, "pale", 1)
    numbers = [f"{value:g}".replace("-", "−") for value in (least * limit, (least + 1) / 2 * limit, limit)]
    if beyond:
        numbers = [f"≤ {numbers[0]}", numbers[1], f"≥ {numbers[2]}"]
    places = [sheet.text(x, top + 23, number, "soft", align="center")
              for number, x in zip(numbers, (bar.left, bar.centre, bar.right), strict=True)]  # fmt: skip
    return Rect(left, top - 2, places[-1].right, places[-1].bottom)


class Plot:
    """Axes with ticks on a sheet. box: their rectangle; x, y: (from, to) of each axis.

    The y axis is named above its ticks, the x axis below its own; `at(x, y)` gives the place of a point.
    """

    def __init__(self, sheet, box, x, y, x_ticks, y_ticks, x_label, y_label):
        self.sheet, self.box, self._x, self._y = sheet, box, x, y
        corner = (box.left, box.bottom)
        sheet.line([(box.left, box.top), corner, (box.right, box.bottom)], "pale", 1)
        for value, words in y_ticks.items():
            place = self.at(x[0], value)[1]
            sheet.line([(box.left - 5, place), (box.left, place)], "pale", 1)
            sheet.text(box.left - 8, place, str(words), "soft", align="right")
        for value, words in x_ticks.items():
            place = self.at(value, y[0])[0]
            sheet.line([(place, box.bottom), (place, box.bottom + 5)], "pale", 1)
            sheet.text(place, box.bottom + 16, str(words), "soft", align="center")
        sheet.text(sheet_left(box, y_ticks), box.top - 18, y_label)
        sheet.text(box.centre, box.bottom + 36, x_label, align="center")

    def at(self, x, y):
        """The place of a point; x and y may be arrays. Points beyond the axes are put on their border."""
        (x0, x1), (y0, y1), box = self._x, self._y, self.box
        across = np.clip((np.asarray(x, dtype=float) - x0) / (x1 - x0), 0, 1)
        up = np.clip((np.asarray(y, dtype=float) - y0) / (y1 - y0), 0, 1)
        return box.left + box.width * across, box.bottom - box.height * up

    def curve(self, xs, ys, colour, width=2, dashed=False):
        """A line through points."""
        points = list(zip(*(part.tolist() for part in self.at(xs, ys)), strict=True))
        if len(points) > 1:
            self.sheet.line(points, colour, width, dashed)

    def level(self, y, colour="pale", dashed=True):
        """A horizontal line over the whole width; return its height on the sheet."""
        height = float(self.at(0, y)[1])
        self.sheet.line([(self.box.left, height), (self.box.right, height)], colour, 1.2, dashed)
        return height

    def powers(self, xs, values, hue=INPUT, size=7):
        """A line with a circle for each of `values` on an axis of powers of ten; return the points drawn, (n, 2).

        What is below the axis is not drawn: an arrow shows where the line leaves it.
        """
        xs, values = np.asarray(xs, dtype=float), np.asarray(values, dtype=float)
        shown = values > 10.0 ** self._y[0]
        points = np.stack(self.at(xs[shown], np.log10(values[shown])), -1) if shown.any() else np.empty((0, 2))
        for run in np.split(points, np.flatnonzero(np.diff(np.flatnonzero(shown)) > 1) + 1):
            if len(run) > 1:
                self.sheet.line(run.tolist(), hue.words, 2)
        for x, y in points.tolist():
            self.sheet.spot("circle", x, y, hue.line, size)
        for leaves in np.flatnonzero(np.diff(shown.astype(int))):
            x = float(self.at(xs[leaves : leaves + 2].mean(), 0)[0])
            self.sheet.arrow([(x, self.box.bottom - 16), (x, self.box.bottom)], hue.words, 2)
        return points


def sheet_left(box, ticks):
    """Where the longest of a y axis' ticks starts."""
    return box.left - 8 - max((letters.width(str(words)) for words in ticks.values()), default=0)


def power_ticks(lowest, highest, step):
    """Ticks for an axis of powers of ten, {power: "1e−3"}, from `lowest` to `highest`."""
    return {power: f"1e{power}".replace("-", "−") for power in range(lowest, highest + 1, step)}
