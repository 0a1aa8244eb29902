"""What the arguments of a call are, apart from their shapes: tensors at all, of which dtype, on which device."""

import torch

from helpers.clinic.case import Case
from helpers.clinic.sequences import may_be_one_hot
from helpers.words import lookup, say


def _kind(value):
    """The type of a learner's value, in words."""
    name = type(value).__name__
    return say(f"clinic.kinds.{name}") if name in lookup("clinic.kinds") else say("clinic.kind", name=name)


def _are_tensors(value):
    return type(value) in (list, tuple) and value and all(isinstance(part, torch.Tensor) for part in value)


def _shape_as_a_tensor(value):
    """The shape that torch.tensor would give to a list, a tuple or an array; None for anything else."""
    if type(value).__name__ not in ("ndarray", "list", "tuple"):
        return None
    try:
        return torch.tensor(value, dtype=torch.float32).shape
    except Exception:
        return None


def _no_tensor(call, match):
    culprit = call.incident.error.obj
    if culprit is call.x:
        return _no_tensor_input(call)
    return _no_tensor_state(call) if culprit is call.h else None


def _no_tensor_input(call):
    got = _kind(call.x)
    if _are_tensors(call.x) and len({part.shape for part in call.x}) == 1:
        return call.say("clinic.input_stack", got=got)
    if _are_tensors(call.x) and len(call.x) == 2:
        return call.say("clinic.input_pair", code=f"output, h_n = {call.x_code}")
    if _shape_as_a_tensor(call.x) is not None:
        return call.say("clinic.input_convert", got=got, dtype=call.weight.dtype)
    if call.x is None:
        return call.say("clinic.input_none")
    return call.say("clinic.input_text" if type(call.x) is str else "clinic.input_type", got=got, order=call.order)


def _no_tensor_state(call):
    h, got = call.h, _kind(call.h)
    if _are_tensors(h) and len(h) <= 2:
        name = call.incident.names.of(h[0]) or (f"{call.h_name}[0]" if call.h_name else "h_0")
        if len(h) == 2 and h[0].shape != h[1].shape:
            part = f"{call.h_name}[1]" if call.h_name else "h_n"
            return call.say("clinic.state_result", code=call.statement(h=part + "[0]" * call.is_cell))
        key = "clinic.state_comma" if len(h) == 1 else "clinic.state_pair"
        return call.say(key, code=call.statement(h=name))
    if _shape_as_a_tensor(h) == tuple(call.state_axes().values()):
        return call.say("clinic.state_convert", got=got, dtype=call.weight.dtype, expected=call.expected)
    return call.say("clinic.state_type", got=got, expected=call.expected, code=call.zeros)


def _input_dtype(call, match=None):
    """The dtype of the input; for an nn.RNN PyTorch checks it in words of its own."""
    got, expected = call.x.dtype, call.weight.dtype
    if got.is_complex:
        return None
    if got.is_floating_point:
        key = "clinic.dtype_float64" if got == torch.float64 else "clinic.dtype_float"
        return call.say(key, got=got, expected=expected)
    if may_be_one_hot(call):
        return call.say("clinic.dtype_indices", got=got, expected=expected, size=call.module.input_size)
    return call.say("clinic.dtype_whole", got=got, expected=expected)


def _other_dtype(call, match):
    """The hidden state of an nn.RNN, and everything in an nn.RNNCell, ends in a message about mat1 and mat2."""
    expected = call.weight.dtype
    notes = [_input_dtype(call)] if call.x.dtype != expected else []
    if call.h is not None and call.h.dtype != expected:
        notes.append(call.say("clinic.dtype_state", got=call.h.dtype, expected=expected))
    return "\n".join(notes) if notes and None not in notes else None


def _device(call, match):
    key = "clinic.device_state" if match["what"] == "hidden" else "clinic.device_input"
    return call.say(key, input_device=match["input"], other=match["other"])


def _cell_device(call, match):
    device = call.weight.device
    if call.x.device != device:
        return call.say("clinic.device_input", input_device=call.x.device, other=device)
    if call.h is not None and call.h.device != device:
        return call.say("clinic.device_state", input_device=device, other=call.h.device)
    return None


def _unknown_keyword(call, match):
    word = match["word"]
    name = call.incident.names.of(call.kwargs.get(word))
    if word.lower().startswith("h") and word != "hidden_size":
        code = call.statement(h=name or "h_0")
        return call.say("clinic.keyword_hidden", word=word, code=code)
    if call.x is None:
        return call.say("clinic.keyword_input", word=word, code=call.statement(x=name))
    return call.say("clinic.keyword_other", word=word, code=call.statement(h=call.h_name))


def _no_input(call, match):
    return call.say("clinic.no_input", order=call.order, code=call.statement())


def _too_many(call, match):
    return call.say("clinic.too_many", code=call.statement(h=call.h_name or "h_0"))


def _cell_nonlinearity(call, match):
    nonlinearity = "relu" if "relu" in match["got"].lower() else "tanh"
    return call.say(
        "clinic.cell_nonlinearity", got=match["got"], built=call.built("nonlinearity", nonlinearity=nonlinearity)
    )


_APART = (
    r"Input and (?P<what>parameter|hidden) tensors are not at the same device, "
    r"found input tensor at (?P<input>\S+) and (?:parameter|hidden) tensor at (?P<other>\S+)"
)

CASES = [
    Case(AttributeError, r"'[\w.]+' object has no attribute 'dim'", _no_tensor),
    Case(ValueError, r"RNN input dtype \(\S+\) does not match weight dtype \(\S+\)\. Convert input: ", _input_dtype),
    Case(RuntimeError, r"mat1 and mat2 must have the same dtype, but got \w+ and \w+", _other_dtype),
    Case(RuntimeError, _APART, _device),
    Case(RuntimeError, r"Tensor on device \S+ is not on the expected device \S+", _cell_device),
    Case(TypeError, r"RNN(?:Cell)?\.forward\(\) got an unexpected keyword argument '(?P<word>\w+)'", _unknown_keyword),
    Case(TypeError, r"RNN(?:Cell)?\.forward\(\) missing 1 required positional argument: 'input'", _no_input),
    Case(TypeError, r"RNN(?:Cell)?\.forward\(\) takes from 2 to 3 positional arguments but \d+ were given", _too_many),
    Case(RuntimeError, r"Unknown nonlinearity: (?P<got>\w+)", _cell_nonlinearity),
]
