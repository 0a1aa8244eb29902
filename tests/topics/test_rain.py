"""Real days and the two networks that read them: what is drawn and said is what PyTorch computed."""

import itertools
import random

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sheet_rules import grid_rect
from torch import nn

from helpers import draw_days, draw_networks, explore_rain, load_weather
from helpers.drawing.colours import HIDDEN
from helpers.drawing.sheet import WIDTHS
from helpers.forecast import RNNForecast, build, dense_forecast
from helpers.modules import seeded
from helpers.weather import TEST_DAYS

WEATHER = load_weather()
PARAMETERS = ("W", "b", "W_out", "b_out", "W_ih", "b_ih", "W_hh", "b_hh", "W_hy", "b_y")


def words(sheet):
    return [text.words for text in sheet.texts]


def named(sheet):
    """{name: values} of all grids that have a name; columns as vectors."""
    return {g.name: g.values[:, 0] if g.values.shape[1] == 1 else g.values for g in sheet.grids if g.name}


def drawn(days, hidden_size, first=9_000, seed=0):
    """The sheet of two networks, and the networks."""
    dense, rnn = dense_forecast(days, hidden_size, seeded(seed)), RNNForecast(hidden_size, seeded(seed))
    return draw_networks(WEATHER, first, days, dense, rnn).sheet, dense, rnn


@pytest.mark.parametrize(("seq_len", "hidden_size"), [(1, 1), (3, 16), (7, 16), (60, 32), (12, 5)])
def test_caption_counts_what_the_modules_hold(seq_len, hidden_size):
    explorer = explore_rain()
    explorer.controls["seq_len"].value = seq_len
    explorer.controls["hidden_size"].value = hidden_size
    counts = {
        n: sum(p.numel() for p in build(n, seq_len, hidden_size, seeded(0)).parameters()) for n in ("dense", "rnn")
    }
    assert f"{3 * seq_len} numbers at once, {counts['dense']:,} parameters" in explorer.caption
    assert f"every step, {counts['rnn']:,} parameters" in explorer.caption
    smaller = min(counts, key=counts.get)
    assert ("The dense network is the smaller" in explorer.caption) == (smaller == "dense")
    shapes = f"(seq_len {seq_len}, batch 1, input_size 3), hidden state (batch 1, hidden_size {hidden_size})"
    assert shapes in explorer.caption


@pytest.mark.parametrize("day", [8_900, 9_007, 10_001])
def test_forecast_and_truth_are_those_of_the_day(day):
    explorer = explore_rain(day=day, seq_len=4, hidden_size=6)
    window = WEATHER.standardised()[day - 3 : day + 1].unsqueeze(0)
    for name, label in (("dense", "dense"), ("rnn", "RNN")):
        percent = round(100 * torch.sigmoid(build(name, 4, 6, seeded(0))(window)).item())
        assert f"{label} {percent} %" in explorer.caption
        assert f"rain {percent} %" in words(explorer.sheet)
    assert explorer.caption.endswith("It rained." if WEATHER.rain[day + 1] else "It stayed dry.")


def test_days_are_numbered_as_the_slider_does():
    explorer = explore_rain(day=9_007, seq_len=3)
    assert explorer.caption.startswith("3 days, 9005 to 9007. ")
    assert "on day 9008" in explorer.caption
    assert {"9005", "9006", "9007", "9008"} <= set(words(explorer.sheet))
    explorer.controls["seq_len"].value = 1
    assert explorer.caption.startswith("1 day, 9007. ")
    explorer.controls["seq_len"].value = 60
    assert explorer.caption.startswith("60 days, 8948 to 9007. ")
    for width in WIDTHS:
        explorer.width = width
        assert {"8948", "9007", "9008"} <= set(words(explorer.sheet))


@pytest.mark.parametrize("day", [TEST_DAYS.start, 8_800, 9_007, 11_600, TEST_DAYS.stop - 2])
def test_the_slider_spans_days_that_can_be_followed(day):
    slider = explore_rain(day=day).controls["day"]
    assert slider.value == day
    assert slider.max - slider.min == 119
    assert TEST_DAYS.start <= slider.min
    assert slider.max <= TEST_DAYS.stop - 2
    if slider.min > TEST_DAYS.start and slider.max < TEST_DAYS.stop - 2:
        assert abs(slider.min + slider.max - 2 * day) <= 1


@pytest.mark.parametrize(
    "wrong", [{"day": 0}, {"day": 11_687}, {"seq_len": 0}, {"seq_len": 61}, {"hidden_size": 2.5}, {"hidden_size": "5"}]
)
def test_wrong_arguments_are_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        explore_rain(**wrong)


@settings(max_examples=10, deadline=None)
@given(st.integers(1, 60), st.integers(1, 32), st.integers(8_766, 11_600))
def test_squares_are_the_parameters(days, hidden_size, first):
    """As many as PyTorch counts, and side by side exactly its tensors."""
    sheet, dense, rnn = drawn(days, hidden_size, first, seed=days)
    grids = named(sheet)
    weights = {name: values for name, values in grids.items() if name.partition("[")[0] in PARAMETERS}
    assert sum(v.size for v in weights.values()) == sum(p.numel() for net in (dense, rnn) for p in net.parameters())
    shown = np.hstack([grids[f"W[:, {3 * t}:{3 * t + 3}]"].reshape(hidden_size, 3) for t in range(days)])
    inner, outer = (module for module in dense if isinstance(module, nn.Linear))
    for values, tensor in (
        (shown, inner.weight), (grids["b"], inner.bias), (grids["W_out[0]"], outer.weight[0]),
        (grids["b_out"], outer.bias), (grids["W_ih"], rnn.rnn.weight_ih_l0), (grids["W_hh"], rnn.rnn.weight_hh_l0),
        (grids["b_ih"], rnn.rnn.bias_ih_l0), (grids["b_hh"], rnn.rnn.bias_hh_l0),
        (grids["W_hy[0]"], rnn.head.weight[0]), (grids["b_y"], rnn.head.bias),
    ):  # fmt: skip
        assert np.array_equal(values.ravel(), tensor.detach().numpy().ravel())


def test_hidden_states_follow_from_their_sources():
    """Every column is tanh of the sums of the grids that it names, from h_0 on; the last one gives the forecast."""
    sheet, _, rnn = drawn(days=5, hidden_size=7)
    grids, sources = named(sheet), {grid.name: grid.sources for grid in sheet.grids}
    assert not grids["h[0]"].any()
    for t in range(1, 6):
        x, h, weight_ih, bias_ih, weight_hh, bias_hh = (grids[name] for name in sources[f"h[{t}]"])
        assert np.allclose(grids[f"h[{t}]"], np.tanh(weight_ih @ x + bias_ih + weight_hh @ h + bias_hh), atol=1e-6)
        assert torch.equal(torch.from_numpy(x), WEATHER.standardised()[9_000 + t - 1])
    output, _ = rnn.rnn(WEATHER.standardised()[9_000:9_005].unsqueeze(0))
    assert np.allclose(grids["h[5]"], output[0, -1].detach(), atol=1e-6)
    logit = grids["W_hy[0]"] @ grids["h[5]"] + grids["b_y"][0]
    assert f"rain {round(100 / (1 + np.exp(-logit)))} %" in words(sheet)


@pytest.mark.parametrize("width", WIDTHS)
def test_recurrence_is_seen_at_every_length(width):
    """Between any two neighbouring hidden states a line of their hue is free to be seen, and a head comes at its end."""
    explorer, chooser = explore_rain(), random.Random(width)
    explorer.width = width
    for seq_len in (1, 2, 29, 30, 31, 60, *chooser.sample(range(3, 60), 6)):
        explorer.controls["seq_len"].value = seq_len
        explorer.controls["hidden_size"].value = chooser.randint(1, 32)
        sheet = explorer.sheet
        lines = [line for line in sheet.lines if line.colour == HIDDEN.line]
        states = [grid_rect(grid) for grid in sheet.grids if grid.name.startswith("h[")]
        assert len(states) == seq_len + 1
        for one, other in itertools.pairwise(states):
            assert other.left - one.right >= 2
            place = (one.right + other.left) / 2
            assert any(covers(line, place, one.middle) for line in lines)
        assert any(line.head and line.points[0][0] >= states[-1].right for line in lines)


def covers(line, x, y):
    """Whether a level line passes through a place."""
    (start, height), (end, _) = line.points
    return start <= x <= end and abs(height - y) <= 1


def test_each_day_stands_below_its_hidden_state_and_above_its_weights():
    sheet, _, _ = drawn(days=9, hidden_size=4)
    places = {grid.name: grid_rect(grid) for grid in sheet.grids if grid.name}
    for t in range(1, 10):
        state, day, block = (places[name] for name in (f"h[{t}]", f"x[{t}]", f"W[:, {3 * t - 3}:{3 * t}]"))
        assert state.bottom < day.top < day.bottom < block.top
        assert max(state.centre, day.centre, block.centre) - min(state.centre, day.centre, block.centre) <= 1.5


def test_untrained_is_said_where_it_is_known():
    assert words(explore_rain().sheet).count("untrained") == 2
    assert "untrained" not in words(drawn(days=3, hidden_size=4)[0])


def test_the_table_says_what_was_measured():
    picture = draw_days(WEATHER, 9005, 3)
    for t, day in enumerate(range(9005, 9008), start=1):
        temperature, pressure, rain = WEATHER.days[day].tolist()
        grid = next(grid for grid in picture.sheet.grids if grid.name == f"x[{t}]")
        assert grid.numbers == [f"{temperature:.1f}", f"{pressure:.1f}", f"{rain:.0f}"]
        assert np.array_equal(grid.values[:, 0], WEATHER.standardised()[day].numpy())
        assert f"Day {day}: {temperature:.1f} °C, {pressure:.1f} hPa, {'rain' if rain else 'dry'}" in picture.alt
    truth = int(WEATHER.rain[9008])
    assert str(truth) in words(picture.sheet)
    assert f"The next day, day 9008: {'rain' if truth else 'dry'}." in picture.alt
    assert "x (seq_len 3, input_size 3)" in words(picture.sheet)


WRONG = {
    "days beyond the end": (lambda: draw_days(WEATHER, 11_687, 3), "first must be .* to 11684, got 11687"),
    "too many days": (lambda: draw_days(WEATHER, 0, 12), "days must be .* from 1 to 11, got 12"),
    "no such window": (lambda: drawn(days=3, hidden_size=4, first=11_687), "first must be .* to 11684, got 11687"),
    "too long a window": (lambda: drawn(days=61, hidden_size=4), "days must be .* from 1 to 60, got 61"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_windows_are_answered_in_a_sentence(case):
    make, sentence = WRONG[case]
    with pytest.raises(ValueError, match=sentence):
        make()
