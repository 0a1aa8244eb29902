"""Errors while an nn.RNN or nn.RNNCell is built: sizes, types and names of its arguments."""

import difflib

import torch
from torch import nn

from helpers.clinic.call import written
from helpers.clinic.case import Case
from helpers.clinic.frames import is_a
from helpers.words import say

_ORDER = ("input_size", "hidden_size", "num_layers", "nonlinearity", "bias", "batch_first", "dropout", "bidirectional")
_ONLY_RNN = ("num_layers", "batch_first", "bidirectional", "dropout")
_OF_THE_DATA = ("seq_len", "seq_length", "sequence_length", "length", "batch", "batch_size")
_PLAIN = (int, float, str, bool)


def _given(frames):
    """(the kind of module, the arguments that it was given, by name)."""
    inside = frames[0].f_locals
    if is_a(inside["self"], nn.RNNCell):
        return "RNNCell", {name: inside[name] for name in ("input_size", "hidden_size", "bias") if name in inside}
    own = next(frame.f_locals for frame in frames if "args" in frame.f_locals)
    # PyTorch takes nonlinearity, the fourth, out of the arguments before anything can go wrong.
    names = [name for name in _ORDER if name != "nonlinearity"]
    given = dict(zip(names, own["args"], strict=False)) | own["kwargs"]
    return "RNN", given | {"nonlinearity": own["self"].nonlinearity}


def _code(kind, values, **changes):
    """The line that builds the module with `changes`; what cannot be written down in short is left out."""
    return written(kind, {k: v for k, v in (values | changes).items() if type(v) in _PLAIN}, shown=changes)


def _nonlinearity(frames, match):
    kind, values = _given(frames)
    got = values["nonlinearity"]
    if type(got) is bool:
        return say("clinic.build_fourth", got=got, code=_code(kind, values | {"nonlinearity": "tanh"}, batch_first=got))
    name = got if type(got) is str else getattr(got, "__name__", "")
    code = _code(kind, values, nonlinearity="relu" if "relu" in name.lower() else "tanh")
    return say("clinic.build_nonlinearity", code=code)


def _too_small(frames, match):
    _, values = _given(frames)
    name = match["name"]
    return say("clinic.build_small", name=name, got=values[name], meaning=say(f"clinic.meaning.{name}"))


def _cell_size(frames, match):
    """A cell does not check its sizes: an empty tensor cannot be made of them, and says so in its own words."""
    kind, values = _given(frames)
    for name in ("input_size", "hidden_size"):
        if type(values[name]) is not int:
            return _not_whole(kind, values, name)
        if values[name] < 0:
            return say("clinic.build_small", name=name, got=values[name], meaning=say(f"clinic.meaning.{name}"))
    return None


def _wrong_type(frames, match):
    kind, values = _given(frames)
    if match["type"] == "bool":
        name = match["name"]
        return say(
            "clinic.build_bool", name=name, got=values[name], code=_code(kind, values, **{name: bool(values[name])})
        )
    return _not_whole(kind, values, match["name"])


def _not_whole(kind, values, name):
    got = values[name]
    meaning = say(f"clinic.meaning.{name}")
    if type(got) is float and got.is_integer() and got > 0:
        return say(
            "clinic.build_float", name=name, got=got, meaning=meaning, code=_code(kind, values, **{name: int(got)})
        )
    return say("clinic.build_whole", name=name, got=type(got).__name__, meaning=meaning)


def _num_layers(frames, match):
    kind, values = _given(frames)
    got = values["num_layers"]
    if type(got) is str and got in ("tanh", "relu"):
        code = _code(kind, values | {"num_layers": 1}, nonlinearity=got)
        return say("clinic.build_third", got=got, code=code)
    return _not_whole(kind, values, "num_layers")


def _sizes_missing(kind, match):
    missing = ", ".join(name for name in ("input_size", "hidden_size") if f"'{name}'" in match["names"])
    return say("clinic.build_missing", kind=kind, missing=missing)


def _missing(frames, match):
    return _sizes_missing("RNN", match)


def _keyword(frames, match):
    return _unknown("RNN", match["word"], _ORDER)


def _unknown(kind, word, known):
    if kind == "RNNCell" and word in _ONLY_RNN:
        return say("clinic.build_only_rnn", word=word)
    if word in _OF_THE_DATA:
        return say("clinic.build_data_size", word=word, kind=kind)
    if "activation" in word:
        return say("clinic.build_near", word=word, kind=kind, near="nonlinearity")
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    if near:
        return say("clinic.build_near", word=word, kind=kind, near=near[0])
    return say("clinic.build_keyword", word=word, kind=kind, known=", ".join(known))


def _is_the_real_cell(incident):
    """No class of the learner's own is called RNNCell, and PyTorch's is within reach."""
    names = incident.names
    named = names.values.get("RNNCell", nn.RNNCell)
    reach = any(names.values.get(name) is home for name in names.mentioned for home in (nn, torch, nn.RNNCell))
    return named is nn.RNNCell and reach and not incident.torch


def _cell_missing(incident, match):
    return _sizes_missing("RNNCell", match) if _is_the_real_cell(incident) else None


def _cell_keyword(incident, match):
    known = ("input_size", "hidden_size", "bias", "nonlinearity")
    return _unknown("RNNCell", match["word"], known) if _is_the_real_cell(incident) else None


_MISSING = r"__init__\(\) missing \d required positional arguments?: (?P<names>.*)"
_UNEXPECTED = r"__init__\(\) got an unexpected keyword argument '(?P<word>\w+)'"

CASES = [
    Case(ValueError, r"Unknown nonlinearity '.*'\. Select from 'tanh' or 'relu'\.", _nonlinearity, on="building"),
    Case(ValueError, r"(?P<name>\w+) must be greater than zero", _too_small, on="building"),
    Case(TypeError, r"(?P<name>\w+) should be of type (?P<type>int|bool), got: \w+", _wrong_type, on="building"),
    Case(TypeError, "'<=' not supported between instances of ", _num_layers, on="building"),
    Case(TypeError, r"'\w+' object cannot be interpreted as an integer", _num_layers, on="building"),
    Case(TypeError, r"empty\(\): argument 'size'", _cell_size, on="building"),
    Case(RuntimeError, "Trying to create tensor with negative dimension ", _cell_size, on="building"),
    Case(TypeError, r"RNNBase\." + _MISSING, _missing, on="building"),
    Case(TypeError, r"RNNBase\." + _UNEXPECTED, _keyword, on="building"),
    Case(TypeError, r"RNNCell\." + _MISSING, _cell_missing, on="plain"),
    Case(TypeError, r"RNNCell\." + _UNEXPECTED, _cell_keyword, on="plain"),
]
