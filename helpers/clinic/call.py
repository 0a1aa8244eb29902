"""One call of an nn.RNN or nn.RNNCell: what it was given, what it should have been given, and its words.

A sentence about a call may use the places {input}, {h} and {rnn} (what the learner calls them, in a
sentence), {x} and {module} (the same, in a line of code), {shape} and {state} (their shapes).
"""

import torch
from torch import nn

from helpers.shapes import named_shape
from helpers.words import say

_OPTIONS = {
    "num_layers": 1,
    "nonlinearity": "tanh",
    "bias": True,
    "batch_first": False,
    "dropout": 0.0,
    "bidirectional": False,
}


def written(kind, values, shown=()):
    """The line of code that builds `kind` with `values`, leaving out what PyTorch assumes anyway, but for `shown`."""
    sizes = [str(values.get(name, name)) for name in ("input_size", "hidden_size")]
    options = [
        f"{name}={values[name]!r}"
        for name, usual in _OPTIONS.items()
        if name in values and (name in shown or values[name] != usual)
    ]
    return f"nn.{kind}({', '.join(sizes + options)})"


class Call:
    """module: the nn.RNN or nn.RNNCell; x, h: its two arguments, None for one that was not given."""

    def __init__(self, module, x, h, kwargs, incident):
        self.module, self.x, self.h, self.kwargs, self.incident = module, x, h, kwargs, incident
        self.is_cell = isinstance(module, nn.RNNCell)
        self.kind = "RNNCell" if self.is_cell else "RNN"
        self.weight = module.weight_ih if self.is_cell else module.weight_ih_l0
        names = incident.names
        self.x_name, self.h_name, self.rnn_name = names.of(x), names.of(h), names.of_module(module)
        self.x_code = self.x_name or "x"
        self.module_code = self.rnn_name or ("cell" if self.is_cell else "rnn")

    def say(self, key, **values):
        """The sentence `key`, with the learner's names filled in."""
        own = {
            "input": self.x_name or say("clinic.input"),
            "h": self.h_name or "h_0",
            "rnn": self.rnn_name or f"nn.{self.kind}",
            "x": self.x_code,
            "module": self.module_code,
            "shape": tuple(self.x.shape) if isinstance(self.x, torch.Tensor) else None,
            "state": tuple(self.h.shape) if isinstance(self.h, torch.Tensor) else None,
        }
        return say(key, **own | values)

    def statement(self, x=None, h=None):
        """The call as the learner should write it: `output, h_n = rnn(x, h_0)` or `h = cell(x, h)`."""
        arguments = ", ".join(part for part in (x or self.x_code, h) if part)
        return f"{'h' if self.is_cell else 'output, h_n'} = {self.module_code}({arguments})"

    def built(self, *shown, **changes):
        """The line of code that builds the module anew with `changes`; what is `shown` is written in any case."""
        values = {name: getattr(self.module, name) for name in _OPTIONS if hasattr(self.module, name)}
        sizes = {"input_size": self.module.input_size, "hidden_size": self.module.hidden_size}
        return f"{self.module_code} = {written(self.kind, sizes | values | changes, shown)}"

    @property
    def batched(self):
        return self.x.dim() == (2 if self.is_cell else 3)

    @property
    def order(self):
        """The axes of an input with a batch, and the one size that is known."""
        return f"({', '.join(self._input_axes(batched=True))} {self.module.input_size})"

    def _input_axes(self, batched):
        if self.is_cell:
            return ("batch", "input_size") if batched else ("input_size",)
        if not batched:
            return ("seq_len", "input_size")
        first = ("batch", "seq_len") if self.module.batch_first else ("seq_len", "batch")
        return (*first, "input_size")

    @property
    def named_input(self):
        """The shape of x with the names that PyTorch gives its axes."""
        return named_shape(dict(zip(self._input_axes(self.batched), self.x.shape, strict=True)))

    @property
    def batch_axis(self):
        return 1 if not self.is_cell and not self.module.batch_first else 0

    @property
    def batch(self):
        return self.x.shape[self.batch_axis]

    def state_axes(self):
        """The axes that the hidden state must have for this x: {name: size}."""
        layers = {}
        if not self.is_cell:
            layers = {"num_layers": self.module.num_layers}
            if self.module.bidirectional:
                layers = {"2 * num_layers": 2 * self.module.num_layers}
        batch = {"batch": self.batch} if self.batched else {}
        return layers | batch | {"hidden_size": self.module.hidden_size}

    @property
    def expected(self):
        """The shape that the hidden state must have, as PyTorch names its axes."""
        return named_shape(self.state_axes())

    @property
    def zeros(self):
        """The line of code that makes a hidden state of the right shape."""
        sizes = ", ".join(str(size) for size in self.state_axes().values())
        dtype = "" if self.weight.dtype == torch.float32 else f", dtype={self.weight.dtype}"
        return f"{self.h_name or 'h_0'} = torch.zeros({sizes}{dtype})"
