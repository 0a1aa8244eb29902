"""How far back networks remember: the accuracy of each training against the distance, one mark for each."""

import statistics

from helpers import style
from helpers.pictures.canvas import DRAWING, Picture, blank_figure, lay_down
from helpers.pictures.plot import add_axes
from helpers.pictures.sheet import Sheet
from helpers.words import say

_BOX = (110, 24, 470, 250)  # left, top, width, height of the axes in pixels
_MARKS = (
    ("square", style.OUTPUT),
    ("circle", style.HIDDEN),
    ("triangle", style.INPUT),
    ("diamond", style.WEIGHT),
)
_LOWEST = 0.4


def draw_recall(accuracy):
    """A `Picture` of accuracies: {name of the network: {distance: [accuracy of each training]}}.

    At most four networks; accuracies from 0 to 1, 0.5 is guessing. Every training is a mark, every mean a short line.
    Raises ValueError when there are none, or more than four networks.
    """
    if not 1 <= len(accuracy) <= len(_MARKS) or not all(map(dict, accuracy.values())):
        expected = say("pictures.recall.expected", most=len(_MARKS))
        raise ValueError(say("errors.drawing", name="accuracy", expected=expected, got=len(accuracy)))
    distances = sorted({distance for found in accuracy.values() for distance in found})
    left, top, wide, _ = _BOX
    rows = []
    with DRAWING:
        figure, sheet = blank_figure(style.WIDTH, 350), Sheet()
        ticks = {share / 10: f"{share * 10} %" for share in range(4, 11)}
        places = {place: say("pictures.recall.steps", count=steps) for place, steps in enumerate(distances)}
        axes = add_axes(figure, _BOX, say("pictures.recall.distance"), say("pictures.recall.accuracy"), places, ticks)
        axes.set(xlim=(-0.5, len(distances) - 0.5), ylim=(_LOWEST, 1.03))
        for place in range(1, len(distances)):
            axes.axvline(place - 0.5, color=style.FAINT, linewidth=1.2)
        axes.axhline(0.5, color=style.PALE, linewidth=1.2, linestyle=(0, (4, 2)))
        for order, ((name, found), (shape, hue)) in enumerate(zip(accuracy.items(), _MARKS, strict=False)):
            for distance, shares in found.items():
                x = left + wide * (distances.index(distance) + 0.5 + 0.18 * (order - 1.5)) / len(distances)
                for run, share in enumerate(shares):
                    aside = 16 * (run + 0.5) / len(shares) - 8  # equal ones side by side
                    sheet.mark(shape, x + aside, _height(share), hue.line)
                middle = _height(statistics.fmean(shares))
                sheet.line([(x - 12, middle), (x + 12, middle)], colour=hue.words, width=2.5)
                words = dict(name=name, distance=distance, mean=100 * statistics.fmean(shares))
                spread = dict(least=100 * min(shares), most=100 * max(shares))
                rows.append(say("pictures.recall.row", **words, **spread))
            y = top + 24 + 30 * order
            sheet.mark(shape, left + wide + 24, y, hue.line, size=11)
            sheet.text(left + wide + 38, y, name, align="left", colour=hue.words, bold=True)
        y = top + 24 + 30 * len(accuracy)
        sheet.line([(left + wide + 14, y), (left + wide + 34, y)], colour=style.INK, width=2.5)
        sheet.text(left + wide + 38, y, say("pictures.recall.mean"), align="left")
        y = _height(0.5)
        sheet.text(left + wide + 8, y, say("pictures.recall.guessing"), align="left", colour="#444444")
        lay_down(figure, sheet)
    return Picture(figure, say("pictures.recall.alt", rows=" ".join(rows)))


def _height(share):
    return _BOX[1] + _BOX[3] * (1 - (max(share, _LOWEST) - _LOWEST) / (1.03 - _LOWEST))
