"""The inside of one RNN cell: every weight, product and sum of one step; one hidden unit framed all the way."""

import itertools
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from helpers.drawing import letters
from helpers.drawing.colours import HIDDEN, INPUT, WEIGHT, Hue
from helpers.drawing.letters import decimals
from helpers.drawing.parts import colour_bar, fitting, room
from helpers.drawing.sheet import LABEL, STILL, Picture, Rect, Sheet
from helpers.modules import make, normal, seeded
from helpers.recurrence import trace
from helpers.shapes import whole_number
from helpers.topics.own import PARAMETERS, at_most, by_name, changed, check_kind, own_cell
from helpers.topics.sums import dot_words, given, state_words
from helpers.topics.tanh import LEAST_PLOT, SATURATED, TICKS, tanh_curve
from helpers.widgets.changing import Changes
from helpers.widgets.controls import bounded, factor_slider, slider
from helpers.widgets.explorer import Explorer
from helpers.words import say

STEPS, MOST_INPUT, MOST_HIDDEN = 6, 8, 12
_LEFT, _TOP = 10, 28
_COLUMN = 52  # width of a vector's squares: room for a sum of two digits before the point
_TIMES, _TANH = 24, 50  # from weights to what they meet, from a sum to its tanh
_BETWEEN = 36  # from one product to the other


@dataclass(frozen=True, eq=False)
class CellState:
    """One step of a cell for one sample.

    Shapes: weight_ih (hidden_size, input_size), weight_hh (hidden_size, hidden_size), x (input_size,), all
    others (hidden_size,); bias_ih and bias_hh are None when the cell has none. unit: the hidden unit that is
    lit up; step: which time step this is, from 1; nonlinearity: "tanh" or "relu".
    """

    weight_ih: np.ndarray
    x: np.ndarray
    weight_hh: np.ndarray
    h_before: np.ndarray
    from_x: np.ndarray
    bias_ih: np.ndarray | None
    from_h: np.ndarray
    bias_hh: np.ndarray | None
    total: np.ndarray
    h_now: np.ndarray
    unit: int
    step: int
    nonlinearity: str

    @property
    def cell(self):
        return self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh


def cell_state(cell, inputs, step, unit=0, h_0=None):
    """The `CellState` of an `nn.RNNCell` at time step `step` (from 1) of `inputs` (seq_len, input_size)."""
    run = trace(cell, inputs, h_0)
    weights = {name: value.detach() for name, value in cell.named_parameters()}
    x, h = inputs[step - 1], run.hidden[0, step - 1, 0]
    parts = weights | {
        "x": x,
        "h_before": h,
        "from_x": weights["weight_ih"] @ x,
        "from_h": weights["weight_hh"] @ h,
        "total": run.preactivation[0, step - 1, 0],
        "h_now": run.hidden[0, step, 0],
    }
    arrays = {"bias_ih": None, "bias_hh": None} | {name: part.numpy() for name, part in parts.items()}
    return CellState(**arrays, unit=unit, step=step, nonlinearity=cell.nonlinearity)


def cell_sheet(state, width=STILL):
    """Above, both products; below them the sum, in which each product is a column; at the right a curve of tanh."""
    sheet = Sheet(width)
    narrow = width < 600
    hidden_size, input_size = state.weight_ih.shape
    row = max(17 if hidden_size <= MOST_HIDDEN else 2, min(24, 204 // hidden_size))
    sign = 20 if narrow else 26  # from one column of the sum to the next
    beside = _TIMES + _COLUMN  # what stands right of the weights
    if narrow:  # one product below the other, so that the way down from the first one passes the second
        second = _LEFT + _COLUMN + 6
        square = min(46, (width - 20 - beside) // input_size, (width - 14 - second - beside) // hidden_size)
    else:
        square = min(60, (width - 24 - _BETWEEN - 2 * beside) // (input_size + hidden_size))
        second = _LEFT + max(square * input_size + beside + _BETWEEN, 2 * (_COLUMN + sign))
    square = max(2, min(square, (width - 14 - second - beside) // hidden_size))
    looks = square, row, room(square - 1, row, state.weight_ih, state.weight_hh), state.unit
    x, h = (f"x_{state.step}", state.x, INPUT), (f"h_{state.step - 1}", state.h_before, HIDDEN)
    weights = ("W_ih", state.weight_ih, "input_size"), ("W_hh", state.weight_hh, "hidden_size")
    from_x = _product(sheet, weights[0], x, _LEFT, _TOP, looks, (width if narrow else second) - _LEFT - 8)
    from_h = _product(sheet, weights[1], h, second, from_x.bottom + 36 if narrow else _TOP, looks, width - second)
    products = _bracketed(sheet, [from_x, from_h], together=not narrow)
    reserved = TICKS + LEAST_PLOT + 24 if width >= 900 and state.nonlinearity == "tanh" else 0
    rightmost = width - 16 - 6 * _COLUMN - 4 * sign - _TANH - reserved
    left = _LEFT if narrow else min(second - 2 * (_COLUMN + sign), rightmost)
    end = _sums(sheet, state, left, row, sign, products)
    plot = tanh_curve(sheet, state, from_h, end) if state.nonlinearity == "tanh" else None
    bar = colour_bar(sheet, _LEFT, end.bottom + 18, say("pictures.value"), beyond=True)
    sentence, free = say("pictures.cell.row"), plot.left - TICKS if plot else width
    if bar.right + 24 + letters.width(sentence) <= free:
        sheet.text(bar.right + 24, bar.top + 7, sentence)
    else:
        sheet.text(_LEFT, bar.bottom + 16, sentence)
    return sheet


def _product(sheet, weights, vector, left, top, looks, label_room):
    """Weights and the vector that they meet; returns the rectangle of both, the vector's name included."""
    (name, values, axis), (vector_name, entries, role), (square, row, numbers, unit) = weights, vector, looks
    rows, columns = values.shape
    rect = sheet.grid(
        values, left, top, square, row, numbers=numbers, role=WEIGHT, name=name, axes=("hidden_size", axis)
    )
    words = f"{name} (hidden_size {rows}, {axis} {columns})", f"{name} ({rows}, {columns})"
    sheet.label(rect, fitting(label_room, *words, bold=True), WEIGHT, one=False)
    _frame(sheet, rect, unit, row)
    sheet.text(rect.right + _TIMES / 2 + 1, rect.middle - 1, "×", size=18, align="center")
    each = min(row, max(2, 204 // columns))
    high = each * columns
    vector_rect = sheet.grid(
        entries, left + square * columns + _TIMES, max(top, round(rect.middle - high / 2)), _COLUMN, each,
        numbers=room(_COLUMN, each, entries), role=role, name=vector_name[0], axes=(axis,),
        label=f"{vector_name} ({columns},)", below=True,
    )  # fmt: skip
    return Rect(left, top, vector_rect.right, max(rect.bottom, vector_rect.bottom + 22))


def _bracketed(sheet, products, together):
    """Brackets below the products, at one height when they stand side by side; returns the rectangles down to them."""
    bottom = max(product.bottom for product in products) + 10
    below = [product._replace(bottom=bottom if together else product.bottom + 10) for product in products]
    for left, _, right, bottom in below:
        sheet.line([(left, bottom - 5), (left, bottom), (right, bottom), (right, bottom - 5)], "pale")
    return below


def _sums(sheet, state, left, row, sign, products):
    """The columns of the sum, from the first product to the new hidden state; returns the rectangle of the last."""
    top = round(products[1].bottom) + 48
    columns = [
        ("W_ih x", state.from_x, INPUT, ("W_ih", "x")),
        ("b_ih", state.bias_ih, WEIGHT, ()),
        ("W_hh h", state.from_h, HIDDEN, ("W_hh", "h")),
        ("b_hh", state.bias_hh, WEIGHT, ()),
    ]
    columns = [column for column in columns if column[1] is not None]
    parts = tuple(name for name, *_ in columns)
    columns.append(("sum", state.total, Hue("pale", "ink"), parts))
    columns.append(("new h", state.h_now, HIDDEN, ("sum",)))
    numbers, rects = room(_COLUMN, row, *(values for _, values, _, _ in columns)), {}
    for name, values, role, sources in columns:
        label = f"h_{state.step}" if name == "new h" else name
        look = dict(name=name, axes=("hidden_size",), sources=sources, numbers=numbers, role=role, label=label)
        rects[name] = sheet.grid(values, left, top, _COLUMN, row, **look)
        _frame(sheet, rects[name], state.unit, row)
        left += _COLUMN + (_TANH if name == "sum" else sign)
    for (name, one), (_, other) in itertools.pairwise(rects.items()):
        centre = (one.right + other.left) / 2
        if name == "sum":
            sheet.arrow([(one.right + 5, one.middle), (other.left - 5, one.middle)])
            sheet.text(centre, one.middle - 13, state.nonlinearity, align="center", family="mono")
        else:
            sheet.text(centre, one.middle - 1, "=" if name == parts[-1] else "+", align="center")
    for name, product in zip(("W_ih x", "W_hh h"), products, strict=True):
        tip, start = rects[name].centre, max(product.left + 12, min(rects[name].centre, product.right - 12))
        turn = product.bottom + 9
        sheet.arrow([(start, product.bottom), (start, turn), (tip, turn), (tip, top - LABEL - 9)], "pale")
    return other


def _frame(sheet, rect, unit, row):
    """Frame one row of a grid: dark around its outline, and a light line inside that shows on dark squares too.

    Both lie on the row's own edge and on the gaps beside it, never on its neighbours.
    """
    top = rect.top + row * unit
    sheet.box(Rect(rect.left - 2, top + 1, rect.right + 2, top + row - 2), "ink", 2)
    sheet.box(Rect(rect.left + 1, top + 2, rect.right - 1, top + row - 3), "paper", 1)


def unit_words(state):
    """The chosen unit's sum in words."""
    unit = state.unit
    names = ("from_x", "bias_ih", "from_h", "bias_hh", "total", "h_now")
    parts = {name: getattr(state, name) for name in names}
    values = {name: decimals(part[unit]) for name, part in parts.items() if part is not None}
    key = "unit" if state.bias_ih is not None else "unit_without_bias"
    return say(
        f"pictures.cell.{key}",
        unit=unit,
        before=state.step - 1,
        now=state.step,
        nonlinearity=state.nonlinearity,
        **values,
    )


def draw_cell(cell, inputs, step=1, unit=0):
    """A `Picture` of the inside of an `nn.RNNCell` at one time step.

    inputs: (seq_len, input_size) for one sample; step: from 1; unit: the hidden unit to light up, from 0.
    Raises TypeError when `cell` is no `nn.RNNCell`, ValueError when there is no such step or unit, and what
    `helpers.trace` raises.
    """
    check_kind("cell", cell)
    whole_number("step", step, 1, len(inputs))
    whole_number("unit", unit, 0, cell.hidden_size - 1)
    state = cell_state(cell, torch.as_tensor(inputs), step, unit)
    alt = say("pictures.cell.alt", nonlinearity=cell.nonlinearity)
    return Picture(cell_sheet(state), f"{alt} {unit_words(state)}")


def explore_cell(input_size=3, hidden_size=5, step=2, unit=1, *, cell=None, inputs=None):
    """An `Explorer` of one step of an `nn.RNNCell`: every weight, product, sum and tanh.

    input_size: 1 to 8; hidden_size: 1 to 12; step: the time step, 1 to 6; unit: the hidden unit whose row is
    framed, from 0. A fifth slider, weight_scale, multiplies all weights and biases.

    cell, inputs: an `nn.RNNCell` and data of your own instead, (seq_len, input_size), or (seq_len, batch, input_size)
    of which the first sample is shown. The cell is read anew at every move, and never changed.

    Raises ValueError when an argument is no whole number in its range, TypeError or ValueError for a cell that does
    not fit.
    """
    by_name("explore_cell", "cell", input_size)
    if cell is not None or inputs is not None:
        source = own_cell("explore_cell", cell, inputs)
        steps, units, nonlinearity = len(source()[1]), cell.hidden_size, cell.nonlinearity
        step, unit = at_most(step, steps), at_most(unit, units - 1)
        sizes, scales = {}, {}
    else:
        source, steps, units, nonlinearity = _made, STEPS, hidden_size, "tanh"
        sizes = {
            "input_size": slider("input_size", input_size, 1, MOST_INPUT),
            "hidden_size": slider("hidden_size", hidden_size, 1, MOST_HIDDEN),
        }
        scales = {"weight_scale": factor_slider("weight_scale")}
    walked = {"step": slider("step", step, 1, steps), "unit": slider("unit", unit, 0, units - 1)}
    if sizes:
        bounded(walked["unit"], lambda: sizes["hidden_size"].value - 1, sizes["hidden_size"])
    changes = Changes(_key)

    def compute(step, unit, **sizes):
        cell, inputs = source(**sizes)
        inputs, h_0 = changed(changes, cell, inputs)
        return cell_state(cell, inputs, step, min(unit, cell.hidden_size - 1), h_0)

    alt = say("pictures.cell.alt", nonlinearity=nonlinearity)
    return Explorer(sizes | walked | scales, compute, cell_sheet, describe, alt, explain, changes, _tensors)


def _made(input_size, hidden_size, weight_scale):
    """A cell of these sizes, and what it reads."""
    cell = make(nn.RNNCell, input_size, hidden_size, generator=seeded(0))
    scale(cell.parameters(), weight_scale)
    return cell, normal(STEPS, MOST_INPUT, generator=seeded(2))[:, :input_size]


def explain(state, name, index, value):
    """How a number of the cell was made: products, the sum and the new state term by term; all else is given."""
    names = ("W_ih", "W_hh", "x", "h")
    if name in ("sum", "new h"):
        return state_words(name, index, state.cell, state.x, state.h_before, names, state.nonlinearity)
    if name in ("W_ih x", "W_hh h"):
        weights, entries = (state.weight_ih, state.x) if name == "W_ih x" else (state.weight_hh, state.h_before)
        return dot_words(f"{name[:4]}[{index}]", name[-1], weights[index], entries) + "."
    kinds = {"W": "weight", "b": "bias", "x": "input", "h": "start" if state.step == 1 else "before"}
    return given(name, index, value, kinds[name[0]])


def _key(name, step, **_values):
    """The tensor that a grid shows: a parameter, the input of a step, or h_0; None for what follows from them."""
    return {"x": ("x", step), "h": "h_0" if step == 1 else None}.get(name, name if name in PARAMETERS else None)


def _tensors(state):
    parts = {name: getattr(state, name) for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh", "x")}
    parts["h"] = state.h_before
    return {name: torch.from_numpy(part) for name, part in parts.items() if part is not None}


@torch.no_grad()
def scale(parameters, factor):
    """Multiply all `parameters` of a module by `factor`, in place."""
    for parameter in parameters:
        parameter.mul_(factor)


def describe(state):
    """The caption of a `CellState`."""
    hidden_size, input_size = state.weight_ih.shape
    saturated = int((abs(state.h_now) > SATURATED).sum())
    return say(
        "explorers.cell.caption",
        unit=unit_words(state),
        x=state.step,
        input_size=input_size,
        hidden_size=hidden_size,
        parameters=sum(part.size for part in state.cell if part is not None),
        saturated=saturated,
        limit=SATURATED,
    )
