"""Who reaches whom: against PyTorch's own Jacobian, and against changing one sample and looking at the others."""

import inspect
import itertools

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sizes import BATCH, HIDDEN_SIZE, INPUT_SIZE, SEQ_LEN
from torch import nn
from torch.autograd.functional import jacobian

from helpers import influence, mixes_samples
from helpers.modules import make, seeded

MODULES = (nn.RNN, nn.LSTM, nn.GRU)


@settings(max_examples=15, deadline=None)
@given(SEQ_LEN, BATCH, INPUT_SIZE, HIDDEN_SIZE, st.booleans(), st.sampled_from([0, 1]), st.integers(1, 3))
def test_influence_is_the_jacobian(first, second, input_size, hidden_size, batch_first, sample_axis, num_layers):
    rnn = make(nn.RNN, input_size, hidden_size, num_layers, batch_first=batch_first, generator=seeded(first))
    x = torch.randn(first, second, input_size, generator=seeded(second)) / 2
    found = influence(rnn, x, sample_axis)
    full = jacobian(lambda inputs: rnn(inputs)[0], x)  # (output axes, input axes)
    by_sample = full.movedim((sample_axis, 3 + sample_axis), (0, 1)).flatten(2, 3).sum(2)
    expected = by_sample.flatten(2).norm(dim=2)
    assert torch.allclose(found, expected, atol=1e-5)
    assert not found.requires_grad
    assert all(parameter.grad is None for parameter in rnn.parameters())


@pytest.mark.parametrize("sample_axis", [0, 1])
def test_influence_on_some_samples_is_those_rows_of_all(sample_axis):
    rnn, x = make(nn.RNN, 3, 8, 2, batch_first=True, generator=seeded(0)), torch.randn(5, 7, 3, generator=seeded(1))
    whole = influence(rnn, x, sample_axis)
    for receivers in (range(1), range(2, 4), range(4, 5), range(x.shape[sample_axis])):
        assert torch.equal(influence(rnn, x, sample_axis, receivers), whole[receivers.start : receivers.stop])


def reaches_by_trying(module, x, sample_axis):
    """Change one sample by a nudge and see whether the output of another one moves."""
    with torch.no_grad():
        before = module(x)[0]
        for own in range(x.shape[sample_axis]):
            changed = x.clone()
            changed.select(sample_axis, own).add_(0.3)
            moved = (module(changed)[0] - before).abs().movedim(sample_axis, 0).flatten(1).amax(1)
            moved[own] = 0
            if moved.max() > 1e-6:
                return True
    return False


@pytest.mark.parametrize("kind", MODULES)
@pytest.mark.parametrize(("batch_first", "x_first"), list(itertools.product([False, True], repeat=2)))
@pytest.mark.parametrize("seed", range(4))
def test_mixes_samples_is_what_trying_finds(kind, batch_first, x_first, seed):
    batch, seq_len, input_size, hidden_size = (torch.randperm(6, generator=seeded(seed))[:4] + 2).tolist()
    module = make(kind, input_size, hidden_size, 2, batch_first=batch_first, generator=seeded(seed))
    shape = (batch, seq_len, input_size) if x_first else (seq_len, batch, input_size)
    x, axis = torch.randn(shape, generator=seeded(seed)), 0 if x_first else 1
    assert mixes_samples(module, x, axis) == reaches_by_trying(module, x, axis) == (batch_first != x_first)
    reach = influence(module, x, axis)
    assert bool((reach - torch.diag(reach.diag())).any()) == (batch_first != x_first)


def test_mixes_samples_is_not_blinded_by_large_numbers():
    pressure = torch.full((3, 4, 2), 1013.0)
    assert mixes_samples(nn.RNN(2, 5), pressure)
    assert not mixes_samples(nn.RNN(2, 5, batch_first=True), pressure)


def test_mixes_samples_sees_through_units_that_are_often_flat():
    """A single relu is flat for half of all inputs: one probe is blind to 13 of these 40 networks, several to 3."""
    x, seen = torch.zeros(3, 4, 2), 0
    for seed in range(40):
        torch.manual_seed(seed)
        seen += mixes_samples(nn.RNN(2, 1, nonlinearity="relu"), x)
        assert not mixes_samples(nn.RNN(2, 1, nonlinearity="relu", batch_first=True), x)
    assert seen >= 35


def test_mixes_samples_inside_no_grad():
    with torch.no_grad():
        assert mixes_samples(nn.RNN(2, 5), torch.zeros(3, 4, 2))


def test_mixes_samples_for_one_sample_and_for_other_modules():
    assert not mixes_samples(nn.RNN(2, 5), torch.zeros(1, 4, 2))
    assert not mixes_samples(nn.Linear(2, 5), torch.zeros(3, 4, 2))
    assert mixes_samples(nn.Sequential(nn.Flatten(0), nn.Linear(24, 6), nn.Unflatten(0, (3, 2))), torch.zeros(3, 4, 2))


def test_mixes_samples_stands_by_itself():
    """It is meant to be copied: its text runs with nothing but torch around it."""
    names = {"torch": torch}
    exec(inspect.getsource(mixes_samples), names)
    assert names["mixes_samples"](nn.RNN(2, 5), torch.zeros(3, 4, 2))


def test_influence_under_no_grad_and_for_integers():
    with torch.no_grad():
        assert influence(nn.RNN(2, 5), torch.zeros(3, 4, 2)).shape == (3, 3)
    with pytest.raises(TypeError, match=r"inputs must be a torch.Tensor of floating-point numbers, got torch.int64"):
        influence(nn.RNN(2, 5), torch.zeros(3, 4, 2, dtype=torch.int64))
    with pytest.raises(TypeError, match="got list"):
        influence(nn.RNN(2, 5), [[1.0]])
    with pytest.raises(ValueError, match="sample_axis must be a whole number from 0 to 2, got 3"):
        influence(nn.RNN(2, 5), torch.zeros(3, 4, 2), sample_axis=3)
