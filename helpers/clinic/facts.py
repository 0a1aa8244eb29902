"""The facts of one call: which module, which tensors with which shapes, and which shapes they should have.

nn.RNN, nn.LSTM, nn.GRU and their cells share them all: a cell is a single layer that reads a single step, and an
LSTM has two states where the others have one.
"""

import functools

import torch
from torch import nn
from torch.nn.utils.rnn import PackedSequence

from helpers.clinic.names import RECURRENT, is_a, loose
from helpers.shapes import named_shape
from helpers.words import say

_CALLS = ("_wrapped_call_impl", "_call_impl", "forward")
_OPTIONS = {"num_layers": 1, "nonlinearity": "tanh", "bias": True, "batch_first": False}
_OPTIONS |= {"dropout": 0.0, "bidirectional": False, "proj_size": 0}
TENSORS = (torch.Tensor, PackedSequence)


def failed_module(incident):
    """The module whose own call failed, innermost; None when the error came from elsewhere."""
    frames = [frame for frame in incident.torch if frame.f_code.co_name in _CALLS]
    return frames[-1].f_locals.get("self") if frames else None


def arguments(incident, module):
    """(args, kwargs) that a module was given, from the frame that was given them."""
    for frame in incident.torch:
        inside = frame.f_locals
        if inside.get("self") is module and frame.f_code.co_name == "_call_impl":
            return inside["args"], inside["kwargs"]
    inside = next(frame.f_locals for frame in incident.torch if frame.f_locals.get("self") is module)
    return (inside.get("input"), *([inside["hx"]] if inside.get("hx") is not None else [])), {}


def history(tensor, most):
    """The nodes of the graph that a tensor was computed by, nearest first."""
    waiting, seen = [tensor.grad_fn], []
    while waiting and len(seen) < most:
        node = waiting.pop(0)
        if node is not None and node not in seen[:64]:
            seen.append(node)
            waiting += [following for following, _ in node.next_functions]
    return seen


def zeros(sizes, like, dtype, device):
    """The line that makes a tensor of zeros; sizes are numbers or texts."""
    options = "" if dtype == torch.float32 else f", dtype={dtype}"
    options += "" if device.type == "cpu" else f', device="{device}"'
    return f"torch.zeros({', '.join(str(size) for size in sizes)}{options})"


def built(kind, values, shown=()):
    """The line that builds `kind` with `values`, leaving out what PyTorch assumes anyway, but for `shown`."""
    sizes = [str(values.get(name, name)) for name in ("input_size", "hidden_size")]
    options = [
        f"{name}={values[name]!r}"
        for name, usual in _OPTIONS.items()
        if name in values and (name in shown or values[name] != usual)
    ]
    return f"nn.{kind}({', '.join(sizes + options)})"


class Call:
    """module: a recurrent module; x: its input; states: its hidden states, None where none was given."""

    def __init__(self, incident, module):
        self.incident, self.module = incident, module
        args, self.kwargs = arguments(incident, module)
        self.count = len(args) + len(self.kwargs)
        self.x = args[0] if args else self.kwargs.get("input")
        self.hx = args[1] if len(args) > 1 else self.kwargs.get("hx")
        self.is_cell = is_a(module, nn.RNNCellBase)
        self.kind = next(k.__name__ for k in type(module).__mro__ if k.__module__ == "torch.nn.modules.rnn")
        self.lstm = self.kind.startswith("LSTM")
        self.packed = is_a(self.x, PackedSequence)
        self.data = self.x.data if self.packed else self.x
        self.weight = module.weight_ih if self.is_cell else module.weight_ih_l0
        self.batch_first = bool(getattr(module, "batch_first", False))
        self._read_names()

    def _read_names(self):
        """The learner's expressions for the input and the states, from the failing line or by identity."""
        self.call = self.x_node = self.h_node = None
        scope, first = self.incident.scope, self.incident.torch[0]
        node = scope.node if scope and self.incident.at_learners else None
        if getattr(node, "func", None) is not None and first.f_locals.get("self") is self.module:
            given = {keyword.arg: keyword.value for keyword in node.keywords}
            starred = any(type(part).__name__ == "Starred" for part in node.args) or None in given
            if not starred:
                self.call = node
                self.x_node = node.args[0] if node.args else given.get("input")
                self.h_node = node.args[1] if len(node.args) > 1 else given.get("hx")

    @functools.cached_property
    def rnn(self):
        """How the learner writes the module, or None."""
        return self.incident.of(self.module)

    def _text(self, node, value):
        text = self.incident.scope.written(node) if node is not None else None
        return text if text and "\n" not in text else self.incident.of(value)

    @functools.cached_property
    def x_text(self):
        return self._text(self.x_node, self.x)

    @functools.cached_property
    def h_text(self):
        return self._text(self.h_node, self.hx)

    def h_texts(self):
        """The expression of each state, for sentences."""
        if not self.lstm:
            return [self.h_text or say("clinic.the_state")]
        if self.pair_nodes:
            return [self.incident.scope.written(node) for node in self.pair_nodes]
        names = [f"{self.h_text}[{i}]" if self.h_text else self.incident.of(self.hx[i]) for i in (0, 1)]
        return [name or say("clinic.the_state") for name in names]

    @property
    def pair_nodes(self):
        """The two expressions of an LSTM's states where the learner writes the pair out in the call."""
        parts = getattr(self.h_node, "elts", None)
        return parts if parts and len(parts) == 2 else None

    def say(self, key, **values):
        """The sentence `key`, with the learner's names filled in."""
        shape = tuple(self.data.shape) if is_a(self.data, torch.Tensor) else None
        own = {
            "x": self.x_text if self.x_text and len(self.x_text) <= 48 else say("clinic.the_input"),
            "h": self.h_text or say("clinic.the_state"),
            "rnn": self.rnn or f"nn.{self.kind}",
            "kind": self.kind,
            "shape": shape,
            "takes": self.takes,
            "size": self.module.input_size,
            "dtype": self.weight.dtype,
        }
        return say(f"clinic.{key}", **own | values)

    def on(self, text, node, change):
        """`change`, such as ".squeeze(1)" or "torch.stack({})", made to an expression."""
        if "{}" in change:
            return change.replace("{}", text)
        return (text if node is None or loose(node) else f"({text})") + change

    def line(self, x=None, h=None):
        """The learner's statement with other texts for the input and the state; None when the parts have no names."""
        if self.call is not None:
            changes = {node: new for node, new in ((self.x_node, x), (self.h_node, h)) if new and node is not None}
            lacks = (x and self.x_node is None) or (h and self.h_node is None)
            return None if lacks else self.incident.scope.corrected(self.call, changes)
        parts = [x or self.x_text, h or (self.h_text if self.hx is not None else "")]
        if self.rnn is None or parts[0] is None or parts[1] is None:
            return None
        return f"{self.rnn}({', '.join(part for part in parts if part)})"

    def rebuilt(self, *shown, **changes):
        """The line that builds the module anew with `changes`."""
        values = {name: getattr(self.module, name) for name in _OPTIONS if hasattr(self.module, name)}
        values |= {"input_size": self.module.input_size, "hidden_size": self.module.hidden_size} | changes
        if not (self.kind.startswith("RNN")):
            values.pop("nonlinearity", None)
        return f"{self.rnn} = {built(self.kind, values, shown)}" if self.rnn else built(self.kind, values, shown)

    @property
    def takes(self):
        """The axes that the module reads, with the one size that is known."""
        if self.is_cell:
            return f"(batch, input_size {self.module.input_size})"
        first = "batch, seq_len" if self.batch_first else "seq_len, batch"
        return f"({first}, input_size {self.module.input_size})"

    def axes(self, dim):
        """The names of the axes of an input with so many axes."""
        names = ["input_size"] if self.is_cell else ["seq_len", "input_size"]
        if dim > len(names):
            names.insert(0 if self.batch_first or self.is_cell else 1, "batch")
        return names

    def reads(self):
        """The shape of the input with the names that the module gives its axes."""
        if self.packed:
            return say("clinic.packed_shape", batch=int(self.x.batch_sizes[0]), size=self.data.shape[-1])
        return named_shape(dict(zip(self.axes(self.x.dim()), self.x.shape, strict=True)))

    @property
    def states(self):
        if self.hx is None:
            return []
        return list(self.hx) if self.lstm else [self.hx]

    def expected(self, batch):
        """The axes of each state for a batch; {name: size}s. batch None: one sample without a batch axis."""
        module, found = self.module, []
        for place in range(2 if self.lstm else 1):
            axes = {}
            if not self.is_cell:
                directions = 2 if module.bidirectional else 1
                axes["2 * num_layers" if directions == 2 else "num_layers"] = module.num_layers * directions
            if batch is not None:
                axes["batch"] = batch
            projected = getattr(module, "proj_size", 0) and place == 0
            axes["proj_size" if projected else "hidden_size"] = module.proj_size if projected else module.hidden_size
            found.append(axes)
        return found


def recurrent_call(incident):
    """The `Call` of a recurrent module that failed; None when the innermost call was of something else."""
    module = failed_module(incident)
    if not is_a(module, RECURRENT):
        return None
    own = [frame for frame in incident.torch if frame.f_locals.get("self") is module]
    return Call(incident, module) if own[0].f_code.co_name in _CALLS else None
