"""The kinds of exercises whose answer is a plain value, and how it is judged; those with code stand in `code.py`.

An exercise is data: how its sizes are drawn, the right answer, and the wrong answers that have a name.
`judge(answer, sizes)` gives a `Verdict`. A learner's answer may be anything; no judge calls a method of
it before its type is known.
"""

import numbers
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import torch

from helpers.modules import seeded
from helpers.shapes import named_sizes
from helpers.words import lookup, say

_MOST_DRAWS = 1000


@dataclass(frozen=True)
class Verdict:
    """right: whether the answer is right; words: what to say about it; open: there is no answer yet."""

    right: bool
    words: str = ""
    open: bool = False


@dataclass(frozen=True, kw_only=True)
class Exercise:
    """What all kinds share.

    id: its name, also the name of its words
    sizes: by name, the values that each size may take; sizes drawn together are all different
    right: from the sizes to the right answer
    wrong: by name, from the sizes to a wrong answer that has feedback of its own
    """

    id: str
    sizes: Mapping[str, range] = field(default_factory=dict)
    right: Callable
    wrong: Mapping[str, Callable] = field(default_factory=dict)

    def draw(self, number):
        """The sizes of draw `number`, all different; the same number gives the same sizes everywhere."""
        generator = seeded(sum(self.id.encode()) + 1000 * number)
        for _ in range(_MOST_DRAWS):
            drawn = {
                name: possible[int(torch.randint(len(possible), (), generator=generator, device="cpu"))]
                for name, possible in self.sizes.items()
            }
            if len(set(drawn.values())) == len(drawn) and self._tells_apart(drawn):
                return drawn
        raise RuntimeError(f"{self.id}: no sizes tell its answers apart")

    def _tells_apart(self, sizes):
        return True

    def say(self, part, **values):
        """The words `part` of this exercise."""
        return say(f"exercises.{self.id}.{part}", **values)

    def answer(self, sizes):
        """The right answer, to be named in words."""
        return self.right(**sizes)

    def named(self, name, sizes):
        """The verdict on the wrong answer called `name`."""
        return Verdict(False, self.say(f"wrong.{name}", **sizes))


class _Plain(Exercise):
    """An exercise whose answer is a plain value."""

    def _unreadable(self, answer):
        """What to say about an answer of the wrong kind; empty for one that can be judged."""
        raise NotImplementedError

    def _plain(self, answer):
        """The answer in the one form that it is compared in."""
        raise NotImplementedError

    def _difference(self, answer, sizes):
        """What to say about a wrong answer that has no name."""
        raise NotImplementedError

    def _tells_apart(self, sizes):
        answers = [self.right(**sizes), *(wrong(**sizes) for wrong in self.wrong.values())]
        return len(set(answers)) == len(answers)

    def judge(self, answer, sizes):
        problem = self._unreadable(answer)
        if problem:
            return Verdict(False, problem)
        answer = self._plain(answer)
        if answer == self.right(**sizes):
            return Verdict(True)
        for name, wrong in self.wrong.items():
            if answer == wrong(**sizes):
                return self.named(name, sizes)
        return Verdict(False, self._difference(answer, sizes))


class NumberExercise(_Plain):
    """The answer is a number."""

    def _unreadable(self, answer):
        kind = type(answer)  # isinstance would ask the answer itself for its class
        if issubclass(kind, torch.Tensor) and answer.dim() == 0:
            return ""
        if kind is bool or not issubclass(kind, numbers.Real):
            return say("exercises.no_number", got=kind.__name__)
        return ""

    def _plain(self, answer):
        return answer.item() if isinstance(answer, torch.Tensor) else answer

    def _difference(self, answer, sizes):
        return say("exercises.another")


def shape_of(axes):
    """The rule that gives the shape with these axes, "batch seq_len hidden_size"; "1" is an axis of size 1."""
    return lambda **sizes: named_sizes(axes, sizes)


class ShapeExercise(_Plain):
    """The answer is a shape: a tuple, a list or a torch.Size of whole numbers."""

    def _unreadable(self, answer):
        if type(answer) in (tuple, list, torch.Size) and all(type(size) is int for size in answer):
            return ""
        return say("exercises.no_shape", got=type(answer).__name__)

    def _plain(self, answer):
        return tuple(answer)

    def _difference(self, answer, sizes):
        right = self.right(**sizes)
        if len(answer) != len(right):
            return say("exercises.shape_length", count=len(answer), expected=len(right))
        axes = lookup(f"exercises.{self.id}.axes")
        if sorted(answer) == sorted(right):
            return say("exercises.shape_order", axes=", ".join(axes))
        return " ".join(
            say("exercises.shape_axis", axis=axis)
            for axis, size, true in zip(axes, answer, right, strict=True)
            if size != true
        )


def _bare(text):
    return "".join(text.lower().split())


class ChoiceExercise(_Plain):
    """The answer is one word out of a few."""

    def _unreadable(self, answer):
        choices = lookup(f"exercises.{self.id}.choices")
        if type(answer) is str and self._plain(answer) in choices:
            return ""
        return say("exercises.no_choice", choices=", ".join(f'"{choice}"' for choice in choices))

    def _plain(self, answer):
        """The choice itself, whatever its spaces and capitals."""
        choices = lookup(f"exercises.{self.id}.choices")
        return next((choice for choice in choices if _bare(choice) == _bare(answer)), None)

    def _difference(self, answer, sizes):
        raise AssertionError(f"{self.id}: the choice {answer!r} has no feedback")
