"""Lesson 00: the first slider."""

from helpers.live import Explorer, slider
from helpers.pictures.first import MOST_DAYS, FirstScene, FirstState
from helpers.shapes import whole_number
from helpers.weather import TEST_DAYS, load_weather
from helpers.words import say

HIDDEN_SIZE = 16


def explore_first(seq_len=3):
    """An `Explorer` with one slider: days of weather, and the weights that a dense network and an RNN read them with.

    seq_len: the number of days, 1 to 30. Raises ValueError when it is no whole number in its range.
    """
    whole_number("seq_len", seq_len, 1, MOST_DAYS)
    days = load_weather().standardised()[TEST_DAYS]

    def compute(seq_len):
        window = days[:seq_len].numpy()
        return FirstState(
            window, window.size * HIDDEN_SIZE, (3 + HIDDEN_SIZE) * HIDDEN_SIZE, 3 * MOST_DAYS * HIDDEN_SIZE
        )

    controls = {"seq_len": slider("seq_len", seq_len, 1, MOST_DAYS)}
    return Explorer(controls, compute, FirstScene(), _describe, say("explorers.first.alt"))


def _describe(state):
    values = dict(count=len(state.days), numbers=state.days.size, dense=state.dense, rnn=state.rnn)
    return say("explorers.first.caption", **values, hidden_size=HIDDEN_SIZE)
