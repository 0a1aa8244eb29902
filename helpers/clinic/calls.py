"""A call of a recurrent module that failed: what it was given, and what it should have been given."""

import difflib
import re

import torch
from torch import nn

from helpers.clinic.facts import TENSORS, Call, recurrent_call
from helpers.clinic.names import is_a
from helpers.clinic.shapes import with_code, wrong_shape
from helpers.words import lookup, say


def wrong_call(incident, match):
    """The first thing that is certainly wrong with a call: its arguments, their types, shapes, dtypes, devices."""
    call = recurrent_call(incident)
    if call is None:
        return None
    for look in (_arguments, _input_kind, _state_kind, _device, _empty, wrong_shape, _dtype, _nonlinearity):
        note = look(call)
        if note:
            return note
    return None


def kind_of(value):
    """The type of a learner's value, in words."""
    name = type(value).__name__
    return say(f"clinic.kinds.{name}") if name in lookup("clinic.kinds") else say("clinic.of_type", name=name)


def _statement(call, x=None, h=None):
    """The call, written anew from names: for a call whose own text cannot be corrected."""
    x, module = x or call.x_text or "x", call.rnn
    arguments = ", ".join(part for part in (x, h) if part)
    return module and f"{module}({arguments})"


def _arguments(call):
    """A name that the call does not have, too many arguments, or no input."""
    message = call.incident.message
    if match := re.search(r"unexpected keyword argument '(\w+)'", message):
        word = match[1]
        given = call.incident.scope and call.incident.scope.node
        texts = {k.arg: call.incident.scope.written(k.value) for k in getattr(given, "keywords", [])}
        near = "input" if call.x is None else "hx"
        if near == "hx" and not difflib.get_close_matches(word.lower(), ("hx", "h_0", "h0", "hidden", "state"), 1, 0.5):
            return call.say("keyword_other", word=word)
        x, h = (texts.get(word), texts.get("hx")) if near == "input" else (None, texts.get(word))
        words = call.say("keyword", word=word, near=near)
        return with_code(words, _statement(call, x, h) if texts else None)
    if "missing 1 required positional argument: 'input'" in message:
        return call.say("no_input")
    if re.search(r"takes from 2 to 3 positional arguments but \d+ were given", message):
        node = call.incident.scope and call.incident.scope.node
        parts = [call.incident.scope.written(part) for part in getattr(node, "args", [])]
        pair = f"({parts[1]}, {parts[2]})" if call.lstm and len(parts) == 3 else None
        words = call.say("pair_apart" if call.lstm else "too_many")
        return with_code(words, _statement(call, parts[0], pair) if pair else None)
    return None


def _tensors(value, most=64):
    return type(value) in (list, tuple) and 0 < len(value) <= most and all(is_a(part, torch.Tensor) for part in value)


def _input_kind(call):
    """An input that is no tensor."""
    x = call.x
    if is_a(x, TENSORS):
        return call.say("cell_packed") if call.is_cell and call.packed else None
    got, text = kind_of(x), call.x_text
    if x is None:
        return call.say("input_none")
    if type(x) is dict:
        return call.say("input_dict", keys=", ".join(repr(key) for key in list(x)[:5] if type(key) is str))
    if type(x) in (list, tuple) and x and is_a(x[0], torch.Tensor):
        return _sequence_of_tensors(call)
    if type(x).__name__ in ("ndarray", "list", "tuple") and _converts(x):
        code = text and call.line(f"torch.tensor({text}, dtype={call.weight.dtype})")
        return with_code(call.say("input_convert", got=got), code)
    return call.say("input_text" if type(x) is str else "input_type", got=got)


def _converts(value):
    try:
        return torch.tensor(value, dtype=torch.float32).dim() > 0
    except Exception:
        return False


def _taken(call, tensor):
    """Whether the module takes this tensor as its input: by its axes, its numbers and its dtype."""
    dims = (1, 2) if call.is_cell else (2, 3)
    fits = tensor.dim() in dims and tensor.shape[-1] == call.module.input_size
    return fits and tensor.is_floating_point()


def _sequence_of_tensors(call):
    """A loader's batch, the result of another module, or a list of sequences or steps."""
    x, text, got = call.x, call.x_text, kind_of(call.x)
    whole = _tensors(x)
    if whole and len(x) == 1 and x[0].dim() >= len(call.axes(9)):
        return with_code(call.say("batch_of_one", got=got), _first_part(call))
    if whole and not call.is_cell and all(part.dim() == 2 and part.shape[1] == x[0].shape[1] for part in x):
        first = ", batch_first=True" if call.batch_first else ""
        if len({len(part) for part in x}) > 1:
            code = text and call.line(f"nn.utils.rnn.pad_sequence({text}{first})")
            return with_code(call.say("unequal_lengths", got=got), code)
        steps, samples = (1, 0) if call.batch_first else (0, 1)
        notes = [call.say("list_of_tensors", got=got, part=tuple(x[0].shape))]
        for key, axis in (("if_list_of_samples", samples), ("if_list_of_steps", steps)):
            stack = f"torch.stack({text})" if axis == 0 else f"torch.stack({text}, dim=1)"
            notes.append(with_code(call.say(key), text and call.line(stack)))
        return "\n".join(notes)
    second = x[1] if len(x) > 1 else None
    if len(x) == 2 and _taken(call, x[0]) and is_a(second, (tuple, torch.Tensor)) and _is_result(call, second):
        return with_code(call.say("input_result", got=got), text and call.line(f"{text}[0]"))
    if len(x) in (2, 3) and _taken(call, x[0]) and x[0].dim() == 3 and not call.is_cell:
        return with_code(call.say("batch_of_pair", got=got, shape=tuple(x[0].shape), count=len(x)), _first_part(call))
    return call.say("input_type", got=got)


def _is_result(call, second):
    """Whether the second of two values has the form of a state, or of the pair of states."""
    state = second[0] if type(second) is tuple and _tensors(second) else second
    return is_a(state, torch.Tensor) and state.is_floating_point() and state.dim() == call.x[0].dim()


def _first_part(call):
    """How a batch that is a list is taken apart: in the head of the loop, or in the call."""
    scope = call.incident.scope
    loop = scope and call.x_node is not None and scope.loop(call.x_node, call.x_text)
    if loop and scope.written(loop.target) == call.x_text:
        names = "(x,)" if len(call.x) == 1 else ", ".join(("x", "y", *"abcdefgh")[: len(call.x)])
        return f"for {names} in {scope.written(loop.iter)}:\n    {call.line('x')}"
    return call.x_text and call.line(f"{call.x_text}[0]")


def _state_kind(call):
    """States in another form: a pair for one, one for a pair, a list of a state for each layer, no tensor at all."""
    hx, text = call.hx, call.h_text
    if hx is None or not is_a(call.x, TENSORS):
        return None
    if call.lstm:
        return _pair_kind(call)
    if is_a(hx, torch.Tensor):
        return None
    got, layers = kind_of(hx), getattr(call.module, "num_layers", 1) * (2 if getattr(call.module, "bidirectional", 0) else 1)
    if _tensors(hx):
        inner = (call.hx[0].shape[-1:] == (call.module.hidden_size,)) and len({part.shape for part in hx}) == 1
        if inner and not call.is_cell and len(hx) == layers and hx[0].dim() == (call.x.dim() - 1 if not call.packed else 2):
            return with_code(call.say("state_list", got=got, count=len(hx)), text and call.line(h=f"torch.stack({text})"))
        parts = getattr(call.h_node, "elts", None)
        name = call.incident.scope.written(parts[0]) if parts else text and f"{text}[0]"
        if len(hx) == 1:
            return with_code(call.say("state_alone", got=got), name and call.line(h=name))
        if len(hx) == 2 and inner:
            return with_code(call.say("state_pair", got=got), name and call.line(h=name))
        if len(hx) == 2 and hx[1].shape[-1:] == (call.module.hidden_size,):
            second = text and f"{text}[1]"
            return with_code(call.say("state_result", got=got), second and not call.is_cell and call.line(h=second))
    elif _converts(hx):
        code = text and call.line(h=f"torch.tensor({text}, dtype={call.weight.dtype})")
        return with_code(call.say("state_convert", got=got), code)
    return call.say("state_type", got=got)


def _pair_kind(call):
    """The pair of an LSTM that is none."""
    hx = call.hx
    if type(hx) in (list, tuple) and len(hx) == 2 and _tensors(hx):
        return None
    if is_a(hx, torch.Tensor) and not getattr(call.module, "proj_size", 0):
        node, text = call.h_node, call.h_text
        return with_code(call.say("pair_wanted", got=tuple(hx.shape)), text and call.line(h=f"({text}, torch.zeros_like({text}))"))
    return call.say("pair_type", got=kind_of(hx) if not is_a(hx, torch.Tensor) else say("clinic.a_tensor"))


def _device(call):
    """The first tensor that is elsewhere than the weights."""
    home = call.weight.device
    device = f'"{home}"'
    if call.data.device != home:
        x = call.x_text and call.on(call.x_text, call.x_node, f".to({device})")
        return with_code(call.say("device_input", home=home, got=call.data.device), x and call.line(x))
    away = [place for place, state in enumerate(call.states) if state.device != home]
    if not away:
        return None
    texts = call.h_texts()
    moved = [f"{text}.to({device})" if place in away else text for place, text in enumerate(texts)]
    code = call.h_text and call.line(h=f"({', '.join(moved)})" if call.lstm else moved[0])
    return with_code(call.say("device_state", h=texts[away[0]], home=home, got=call.states[away[0]].device), code)


def _empty(call):
    """An input without a time step."""
    if call.is_cell or call.packed or call.x.dim() not in (2, 3):
        return None
    axis = 1 if call.batch_first and call.x.dim() == 3 else 0
    return call.say("no_step", axis=axis) if call.x.shape[axis] == 0 else None


def _dtype(call):
    """Numbers of another kind than the weights."""
    expected, notes, x, h = call.weight.dtype, [], None, None
    if call.data.dtype != expected:
        if call.data.dtype.is_complex:
            return None
        whole = not call.data.dtype.is_floating_point
        numpy = call.data.dtype == torch.float64
        key = "dtype_whole" if whole else "dtype_numpy" if numpy else "dtype_input"
        notes.append(call.say(key, got=call.data.dtype))
        x = call.x_text and call.on(call.x_text, call.x_node, f".to({expected})")
    wrong = [state.dtype != expected for state in call.states]
    if any(wrong):
        texts, nodes = call.h_texts(), (call.pair_nodes or [None, None]) if call.lstm else [call.h_node]
        notes.append(call.say("dtype_state", h=texts[wrong.index(True)], got=call.states[wrong.index(True)].dtype))
        parts = [call.on(t, n, f".to({expected})") if w else t for t, n, w in zip(texts, nodes, wrong, strict=True)]
        h = call.h_text and (f"({', '.join(parts)})" if call.lstm else parts[0])
    if not notes:
        return None
    return with_code(" ".join(notes) + " " + call.say("dtype_then"), call.line(x, h) if x or h else None)


def _nonlinearity(call):
    """A cell looks at this word only when it is called."""
    got = getattr(call.module, "nonlinearity", "tanh")
    if not is_a(call.module, nn.RNNCell) or got in ("tanh", "relu"):
        return None
    near = "relu" if "relu" in str(got).lower() else "tanh"
    return with_code(call.say("cell_nonlinearity", got=got), call.rebuilt("nonlinearity", nonlinearity=near))


__all__ = ["Call", "kind_of", "wrong_call"]
