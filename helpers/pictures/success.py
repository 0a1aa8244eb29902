"""How soon trainings succeed: one mark for each training, the epoch of its success upwards."""

import statistics

import numpy as np

from helpers import style
from helpers.pictures.canvas import DRAWING, Picture, blank_figure, lay_down
from helpers.pictures.plot import add_axes
from helpers.pictures.sheet import Sheet
from helpers.words import say

_BOX = (110, 44, 650, 230)  # left, top, width, height of the axes in pixels
_HEIGHT = 360
_ROOM = 1.2  # how far the axis reaches, in parts of the epochs


def draw_success(solved, epochs, name="hidden_size"):
    """A `Picture` of many trainings: for each value of `name` how soon each of them was right.

    solved: {value: [epoch of the first right answer, or None for a training that was never right]}
    epochs: how long each training ran. Circles are successes, triangles in the row on top are failures.

    Raises ValueError when there is no training.
    """
    if not solved or not all(solved.values()):
        raise ValueError(say("errors.drawing", name="solved", expected=say("pictures.success.expected"), got=solved))
    left, top, wide, high = _BOX
    places = {value: left + wide * (place + 0.5) / len(solved) for place, value in enumerate(solved)}
    never = top + high * (1 - 1.14 / _ROOM)  # the row above the last epoch
    border = top + high * (1 - 1.07 / _ROOM)
    rows = []
    with DRAWING:
        figure, sheet = blank_figure(style.WIDTH, _HEIGHT), Sheet()
        ticks = {epoch: epoch for epoch in range(0, epochs + 1, max(1, epochs // 4))}
        words = dict(enumerate(solved))
        axes = add_axes(figure, _BOX, name, say("pictures.success.epoch"), words, ticks)
        axes.set(xlim=(-0.5, len(solved) - 0.5), ylim=(0, epochs * _ROOM))
        for value, found in solved.items():
            aside = np.linspace(-0.3, 0.3, len(found)) * wide / len(solved)
            right = [epoch for epoch in found if epoch is not None]
            for x, epoch in zip(places[value] + aside, found, strict=True):
                if epoch is None:
                    sheet.mark("triangle", x, never, style.OUTPUT.line)
                else:
                    sheet.mark("circle", x, top + high * (1 - epoch / (epochs * _ROOM)), style.HIDDEN.line, size=8)
            share = say("pictures.success.share", right=len(right), all=len(found))
            sheet.text(places[value], top - 14, share, bold=True)
            middle = f"{statistics.median(right):g}" if right else say("pictures.success.none")
            rows.append(say("pictures.success.row", name=name, value=value, share=share, middle=middle))
        sheet.line([(left, border), (left + wide, border)], colour=style.FAINT)
        sheet.text(left - 10, never, say("pictures.success.never"), align="right")
        lay_down(figure, sheet)
    return Picture(figure, say("pictures.success.alt", epochs=epochs, rows=" ".join(rows)))
