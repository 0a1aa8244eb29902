"""A call of a recurrent module that failed: what it was given, and what it should have been given."""

import difflib
import re

import torch

from helpers.clinic.advice import wrong_shape
from helpers.clinic.facts import TENSORS, Call, failed_module, shape_of
from helpers.clinic.names import RECURRENT, is_a
from helpers.words import lookup, say


def wrong_call(incident, match):
    """The first thing that is certainly wrong with a call: its arguments, their types, shapes, dtypes, devices."""
    call = Call(incident, failed_module(incident, RECURRENT))
    for look in (_arguments, _input_kind, _state_kind, _device, wrong_shape, _dtype):
        yield from look(call)


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
        yield call.x is not None and not near and call.told("keyword_other", word=word)
        given = [keyword for keyword in getattr(node, "keywords", ()) if keyword.arg == word]
        code = scope.corrected((given[0], scope.written(given[0].value))) if given else None
        yield call.told("keyword", code, word=word, near="input" if call.x is None else "hx")
    yield "missing 1 required positional argument: 'input'" in message and call.told("no_input")
    if re.search(r"takes from 2 to 3 positional arguments but \d+ were given", message):
        _, h, c = node.args if call.lstm and len(getattr(node, "args", ())) == 3 else (None, None, None)
        pair = h and scope.corrected((h, f"({scope.written(h)}"), (c, f"{scope.written(c)})"))
        yield call.told("pair_apart", pair) if pair else call.told("too_many")


def _tensors(value):
    return type(value) in (list, tuple) and 0 < len(value) <= 1000 and all(is_a(part, torch.Tensor) for part in value)


def _input_kind(call):
    """An input that is no tensor."""
    x, got = call.x, kind_of(call.x)
    if is_a(x, TENSORS):
        yield call.is_cell and call.packed and call.told("cell_packed")
        return
    if type(x) is dict:
        yield call.told("input_dict", keys=", ".join(repr(key) for key in list(x)[:5] if type(key) in (str, int)))
    if type(x) in (list, tuple) and x and is_a(x[0], torch.Tensor):
        yield from _sequence_of_tensors(call, got)
    yield shape_of(x) and call.told("input_convert", call.fixed(call.convert), got=got)
    yield call.told({type(None): "input_none", str: "input_text"}.get(type(x), "input_type"), got=got)


def _sequence_of_tensors(call, got):
    """A loader's batch, the result of another module, or a list of sequences or of steps."""
    x, size, dims, whole = call.x, call.module.input_size, len(call.axes(3)), _tensors(call.x)
    yield whole and len(x) == 1 and x[0].dim() == dims and call.told("batch_of_one", _first_part(call), got=got)
    alike = whole and all(part.dim() == 2 and part.shape[1] == x[0].shape[1] for part in x)
    if alike and not call.is_cell:
        pad = f"nn.utils.rnn.pad_sequence({{}}{', batch_first=True' if call.first else ''})"
        yield len({len(part) for part in x}) > 1 and call.told("unequal_lengths", call.fixed(pad), got=got)
        stacks = call.fixed("torch.stack({})"), call.fixed("torch.stack({}, dim=1)")
        samples, steps = stacks if call.first else stacks[::-1]
        either = [call.told("if_list_of_samples", samples), call.told("if_list_of_steps", steps)]
        yield "\n".join([call.told("list_of_tensors", got=got, part=x[0].shape), *either])
    taken = x[0].dim() == dims and x[0].shape[-1] == size and x[0].is_floating_point()
    if taken and len(x) in (2, 3) and not alike:
        state = x[1][0] if type(x[1]) is tuple and x[1] else x[1]
        result = len(x) == 2 and is_a(state, torch.Tensor) and state.is_floating_point() and state.dim() == dims
        if result and type(x) is tuple:
            both = call.told("if_input_and_state", call.fixed("*{}"))
            yield "\n".join([call.told("input_result", call.fixed("{}[0]"), got=got), both])
        yield call.told("batch_of_pair", _first_part(call), got=got, count=len(x))
    yield call.told("input_type", got=got)


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
    tensor, several = is_a(hx, torch.Tensor), _tensors(hx)
    if hx is None or (several and len(hx) == 2 if call.lstm else tensor):
        return
    if call.lstm:
        alike = tensor and not getattr(call.module, "proj_size", 0)  # else c_0 has another size
        pair = call.incident.fixed((call.h_expr, "({}, torch.zeros_like({}))")) if alike else None
        yield call.told("pair_wanted", pair, got=hx.shape if tensor else got)
    yield not several and shape_of(hx) and call.told("state_convert", call.fixed("", call.convert), got=got)
    if several:
        inner = hx[0].shape[-1:] == (hidden,) and len({part.shape for part in hx}) == 1
        each = hx[0].dim() == (3 if call.packed else min(call.x.dim(), 3)) - 1 and len(hx) == call.layers
        stack = call.fixed("", "torch.stack({})")
        yield inner and each and not call.is_cell and call.told("state_list", stack, got=got, count=len(hx))
        written = getattr(call.h_expr.node, "elts", None)
        first = call.fixed("", f"={call.incident.scope.written(written[0])}" if written else "{}[0]")
        yield len(hx) == 1 and call.told("state_alone", first, got=got)
        yield len(hx) == 2 and inner and call.told("state_pair", first, got=got)
        if len(hx) == 2 and hx[1].shape[-1:] == (hidden,):
            yield call.told("state_result", None if call.is_cell else call.fixed("", "{}[1]"), got=got)
    yield call.told("state_type", got=got)


def _device(call):
    """Tensors that are elsewhere than the weights."""
    home = call.weight.device
    places = [(call.data.device, "device_input", call.h_expr)]
    places += [(state.device, "device_state", part) for state, part in zip(call.states, call.parts, strict=False)]
    code = call.fixed(*(f'.to("{home}")' * (place != home) for place, *_ in places))
    yield from (call.told(key, code, h=h, home=home, got=place) for place, key, h in places if place != home)


def _dtype(call):
    """Numbers of another kind than the weights."""
    dtype, got = call.weight.dtype, call.data.dtype
    states = [(state.dtype, part) for state, part in zip(call.states, call.parts, strict=False)]
    key = "dtype_numpy" if got == torch.float64 else "dtype_input" if got.is_floating_point else "dtype_whole"
    notes = [call.told(key, got=got)] if got != dtype and not got.is_complex else []
    notes += [call.told("dtype_state", h=part, got=other) for other, part in states if other != dtype][:1]
    code = call.fixed(*(f".to({dtype})" * (other != dtype) for other in (got, *(other for other, _ in states))))
    yield notes and " ".join([*notes, call.told("dtype_then", code)])
