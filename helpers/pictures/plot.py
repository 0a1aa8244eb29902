"""Axes of a plot inside a picture, placed in the pixels of the sheet around them."""

import numpy as np

from helpers import style
from helpers.pictures.sheet import POINTS_A_PIXEL

LETTERS = style.TEXT * POINTS_A_PIXEL  # the size of Matplotlib's own letters, in points


def power_ticks(lowest, highest, step):
    """Ticks for an axis of powers of ten, {power: "1e−3"}, from `lowest` to `highest`."""
    return {power: f"1e{power}".replace("-", "−") for power in range(lowest, highest + 1, step)}


def power_curve(sheet, box, xs, values, powers, hue, size):
    """A line with a circle for each of `values` (n,) at `xs` (n,), on an axis of powers of ten.

    powers: the lowest and the highest one in the box (left, top, width, height). What is smaller lies below the
    paper: an arrow shows where the line leaves it. Returns the points that are drawn, (at most n, 2).
    """
    (lowest, highest), (_, top, _, high) = powers, box
    shown = values > 10.0**lowest
    share = (np.clip(np.log10(values[shown]), lowest, highest) - lowest) / (highest - lowest)
    points = np.stack([xs[shown], top + high * (1 - share)], -1)
    sheet.line(points, colour=hue.words, width=2)
    for x, y in points:
        sheet.mark("circle", x, y, hue.line, size=size)
    for leaves in np.flatnonzero(np.diff(shown.astype(int))):
        x = xs[leaves : leaves + 2].mean()
        sheet.arrow([(x, top + high - 16), (x, top + high)], hue.words, width=2)
    return points


def add_axes(figure, box, x_label, y_label, x_ticks, y_ticks):
    """Axes with ticks and labels. box: left, top, width, height in pixels; ticks: dict from place to words."""
    left, top, width, height = box
    across, high = figure.get_size_inches() * 100
    axes = figure.add_axes((left / across, 1 - (top + height) / high, width / across, height / high))
    axes.set_xticks(list(x_ticks), list(x_ticks.values()), fontsize=LETTERS)
    axes.set_yticks(list(y_ticks), list(y_ticks.values()), fontsize=LETTERS)
    axes.set_xlabel(x_label, fontsize=LETTERS)
    axes.set_ylabel(y_label, fontsize=LETTERS)
    axes.spines[["top", "right"]].set_visible(False)
    return axes
