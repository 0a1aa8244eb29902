"""How long an input is felt: the change of every hidden state after a change of x_1 alone."""

import math
from dataclasses import dataclass

import numpy as np
from torch import nn

from helpers.drawing import letters
from helpers.drawing.colours import HIDDEN
from helpers.drawing.parts import LINE, Plot, power_ticks, sheet_left
from helpers.drawing.sheet import MARGIN, STILL, Rect, Sheet
from helpers.modules import make, normal, seeded
from helpers.recurrence import trace
from helpers.topics.cell import scale
from helpers.widgets.controls import factor_slider, slider
from helpers.widgets.explorer import Explorer
from helpers.widgets.selection import called
from helpers.words import say

INPUT_SIZE, STEPS, MOST_HIDDEN = 4, 40, 32
NUDGE = 0.1  # what is added to every entry of x_1
SHARE = 1000  # the change is gone when less than a thousandth of the first one is left
_LOWEST, _HIGHEST = -9, 1  # powers of ten


@dataclass(frozen=True, eq=False)
class EchoState:
    """change: (seq_len,), for every step the length of the difference of the two hidden states, (hidden_size,) each."""

    change: np.ndarray
    hidden_size: int

    @property
    def gone(self):
        """The first step, from 1, from which on the change stays below a thousandth of the first; None when there is none."""
        last = int(np.flatnonzero(self.change >= self.change[0] / SHARE)[-1]) + 1
        return last + 1 if last < len(self.change) else None


def echo_state(cell, inputs):
    """The `EchoState` of `cell` for `inputs` (seq_len, input_size) and a nudge of x_1 alone."""
    nudged = inputs.clone()
    nudged[0] += NUDGE
    cell = cell.double()
    difference = trace(cell, nudged.double()).hidden - trace(cell, inputs.double()).hidden
    return EchoState(difference[0, 1:, 0].norm(dim=-1).numpy(), cell.hidden_size)


def echo_sheet(state, width=STILL):
    """The change of h_t upwards, on an axis of powers of ten; time to the right, and at the right what the lines mean."""
    sheet = Sheet(width)
    steps = len(state.change)
    powers = power_ticks(_LOWEST, _HIGHEST, 2)
    thousandth = say("pictures.echo.thousandth").split("\n")
    below = say("pictures.echo.below", power=_LOWEST).replace("-", "−")
    beside = max(map(letters.width, (*thousandth, below))) + 12
    left = MARGIN - sheet_left(Rect(0, 0, 0, 0), powers)
    box = Rect(left, 32, round(width - MARGIN - beside), 272 if width < 900 else 332)
    ticks = {step: str(step) for step in (1, *range(10, steps + 1, 10))}
    names = say("pictures.echo.time"), say("pictures.echo.change")
    plot = Plot(sheet, box, (0, steps + 1), (_LOWEST, _HIGHEST), ticks, powers, *names)
    least = math.log10(state.change[0] / SHARE)
    height = plot.level(least)
    for line, words in enumerate(thousandth):
        sheet.text(box.right + 8, height + LINE * line, words, "soft")
    if state.gone:
        x, low = map(float, plot.at(state.gone, _LOWEST))
        sheet.line([(x, height), (x, low)], "pale", 1.2, dashed=True)
    shown = plot.powers(np.arange(1, steps + 1), state.change, HIDDEN, name="change")
    if len(shown) < steps:
        sheet.text(box.right + 8, box.bottom, below, "soft")
    return sheet


def explore_echo(hidden_size=8):
    """An `Explorer` of how far a change of x_1 alone is felt: the size of the change of every later h_t.

    hidden_size: 1 to 32. Sliders: weight_scale (a factor for the recurrent weights) and hidden_size.

    Raises ValueError when hidden_size is no whole number in its range.
    """
    controls = {
        "weight_scale": factor_slider("weight_scale"),
        "hidden_size": slider("hidden_size", hidden_size, 1, MOST_HIDDEN),
    }
    inputs = normal(STEPS, INPUT_SIZE, generator=seeded(4))

    def compute(weight_scale, hidden_size):
        cell = make(nn.RNNCell, INPUT_SIZE, hidden_size, generator=seeded(0))
        scale([cell.weight_hh], weight_scale)
        return echo_state(cell, inputs)

    return Explorer(controls, compute, echo_sheet, describe, say("explorers.echo.alt"), explain)


def explain(state, name, index, value):
    """What a point of the curve says."""
    return say("explain.change", made=f"{called(name, index)} = {value:.4g}", index=index)


def describe(state):
    """The caption of an `EchoState`."""
    steps = len(state.change)
    gone = say("explorers.echo.gone", step=state.gone) if state.gone else say("explorers.echo.stays", steps=steps)
    first, last = state.change[0], state.change[-1]
    sizes = dict(hidden_size=state.hidden_size, steps=steps)
    return say("explorers.echo.caption", **sizes, first=first, last=last, gone=gone)
