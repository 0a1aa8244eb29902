"""How strongly the last hidden state depends on each input before it, on an axis of powers of ten."""

from dataclasses import dataclass

import numpy as np

from helpers import style
from helpers.backward import measured
from helpers.pictures.canvas import Scene, picture
from helpers.pictures.plot import add_axes, power_curve, power_ticks
from helpers.shapes import whole_number
from helpers.words import say

MOST_STEPS = 60
_BOX = (120, 34, 640, 270)  # left, top, width, height of the axes in pixels
_LOWEST, _HIGHEST = -15, 9  # powers of ten


@dataclass(frozen=True, eq=False)
class MemoryState:
    """gradient (seq_len,), of the last hidden state with respect to each input, the first one first; slope: of
    tanh, over all units and steps; weight_scale: what weight_hh does to the length of a hidden state."""

    gradient: np.ndarray
    slope: float
    weight_scale: float
    hidden_size: int

    @property
    def factor(self):
        """By how much the gradient is multiplied at every step back, about."""
        return self.weight_scale * self.slope


def memory_state(weight_scale, input_scale, seq_len, hidden_size):
    """The `MemoryState` of one run, measured by autograd."""
    found = measured(weight_scale, input_scale, seq_len, hidden_size)
    slope = found.slope[:-1].log().mean().exp()  # the geometric mean: going back they are multiplied
    return MemoryState(found.gradient.numpy(), slope.item(), weight_scale, hidden_size)


class MemoryScene(Scene):
    """The gradient upwards; at the right the last input, at the left those further and further back."""

    size = (style.WIDTH, 380)

    def __init__(self, most_steps):
        self._most = most_steps

    def draw_still(self, figure, state):
        powers = power_ticks(_LOWEST, _HIGHEST, 3)
        back = {-distance: distance for distance in range(0, self._most + 1, 10)}
        axes = add_axes(figure, _BOX, say("pictures.memory.distance"), say("pictures.memory.gradient"), back, powers)
        axes.set(xlim=(-self._most, 1), ylim=(_LOWEST, _HIGHEST))

    def draw_moving(self, sheet, state):
        left, _, wide, _ = _BOX
        distance = np.arange(len(state.gradient))[::-1]
        xs = left + wide * (self._most - distance) / (self._most + 1)
        points = power_curve(sheet, _BOX, xs, state.gradient, (_LOWEST, _HIGHEST), style.INPUT, size=6)
        if len(points):
            level = points[-1, 1]
            sheet.line([(left, level), (left + wide, level)], style.PALE, 1.2, dashed=True)
            beside = 11 if points[0, 1] < level else -11  # the side on which the curve is not
            sheet.text(left + 8, level + beside, say("pictures.memory.level"), align="left")
        if len(points) < len(state.gradient):
            sheet.text(left, 16, say("pictures.memory.below", power=_LOWEST), align="left")
        words = say("pictures.memory.factor", weight_scale=state.weight_scale, slope=state.slope, factor=state.factor)
        sheet.text(left + wide, 16, words, align="right", bold=True)


def draw_memory(weight_scale=1.0, input_scale=0.01, seq_len=50, hidden_size=32):
    """A `Picture` of how strongly the last hidden state depends on each input (see `helpers.backward.measured`).

    Raises ValueError when seq_len is not from 2 to 60, and what `measured` raises.
    """
    whole_number("seq_len", seq_len, 2, MOST_STEPS)
    state = memory_state(weight_scale, input_scale, seq_len, hidden_size)
    ends = dict(first=state.gradient[0], last=state.gradient[-1], seq_len=seq_len, weight_scale=weight_scale)
    return picture(MemoryScene(MOST_STEPS), state, say("pictures.memory.alt", **ends))
