"""Modules and data of a learner's own: every number that is shown is the module's, and nothing of it is touched."""

import random
import re

import numpy as np
import pytest
import torch
from own_modules import MODES, different_sizes, random_cell, random_rnn, same, state_of
from torch import nn

from helpers import explore_batch_first, explore_cell, explore_layers, explore_loop, mixes_samples
from helpers.recurrence import count_parameters

COUNT = 34  # modules of each kind


def grids(explorer):
    return {grid.name: grid for grid in explorer.sheet.grids if grid.name}


def equal(grid, tensor):
    found = torch.as_tensor(grid.values)
    torch.testing.assert_close(found, tensor.detach().float().reshape(found.shape), rtol=2e-5, atol=2e-5)


def nudge(module):
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.add_(0.125)


def watched(chooser, explore, module, inputs):
    """(explorer, look) made in some mode of autograd; `look(label, value)` moves a control and sees that all is left alone."""
    before, mode = state_of(module, inputs), chooser.choice(MODES)
    with mode():
        explorer = explore()

    def look(label, value):
        now, moved = state_of(module, inputs), explorer.controls[label]
        with chooser.choice(MODES)():
            moved.value = value
        assert same(now, state_of(module, inputs))

    assert same(before, state_of(module, inputs))
    return explorer, look


@torch.no_grad()
def states_of(rnn, inputs):
    """{(layer, t): (batch, hidden_size)} from the module alone: its h_n after the first t steps."""
    axis = 1 if rnn.batch_first and inputs.dim() == 3 else 0
    found = {}
    for t in range(1, inputs.shape[axis] + 1):
        h_n = rnn(inputs.narrow(axis, 0, t))[1]
        found |= {(layer, t): h_n[layer].reshape(-1, rnn.hidden_size) for layer in range(rnn.num_layers)}
    return found | {(layer, 0): torch.zeros_like(found[layer, 1]) for layer in range(rnn.num_layers)}


@pytest.mark.parametrize("number", range(COUNT))
def test_layers_shows_the_learners_network(number):
    chooser = random.Random(f"layers {number}")
    torch.manual_seed(number)
    most = dict(input_size=9, hidden_size=12, num_layers=6, seq_len=9, batch=7)
    rnn, inputs = random_rnn(chooser, **different_sizes(chooser, **most), batched=chooser.random() < 0.8)
    explorer, look = watched(chooser, lambda: explore_layers(rnn=rnn, inputs=inputs), rnn, inputs)
    x = inputs.unsqueeze(1) if inputs.dim() == 2 else inputs.transpose(0, 1) if rnn.batch_first else inputs
    samples = range(x.shape[1])
    assert set(explorer.controls) == {"wave", "show"} | ({"sample"} if len(samples) > 1 else set())
    explorer.width = 900
    for weights_moved in (False, True):
        states = states_of(rnn, inputs)
        for sample in reversed(samples) if weights_moved else samples:
            look(*(("sample", sample) if len(samples) > 1 else ("wave", explorer.controls["wave"].max)))
            found = grids(explorer)
            for (layer, t), state in states.items():
                equal(found[f"h[{layer}, {t}]"], state[sample])
            for t in range(1, len(x) + 1):
                equal(found[f"x[{t}]"], x[t - 1, sample])
            for layer in range(rnn.num_layers):
                equal(found[f"W_ih[{layer}]"], getattr(rnn, f"weight_ih_l{layer}"))
                equal(found[f"W_hh[{layer}]"], getattr(rnn, f"weight_hh_l{layer}"))
            assert len(found) == len(states) + len(x) + 2 * rnn.num_layers
        nudge(rnn)
        look("show", "output" if weights_moved else "none")
    batch = inputs if inputs.dim() == 3 else inputs.unsqueeze(0 if rnn.batch_first else 1)
    output, h_n = rnn(batch)
    shapes = f"Input {tuple(batch.shape)} and h_0 {tuple(h_n.shape)} go in, output {tuple(output.shape)} and h_n {tuple(h_n.shape)}"  # fmt: skip
    assert explorer.caption.startswith(f"{shapes} come out.")
    assert re.search(rf"(Parameters: |together ){count_parameters(rnn):,}\.", explorer.caption)


@pytest.mark.parametrize("number", range(COUNT))
def test_cell_and_loop_show_the_learners_cell(number):
    chooser = random.Random(f"cell {number}")
    torch.manual_seed(number)
    most = dict(input_size=12, hidden_size=14, seq_len=8, batch=4)
    cell, inputs = random_cell(chooser, **different_sizes(chooser, **most), batched=chooser.random() < 0.7)
    x = inputs[:, 0] if inputs.dim() == 3 else inputs
    inside, look = watched(chooser, lambda: explore_cell(cell=cell, inputs=inputs), cell, inputs)
    along, walk = watched(chooser, lambda: explore_loop(cell=cell, inputs=inputs), cell, inputs)
    assert set(inside.controls) == {"step", "unit"}
    assert set(along.controls) == {"step"}
    for step in (1, len(x), chooser.randint(1, len(x)), *range(1, len(x))):
        with torch.no_grad():
            states = [x.new_zeros(cell.hidden_size)]
            for row in x:
                states.append(cell(row, states[-1]))
        look("step", step)
        look("unit", chooser.randrange(cell.hidden_size))
        found, before = grids(inside), states[step - 1]
        wanted = dict(zip(("W_ih", "W_hh", "b_ih", "b_hh"), cell.parameters(), strict=False))
        products = {"W_ih x": cell.weight_ih @ x[step - 1], "W_hh h": cell.weight_hh @ before}
        total = sum(products.values()) + (cell.bias_ih + cell.bias_hh if cell.bias else 0)
        wanted |= products | {"x": x[step - 1], "h": before, "sum": total, "new h": states[step]}
        assert set(found) == set(wanted)
        for name, tensor in wanted.items():
            equal(found[name], tensor)
        walk("step", step)
        found = grids(along)
        wanted = {f"h[{t}]": state for t, state in enumerate(states[: step + 1])} | {"W_ih": cell.weight_ih, "W_hh": cell.weight_hh}  # fmt: skip
        wanted |= {f"x[{t}]": row for t, row in enumerate(x, start=1)}
        assert set(found) == set(wanted)
        for name, tensor in wanted.items():
            equal(found[name], tensor)
        for explorer in (inside, along):
            assert f"{count_parameters(cell)} parameters" in explorer.caption
        assert f"x_{step} ({cell.input_size},) and a hidden state ({cell.hidden_size},) in" in inside.caption
        assert f"x_{step} (1, {cell.input_size}) and the previous hidden state make h_{step} (1, {cell.hidden_size})" in along.caption  # fmt: skip
        nudge(cell)
        look("step", 1 if step > 1 else len(x))  # a move at which the new weights show
        walk("step", 0)


def reach_of(rnn, inputs, axis):
    """Who reaches whom, from the module's own Jacobian: (samples, samples)."""
    whole = torch.autograd.functional.jacobian(lambda x: rnn(x)[0].movedim(axis, 0).flatten(1).sum(1), inputs.detach())
    return whole.movedim(1 + axis, 1).flatten(2).norm(dim=2)


@pytest.mark.parametrize("number", range(COUNT))
def test_batch_first_shows_the_learners_network_either_way(number):
    chooser = random.Random(f"batch_first {number}")
    torch.manual_seed(number)
    sizes = different_sizes(chooser, input_size=3, hidden_size=12, num_layers=3, seq_len=5, batch=5)
    rnn, inputs = random_rnn(chooser, **sizes)
    explorer, look = watched(chooser, lambda: explore_batch_first(rnn=rnn, inputs=inputs), rnn, inputs)
    assert set(explorer.controls) == {"x"}
    assert explorer.controls["x"].value == rnn.batch_first
    explorer.width = 1150  # room for all names
    for x_first in (rnn.batch_first, not rnn.batch_first, rnn.batch_first):
        look("x", x_first)
        axis, read_axis, found = 0 if x_first else 1, 0 if rnn.batch_first else 1, grids(explorer)
        for sample in range(inputs.shape[axis]):
            equal(found[f"x[sample {sample}]"], inputs.select(axis, sample).T)
        for sample in range(inputs.shape[read_axis]):
            equal(found[f"read[sample {sample}]"], inputs.select(read_axis, sample).T)
        reach = reach_of(rnn, inputs, axis)
        equal(found["reach"], reach)
        assert len(found) == inputs.shape[axis] + inputs.shape[read_axis] + 1
        for receiver, sender in np.ndindex(*reach.shape):
            explorer.select("reach", (receiver, sender) if len(reach) > 1 else receiver)
            ways = f"the input of sample {sender} {{}} the output of sample {receiver}"
            reaches = ways.format("reaches" if reach[receiver, sender] else "does not reach")
            assert reaches in explorer.explanation
        output, h_n = rnn(inputs)
        caption, words = explorer.caption, [text.words for text in explorer.sheet.texts]
        assert caption.startswith(f"x {tuple(inputs.shape)} ")
        assert f"output {tuple(output.shape)} has" in caption
        assert f"h_n (num_layers {h_n.shape[0]}, batch {h_n.shape[1]}, hidden_size {h_n.shape[2]})" in words
        mixed = inputs.shape[axis] > 1 and x_first != rnn.batch_first
        assert ("Samples are mixed" in caption) == mixed
        if rnn.nonlinearity == "tanh":  # a relu may be flat everywhere
            assert mixed == mixes_samples(rnn, inputs, axis)
        nudge(rnn)


def test_data_that_is_changed_afterwards_changes_no_picture_behind_its_words():
    inputs = torch.randn(4, 3, 2)
    made = [explore_layers(rnn=nn.RNN(2, 5), inputs=inputs), explore_batch_first(rnn=nn.RNN(2, 5), inputs=inputs)]
    made += [explore(cell=nn.RNNCell(2, 5), inputs=inputs) for explore in (explore_cell, explore_loop)]
    shown = [{name: grid.values.copy() for name, grid in grids(explorer).items()} for explorer in made]
    inputs.zero_()
    for explorer, before in zip(made, shown, strict=True):
        assert all(np.array_equal(grid.values, before[name]) for name, grid in grids(explorer).items())
