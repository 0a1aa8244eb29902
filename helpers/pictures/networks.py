"""The dense network and the unrolled RNN above the same days, every parameter drawn to one scale."""

import itertools
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from helpers import style
from helpers.forecast import RNNForecast, forecast
from helpers.pictures.canvas import Scene, lay_down, picture
from helpers.pictures.days import LIMIT, ROW, day_columns, day_numbers, next_day_column, row_names
from helpers.pictures.sheet import Sheet
from helpers.pictures.tensors import colour_bar, hidden_columns, shape_label
from helpers.recurrence import count_parameters
from helpers.words import say

_LEFT, _STRIP, _WIDEST = 134, 600, 120  # where the first day starts, all days together, one day, in pixels
_SQUARE = 3  # pixels a parameter
_WEIGHT_LIMIT = 0.5  # the weight whose colour is full
_DENSE_TOP, _RNN_TOP, _COLUMN = 36, 194, 96
_DAYS_TOP = 328


@dataclass(frozen=True, eq=False)
class NetworksState:
    """What the picture shows.

    Shapes: measured and standardised (days, 3), hidden (days, hidden_size); next_rain 0.0 or 1.0;
    chance: the two networks' forecasts, from 0 to 1, by "dense" and "rnn".
    """

    first: int
    measured: np.ndarray
    standardised: np.ndarray
    next_rain: float
    dense: nn.Sequential
    rnn: RNNForecast
    hidden: np.ndarray
    chance: dict


class NetworksScene(Scene):
    """Weights to scale: above every day a block of its own for the dense network, one block in all for the RNN."""

    size = (style.WIDTH, 480)

    def draw_still(self, figure, state):
        sheet = Sheet()
        row_names(sheet, _LEFT - 10, _DAYS_TOP)
        sheet.text(_LEFT - 10, _DAYS_TOP + ROW * 3 + 16, say("pictures.days.day"), align="right")
        sheet.text(8, _DENSE_TOP, say("pictures.networks.dense"), align="left", bold=True)
        sheet.text(8, _RNN_TOP - 48, say("pictures.networks.rnn"), align="left", bold=True)
        sheet.text(8, 456, say("pictures.networks.scale", limit=_WEIGHT_LIMIT), align="left")
        sheet.text(8, 473, say("pictures.networks.strips"), align="left")
        bar = [(say("pictures.networks.inputs"), LIMIT), (say("pictures.networks.states"), 1)]
        colour_bar(sheet, 606, 445, 160, bar)
        lay_down(figure, sheet)

    def draw_moving(self, sheet, state):
        days, hidden_size = len(state.measured), state.hidden.shape[1]
        pitch = min(_STRIP // days, _WIDEST)
        centres = _LEFT + pitch * (np.arange(days) + 0.5) - 0.5
        end = _LEFT + pitch * days
        names = (("x", {"seq_len": days, "batch": 1, "input_size": 3}, style.INPUT, 8, 436, "left"),
                 ("h_t", {"batch": 1, "hidden_size": hidden_size}, style.HIDDEN, style.WIDTH - 8, _RNN_TOP - 28, "right"))  # fmt: skip
        for name, axes, role, x, y, align in names:
            sheet.text(x, y, shape_label(name, **axes), colour=role.words, align=align, family="mono", bold=True)
        self._draw_dense(sheet, state, pitch, centres, end)
        self._draw_rnn(sheet, state, pitch, centres, end)
        day_columns(sheet, state.measured, state.standardised, _LEFT, _DAYS_TOP, pitch)
        next_day_column(sheet, state.next_rain, end + 14, _DAYS_TOP)
        day_numbers(sheet, state.first, days, _LEFT, _DAYS_TOP + ROW * 3 + 16, pitch)

    def _draw_dense(self, sheet, state, pitch, centres, end):
        first, last = (module for module in state.dense if isinstance(module, nn.Linear))
        colours = _colours(first.weight)
        top = _DENSE_TOP + _COLUMN - _SQUARE * len(colours)
        low, aside = _DENSE_TOP + _COLUMN, _wide(pitch) / 2 + (pitch - _wide(pitch)) / 4  # past the hidden states
        for day, centre in enumerate(centres):
            way = [(centre + aside, _DAYS_TOP), (centre + aside, low + 10), (centre, low + 10), (centre, low)]
            sheet.line(way, colour=style.FAINT, width=1)
            left = _LEFT + pitch * day + (pitch - 3 * _SQUARE) // 2
            _weights(sheet, left, top, colours[:, 3 * day : 3 * day + 3])
        _weights(sheet, end + 4, top, _colours(first.bias))
        _output_weights(sheet, last, end + 11, top)
        self._count(sheet, count_parameters(state.dense), _DENSE_TOP + 20)
        _name_weights(sheet, "W", first.weight, _DENSE_TOP + 42)
        self._chance(sheet, state.chance["dense"], end, _DENSE_TOP + _COLUMN - 10)

    def _draw_rnn(self, sheet, state, pitch, centres, end):
        rnn = state.rnn.rnn
        left = 4
        for part in (rnn.weight_ih_l0, rnn.weight_hh_l0, rnn.bias_ih_l0, rnn.bias_hh_l0):
            colours = _colours(part)
            _weights(sheet, left, _RNN_TOP, colours)
            left += _SQUARE * colours.shape[1] + 2
        _output_weights(sheet, state.rnn.head, left, _RNN_TOP)
        width = _wide(pitch)
        lefts = centres - width / 2 + 0.5
        hidden_columns(sheet, state.hidden, lefts, _RNN_TOP, width, _COLUMN)
        self._count(sheet, count_parameters(state.rnn), _RNN_TOP - 28)
        _name_weights(sheet, "W_ih", rnn.weight_ih_l0, _RNN_TOP + _COLUMN + 12)
        _name_weights(sheet, "W_hh", rnn.weight_hh_l0, _RNN_TOP + _COLUMN + 28)
        middle = _RNN_TOP + _COLUMN / 2
        sheet.arrow([(lefts[-1] + width + 2, middle), (end + 14, middle)], colour=style.OUTPUT.line)
        self._chance(sheet, state.chance["rnn"], end, middle + 10)
        self._point_to_all(sheet, left, centres)
        if pitch >= 30:
            for centre in centres:
                sheet.arrow([(centre, _DAYS_TOP - 2), (centre, _RNN_TOP + _COLUMN + 2)], colour=style.INPUT.line)
            for here, there in itertools.pairwise(lefts):
                sheet.arrow([(here + width + 2, middle), (there - 2, middle)], colour=style.HIDDEN.line)

    def _point_to_all(self, sheet, left, centres):
        """The one block of weights points to the hidden state of every day."""
        rail, colour = _RNN_TOP - 14, style.WEIGHT.words
        sheet.line([(left + 1.5, _RNN_TOP - 8), (left + 1.5, rail), (centres[-1], rail)], colour=colour)
        for centre in centres:
            sheet.arrow([(centre, rail), (centre, _RNN_TOP - 2)], colour=colour)

    def _count(self, sheet, count, y):
        sheet.text(8, y, say("pictures.networks.parameters", count=count), align="left")

    def _chance(self, sheet, chance, end, y):
        words = say("pictures.networks.forecast", percent=round(100 * chance))
        sheet.text(end + 19, y - 20, say("pictures.days.rain"), align="left", colour=style.OUTPUT.words)
        sheet.text(end + 19, y, words, align="left", bold=True, colour=style.OUTPUT.words)


def _wide(pitch):
    """The width of a hidden state, from that of a day."""
    return min(max(pitch - 10, 4), 60)


def _colours(weights):
    """The colours (rows, columns, 3) of a weight matrix, or of a bias as one column."""
    values = weights.detach()
    return style.fill(values.reshape(len(values), -1).numpy(), _WEIGHT_LIMIT)


def _weights(sheet, left, top, colours):
    rows, columns = colours.shape[:2]
    sheet.pixels(left, top, colours, _SQUARE)
    sheet.box(left, top, columns * _SQUARE, rows * _SQUARE, colour=style.WEIGHT.line, line=1)


def _output_weights(sheet, linear, left, top):
    """The weights of the last layer as one column, its bias above them."""
    _weights(sheet, left, top, _colours(linear.weight.T))
    _weights(sheet, left, top - _SQUARE - 2, _colours(linear.bias))


def _name_weights(sheet, name, weight, y):
    label = f"{name} {tuple(weight.shape)}"
    sheet.text(8, y, label, colour=style.WEIGHT.words, align="left", family="mono", bold=True)


@torch.no_grad()
def networks_state(weather, first, days, dense, rnn, standardised=None):
    """The `NetworksState` of two networks that read the `days` days from day number `first`.

    standardised: what `weather.standardised()` gives, to save making it anew.
    """
    shown = slice(first, first + days)
    window = (weather.standardised() if standardised is None else standardised)[shown]
    inputs = window.unsqueeze(0)
    states, _ = rnn.rnn(inputs)
    chance = {"dense": forecast(dense, inputs).item(), "rnn": forecast(rnn, inputs).item()}
    measured, next_rain = weather.days[shown].numpy(), weather.rain[first + days].item()
    return NetworksState(first, measured, window.numpy(), next_rain, dense, rnn, states[0].numpy(), chance)


def networks_alt(state):
    """The picture in words."""
    counts = {"dense": count_parameters(state.dense), "rnn": count_parameters(state.rnn)}
    return say("pictures.networks.alt", days=len(state.measured), **counts)


def draw_networks(weather, first, days, dense, rnn):
    """A `Picture` of a dense network and an RNN reading `days` days of weather from day number `first`.

    dense: what `helpers.forecast.dense_forecast` gives for as many days; rnn: a `helpers.forecast.RNNForecast`.
    """
    state = networks_state(weather, first, days, dense, rnn)
    return picture(NetworksScene(), state, networks_alt(state))
