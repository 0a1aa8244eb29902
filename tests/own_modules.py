"""Random modules and data as a learner may bring them to an explorer, and whether they were left alone."""

import contextlib

import torch
from torch import nn

MODES = (contextlib.nullcontext, torch.no_grad, torch.enable_grad, torch.inference_mode)


def different_sizes(chooser, **most):
    """{name: size} from 1 to what is given for each, no two alike, so that a wrong axis can never pass unnoticed."""
    while True:
        sizes = {name: chooser.randint(1, limit) for name, limit in most.items()}
        if len({*sizes.values()}) == len(sizes):
            return sizes


def random_rnn(chooser, input_size, hidden_size, num_layers, seq_len, batch, batched=True):
    """An `nn.RNN` and what it reads, in its own order of axes: its type, mode and all options are left to chance."""
    train, dtype = chooser.random() < 0.5, chooser.choice([torch.float32, torch.float64])
    options = {
        "nonlinearity": chooser.choice(["tanh", "relu"]),
        "bias": chooser.random() < 0.7,
        "batch_first": chooser.random() < 0.5,
        "dropout": 0.0 if train or num_layers == 1 else chooser.choice([0.0, 0.5]),
    }
    rnn = nn.RNN(input_size, hidden_size, num_layers, dtype=dtype, **options).train(train)
    shape = ((batch, seq_len) if rnn.batch_first else (seq_len, batch)) if batched else (seq_len,)
    return _used(chooser, rnn, torch.randn(*shape, input_size, dtype=dtype))


def random_cell(chooser, input_size, hidden_size, seq_len, batch, batched=True):
    """An `nn.RNNCell` and a sequence for it."""
    dtype, kind = chooser.choice([torch.float32, torch.float64]), chooser.choice(["tanh", "relu"])
    cell = nn.RNNCell(input_size, hidden_size, bias=chooser.random() < 0.7, nonlinearity=kind, dtype=dtype)
    shape = (seq_len, batch, input_size) if batched else (seq_len, input_size)
    return _used(chooser, cell.train(chooser.random() < 0.5), torch.randn(shape, dtype=dtype))


def _used(chooser, module, inputs):
    """The same with gradients from a training step or without, some parameters frozen, inputs that want a gradient."""
    if chooser.random() < 0.5:
        sum(parameter.square().sum() for parameter in module.parameters()).backward()
    for parameter in module.parameters():
        parameter.requires_grad_(chooser.random() < 0.7)
    return module, inputs.requires_grad_(chooser.random() < 0.3)


def state_of(module, inputs):
    """All that an explorer must leave alone: weights, gradients, flags, modes, the data, the global random state."""
    parameters = [
        (name, part.detach().clone(), part._version, part.requires_grad, part.grad is None or part.grad.clone())
        for name, part in module.named_parameters()
    ]
    options = {name: value for name, value in vars(module).items() if not name.startswith("_")}
    data = inputs.detach().clone(), inputs._version, inputs.requires_grad, inputs.grad is None
    return parameters, options, data, torch.get_rng_state(), torch.is_grad_enabled()


def same(one, other):
    """Whether two states are alike, tensor by tensor."""
    if isinstance(one, torch.Tensor):
        return isinstance(other, torch.Tensor) and torch.equal(one, other)
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other
