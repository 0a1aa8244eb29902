"""Which axis is time: a block of numbers that say where they belong, how an `nn.RNN` reads it, and who reaches whom."""

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from helpers.drawing.colours import INPUT
from helpers.drawing.letters import decimals
from helpers.drawing.parts import colour_bar, decimals_that_fit
from helpers.drawing.sheet import MARGIN, STILL, Picture, Rect, Sheet
from helpers.mixing import influence
from helpers.modules import make, seeded
from helpers.shapes import whole_number
from helpers.topics.own import by_name, own_inputs, part, twin
from helpers.topics.reach import reach_map
from helpers.topics.sums import given
from helpers.topics.ways import words_in_and_out
from helpers.widgets.controls import slider, toggle
from helpers.widgets.explorer import Explorer
from helpers.words import say

MOST_BATCH, MOST_STEPS, MOST_INPUT, HIDDEN_SIZE = 5, 6, 3, 6
ARROWS = {"batch": "↗", "seq_len": "→", "input_size": "↓"}  # where an axis runs in the drawing of a block
_SCALE = 1000  # the RNN is given the numbers divided by this, where tanh is steep
_FULL, _REACH = 500, 2  # the number of a block, and the influence, whose colour is full
_LINE = 19  # from one line of words to the next


@dataclass(frozen=True, eq=False)
class BatchFirstState:
    """A block of numbers, given to an `nn.RNN` with its axes in one of two orders.

    Shapes: block (samples, steps, features), what is drawn of it, whatever the order; reach (samples, samples), who
    reaches whom. rnn_first, x_first: whether the RNN and x are batch first. sizes: all of batch, seq_len, input_size;
    corner: the sample, the step and the entry with which the block begins. output, h_n: the shapes of what came out.
    """

    block: np.ndarray
    reach: np.ndarray
    rnn_first: bool
    x_first: bool
    sizes: tuple
    corner: tuple
    output: tuple
    h_n: tuple
    own: bool = False  # whether it is a learner's own, not `100 * sample + time`

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
        """What becomes of the samples: "own", "mixed", or "alone" when one sample is read as many of one step."""
        if self.right or self.sizes[:2] == (1, 1):
            return "own"
        return "mixed" if self.sizes[0] > 1 else "alone"

    @property
    def flat(self):
        """Whether the map shows 0.00 where a way leads: from a sample to itself, or, mixed, to those after it."""
        ways = np.tril(np.ones_like(self.reach)) if self.verdict == "mixed" else np.eye(len(self.reach))
        return bool((self.reach[ways > 0] < 0.005).any())

    @property
    def limits(self):
        """The number of the block, and the influence, whose colour is full."""
        if not self.own:
            return _FULL, _REACH
        block, reach = (float(np.nan_to_num(abs(part), posinf=0).max()) for part in (self.block, self.reach))
        return max(1.0, block), max(_REACH, math.ceil(reach))


def numbered_block(batch, seq_len, input_size):
    """A tensor (batch, seq_len, input_size) of `100 * sample + time`: every number says where it belongs."""
    sample, time = torch.arange(batch, dtype=torch.float32), torch.arange(seq_len, dtype=torch.float32)
    return (100 * sample[:, None, None] + time[:, None]).repeat(1, 1, input_size)


def batch_first_state(batch, seq_len, input_size, rnn_first, x_first):
    """The `BatchFirstState` of a numbered block in the order `x_first`, read by an RNN with batch_first=`rnn_first`."""
    block = numbered_block(batch, seq_len, input_size)
    rnn = make(nn.RNN, input_size, HIDDEN_SIZE, batch_first=rnn_first, generator=seeded(0))
    x = block / _SCALE if x_first else block.transpose(0, 1) / _SCALE
    return _state(rnn, block, x, x_first, [range(size) for size in block.shape])


def _state(rnn, block, x, x_first, shown, own=False):
    """The `BatchFirstState` of `rnn` and x; block: what is drawn in its place; shown: a range for each of its axes."""
    with torch.no_grad():
        output, h_n = rnn(x)
    samples, steps, features = shown
    reach = influence(rnn, x, 0 if x_first else 1, samples)[:, samples]
    block = block[samples.start : samples.stop, steps.start : steps.stop, features.start : features.stop]
    sizes = (*(x.shape[:2] if x_first else (x.shape[1], x.shape[0])), x.shape[2])
    corner, shapes = tuple(axis.start for axis in shown), (tuple(output.shape), tuple(h_n.shape))
    return BatchFirstState(block.numpy(), reach.numpy(), rnn.batch_first, x_first, sizes, corner, *shapes, own)


def batch_first_sheet(state, width=STILL):
    """What you mean, what the RNN reads, and who reaches whom: side by side where there is room for three."""
    sheet = Sheet(width)
    batch, seq_len, input_size = state.sizes
    order = ("batch", "seq_len") if state.x_first else ("seq_len", "batch")
    taken = ("batch", "seq_len") if state.rnn_first else ("seq_len", "batch")
    meant = {"batch": batch, "seq_len": seq_len}
    sizes = [(name, meant[own]) for name, own in zip(taken, order, strict=True)]
    count = 3 if width >= 900 else 2
    lefts = [MARGIN + column * (width - 3 * MARGIN) // count for column in range(count)]
    across = lefts[1] - lefts[0] - 8
    _words(sheet, lefts[0], across, "meant", [(name, meant[name]) for name in order], input_size, state.own)
    _words(sheet, lefts[1], across, "read", sizes, input_size, state.own)
    first, *_ = state.corner
    own = [f"x[sample {first + sample}]" for sample in range(len(state.block))]
    floors = [
        _block(sheet, lefts[0], across, state, "x", lambda _: ()),
        _block(sheet, lefts[1], across, state, "read", lambda sample: (own[sample],) if state.right else own),
    ]
    if count == 3:
        low = max(*floors, reach_map(sheet, state, lefts[2], 14, width - MARGIN - lefts[2])) + 26
        middle, right = max(lefts[1], 316), max(lefts[2], 668)
        lines = words_in_and_out(state, order, taken, middle - MARGIN - 12, right - middle - 12)
        _lines(sheet, MARGIN, low, lines[:2])
        _lines(sheet, middle, low, lines[2:])
        _bar(sheet, state, right, low)
        return sheet
    top = max(floors) + 24
    low = reach_map(sheet, state, lefts[0], top, 300)
    left, high = (lefts[1], top) if width >= 600 else (MARGIN, low + 28)
    lines = words_in_and_out(state, order, taken, width - left, width - left)
    _lines(sheet, left, high, lines)
    _bar(sheet, state, left, high + _LINE * len(lines) + 4)
    return sheet


def _words(sheet, left, across, title, leading, input_size, own):
    """A title, and a line for each axis: its name, its size, and an arrow for where it runs."""
    short = "_short" if across < 260 else ""
    sheet.text(left, 14, say(f"pictures.batch_first.{title}{'_short' if own else short}"), bold=True)
    for axis, (name, size) in enumerate([*leading, ("input_size", input_size)]):
        words = say(f"pictures.batch_first.{title}_axis{short}", axis=axis, name=name, size=size, arrow=ARROWS[name])
        sheet.text(left, 38 + _LINE * axis, words, INPUT.words, family="mono")


def _block(sheet, left, across, state, name, sources):
    """Samples behind one another, time to the right, the numbers of one step downwards; return where it ends.

    Of a sample that stands behind only the first row is not covered, so only that one has numbers.
    """
    block, (first, step, feature) = state.block, state.corner
    if name == "read" and not state.right:
        block, first, step = state.read, step, first
    samples, steps, size = block.shape
    behind = 14 if across > 250 else 11
    wide, high = min(46, (across - 4 * behind) // MOST_STEPS), 26 if across > 340 else 22
    fine = decimals_that_fit(wide, block) if state.own else 0
    for sample in reversed(range(samples)):
        x, y = left + 2 + behind * sample, 94 + high * (samples - 1 - sample)
        sheet.patch(Rect(x, y, x + wide * steps - 1, y + high * size - 1).grown(2), INPUT.line)
        numbers = fine is not None and [
            [decimals(value, fine) if row == 0 or sample == 0 else "" for value in line]
            for row, line in enumerate(block[sample].T)
        ]
        sheet.grid(
            block[sample].T, x, y, wide, high, limit=state.limits[0], numbers=numbers or None, first=(feature, step),
            name=f"{name}[sample {first + sample}]", axes=("input_size", "seq_len"), sources=tuple(sources(sample)),
        )  # fmt: skip
    return 94 + high * (size + samples - 1)


def _bar(sheet, state, left, top):
    colour_bar(sheet, left, top, say("pictures.batch_first.influence"), state.limits[1], least=0)


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


def explore_batch_first(
    batch=3,
    seq_len=4,
    input_size=2,
    batch_first=True,
    *,
    rnn=None,
    inputs=None,
    samples=None,
    steps=None,
    features=None,
):
    """An `Explorer` of a block of numbers `100 * sample + time` and of an `nn.RNN` that reads it.

    batch: 1 to 5; seq_len: 1 to 6; input_size: 1 to 3; batch_first: how the RNN is made. One more control,
    `x`, says in which order of axes the block is handed over; at the start it is the order that the RNN takes.

    rnn, inputs: a network and data of your own instead, an `nn.RNN` and the tensor that you give it, with three axes.
    `x` then says what you mean by its axes. samples, steps, features: the first and the last that are drawn, at most 5,
    6 and 3 of them; the whole of `inputs` is read all the same.

    Raises ValueError when a size is no whole number in its range, or batch_first is neither True nor False, TypeError
    or ValueError for a network or data that do not fit.
    """
    by_name("explore_batch_first", "rnn", batch)
    orders = [(say(f"explorers.batch_first.order.{first}"), first) for first in (False, True)]
    if any(given is not None for given in (rnn, inputs, samples, steps, features)):
        return _explore_own(rnn, inputs, orders, (samples, steps, features))
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


def _explore_own(rnn, inputs, orders, chosen):
    """The `Explorer` of a learner's own RNN and of what it is given; chosen: what is drawn of each axis."""
    own_inputs("explore_batch_first", "rnn", nn.RNN, rnn, inputs)
    if inputs.dim() != 3:
        order, got = say(f"errors.order.{rnn.batch_first}"), tuple(inputs.shape)
        raise ValueError(say("errors.inputs_batched", order=order, got=got))
    data, arguments = inputs.detach().clone(), ("samples", "steps", "features")
    axes = ("batch", MOST_BATCH), ("seq_len", MOST_STEPS), ("input_size", MOST_INPUT)
    sizes = _meant(data, rnn.batch_first).shape
    for (name, most), size, ends, argument in zip(axes, sizes, chosen, arguments, strict=True):
        part(name, size, most, ends, argument)

    def compute(x):
        block, shown = _meant(data, x), []
        for (_, most), size, ends in zip(axes, block.shape, chosen, strict=True):
            first, last = ends or (0, most - 1)
            last = min(last, size - 1)  # meant the other way round, an axis may be too short for what was chosen
            shown.append(range(max(0, min(first, last)), last + 1))
        return _state(twin(rnn), block, data, x, shown, own=True)

    controls = {"x": toggle("x", rnn.batch_first, orders)}
    return Explorer(controls, compute, batch_first_sheet, describe, say("explorers.batch_first.alt"), explain)


def _meant(x, x_first):
    """x as (batch, seq_len, input_size), when its axes are meant as `x_first` says."""
    return x if x_first else x.transpose(0, 1)


def explain(state, name, index, value):
    """A number of a block says where it belongs; one of the map, which input reaches which output."""
    if name != "reach":
        return given(name, index, value, "input" if state.own else "number")
    receiver, sender = index if isinstance(index, tuple) else (index, index)
    return given(name, index, value, "reach" if value else "unreached", sender=sender, receiver=receiver)


def describe(state):
    """The caption of a `BatchFirstState`."""
    batch, seq_len, input_size = state.sizes
    told = "told" if state.h_n[1] != batch else "silent"
    more = [] if state.verdict == "own" else [say(f"explorers.batch_first.{told}", h_n=state.h_n, batch=batch)]
    if state.own and state.flat:
        more.append(say("explorers.batch_first.flat"))
    if state.block.shape != state.sizes:
        ends: dict[str, int] = {}
        for name, first, size in zip(("sample", "step", "entry"), state.corner, state.block.shape, strict=True):
            ends |= {f"first_{name}": first, f"last_{name}": first + size - 1}
        more.append(say("explorers.batch_first.part", **ends))
    return say(
        "explorers.batch_first.caption",
        x=(batch, seq_len, input_size) if state.x_first else (seq_len, batch, input_size),
        order=say(f"errors.order.{state.x_first}"),
        taken=say(f"errors.order.{state.rnn_first}"),
        output=state.output,
        verdict=say(f"explorers.batch_first.{state.verdict}"),
        more=" ".join(more),
    ).strip()
