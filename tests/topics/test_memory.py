"""How far back an RNN remembers: the curve is autograd's, the caption true, and every training has its mark."""

import itertools
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sheet_rules import faults

from helpers import draw_memory, draw_recall, explore_memory
from helpers.backward import measured
from helpers.drawing.sheet import WIDTHS
from helpers.topics.memory import INPUT_SCALES, MARKS, memory_sheet, memory_state

SETTINGS = st.tuples(
    st.integers(0, 30).map(lambda tenths: tenths / 10), st.sampled_from(INPUT_SCALES), st.integers(2, 60), st.integers(1, 64)
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(SETTINGS, st.sampled_from(WIDTHS))
def test_the_curve_is_the_gradient_on_powers_of_ten(setting, width):
    sheet, gradient = memory_sheet(memory_state(*setting), width), measured(*setting).gradient.numpy()
    ticks = {text.words: text.y for text in sheet.texts if text.words.startswith("1e")}
    low, high = ticks["1e−15"], ticks["1e12"]
    shown = gradient > 1e-15
    assert gradient.max() < 1e12
    assert np.allclose([spot.y for spot in sheet.spots], low + (np.log10(gradient[shown]) + 15) * (high - low) / 27)
    places = {text.words: text.x for text in sheet.texts if text.y > low + 10 and text.words.isdigit()}
    back = np.arange(len(gradient))[::-1][shown]
    assert np.allclose([spot.x for spot in sheet.spots], places["0"] + back * (places["60"] - places["0"]) / 60)
    assert any(line.head for line in sheet.lines) == (not shown.all())
    assert ("↓ below 1e−15" in [text.words for text in sheet.texts]) == (not shown.all())
    level = next(line for line in sheet.lines if line.dashed)
    assert level.points[0][1] == pytest.approx(sheet.spots[-1].y)
    assert next(text for text in sheet.texts if text.words == "last input").y == pytest.approx(sheet.spots[-1].y)
    assert list(faults(sheet)) == []


@settings(max_examples=40, deadline=None)
@given(SETTINGS)
def test_the_caption_is_true_at_all_settings(setting):
    weight_scale, input_scale, seq_len, hidden_size = setting
    explorer = explore_memory(seq_len, hidden_size)
    explorer.controls["weight_scale"].value, explorer.controls["input_scale"].value = weight_scale, input_scale
    gradient, caption = measured(*setting).gradient, explorer.caption
    first, last = gradient[0].item(), gradient[-1].item()
    assert f"length {last:.2g} at the last input and {first:.2g} at the first" in caption
    verdicts = {"it vanishes": first / last < 0.1, "it explodes": first / last > 10}
    assert {words: words in caption for words in verdicts} == verdicts
    assert ("stays of the same order" in caption) == (not any(verdicts.values()))
    step = float(re.search(r"multiplies it by ([\d.e+-]+);", caption)[1])
    assert last * step ** (seq_len - 1) == pytest.approx(first, rel=0.01 * seq_len, abs=1e-300)
    slope, factor = map(float, re.search(r"tanh, ([\d.e-]+), is ([\d.e-]+)\.$", caption).groups())
    assert factor == pytest.approx(weight_scale * slope, rel=0.011)
    assert slope == pytest.approx(np.exp(measured(*setting).slope[:-1].log().mean().item()), rel=0.006)


@pytest.mark.parametrize(("weight_scale", "input_scale", "word"), [(0.5, 0.01, "vanishes"), (1.0, 0.01, "stays"), (1.5, 0.01, "explodes"), (1.5, 1.0, "vanishes")])  # fmt: skip
def test_what_the_lesson_asks_to_be_tried(weight_scale, input_scale, word):
    explorer = explore_memory()
    explorer.controls["weight_scale"].value = weight_scale
    explorer.controls["input_scale"].value = input_scale
    assert f"at the first: it {word}" in explorer.caption


@pytest.mark.parametrize("wrong", [{"seq_len": 1}, {"seq_len": 61}, {"hidden_size": 65}, {"hidden_size": "8"}])
def test_the_explorer_refuses_sizes_out_of_range(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        explore_memory(**wrong)


def test_the_still_picture_says_its_numbers():
    gradient = measured(0.7, 0.01, 50, 32).gradient
    assert f"{gradient[-1]:.1e} on the last input, {gradient[0]:.1e} on the first" in draw_memory(0.7).alt
    with pytest.raises(ValueError, match="seq_len must be .* 2 to 60, got 61"):
        draw_memory(seq_len=61)


ACCURACY = {
    "RNN": {10: [1.0, 0.9], 20: [0.5]},
    "GRU": {10: [0.75]},
    "LSTM": {20: [0.3, 0.6, 0.9, 0.9]},
    "LSTM, forget bias 5": {10: [0.99], 20: [1.0]},
}


def test_recall_has_a_mark_for_each_training_and_a_line_for_each_mean():
    picture = draw_recall(ACCURACY)
    assert (
        "RNN, 10 steps: 95 % (from 90 to 100). RNN, 20 steps: 50 % (from 50 to 50). GRU, 10 steps: 75 %" in picture.alt
    )
    sheet = picture.sheet
    heights = {text.words: text.y for text in sheet.texts if text.words.endswith("%")}
    means = [line for line in sheet.lines if line.width == 2.5 and line.colour != "ink"]
    assert len(means) == sum(map(len, ACCURACY.values()))
    for (name, found), (shape, hue) in zip(ACCURACY.items(), MARKS, strict=True):
        spots = [spot for spot in sheet.spots if spot.shape == shape]
        shares = list(itertools.chain(*found.values()))
        legend = next(text for text in sheet.texts if text.words == name)
        assert [spot.colour for spot in spots] == [hue.line] * (len(shares) + 1)
        assert spots[-1].y == legend.y
        wanted = np.clip(shares, 0.4, 1)
        rise = (heights["100 %"] - heights["≤ 40 %"]) / 0.6
        assert np.allclose([spot.y for spot in spots[:-1]], heights["≤ 40 %"] + rise * (wanted - 0.4))
        drawn = sorted(line.points[0][1] for line in means if line.colour == hue.words)
        assert np.allclose(drawn, sorted(heights["≤ 40 %"] + rise * (np.mean(part) - 0.4) for part in found.values()))


def test_recall_stays_readable():
    long = {"a network with a name that is much longer than there is room for": {n: [0.5] for n in range(1, 14)}}
    for accuracy in (ACCURACY, long, {"one": {7: [0.2]}}):
        sheet = draw_recall(accuracy).sheet
        assert list(faults(sheet)) == []
        named = [text.rect for text in sheet.texts]
        for spot in sheet.spots:
            assert not any(rect.left < spot.x < rect.right and rect.top < spot.y < rect.bottom for rect in named)


@pytest.mark.parametrize("wrong", [{}, {"RNN": {}}, {str(n): {1: [0.5]} for n in range(5)}])
def test_recall_refuses_none_and_too_many(wrong):
    with pytest.raises(ValueError, match="accuracy must be a dict of 1 to 4 networks"):
        draw_recall(wrong)
