"""The shape trainer: every answer against PyTorch, every named mistake its own reason, scoring, the widget."""

import random
import re
import time
from itertools import islice, pairwise

import pytest
import torch
from torch import nn

from helpers.exercises.kinds import LEVELS
from helpers.exercises.questions import draw, questions, read_shape
from helpers.exercises.trainer import TO_OPEN, Score, shape_trainer
from helpers.modules import seeded
from helpers.words import lookup

KINDS = [(level, kind) for level, kinds in LEVELS.items() for kind in kinds]
NAMES = [f"{level} {kind.code} {kind.asked} {kind.batch_first}" for level, kind in KINDS]
every_kind = pytest.mark.parametrize(("level", "kind"), KINDS, ids=NAMES)


def executed(question):
    """The shape of what is asked, after PyTorch has run the question's own code.

    The comment says how many samples of how many steps there are. Each also goes through the module alone, where
    no order of axes can be mistaken, and must come out as it does in the batch.
    """
    first, *code, asked = question.text.split("\n")
    batch, steps = map(int, re.search(r"# \w+: (\d+) samples(?: of (\d+) steps|, one step)", question.text).groups("0"))
    names = {"nn": nn, "torch": torch}
    exec(first, names)
    module = names.get("cell") or names["rnn"]
    samples = [torch.randn(*[steps][:steps], module.input_size) for _ in range(batch)]
    along = 0 if getattr(module, "batch_first", not steps) else 1
    names["x"] = names["dataset"] = torch.stack(samples, dim=along)
    names["h"] = torch.randn(batch, module.hidden_size)
    names["h_0"] = torch.randn_like(module(names["x"])[1]) if "rnn" in names else None
    start = names["h_0"] if "rnn" in names else names["h"]
    exec("\n".join(code), names)
    for number, sample in enumerate(samples):
        if "rnn" in names:
            output, h_n = module(sample, start[:, number])
            assert torch.allclose(output, names["output"].select(along, number), atol=1e-5)
            assert torch.allclose(h_n, names["h_n"][:, number], atol=1e-5)
        else:
            state = start[number]
            for step in sample if steps else [sample]:
                state = module(step, state)
            assert torch.allclose(state, names["h" if steps else "h_new"][number], atol=1e-5)
    assert len(names.get("states", [0] * steps)) == steps
    return tuple(eval(re.fullmatch(r"What is the shape of (.+)\?", asked).group(1), names).shape)


@every_kind
@torch.no_grad()
def test_right_answers_are_those_of_pytorch(level, kind):
    for question in islice(questions([kind], seeded(1)), 200):
        assert question.right == executed(question)
        assert len(set(question.sizes.values())) == len(question.sizes)
        named = re.findall(r"(\w+) (\d+)[,)]", question.explain())
        assert [(question.sizes[axis], int(size)) for axis, size in named] == [(size, size) for size in question.right]


@every_kind
def test_each_named_mistake_has_its_own_reason_and_may_be_picked(level, kind):
    assert len(kind.mistakes) >= 3
    places = set()
    for question in islice(questions([kind], seeded(1)), 40):
        assert len({question.right, *question.mistakes.values()}) == len(question.mistakes) + 1
        words = {name: question.judge(shape) for name, shape in question.mistakes.items()}
        assert not any(verdict.right for verdict in words.values())
        assert len({verdict.words for verdict in words.values()}) == len(words)
        for name, verdict in words.items():
            assert lookup(f"trainer.mistake.{name}").split("{")[0] in verdict.words
            assert any(axis in verdict.words for axis in question.sizes)
        assert len(set(question.picks)) == 4
        assert set(question.picks) <= {question.right, *question.mistakes.values()}
        places.add(question.picks.index(question.right))
    assert places == {0, 1, 2, 3}


@pytest.mark.parametrize(
    ("level", "asked", "batch_first", "axes", "said"),
    [
        (4, "h_n", True, "batch num_layers hidden_size", "order is not: h_n is (num_layers, batch, hidden_size)"),
        (4, "h_n", True, "batch num_layers hidden_size", "h_0 and h_n never move"),
        (4, "output", True, "seq_len batch hidden_size", "Yours is the order of batch_first=False."),
        (4, "x", False, "batch seq_len input_size", "Yours is the order of batch_first=True."),
        (4, "output[-1]", True, "batch hidden_size", "With batch_first=True, output[-1] is the last sample."),
        (4, "output[:, -1]", False, "batch hidden_size", "With batch_first=False, output[:, -1] is the last sample."),
        (4, "output[:, -1]", True, "seq_len hidden_size", "Axis 0 is batch, {batch}; {seq_len} is seq_len."),
        (4, "x.transpose(0, 1)", True, "batch seq_len input_size", "before the transpose"),
        (3, "h_n", False, "batch hidden_size", "The axis num_layers is missing."),
        (3, "h_n", False, "hidden_size", "The axes num_layers, batch are missing."),
        (3, "h_n", False, "seq_len num_layers batch hidden_size", "There is no seq_len in h_n."),
        (3, "h_n", False, "num_layers batch batch hidden_size", "You wrote batch more often than h_n has it."),
        (3, "h_n", False, "num_layers batch hidden_size other", "70 is no size of this question; h_n has the axes n"),
        (3, "h_n", False, "num_layers seq_len hidden_size", "Axis 1 is batch, {batch}; {seq_len} is seq_len."),
        (3, "h_n", False, "num_layers other hidden_size", "Axis 1 is batch, {batch}; 70 is no size of this question."),
        (3, "rnn.weight_ih_l{layer}", False, "hidden_size input_size", "hidden_size, not input_size"),
        (3, "rnn.weight_ih_l0", False, "input_size hidden_size", "PyTorch keeps weights as (out, in)"),
        (2, "rnn.weight_ih_l0", False, "input_size hidden_size", "order is not: rnn.weight_ih_l0 is (hidden_size, "),
        (1, "cell.weight_hh", False, "hidden_size", "The axis hidden_size is missing."),
        (1, "x", False, "seq_len batch input_size", "no axis for time"),
    ],
)
def test_the_reason_names_the_axis(level, asked, batch_first, axes, said):
    kind = next(kind for kind in LEVELS[level] if (kind.asked, kind.batch_first) == (asked, batch_first))
    question = draw(kind, seeded(3))
    shape = tuple(question.sizes.get(axis, 70) for axis in axes.split())
    assert said.format(**question.sizes) in question.judge(shape).words


@pytest.mark.parametrize("level", LEVELS)
def test_every_kind_comes_before_one_comes_again(level):
    count = len(LEVELS[level])
    asked = list(islice(questions(LEVELS[level], seeded(0)), 30 * count))
    for start in range(0, len(asked), count):
        assert len({id(question.kind) for question in asked[start : start + count]}) == count
    assert all(one.kind is not other.kind and one.text != other.text for one, other in pairwise(asked))
    assert len({question.text for question in asked}) > 10 * count


@pytest.mark.parametrize(
    "answer",
    ["3, 4, 5", "(3, 4, 5)", "3 4 5", "[3,4,5]", " ( 3 ,4 , 5, ) ", "torch.Size([3, 4, 5])", "（3，4，5）"]
    + [(3, 4, 5), [3, 4, 5], torch.Size((3, 4, 5)), torch.zeros(3, 4, 5).shape],
)
def test_shapes_are_read_in_many_forms(answer):
    assert read_shape(answer) == (3, 4, 5)


class Spiteful:
    def __getattribute__(self, name):
        raise RuntimeError(name)


JUNK = [..., None, "", "  ", "three", "3, 4,, 5", "3; 4", "-3, 4", "3.0, 4", "<script>alert(1)</script>", "{asked}"]
JUNK += [3, 3.5, True, (), [], (3.0, 4), (True, 4), (-1, 4), ("3", "4"), ((3, 4), 5), (10**5000,), (1,) * 1000]
JUNK += ["9" * 5000, "9" * 50, "1 " * 30, b"3, 4", {3, 4}, torch.zeros(3, 4), nn.RNN, Spiteful(), lambda: 3]


@pytest.mark.parametrize("number", range(len(JUNK)))
def test_junk_never_raises_and_never_counts(number):
    trainer = shape_trainer(level=3)
    question = trainer.question
    feedback = trainer.answer(JUNK[number])
    assert feedback.verdict == "open"
    assert feedback.words.startswith("A shape is asked for")
    assert len(feedback.words) < 200
    assert (trainer.score, trainer.question) == (Score(0, 0, 0), question)
    assert "<script>" not in "".join(str(child.value) for child in trainer.children if hasattr(child, "value"))


def right(trainer):
    return trainer._question.right


def wrong(trainer):
    return next(iter(trainer._question.mistakes.values()))


def test_only_the_first_try_counts():
    trainer = shape_trainer(level=4)
    assert trainer.answer(right(trainer)).verdict == "right"
    assert trainer.score == (1, 1, 1)
    question = trainer.question
    assert [trainer.answer(wrong(trainer)).verdict for _ in range(2)] == ["wrong", "wrong"]
    assert (trainer.question, trainer.score) == (question, (1, 2, 0))
    assert trainer.answer(right(trainer)).verdict == "right"
    assert trainer.question != question
    assert trainer.score == (1, 2, 0)
    skipped, feedback = trainer._question, trainer.skip()
    assert feedback.verdict == "solution"
    assert skipped.explain() in feedback.words
    assert trainer.question != skipped.text
    assert trainer.score == (1, 3, 0)
    trainer.answer(wrong(trainer))
    trainer.skip()
    assert trainer.score == (1, 4, 0)


def test_five_in_a_row_open_the_next_level():
    trainer = shape_trainer()
    assert (trainer.level, trainer.levels) == (1, (1,))
    for level in (1, 2, 3):
        trainer.answer(right(trainer))
        trainer.answer(wrong(trainer))
        trainer.skip()
        for count in range(TO_OPEN):
            assert (trainer.level, trainer.score.streak) == (level, count)
            feedback = trainer.answer(right(trainer))
        assert f"Level {lookup(f'trainer.level.{level + 1}')} is open" in feedback.words
        assert (trainer.level, trainer.levels) == (level + 1, tuple(range(1, level + 2)))
        assert trainer._question.kind in LEVELS[level + 1]
        assert trainer.controls["level"].value == level + 1
    for _ in range(2 * TO_OPEN):
        trainer.answer(right(trainer))
    assert trainer.score == (28, 31, 10)
    trainer.level = 2
    assert trainer._question.kind in LEVELS[2]
    for _ in range(TO_OPEN + 1):
        assert trainer.level == 2
        trainer.answer(right(trainer))
    assert (trainer.levels, trainer.score.streak) == ((1, 2, 3, 4), TO_OPEN + 1)


def test_an_open_level_can_be_chosen_and_no_other():
    trainer = shape_trainer(level=3)
    trainer.answer(right(trainer))
    trainer.controls["level"].value = 1
    assert (trainer.level, trainer.levels, trainer.score) == (1, (1, 2, 3), (1, 1, 0))
    assert "nn.RNNCell" in trainer.question
    with pytest.raises(ValueError, match="level must be a whole number from 1 to 3, got 4"):
        trainer.level = 4


@pytest.mark.parametrize("level", [0, 5, "x", True, None, 2.0])
def test_a_wrong_level_or_seed_is_named(level):
    with pytest.raises(ValueError, match="level must be a whole number from 1 to 4, got "):
        shape_trainer(level=level)
    with pytest.raises(ValueError, match="seed must be a whole number from 0 to "):
        shape_trainer(seed=-1 if level == 0 else "x")


def asked(trainer, count=20):
    """Questions and picks, some answered wrong and all answered right, as another trainer goes on beside it."""
    other, seen = shape_trainer(level=2, seed=9), []
    for number in range(count):
        seen.append((trainer.question, [pick.description for pick in trainer.picks]))
        trainer.answer(wrong(trainer) if number % 3 else right(trainer))
        trainer.skip()
        other.skip()
    return seen


def test_the_same_seed_asks_the_same_and_no_global_generator_moves():
    before = torch.get_rng_state(), random.getstate()
    assert asked(shape_trainer(seed=4)) == asked(shape_trainer(seed=4)) != asked(shape_trainer(seed=5))
    assert torch.equal(torch.get_rng_state(), before[0])
    assert random.getstate() == before[1]


def enter(field, text):
    """What the browser sends on Enter: that it was pressed, then the text if it is a new one."""
    field._handle_custom_msg({"event": "submit"}, [])
    if field.value != text:
        field.set_state({"value": text})


def test_enter_and_check_submit_and_leaving_the_field_does_not():
    trainer = shape_trainer(level=2)
    field = trainer.controls["shape"]
    field._handle_custom_msg({"event": "another"}, [])
    field.set_state({"value": str(wrong(trainer))})
    assert trainer.score.asked == 0
    enter(field, str(right(trainer)))
    assert (trainer.score, field.value) == ((1, 1, 1), "")
    field.set_state({"value": str(right(trainer))})
    trainer.controls["check"].click()
    assert (trainer.score, field.value) == ((2, 2, 2), "")
    enter(field, str(wrong(trainer)))
    assert (trainer.feedback.verdict, trainer.score) == ("wrong", (2, 3, 0))
    field.set_state({"value": str(right(trainer))})
    enter(field, field.value)
    until = time.monotonic() + 20
    while trainer.feedback.verdict != "right" and time.monotonic() < until:
        time.sleep(0.05)
    assert trainer.feedback.verdict == "right"
    assert field.value == ""


def test_picks_and_skip_are_buttons():
    trainer = shape_trainer(level=2)
    picked = {pick.description: pick for pick in trainer.picks}
    picked[str(next(shape for shape in trainer._question.picks if shape != right(trainer)))].click()
    assert (trainer.feedback.verdict, trainer.score) == ("wrong", (0, 1, 0))
    picked[str(right(trainer))].click()
    assert trainer.feedback.verdict == "right"
    trainer.controls["skip"].click()
    assert (trainer.feedback.verdict, trainer.score) == ("solution", (0, 2, 0))
    assert [pick.description for pick in trainer.picks] == [str(shape) for shape in trainer._question.picks]


def test_what_is_shown():
    trainer = shape_trainer(level=4)
    bundle = trainer._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html", "application/vnd.jupyter.widget-view+json"}
    assert bundle["text/plain"] == trainer.question
    assert "Run this cell to answer." in bundle["text/html"]
    assert shape_trainer(level=4)._repr_mimebundle_()["text/html"] == bundle["text/html"]
    assert trainer.layout.max_width == "1000px"
    trainer.answer("<b>")
    for part in ("○", "&lt;b&gt;"):
        assert part in trainer._said.value
    assert "course-spoken" in trainer._said._dom_classes
    assert "course-spoken" in trainer._asked._dom_classes
    trainer.answer(right(trainer))
    assert "✓" in trainer._said.value
    assert "Level 4 batch_first. Right at the first try: 1 of 1. In a row: 1." in trainer._counted.value
    assert "In a row: 0 of the 5 that open level 2." in shape_trainer()._counted.value
