"""Learning a word: every letter, probability and loss that is drawn and said is that of the training."""

import itertools
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sheet_rules import faults

from helpers import Pair, draw_spelling, draw_success, explore_hello, learn
from helpers.drawing.sheet import WIDTHS
from helpers.topics import hello
from helpers.topics.hello import HelloState, hello_sheet, shown, tick_step

HELLO = Pair("hello", "ohlol")


def test_letters_are_drawn_as_they_are():
    assert shown("hé你👋") == "hé你👋"
    assert shown("a \tb\n") == "a␣␣b␣"
    assert shown("a\x00\ud800") == "a��"


def row(sheet, height):
    """The words of a row of the picture from the left, without its name."""
    found = sorted((text.x, text.words) for text in sheet.texts if text.y == height and text.align == "center")
    return [words for _, words in found]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(("source", "target"), [("hello", "ohlol"), ("你好👋 a", "👋你好aa"), ("aa", "aa"), ("a", "b")])
def test_the_picture_compares_what_is_wanted_with_what_is_answered(source, target, width):
    record = learn(Pair(source, target), 3, seed=2, epochs=12)
    for epoch in (0, 5, 12):
        sheet = hello_sheet(HelloState(record, epoch), width)
        answer = record.answer(epoch)
        signs = ["✓" if said == wanted else "✗" for said, wanted in zip(answer, target, strict=True)]
        heights = sorted({text.y for text in sheet.texts if text.align == "center" and text.size > 13})
        assert [row(sheet, y) for y in heights] == [list(map(shown, target)), signs, [shown(a) for a in answer], list(map(shown, source))]  # fmt: skip
        assert f"{signs.count('✓')} of {len(source)} right" in [text.words for text in sheet.texts]
        (grid,) = [grid for grid in sheet.grids if grid.name]
        assert grid.name == "p"
        assert np.array_equal(grid.values, record.probability[epoch].T)
        assert np.allclose(grid.values.sum(0), 1, atol=1e-5)


def test_the_frame_is_on_the_letter_that_is_wanted():
    record = learn(HELLO, 4, epochs=3)
    sheet = hello_sheet(HelloState(record, 1), 900)
    (grid,) = [grid for grid in sheet.grids if grid.name]
    framed = {
        (round((box.rect.top - grid.top) / grid.height), round((box.rect.left - grid.left) / grid.width))
        for box in sheet.boxes
        if box.colour == "ink" and box.rect.top < grid.top + 4 * grid.height
    }
    assert framed == {("ehlo".index(letter), step) for step, letter in enumerate("ohlol")}


@settings(max_examples=20, deadline=None)
@given(st.text(min_size=1, max_size=10), st.randoms(use_true_random=False), st.sampled_from(WIDTHS))
def test_any_words_can_be_drawn(word, chooser, width):
    record = learn(Pair(word, "".join(chooser.sample(word, len(word)))), hidden_size=2, epochs=2)
    for epoch in (0, 2):
        assert list(faults(hello_sheet(HelloState(record, epoch), width))) == []


@pytest.mark.parametrize(("lr", "epochs"), [(0.05, 100), (1.0, 100), (0.3, 7), (0.1, 1)])
def test_the_curve_is_the_loss_and_its_words_are_beside_it(lr, epochs):
    record = learn(HELLO, 8, lr=lr, epochs=epochs)
    for width, epoch in itertools.product(WIDTHS, (0, epochs // 2, epochs)):
        sheet = hello_sheet(HelloState(record, epoch), width)
        curves = {line.width: line.points for line in sheet.lines if line.width in (1.5, 2.5) and not line.head}
        (spot,) = sheet.spots
        to_come, done = (curves.get(width, [(spot.x, spot.y)]) for width in (1.5, 2.5))  # one point makes no line
        assert (len(done), len(to_come)) == (epoch + 1, epochs - epoch + 1)
        points = np.array([*done, *to_come[1:]])
        powers = np.log10(np.clip(record.loss.numpy(), 1e-6, None))
        assert np.allclose(np.diff(points[:, 0]), points[1, 0] - points[0, 0])
        slope, start = np.polyfit(powers, points[:, 1], 1)
        assert slope < 0
        assert np.allclose(start + slope * powers, points[:, 1], atol=1e-3)
        assert (spot.x, spot.y) == tuple(points[epoch])
        assert list(faults(sheet)) == []
        for text in sheet.texts:
            assert not any(text.rect.left < x < text.rect.right and text.rect.top < y < text.rect.bottom for x, y in points)  # fmt: skip


@pytest.mark.parametrize(("source", "target"), [("hello", "ohlol"), ("你好👋 a", "👋你好aa"), ("a", "b")])
def test_the_caption_is_the_record(source, target):
    explorer, pair = explore_hello(source, target, hidden_size=3, seed=2), Pair(source, target)
    record = learn(pair, 3, seed=2)
    for epoch in (0, 1, 7, 100):
        explorer.controls["epoch"].value = epoch
        answer = record.answer(epoch)
        right = sum(a == b for a, b in zip(answer, target, strict=True))
        start = f"After {epoch} epoch{'s' * (epoch != 1)} {shown(source)} is answered with {shown(answer)}: "
        assert explorer.caption.startswith(f"{start}{right} of {len(source)} right. ")
        assert f"Loss {float(record.loss[epoch]):.3g} a letter" in explorer.caption
        assert ("without a memory" in explorer.caption) == (pair.floor > 0)
        assert ("for the first time after epoch" in explorer.caption) == (
            target in [record.answer(earlier) for earlier in range(epoch + 1)]
        )


def test_what_was_never_right_is_said_at_the_end_alone():
    explorer = explore_hello(hidden_size=1, seed=3)
    explorer.controls["epoch"].value = 99
    assert explorer.caption.endswith("The whole answer has not been right yet.")
    explorer.controls["epoch"].value = 100
    assert explorer.caption.endswith("In 100 epochs the whole answer was never right.")


def test_walking_through_epochs_trains_nothing(monkeypatch):
    trained = []
    monkeypatch.setattr(hello, "learn", lambda *a, **o: trained.append(o) or learn(*a, **o))
    explorer = explore_hello()
    for epoch in range(20):
        explorer.controls["epoch"].value = epoch
    assert len(trained) == 1
    explorer.controls["seed"].value = 5
    assert len(trained) == 2


def test_the_epochs_start_before_training_and_play():
    epoch = explore_hello().controls["epoch"]
    assert (epoch.value, epoch.min, epoch.max) == (0, 0, 100)
    assert (epoch.player.min, epoch.player.max) == (0, 100)
    assert epoch.player.interval * 100 <= 20_000  # all of them in at most 20 seconds


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"source": "hello", "target": "hi"}, ValueError, "one has 5 letters, the other 2"),
        ({"source": "", "target": ""}, ValueError, "source must have from 1 to 1000 letters, got 0"),
        ({"source": 5, "target": "hello"}, TypeError, "source must be a text, got int"),
        ({"source": "hello", "target": None}, TypeError, "target must be a text, got NoneType"),
        ({"source": "abcdefghijk", "target": "abcdefghijk"}, ValueError, "at most 10 letters, got 11"),
        ({"source": "abcdefgh", "target": "ijklmnop"}, ValueError, "at most 10 different letters, got 16"),
        ({"lr": 0.02}, ValueError, "lr must be one of 0.001, .*, got 0.02"),
        ({"seed": 20}, ValueError, "seed must be .* 0 to 19"),
        ({"hidden_size": 33}, ValueError, "hidden_size must be .* 1 to 32"),
        ({"num_layers": 4}, ValueError, "num_layers must be .* 1 to 3"),
    ],
)
def test_the_explorer_refuses_what_it_cannot_draw(arguments, error, words):
    with pytest.raises(error, match=words):
        explore_hello(**arguments)


def test_the_still_picture_is_that_of_one_epoch():
    record = learn(HELLO, 4, epochs=6)
    picture = draw_spelling(record, 4)
    assert f"after 4 epochs, and the loss over the epochs. The network reads hello, should answer ohlol and answers {record.answer(4)}; its loss is {float(record.loss[4]):.2g}." in picture.alt  # fmt: skip
    assert "after 6 epochs" in draw_spelling(record).alt
    (grid,) = [grid for grid in picture.sheet.grids if grid.name]
    assert np.array_equal(grid.values, record.probability[4].T)
    with pytest.raises(ValueError, match="epoch must be .* 0 to 6, got 7"):
        draw_spelling(record, 7)


@pytest.mark.parametrize("last", [1, 2, 5, 7, 30, 100, 250, 1000, 12345])
def test_ticks_are_few_and_round(last):
    step = tick_step(last)
    assert re.fullmatch("[125]0*", str(step))
    assert 1 <= last / step <= 5


def test_success_has_a_mark_for_each_training():
    solved = {1: [None, 50, 70], 8: [2, 3, 4], 16: [None]}
    picture = draw_success(solved, epochs=100)
    assert "hidden_size 1: 2 of 3 right, median epoch of these 60. hidden_size 8: 3 of 3 right, median epoch of these 3. hidden_size 16: 0 of 1 right." in picture.alt  # fmt: skip
    spots = picture.sheet.spots
    assert sorted(spot.shape for spot in spots) == ["circle"] * 5 + ["triangle"] * 2
    right = sorted((spot for spot in spots if spot.shape == "circle"), key=lambda spot: spot.y)
    ticks = {text.words: text.y for text in picture.sheet.texts if text.align == "right"}
    rise = (ticks["100"] - ticks["0"]) / 100
    assert np.allclose([spot.y for spot in right], [ticks["0"] + rise * epoch for epoch in (70, 50, 4, 3, 2)])
    assert {spot.y for spot in spots if spot.shape == "triangle"} == {ticks["never"]}
    assert ticks["never"] < ticks["100"]
    words = [text.words for text in picture.sheet.texts]
    assert {"2 of 3", "3 of 3", "0 of 1", "never", "1", "8", "16"} <= set(words)


@pytest.mark.parametrize("count", [1, 5, 9, 40])
def test_success_of_many_values_stays_readable(count):
    solved = {value: [None, *range(19)] for value in range(1, count + 1)}
    assert list(faults(draw_success(solved, epochs=33, name="lr").sheet)) == []


@pytest.mark.parametrize("nothing", [{}, {1: []}])
def test_success_refuses_nothing(nothing):
    with pytest.raises(ValueError, match="solved must be a dict with at least one training"):
        draw_success(nothing, epochs=10)
