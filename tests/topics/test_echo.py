"""The echo of the first input: two runs, their difference, and one rule for when it is gone."""

import math
import re

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sheet_rules import crosses
from torch import nn

from helpers import explore_echo
from helpers.drawing.sheet import WIDTHS
from helpers.modules import make, seeded
from helpers.topics.echo import EchoState, describe, echo_sheet, echo_state


def difference(hidden_size, weight_scale):
    """The lengths of all changes, from two runs of `nn.RNN` side by side in one batch."""
    cell = make(nn.RNNCell, 4, hidden_size, generator=seeded(0)).double()
    rnn = nn.RNN(4, hidden_size).double()
    rnn.load_state_dict({f"{name}_l0": weight for name, weight in cell.state_dict().items()})
    x = torch.randn(40, 4, generator=seeded(4)).double().unsqueeze(1).repeat(1, 2, 1)
    x[0, 1] += 0.1
    with torch.no_grad():
        rnn.weight_hh_l0.mul_(torch.tensor(weight_scale, dtype=torch.float32).double())
        output = rnn(x)[0]
    return (output[:, 1] - output[:, 0]).norm(dim=-1).numpy()


def at(hidden_size, weight_scale):
    explorer = explore_echo(hidden_size)
    explorer.controls["weight_scale"].value = weight_scale
    return explorer


PLACES = st.tuples(st.integers(1, 32), st.integers(0, 40).map(lambda quarters: quarters / 4))


@settings(max_examples=25, deadline=None)
@given(PLACES)
def test_the_caption_is_the_difference_of_two_runs(place):
    caption, change = at(*place).caption, difference(*place)
    if change[-1] > 1e-12:  # below it the two ways to compute differ
        first, last = map(float, re.search(r"h_1 moves by ([\d.e+-]+), h_40 by ([\d.e+-]+)\.", caption).groups())
        assert first == pytest.approx(change[0], rel=0.06)
        assert last == pytest.approx(change[-1], rel=0.6)


@settings(max_examples=40, deadline=None)
@given(PLACES)
def test_gone_is_one_step_after_the_last_one_at_which_it_is_felt(place):
    """The rule of the lesson's table beside it: felt until the last step with more than a thousandth."""
    change = difference(*place)
    felt = (torch.as_tensor(change / change[0]) > 0.001).nonzero().max().item() + 1
    words = (
        f"From step {felt + 1} on, less than a thousandth" if felt < 40 else "At step 40, the last one, a thousandth"
    )
    assert words in at(*place).caption


@pytest.mark.parametrize(
    ("change", "gone"),
    [
        ([1.0, 0.5, 0.0009, 0.0001], 3),
        ([1.0, 0.0005, 0.5, 0.0001], 4),  # it falls below and comes back: only the last fall counts
        ([1.0, 0.0005, 0.5, 0.5], None),
        ([1.0, 0.0, 0.0, 0.0], 2),
        ([1.0, 0.5, 0.001, 0.001], None),  # a thousandth is not less than a thousandth
    ],
)
def test_a_change_that_comes_back_is_not_gone(change, gone):
    state = EchoState(np.array(change), 8)
    assert state.gone == gone
    assert ("From step" in describe(state)) == (gone is not None)


@settings(max_examples=30, deadline=None)
@given(PLACES, st.sampled_from(WIDTHS))
def test_the_plot_shows_every_change_and_no_word_lies_in_it(place, width):
    hidden_size, weight_scale = place
    cell = make(nn.RNNCell, 4, hidden_size, generator=seeded(0))
    with torch.no_grad():
        cell.weight_hh.mul_(weight_scale)
    state = echo_state(cell, torch.randn(40, 4, generator=seeded(4)))
    sheet = echo_sheet(state, width)
    left, top, corner, right = (*sheet.lines[0].points[0], *sheet.lines[0].points[1:])
    high, shown = corner[1] - top, state.change[state.change > 1e-9]
    assert len(sheet.spots) == len(shown)
    for spot, value in zip(sheet.spots, shown, strict=True):
        assert spot.y == pytest.approx(corner[1] - high * (min(math.log10(value), 1) + 9) / 10)
    for text in sheet.texts:
        rect = text.rect
        assert rect.right <= left or rect.left >= right[0] or rect.bottom <= top or rect.top >= corner[1], text.words
        assert not any(crosses(line.points[0], line.points[-1], rect) for line in sheet.lines if line.dashed), (
            text.words
        )
    assert ("↓ below 1e−9" in [text.words for text in sheet.texts]) == (len(shown) < 40)
    dashed = [line.points for line in sheet.lines if line.dashed]
    assert dashed[0][0][1] == pytest.approx(corner[1] - high * (math.log10(state.change[0] / 1000) + 9) / 10)
    if state.gone:  # where it falls below for good
        assert dashed[1][0][0] == pytest.approx(left + (right[0] - left) * state.gone / 41)
    assert len(dashed) == (2 if state.gone else 1)


@pytest.mark.parametrize("wrong", [0, 33, 8.0, True, "8"])
def test_explore_echo_refuses_wrong_arguments(wrong):
    with pytest.raises(ValueError, match="hidden_size"):
        explore_echo(wrong)
