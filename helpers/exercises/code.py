"""Exercises whose answer is code: a function, or a class, called on random sizes and compared with the right one.

An answer may do anything: raise, change what it is given, keep something from call to call, return what is no tensor.
"""

import contextlib
import copy
import inspect
from collections.abc import Callable
from dataclasses import dataclass

import torch

from helpers.clinic import explain
from helpers.exercises.judging import Exercise, Verdict
from helpers.words import say

TOLERANCE = 1e-5
TRIALS = 3
_LARGEST = 1e300  # beyond it an int has no float
_MOST_QUOTED = 600  # of PyTorch's own message


@dataclass(frozen=True, kw_only=True)
class CodeExercise(Exercise):
    """The answer is a function, or a class, judged on random sizes against `right`. It must leave its arguments alone.

    right, wrong: called as the learner's; arguments: from a generator, whose seed is the number of the call, and the
    sizes to the arguments of one call; adapt: for a class, from the learner's class to such a function;
    differentiable: whether backward() must be able to start from the result.
    """

    arguments: Callable
    adapt: Callable | None = None
    differentiable: bool = False

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
            given = self._given(call)
            try:
                results.append(step(*given))
            except (Exception, SystemExit) as raised:
                error = raised
                break
            changed = changed or self._changed(given, call)
        if results and all(result is ... for result in results):
            return Verdict(False, open=True)
        expected = [self.right(*self._given(call)) for call in calls[: len(results)]]
        missed = [i for i, result in enumerate(results) if not self._as_good(result, expected[i])]
        if not missed and error is None:
            return Verdict(False, say("exercises.changed", argument=changed)) if changed else Verdict(True)
        for name, wrong in self.wrong.items():
            if self._is_that_mistake(wrong, calls, results, error):
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

    def _given(self, call):
        """The arguments for one call, its own; with a history, which can be written into as others can, where one is asked for."""
        given = copy.deepcopy(call)
        if not self.differentiable:
            return given
        return [value.requires_grad_().clone() if value.is_floating_point() else value for value in given]

    def _as_good(self, result, expected):
        if not _same(result, expected):
            return False
        return not (self.differentiable and expected.requires_grad) or getattr(result, "requires_grad", False)

    def _is_that_mistake(self, wrong, calls, results, error):
        """Whether a named mistake gives the same results, and raises the same at the next call if there was an error."""
        try:
            pairs = zip(results, calls, strict=False)
            alike = all(self._as_good(result, wrong(*self._given(call))) for result, call in pairs)
        except (RuntimeError, ValueError, IndexError):  # a named mistake may be one that PyTorch refuses
            return False
        return alike and (error is None or _raises_the_same(wrong, calls[len(results)], error))

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
    words = say(key, sizes=_words(sizes), error=type(error).__name__, message=_message(error)[:_MOST_QUOTED])
    note = explain(error)
    return f"{words}\n\n{note}" if note else words


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
