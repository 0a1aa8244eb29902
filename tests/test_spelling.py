"""Learning words: the training is PyTorch's own, its record true, and any pair of words works or is answered."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from helpers import Pair, learn
from helpers.modules import make, seeded

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
    with pytest.raises(error, match=words):
        Pair(source, target)
