"""A window of real days and the two networks that read it, every parameter drawn to one scale."""

import itertools
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from helpers.drawing import letters
from helpers.drawing.colours import HIDDEN, INPUT, OUTPUT, WEIGHT
from helpers.drawing.letters import TEXT
from helpers.drawing.parts import named_shape, room
from helpers.drawing.sheet import MARGIN, STILL, Picture, Sheet
from helpers.forecast import RNNForecast, dense_forecast, forecast
from helpers.modules import seeded
from helpers.recurrence import count_parameters
from helpers.shapes import whole_number
from helpers.topics.days import LIMIT, DaysState, day_table, day_words, days_state
from helpers.topics.forecast import Study
from helpers.topics.own import PARAMETERS
from helpers.topics.sums import given, state_words
from helpers.weather import TEST_DAYS, load_weather
from helpers.widgets.controls import slider
from helpers.widgets.explorer import Explorer
from helpers.words import say

_MOST_DAYS, _MOST_HIDDEN = 60, 32
_STRETCH = 120  # days that the slider `day` spans: few enough to follow one of them
_WEIGHT_LIMIT = 0.5  # the weight whose colour is full
_STATE, _BLOCK = 80, 64  # the most that a hidden state and a block of weights are high
_TOP = 46  # where the hidden states start
_READS, _OUT = ("hidden_size", "input_size"), ("out_features",)
_AXES = {"W": _READS, "W_ih": _READS, "W_hh": ("hidden_size", "hidden_size"), "b_out": _OUT, "b_y": _OUT}


@dataclass(frozen=True, eq=False)
class NetworksState:
    """A window, and what two networks make of it.

    Shapes: hidden (days + 1, hidden_size), h_0 first. dense, rnn: the weights of each by name, (rows, columns);
    parameters, chance: how many each has, and its forecast from 0 to 1, by "dense" and "rnn". untrained: whether to
    say so beside the forecasts.
    """

    days: DaysState
    dense: dict
    rnn: dict
    hidden: np.ndarray
    parameters: dict
    chance: dict
    untrained: bool


@torch.no_grad()
def networks_state(weather, first, days, dense, rnn, standardised=None, untrained=False):
    """The `NetworksState` of two networks that read the `days` days from day number `first`.

    standardised: what `weather.standardised()` gives, to save making it anew.
    """
    window = days_state(weather, first, days, standardised)
    inputs = torch.from_numpy(window.standardised).unsqueeze(0)
    states, _ = rnn.rnn(inputs)
    hidden = torch.cat([torch.zeros_like(states[0, :1]), states[0]])
    inner, outer = (module for module in dense if isinstance(module, nn.Linear))
    return NetworksState(
        window,
        dense=_arrays(W=inner.weight, b=inner.bias, W_out=outer.weight[0], b_out=outer.bias),
        rnn=_arrays(
            **dict(zip(PARAMETERS, rnn.rnn.parameters(), strict=True)), W_hy=rnn.head.weight[0], b_y=rnn.head.bias
        ),
        hidden=hidden.numpy(),
        parameters={"dense": count_parameters(dense), "rnn": count_parameters(rnn)},
        chance={"dense": forecast(dense, inputs).item(), "rnn": forecast(rnn, inputs).item()},
        untrained=untrained,
    )


def _arrays(**tensors):
    return {name: tensor.detach().reshape(len(tensor), -1).numpy() for name, tensor in tensors.items()}


@dataclass(frozen=True)
class _Places:
    """Where things stand: days from `left` to `end`, one every `pitch` pixels; a weight is `square` pixels wide."""

    left: int
    end: int
    pitch: int
    square: int

    def centre(self, t):
        """The middle of the column of day `t`, 1 the first; 0 is that of h_0."""
        return self.left + self.pitch * (t - 0.5) - 0.5


def _places(width, days, hidden_size):
    narrow = width < 600
    start = {460: 84, 660: 124}.get(width, 140)  # room of the RNN's weights
    pitch = min((width - start - (104 if narrow else 108)) // (days + 1), width // 6)
    most = min(_BLOCK // hidden_size, (start - 30) // (hidden_size + 5), (pitch - 1) // 3, 5)
    return _Places(start + pitch, start + pitch * (days + 1), pitch, max(1, most))


def networks_sheet(state, width=STILL):
    """The days in the middle; above them the RNN with one block of weights in all, below the dense one with a block a day."""
    sheet = Sheet(width)
    days, hidden_size = len(state.days.measured), state.hidden.shape[1]
    places = _places(width, days, hidden_size)
    row = max(2, min(20, _STATE // hidden_size))
    low = _TOP + row * hidden_size
    rect = day_table(sheet, state.days, places.left, low + 24, places.pitch)
    _rnn(sheet, state, places, row)
    head = sheet.arrow if places.pitch >= 12 else sheet.line
    dense_top = round(rect.bottom) + 44
    for t in range(1, days + 1):
        x = places.centre(t)
        head([(x, rect.top - 3), (x, low + 2)], INPUT.line)
        head([(x, rect.bottom + 24), (x, dense_top - 3)], INPUT.line)
    bottom = _dense(sheet, state, places, dense_top)
    _legend(sheet, state, bottom + 22)
    return sheet


def _rnn(sheet, state, places, row):
    """The hidden states, each made of its day and the one before; the one block of weights points to all of them."""
    steps, hidden_size = len(state.days.measured), state.hidden.shape[1]
    pitch, middle, low = places.pitch, _TOP + row * hidden_size / 2, _TOP + row * hidden_size
    gap = max(pitch - 64, min(18, pitch // 2)) if pitch >= 24 else (pitch + 1) // 2
    wide, line = pitch - gap, 2 if gap >= 14 else 1 if gap >= 5 else 0
    look = dict(axes=("hidden_size",), gap=int(row > 4), numbers=room(wide, row, state.hidden))
    rects = []
    for t, values in enumerate(state.hidden):
        sources = (f"x[{t}]", f"h[{t - 1}]", "W_ih", "b_ih", "W_hh", "b_hh") if t else ()
        left = round(places.centre(t) - wide / 2)
        rects.append(sheet.grid(values, left, _TOP, wide, row, name=f"h[{t}]", sources=sources, **look))
        if line:
            sheet.box(rects[-1], HIDDEN.line, line)
    if gap >= 12:
        for one, other in itertools.pairwise(rects):
            sheet.arrow([(one.right + line + 1, middle), (other.left - line - 1, middle)], HIDDEN.line)
    else:  # one line through all of them, from h_0 to the last
        sheet.line([(rects[0].right, middle), (rects[-1].left, middle)], HIDDEN.line, 2)
    _state_names(sheet, rects, low + 12)
    block = _shared_weights(sheet, state.rnn, round(middle - places.square * hidden_size / 2), places.square)
    rail, head = 30, sheet.arrow if pitch >= 12 else sheet.line
    sheet.line([(block.centre, block.top - 4), (block.centre, rail), (places.centre(steps), rail)], WEIGHT.words)
    for t in range(1, steps + 1):
        head([(places.centre(t), rail), (places.centre(t), _TOP - 3)], WEIGHT.words)
    sheet.arrow([(rects[-1].right + line + 1, middle), (places.end + 13, middle)], HIDDEN.line)
    _out(sheet, state, "rnn", ("W_hy", "b_y"), places, block.top)
    _title(sheet, state, "rnn", 11, HIDDEN.words, ("W_ih", "W_hh"))


def _state_names(sheet, rects, y):
    """h_0, h_1 and so on beside the arrows from the days: all where there is room, else the first and the last one."""
    first, last = rects[0], rects[-1]
    named = rects[1].centre - first.centre > letters.width(f"h_{_MOST_DAYS}", TEXT, "mono") + 14
    look = dict(colour=HIDDEN.words, family="mono")
    if not named:
        sheet.text(first.right + 2, y, "h_0", align="right", **look)
        sheet.text(last.right + 6, y, f"h_{len(rects) - 1}", **look)
        return
    sheet.text(first.centre, y, "h_0", align="center", **look)
    for t, rect in enumerate(rects[1:], start=1):
        sheet.text(rect.centre - 8, y, f"h_{t}", align="right", **look)


def _shared_weights(sheet, weights, top, square):
    """The weights of the cell side by side; return the rectangle of them all."""
    left = MARGIN
    for name in ("W_ih", "b_ih", "W_hh", "b_hh"):
        rect = _weights(sheet, name, weights[name], left, top, square)
        left = rect.right + 3
    return rect._replace(left=MARGIN)


def _weights(sheet, name, values, left, top, square, framed=True):
    """A block of parameters, `square` pixels each; return its rectangle."""
    axes = _AXES.get(name.partition("[")[0], ("hidden_size",))
    rect = sheet.grid(values, left, top, square, square, name=name, axes=axes, limit=_WEIGHT_LIMIT, gap=0)
    if framed:
        sheet.box(rect, WEIGHT.line, 1)
    return rect


def _dense(sheet, state, places, top):
    """A block of weights below every day; return where they end."""
    weights, square = state.dense["W"], places.square
    framed = places.pitch - 3 * square >= 3
    for t in range(1, len(state.days.measured) + 1):
        start, stop, left = 3 * t - 3, 3 * t, round(places.centre(t) - 1.5 * square)
        rect = _weights(sheet, f"W[:, {start}:{stop}]", weights[:, start:stop], left, top, square, framed)
    _weights(sheet, "b", state.dense["b"], places.end + 8, top, square)
    _out(sheet, state, "dense", ("W_out", "b_out"), places, top)
    if sheet.width < 600:
        _title(sheet, state, "dense", rect.bottom + 18, "soft", ("W",))
        return rect.bottom + 22
    _title(sheet, state, "dense", top + 5, "soft", ("W",), below=18)
    return max(rect.bottom, top + 46)


def _out(sheet, state, network, names, places, top):
    """The weights of the last layer as one column, its bias above them; beside it the forecast."""
    (weight, bias), square, left = names, places.square, places.end + 16
    values = getattr(state, network)
    rect = _weights(sheet, f"{weight}[0]", values[weight], left, top, square)
    _weights(sheet, bias, values[bias], left, top - square - 3, square)
    words = [say("pictures.networks.forecast", percent=round(100 * state.chance[network]))]
    words += [say("pictures.networks.untrained")] * state.untrained
    for line, text in enumerate(words):
        y = rect.middle + 18 * line - 9 * state.untrained
        sheet.text(rect.right + 8, y, text, "muted" if line else OUTPUT.words, bold=not line)


def _title(sheet, state, network, y, colour, weights, below=0):
    """The name of a network, how many parameters it has, the shapes of its weights: in a row, or each one `below`."""
    count = say("pictures.networks.parameters", count=state.parameters[network])
    x = sheet.text(MARGIN, y, say(f"pictures.networks.{network}"), colour, bold=True).right + 10
    x = sheet.text(MARGIN if below else x, y + below, count).right + 18
    shapes = "  ".join(f"{name} {getattr(state, network)[name].shape}" for name in weights)
    sheet.text(MARGIN if below else x, y + 2 * below, shapes, WEIGHT.words, family="mono")


def _legend(sheet, state, top):
    """What the colours mean for each kind of number, with its shape."""
    narrow = sheet.width < 600
    bar = sheet.grid(np.linspace(-1, 1, 40)[None], 122 if narrow else 322, top, 3, 10, gap=0)
    sheet.box(bar, "pale", 1)
    x = named_shape("x", short=narrow, seq_len=len(state.days.measured), batch=1, input_size=3)
    h = named_shape("h_t", short=narrow, batch=1, hidden_size=state.hidden.shape[1])
    rows = ((x, INPUT, "mono", LIMIT, say("pictures.networks.deviations")), (h, HIDDEN, "mono", 1, ""),
            (say("pictures.networks.weights"), WEIGHT, "sans", _WEIGHT_LIMIT, say("pictures.networks.square")))  # fmt: skip
    for line, (name, role, family, limit, words) in enumerate(rows):
        y = bar.bottom + 13 + 17 * line
        sheet.text(MARGIN, y, name, role.words, family=family, bold=True)
        numbers = [f"≤ −{limit:g}", "0", f"≥ {limit:g}"] if limit != 1 else ["−1", "0", "1"]
        for place, number in zip((bar.left, bar.centre, bar.right), numbers, strict=True):
            sheet.text(place, y, number, "soft", align="center")
        sheet.text(bar.right + 36, y, words, "soft")


def draw_networks(weather, first, days, dense, rnn):
    """A `Picture` of a dense network and an RNN reading `days` days of weather from day number `first`.

    days: 1 to 60; dense: what `helpers.forecast.dense_forecast` gives for as many; rnn: a
    `helpers.forecast.RNNForecast`. Raises ValueError when there are no such days.
    """
    whole_number("days", days, 1, _MOST_DAYS)
    whole_number("first", first, 0, len(weather.days) - days - 1)
    state = networks_state(weather, first, days, dense, rnn)
    return Picture(networks_sheet(state), say("pictures.networks.alt", days=days, **state.parameters))


def explore_rain(day=9_007, seq_len=3, hidden_size=16):
    """An `Explorer` of one window of weather and of a dense network and an RNN that read it.

    day: number of the window's last day, any one of the test years; its slider spans 120 days around it. seq_len:
    number of days in the window, 1 to 60; hidden_size: of both networks, 1 to 32. A button below trains networks of
    its own on one year (see `helpers.topics.forecast.Study`).

    Raises ValueError when an argument is no whole number in its range.
    """
    first, last = TEST_DAYS.start, TEST_DAYS.stop - 2
    whole_number("day", day, first, last)  # the slider spans only a part of them
    least = min(max(first, day - _STRETCH // 2), last - _STRETCH + 1)
    controls = {
        "day": slider("day", day, least, least + _STRETCH - 1),
        "seq_len": slider("seq_len", seq_len, 1, _MOST_DAYS),
        "hidden_size": slider("hidden_size", hidden_size, 1, _MOST_HIDDEN),
    }
    weather = load_weather()
    standardised = weather.standardised()

    def compute(day, seq_len, hidden_size):
        dense = dense_forecast(seq_len, hidden_size, seeded(0))
        rnn = RNNForecast(hidden_size, seeded(0))
        return networks_state(weather, day - seq_len + 1, seq_len, dense, rnn, standardised, untrained=True)

    study = Study(weather, controls["hidden_size"])
    return Explorer(controls, compute, networks_sheet, describe, say("explorers.rain.alt"), explain, below=[study])


def explain(state, name, index, value):
    """How a number was made: a hidden state by its sum; days and weights are given."""
    t = int(name[2:-1]) if name[0] in "hx" else 0
    if name[0] == "x":
        return day_words(name, index, value)
    if t == 0:
        return given(name, index, value, "start" if name[0] == "h" else "parameter")
    cell = [state.rnn[part] if part.startswith("W") else state.rnn[part][:, 0] for part in PARAMETERS]
    names = "W_ih", "W_hh", f"x[{t}]", f"h[{t - 1}]"
    return state_words(name, index, cell, state.days.standardised[t - 1], state.hidden[t - 1], names)


def describe(state):
    """The caption of a `NetworksState`."""
    window, days = state.days, len(state.days.measured)
    dense, rnn = state.parameters["dense"], state.parameters["rnn"]
    smaller = "same_size" if dense == rnn else "dense_smaller" if dense < rnn else "rnn_smaller"
    sizes = dict(days_count=days, dense_inputs=3 * days, hidden_size=state.hidden.shape[1], dense=dense, rnn=rnn)
    return say(
        "explorers.rain.caption",
        days=say("explorers.rain.days", count=days, first=window.first, last=window.last),
        smaller=say(f"explorers.rain.{smaller}"),
        next=window.last + 1,
        truth=say(f"explorers.rain.{'wet' if window.next_rain else 'dry'}"),
        **{f"{network}_chance": round(100 * chance) for network, chance in state.chance.items()},
        **sizes,
    )
