"""Which axis is time: a block of numbers that say where they belong, how an `nn.RNN` reads it, and who reaches whom."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from helpers.drawing import letters
from helpers.drawing.colours import HIDDEN, INPUT, OUTPUT, PLAIN
from helpers.drawing.letters import decimals
from helpers.drawing.parts import colour_bar, fitting, named_shape
from helpers.drawing.sheet import MARGIN, STILL, Picture, Rect, Sheet
from helpers.mixing import influence
from helpers.modules import make, seeded
from helpers.shapes import whole_number
from helpers.topics.sums import given
from helpers.widgets.controls import slider, toggle
from helpers.widgets.explorer import Explorer
from helpers.words import say

MOST_BATCH, MOST_STEPS, MOST_INPUT, HIDDEN_SIZE = 5, 6, 3, 6
STATE_AXES = ("num_layers", "batch", "hidden_size")
ARROWS = {"batch": "↗", "seq_len": "→", "input_size": "↓"}  # where an axis runs in the drawing of a block
_SCALE = 1000  # the RNN is given the numbers divided by this, where tanh is steep
_FULL, _REACH = 500, 2  # the number of a block, and the influence, whose colour is full
_LINE = 19  # from one line of words to the next
_NUMBER = 33  # width of a square with room for 1.46


@dataclass(frozen=True, eq=False)
class BatchFirstState:
    """A block of `100 * sample + time`, given to an `nn.RNN` with its axes in one of two orders.

    Shapes: block (batch, seq_len, input_size) whatever the order; reach (batch, batch), who reaches whom.
    rnn_first, x_first: whether the RNN and x are batch first. output, h_n: the shapes of what came out.
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

    @property
    def read(self):
        """The block as the RNN reads it, with the same meaning of the axes: (batch, seq_len, input_size)."""
        return self.block if self.right else self.block.transpose(1, 0, 2)

    @property
    def verdict(self):
        """What the map shows, in a word: "own", "mixed", or "alone" when one sample is read as many of one step."""
        if self.right or self.block.shape[:2] == (1, 1):
            return "own"
        return "mixed" if (self.reach != np.diag(np.diag(self.reach))).any() else "alone"


def numbered_block(batch, seq_len, input_size):
    """A tensor (batch, seq_len, input_size) of `100 * sample + time`: every number says where it belongs."""
    sample, time = torch.arange(batch, dtype=torch.float32), torch.arange(seq_len, dtype=torch.float32)
    return (100 * sample[:, None, None] + time[:, None]).repeat(1, 1, input_size)


def batch_first_state(batch, seq_len, input_size, rnn_first, x_first):
    """The `BatchFirstState` of a numbered block in the order `x_first`, read by an RNN with batch_first=`rnn_first`."""
    block = numbered_block(batch, seq_len, input_size)
    x = block / _SCALE if x_first else block.transpose(0, 1) / _SCALE
    rnn = make(nn.RNN, input_size, HIDDEN_SIZE, batch_first=rnn_first, generator=seeded(0))
    with torch.no_grad():
        output, h_n = rnn(x)
    reach = influence(rnn, x, sample_axis=0 if x_first else 1)
    return BatchFirstState(block.numpy(), reach.numpy(), rnn_first, x_first, tuple(output.shape), tuple(h_n.shape))


def batch_first_sheet(state, width=STILL):
    """What you mean, what the RNN reads, and who reaches whom: side by side where there is room for three."""
    sheet = Sheet(width)
    batch, seq_len, input_size = state.block.shape
    order = ("batch", "seq_len") if state.x_first else ("seq_len", "batch")
    taken = ("batch", "seq_len") if state.rnn_first else ("seq_len", "batch")
    meant = {"batch": batch, "seq_len": seq_len}
    sizes = [(name, meant[own]) for name, own in zip(taken, order, strict=True)]
    count = 3 if width >= 900 else 2
    lefts = [MARGIN + column * (width - 3 * MARGIN) // count for column in range(count)]
    across = lefts[1] - lefts[0] - 8
    _words(sheet, lefts[0], across, "meant", [(name, meant[name]) for name in order], input_size)
    _words(sheet, lefts[1], across, "read", sizes, input_size)
    own = [f"x[sample {sample}]" for sample in range(batch)]
    floors = [
        _block(sheet, lefts[0], across, state.block, "x", lambda _: ()),
        _block(sheet, lefts[1], across, state.read, "read", lambda sample: (own[sample],) if state.right else own),
    ]
    lines = [
        (f"rnn = nn.RNN({input_size}, {HIDDEN_SIZE}, batch_first={state.rnn_first})", "ink"),
        (named_shape("x", **{name: meant[name] for name in order}, input_size=input_size), INPUT.words),
        (named_shape("h_0", **dict(zip(STATE_AXES, state.h_n, strict=True))), HIDDEN.words),
        (named_shape("output", **dict(zip((*taken, "hidden_size"), state.output, strict=True))), OUTPUT.words),
        (named_shape("h_n", **dict(zip(STATE_AXES, state.h_n, strict=True))), HIDDEN.words),
    ]
    if count == 3:
        low = max(*floors, _map(sheet, state, lefts[2], 14, width - MARGIN - lefts[2])) + 26
        _lines(sheet, lefts[0], low, lines[:2])
        _lines(sheet, max(lefts[1], 316), low, lines[2:])
        _bar(sheet, max(lefts[2], 668), low)
        return sheet
    top = max(floors) + 24
    low = _map(sheet, state, lefts[0], top, 300)
    left, high = (lefts[1], top) if width >= 600 else (MARGIN, low + 28)
    _lines(sheet, left, high, lines)
    _bar(sheet, left, high + _LINE * len(lines) + 4)
    return sheet


def _words(sheet, left, across, title, leading, input_size):
    """A title, and a line for each axis: its name, its size, and an arrow for where it runs."""
    short = "_short" if across < 260 else ""
    sheet.text(left, 14, say(f"pictures.batch_first.{title}{short}"), bold=True)
    for axis, (name, size) in enumerate([*leading, ("input_size", input_size)]):
        words = say(f"pictures.batch_first.{title}_axis{short}", axis=axis, name=name, size=size, arrow=ARROWS[name])
        sheet.text(left, 38 + _LINE * axis, words, INPUT.words, family="mono")


def _block(sheet, left, across, block, name, sources):
    """Samples behind one another, time to the right, the numbers of one step downwards; return where it ends.

    Of a sample that stands behind only the first row is not covered, so only that one has numbers.
    """
    samples, steps, size = block.shape
    behind = 14 if across > 250 else 11
    wide, high = min(46, (across - 4 * behind) // MOST_STEPS), 26 if across > 340 else 22
    for sample in reversed(range(samples)):
        x, y = left + 2 + behind * sample, 94 + high * (samples - 1 - sample)
        sheet.patch(Rect(x, y, x + wide * steps - 1, y + high * size - 1).grown(2), INPUT.line)
        numbers = [[decimals(value, 0) if row == 0 or sample == 0 else "" for value in line]
                   for row, line in enumerate(block[sample].T)]  # fmt: skip
        sheet.grid(
            block[sample].T, x, y, wide, high, limit=_FULL, numbers=numbers,
            name=f"{name}[sample {sample}]", axes=("input_size", "seq_len"), sources=tuple(sources(sample)),
        )  # fmt: skip
    return 94 + high * (size + samples - 1)


def _map(sheet, state, left, top, across):
    """Which sample's input reaches which sample's output, and what follows from it; return where it ends."""
    samples = len(state.reach)
    sheet.text(left, top, say("pictures.batch_first.reach"), bold=True)
    room = across - 10 - _NUMBER * samples
    outputs = [
        fitting(room, *(say(f"pictures.batch_first.{to}", sample=sample) for to in ("to", "to_short")), family="sans")
        for sample in range(samples)
    ]
    start = left + round(letters.width(outputs[0])) + 10
    wide, high = min(56, (left + across - start) // samples), 25
    sheet.text(start, top + 24, say("pictures.batch_first.from"))
    numbers = [["0" if value == 0 else decimals(value) for value in row] for row in state.reach]
    rect = sheet.grid(
        state.reach, start, top + 54, wide, high, limit=_REACH, numbers=numbers, role=PLAIN, name="reach",
        axes=("output", "input"), sources=tuple(f"read[sample {sample}]" for sample in range(len(state.read))),
    )  # fmt: skip
    for sample, words in enumerate(outputs):
        sheet.text(rect.left + wide * (sample + 0.5), top + 43, str(sample), align="center")
        sheet.text(rect.left - 8, rect.top + high * (sample + 0.5), words, align="right")
    right = state.verdict == "own"
    sign = sheet.text(left, rect.bottom + 22, "✓" if right else "✗", (HIDDEN if right else OUTPUT).words, bold=True)
    words = sheet.text(sign.right + 6, rect.bottom + 22, say(f"pictures.batch_first.{state.verdict}"), bold=True)
    return words.bottom


def _bar(sheet, left, top):
    colour_bar(sheet, left, top, say("pictures.batch_first.influence"), _REACH, least=0)


def _lines(sheet, left, top, lines):
    for place, (words, colour) in enumerate(lines):
        sheet.text(left, top + _LINE * place, words, colour, family="mono")


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
    state = batch_first_state(batch, seq_len, input_size, bool(rnn_batch_first), bool(x_batch_first))
    words = say(f"pictures.batch_first.{state.verdict}")
    sizes = dict(batch=batch, seq_len=seq_len, input_size=input_size, batch_first=state.rnn_first)
    return Picture(batch_first_sheet(state), say("pictures.batch_first.alt", **sizes, verdict=words))


def explore_batch_first(batch=3, seq_len=4, input_size=2, batch_first=True):
    """An `Explorer` of a block of numbers `100 * sample + time` and of an `nn.RNN` that reads it.

    batch: 1 to 5; seq_len: 1 to 6; input_size: 1 to 3; batch_first: how the RNN is made. One more control,
    `x`, says in which order of axes the block is handed over; at the start it is the order that the RNN takes.

    Raises ValueError when a size is no whole number in its range, or batch_first is neither True nor False.
    """
    orders = [(say(f"explorers.batch_first.order.{first}"), first) for first in (False, True)]
    controls = {
        "batch_first": toggle("batch_first", batch_first, [("False", False), ("True", True)]),
        "x": toggle("x", batch_first, orders),
        "batch": slider("batch", batch, 1, MOST_BATCH),
        "seq_len": slider("seq_len", seq_len, 1, MOST_STEPS),
        "input_size": slider("input_size", input_size, 1, MOST_INPUT),
    }

    def compute(batch_first, x, batch, seq_len, input_size):
        return batch_first_state(batch, seq_len, input_size, batch_first, x)

    return Explorer(controls, compute, batch_first_sheet, describe, say("explorers.batch_first.alt"), explain)


def explain(state, name, index, value):
    """A number of a block says where it belongs; one of the map, which input reaches which output."""
    if name != "reach":
        return given(name, index, value, "number")
    receiver, sender = index if isinstance(index, tuple) else (index, 0)
    return given(name, index, value, "reach" if value else "unreached", sender=sender, receiver=receiver)


def describe(state):
    """The caption of a `BatchFirstState`."""
    batch, seq_len, input_size = state.block.shape
    told = "told" if state.h_n[1] != batch else "silent"
    return say(
        "explorers.batch_first.caption",
        x=(batch, seq_len, input_size) if state.x_first else (seq_len, batch, input_size),
        order=say(f"errors.order.{state.x_first}"),
        taken=say(f"errors.order.{state.rnn_first}"),
        output=state.output,
        verdict=say(f"explorers.batch_first.{state.verdict}"),
        trace="" if state.verdict == "own" else say(f"explorers.batch_first.{told}", h_n=state.h_n, batch=batch),
    ).strip()
