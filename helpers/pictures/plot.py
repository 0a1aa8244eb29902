"""Axes of a plot inside a picture, placed in the pixels of the sheet around them."""

from helpers import style
from helpers.pictures.sheet import POINTS_A_PIXEL

LETTERS = style.TEXT * POINTS_A_PIXEL  # the size of Matplotlib's own letters, in points


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
