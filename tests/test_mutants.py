"""Exercises against mutants: everything that one change makes of a solution is refused, and named if it has a name.

Whether a mutant is still right, or one of the named mistakes, is found out here without the judge: on inputs of other
sizes and other numbers than the judge's own.
"""

import functools
import inspect

import pytest
import torch
from mutants import mutants

from helpers import check
from helpers.exercises import EXERCISES
from helpers.exercises.answers import solution_code
from helpers.exercises.code import CodeExercise
from helpers.words import say

pytestmark = pytest.mark.filterwarnings("ignore")  # PyTorch warns of what a mutant does; a learner's cell goes on

CODE = [name for name, exercise in EXERCISES.items() if isinstance(exercise, CodeExercise)]
DRAWS = (0, 3)
TELLING = (
    ("rain_brier", "method: ((probability - rain) ** 2).mean() > ((probability - rain) ** 2).sum()", "total"),
    ("cell_step", "squash: torch.tanh(from_x + from_h) > from_x + from_h", "no_tanh"),
    ("cell_step", "arithmetic: h @ W_hh.T + b_hh > h @ W_hh.T", "one_bias"),
    ("cell_step", "transpose: W_ih.T > W_ih", "no_transpose"),
    ("cell_step", "transpose: W_hh.T > W_hh", "half_transposed"),
    ("loop_all_states", "start:  > h = torch.zeros_like(h)", "from_zeros"),
    ("loop_all_states", "steps: for x in dataset: > for x in dataset[1:]:", "skips_first"),
    ("loop_all_states", "steps: for x in dataset: > for x in dataset[:-1]:", "skips_last"),
    ("loop_all_states", "operands: cell(x, h) > cell(h, x)", "swapped"),
    ("loop_all_states", "block: h = cell(x, h); states.append(h) > states.append(cell(x, h))", "not_carried"),
    ("axes_feed", "decision: if rnn.batch_first: > if not rnn.batch_first:", "turned"),
)
_TANH = "torch.tanh(from_x + from_h)"
LONGER = {
    ("cell_class", "keeps_h"): {
        "from_h = h @": "from_h = getattr(self, 'h', h) @",
        f"return {_TANH}": f"self.h = {_TANH}\n        return self.h",
    },
    ("hello_loss", "four_letters"): {"-1, logits.shape[-1]": "-1, 4"},
    ("layers_stack", "h_n"): {
        "    return below": "        h_0 = torch.cat([h_0, h[None]])\n    return h_0[len(cells):]"
    },
    ("layers_stack", "carried"): {"    for cell, h in zip(cells, h_0):": "    h = h_0[0]\n    for cell in cells:"},
}


@functools.cache
def solution(name):
    return solution_code(EXERCISES[name], 0)


@functools.cache
def answers(name):
    """{label: the function or class that a mutant defines}."""
    return {label: defined(source) for label, source in mutants(solution(name)).items()}


def defined(source):
    names = {"torch": torch, "nn": torch.nn}
    exec(source, names)
    return list(names.values())[-1]


@functools.cache
def feedback(name):
    """{label: what is said to a mutant, at each of `DRAWS`}."""
    return {label: [check(name, answer, draw) for draw in DRAWS] for label, answer in answers(name).items()}


DIFFERENT = [[2 + (5 * axis + 3 * number) % 11 for axis in range(5)] for number in range(6)]
EDGES = 2 * [[3] * 5, [4] * 5, [1] * 5, [1, 3, 1, 3, 1], [3, 1, 3, 1, 3]]  # five, so that each gets both orders


@functools.cache
def inputs(name):
    """Arguments of sizes and numbers that the judge does not use: those of `DIFFERENT` sizes, then those of `EDGES`."""
    found = []
    for seed, sizes in enumerate(DIFFERENT + EDGES, start=1000):
        generator, named = torch.Generator().manual_seed(seed), zip(EXERCISES[name].sizes, sizes, strict=False)
        found.append(EXERCISES[name].arguments(generator, **dict(named)))
        shake(found[-1], generator)
    return found


def shake(values, generator):
    """Change all numbers a little, so that what an exercise happens to draw as zero is not zero."""
    for value in values:
        if isinstance(value, list):
            shake(value, generator)
        for tensor in (value,) if isinstance(value, torch.Tensor) else getattr(value, "parameters", list)():
            if tensor.is_floating_point():
                tensor.data += 0.2 * torch.randn(tensor.shape, generator=generator)


def outcome(name, answer, arguments):
    """What a call returns, or the error that it raises."""
    given = EXERCISES[name]._given(arguments)
    try:
        result = (EXERCISES[name].adapt(answer) if isinstance(answer, type) else answer)(*given)
    except Exception as error:
        return type(error), str(error)
    if EXERCISES[name].differentiable and not getattr(result, "requires_grad", False):
        return "cut off", result.tolist() if isinstance(result, torch.Tensor) else result
    return result


def alike(one, other):
    if isinstance(one, tuple) or isinstance(other, tuple):
        return isinstance(one, tuple) and isinstance(other, tuple) and one == other
    one, other = (torch.tensor(value) if type(value) is float else value for value in (one, other))
    if not (isinstance(one, torch.Tensor) and isinstance(other, torch.Tensor)) or one.shape != other.shape:
        return False
    precise = one.dtype == other.dtype or (one.dim() == 0 and one.is_floating_point())
    return precise and bool(((one.double() - other.double()).abs() <= 1e-5 * (1 + other.double().abs())).all())


@functools.cache
def outcomes(name, answer):
    """The outcome for each of the `inputs`, or for those of different sizes alone when they are wrong already."""
    different, edges = inputs(name)[: len(DIFFERENT)], inputs(name)[len(DIFFERENT) :]
    found = [outcome(name, answer, arguments) for arguments in different]
    right = all(
        alike(one, outcome(name, EXERCISES[name].right, arguments))
        for one, arguments in zip(found, different, strict=True)
    )
    return found + [outcome(name, answer, arguments) for arguments in edges if right]


def behaves_like(name, answer, other):
    """Whether two answers give the same: a wrong one of `DIFFERENT` sizes, a right one everywhere."""
    pair = outcomes(name, answer), outcomes(name, other)
    return len(pair[0]) == len(pair[1]) and all(map(alike, *pair))


@pytest.mark.parametrize("name", CODE)
def test_a_mutant_is_refused_unless_it_is_still_right(name):
    right = EXERCISES[name].right
    refused = 0
    for label, said in feedback(name).items():
        still_right = behaves_like(name, answers(name)[label], right)
        assert [one.verdict for one in said] == ["right" if still_right else "wrong"] * len(DRAWS), label
        refused += not still_right
    assert refused >= 30


def names_said(name, said):
    """The named mistakes whose words these are, one for each of `DRAWS`; None where they are no one's."""
    for draw, one in zip(DRAWS, said, strict=True):
        exercise, start = EXERCISES[name], say("exercises.wrong")
        words = {f"{start} {exercise.say(f'wrong.{key}', **exercise.draw(draw))}": key for key in exercise.wrong}
        yield words.get(one.words)


@pytest.mark.parametrize("name", CODE)
def test_a_mutant_that_is_a_named_mistake_hears_its_name(name):
    wrong, heard = EXERCISES[name].wrong, set()
    for label, said in feedback(name).items():
        if said[0].verdict == "wrong":
            is_named = (other for other in wrong if behaves_like(name, answers(name)[label], wrong[other]))
            mistake = next(is_named, None)
            assert [*names_said(name, said)] == [mistake] * len(DRAWS), label
            heard.add(mistake)
    assert heard - {None} == set(wrong) - {mistake for exercise, mistake in LONGER if exercise == name}


@pytest.mark.parametrize(("name", "label", "mistake"), TELLING)
def test_a_change_that_learners_make_hears_its_name(name, label, mistake):
    assert [*names_said(name, feedback(name)[label])] == [mistake] * len(DRAWS)


@pytest.mark.parametrize(("name", "mistake"), LONGER)
def test_a_mistake_that_no_single_change_makes_hears_its_name(name, mistake):
    source = solution(name)
    for old, new in LONGER[name, mistake].items():
        assert source.count(old) == 1
        source = source.replace(old, new)
    said = [check(name, defined(source), draw) for draw in DRAWS]
    assert [*names_said(name, said)] == [mistake] * len(DRAWS)


def around(answer, change):
    """The same answer, with `change(step, arguments)` in the place of each of its calls."""
    if not isinstance(answer, type):
        return lambda *arguments: change(answer, arguments)

    class Around(answer):
        def forward(self, *arguments):
            return change(super().forward, arguments)

    return Around


def sizes_of(argument):
    return (len(argument),) if isinstance(argument, list) else tuple(getattr(argument, "shape", ()))


@pytest.mark.parametrize("name", CODE)
def test_an_answer_for_some_sizes_alone_is_refused(name):
    seen = set()  # every (argument, axis, size) that the judge tries

    def look(step, arguments):
        seen.update((i, k, size) for i, one in enumerate(arguments) for k, size in enumerate(sizes_of(one)))
        return step(*arguments)

    assert check(name, around(defined(solution(name)), look)).verdict == "right"
    assert {(i, k) for i, k, _ in seen} == {(i, k) for i, k, size in seen if size == 1}
    for i, k, size in seen:

        def off(step, arguments, wrong_for, i=i, k=k):
            return step(*arguments) + wrong_for(sizes_of(arguments[i])[k])

        for wrong_for in (lambda other, size=size: other != size, lambda other: other == 1):
            change = functools.partial(off, wrong_for=wrong_for)
            assert check(name, around(defined(solution(name)), change)).verdict == "wrong", (i, k, size)


class Kept:
    """Answers that keep something from one call to the next."""

    def __init__(self):
        self.results = {}

    def first_of_these_sizes(self, step, arguments):
        return self.results.setdefault(tuple(map(sizes_of, arguments)), step(*arguments).clone())

    def all_until_now(self, step, arguments):
        result = self.results[len(self.results)] = step(*arguments).clone()
        return result + sum(old.mean() for old in [*self.results.values()][:-1])

    def the_one_before(self, step, arguments):
        self.results[len(self.results)] = step(*arguments)
        return self.results[max(0, len(self.results) - 2)]


@pytest.mark.parametrize("name", CODE)
@pytest.mark.parametrize("way", [way for way in vars(Kept) if not way.startswith("_")])
@pytest.mark.parametrize("draw", DRAWS)
def test_an_answer_that_keeps_something_is_refused(name, way, draw):
    said = check(name, around(defined(solution(name)), getattr(Kept(), way)), draw)
    assert said.verdict == "wrong"
    told = said.words.endswith("keep something from one call to the next?")
    assert told or EXERCISES[name].adapt  # of a class, a new cell is made for each call


def writers(argument):
    """Functions that change an argument."""
    if isinstance(argument, torch.nn.Module):
        yield lambda module: next(module.parameters()).data.add_(1)
        yield torch.nn.Module.double
        if hasattr(argument, "batch_first"):
            yield lambda module: setattr(module, "batch_first", not module.batch_first)
    elif isinstance(argument, torch.Tensor):
        yield from (lambda tensor: tensor.add_(1), lambda tensor: tensor.unsqueeze_(0))
    elif isinstance(argument, list):
        yield from (list.pop, list.clear, lambda modules: next(modules[-1].parameters()).data.zero_())
        yield lambda modules: delattr(modules[0], "input_size")  # then it can no longer be printed


@pytest.mark.parametrize("name", CODE)
def test_an_answer_that_changes_what_it_is_given_is_told_so(name):
    right, tried = defined(solution(name)), set()
    given = EXERCISES[name].arguments(torch.Generator(), **EXERCISES[name].draw(0))
    names = list(inspect.signature(EXERCISES[name].right).parameters)
    given = given[:2] if isinstance(right, type) else given
    for i, argument in enumerate(given):
        for write in writers(argument):

            def change(step, arguments, i=i, write=write, early=False):
                if early:
                    write(arguments[i])
                result = step(*arguments).clone()
                if not early:
                    write(arguments[i])
                return result

            said, early = check(name, around(right, change)), functools.partial(change, early=True)
            assert said.verdict == check(name, around(right, early)).verdict == "wrong"
            assert said.words == f"{say('exercises.wrong')} {say('exercises.changed', argument=names[i])}"
            tried.add(i)
    assert tried == {i for i, argument in enumerate(given) if not isinstance(argument, bool)}


FORMS = {
    "detached": torch.Tensor.detach,
    "double": torch.Tensor.double,
    "complex": lambda result: result * (1 + 0j),
    "one axis more": lambda result: result[None],
    "sparse": torch.Tensor.to_sparse,
    "elsewhere": lambda result: result.to("meta"),
    "numpy": lambda result: result.detach().numpy(),
    "list": torch.Tensor.tolist,
    "twice": lambda result: (result, result),
}


@pytest.mark.parametrize("name", CODE)
def test_right_numbers_in_another_form_are_refused(name):
    """Except without gradients, where none are asked for, and as one number alone, whose precision harms nothing."""
    right = defined(solution(name))
    for form, change in FORMS.items():
        said = check(name, around(right, lambda step, arguments, change=change: change(step(*arguments))))
        harmless = set() if EXERCISES[name].differentiable else {"detached"}
        harmless |= {"rain_brier": {"double", "list"}, "hello_loss": {"double"}}.get(name, set())
        assert said.verdict == ("right" if form in harmless else "wrong"), form
