"""Learning words: the training is PyTorch's own, its record true, and any pair of words works or is answered."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from paper import stays_on_the_paper
from torch import nn

from helpers import Pair, draw_success, explore_hello, learn
from helpers.modules import make, seeded
from helpers.pictures import draw_spelling, lettering
from helpers.pictures.canvas import Canvas, figure_png
from helpers.pictures.spelling import SpellingScene, SpellingState

HELLO = Pair("hello", "ohlol")


@pytest.mark.parametrize(
    ("hidden_size", "num_layers", "lr", "seed"), [(8, 1, 0.05, 0), (3, 2, 0.1, 4), (1, 1, 0.01, 7)]
)
def test_learning_is_a_plain_training_loop(hidden_size, num_layers, lr, seed):
    record, generator = learn(HELLO, hidden_size, num_layers, lr, seed, epochs=12), seeded(seed)
    rnn = make(nn.RNN, 4, hidden_size, num_layers, generator=generator)
    head = make(nn.Linear, hidden_size, 4, generator=generator)
    letters = "ehlo"
    x = torch.zeros(5, 4)
    for step, letter in enumerate("hello"):
        x[step, letters.index(letter)] = 1
    targets = torch.tensor([letters.index(letter) for letter in "ohlol"])
    optimizer = torch.optim.Adam([*rnn.parameters(), *head.parameters()], lr=lr)
    for epoch in range(13):
        chances = head(rnn(x)[0]).softmax(-1)
        loss = -chances[range(5), targets].log().mean()
        assert torch.allclose(record.loss[epoch], loss, atol=1e-4)
        assert torch.allclose(record.probability[epoch], chances, atol=1e-4)
        assert record.answer(epoch) == "".join(letters[i] for i in chances.argmax(-1))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert record.parameters == sum(p.numel() for p in [*rnn.parameters(), *head.parameters()])


def test_solved_is_the_first_right_answer():
    record = learn(HELLO)
    answers = [record.answer(epoch) for epoch in range(101)]
    assert answers[record.solved] == "ohlol"
    assert "ohlol" not in answers[: record.solved]
    assert learn(HELLO, hidden_size=1, seed=3).solved is None


def test_the_floor_is_what_a_table_of_letters_can_reach():
    assert HELLO.floor == pytest.approx(0.4 * math.log(2))
    assert Pair("abc", "cab").floor == 0
    assert Pair("aaaa", "bbbc").floor == pytest.approx(-(0.75 * math.log(0.75) + 0.25 * math.log(0.25)))


@settings(max_examples=15, deadline=None)
@given(st.text(min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_any_two_words_of_one_length_can_be_learned_from(word, chooser):
    other = "".join(chooser.sample(word, len(word)))
    record = learn(Pair(word, other), hidden_size=2, epochs=3)
    assert len(record.answer(3)) == len(word)
    assert torch.isfinite(record.loss).all()
    assert record.probability.shape == (4, len(word), len(set(word)))
    assert Pair(word, other).floor >= 0


def test_two_hundred_letters():
    record = learn(Pair("ab" * 100, "ba" * 100), epochs=30)
    assert record.answer(30) == "ba" * 100


@pytest.mark.parametrize(
    ("source", "target", "error", "words"),
    [
        ("hello", "hi", ValueError, "one has 5 letters, the other 2"),
        ("", "", ValueError, "source must have from 1 to 1000 letters, got 0"),
        ("a" * 1001, "a" * 1001, ValueError, "got 1001"),
        (5, "hello", TypeError, "source must be a text, got int"),
        ("hello", None, TypeError, "target must be a text, got NoneType"),
    ],
)
def test_other_words_are_answered_in_a_sentence(source, target, error, words):
    for make_it in (Pair, explore_hello):
        with pytest.raises(error, match=words):
            make_it(source, target)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"source": "abcdefghijk", "target": "abcdefghijk"}, "at most 10 letters, got 11"),
        ({"lr": 0.02}, "lr must be 0.001, .*, got 0.02"),
        ({"seed": 20}, "seed must be .* 0 to 19"),
        ({"hidden_size": 33}, "hidden_size must be .* 1 to 32"),
        ({"num_layers": 4}, "num_layers must be .* 1 to 3"),
    ],
)
def test_explorer_refuses_what_it_cannot_draw(arguments, words):
    with pytest.raises(ValueError, match=words):
        explore_hello(**arguments)


@pytest.mark.parametrize(("source", "target"), [("hello", "ohlol"), ("你好👋 a", "👋你好aa"), ("aa", "aa"), ("a", "b")])
def test_caption_is_the_record(source, target):
    explorer, pair = explore_hello(source, target, hidden_size=3, seed=2), Pair(source, target)
    for epoch in (0, 7, 100):
        explorer.controls["epoch"].value = epoch
        record = learn(pair, 3, seed=2)
        right = sum(a == b for a, b in zip(record.answer(epoch), target, strict=True))
        assert f"is answered with {record.answer(epoch)}: {right} of {len(source)} letters" in explorer.caption
        assert f"Loss {float(record.loss[epoch]):.3g} a letter" in explorer.caption
        assert ("without a memory" in explorer.caption) == (pair.floor > 0)
    assert figure_png(draw_spelling(record, 7).figure)[:4] == b"\x89PNG"


def test_walking_through_epochs_trains_nothing(monkeypatch):
    trained = []
    monkeypatch.setattr("helpers.explorers.spelling.learn", lambda *a, **o: trained.append(o) or learn(*a, **o))
    explorer = explore_hello()
    for epoch in range(20):
        explorer.controls["epoch"].value = epoch
    assert len(trained) == 1
    explorer.controls["seed"].value = 5
    assert len(trained) == 2
    assert explorer.children[-1].children[1].value == 100


def test_letters_that_no_font_has_are_drawn_by_number():
    assert [lettering.readable(letter) for letter in "a é你👋"] == ["a", "␣", "é", "4F60", "1F44B"]


@pytest.mark.parametrize(
    ("source", "target"), [("hello", "ohlol"), ("abcdefghij", "jihgfedcba"), ("a", "a"), ("你", "好")]
)
def test_spelling_picture_stays_on_the_paper(source, target):
    record = learn(Pair(source, target), hidden_size=2, epochs=20)
    scene = SpellingScene(record.pair, 20)
    for epoch in (0, 20):
        stays_on_the_paper(scene, SpellingState(record, epoch))
        moved = Canvas(scene).png(SpellingState(record, epoch))
        assert moved != Canvas(scene).png(SpellingState(record, 11))


def test_success_counts_and_refuses_nothing():
    picture = draw_success({1: [None, 50, 70], 8: [2, 3, 4]}, epochs=100)
    assert (
        "hidden_size 1: 2 of 3 right, median epoch of these 60. hidden_size 8: 3 of 3 right, median epoch of these 3."
        in picture.alt
    )
    for nothing in ({}, {1: []}):
        with pytest.raises(ValueError, match="solved must be a dict with at least one training"):
            draw_success(nothing, epochs=10)
