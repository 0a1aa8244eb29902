"""Shapes as pictures: each tensor number by number, with its shape, and no more of them than fit."""

import itertools
import re

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sheet_rules import faults
from torch import nn

from helpers import draw_cell_shapes, draw_constructor, draw_rnn_shapes, draw_sizes

SMALL = st.lists(st.sampled_from([1, 2, 3, 4, 5, 6, 7, 8]), min_size=3, max_size=3, unique=True)


def grids(sheet):
    return {grid.name: grid for grid in sheet.grids if grid.name}


def words(sheet):
    return [text.words for text in sheet.texts]


def column(grid):
    return torch.as_tensor(grid.values[:, 0])


@pytest.mark.parametrize(("seq_len", "batch", "input_size", "hidden_size"), [(3, 2, 4, 5), (5, 3, 6, 1), (4, 1, 2, 6)])
def test_draw_sizes_shows_every_number_and_every_size(seq_len, batch, input_size, hidden_size):
    rnn, dataset = nn.RNN(input_size, hidden_size), torch.randn(seq_len, batch, input_size)
    picture, output = draw_sizes(rnn, dataset), rnn(dataset)[0].detach()
    found = grids(picture.sheet)
    assert len(found) == 2 * seq_len * batch
    for t, sample in itertools.product(range(seq_len), range(batch)):
        state = found[f"h_{t + 1}[{sample}]"]
        assert torch.allclose(column(found[f"dataset[{t}, {sample}]"]), dataset[t, sample])
        assert torch.allclose(column(state), output[t, sample], atol=1e-6)
        assert state.sources == tuple(f"dataset[{before}, {sample}]" for before in range(t + 1))
    shown = words(picture.sheet)
    assert {f"seq_len {seq_len}", f"batch {batch}", f"input_size {input_size}", f"hidden_size {hidden_size}"} <= set(
        shown
    )
    assert f"dataset {tuple(dataset.shape)}" in shown
    assert f"h_1 ... h_{seq_len} {tuple(output.shape)}" in shown


@pytest.mark.parametrize(
    ("seq_len", "batch", "input_size", "hidden_size", "layers"), [(5, 2, 4, 3, 1), (1, 3, 6, 2, 4)]
)
def test_draw_rnn_shapes_shows_what_goes_in_and_comes_out(seq_len, batch, input_size, hidden_size, layers):
    rnn, x = nn.RNN(input_size, hidden_size, layers), torch.randn(seq_len, batch, input_size)
    h_0 = torch.rand(layers, batch, hidden_size)
    output, h_n = rnn(x, h_0)
    picture = draw_rnn_shapes(rnn, x, h_0)
    found = grids(picture.sheet)
    for name, tensor in (("input", x), ("h_0", h_0), ("output", output), ("h_n", h_n)):
        for one, sample in np.ndindex(*tensor.shape[:2]):
            assert torch.allclose(
                column(found.pop(f"{name}[{one}, {sample}]")), tensor[one, sample].detach(), atol=1e-6
            )
    assert not found
    shown = words(picture.sheet)
    assert f"output (seq_len {seq_len}, batch {batch}, hidden_size {hidden_size})" in shown
    assert f"input (seq_len {seq_len}, batch {batch}, input_size {input_size})" in shown
    assert [line for line in shown if line.startswith("layer ")] == [f"layer {n}" for n in reversed(range(layers))]
    assert shown.count(f"(num_layers {layers},") == shown.count(f"hidden_size {hidden_size})") == 2


def test_the_sources_of_output_and_h_n_are_what_autograd_finds():
    rnn, x, h_0 = nn.RNN(4, 2, 3), torch.randn(5, 2, 4, requires_grad=True), torch.rand(3, 2, 2, requires_grad=True)
    found = grids(draw_rnn_shapes(rnn, x.detach(), h_0.detach()).sheet)
    for name, made in zip(("output", "h_n"), rnn(x, h_0), strict=True):
        for one, sample in np.ndindex(*made.shape[:2]):
            slopes = torch.autograd.grad(made[one, sample].sum(), (x, h_0), retain_graph=True)
            reached = {
                f"{part}[{place}, {other}]"
                for part, slope in zip(("input", "h_0"), slopes, strict=True)
                for place, other in slope.abs().sum(-1).nonzero().tolist()
            }
            assert set(found[f"{name}[{one}, {sample}]"].sources) == reached


@settings(max_examples=20, deadline=None)
@given(SMALL)
def test_draw_constructor_shows_the_four_parameters(sizes):
    cell = nn.RNNCell(*sizes[:2])
    picture = draw_constructor(cell)
    found = grids(picture.sheet)
    assert list(found) == [name for name, _ in cell.named_parameters()]
    for name, values in cell.named_parameters():
        assert np.allclose(found[name].values, values.detach().reshape(len(values), -1))
    shown = words(picture.sheet)
    assert "".join(shown[:5]) == f"nn.RNNCell(input_size={sizes[0]}, hidden_size={sizes[1]})"
    assert shown.count(f"→ input_size {sizes[0]}") == shown.count(f"→ hidden_size {sizes[1]}") == 1
    assert shown.count(f"↓ hidden_size {sizes[1]}") == 4
    assert list(faults(picture.sheet)) == []


@settings(max_examples=20, deadline=None)
@given(SMALL)
def test_draw_cell_shapes_is_one_step_of_the_cell(sizes):
    batch, input_size, hidden_size = sizes
    cell, x, h = nn.RNNCell(input_size, hidden_size), torch.randn(batch, input_size), torch.randn(batch, hidden_size)
    picture = draw_cell_shapes(cell, x, h)
    found = grids(picture.sheet)
    new = found["new h"]
    x_part, w_ih, b_ih, h_part, w_hh, b_hh = (torch.as_tensor(found[name].values) for name in new.sources)
    assert torch.allclose(
        torch.tanh(x_part @ w_ih + b_ih + h_part @ w_hh + b_hh), torch.as_tensor(new.values), atol=1e-5
    )
    assert torch.allclose(torch.as_tensor(new.values), cell(x, h).detach(), atol=1e-6)
    shapes = {tuple(map(int, re.findall(r"\d+", text))) for text in words(picture.sheet) if re.search(r"\(\d", text)}
    tensors = (x, cell.weight_ih.T, cell.bias_ih, h, cell.weight_hh.T, cell.bias_hh, cell(x, h))
    assert shapes == {tuple(tensor.shape) for tensor in tensors}
    assert list(faults(picture.sheet)) == []


@pytest.mark.parametrize("nonlinearity", ["tanh", "relu"])
def test_the_step_is_named_by_what_squashes_it(nonlinearity):
    picture = draw_cell_shapes(nn.RNNCell(3, 2, nonlinearity=nonlinearity), torch.randn(4, 3), torch.randn(4, 2))
    assert {"tanh", "relu"} & set(words(picture.sheet)) == {nonlinearity}
    assert f"through {nonlinearity}" in picture.alt


@pytest.mark.parametrize(
    ("layers", "batch", "hidden_size", "input_size", "seq_len"), [(4, 3, 6, 6, 5), (1, 1, 1, 1, 1)]
)
def test_the_smallest_and_the_largest_keep_the_rules(layers, batch, hidden_size, input_size, seq_len):
    rnn, x = nn.RNN(input_size, hidden_size, layers), torch.randn(seq_len, batch, input_size)
    for picture in (draw_sizes(rnn, x), draw_rnn_shapes(rnn, x, torch.zeros(layers, batch, hidden_size))):
        assert list(faults(picture.sheet)) == []
        assert "{" not in picture.alt


X = torch.ones(3, 1, 4)
WRONG = {
    "samples": (lambda: draw_sizes(nn.RNN(4, 2), torch.ones(3, 4, 4)), ValueError, "batch must be .* to 3, got 4"),
    "steps": (lambda: draw_sizes(nn.RNN(4, 2), torch.ones(6, 1, 4)), ValueError, "seq_len must be .* to 5, got 6"),
    "batch first": (lambda: draw_sizes(nn.RNN(4, 2, batch_first=True), X), ValueError, "rnn must be made without"),
    "layers": (
        lambda: draw_rnn_shapes(nn.RNN(4, 2, 5), X, torch.ones(5, 1, 2)), ValueError, "num_layers must be .* to 4, got 5",
    ),
    "h_0": (lambda: draw_rnn_shapes(nn.RNN(4, 2), X, torch.ones(1, 2, 2)), ValueError, "h_0 .*batch 1.*got"),
    "no cell": (lambda: draw_constructor(nn.RNN(3, 5)), TypeError, "cell must be an nn.RNNCell, got RNN"),
    "large": (lambda: draw_constructor(nn.RNNCell(9, 5)), ValueError, "input_size must be .* to 8, got 9"),
    "units": (
        lambda: draw_cell_shapes(nn.RNNCell(3, 9), torch.ones(2, 3), torch.ones(2, 9)), ValueError,
        "hidden_size must be .* to 8, got 9",
    ),
    "no biases": (
        lambda: draw_cell_shapes(nn.RNNCell(3, 2, bias=False), torch.ones(4, 3), torch.ones(4, 2)), ValueError,
        "cell.bias must be True, got False",
    ),
    "no cell, shapes": (
        lambda: draw_cell_shapes(nn.RNN(3, 2), torch.ones(4, 3), torch.ones(4, 2)), TypeError, "cell must be an nn.RNNCell",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_wrong_input_is_answered_in_a_sentence(case):
    make_it, error, said = WRONG[case]
    with pytest.raises(error, match=said):
        make_it()
