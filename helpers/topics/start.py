"""The first slider: days of weather, and how many weights a dense network and an RNN need to read them."""

from dataclasses import dataclass

import numpy as np
from torch import nn

from helpers.drawing import letters
from helpers.drawing.colours import HIDDEN, INPUT
from helpers.drawing.letters import TEXT, decimals
from helpers.drawing.parts import colour_bar, fitting, room
from helpers.drawing.sheet import MARGIN, STILL, Rect, Sheet
from helpers.modules import make, seeded
from helpers.topics.days import ROWS, day_words
from helpers.weather import TEST_DAYS, load_weather
from helpers.widgets.controls import slider
from helpers.widgets.explorer import Explorer
from helpers.words import say

HIDDEN_SIZE, MOST_DAYS = 16, 30
_LEFT, _ROW, _BAR = 96, 24, 22  # where the first day stands; heights of a square and of a bar
_LIMIT = 2.0  # standard deviations whose colour is full


@dataclass(frozen=True, eq=False)
class FirstState:
    """What the first slider shows.

    days: (seq_len, input_size), in standard deviations; dense: weights of a dense network that reads them, so
    many for each day; weight_ih, weight_hh: how many weights an RNN has for a day and for its hidden state.
    """

    days: np.ndarray
    dense: int
    weight_ih: int
    weight_hh: int

    @property
    def rnn(self):
        return self.weight_ih + self.weight_hh

    @property
    def each(self):
        """Weights of the dense network for one day."""
        return self.dense // len(self.days)


def first_state(days, hidden_size=HIDDEN_SIZE):
    """The `FirstState` of `days` (seq_len, input_size), read by networks of `hidden_size` units."""
    dense = make(nn.Linear, days.numel(), hidden_size, generator=seeded(0))
    cell = make(nn.RNNCell, days.shape[1], hidden_size, generator=seeded(0))
    return FirstState(days.numpy(), dense.weight.numel(), cell.weight_ih.numel(), cell.weight_hh.numel())


def first_sheet(state, width=STILL):
    """A column for each day, with places for all that may come; under every day its block of dense weights."""
    sheet = Sheet(width)
    pitch = (width - _LEFT - 4) // MOST_DAYS
    _last_day(sheet, state)
    low = _days(sheet, state, 52, pitch)
    dense, rnn = low + 46, low + 46 + _BAR + 12
    end = _LEFT + pitch * state.rnn / state.each  # a weight is as wide in one bar as in the other
    _words(sheet, dense - 15, say("pictures.first.weights", count=state.dense), "soft", *_kinds("dense", state))
    for place in range(MOST_DAYS):
        _block(sheet, _LEFT + pitch * place, dense, pitch - 2, "soft" if place < len(state.days) else None)
    sheet.line([(end, dense - 4), (end, rnn)], "pale", 1, dashed=True)
    _block(sheet, _LEFT, rnn, pitch - 2, HIDDEN.line)
    _block(sheet, _LEFT + pitch, rnn, end - _LEFT - pitch, HIDDEN.line)
    _words(sheet, rnn + _BAR + 16, say("pictures.first.weights", count=state.rnn), HIDDEN.words, *_kinds("rnn", state))
    for name, y, colour in (("dense", dense, "soft"), ("rnn", rnn, HIDDEN.words)):
        words = say(f"pictures.networks.{name}")
        sheet.text(_LEFT - 8, y + _BAR / 2, words, colour, align="right", bold=True)
    value = say("pictures.first.value")
    left = _LEFT - 2 if width > 600 else MARGIN
    colour_bar(sheet, left, rnn + _BAR + 40, value, _LIMIT, beyond=True)
    return sheet


def _kinds(name, state):
    """The ways to say what the weights of a network are for, longest first."""
    values = dict(days=len(state.days), each=state.each, weight_ih=state.weight_ih, weight_hh=state.weight_hh)
    return [say(f"pictures.first.{name}.{long}", **values) for long in ("long", "short")]


def _words(sheet, y, bold, colour, *choices):
    """A line of words whose start is bold."""
    start = sheet.text(_LEFT - 2, y, bold, colour, bold=True).right + 8
    sheet.text(start, y, fitting(sheet.width - start - MARGIN, *choices, family="sans"))


def _block(sheet, left, top, wide, colour):
    """One block of weights, or its place."""
    rect = Rect(left, top, left + wide, top + _BAR)
    if colour:
        sheet.patch(rect, colour)
    else:
        sheet.box(rect.grown(-1), "faint", 1)


def _last_day(sheet, state):
    """How many days there are, and the newest of them as three numbers."""
    steps, numbers = len(state.days), list(map(decimals, state.days[-1].tolist()))
    named = ", ".join(f"{say(f'pictures.first.{row}')} {number}" for row, number in zip(ROWS, numbers, strict=True))
    key = f"pictures.first.{'rainy' if state.days[-1, 2] > 0 else 'dry'}"
    choices = [say(key, day=steps, numbers=words) for words in (named, ", ".join(numbers))]
    sheet.text(MARGIN, 11, f"seq_len {steps}", INPUT.words, family="mono", bold=True)
    sheet.text(_LEFT - 2, 11, fitting(sheet.width - _LEFT - MARGIN, *choices, family="sans"), INPUT.words)


def _days(sheet, state, top, pitch):
    """The days as columns, and the places of those to come; return where they end below."""
    steps, numbers = len(state.days), room(pitch, _ROW, decimals=1, limit=9)
    low = top + _ROW * len(ROWS)
    for t, day in enumerate(state.days):
        sheet.grid(
            day, _LEFT + pitch * t, top, pitch, _ROW, name=f"x[{t + 1}]", axes=("input_size",),
            limit=_LIMIT, numbers=numbers,
        )  # fmt: skip
    sheet.box(Rect(_LEFT, top, _LEFT + pitch * steps - 1, low - 1), INPUT.line)
    for t in range(steps, MOST_DAYS):
        sheet.box(Rect(_LEFT + pitch * t + 2, top + 1, _LEFT + pitch * (t + 1) - 3, low - 2), "faint", 1)
    for row, name in enumerate(ROWS):
        sheet.text(_LEFT - 8, top + _ROW * (row + 0.5), say(f"pictures.first.{name}"), align="right")
    _names(sheet, steps, top - 15, pitch)
    return low


def _names(sheet, steps, y, pitch):
    """x_1, x_2 and so on above the days: all of them where there is room, else the first and the last one."""
    first, last, widest = (letters.width(f"x_{t}", TEXT, "mono", True) for t in (1, steps, MOST_DAYS))
    label = dict(family="mono", colour=INPUT.words, bold=True)
    if pitch > widest + 2:
        for t in range(1, steps + 1):
            sheet.text(_LEFT + pitch * (t - 0.5), y, f"x_{t}", align="center", **label)
        return
    if pitch * steps > first + last:
        sheet.text(_LEFT - 2, y, "x_1", **label)
    sheet.text(_LEFT + max(pitch * steps, last), y, f"x_{steps}", align="right", **label)


def explore_first(seq_len=3):
    """An `Explorer` with one slider: days of weather, and the weights that a dense network and an RNN read them with.

    seq_len: the number of days, 1 to 30. Raises ValueError when it is no whole number in its range.
    """
    controls = {"seq_len": slider("seq_len", seq_len, 1, MOST_DAYS)}
    days = load_weather().standardised()[TEST_DAYS]

    def compute(seq_len):
        return first_state(days[:seq_len])

    return Explorer(controls, compute, first_sheet, describe, say("explorers.first.alt"), explain)


def explain(state, name, index, value):
    """What a number of a day is."""
    return day_words(name, index, value)


def describe(state):
    """The caption of a `FirstState`."""
    values = dict(count=len(state.days), numbers=state.days.size, each=state.each, dense=state.dense, rnn=state.rnn)
    return say("explorers.first.caption", **values, hidden_size=HIDDEN_SIZE)
