"""The kinds of exercises, and how an answer to each is judged.

An exercise is data: how its sizes are drawn, the right answer, and the wrong answers that have a name.
`judge(answer, sizes)` gives a `Verdict`. A learner's answer may be anything; no judge calls a method of
it before its type is known.
"""

import contextlib
import copy
import inspect
import numbers
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import torch

from helpers.shapes import named_sizes
from helpers.words import lookup, say

TOLERANCE = 1e-5
TRIALS = 3
_MOST_DRAWS = 1000
_LARGEST = 1e300  # beyond it an int has no float
_MOST_QUOTED = 600  # of PyTorch's own message


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
        generator = torch.Generator().manual_seed(sum(self.id.encode()) + 1000 * number)
        for _ in range(_MOST_DRAWS):
            drawn = {
                name: possible[int(torch.randint(len(possible), (), generator=generator))]
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
            return say("exercises.shape_length", got=len(answer), expected=len(right))
        axes = lookup(f"exercises.{self.id}.axes")
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


@dataclass(frozen=True, kw_only=True)
class CodeExercise(Exercise):
    """The answer is a function, or a class, judged on random sizes against `right`. It must leave its arguments alone.

    right, wrong: called as the learner's; arguments: from a generator, whose seed is the number of the call, and the
    sizes to the arguments of one call; adapt: for a class, from the learner's class to such a function.
    """

    arguments: Callable
    adapt: Callable | None = None

    def answer(self, sizes):
        return ""

    def judge(self, answer, sizes):
        is_class = issubclass(type(answer), type)
        if not callable(answer) or is_class != (self.adapt is not None):
            wanted = "no_class" if self.adapt else "no_function"
            return Verdict(False, say(f"exercises.{wanted}", got=type(answer).__name__))
        step = self.adapt(answer) if self.adapt else answer
        trials = self._trials(sizes)
        calls = [self.arguments(torch.Generator().manual_seed(i), **trial) for i, trial in enumerate(trials)]
        results, changed, error = [], None, None
        for call in calls:
            given = copy.deepcopy(call)
            try:
                results.append(step(*given))
            except (Exception, SystemExit) as raised:
                error = raised
                break
            changed = changed or self._changed(given, call)
        if results and all(result is ... for result in results):
            return Verdict(False, open=True)
        expected = [self.right(*call) for call in calls[: len(results)]]
        missed = [i for i, result in enumerate(results) if not _same(result, expected[i])]
        if not missed and error is None:
            return Verdict(False, say("exercises.changed", argument=changed)) if changed else Verdict(True)
        for name, wrong in self.wrong.items():
            if _is_that_mistake(wrong, calls, results, error):
                return self.named(name, trials[0])
        if not missed:
            return Verdict(False, _raised(error, trials[len(results)], first=not results))
        if 0 not in missed and len(trials) - 1 in missed:
            return Verdict(False, say("exercises.kept", sizes=_words(trials[-1])))
        return Verdict(False, _result(results[missed[0]], expected[missed[0]], trials[missed[0]]))

    def _trials(self, sizes):
        """Sizes asked for, other draws, each size twice as 1, and the first ones again, which show what was kept."""
        drawn = (self.draw(number) for number in range(1, TRIALS + 1))
        ones = ({**sizes, name: 1} for name in sizes for _ in range(2))
        return [sizes, *drawn, *ones, sizes]

    def _changed(self, given, call):
        """The name of the first argument that the answer changed; None when it changed none."""
        names = list(inspect.signature(self.right).parameters)
        return next((names[i] for i, before in enumerate(call) if not _intact(given[i], before)), None)


def _intact(now, before):
    """Whether an argument is as it was before the call; one that can no longer be read is not."""
    with contextlib.suppress(Exception):
        if isinstance(before, torch.Tensor):
            return now.dtype == before.dtype and torch.equal(now, before)
        if isinstance(before, torch.nn.Module):
            return repr(now) == repr(before) and _intact([*now.parameters()], [*before.parameters()])
        if isinstance(before, list):
            return len(now) == len(before) and all(map(_intact, now, before))
        return True  # a bool, which no call can change
    return False


def _is_that_mistake(wrong, calls, results, error):
    """Whether a named mistake gives the same results, and raises the same at the next call if there was an error."""
    try:
        alike = all(_same(result, wrong(*call)) for result, call in zip(results, calls, strict=False))
    except (RuntimeError, ValueError, IndexError):  # a named mistake may be one that PyTorch refuses
        return False
    return alike and (error is None or _raises_the_same(wrong, calls[len(results)], error))


def _raises_the_same(wrong, arguments, error):
    try:
        wrong(*arguments)
    except Exception as other:
        return type(other) is type(error) and str(other) == _message(error)
    return False


def _message(error):
    with contextlib.suppress(Exception):
        return str(error)
    return ""


def _is_tensor(result):
    """Whether it is an ordinary tensor: sparse and nested ones, and those of other devices, cannot be compared."""
    if not issubclass(type(result), torch.Tensor):  # isinstance would ask the result itself for its class
        return False
    return result.layout is torch.strided and not result.is_nested and result.device.type == "cpu"


def _right_dtype(result, expected):
    """One number alone may have another precision: it never changes that of what it meets."""
    return result.dtype == expected.dtype or (result.dim() == 0 and result.is_floating_point())


def _same(result, expected):
    """True for the same shape, dtype and numbers. A plain float counts as a tensor without axes."""
    if type(result) in (int, float):
        result = torch.tensor(float(result) if abs(result) < _LARGEST else float("nan"))
    if not _is_tensor(result) or result.shape != expected.shape or not _right_dtype(result, expected):
        return False
    return torch.allclose(result.detach().to(expected.dtype), expected.detach(), atol=TOLERANCE, rtol=TOLERANCE)


def _raised(error, sizes, first):
    key = "exercises.raised" if first else "exercises.raised_at"
    return say(key, sizes=_words(sizes), error=type(error).__name__, message=_message(error)[:_MOST_QUOTED])


def _words(sizes):
    return ", ".join(f"{name} {size}" for name, size in sizes.items())


def _result(result, expected, sizes):
    plain = type(result) in (int, float)
    if not plain and not _is_tensor(result):
        return say("exercises.no_tensor", got=type(result).__name__)
    got = () if plain else tuple(result.shape)
    if got != tuple(expected.shape):
        return say("exercises.result_shape", sizes=_words(sizes), expected=tuple(expected.shape), got=got)
    if not plain and not _right_dtype(result, expected):
        return say("exercises.result_dtype", expected=expected.dtype, got=result.dtype)
    return say("exercises.result_values", sizes=_words(sizes))
