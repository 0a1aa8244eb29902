"""How long an input is felt: the change of every hidden state after a change of x_1 alone."""

from dataclasses import dataclass

import numpy as np

from helpers import style
from helpers.pictures import lettering
from helpers.pictures.canvas import Scene
from helpers.pictures.plot import add_axes, power_curve, power_ticks
from helpers.recurrence import trace
from helpers.words import say

_BOX = (120, 20, 640, 240)  # left, top, width, height of the axes in pixels
_LOWEST, _HIGHEST = -9, 1  # powers of ten
NUDGE = 0.1  # what is added to every entry of x_1


@dataclass(frozen=True, eq=False)
class EchoState:
    """change: (seq_len,), for every step the length of the difference of the two hidden states."""

    change: np.ndarray


def echo_state(cell, inputs):
    """The `EchoState` of `cell` for `inputs` (seq_len, input_size) and a nudge of x_1 alone."""
    nudged = inputs.clone()
    nudged[0] += NUDGE
    cell = cell.double()
    difference = trace(cell, nudged.double()).hidden - trace(cell, inputs.double()).hidden
    return EchoState(difference[0, 1:, 0].norm(dim=-1).numpy())


def _free_place(points, y, words):
    """Where words stand above or below a level line at y, and the curve through `points` is not."""
    left, _, wide, _ = _BOX
    needed = lettering.width(words, style.TEXT)
    places = [(x, y + beside) for x in (left + wide - needed - 8, left + 8) for beside in (-11, 11)]

    def near(place):
        return int((((points - place) > (-14, -14)) & ((points - place) < (needed + 14, 14))).all(axis=1).sum())

    return min(places, key=near)


class EchoScene(Scene):
    """The change of h_t upwards, on an axis of powers of ten; time to the right."""

    size = (style.WIDTH, 320)

    def __init__(self, steps):
        self._steps = steps

    def draw_still(self, figure, state):
        powers = power_ticks(_LOWEST, _HIGHEST, 2)
        steps = {step: step for step in (1, *range(10, self._steps + 1, 10))}
        axes = add_axes(figure, _BOX, say("pictures.echo.time"), say("pictures.echo.change"), steps, powers)
        axes.set(xlim=(0, self._steps + 1), ylim=(_LOWEST, _HIGHEST))

    def draw_moving(self, sheet, state):
        left, top, wide, high = _BOX
        xs = left + wide * (1 + np.arange(len(state.change))) / (self._steps + 1)
        points = power_curve(sheet, _BOX, xs, state.change, (_LOWEST, _HIGHEST), style.HIDDEN, size=7)
        if not len(points):
            return
        thousandth = points[0, 1] + 3 * high / (_HIGHEST - _LOWEST)
        sheet.line([(left, thousandth), (left + wide, thousandth)], style.PALE, 1.2, dashed=True)
        x, y = _free_place(points, thousandth, say("pictures.echo.thousandth"))
        sheet.text(x, y, say("pictures.echo.thousandth"), align="left", colour="#444444")
        if len(points) < len(state.change):
            words = say("pictures.echo.below", power=_LOWEST).replace("-", "−")
            sheet.text(left + wide, top + 8, words, align="right")
