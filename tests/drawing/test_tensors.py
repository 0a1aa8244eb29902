"""Tensors as pictures: every square is a number of the tensor."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sheet_rules import faults
from torch import nn

from helpers import draw_hidden, draw_tensor, trace
from helpers.drawing.letters import decimals


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 40), st.integers(1, 40), st.booleans())
def test_a_tensor_is_drawn_square_by_square(rows, columns, pixels):
    tensor = torch.randn(rows, columns)
    picture = draw_tensor(tensor, "weight_ih", ("hidden_size", "input_size"), pixels=pixels)
    grid = picture.sheet.grids[0]
    assert np.array_equal(grid.values, tensor.numpy())
    assert (grid.name, grid.axes) == ("weight_ih", ("hidden_size", "input_size"))
    assert f"(hidden_size {rows}, input_size {columns})" in picture.alt
    assert f"from {tensor.min():.2f} to {tensor.max():.2f}" in picture.alt
    assert list(faults(picture.sheet)) == []


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 39), st.integers(1, 40), st.integers(1, 3))
def test_hidden_states_stand_side_by_side(steps, hidden_size, num_layers):
    rnn, inputs = nn.RNN(3, hidden_size, num_layers), torch.randn(steps, 2, 3)
    picture = draw_hidden(trace(rnn, inputs), sample=1)
    with torch.no_grad():
        output, _ = rnn(inputs)
    grids = picture.sheet.grids[: steps + 1]
    assert [grid.name for grid in grids] == [f"h[{step}]" for step in range(steps + 1)]
    assert np.allclose(np.stack([grid.values[:, 0] for grid in grids[1:]]), output[:, 1], atol=1e-6)
    assert not grids[0].values.any()
    assert ", ".join(decimals(value) for value in output[-1, 1, :8].tolist()) in picture.alt
    assert list(faults(picture.sheet)) == []


WRONG = {
    "no tensor": (lambda: draw_tensor([1.0], "h", ("n",)), TypeError, "tensor must be a torch.Tensor, got list"),
    "axes": (lambda: draw_tensor(torch.ones(2, 3), "h", ("n",)), ValueError, r"tensor must be .*got \(2, 3\)"),
    "too large": (
        lambda: draw_tensor(torch.ones(2, 99), "h", ("n", "m")),
        ValueError,
        r"tensor must be .*got \(2, 99\)",
    ),
    "empty": (lambda: draw_tensor(torch.ones(0), "h", ("n",)), ValueError, r"tensor must be .*got \(0,\)"),
    "too long": (
        lambda: draw_hidden(trace(nn.RNN(3, 5), torch.ones(99, 1, 3))),
        ValueError,
        "at most 39 steps, got 99",
    ),
    "no such layer": (
        lambda: draw_hidden(trace(nn.RNN(3, 5), torch.ones(9, 1, 3)), layer=1),
        ValueError,
        "layer must be",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_input_is_answered_in_a_sentence(case):
    make, error, words = WRONG[case]
    with pytest.raises(error, match=words):
        make()
