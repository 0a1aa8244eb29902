"""The manual loop: the folded cell at the left, its copies in time at the right, one set of weights."""

from dataclasses import dataclass

import numpy as np
import torch

from helpers import style
from helpers.pictures.canvas import Scene, lay_down, picture
from helpers.pictures.sheet import Sheet
from helpers.pictures.tensors import colour_bar, shape_label, two_decimals
from helpers.recurrence import trace
from helpers.shapes import whole_number
from helpers.words import say

_SQUARE, _ROW = 46, 22
_FOLDED = 222  # where the folded part ends and the unrolled part begins
_H_TOP, _CELL_TOP, _CELL_HIGH, _X_TOP = 62, 262, 40, 344
_RAIL = 322
_BLOCK = 7  # a weight of the folded cell, in pixels


@dataclass(frozen=True, eq=False)
class LoopState:
    """A loop over an `nn.RNNCell` that has made `step` steps, for one sample.

    Shapes: x (seq_len, input_size), hidden (seq_len + 1, hidden_size), h_0 first; weight_ih (hidden_size,
    input_size), weight_hh (hidden_size, hidden_size). step: from 0, nothing but h_0, to seq_len.
    """

    x: np.ndarray
    hidden: np.ndarray
    weight_ih: np.ndarray
    weight_hh: np.ndarray
    step: int


def loop_state(cell, inputs, step):
    """The `LoopState` of `cell` over `inputs` (seq_len, input_size) after `step` steps."""
    hidden = trace(cell, inputs).hidden[0, :, 0]
    weights = cell.weight_ih.detach().numpy(), cell.weight_hh.detach().numpy()
    return LoopState(inputs.numpy(), hidden.numpy(), *weights, step)


class LoopScene(Scene):
    """Code and folded cell at the left; at the right x below, the copies of the cell, h above them."""

    size = (style.WIDTH, 520)

    def draw_still(self, figure, state):
        sheet = Sheet()
        for line, code in enumerate(_code(state)):
            if line != 0:  # the first line holds a size that moves
                sheet.text(12, 20 + 24 * line, code, align="left", family="mono")
        self._cell(sheet, 74, style.INK)
        way = [(146, 282), (176, 282), (176, 236), (44, 236), (44, 282), (72, 282)]
        sheet.arrow(way, colour=style.HIDDEN.line, width=2)
        sheet.text(188, 236, "h", family="mono", colour=style.HIDDEN.words, bold=True)
        sheet.arrow([(110, 338), (110, _CELL_TOP + _CELL_HIGH + 3)], colour=style.INPUT.line, width=2)
        sheet.text(110, 348, "x", family="mono", colour=style.INPUT.words, bold=True)
        sheet.text(12, 212, say("pictures.loop.folded"), align="left", bold=True)
        colour_bar(sheet, style.WIDTH - 190, 500, 160, [(say("pictures.value"), 1)], beyond=True)
        lay_down(figure, sheet)

    def draw_moving(self, sheet, state):
        steps, hidden_size = len(state.x), state.hidden.shape[1]
        sheet.text(12, 20, _code(state)[0], align="left", family="mono")
        active_line = 0 if state.step == 0 else 2
        sheet.box(8, 9 + 24 * active_line, _FOLDED - 22, 22, line=3)
        pitch = min((style.WIDTH - _FOLDED - 8) // (steps + 1), 110)
        centres = _FOLDED + pitch * (np.arange(steps + 1) + 0.5)
        row = min(_ROW, 176 // hidden_size)
        base = _H_TOP + 176  # hidden states stand on one line
        top = base - row * hidden_size
        self._weights(sheet, state, centres)
        for t, centre in enumerate(centres):
            done, active = t <= state.step, t == state.step
            self._vector(sheet, f"h_{t}", state.hidden[t], centre, top, row, style.HIDDEN, done, active, top - 14)
            if t == 0:
                sheet.line([(centre, base + 2), (centre, _CELL_TOP + 20)], colour=style.HIDDEN.line)
                tip = centres[1] - 24
                sheet.arrow([(centre, _CELL_TOP + 20), (tip, _CELL_TOP + 20)], colour=style.HIDDEN.line)
                continue
            x = state.x[t - 1]
            low = _X_TOP + _ROW * len(x)
            self._vector(sheet, f"x_{t}", x, centre, _X_TOP, _ROW, style.INPUT, True, active, low + 14)
            self._cell(sheet, centre - 23, style.INK if done else style.PALE, 46, active)
            colour = style.INPUT.line if done else style.FAINT
            sheet.arrow([(centre, _X_TOP - 3), (centre, _CELL_TOP + _CELL_HIGH + 3)], colour=colour)
            colour = style.HIDDEN.line if done else style.FAINT
            sheet.arrow([(centre, _CELL_TOP - 2), (centre, base + 3)], colour=colour)
            if t < steps:
                y = _CELL_TOP + 20
                sheet.arrow([(centre + 25, y), (centres[t + 1] - 25, y)], colour=colour)
        sheet.text(style.WIDTH - 8, top - 42, say("pictures.loop.unrolled"), align="right", bold=True)
        label = shape_label("h_t", batch=1, hidden_size=hidden_size)
        sheet.text(_FOLDED + 6, top - 42, label, align="left", family="mono", colour=style.HIDDEN.words, bold=True)
        label = shape_label("dataset", seq_len=steps, batch=1, input_size=state.x.shape[1])
        sheet.text(_FOLDED + 6, 466, label, align="left", family="mono", colour=style.INPUT.words, bold=True)

    def _vector(self, sheet, name, values, centre, top, row, role, done, active, y):
        left = centre - _SQUARE / 2
        high = row * len(values)
        if done:
            sheet.squares(left, top, values[:, None], _SQUARE, row, numbers=two_decimals)
        sheet.box(left - 1, top - 1, _SQUARE + 1, high + 1, colour=role.line if done else style.FAINT)
        if active:
            sheet.box(left - 3, top - 3, _SQUARE + 5, high + 5, line=3)
        sheet.text(centre, y, name, family="mono", colour=role.words if done else "#6a6a6a", bold=active)

    def _cell(self, sheet, left, colour, width=72, active=False):
        sheet.box(left, _CELL_TOP, width, _CELL_HIGH, colour=colour, line=4 if active else 1.5)
        words = colour if colour == style.INK else "#6a6a6a"
        sheet.text(left + width / 2, _CELL_TOP + _CELL_HIGH / 2, "cell", family="mono", colour=words, bold=active)

    def _weights(self, sheet, state, centres):
        """The one set of weights, below the folded cell; every copy is pointed to from it."""
        left, top = 14, 376
        for name, weights in (("W_ih", state.weight_ih), ("W_hh", state.weight_hh)):
            rows, columns = weights.shape
            sheet.pixels(left, top, style.fill(weights), _BLOCK)
            sheet.box(left, top, columns * _BLOCK, rows * _BLOCK, colour=style.WEIGHT.line, line=1.5)
            y = top + rows * _BLOCK + 14
            label = f"{name} {tuple(weights.shape)}"
            sheet.text(left, y, label, align="left", family="mono", colour=style.WEIGHT.words, bold=True)
            left += 106
        high = max(len(state.weight_ih), len(state.weight_hh)) * _BLOCK + 36
        sheet.box(8, top - 8, _FOLDED - 6, high, colour=style.WEIGHT.line, line=1.5)  # one set
        points = [(24, top - 9), (24, _RAIL), (centres[-1] - 14, _RAIL)]
        sheet.line(points, colour=style.WEIGHT.words)
        for x in (88, *(centres[1:] - 14)):
            sheet.arrow([(x, _RAIL), (x, _CELL_TOP + _CELL_HIGH + 3)], colour=style.WEIGHT.words)


def _code(state):
    return (
        f"h = torch.zeros(1, {state.hidden.shape[1]})",
        "for x in dataset:",
        "    h = cell(x, h)",
        "    print(h)",
    )


def draw_loop(cell, inputs, step=None):
    """A `Picture` of a loop over an `nn.RNNCell`, folded and unrolled, after `step` steps (all when left out).

    inputs: (seq_len, input_size) for one sample, at most 8 steps.
    Raises ValueError when there are more, or no such step, and what `helpers.trace` raises.
    """
    inputs = torch.as_tensor(inputs)
    whole_number("seq_len", len(inputs), 1, 8)
    step = whole_number("step", len(inputs) if step is None else step, 0, len(inputs))
    state = loop_state(cell, inputs, step)
    last = ", ".join(two_decimals(value) for value in state.hidden[step])
    alt = say("pictures.loop.alt", seq_len=len(inputs), step=step, last=last)
    return picture(LoopScene(), state, alt)
