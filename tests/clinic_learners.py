"""Running code as a notebook runs a cell, what a learner has in it, and what a right program computes.

Every test of the clinic imports this, and so runs with a clinic that raises its own faults.
"""

import linecache
import random

import numpy as np
import torch
from torch import nn

from helpers.clinic import rules

rules.STRICT = True


def execute(code, names):
    """Run `code` as a notebook runs a cell: its text stands where tracebacks look for it."""
    file = f"<snippet {len(linecache.cache)}>"
    linecache.cache[file] = (len(code), None, code.splitlines(keepends=True), file)
    exec(compile(code, file, "exec"), names)


def caught(code, names):
    """The error that `code` raises."""
    try:
        execute(code, names)
    except BaseException as error:
        return error
    raise AssertionError(f"{code} raised nothing")


def learner(seed):
    """(sizes, names): what the snippets may use. All sizes are different, and so are all drawn numbers."""
    sizes = dict(zip("TBIHLWC", random.Random(seed).sample(range(3, 14), 7), strict=True)) | {"L": 2}
    seq_len, batch, input_size, hidden_size, num_layers, _, classes = sizes.values()
    torch.manual_seed(seed)
    pair = (input_size, hidden_size)
    modules = {
        **{"net": nn.RNN(*pair, num_layers), "lstm": nn.LSTM(*pair, num_layers), "gru": nn.GRU(*pair, num_layers)},
        **{"one": nn.RNN(*pair), "first": nn.RNN(*pair, batch_first=True), "both": nn.RNN(*pair, bidirectional=True)},
        **{"cell": nn.RNNCell(*pair), "lstm_cell": nn.LSTMCell(*pair), "gru_cell": nn.GRUCell(*pair)},
        **{"head": nn.Linear(hidden_size, classes), "letters": nn.Embedding(classes, input_size)},
    }
    return sizes, modules | sizes | {
        **{"torch": torch, "nn": nn, "np": np, "F": nn.functional, "zeros": torch.zeros, "rnn_utils": nn.utils.rnn},
        "days": torch.randn(seq_len, batch, input_size),
        "samples": torch.randn(batch, seq_len, input_size),
        "state": torch.randn(num_layers, batch, hidden_size),
        "wanted": torch.randint(classes, (batch, seq_len)),
        "sgd": lambda module: torch.optim.SGD(module.parameters(), lr=0.1).step(),
    }


def tensors(made):
    """All tensors of a result, in order."""
    if isinstance(made, torch.Tensor):
        return [made]
    if isinstance(made, nn.utils.rnn.PackedSequence):
        return [made.data]
    return [tensor for part in made for tensor in tensors(part)] if isinstance(made, (tuple, list)) else []


def outcome(names):
    """The numbers that a program left in `made`, and the gradients that they, or its own backward(), give the weights."""
    modules = [value for value in names.values() if isinstance(value, nn.Module)]
    weights = list({id(weight): weight for module in modules for weight in module.parameters()}.values())
    made = tensors(names.get("made", ()))
    learning = [tensor for tensor in made if tensor.requires_grad]
    if learning:
        total = sum((tensor * torch.linspace(1, 2, tensor.numel()).view(tensor.shape)).sum() for tensor in learning)
        torch.autograd.backward(total, inputs=[weight for weight in weights if weight.requires_grad])
    return [t.detach() for t in made] + [w.grad.detach() for w in weights if w.grad is not None]


def alike(one, other):
    """Whether two outcomes hold the same numbers."""
    return len(one) == len(other) > 0 and all(
        a.shape == b.shape and torch.allclose(a, b, atol=1e-5, equal_nan=True) for a, b in zip(one, other, strict=True)
    )
