"""`trace` against PyTorch itself and against the formula, worked out another way."""

import re

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sizes import BATCH, HIDDEN_SIZE, INPUT_SIZE, NUM_LAYERS, SEED, SEQ_LEN
from torch import nn

from helpers import count_parameters, trace

ATOL = 1e-6


def close(left, right):
    assert left.shape == right.shape
    assert torch.allclose(left, right, atol=ATOL, rtol=0)


def by_formula(rnn, inputs, h_0):
    """Hidden states and sums by the formula alone, in float64 NumPy. inputs: (seq_len, batch, input_size)."""
    squash = np.tanh if rnn.nonlinearity == "tanh" else lambda sums: np.maximum(sums, 0)
    below, hidden, sums = inputs.double().numpy(), [], []
    for layer in range(getattr(rnn, "num_layers", 1)):
        suffix = f"_l{layer}" if isinstance(rnn, nn.RNN) else ""
        names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        w_ih, w_hh, b_ih, b_hh = (
            getattr(rnn, name + suffix).detach().double().numpy() if hasattr(rnn, name + suffix) else 0
            for name in names
        )
        states, totals = [h_0[layer].double().numpy()], []
        for x in below:
            totals.append(np.einsum("hi,bi->bh", w_ih, x) + b_ih + np.einsum("hk,bk->bh", w_hh, states[-1]) + b_hh)
            states.append(squash(totals[-1]))
        hidden.append(states)
        sums.append(totals)
        below = np.stack(states[1:])
    return torch.tensor(np.array(hidden)).float(), torch.tensor(np.array(sums)).float()


@settings(max_examples=60, deadline=None)
@given(
    SEQ_LEN, BATCH, INPUT_SIZE, HIDDEN_SIZE, NUM_LAYERS, SEED, *[st.booleans()] * 4, st.sampled_from(["tanh", "relu"])
)
def test_trace_of_rnn(seq_len, batch, input_size, hidden_size, num_layers, seed, first, batched, given_h_0, bias, kind):
    torch.manual_seed(seed)
    rnn = nn.RNN(input_size, hidden_size, num_layers, nonlinearity=kind, batch_first=first, bias=bias)
    batch = batch if batched else 1
    ordered = torch.randn(seq_len, batch, input_size)
    start = torch.randn(num_layers, batch, hidden_size) if given_h_0 else torch.zeros(num_layers, batch, hidden_size)
    inputs, h_0 = (ordered.transpose(0, 1) if first else ordered, start) if batched else (ordered[:, 0], start[:, 0])
    found = trace(rnn, inputs, h_0 if given_h_0 else None)

    output, h_n = rnn(inputs, h_0)
    close(found.output, output)
    close(found.h_n, h_n)
    hidden, sums = by_formula(rnn, ordered, start)
    close(found.hidden, hidden)
    close(found.preactivation, sums)
    top = found.hidden[-1, 1:]
    close((top.transpose(0, 1) if first else top) if batched else top[:, 0], output)
    close(found.hidden[:, -1] if batched else found.hidden[:, -1, 0], h_n)


@settings(max_examples=30, deadline=None)
@given(SEQ_LEN, BATCH, INPUT_SIZE, HIDDEN_SIZE, SEED, st.booleans(), st.booleans(), st.sampled_from(["tanh", "relu"]))
def test_trace_of_cell(seq_len, batch, input_size, hidden_size, seed, batched, given_h_0, kind):
    torch.manual_seed(seed)
    cell = nn.RNNCell(input_size, hidden_size, nonlinearity=kind)
    batch = batch if batched else 1
    ordered, start = torch.randn(seq_len, batch, input_size), torch.randn(1, batch, hidden_size) * given_h_0
    inputs, h_0 = (ordered, start[0]) if batched else (ordered[:, 0], start[0, 0])
    found = trace(cell, inputs, h_0 if given_h_0 else None)

    h, states = h_0, []
    for x in inputs:
        h = cell(x, h)
        states.append(h)
    close(found.output, torch.stack(states))
    close(found.h_n, h)
    hidden, sums = by_formula(cell, ordered, start)
    close(found.hidden, hidden)
    close(found.preactivation, sums)


def test_trace_leaves_no_graph_and_does_not_follow_later_training():
    rnn = nn.RNN(3, 5)
    inputs = torch.randn(4, 2, 3, requires_grad=True)
    found = trace(rnn, inputs)
    before = found.hidden.clone()
    with torch.no_grad():
        rnn.weight_ih_l0.add_(1)
    assert not found.output.requires_grad
    assert not found.hidden.requires_grad
    assert torch.equal(found.hidden, before)


RNN = nn.RNN(3, 5, num_layers=2)
FIRST = nn.RNN(3, 5, num_layers=2, batch_first=True)
CELL = nn.RNNCell(3, 5)
X = torch.zeros(4, 7, 3)

WRONG = {
    "a linear layer": (nn.Linear(3, 5), X, None, TypeError, "rnn .*nn.RNN.*nn.RNNCell, got Linear"),
    "a string": ("rnn", X, None, TypeError, "rnn .*got str"),
    "an LSTM": (nn.LSTM(3, 5), X, None, TypeError, "rnn .*got LSTM"),
    "a projected LSTM": (nn.LSTM(3, 5, proj_size=2), X, None, TypeError, "rnn .*got LSTM"),
    "a GRU": (nn.GRU(3, 5), X, None, TypeError, "rnn .*got GRU"),
    "both directions": (
        nn.RNN(3, 5, bidirectional=True),
        X,
        None,
        ValueError,
        "rnn .*one direction.*bidirectional=True",
    ),
    "dropout": (nn.RNN(3, 5, 2, dropout=0.5), X, None, ValueError, "rnn .*dropout=0.5.*eval"),
    "a numpy array": (RNN, np.zeros((4, 7, 3)), None, TypeError, "inputs must be a torch.Tensor, got ndarray"),
    "float64": (RNN, X.double(), None, TypeError, "inputs .*torch.float32, got torch.float64"),
    "int64": (CELL, X.long(), None, TypeError, "inputs .*torch.float32, got torch.int64"),
    "four axes": (RNN, X[None], None, ValueError, r"inputs .*\(seq_len, batch, input_size\).*got \(1, 4, 7, 3\)"),
    "four axes, batch first": (FIRST, X[None], None, ValueError, r"inputs .*\(batch, seq_len, input_size\)"),
    "one axis": (CELL, X[0, 0], None, ValueError, r"inputs .*got \(3,\)"),
    "the last axis": (RNN, torch.zeros(4, 7, 6), None, ValueError, r"inputs .*input_size 3.*got 6.*\(4, 7, 6\)"),
    "no steps": (RNN, X[:0], None, ValueError, r"inputs .*at least one time step.*\(0, 7, 3\)"),
    "no steps, batch first": (FIRST, X[:, :0], None, ValueError, r"inputs .*at least one.*\(4, 0, 3\)"),
    "no steps, a cell": (CELL, X[:0], None, ValueError, r"inputs .*at least one"),
    "h_0 is a tuple": (RNN, X, (X,), TypeError, "h_0 must be a torch.Tensor, got tuple"),
    "h_0 in float64": (RNN, X, torch.zeros(2, 7, 5).double(), TypeError, "h_0 .*torch.float32"),
    "h_0 layers": (
        RNN,
        X,
        torch.zeros(1, 7, 5),
        ValueError,
        r"h_0 .*num_layers 2, batch 7, hidden_size 5.*got \(1, 7, 5\)",
    ),
    "h_0 batch": (RNN, X, torch.zeros(2, 4, 5), ValueError, r"h_0 .*got \(2, 4, 5\)"),
    "h_0 batch, batch first": (FIRST, X, torch.zeros(2, 7, 5), ValueError, r"h_0 .*batch 4.*got \(2, 7, 5\)"),
    "h_0 hidden": (RNN, X, torch.zeros(2, 7, 6), ValueError, r"h_0 .*got \(2, 7, 6\)"),
    "h_0 of a cell": (CELL, X, torch.zeros(1, 7, 5), ValueError, r"h_0 .*\(batch 7, hidden_size 5\).*got \(1, 7, 5\)"),
    "h_0 of one sample": (RNN, X[:, 0], torch.zeros(2, 1, 5), ValueError, r"h_0 .*\(num_layers 2, hidden_size 5\)"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_input_is_answered_in_a_sentence(case):
    rnn, inputs, h_0, error, words = WRONG[case]
    with pytest.raises(error) as caught:
        trace(rnn, inputs, h_0)
    assert re.search(words, str(caught.value)), str(caught.value)
    assert str(caught.value).endswith(".")


def test_count_parameters():
    assert count_parameters(nn.Linear(3, 5)) == 3 * 5 + 5
    assert count_parameters(nn.RNN(3, 5, 2)) == (5 * 3 + 5 * 5 + 10) + (5 * 5 + 5 * 5 + 10)
