"""The inside of one RNN cell: every weight, product and sum of one step, as grids."""

from dataclasses import dataclass

import numpy as np
import torch

from helpers import style
from helpers.pictures.canvas import Scene, lay_down, picture
from helpers.pictures.sheet import Sheet
from helpers.pictures.tensors import colour_bar, two_decimals
from helpers.recurrence import trace
from helpers.shapes import whole_number
from helpers.words import say

_SQUARE = 46  # a square with room for a number, in pixels
_ROW = 22
_LEFT_WIDTH, _TOP, _BOTTOM, _HIGH = 230, 44, 284, 176  # of the weights at the left
_SUMS_LEFT, _SUMS_TOP, _SUMS_HIGH, _STEP, _TANH = 386, 110, 240, 63, 54  # of the columns at the right


@dataclass(frozen=True, eq=False)
class CellState:
    """One step of a cell for one sample.

    Shapes: weight_ih (hidden_size, input_size), weight_hh (hidden_size, hidden_size), x (input_size,), all
    others (hidden_size,). unit: the hidden unit that is lit up; step: which time step this is, from 1.
    """

    weight_ih: np.ndarray
    x: np.ndarray
    weight_hh: np.ndarray
    h_before: np.ndarray
    from_x: np.ndarray
    bias_ih: np.ndarray
    from_h: np.ndarray
    bias_hh: np.ndarray
    total: np.ndarray
    h_now: np.ndarray
    unit: int
    step: int


def cell_state(cell, inputs, step, unit=0):
    """The `CellState` of an `nn.RNNCell` at time step `step` (from 1) of `inputs` (seq_len, input_size)."""
    run = trace(cell, inputs)
    weights = {name: value.detach() for name, value in cell.named_parameters()}
    x, h = inputs[step - 1], run.hidden[0, step - 1, 0]
    parts = {
        "weight_ih": weights["weight_ih"],
        "x": x,
        "weight_hh": weights["weight_hh"],
        "h_before": h,
        "from_x": weights["weight_ih"] @ x,
        "bias_ih": weights["bias_ih"],
        "from_h": weights["weight_hh"] @ h,
        "bias_hh": weights["bias_hh"],
        "total": run.preactivation[0, step - 1, 0],
        "h_now": run.hidden[0, step, 0],
    }
    return CellState(**{name: part.numpy() for name, part in parts.items()}, unit=unit, step=step)


class CellScene(Scene):
    """At the left the weights and what they meet, at the right the sum; one hidden unit framed all the way."""

    size = (style.WIDTH, 520)

    def draw_still(self, figure, state):
        sheet = Sheet()
        sheet.text(style.WIDTH - 8, 14, say("pictures.cell.row"), align="right")
        bar = [(say("pictures.value"), 1)]
        colour_bar(sheet, style.WIDTH - 190, 496, 160, bar, beyond=True)
        lay_down(figure, sheet)

    def draw_moving(self, sheet, state):
        hidden_size = len(state.h_now)
        x_name, h_name = f"x_{state.step}", f"h_{state.step - 1}"
        weights, vectors = (state.weight_ih, state.weight_hh), (state.x, state.h_before)
        right = self._product(
            sheet, "weight_ih", "input_size", weights[0], x_name, vectors[0], _TOP, style.INPUT, state
        )
        from_x = (right, _TOP + 12)
        right = self._product(
            sheet, "weight_hh", "hidden_size", weights[1], h_name, vectors[1], _BOTTOM, style.HIDDEN, state
        )
        from_h = (right, _BOTTOM + min(_ROW, _HIGH // hidden_size) * hidden_size / 2)
        row = min(_ROW + 2, _SUMS_HIGH // hidden_size)
        top = _SUMS_TOP + (_SUMS_HIGH - row * hidden_size) / 2
        columns = (
            ("W_ih x", state.from_x, style.INPUT),
            ("bias_ih", state.bias_ih, style.WEIGHT),
            ("W_hh h", state.from_h, style.HIDDEN),
            ("bias_hh", state.bias_hh, style.WEIGHT),
            ("sum", state.total, None),
            (f"h_{state.step}", state.h_now, style.HIDDEN),
        )
        middle = top + row * hidden_size / 2
        for place, (name, values, role) in enumerate(columns):
            left = _SUMS_LEFT + _STEP * place + (_SQUARE + _TANH - _STEP) * (place == 5)
            line, words = (role.line, role.words) if role else (style.INK, style.INK)
            _grid(sheet, left, top, values[:, None], _SQUARE, row, line)
            low = place % 2 == 1
            y = top + row * hidden_size + 16 if low else top - 16
            sheet.text(left + _SQUARE / 2, y, name, colour=words, family="mono", bold=True)
            _frame(sheet, left, top + row * state.unit, _SQUARE, row)
            if place < 4:
                sheet.text(left + _SQUARE + 8, middle, "=" if place == 3 else "+")
        end = _SUMS_LEFT + 4 * _STEP + _SQUARE
        sheet.arrow([(end + 4, middle), (end + _TANH - 4, middle)])
        sheet.text(end + _TANH / 2, middle - 14, "tanh", family="mono")
        from_h = (from_h[0], max(from_h[1], top + row * hidden_size + 34))  # below the names of the biases
        for place, (x, y), edge in ((0, from_x, top - 28), (2, from_h, top + row * hidden_size + 6)):
            centre = _SUMS_LEFT + _STEP * place + _SQUARE / 2
            sheet.arrow([(x, y), (centre, y), (centre, edge)], colour=style.PALE)

    def _product(self, sheet, name, axis, weights, vector_name, vector, top, role, state):
        """Weights and the vector that they meet; returns where an arrow may start at the right of both."""
        rows, columns = weights.shape
        width, height = min(_SQUARE, _LEFT_WIDTH // columns), min(_ROW, _HIGH // rows)
        label = f"{name} (hidden_size {rows}, {axis} {columns})"
        sheet.text(8, top - 16, label, align="left", family="mono", colour=style.WEIGHT.words, bold=True)
        _grid(sheet, 9, top, weights, width, height, style.WEIGHT.line)
        _frame(sheet, 9, top + height * state.unit, width * columns, height)
        each = min(_ROW, _HIGH // len(vector))
        left = 9 + width * columns + 24
        sheet.text(left - 12, top + min(height * rows, each * len(vector)) / 2, "×", size=18)
        _grid(sheet, left, top, vector[:, None], _SQUARE, each, role.line)
        words, y = f"{vector_name} ({len(vector)},)", top + each * len(vector) + 14
        sheet.text(left - 4, y, words, colour=role.words, align="left", family="mono", bold=True)
        return left + _SQUARE + 8


def _grid(sheet, left, top, values, width, height, colour):
    rows, columns = values.shape
    sheet.squares(left, top, values, width, height, numbers=two_decimals)
    sheet.box(left - 1, top - 1, width * columns + 1, height * rows + 1, colour=colour)


def _frame(sheet, left, top, width, height):
    sheet.box(left - 1, top - 1, width + 1, height + 1, line=3.5)


def cell_words(state):
    """The chosen unit's sum in words."""
    unit = state.unit
    parts = {
        name: two_decimals(getattr(state, name)[unit])
        for name in ("from_x", "bias_ih", "from_h", "bias_hh", "total", "h_now")
    }
    return say("pictures.cell.unit", unit=unit, before=state.step - 1, now=state.step, **parts)


def draw_cell(cell, inputs, step=1, unit=0):
    """A `Picture` of the inside of an `nn.RNNCell` at one time step.

    inputs: (seq_len, input_size) for one sample; step: from 1; unit: the hidden unit to light up, from 0.
    Raises ValueError when there is no such step or unit, and what `helpers.trace` raises.
    """
    whole_number("step", step, 1, len(inputs))
    whole_number("unit", unit, 0, cell.hidden_size - 1)
    state = cell_state(cell, torch.as_tensor(inputs), step, unit)
    return picture(CellScene(), state, f"{say('pictures.cell.alt')} {cell_words(state)}")
