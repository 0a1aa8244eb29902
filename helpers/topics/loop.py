"""The manual loop: its code and the folded cell, its copies in time, and the one set of weights that all of them use."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import nn

from helpers.drawing import letters
from helpers.drawing.colours import HIDDEN, INPUT, WEIGHT
from helpers.drawing.letters import decimals
from helpers.drawing.parts import ROW, SQUARE, colour_bar, fitting_shape, named_shape, room
from helpers.drawing.sheet import STILL, Picture, Rect, Sheet
from helpers.modules import make, normal, seeded
from helpers.recurrence import trace
from helpers.shapes import whole_number
from helpers.topics.own import PARAMETERS, at_most, by_name, changed, check_kind, own_cell
from helpers.topics.shared import least_panel, shared_weights
from helpers.topics.sums import given, state_words
from helpers.widgets.changing import Changes
from helpers.widgets.controls import bounded, slider, with_player
from helpers.widgets.explorer import Explorer
from helpers.words import say

INPUT_SIZE, MOST_STEPS, MOST_HIDDEN = 4, 8, 8
_LEFT, _LINE = 8, 22  # of all that stands at the left; from one line of code to the next
_PANELS = {460: 222, 660: 222, 900: 330, 1150: 400}  # width of the folded part
_CELL, _BELOW = 36, 42  # height of a cell; from it to what stands below


@dataclass(frozen=True, eq=False)
class LoopState:
    """A loop over an `nn.RNNCell` that has made `step` steps, for one sample.

    Shapes: x (seq_len, input_size), hidden (seq_len + 1, hidden_size), h_0 first; weight_ih (hidden_size,
    input_size), weight_hh (hidden_size, hidden_size), bias_ih, bias_hh (hidden_size,) or None without them.
    step: from 0, nothing but h_0, to seq_len.
    """

    x: np.ndarray
    hidden: np.ndarray
    weight_ih: np.ndarray
    weight_hh: np.ndarray
    bias_ih: np.ndarray | None
    bias_hh: np.ndarray | None
    nonlinearity: str
    step: int

    @property
    def cell(self):
        return self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh


def loop_state(cell, inputs, step, h_0=None):
    """The `LoopState` of `cell` over `inputs` (seq_len, input_size) after `step` steps."""
    hidden = trace(cell, inputs, h_0).hidden[0, :, 0]
    parts = {"bias_ih": None, "bias_hh": None} | {n: part.detach().numpy() for n, part in cell.named_parameters()}
    return LoopState(inputs.numpy(), hidden.numpy(), **parts, nonlinearity=cell.nonlinearity, step=step)


class _Copies(NamedTuple):
    """Where the unrolled copies stand: the middle of each column, its widths, and the heights of all that is in it."""

    centres: tuple
    square: int
    cell: int
    row: int
    base: int  # below the hidden states
    top: int  # of the cells

    @property
    def middle(self):
        return self.top + _CELL / 2

    @property
    def rail(self):
        """The height of the line that brings the weights."""
        return self.top + _CELL + _BELOW / 2 - 2


def loop_sheet(state, width=STILL):
    """Code and folded cell at the left (above on a narrow page), at the right h, the copies of the cell, x below them."""
    sheet = Sheet(width)
    narrow = width < 600
    panel = next(panel for least, panel in reversed(_PANELS.items()) if width >= least)
    panel = max(panel, least_panel(state, _LEFT))
    steps, hidden_size = len(state.x), state.hidden.shape[1]
    row = max(2, min(22, 152 // hidden_size))
    _code(sheet, state)
    first = 26 if narrow else panel  # where the column of h_0 starts
    pitch = min(200, (width - 6 - first) // (steps + 1))
    square, cell = min(SQUARE, pitch - 4), min(56, pitch - 14)
    centres = tuple(first + pitch * t + pitch // 2 for t in range(steps + 1))
    if narrow:
        box = shared_weights(sheet, state, _LEFT, 4 * _LINE + 30, panel)
        heading = round(box.bottom) + 30
        top = heading + 66 + row * hidden_size + 24
        copies = _Copies(centres, square, cell, row, top - 24, top)
        _folded(sheet, Rect(300, 76, 372, 76 + _CELL), 13)
        sheet.arrow([(box.right + 2, box.top + 24), (320, box.top + 24), (320, 76 + _CELL + 3)], WEIGHT.words)
        start = [(16, box.bottom + 2), (16, copies.rail)]
    else:
        top = max(4 * _LINE + 70, 92 + row * hidden_size)
        copies = _Copies(centres, square, cell, row, top - 24, top)
        heading = copies.base - row * hidden_size - 56
        folded = Rect(72, top, 144, top + _CELL)
        _folded(sheet, folded, top - 48)
        box = shared_weights(sheet, state, _LEFT, top + _CELL + _BELOW + 26, panel)
        sheet.arrow([(92, copies.rail), (92, folded.bottom + 3)], WEIGHT.words)
        start = [(24, box.top - 2), (24, copies.rail)]
    sheet.line([*start, (copies.centres[-1] - cell // 2 + 8, copies.rail)], WEIGHT.words)
    low = _copies(sheet, state, copies, heading, first)
    bar = max(box.bottom, low) + 16 if narrow else box.bottom + 18
    colour_bar(sheet, _LEFT, bar, say("pictures.value"), beyond=True)
    return sheet


def _code(sheet, state):
    """The four lines of the loop, the one that runs framed."""
    lines = (
        f"h = torch.zeros(1, {state.hidden.shape[1]})",
        "for x in dataset:",
        "    h = cell(x, h)",
        "    print(h)",
    )
    for line, code in enumerate(lines):
        sheet.text(_LEFT + 8, 17 + _LINE * line, code, family="mono")
    active = 17 + _LINE * (2 if state.step else 0)
    right = _LEFT + 16 + max(letters.width(code, family="mono") for code in lines)
    sheet.box(Rect(_LEFT, active - 9, right, active + 9), "ink", 2)


def _folded(sheet, cell, heading):
    """One cell whose hidden state returns to it."""
    sheet.text(cell.left - 62, heading, say("pictures.loop.folded"), bold=True)
    _cell(sheet, cell, "ink", "ink", 2)
    right, above, left = cell.right + 30, cell.top - 24, cell.left - 28
    way = [(cell.right + 3, cell.middle), (right, cell.middle), (right, above), (left, above), (left, cell.middle)]
    sheet.arrow([*way, (cell.left - 3, cell.middle)], HIDDEN.words, 2)
    sheet.text(right + 10, cell.top - 4, "h", HIDDEN.words, family="mono", bold=True)
    sheet.arrow([(cell.centre, cell.bottom + _BELOW - 3), (cell.centre, cell.bottom + 4)], INPUT.words, 2)
    sheet.text(cell.centre, cell.bottom + _BELOW + 7, "x", INPUT.words, align="center", family="mono", bold=True)


def _cell(sheet, rect, colour, words, width, bold=False):
    sheet.box(rect, colour, width)
    sheet.text(rect.centre, rect.middle, "cell", words, align="center", family="mono", bold=bold)


def _copies(sheet, state, copies, heading, left):
    """The loop unrolled: for each step its x, a copy of the cell and its h; returns where all of it ends."""
    steps, hidden_size = len(state.x), state.hidden.shape[1]
    sheet.text(left, heading, say("pictures.loop.unrolled"), bold=True)
    shape = named_shape("h_t", batch=1, hidden_size=hidden_size)
    sheet.text(left, heading + 21, shape, HIDDEN.words, family="mono", bold=True)
    x_row = max(2, min(ROW, 160 // state.x.shape[1]))
    h_numbers, x_numbers = room(copies.square, copies.row, state.hidden), room(copies.square, x_row, state.x)
    near = 2 if copies.centres[-1] - copies.centres[-2] - copies.square >= 12 else 0
    h_top, x_top = copies.base - copies.row * hidden_size, copies.top + _CELL + _BELOW
    for t, centre in enumerate(copies.centres):
        done, active, at = t <= state.step, t == state.step, centre - copies.square // 2
        rect = Rect(at, h_top, at + copies.square - 1, copies.base - 1)
        if done:
            sources = (f"x[{t}]", f"h[{t - 1}]", "W_ih", "W_hh") if t else ()
            names = dict(name=f"h[{t}]", axes=("hidden_size",), sources=sources)
            sheet.grid(state.hidden[t], at, h_top, copies.square, copies.row, numbers=h_numbers, role=HIDDEN, **names)
        else:
            sheet.box(rect, "faint", 2)
        colour, words = (HIDDEN.words, HIDDEN.words) if done else ("faint", "muted")
        sheet.text(rect.centre, h_top - 14, f"h_{t}", words, align="center", family="mono", bold=active)
        frames = [rect] if active else []
        cell = Rect(centre - copies.cell // 2, copies.top, centre + copies.cell // 2, copies.top + _CELL)
        if t:
            look = dict(numbers=x_numbers, role=INPUT, label=f"x_{t}", below=True, bold=active)
            names = dict(name=f"x[{t}]", axes=("input_size",))
            x_rect = sheet.grid(state.x[t - 1], at, x_top, copies.square, x_row, **look, **names)
            frames += [x_rect] if active else []
            _cell(sheet, cell, "ink" if done else "pale", "ink" if done else "muted", 3 if active else 1, active)
            bottom = cell.bottom + 4
            sheet.arrow([(centre, x_top - 3), (centre, bottom)], INPUT.words if done else "faint")
            sheet.arrow([(cell.left + 8, copies.rail), (cell.left + 8, bottom)], WEIGHT.words)
            sheet.arrow([(centre, cell.top - 3), (centre, copies.base + 3)], colour)
        if t < steps:
            tip = copies.centres[t + 1] - copies.cell // 2 - 4, copies.middle
            from_h = (
                [(centre, copies.base + 3), (centre, copies.middle)] if t == 0 else [(cell.right + 2, copies.middle)]
            )
            sheet.arrow([*from_h, tip], colour)
        for frame in frames:
            sheet.box(frame.grown(near), "ink", 3)
    sizes = dict(seq_len=steps, batch=1, input_size=state.x.shape[1])
    shape = fitting_shape(sheet.width - left, "dataset", **sizes)
    return sheet.text(left, x_rect.bottom + 42, shape, INPUT.words, family="mono", bold=True).bottom


def draw_loop(cell, inputs, step=None):
    """A `Picture` of a loop over an `nn.RNNCell`, folded and unrolled, after `step` steps (all when left out).

    inputs: (seq_len, input_size) for one sample, at most 8 steps.
    Raises TypeError when `cell` is no `nn.RNNCell`, ValueError when there are more steps, or no such step, and what
    `helpers.trace` raises.
    """
    check_kind("cell", cell)
    inputs = torch.as_tensor(inputs)
    whole_number("seq_len", len(inputs), 1, MOST_STEPS)
    step = whole_number("step", len(inputs) if step is None else step, 0, len(inputs))
    state = loop_state(cell, inputs, step)
    last = ", ".join(map(decimals, state.hidden[step].tolist()))
    alt = say("pictures.loop.alt", seq_len=len(inputs), step=step, last=last)
    return Picture(loop_sheet(state), alt)


def explore_loop(seq_len=3, hidden_size=2, step=1, *, cell=None, inputs=None):
    """An `Explorer` of the manual loop over an `nn.RNNCell` with input_size 4, folded and unrolled.

    seq_len: 1 to 8; hidden_size: 1 to 8; step: how many steps the loop has made, 0 to seq_len. The play
    button beside it walks through the steps.

    cell, inputs: an `nn.RNNCell` and data of your own instead, (seq_len, input_size), or (seq_len, batch, input_size)
    of which the first sample is shown; at most 8 steps. The cell is read anew at every move, and never changed.

    Raises ValueError when an argument is no whole number in its range, TypeError or ValueError for a cell that does
    not fit.
    """
    by_name("explore_loop", "cell", seq_len)
    if cell is not None or inputs is not None:
        source = own_cell("explore_loop", cell, inputs, MOST_STEPS)
        steps, sizes = len(source()[1]), {}
    else:
        source, steps = _made, seq_len
        sizes = {
            "seq_len": slider("seq_len", seq_len, 1, MOST_STEPS),
            "hidden_size": slider("hidden_size", hidden_size, 1, MOST_HIDDEN),
        }
    walked = with_player(slider("step", at_most(step, steps) if source is not _made else step, 0, steps))
    if sizes:
        bounded(walked, lambda: sizes["seq_len"].value, sizes["seq_len"])
    changes = Changes(_key)

    def compute(step, **sizes):
        cell, inputs = source(**sizes)
        inputs, h_0 = changed(changes, cell, inputs)
        return loop_state(cell, inputs, min(step, len(inputs)), h_0)

    controls = {"step": walked} | sizes
    return Explorer(controls, compute, loop_sheet, describe, say("explorers.loop.alt"), explain, changes, _tensors)


def _made(seq_len, hidden_size):
    """A cell of this size, and what it reads."""
    cell = make(nn.RNNCell, INPUT_SIZE, hidden_size, generator=seeded(0))
    return cell, normal(MOST_STEPS, INPUT_SIZE, generator=seeded(3))[:seq_len]


def _key(name, **_values):
    """The tensor that a grid shows: a weight, the input of a step, or h_0; None for what follows from them."""
    if name[:2] == "x[":
        return "x", int(name[2:-1])
    return {"h[0]": "h_0"}.get(name, name if name in PARAMETERS else None)


def _tensors(state):
    parts = {name: getattr(state, name) for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")}
    parts |= {"inputs": state.x, "h_0": state.hidden[0]}
    return {name: torch.from_numpy(part) for name, part in parts.items() if part is not None}


def explain(state, name, index, value):
    """How a number of the loop was made: a hidden state by its sum; all else is given."""
    if name in ("W_ih", "W_hh"):
        return given(name, index, value, "weight")
    t = int(name[2:-1])
    if name[0] == "x":
        return given(name, index, value, "input")
    if t == 0:
        return given(name, index, value, "start")
    names = "W_ih", "W_hh", f"x[{t}]", f"h[{t - 1}]"
    return state_words(name, index, state.cell, state.x[t - 1], state.hidden[t - 1], names, state.nonlinearity)


def describe(state):
    """The caption of a `LoopState`."""
    hidden_size, input_size = state.weight_ih.shape
    steps, count = len(state.x), sum(part.size for part in state.cell if part is not None)
    values = ", ".join(map(decimals, state.hidden[state.step].tolist()))
    sizes = {"input_size": input_size, "hidden_size": hidden_size, "parameters": count}
    key = "explorers.loop.step" if state.step else "explorers.loop.start"
    return say(key, step=state.step, values=values, count=steps, **sizes)
