"""Exercises: every solution passes, every named wrong answer has its own words, junk never raises or passes."""

import collections
import functools

import numpy as np
import pytest
import torch

from helpers import check, hint, solution
from helpers.exercises import EXERCISES
from helpers.exercises.answers import solution_code
from helpers.exercises.code import CodeExercise
from helpers.words import lookup

DRAWS = range(40)


class Chameleon:
    """Claims to be equal to everything."""

    def __eq__(self, other):
        return True

    __hash__ = None


class Thorny(Exception):
    def __str__(self):
        raise RuntimeError


class Spiteful:
    def __getattribute__(self, name):
        raise RuntimeError(name)


def raiser(error):
    def function(*arguments):
        raise error

    return function


JUNK = {
    "None": None,
    "dots in a list": [...],
    "NaN": float("nan"),
    "infinity": float("inf"),
    "huge": 10**4000,
    "negative": -1,
    "true": True,
    "complex": 3 + 4j,
    "text": "<script>alert(1)</script>",
    "empty text": "",
    "bytes": b"9",
    "empty tuple": (),
    "tuple of texts": ("3", "9"),
    "tuple of floats": (3.0, 9.0),
    "nested": ((1, 2), 3),
    "wrong tensor": torch.zeros(2, 3, 4),
    "empty tensor": torch.zeros(0),
    "array": np.arange(6.0),
    "class": int,
    "chameleon": Chameleon(),
    "spiteful": Spiteful(),
    "lambda that raises": lambda *a: 1 / 0,
    "raises without words": raiser(Thorny()),
    "raises HTML": raiser(ValueError("<b>bold</b>")),
    "exits": raiser(SystemExit()),
    "returns None": lambda *a: None,
    "returns text": lambda *a: "<i>9</i>",
    "returns a chameleon": lambda *a: Chameleon(),
    "returns NaN": lambda *a: float("nan"),
    "returns a wrong shape": lambda *a: torch.zeros(3, 1, 4, 1, 5),
    "returns integers": lambda *a: torch.zeros((), dtype=torch.int64),
    "returns huge": lambda *a: 10**4000,
    "takes too little": lambda: 0.5,
    "writes into its arguments": lambda *a: [t.zero_() for t in a][0],
    "partial": functools.partial(max, key=3),
    "recursion": lambda *a: JUNK["recursion"](*a),
}


@pytest.mark.parametrize("name", EXERCISES)
@pytest.mark.parametrize("junk", JUNK)
def test_junk_never_raises_and_never_passes(name, junk):
    feedback = check(name, JUNK[junk])
    assert feedback.verdict == "wrong"
    assert feedback.words
    assert "<" not in feedback._repr_html_().split("</b>", 1)[1].replace("</div>", "")
    assert len(feedback.words) < 2000


def evaluated(name, draw=0):
    """The value of a solution: of its expression, or what its `def` or `class` defines."""
    names = {"torch": torch, "nn": torch.nn}
    code = solution_code(EXERCISES[name], draw)
    if not code.startswith(("def ", "class ")):
        return eval(code, names)
    exec(code, names)
    return list(names.values())[-1]


@pytest.mark.parametrize("name", EXERCISES)
def test_solution_passes(name):
    for draw in DRAWS:
        assert check(name, evaluated(name, draw), draw).verdict == "right"
    shown = solution(name)
    assert shown.verdict == "solution"
    assert solution_code(EXERCISES[name], 0) in repr(shown)


def as_answer(exercise, step):
    """A function of one step in the form that the exercise asks for: itself, or a cell class whose forward it is."""
    if exercise.adapt is None:
        return step

    class Cell(torch.nn.Module):
        def __init__(self, input_size, hidden_size):
            super().__init__()
            self.weight_ih = torch.nn.Parameter(torch.zeros(hidden_size, input_size))
            self.weight_hh = torch.nn.Parameter(torch.zeros(hidden_size, hidden_size))
            self.bias_ih = torch.nn.Parameter(torch.zeros(hidden_size))
            self.bias_hh = torch.nn.Parameter(torch.zeros(hidden_size))

        def forward(self, x, h):
            return step(x, h, self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh)

    return Cell


def test_a_class_is_judged_by_what_it_computes():
    exercise = EXERCISES["cell_class"]
    assert check("cell_class", as_answer(exercise, exercise.right)).verdict == "right"
    assert check("cell_class", torch.nn.RNNCell).verdict == "right"
    for wrong, words in (
        (torch.nn.GRUCell, "raised"),
        (torch.nn.Linear, "raised"),
        (torch.nn.RNNCell(2, 3), "A class is asked"),
        (collections.namedtuple("Cell", "input_size hidden_size"), "should be a torch.nn.Module"),
    ):
        feedback = check("cell_class", wrong)
        assert feedback.verdict == "wrong"
        assert words in feedback.words


@pytest.mark.parametrize("name", EXERCISES)
def test_each_named_wrong_answer_gets_its_own_words(name):
    exercise = EXERCISES[name]
    assert set(exercise.wrong) == set(lookup(f"exercises.{name}.wrong"))
    assert len(exercise.wrong) >= 3
    for draw in DRAWS:
        said = {}
        for label, wrong in exercise.wrong.items():
            answer = as_answer(exercise, wrong) if isinstance(exercise, CodeExercise) else wrong(**exercise.draw(draw))
            feedback = check(name, answer, draw)
            assert feedback.verdict == "wrong"
            said[label] = feedback.words
            pattern = lookup(f"exercises.{name}.wrong.{label}").split("{")[0][:30]
            assert pattern in feedback.words
        assert len(set(said.values())) == len(said)


@pytest.mark.parametrize("name", EXERCISES)
def test_drawn_sizes_differ_and_draws_differ(name):
    exercise = EXERCISES[name]
    for draw in DRAWS:
        sizes = exercise.draw(draw)
        assert sizes == exercise.draw(draw)
        assert len(set(sizes.values())) == len(sizes)
        assert all(size in exercise.sizes[label] for label, size in sizes.items())
    if exercise.sizes:
        assert len({tuple(exercise.draw(draw).values()) for draw in DRAWS}) > 5


@pytest.mark.parametrize("name", EXERCISES)
def test_unanswered_asks_the_question(name):
    feedback = check(name, ...)
    assert feedback.verdict == "open"
    assert repr(feedback).startswith("○ Not answered yet.")
    assert EXERCISES[name].say("question", **EXERCISES[name].draw(0)) in feedback.words
    assert repr(check(name)) == repr(feedback)


def test_a_function_not_written_yet_is_unanswered():
    assert check("rain_brier", lambda probability, rain: ...).verdict == "open"


@pytest.mark.parametrize("name", EXERCISES)
def test_hints_come_one_by_one(name):
    hints = lookup(f"exercises.{name}.hints")
    assert len(hints) >= 2
    for number, words in enumerate(hints, start=1):
        feedback = hint(name, number)
        assert feedback.words.startswith(words.split("{")[0])
        assert (f"hint({name!r}, {number + 1})" in feedback.words) == (number < len(hints))
    for wrong in (0, len(hints) + 1, "2", None, True):
        assert f"There are {len(hints)} hints" in hint(name, wrong).words


def test_numbers_may_come_as_tensors_or_numpy():
    right = evaluated("rain_concatenated_size")
    for answer in (right, float(right), np.int64(right), np.float32(right), torch.tensor(right)):
        assert check("rain_concatenated_size", answer).verdict == "right"


def test_shapes_may_come_as_lists_or_sizes():
    right = evaluated("rain_window_shape")
    for answer in (right, list(right), torch.Size(right), torch.zeros(right).shape):
        assert check("rain_window_shape", answer).verdict == "right"


def test_a_wrong_axis_is_named():
    batch, seq_len, input_size = evaluated("rain_window_shape")
    assert check("rain_window_shape", (batch, seq_len, input_size + 50)).words.endswith("The axis input_size is wrong.")
    assert "You gave 4 axes; there are 3." in check("rain_window_shape", (1, 2, 3, 4)).words


def test_a_class_whose_instances_are_functions_counts_as_one():
    class BrierScore(torch.nn.Module):
        def forward(self, probability, rain):
            return torch.nn.functional.mse_loss(probability, rain)

    assert check("rain_brier", BrierScore()).verdict == "right"
    assert check("rain_brier", torch.nn.MSELoss()).verdict == "right"
    assert check("rain_brier", lambda p, r: float(((p - r) ** 2).mean())).verdict == "right"


@pytest.mark.parametrize("wrong", ["rain_concatenated_sise", "", 3, None])
def test_an_unknown_exercise_names_the_nearest(wrong):
    for ask in (check, hint, solution):
        with pytest.raises(ValueError, match="There is no exercise called .* Did you mean (rain|start)_"):
            ask(wrong)


def test_feedback_is_words_and_a_symbol():
    symbols = {
        repr(feedback)[0] for feedback in (check("rain_brier"), check("rain_brier", 1), check("rain_fourth_day", "rnn"))
    }
    assert len(symbols) == 3
