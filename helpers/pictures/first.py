"""The first picture of the course: a sequence, and how many weights two ways of reading it need."""

from dataclasses import dataclass

import numpy as np

from helpers import style
from helpers.pictures.canvas import Scene, lay_down
from helpers.pictures.sheet import Sheet
from helpers.pictures.tensors import colour_bar, two_decimals
from helpers.words import say

MOST_DAYS = 30
_LEFT, _TOP, _ROW = 130, 34, 24
_BAR, _WIDE = 190, 500  # where the bars stand, and how wide the longest one is


@dataclass(frozen=True, eq=False)
class FirstState:
    """days (seq_len, input_size), in standard deviations; dense, rnn: weights that read them; most: the most there can be."""

    days: np.ndarray
    dense: int
    rnn: int
    most: int


class FirstScene(Scene):
    """Days side by side, time to the right; below, two bars for the weights."""

    size = (style.WIDTH, 272)

    def draw_still(self, figure, state):
        sheet = Sheet()
        for row, name in enumerate(("temperature", "pressure", "rain")):
            sheet.text(_LEFT - 10, _TOP + _ROW * (row + 0.5), say(f"pictures.first.{name}"), align="right")
        sheet.text(8, _BAR - 36, say("pictures.first.weights"), align="left", bold=True)
        colour_bar(sheet, style.WIDTH - 190, _TOP + 3 * _ROW + 28, 160, [(say("pictures.value"), 2)], beyond=True)
        lay_down(figure, sheet)

    def draw_moving(self, sheet, state):
        steps = len(state.days)
        across = min(56, (style.WIDTH - _LEFT - 10) / steps)
        sheet.squares(_LEFT, _TOP, state.days.T, across, _ROW, limit=2.0, numbers=two_decimals)
        sheet.box(_LEFT - 1, _TOP - 1, across * steps + 1, 3 * _ROW + 1, colour=style.INPUT.line)
        for t in range(steps) if across >= 34 else {0, steps - 1}:
            x = _LEFT + across * (t + 0.5)
            sheet.text(x, _TOP - 14, f"x_{t + 1}", family="mono", colour=style.INPUT.words, bold=True)
        for row, (name, count) in enumerate((("dense", state.dense), ("rnn", state.rnn))):
            y, hue = _BAR + 40 * row, (style.OUTPUT, style.HIDDEN)[row]
            wide = _WIDE * count / state.most
            sheet.patch(_LEFT, y, wide, 22, hue.line)
            sheet.text(_LEFT - 10, y + 11, say(f"pictures.networks.{name}"), align="right", colour=hue.words, bold=True)
            sheet.text(_LEFT + wide + 10, y + 11, f"{count:,}", align="left", colour=hue.words, bold=True)
