"""A hidden state that is carried on keeps its history, and backward() walks into it a second time."""

import ast

import torch
from torch import nn

from helpers.clinic import source
from helpers.clinic.case import Case
from helpers.clinic.frames import RNNS, is_a, modules_of
from helpers.words import say

_MOST_NODES = 200_000


def _roots(incident):
    """Where backward() started: the tensors that PyTorch's first frame was given."""
    for value in incident.torch[0].f_locals.values():
        for tensor in value if type(value) in (tuple, list) else [value]:
            if is_a(tensor, torch.Tensor) and tensor.grad_fn is not None:
                yield tensor.grad_fn


def _weights(incident):
    """The ids of all leaves that the graph of the loss reaches."""
    waiting = list(_roots(incident))
    seen: set = set()
    found = set()
    while waiting and len(seen) < _MOST_NODES:
        node = waiting.pop()
        if node is None or node in seen:
            continue
        seen.add(node)
        if hasattr(node, "variable"):
            found.add(id(node.variable))
        waiting += [following for following, _ in node.next_functions]
    return found


def _used(incident):
    """The nn.RNN or nn.RNNCell within reach of a name whose weights the loss depends on: (name, module)s."""
    around = [(name, module) for name, module in incident.names.modules() if is_a(module, RNNS)]
    weights = _weights(incident) if around else set()
    return [(name, rnn) for name, rnn in around if any(id(weight) in weights for weight in rnn.parameters())]


def _has_history(incident, name):
    value = incident.names.values.get(name)
    return is_a(value, torch.Tensor) and value.grad_fn is not None


def _passed(incident, used):
    """(the line, the name) of the first call that is given a variable with a history as hidden state."""
    for line in source.calls(incident):
        if any(inner is rnn for _, rnn in used for _, inner in modules_of(line.module)):
            for name in line.arguments():
                if _has_history(incident, name):
                    return line, name
    return None, None


def _is_carried(incident, line, name):
    """Whether the source shows that `name` goes from one round to the next with its history."""
    if line.loop is None:
        return name in line.targets() and ast.unparse(line.scope).count(".backward(") == 1
    return line.is_renewed(name) and not _is_cut(incident, line, name)


def _is_cut(incident, line, name):
    """Whether every round of the loop cuts the history off, or starts from something that has none."""
    for value in line.renewals(name):
        parts = list(ast.walk(value))
        if any(isinstance(part, ast.Attribute) and part.attr in ("detach", "data") for part in parts):
            return True
        if not any(isinstance(part, ast.Name) and _has_history(incident, part.id) for part in parts):
            return True
    return False


def _looks_like_a_state(incident, used):
    """A name with a history whose shape is that of a hidden state; those that begin with h first."""
    for name in sorted(incident.names.values, key=lambda name: not name.startswith("h")):
        value = incident.names.values[name]
        if _has_history(incident, name) and any(_fits(value, rnn) for _, rnn in used):
            return name
    return None


def _fits(value, rnn):
    if value.shape[-1:] != (rnn.hidden_size,):
        return False
    if isinstance(rnn, nn.RNNCell):
        return value.dim() <= 2
    return value.dim() in (2, 3) and value.shape[0] == rnn.num_layers * (2 if rnn.bidirectional else 1)


def _second_time(incident, match):
    used = _used(incident) if incident.torch else []
    if not used:
        return None
    line, h = _passed(incident, used)
    if h and _is_carried(incident, line, h):
        return say("clinic.carried", h=h)
    if h and line.loop and not line.is_renewed(h):
        return say("clinic.made_once", h=h)
    if not (h and line.loop):
        h = h or _looks_like_a_state(incident, used)
        if h:
            return say("clinic.second_time", rnn=used[0][0], h=h)
    return say("clinic.second_loss", rnn=used[0][0])


def _changed(incident, match):
    """What follows from retain_graph=True: the weights in the history are no longer those of that time."""
    used = _used(incident) if incident.torch else []
    line, h = _passed(incident, used)
    return say("clinic.changed", h=h) if h and _is_carried(incident, line, h) else None


CASES = [
    Case(RuntimeError, "Trying to backward through the graph a second time", _second_time, on="plain"),
    Case(
        RuntimeError,
        "one of the variables needed for gradient computation has been modified by an inplace operation",
        _changed,
        on="plain",
    ),
]
