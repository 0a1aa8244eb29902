"""Networks of a learner's own that are too large, of which a part is drawn, or that do not fit and are answered."""

import itertools
import re

import numpy as np
import pytest
import torch
from torch import nn

import helpers
from helpers import explore_batch_first, explore_cell, explore_layers, explore_loop

EXPLORERS = {"layers": "rnn", "batch_first": "rnn", "cell": "cell", "loop": "cell"}
NAN = torch.full((4, 3, 2), float("nan"))


def grids(explorer):
    return {grid.name: grid for grid in explorer.sheet.grids if grid.name}


def explore(name, module, inputs, **options):
    return getattr(helpers, f"explore_{name}")(**{EXPLORERS[name]: module}, inputs=inputs, **options)


def said(explorer):
    """The number that an explanation says first to its end."""
    return float(re.search(r"= (−?\d\.\d{4})[.:]", explorer.explanation)[1].replace("−", "-"))


@pytest.mark.parametrize(("units", "features"), [((0, 63), (16, 79)), ((37, 99), (5, 5)), ((99, 99), (0, 1))])
@pytest.mark.parametrize("width", [460, 900])
def test_a_part_of_layers_is_exactly_that_part(units, features, width):
    rnn, inputs = nn.RNN(80, 100, 2), torch.randn(3, 2, 80)
    explorer = explore_layers(rnn=rnn, inputs=inputs, units=units, features=features)
    explorer.width = width
    explorer.controls["sample"].value = 1
    hidden, found = helpers.trace(rnn, inputs).hidden, grids(explorer)
    rows, entries = slice(units[0], units[1] + 1), slice(features[0], features[1] + 1)
    for layer, t in itertools.product(range(2), range(4)):
        assert np.array_equal(found[f"h[{layer}, {t}]"].values[:, 0], hidden[layer, t, 1, rows])
        for unit in {*units}:
            explorer.select(f"h[{layer}, {t}]", unit)
            assert explorer.explanation.startswith(f"h[{layer}, {t}][{unit}] = ")
            assert said(explorer) == pytest.approx(hidden[layer, t, 1, unit].item(), abs=5.1e-5)
            assert ("… 98 more terms …" in explorer.explanation) == (t > 0)
        for outside in (units[0] - 1, units[1] + 1):
            with pytest.raises(ValueError, match=f"its indices run from {units[0]} to {units[1]}"):
                explorer.select(f"h[{layer}, {t}]", outside)
    for t in range(3):
        assert np.array_equal(found[f"x[{t + 1}]"].values[:, 0], inputs[t, 1, entries])
    if width > 600:
        assert np.array_equal(found["W_ih[0]"].values, rnn.weight_ih_l0.detach()[rows, entries])
        assert np.array_equal(found["W_ih[1]"].values, rnn.weight_ih_l1.detach()[rows, rows])
        assert np.array_equal(found["W_hh[0]"].values, rnn.weight_hh_l0.detach()[rows, rows])
        explorer.select("W_ih[0]", (units[1], features[1]) if features[1] > features[0] else units[1])
        assert said(explorer) == pytest.approx(rnn.weight_ih_l0[units[1], features[1]].item(), abs=5.1e-5)
    assert f"hidden units {units[0]} to {units[1]} of 100." in explorer.caption


@pytest.mark.parametrize("batch_first", [False, True])
@pytest.mark.parametrize("part", [((3, 7), (4, 9), (1, 3)), ((2, 2), (5, 5), (0, 0)), ((0, 4), (9, 10), (3, 3))])
def test_a_part_of_a_batch_is_exactly_that_part(batch_first, part):
    """What is drawn is a part, what is read is the whole: the map holds rows and columns of the map of all."""
    rnn, block = nn.RNN(4, 7, batch_first=batch_first), torch.randn(8, 11, 4)
    inputs = block if batch_first else block.transpose(0, 1)
    samples, steps, features = (slice(first, last + 1) for first, last in part)
    explorer = explore_batch_first(rnn=rnn, inputs=inputs, **dict(zip(("samples", "steps", "features"), part, strict=True)))  # fmt: skip
    found, names = grids(explorer), [f"x[sample {sample}]" for sample in range(8)[samples]]
    for sample, name in zip(range(8)[samples], names, strict=True):
        assert np.array_equal(found[name].values, block[sample, steps, features].T)
        assert np.array_equal(found[f"read[sample {sample}]"].values, found[name].values)
    assert [name for name in found if name[0] == "x"] == names[::-1]  # what stands in front is drawn last
    whole = helpers.influence(rnn, inputs, 0 if batch_first else 1)
    assert np.allclose(found["reach"].values, whole[samples, samples], atol=1e-6)
    ends = [f"{first} to {last}" for first, last in part]
    assert f"Drawn are samples {ends[0]}, steps {ends[1]}, entries {ends[2]}." in explorer.caption
    for receiver, sender in itertools.product(part[0], repeat=2):
        explorer.select("reach", receiver if part[0][0] == part[0][1] else (receiver, sender))
        verb = "reaches" if receiver == sender else "does not reach"
        assert f"the input of sample {sender} {verb} the output of sample {receiver}" in explorer.explanation
    explorer.controls["x"].value = not batch_first
    for name, grid in grids(explorer).items():
        if name[0] == "x":
            first, (rows, columns) = grid.first, grid.values.shape
            shown = block[first[1] : first[1] + columns, int(name[9:-1]), first[0] : first[0] + rows].T
            assert np.array_equal(grid.values, shown)
    assert "Samples are mixed" in explorer.caption


TOO_LARGE = {
    "units": (lambda **part: explore_layers(rnn=nn.RNN(3, 65), inputs=torch.zeros(2, 2, 3), **part), "hidden_size is 65"),
    "features": (lambda **part: explore_layers(rnn=nn.RNN(90, 3), inputs=torch.zeros(2, 2, 90), **part), "input_size is 90"),
    "samples": (lambda **part: explore_batch_first(rnn=nn.RNN(3, 4), inputs=torch.zeros(5, 6, 3), **part), "batch is 6"),
    "steps": (lambda **part: explore_batch_first(rnn=nn.RNN(3, 4), inputs=torch.zeros(7, 5, 3), **part), "seq_len is 7"),
    "features of a batch": (lambda **part: explore_batch_first(rnn=nn.RNN(4, 4), inputs=torch.zeros(6, 5, 4), **part), "input_size is 4"),
}  # fmt: skip


@pytest.mark.parametrize("case", TOO_LARGE)
def test_what_is_too_large_is_answered_with_what_can_be_done(case):
    """The advice, taken as it is written, works; a part that is none is answered again."""
    make, words = TOO_LARGE[case]
    with pytest.raises(ValueError, match=f"{words}, and the picture has room for") as said:
        make()
    argument, first, last = re.search(r"for instance (\w+)=\((\d+), (\d+)\)", str(said.value)).groups()
    assert argument == case.split()[0]
    assert make(**{argument: (int(first), int(last))}).sheet
    size, room = int(words.split()[-1]), int(last) + 1
    wrong = [5, "all", (1,), (0, 1, 2), (2, 1), (-1, 2), (0, size), (0, room), (0.0, 1.0), (False, True), [None, 1], {}]
    for part in wrong:
        with pytest.raises(ValueError, match=f"{argument} must be a first and a last index, from 0 to {size - 1}") as said:  # fmt: skip
            make(**{argument: part})
        assert str(said.value).endswith(f"got {part!r}.")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: explore_layers(rnn=nn.RNN(2, 3, 7), inputs=torch.zeros(4, 3, 2)), "room for 6 layers, .* has 7"),
        (lambda: explore_layers(rnn=nn.RNN(2, 3), inputs=torch.zeros(21, 3, 2)), "room for 20 steps, .* have 21.* first 20"),
        (lambda: explore_loop(cell=nn.RNNCell(2, 3), inputs=torch.zeros(9, 2)), "room for 8 steps, .* have 9.* first 8"),
        (lambda: explore_loop(cell=nn.RNNCell(2, 33), inputs=torch.zeros(4, 2)), "hidden_size of 32, .* has 33.* explore_layers"),
        (lambda: explore_cell(cell=nn.RNNCell(2, 33), inputs=torch.zeros(4, 2)), "hidden_size of 32, .* has 33.* explore_layers"),
        (lambda: explore_cell(cell=nn.RNNCell(40, 3), inputs=torch.zeros(4, 40)), "input_size of 32, .* has 40.* explore_layers"),
        (lambda: explore_layers(4, rnn=nn.RNN(2, 3), inputs=torch.zeros(4, 3, 2), sample=3), "sample must be .* 0 to 2, got 3"),
        (lambda: explore_layers(units=(0, 1)), "explore_layers needs both .* rnn, an nn.RNN, and inputs"),
        (lambda: explore_layers(features=(0, 1)), "explore_layers needs both .* rnn, an nn.RNN, and inputs"),
        (lambda: explore_batch_first(samples=(0, 1)), "explore_batch_first needs both .* rnn, an nn.RNN, and inputs"),
        (lambda: explore_batch_first(rnn=nn.RNN(2, 3, batch_first=True), inputs=torch.zeros(4, 2)), r"shape \(batch, seq_len, input_size\), got \(4, 2\)"),
        (lambda: explore_batch_first(rnn=nn.RNN(2, 3), inputs=torch.zeros(4, 2)), r"shape \(seq_len, batch, input_size\), got \(4, 2\)"),
    ],
)  # fmt: skip
def test_other_sizes_are_answered_in_a_sentence(make, words):
    with pytest.raises(ValueError, match=words):
        make()


MODULES = {
    "LSTM": (lambda kind: nn.LSTM(2, 3), TypeError, "{name} must be an nn.{kind}, got LSTM"),
    "GRU": (lambda kind: nn.GRU(2, 3), TypeError, "{name} must be an nn.{kind}, got GRU"),
    "Linear": (lambda kind: nn.Linear(2, 3), TypeError, "{name} must be an nn.{kind}, got Linear"),
    "text": (lambda kind: "rnn", TypeError, "{name} must be an nn.{kind}, got str"),
    "class": (lambda kind: nn.RNN, TypeError, "{name} must be an nn.{kind}, got type"),
    "other": (lambda kind: nn.RNN(2, 3) if kind == "RNNCell" else nn.RNNCell(2, 3), TypeError, "{name} must be an nn.{kind}, got RNN"),
    "in a list": (lambda kind: [getattr(nn, kind)(2, 3)], TypeError, "{name} must be an nn.{kind}, got list"),
    "nothing": (lambda kind: None, ValueError, "explore_{explorer} needs both .* {name}, an nn.{kind}, and inputs"),
    "half": (lambda kind: getattr(nn, kind)(2, 3).half(), TypeError, "torch.float32 or torch.float64, got torch.float16"),
    "bfloat16": (lambda kind: getattr(nn, kind)(2, 3).bfloat16(), TypeError, "torch.float32 or torch.float64, got torch.bfloat16"),
}  # fmt: skip


@pytest.mark.parametrize(("explorer", "case"), list(itertools.product(EXPLORERS, MODULES)))
def test_a_module_that_does_not_fit_is_answered_in_a_sentence(explorer, case):
    make, error, words = MODULES[case]
    name, kind = EXPLORERS[explorer], "RNN" if EXPLORERS[explorer] == "rnn" else "RNNCell"
    dtype = {"half": torch.float16, "bfloat16": torch.bfloat16}.get(case)
    with pytest.raises(error, match=words.format(explorer=explorer, name=name, kind=kind)):
        explore(explorer, make(kind), torch.zeros(4, 3, 2, dtype=dtype))


INPUTS = {
    "nothing": (None, ValueError, "needs both for a network of your own"),
    "list": ([[[0.5, 0.5]]], TypeError, "inputs must be a torch.Tensor, got list"),
    "array": (np.zeros((4, 3, 2), dtype=np.float32), TypeError, "inputs must be a torch.Tensor, got ndarray"),
    "text": ("x", TypeError, "inputs must be a torch.Tensor, got str"),
    "whole": (torch.zeros(4, 3, 2, dtype=torch.int64), TypeError, "inputs must have the type .* got torch.int64; convert"),
    "double": (torch.zeros(4, 3, 2).double(), TypeError, "inputs must have the type .* got torch.float64; convert"),
    "size": (torch.zeros(4, 3, 5), ValueError, r"input_size 2 on the last axis, got 5 in the shape \(4, 3, 5\)"),
    "one axis": (torch.zeros(2), ValueError, r"inputs must have the shape .* got \(2,\)"),
    "four axes": (torch.zeros(1, 4, 3, 2), ValueError, r"inputs must have the shape .* got \(1, 4, 3, 2\)"),
    "no step": (torch.zeros(0, 3, 2), ValueError, r"at least one time step, got the shape \(0, 3, 2\)"),
    "no sample": (torch.zeros(4, 0, 2), ValueError, r"at least one sample, got the shape \(4, 0, 2\)"),
}  # fmt: skip


@pytest.mark.parametrize(("explorer", "case"), list(itertools.product(EXPLORERS, INPUTS)))
def test_data_that_do_not_fit_are_answered_in_a_sentence(explorer, case):
    inputs, error, words = INPUTS[case]
    with pytest.raises(error, match=words):
        explore(explorer, (nn.RNN if EXPLORERS[explorer] == "rnn" else nn.RNNCell)(2, 3), inputs)


@pytest.mark.parametrize("explore", [explore_layers, explore_batch_first])
def test_dropout_and_two_directions_are_answered_in_a_sentence(explore):
    dropping, inputs = nn.RNN(2, 3, 2, dropout=0.25), torch.zeros(4, 3, 2)
    with pytest.raises(ValueError, match=r"dropout=0.25 and is in training mode, .* call rnn.eval\(\) first"):
        explore(rnn=dropping, inputs=inputs)
    assert explore(rnn=dropping.eval(), inputs=inputs).sheet
    with pytest.raises(ValueError, match="got bidirectional=True"):
        explore(rnn=nn.RNN(2, 3, bidirectional=True), inputs=inputs)


@pytest.mark.parametrize("explorer", EXPLORERS)
def test_a_network_that_has_come_to_nothing_is_drawn(explorer):
    """Training that explodes ends in nan and inf: a learner who looks then gets a picture, not an error."""
    for value in (float("nan"), float("inf"), 3e38):
        module = (nn.RNN if EXPLORERS[explorer] == "rnn" else nn.RNNCell)(2, 3)
        nn.init.constant_(next(module.parameters()), value)
        for inputs in (torch.ones(4, 3, 2), NAN):
            explorer_ = explore(explorer, module, inputs)
            for grid in grids(explorer_).values():
                explorer_.select(grid.name, grid.first if grid.values.shape[1] > 1 else grid.first[0])
                assert explorer_.explanation
            assert explorer_.png
