"""Lesson 01: a window of real days, and the two networks that read it."""

from helpers.explorers.study import Study
from helpers.forecast import RNNForecast, dense_forecast
from helpers.live import Explorer, slider
from helpers.modules import seeded
from helpers.pictures.networks import NetworksScene, networks_state
from helpers.recurrence import count_parameters
from helpers.shapes import whole_number
from helpers.weather import TEST_DAYS, load_weather
from helpers.words import say

_MOST_DAYS, _MOST_HIDDEN = 60, 32


def explore_rain(day=9_007, seq_len=3, hidden_size=16):
    """An `Explorer` of one window of weather and of a dense network and an RNN that read it.

    day: number of the window's last day; seq_len: number of days in the window, 1 to 60; hidden_size: of
    both networks, 1 to 32. A button below trains both on one year (see `helpers.explorers.study`).

    Raises ValueError when an argument is no whole number in its range.
    """
    last_day = TEST_DAYS.stop - 2
    whole_number("day", day, TEST_DAYS.start, last_day)
    whole_number("seq_len", seq_len, 1, _MOST_DAYS)
    whole_number("hidden_size", hidden_size, 1, _MOST_HIDDEN)
    weather = load_weather()
    standardised = weather.standardised()
    controls = {
        "day": slider("day", day, TEST_DAYS.start, last_day),
        "seq_len": slider("seq_len", seq_len, 1, _MOST_DAYS),
        "hidden_size": slider("hidden_size", hidden_size, 1, _MOST_HIDDEN),
    }

    def compute(day, seq_len, hidden_size):
        dense = dense_forecast(seq_len, hidden_size, seeded(0))
        rnn = RNNForecast(hidden_size, seeded(0))
        return networks_state(weather, day - seq_len + 1, seq_len, dense, rnn, standardised)

    study = Study(weather, controls["hidden_size"])
    return Explorer(controls, compute, NetworksScene(), _describe, say("explorers.rain.alt"), below=[study])


def _describe(state):
    days = len(state.measured)
    dense, rnn = count_parameters(state.dense), count_parameters(state.rnn)
    smaller = "same_size" if dense == rnn else "dense_smaller" if dense < rnn else "rnn_smaller"
    return say(
        "explorers.rain.caption",
        days=say("explorers.rain.days", count=days),
        days_count=days,
        first=state.first,
        dense_inputs=3 * days,
        dense=dense,
        rnn=rnn,
        hidden_size=state.hidden.shape[1],
        smaller=say(f"explorers.rain.{smaller}"),
        dense_chance=round(100 * state.chance["dense"]),
        rnn_chance=round(100 * state.chance["rnn"]),
        truth=say(f"explorers.rain.{'wet' if state.next_rain else 'dry'}"),
    )
