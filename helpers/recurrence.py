"""Run an RNN and keep every number on the way.

`nn.RNN` returns the top layer at every step and every layer at the last step. A picture also needs
what lies between: all layers at all steps, and the sums before the squashing. `trace` gives them all.
"""

import copy
from dataclasses import dataclass

import torch
from torch import nn

from helpers.shapes import named_shape
from helpers.words import say


@dataclass(frozen=True, eq=False)
class Trace:
    """Everything that one run of an RNN computed, detached from any graph.

    Shapes:
        hidden: (num_layers, seq_len + 1, batch, hidden_size); `hidden[:, 0]` is h_0
        output: what `rnn(inputs, h_0)` returned first, with its own axes
        h_n: what `rnn(inputs, h_0)` returned second, with its own axes
        preactivation: (num_layers, seq_len, batch, hidden_size), the sums before tanh or relu

    An unbatched run is kept with a batch of 1 in `hidden` and `preactivation`.
    """

    hidden: torch.Tensor
    output: torch.Tensor
    h_n: torch.Tensor
    preactivation: torch.Tensor


def trace(rnn, inputs, h_0=None):
    """Run `rnn` over `inputs` and return a `Trace` of every intermediate value.

    Shapes:
        rnn: an `nn.RNN` (any num_layers, tanh or relu, either batch_first) or an `nn.RNNCell`
        inputs: (seq_len, batch, input_size), or (batch, seq_len, input_size) when the RNN is
            batch_first, or (seq_len, input_size) for one sample without a batch axis
        h_0: (num_layers, batch, hidden_size), without the batch axis for one sample; an `nn.RNNCell`
            takes (batch, hidden_size) or (hidden_size,). Zeros when left out, as in PyTorch.

    An `nn.RNNCell` is called once for every time step; its `output` is the stack of what it returned,
    its `h_n` the last of them. The weights are copied first, so a model that is being trained
    elsewhere cannot change in the middle of a trace.

    Raises:
        TypeError: `rnn` is another kind of module, or a tensor argument is not a tensor of the right type
        ValueError: a shape does not fit, the sequence is empty, or the RNN is bidirectional

    Source: the formula in the documentation of `torch.nn.RNN`.
    """
    _check_rnn(rnn)
    _check_inputs(rnn, inputs)
    batched = inputs.dim() == 3
    batch_first = getattr(rnn, "batch_first", False)
    below = inputs.detach() if batched else inputs.detach().unsqueeze(1)
    if batched and batch_first:
        below = below.transpose(0, 1)
    _check_h_0(rnn, h_0, batched, below.shape[1])

    rnn = copy.deepcopy(rnn)
    with torch.no_grad():
        output, h_n = _run(rnn, inputs.detach(), None if h_0 is None else h_0.detach())
        first = _first_states(rnn, h_0, below)
        hidden, preactivation = [], []
        for layer, h_start in enumerate(first):
            states, sums = _run_layer(rnn, layer, below, h_start)
            hidden.append(states)
            preactivation.append(sums)
            below = states[1:]
    return Trace(torch.stack(hidden), output, h_n, torch.stack(preactivation))


def count_parameters(module):
    """The number of numbers that training may change: the sum of `p.numel()` over `module.parameters()`."""
    return sum(p.numel() for p in module.parameters())


def sequence_first(rnn, inputs):
    """Raise ValueError unless `rnn` takes the sequence first and `inputs` is (seq_len, batch, input_size)."""
    if getattr(rnn, "batch_first", False):
        raise ValueError(say("errors.rnn_batch_first"))
    if inputs.dim() != 3:
        raise ValueError(say("errors.inputs_batched", order=say("errors.order.False"), got=tuple(inputs.shape)))


def _num_layers(rnn):
    return getattr(rnn, "num_layers", 1)


def _run(rnn, inputs, h_0):
    if isinstance(rnn, nn.RNN):
        return rnn(inputs, h_0)
    states = []
    h = h_0
    for x in inputs:
        h = rnn(x, h)
        states.append(h)
    return torch.stack(states), h


def _first_states(rnn, h_0, below):
    """h_0 as (num_layers, batch, hidden_size), whatever form it was given in."""
    shape = (_num_layers(rnn), below.shape[1], rnn.hidden_size)
    return below.new_zeros(shape) if h_0 is None else h_0.detach().reshape(shape)


def _run_layer(rnn, layer, below, h_start):
    """One layer over all steps: its states (seq_len + 1, batch, hidden_size) and its sums, one shorter."""
    suffix = f"_l{layer}" if isinstance(rnn, nn.RNN) else ""
    weight_ih, weight_hh = getattr(rnn, f"weight_ih{suffix}"), getattr(rnn, f"weight_hh{suffix}")
    weights = [weight_ih, weight_hh]
    biases = [getattr(rnn, f"bias_ih{suffix}"), getattr(rnn, f"bias_hh{suffix}")] if rnn.bias else []
    run = torch.rnn_tanh if rnn.nonlinearity == "tanh" else torch.rnn_relu
    states, _ = run(below, h_start.unsqueeze(0), weights + biases, bool(biases), 1, 0.0, False, False, False)
    states = torch.cat([h_start.unsqueeze(0), states])
    sums = below @ weight_ih.T + states[:-1] @ weight_hh.T
    for bias in biases:
        sums = sums + bias
    return states, sums


def _check_rnn(rnn):
    if not isinstance(rnn, (nn.RNN, nn.RNNCell)):
        raise TypeError(say("errors.rnn_type", got=type(rnn).__name__))
    if isinstance(rnn, nn.RNN) and rnn.bidirectional:
        raise ValueError(say("errors.rnn_bidirectional"))
    if isinstance(rnn, nn.RNN) and rnn.dropout and rnn.training and rnn.num_layers > 1:
        raise ValueError(say("errors.rnn_dropout", dropout=rnn.dropout))


def _check_tensor(name, tensor, dtype):
    if not isinstance(tensor, torch.Tensor):
        raise TypeError(say("errors.not_a_tensor", name=name, got=type(tensor).__name__))
    if tensor.dtype != dtype:
        raise TypeError(say("errors.dtype", name=name, got=tensor.dtype, expected=dtype))


def _check_inputs(rnn, inputs):
    _check_tensor("inputs", inputs, rnn.weight_ih.dtype if isinstance(rnn, nn.RNNCell) else rnn.weight_ih_l0.dtype)
    shape = tuple(inputs.shape)
    batch_first = getattr(rnn, "batch_first", False)
    if inputs.dim() not in (2, 3):
        raise ValueError(say("errors.inputs_dim", got=shape, order=say(f"errors.order.{batch_first}")))
    if shape[-1] != rnn.input_size:
        raise ValueError(say("errors.inputs_size", got=shape, last=shape[-1], expected=rnn.input_size))
    if shape[1 if batch_first and inputs.dim() == 3 else 0] == 0:
        raise ValueError(say("errors.inputs_empty", got=shape))


def _check_h_0(rnn, h_0, batched, batch):
    if h_0 is None:
        return
    _check_tensor("h_0", h_0, next(rnn.parameters()).dtype)
    axes = {"num_layers": _num_layers(rnn)} if isinstance(rnn, nn.RNN) else {}
    axes |= {"batch": batch} if batched else {}
    axes["hidden_size"] = rnn.hidden_size
    if tuple(h_0.shape) != tuple(axes.values()):
        raise ValueError(say("errors.h_0_shape", got=tuple(h_0.shape), expected=named_shape(axes)))
