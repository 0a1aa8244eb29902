"""The facts of one call: which module, which tensors with which shapes, and which shapes they should have.

nn.RNN, nn.LSTM, nn.GRU and their cells share them all: a cell is a single layer that reads a single step, and an
LSTM has two states where the others have one.
"""

import collections
from typing import Any

import torch
from torch import nn
from torch.nn.utils.rnn import PackedSequence

from helpers.clinic.names import Expr, Unknown, family, is_a, sure
from helpers.shapes import named_shape
from helpers.words import say

_OPTIONS = {"num_layers": 1, "nonlinearity": "tanh", "bias": True, "batch_first": False}
_OPTIONS |= {"dropout": 0.0, "bidirectional": False, "proj_size": 0}
_MOST_NUMBERS = 50_000  # a longer list takes more time than a note may
TENSORS = (torch.Tensor, PackedSequence)


def told(key, code=None, **values):
    """A sentence of the clinic's, and below it the code that it speaks of; without code, no colon waits for it."""
    plain = {name: tuple(value) if type(value) is torch.Size else value for name, value in values.items()}
    words = say(f"clinic.{key}", **plain)
    if not code:
        return words.removesuffix(":") + "." * words.endswith(":")
    return words + "".join(f"\n    {line}" for line in code.splitlines())


def shape_of(value):
    """The shape of the tensor that torch.tensor makes of a list, a tuple or an array; () where it makes none in time."""
    if type(value).__module__ == "numpy" and type(value).__name__ == "ndarray":
        return tuple(value.shape) if value.dtype.kind in "fiub" else ()
    size, inner = 1, value
    while type(inner) in (list, tuple) and inner:
        size, inner = size * len(inner), inner[0]
    try:
        return tuple(torch.tensor(value).shape) if inner is not value and size <= _MOST_NUMBERS else ()
    except Exception:
        return ()


def failed_module(incident, kinds=nn.Module) -> Any:
    """The module whose own call failed, innermost; one of these kinds."""
    [module] = incident.local("_wrapped_call_impl|_call_impl|forward", "self")
    return sure(module, kinds)


def history(tensor, most):
    """The nodes of the graph that a tensor was computed by, nearest first."""
    seen = {tensor.grad_fn: True} if tensor.grad_fn is not None else {}
    waiting = collections.deque(seen)
    while waiting and len(seen) < most:
        for following, _ in waiting.popleft().next_functions:
            if following is not None and following not in seen:
                seen[following] = True
                waiting.append(following)
    return list(seen)


def built(kind, values, *shown):
    """The line that builds `kind` with `values`, leaving out what PyTorch assumes anyway, but for `shown`."""
    sizes = [str(values.get(name, name)) for name in ("input_size", "hidden_size")]
    named = [name for name, usual in _OPTIONS.items() if name in values and (name in shown or values[name] != usual)]
    return f"nn.{kind}({', '.join(sizes + [f'{name}={values[name]!r}' for name in named])})"


def leaves(nodes):
    """The id of a weight for each time that one of these nodes of a graph reads it."""
    return [id(end.variable) for node in nodes for end, _ in node.next_functions if hasattr(end, "variable")]


def source(incident, tensor) -> Any:
    """The recurrent module that a tensor was computed by last, as its graph tells: (its text, it); None without one."""
    owners = {id(weight): pair for pair in incident.recurrent for weight in pair[1].parameters()}
    return next((owners[leaf] for leaf in leaves(history(tensor, 600)) if leaf in owners), None)


def _given(incident, module):
    """(input, state) as a recurrent module was given them."""
    frames = [frame for frame in incident.torch if frame.f_locals.get("self") is module]
    inside = next((frame.f_locals for frame in frames if frame.f_code.co_name == "_call_impl"), None)
    if inside is not None:
        given = {**inside["kwargs"], **dict(zip(("input", "hx"), inside["args"], strict=False))}
        return given.get("input"), given.get("hx")
    inside = frames[0].f_locals  # .forward(x), without the call
    if not inside.get("is_batched", True):
        raise Unknown  # forward() has given them another axis
    return inside.get("input"), inside.get("hx") if incident.argument(1, "hx").node is not None else None


class Call:
    """module: a recurrent module; x: its input; hx: its state as it was given; states: its states one by one.

    `x_expr`, `h_expr` and `parts` (one for each state) are the learner's expressions for them.
    """

    def __init__(self, incident, module: Any):
        self.incident, self.module, self.kind, self.rnn = incident, module, family(module), incident.of(module)
        self.x, self.hx = _given(incident, module)
        self.is_cell, self.lstm = is_a(module, nn.RNNCellBase), self.kind.startswith("LSTM")
        self.packed = is_a(self.x, PackedSequence)
        self.data = self.x.data if self.packed else self.x
        self.weight = next(module.parameters())
        self.first = bool(getattr(module, "batch_first", False))
        self.layers = getattr(module, "num_layers", 1) * (2 if getattr(module, "bidirectional", False) else 1)
        self.convert = f"torch.tensor({{}}, dtype={self.weight.dtype})"
        self.x_expr = incident.argument(0, "input", self.x, module)
        self.h_expr = incident.argument(1, "hx", self.hx, module)
        self.states, self.parts = [] if self.hx is None else [self.hx], [self.h_expr]
        if self.lstm and type(self.hx) in (list, tuple) and len(self.hx) == 2:
            self.states, text, written = list(self.hx), self.h_expr.text, getattr(self.h_expr.node, "elts", ())
            pairs = [(incident.scope.written(node), node) for node in written]
            if len(pairs) != 2:
                pairs = [(f"{text}[{i}]" if text else incident.of(self.hx[i]), None) for i in (0, 1)]
            self.parts = [Expr(*pair, "hx") for pair in pairs]

    def told(self, key, code=None, **values):
        """The sentence `key` with the learner's names filled in, and code below it."""
        size, shape = self.module.input_size, getattr(self.data, "shape", None)
        own = {"x": self.x_expr, "h": self.h_expr, "rnn": self.incident.called(self.module), "kind": self.kind}
        own |= {"size": size, "dtype": self.weight.dtype, "shape": shape, "reads": self.reads()}
        own |= {"takes": f"({', '.join(self.axes(3)[:-1])}, input_size {size})"}
        return told(key, code, **own | values)

    def fixed(self, x="", *states):
        """The learner's statement with changes made to the input and to each state."""
        pairs = list(zip(self.parts, states, strict=False))
        if self.lstm and any(states) and self.h_expr.node and not self.parts[0].node:
            pairs = [(self.h_expr, f"=({', '.join(part.then(change) for part, change in pairs)})")]
        return self.incident.fixed((self.x_expr, x), *pairs)

    def rebuilt(self, **changes):
        """The line that builds the module anew with `changes`."""
        values = {name: getattr(self.module, name) for name in _OPTIONS if hasattr(self.module, name)}
        values |= {"input_size": self.module.input_size, "hidden_size": self.module.hidden_size} | changes
        return (f"{self.rnn} = " if self.rnn else "") + built(self.kind, values)

    def axes(self, dim):
        """The names of the axes of an input with so many axes."""
        names = ["input_size"] if self.is_cell else ["seq_len", "input_size"]
        if dim > len(names):
            names.insert(0 if self.first or self.is_cell else 1, "batch")
        return names

    def reads(self):
        """The shape of the input, or of what it is to become, with the names that the module gives its axes."""
        if self.packed:
            return say("clinic.packed_shape", batch=int(self.x.batch_sizes[0]), size=self.data.shape[-1])
        tensor = self.x[0] if type(self.x) in (list, tuple) and self.x and is_a(self.x[0], torch.Tensor) else self.x
        shape = tuple(tensor.shape) if is_a(tensor, torch.Tensor) else shape_of(tensor)
        return named_shape(dict(zip(self.axes(len(shape)), shape, strict=False)))

    def expected(self, batch):
        """The axes of each state for a batch; {name: size}s. batch None: one sample without a batch axis."""
        module, lead = self.module, {}
        if not self.is_cell:
            lead = {"num_layers" if self.layers == module.num_layers else "2 * num_layers": self.layers}
        lead |= {} if batch is None else {"batch": batch}
        hidden, proj = {"hidden_size": module.hidden_size}, getattr(module, "proj_size", 0)
        first = lead | ({"proj_size": proj} if proj else hidden)
        return [first, lead | hidden] if self.lstm else [first]
