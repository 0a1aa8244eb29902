"""A call of a recurrent module that failed: what it was given, and what it should have been given."""

import difflib
import re
from typing import Any

import torch

from helpers.clinic.advice import wrong_shape
from helpers.clinic.facts import TENSORS, recurrent_call, shape_of
from helpers.clinic.names import is_a
from helpers.words import lookup, say


def wrong_call(incident, match):
    """The first thing that is certainly wrong with a call: its arguments, their types, shapes, dtypes, devices."""
    call = recurrent_call(incident)
    looks = (_arguments, _input_kind, _state_kind, _device, _empty, wrong_shape, _dtype)
    yield from (look(call) for look in looks if call)


def kind_of(value):
    """The type of a learner's value, in words."""
    name = type(value).__name__
    return say(f"clinic.kinds.{name}") if name in lookup("clinic.kinds") else say("clinic.of_type", name=name)


def _arguments(call):
    """A name that the call does not have, too many arguments, or no input."""
    node, scope, message = call.incident.node, call.incident.scope, call.incident.message
    if match := re.search(r"unexpected keyword argument '(\w+)'", message):
        word = match[1]
        near = difflib.get_close_matches(word.lower(), ("hx", "h_0", "h0", "hidden", "state"), 1, 0.5)
        if call.x is not None and not near:
            return call.told("keyword_other", word=word)
        code = None
        for keyword in getattr(node, "keywords", ()):
            if keyword.arg == word:
                code = scope.corrected((keyword, scope.written(keyword.value)))
        return call.told("keyword", code, word=word, near="input" if call.x is None else "hx")
    if "missing 1 required positional argument: 'input'" in message:
        return call.told("no_input")
    if not re.search(r"takes from 2 to 3 positional arguments but \d+ were given", message):
        return None
    parts: Any = getattr(node, "args", ())
    if not call.lstm or len(parts) != 3:
        return call.told("too_many")
    h, c = (scope.written(part) for part in parts[1:])
    return call.told("pair_apart", scope.corrected((parts[1], f"({h}"), (parts[2], f"{c})")))


def _tensors(value):
    return type(value) in (list, tuple) and 0 < len(value) <= 1000 and all(is_a(part, torch.Tensor) for part in value)


def _tensor_of(call):
    return f"torch.tensor({{}}, dtype={call.weight.dtype})"


def _input_kind(call):
    """An input that is no tensor."""
    x, got = call.x, kind_of(call.x)
    if is_a(x, TENSORS):
        return call.told("cell_packed") if call.is_cell and call.packed else None
    if type(x) is dict:
        return call.told("input_dict", keys=", ".join(repr(key) for key in list(x)[:5] if type(key) is str))
    if type(x) in (list, tuple) and x and is_a(x[0], torch.Tensor):
        return _sequence_of_tensors(call, got)
    if shape_of(x):
        return call.told("input_convert", call.fixed(_tensor_of(call)), got=got)
    key = {type(None): "input_none", str: "input_text"}.get(type(x), "input_type")
    return call.told(key, got=got)


def _sequence_of_tensors(call, got):
    """A loader's batch, the result of another module, or a list of sequences or of steps."""
    x, size = call.x, call.module.input_size
    whole, dims = _tensors(x), len(call.axes(3))
    if whole and len(x) == 1 and x[0].dim() == dims:
        return call.told("batch_of_one", _first_part(call), got=got)
    alike = whole and all(part.dim() == 2 and part.shape[1] == x[0].shape[1] for part in x)
    if alike and not call.is_cell:
        if len({len(part) for part in x}) > 1:
            code = call.fixed(f"nn.utils.rnn.pad_sequence({{}}{', batch_first=True' if call.first else ''})")
            return call.told("unequal_lengths", code, got=got)
        stacks = ["torch.stack({})", "torch.stack({}, dim=1)"]
        samples, steps = (call.fixed(stack) for stack in (stacks if call.first else stacks[::-1]))
        either = [call.told("if_list_of_samples", samples), call.told("if_list_of_steps", steps)]
        return "\n".join([call.told("list_of_tensors", got=got, part=tuple(x[0].shape)), *either])
    taken = x[0].dim() == dims and x[0].shape[-1] == size and x[0].is_floating_point()
    if taken and len(x) in (2, 3) and not (alike and call.is_cell):
        state = x[1][0] if type(x[1]) is tuple and x[1] else x[1]
        result = len(x) == 2 and is_a(state, torch.Tensor) and state.is_floating_point() and state.dim() == dims
        if result and type(x) is tuple:
            return call.told("input_result", call.fixed("{}[0]"), got=got)
        return call.told("batch_of_pair", _first_part(call), got=got, count=len(x))
    return call.told("input_type", got=got)


def _first_part(call):
    """How a batch that is a list is taken apart: in the head of the loop, or in the call."""
    scope, text = call.incident.scope, call.x_expr.text
    loop = scope.loop(call.x_expr.node, text)
    if loop is None or scope.written(loop.target) != text:
        return call.fixed("{}[0]")
    names = ("(x,)", "x, y", "x, y, lengths")[len(call.x) - 1]
    return f"for {names} in {scope.written(loop.iter)}:\n    {call.fixed('=x')}"


def _state_kind(call):
    """States in another form: a pair for one, one for a pair, a list of a state for each layer, no tensor at all."""
    hx, got, hidden = call.hx, kind_of(call.hx), call.module.hidden_size
    if hx is None or (is_a(hx, torch.Tensor) and not call.lstm) or (call.lstm and _tensors(hx) and len(hx) == 2):
        return None
    if call.lstm:
        projected, tensor = getattr(call.module, "proj_size", 0), is_a(hx, torch.Tensor)
        pair = call.incident.fixed((call.h_expr, "({}, torch.zeros_like({}))")) if tensor and not projected else None
        return call.told("pair_wanted", pair, got=tuple(hx.shape) if tensor else got)
    if not _tensors(hx):
        code = call.fixed("", _tensor_of(call)) if shape_of(hx) else None
        return call.told("state_convert" if code else "state_type", code, got=got)
    inner = hx[0].shape[-1:] == (hidden,) and len({part.shape for part in hx}) == 1
    dim = 3 if call.packed else call.x.dim()
    if inner and not call.is_cell and len(hx) == call.layers and hx[0].dim() == dim - 1:
        return call.told("state_list", call.fixed("", "torch.stack({})"), got=got, count=len(hx))
    written = getattr(call.h_expr.node, "elts", None)
    first = f"={call.incident.scope.written(written[0])}" if written else "{}[0]"
    if len(hx) == 1 or (len(hx) == 2 and inner):
        return call.told("state_alone" if len(hx) == 1 else "state_pair", call.fixed("", first), got=got)
    if len(hx) == 2 and hx[1].shape[-1:] == (hidden,):
        return call.told("state_result", None if call.is_cell else call.fixed("", "{}[1]"), got=got)
    return call.told("state_type", got=got)


def _device(call):
    """Tensors that are elsewhere than the weights."""
    home = call.weight.device
    away = [f'.to("{home}")' if state.device != home else "" for state in call.states]
    if call.data.device != home:
        code = call.fixed(f'.to("{home}")', *away)
        return call.told("device_input", code, home=home, got=call.data.device)
    if not any(away):
        return None
    place = [bool(change) for change in away].index(True)
    got = call.states[place].device
    return call.told("device_state", call.fixed("", *away), h=call.parts[place], home=home, got=got)


def _empty(call):
    """An input without a time step."""
    axis = int(call.first and call.data.dim() == 3)
    empty = not call.is_cell and not call.packed and call.x.dim() in (2, 3) and call.x.shape[axis] == 0
    return call.told("no_step", axis=axis) if empty else None


def _dtype(call):
    """Numbers of another kind than the weights."""
    dtype, change = call.weight.dtype, f".to({call.weight.dtype})"
    wrong = [change if state.dtype != dtype else "" for state in call.states]
    got, notes = call.data.dtype, []
    if got != dtype and not got.is_complex:
        numpy = "dtype_numpy" if got == torch.float64 else "dtype_input"
        notes.append(call.told(numpy if got.is_floating_point else "dtype_whole", got=got))
    if any(wrong):
        place = wrong.index(change)
        notes.append(call.told("dtype_state", h=call.parts[place], got=call.states[place].dtype))
    code = call.fixed(change if got != dtype else "", *wrong) if notes else None
    return " ".join([*notes, call.told("dtype_then", code)]) if notes else None
