"""Gradients back through time: autograd against the product of Jacobians."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.backward import reach, scaled_rnn


def by_hand(rnn, inputs):
    """Gradient of the sum of the last state with respect to each input, by multiplying factors from the end."""
    W_ih, W_hh, h, states = rnn.weight_ih_l0.detach(), rnn.weight_hh_l0.detach(), torch.zeros(rnn.hidden_size), []
    h = h.double()
    for x in inputs:
        h = torch.tanh(W_ih @ x + W_hh @ h)
        states.append(h)
    back, found = torch.ones(rnn.hidden_size).double(), []
    for h in reversed(states):
        back = back * (1 - h**2)
        found.append((back @ W_ih).norm())
        back = back @ W_hh
    return torch.stack(found[::-1]), torch.stack([((1 - h**2) ** 2).mean() ** 0.5 for h in states])


@settings(max_examples=20, deadline=None)
@given(st.floats(0, 3), st.floats(0.01, 3), st.integers(2, 20), st.integers(1, 30), st.integers(0, 99))
def test_reach_is_the_product_of_the_factors(weight_scale, input_scale, seq_len, hidden_size, seed):
    rnn = scaled_rnn(weight_scale, hidden_size, seed)
    inputs = input_scale * torch.randn(seq_len, 4).double()
    found, (gradient, slope) = reach(rnn, inputs), by_hand(rnn, inputs)
    assert torch.allclose(found.gradient, gradient, rtol=1e-7, atol=1e-300)
    assert torch.allclose(found.slope, slope, rtol=1e-9)


@pytest.mark.parametrize("weight_scale", [0.0, 0.5, 1.0, 2.5])
def test_weight_hh_stretches_every_vector_by_weight_scale(weight_scale):
    weight = scaled_rnn(weight_scale, 7).weight_hh_l0.detach()
    for vector in torch.randn(5, 7).double():
        assert (weight @ vector).norm().item() == pytest.approx(weight_scale * vector.norm().item(), rel=1e-5)


def test_the_gradient_is_that_of_a_real_change():
    """Nudge one input and see how far the sum of the last state moves along the gradient."""
    rnn, inputs = scaled_rnn(1.2, 6), torch.randn(8, 4).double()
    for t in (0, 4, 7):
        moved = inputs.clone().requires_grad_()
        (gradient,) = torch.autograd.grad(rnn(moved)[0][-1].sum(), moved)
        direction = gradient[t] / gradient[t].norm()
        nudged = inputs.clone()
        nudged[t] += 1e-6 * direction
        with torch.no_grad():
            rise = (rnn(nudged)[0][-1].sum() - rnn(inputs)[0][-1].sum()).item() / 1e-6
        assert np.isclose(rise, reach(rnn, inputs).gradient[t].item(), rtol=1e-4)
