"""Two orders of axes: a block of numbers that say where they belong, how an RNN reads it, and who reaches whom."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from helpers import style
from helpers.mixing import influence
from helpers.modules import make, seeded
from helpers.pictures.canvas import Scene, lay_down, picture
from helpers.pictures.sheet import Sheet
from helpers.pictures.tensors import colour_bar, shape_label, two_decimals
from helpers.shapes import whole_number
from helpers.words import say

MOST_BATCH, MOST_STEPS, MOST_INPUT, HIDDEN_SIZE = 5, 6, 3, 6
STATE_AXES = ("num_layers", "batch", "hidden_size")
SCALE = 1000  # the RNN is given the numbers divided by this, where tanh is steep
_WIDE, _HIGH, _BEHIND = 38, 22, 14  # of a square; how far right the next sample stands behind
_FLOOR = 218  # where the front sample ends
_HALF = 410  # where the right half begins
_MAP_LEFT, _MAP_TOP, _MAP_WIDE, _MAP_HIGH = 150, 366, 46, 26
_REACH = 2  # influence whose colour is full
_FULL = 500  # the number of a block whose colour is full; the largest is 405


@dataclass(frozen=True, eq=False)
class AxesState:
    """A block of `100 * sample + time`, given to an `nn.RNN` with its axes in one of two orders.

    Shapes: block (batch, seq_len, input_size) whatever the order; reach (batch, batch), who reaches whom.
    rnn_first, x_first: whether the RNN and x are batch first. h_n: the shape of what came out.
    """

    block: np.ndarray
    reach: np.ndarray
    rnn_first: bool
    x_first: bool
    output: tuple
    h_n: tuple

    @property
    def right(self):
        """Whether x has its axes in the order that the RNN takes."""
        return self.rnn_first == self.x_first


def numbered_block(batch, seq_len, input_size):
    """A tensor (batch, seq_len, input_size) of `100 * sample + time`: every number says where it belongs."""
    return (100.0 * torch.arange(batch)[:, None, None] + torch.arange(seq_len)[:, None]).repeat(1, 1, input_size)


def axes_state(batch, seq_len, input_size, rnn_first, x_first):
    """The `AxesState` of a numbered block in the order `x_first`, read by an RNN made with batch_first=`rnn_first`."""
    block = numbered_block(batch, seq_len, input_size)
    x = block / SCALE if x_first else block.transpose(0, 1) / SCALE
    rnn = make(nn.RNN, input_size, HIDDEN_SIZE, batch_first=rnn_first, generator=seeded(0))
    with torch.no_grad():
        output, h_n = rnn(x)
    reach = influence(rnn, x, sample_axis=0 if x_first else 1)
    return AxesState(block.numpy(), reach.numpy(), rnn_first, x_first, tuple(output.shape), tuple(h_n.shape))


class AxesScene(Scene):
    """Above: what you mean, and what the RNN reads. Below: who reaches whom, and the shapes."""

    size = (style.WIDTH, 560)

    def draw_still(self, figure, state):
        sheet = Sheet()
        sheet.text(8, 328, say("pictures.axes.reach"), align="left", bold=True)
        sheet.text(_MAP_LEFT, 350, say("pictures.axes.from"), align="left")
        limits = [(say("pictures.axes.blocks"), _FULL), (say("pictures.axes.map"), _REACH)]
        colour_bar(sheet, style.WIDTH - 160, 516, 130, limits, least=0)
        lay_down(figure, sheet)

    def draw_moving(self, sheet, state):
        batch, seq_len, input_size = state.block.shape
        meant = {"batch": batch, "seq_len": seq_len}
        order = ("batch", "seq_len") if state.x_first else ("seq_len", "batch")
        _block(sheet, 8, state.block, say("pictures.axes.meant"))
        _legend(sheet, 8, [(name, meant[name]) for name in order], input_size, "pictures.axes.axis")
        seen = state.block if state.right else state.block.transpose(1, 0, 2)
        taken = ("batch", "seq_len") if state.rnn_first else ("seq_len", "batch")
        _block(sheet, _HALF, seen, say("pictures.axes.read"))
        sizes = [(name, meant[own]) for name, own in zip(taken, order, strict=True)]
        _legend(sheet, _HALF, sizes, input_size, "pictures.axes.taken")
        self._map(sheet, state)
        lines = [
            f"rnn = nn.RNN({input_size}, {HIDDEN_SIZE}, batch_first={state.rnn_first})",
            shape_label("x", **{name: meant[name] for name in order}, input_size=input_size),
            shape_label("h_0", **dict(zip(STATE_AXES, state.h_n, strict=True))),
            shape_label("output", **dict(zip((*taken, "hidden_size"), state.output, strict=True))),
            shape_label("h_n", **dict(zip(STATE_AXES, state.h_n, strict=True))),
        ]
        colours = [style.INK, *(hue.words for hue in (style.INPUT, style.HIDDEN, style.OUTPUT, style.HIDDEN))]
        for place, (line, colour) in enumerate(zip(lines, colours, strict=True)):
            sheet.text(_HALF, 350 + 26 * place, line, align="left", family="mono", colour=colour)

    def _map(self, sheet, state):
        samples = len(state.reach)
        wide, high = samples * _MAP_WIDE, samples * _MAP_HIGH
        texts = [["0" if value == 0 else two_decimals(value) for value in row] for row in state.reach]
        sheet.squares(_MAP_LEFT, _MAP_TOP + 12, state.reach, _MAP_WIDE, _MAP_HIGH, _REACH, numbers=texts)
        sheet.box(_MAP_LEFT - 1, _MAP_TOP + 11, wide + 1, high + 1, colour=style.PALE, line=1.5)
        for sample in range(samples):
            sheet.text(_MAP_LEFT + _MAP_WIDE * (sample + 0.5), _MAP_TOP + 1, str(sample))
            y = _MAP_TOP + 12 + _MAP_HIGH * (sample + 0.5)
            sheet.text(_MAP_LEFT - 10, y, say("pictures.axes.to", sample=sample), align="right")
        sheet.text(8, _MAP_TOP + high + 34, say(f"pictures.axes.{verdict(state)}"), align="left", bold=True)


def verdict(state):
    """What the map shows, in a word: "own", "mixed", or "alone" when one sample is read as many of one step."""
    if state.right or state.block.shape[:2] == (1, 1):
        return "own"
    return "mixed" if (state.reach != np.diag(np.diag(state.reach))).any() else "alone"


def _block(sheet, left, block, title):
    """A title; below it samples behind one another, time to the right, the numbers of one step downwards."""
    samples, steps, size = block.shape
    sheet.text(left, _FLOOR - _HIGH * (size + samples - 1) - 22, title, align="left", bold=True)
    for sample in reversed(range(samples)):
        x, y = left + 1 + _BEHIND * sample, _FLOOR - _HIGH * (size + sample)
        wide, high = _WIDE * steps, _HIGH * size
        sheet.patch(x - 2, y - 2, wide + 3, high + 3, style.INPUT.line)
        for row in range(size if sample == 0 else 1):
            numbers = [f"{value:.0f}" for value in block[sample, :, row]]
            sheet.squares(x, y + _HIGH * row, block[None, sample, :, row], _WIDE, _HIGH, _FULL, numbers=numbers)
        for row in range(1, size if sample else 0):
            sheet.squares(x, y + _HIGH * row, block[None, sample, :, row], _WIDE, _HIGH, _FULL)


def _legend(sheet, left, leading, input_size, key):
    for axis, (name, size) in enumerate([*leading, ("input_size", input_size)]):
        arrow = {"batch": "↗", "seq_len": "→", "input_size": "↓"}[name]
        words = say(key, axis=axis, name=name, size=size, arrow=arrow)
        sheet.text(left, _FLOOR + 24 + 22 * axis, words, align="left", family="mono", colour=style.INPUT.words)


def draw_axes(batch=3, seq_len=4, input_size=2, rnn_batch_first=True, x_batch_first=True):
    """A `Picture` of a numbered block given to an `nn.RNN(input_size, 6)`, and of who reaches whom in it.

    batch: 1 to 5; seq_len: 1 to 6; input_size: 1 to 3; rnn_batch_first: how the RNN is made; x_batch_first: the
    order of the axes of x. Raises ValueError when a size is out of its range.
    """
    for name, size, most in (
        ("batch", batch, MOST_BATCH),
        ("seq_len", seq_len, MOST_STEPS),
        ("input_size", input_size, MOST_INPUT),
    ):
        whole_number(name, size, 1, most)
    state = axes_state(batch, seq_len, input_size, bool(rnn_batch_first), bool(x_batch_first))
    words = say(f"pictures.axes.{verdict(state)}")
    sizes = dict(batch=batch, seq_len=seq_len, input_size=input_size, batch_first=state.rnn_first)
    return picture(AxesScene(), state, say("pictures.axes.alt", **sizes, verdict=words))
