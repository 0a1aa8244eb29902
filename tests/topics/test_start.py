"""The first slider: days of real weather, and the weights of two networks as PyTorch counts them."""

import random

import pytest
import torch
from sheet_rules import grid_rect
from torch import nn

from helpers import explore_first, load_weather
from helpers.drawing.colours import HIDDEN
from helpers.drawing.letters import decimals
from helpers.drawing.sheet import WIDTHS, Patch
from helpers.topics.start import HIDDEN_SIZE, MOST_DAYS, first_sheet, first_state
from helpers.weather import TEST_DAYS


def patches(sheet, colour):
    return [fill.rect for fill in sheet.fills if isinstance(fill, Patch) and fill.colour == colour]


def counted(days, hidden_size):
    """The weights of a dense layer and of an RNN's cell, biases left out."""
    dense, cell = nn.Linear(3 * days, hidden_size), nn.RNNCell(3, hidden_size)
    return dense.weight.numel(), cell.weight_ih.numel() + cell.weight_hh.numel()


@pytest.mark.parametrize("seq_len", [1, 2, 6, 7, MOST_DAYS])
def test_caption_and_picture_say_what_the_modules_hold(seq_len):
    explorer = explore_first()
    explorer.controls["seq_len"].value = seq_len
    dense, rnn = counted(seq_len, HIDDEN_SIZE)
    assert f"number of days: {seq_len}, with {3 * seq_len} numbers" in explorer.caption
    assert f"{dense // seq_len} weights for each of them: {dense:,}." in explorer.caption
    assert f"always with the same {rnn:,} weights" in explorer.caption
    words = [text.words for text in explorer.sheet.texts]
    assert {f"seq_len {seq_len}", f"{dense:,} weights:", f"{rnn:,} weights:"} <= set(words)


def test_columns_are_the_days_and_the_newest_is_read_out():
    explorer, weather = explore_first(), load_weather()
    for seq_len in random.Random(3).sample(range(1, MOST_DAYS + 1), 8):
        explorer.controls["seq_len"].value = seq_len
        days = weather.standardised()[TEST_DAYS][:seq_len]
        assert [grid.name for grid in explorer.sheet.grids][:-1] == [f"x[{t}]" for t in range(1, seq_len + 1)]
        assert torch.equal(torch.tensor([g.values[:, 0].tolist() for g in explorer.sheet.grids[:-1]]), days)
        kind = "rainy" if weather.rain[TEST_DAYS][seq_len - 1] else "dry"
        numbers = dict(zip(("temperature", "pressure", "rain"), map(decimals, days[-1].tolist()), strict=True))
        read = ", ".join(f"{name} {number}" for name, number in numbers.items())
        assert f"x_{seq_len}, a {kind} day: {read}" in [text.words for text in explorer.sheet.texts]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("hidden_size", [HIDDEN_SIZE, 5])
def test_bars_are_as_long_as_their_weights_are_many(width, hidden_size):
    """A block stands under each day; the dense bar passes the RNN's exactly when it has more weights."""
    every_day = load_weather().standardised()
    for seq_len in (1, 2, 3, 6, 7, 11, MOST_DAYS):
        sheet = first_sheet(first_state(every_day[:seq_len], hidden_size), width)
        dense, (for_days, for_memory) = patches(sheet, "soft"), patches(sheet, HIDDEN.line)
        days = [grid_rect(grid) for grid in sheet.grids[:-1]]
        assert [block.left for block in dense] == [day.left for day in days]
        assert all(0 <= day.right - block.right <= 2 for block, day in zip(dense, days, strict=True))
        dense_count, rnn_count = counted(seq_len, hidden_size)
        assert (dense[-1].right > for_memory.right) == (dense_count > rnn_count)
        if seq_len > 1:
            pitch = days[1].left - days[0].left
            assert (for_memory.right - for_days.left) / pitch == pytest.approx(rnn_count / (3 * hidden_size))


@pytest.mark.parametrize("wrong", [0, MOST_DAYS + 1, 2.5, "3", True])
def test_wrong_arguments_are_refused(wrong):
    with pytest.raises(ValueError, match="seq_len"):
        explore_first(wrong)
