"""nn.RNN returns two tensors, and an nn.RNNCell one: what happens to who forgets it."""

import ast

import torch
from torch import nn

from helpers.clinic import source
from helpers.clinic.case import Case
from helpers.clinic.frames import is_a, modules_of
from helpers.words import say


def is_pair_of_states(value):
    """True for two tensors of one shape: more likely (h_0, c_0), as for nn.LSTM, than (output, h_n)."""
    if type(value) not in (tuple, list) or len(value) != 2 or not all(is_a(part, torch.Tensor) for part in value):
        return False
    return value[0].shape == value[1].shape


def is_result(value, rnn):
    """True when `value` has the form of what `rnn`, an nn.RNN, returns: output and h_n, whose sizes fit it."""
    if type(value) is not tuple or len(value) != 2 or not all(isinstance(part, torch.Tensor) for part in value):
        return False
    output, h_n = value
    if output.dim() != h_n.dim() or output.dim() not in (2, 3):
        return False
    directions = 2 if rnn.bidirectional else 1
    sizes = (rnn.num_layers * directions, rnn.hidden_size, rnn.hidden_size * directions)
    batches = h_n.dim() == 2 or h_n.shape[1] == output.shape[0 if rnn.batch_first else 1]
    return batches and (h_n.shape[0], h_n.shape[-1], output.shape[-1]) == sizes


def _candidates(incident):
    """Values that the error may be about: its own object, or what PyTorch's frames hold, or what failed by name."""
    if isinstance(incident.error, AttributeError):
        call = incident.call
        if call is None or call.h is not incident.error.obj or not is_pair_of_states(call.h):
            yield incident.error.obj
        return
    for frame in reversed(incident.torch):
        for value in frame.f_locals.values():
            yield value
            if type(value) is tuple:
                yield from value
            elif type(value) is dict:
                yield from value.values()
    if not incident.torch:
        for part in source.operands(incident):
            yield incident.names.values.get(getattr(part, "id", None))


def _makers(incident):
    """Every nn.RNN that may have made the tuple, as (how the learner writes it, the module)."""
    inside = [frame.f_locals.get("self") for frame in incident.torch]
    found = incident.names.rnns()
    known = {id(module) for _, module in found}
    for holder in inside:
        if is_a(holder, nn.Module):
            found += [("nn.RNN", m) for _, m in modules_of(holder) if is_a(m, nn.RNN) and id(m) not in known]
    return found


def _forgotten(incident, match):
    makers = _makers(incident)
    for value in _candidates(incident):
        for name, rnn in makers:
            note = _unpack(incident, value, name, rnn) if is_result(value, rnn) else None
            if note:
                return note
    for part in source.operands(incident) if not incident.torch else []:
        rnn = source.resolve(part.func, incident.names) if isinstance(part, ast.Call) else None
        if is_a(rnn, nn.RNN):
            name = ast.unparse(part.func)
            return say("clinic.pair_unnamed", rnn=name, code=f"output, h_n = {ast.unparse(part)}")
    return None


def _unpack(incident, pair, rnn_name, rnn):
    holders = [frame.f_locals.get("self") for frame in incident.torch]
    if any(is_a(holder, nn.Sequential) and any(part is rnn for part in holder) for holder in holders):
        return say("clinic.pair_sequential", rnn=rnn_name)
    name = incident.names.of(pair)
    lines = [line for line in source.calls(incident) if not name or line.targets() == [name]]
    lines = [line for line in lines if name or source.stands_at(line, incident)]
    makers = [line.code for line in lines if any(inner is rnn for _, inner in modules_of(line.module))]
    made = (makers[0] if name else min(makers, key=len)) if makers else None  # the innermost of rnn(rnn(x))
    others = [module for _, module in incident.names.modules() if is_a(module, nn.GRU) and is_result(pair, module)]
    if not made and (not name or lines or others):
        return None  # an nn.GRU returns the same, and this may be one
    if name:
        return say("clinic.pair", pair=name, rnn=rnn_name, code=f"output, h_n = {made or name}")
    return say("clinic.pair_unnamed", rnn=rnn_name, code=f"output, h_n = {made}")


def _cell_unpacked(incident, match):
    """`output, h = cell(x, h)`: the one tensor that a cell returns falls apart into its samples."""
    if incident.torch:
        return None
    for line in source.calls(incident):
        if is_a(line.module, nn.RNNCell) and source.stands_at(line, incident) and isinstance(line.target, ast.Tuple):
            state = line.targets()[-1] if line.targets() else "h"
            cell = ast.unparse(line.call.func)
            return say("clinic.cell_unpacked", cell=cell, code=f"{state} = {line.code}")
    return None


CASES = [
    Case(TypeError, r"\w+\(\): argument '\w+' \(position \d+\) must be Tensor, not tuple", _forgotten, on="plain"),
    Case(AttributeError, "'tuple' object has no attribute ", _forgotten, on="plain"),
    Case(TypeError, "tuple indices must be integers or slices, not ", _forgotten, on="plain"),
    Case(TypeError, r"unsupported operand type\(s\) for .*'tuple'", _forgotten, on="plain"),
    Case(TypeError, r"'\S+' not supported between instances of .*'tuple'", _forgotten, on="plain"),
    Case(TypeError, r"can only concatenate tuple \(not ", _forgotten, on="plain"),
    Case(TypeError, "can't multiply sequence by non-int of type ", _forgotten, on="plain"),
    Case(TypeError, r"bad operand type for unary .: 'tuple'", _forgotten, on="plain"),
    Case(ValueError, r"(?:too many|not enough) values to unpack \(expected 2", _cell_unpacked, on="plain"),
]
