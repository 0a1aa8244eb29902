"""Before a call: how a recurrent module is spelled, built and given its weights."""

import ast
import difflib
import re
from types import ModuleType

import torch
from torch import nn

from helpers.clinic.facts import built
from helpers.clinic.names import RECURRENT, is_a
from helpers.clinic.shapes import with_code
from helpers.words import lookup, say

_SIZES = ("input_size", "hidden_size", "num_layers", "bias", "batch_first", "dropout", "bidirectional", "proj_size")
_LAYERED = ("num_layers", "batch_first", "bidirectional", "dropout", "proj_size")
_OF_THE_DATA = ("seq_len", "seq_length", "sequence_length", "length", "batch", "batch_size")
_PLAIN = (int, float, str, bool)
_SPELLED = ("RNN", "LSTM", "GRU", "RNNCell", "LSTMCell", "GRUCell", "Linear", "Embedding", "CrossEntropyLoss", "Module")
_SPELLED += ("pad_sequence", "pack_sequence", "pack_padded_sequence", "pad_packed_sequence", "PackedSequence")


def _given(incident):
    """(the kind of module, the arguments that it was built with, by name); None when none was being built."""
    frames = [f for f in incident.torch if f.f_code.co_name == "__init__" and is_a(f.f_locals.get("self"), RECURRENT)]
    if not frames or frames[-1] is not incident.torch[-1]:
        return None
    inside, module = frames[0].f_locals, frames[0].f_locals["self"]
    kind = next(k.__name__ for k in type(module).__mro__ if k.__module__ == "torch.nn.modules.rnn")
    if "args" not in inside:
        return kind, {name: inside[name] for name in ("input_size", "hidden_size", "bias") if name in inside}
    given = dict(zip(_SIZES, inside["args"], strict=False)) | inside["kwargs"]
    if kind == "RNN" and "nonlinearity" in vars(module):  # PyTorch takes it out of the arguments before anything else
        given["nonlinearity"] = module.nonlinearity
    return kind, given


def _code(kind, values, **changes):
    """The line that builds the module with `changes`; what cannot be written down in short is left out."""
    return built(kind, {k: v for k, v in (values | changes).items() if type(v) in _PLAIN}, shown=changes)


def wrong_build(incident, match):
    """Sizes, types and names of the arguments that a recurrent module is built with."""
    found, message = _given(incident), incident.message
    if found is None:
        return None
    kind, values = found
    if tensors := [v for v in values.values() if is_a(v, torch.Tensor)]:
        return say("clinic.build.tensor", kind=kind, shape=tuple(tensors[0].shape))
    if "Unknown nonlinearity" in message:
        return _nonlinearity(kind, values)
    if match := re.match(r"(\w+) must be greater than zero", message):
        return _too_small(match[1], values)
    if match := re.match(r"(\w+) should be of type bool", message):
        return with_code(say("clinic.build.bool", name=match[1], got=values[match[1]]), _code(kind, values, **{match[1]: bool(values[match[1]])}))
    if "proj_size" in message:
        return say("clinic.build.proj_size", kind=kind) if "only supported" in message else say("clinic.build.proj_small", hidden=values["hidden_size"])
    if "dropout should be a number" in message:
        return say("clinic.build.dropout", got=values["dropout"])
    layers = values.get("num_layers")
    if type(layers) is str and layers in ("tanh", "relu") and kind == "RNN":
        return with_code(say("clinic.build.third", got=layers), _code(kind, values | {"num_layers": 1}, nonlinearity=layers))
    for name in ("input_size", "hidden_size", "num_layers"):
        if name in values and type(values[name]) is not int and type(values[name]) is not bool:
            return _not_whole(kind, values, name)
        if name in values and values[name] < 0:
            return _too_small(name, values)
    return None


def _nonlinearity(kind, values):
    got = values["nonlinearity"]
    if type(got) is bool:
        return with_code(say("clinic.build.fourth", got=got), _code(kind, values | {"nonlinearity": "tanh"}, batch_first=got))
    name = got if type(got) is str else getattr(got, "__name__", "")
    return with_code(say("clinic.build.nonlinearity"), _code(kind, values, nonlinearity="relu" if "relu" in name.lower() else "tanh"))


def _too_small(name, values):
    return say("clinic.build.small", name=name, got=values[name], meaning=say(f"clinic.meaning.{name}"))


def _not_whole(kind, values, name):
    got, meaning = values[name], say(f"clinic.meaning.{name}")
    numpy = type(got).__module__ == "numpy" and type(got).__name__.startswith(("int", "uint"))
    if numpy or (type(got) is float and got.is_integer() and got > 0):
        key = "clinic.build.numpy" if numpy else "clinic.build.float"
        return with_code(say(key, name=name, got=got, type=type(got).__name__, meaning=meaning), _code(kind, values, **{name: int(got)}))
    return say("clinic.build.whole", name=name, got=type(got).__name__, meaning=meaning)


def wrong_signature(incident, match):
    """A size that is missing, or a name that the module does not have."""
    kind, scope = match["kind"], incident.scope
    if kind == "RNNBase":
        found = [f.f_locals["self"] for f in incident.torch if is_a(f.f_locals.get("self"), nn.RNNBase)]
        kind = type(found[0]).__name__ if found else "RNN"
        first = next((f.f_locals.get("args", ()) for f in incident.torch if f.f_code.co_name == "__init__"), ())
        if any(is_a(value, torch.Tensor) for value in first):
            return say("clinic.build.tensor", kind=kind, shape=tuple(first[0].shape))
    elif scope is None or incident.torch or not _is_torchs(scope, kind):
        return None
    if match["names"]:
        missing = ", ".join(name for name in ("input_size", "hidden_size") if f"'{name}'" in match["names"])
        return say("clinic.build.missing", kind=kind, missing=missing)
    return _unknown(kind, match["word"])


def _is_torchs(scope, kind):
    """Whether the class of this name in the learner's line is PyTorch's own."""
    return scope.value(getattr(scope.node, "func", None)) is getattr(nn, kind)


def _unknown(kind, word):
    known = [name for name in _SIZES if not (kind.endswith("Cell") and name in _LAYERED) and (name != "proj_size" or kind == "LSTM")]
    known += ["nonlinearity"] if kind.startswith("RNN") else []
    if kind.endswith("Cell") and word in _LAYERED:
        return say("clinic.build.only_layered", word=word, kind=kind, layered=kind.removesuffix("Cell"))
    if word in _OF_THE_DATA:
        return say("clinic.build.data_size", word=word, kind=kind)
    if "activation" in word or word == "nonlinearity":
        return say("clinic.build.near", word=word, kind=kind, near="nonlinearity") if kind.startswith("RNN") else say("clinic.build.gates", word=word, kind=kind)
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    if near:
        return say("clinic.build.near", word=word, kind=kind, near=near[0])
    return say("clinic.build.keyword", word=word, kind=kind, known=", ".join(known))


def spelling(incident, match):
    """A name of PyTorch's in other letters, or in another place."""
    error, word = incident.error, match["name"]
    holder = getattr(error, "obj", None)
    module = match.groupdict().get("module") or (holder.__name__ if type(holder) is ModuleType else "")
    if not module.startswith("torch"):
        return None
    if word.lower().replace("_", "") in ("bilstm", "bigru", "birnn"):
        kind = word[2:].strip("_").upper()
        return say("clinic.spelled_both", word=word, kind=kind)
    lower = {name.lower(): name for name in _SPELLED}
    near = difflib.get_close_matches(word.lower(), lower, n=1, cutoff=0.8)
    if not near:
        return None
    name = lower[near[0]]
    home = "nn" if hasattr(nn, name) else "nn.utils.rnn"
    cell = f" {say('clinic.or_cell', kind=name)}" if name in ("RNN", "LSTM", "GRU") and word.lower() != near[0] else ""
    return say("clinic.spelled", near=f"{home}.{name}") + cell


def brackets(incident, match):
    """Square brackets around what a module is built with, or called with."""
    scope, node = incident.scope, incident.scope and incident.scope.node
    if not is_a(node, ast.Subscript):
        return None
    value = scope.value(node.value)
    built_here = type(value) is type and issubclass(value, RECURRENT)
    if not built_here and not is_a(value, RECURRENT):
        return None
    inside = scope.written(node.slice).removeprefix("(").removesuffix(")") if is_a(node.slice, ast.Tuple) else scope.written(node.slice)
    fixed = f"{scope.written(node.value)}({inside})"
    return with_code(say("clinic.brackets"), scope.corrected(node, {node: fixed}))


def weight_name(incident, match):
    """A weight by a name that the module does not have."""
    module, name = getattr(incident.error, "obj", None), incident.error.name
    if not is_a(module, RECURRENT) or incident.scope is None:
        return None
    names = list(vars(module)["_parameters"])
    plain = name.replace("_l0", "") if is_a(module, nn.RNNCellBase) else f"{name}_l0"
    near = plain if plain in names else next(iter(difflib.get_close_matches(name, names, n=1, cutoff=0.75)), None)
    text, kind = incident.of(module) or f"nn.{type(module).__name__}", type(module).__name__
    node = incident.scope.node
    if name.startswith("bias") and not module.bias:
        return say("clinic.no_bias", rnn=text)
    if near is None:
        return say("clinic.weight_names", rnn=text, name=name, names=", ".join(names[:8])) if name.startswith(("weight", "bias")) else None
    key = "clinic.weight_layer" if near == f"{name}_l0" else "clinic.weight_plain" if near == plain else "clinic.weight_near"
    code = incident.scope.corrected(node, {node: f"{incident.scope.written(node.value)}.{near}"}) if is_a(node, ast.Attribute) else None
    return with_code(say(key, rnn=text, kind=kind, name=name, near=near), code)


def _is_weight(scope, node):
    """Whether an expression is one of PyTorch's weight matrices, or is named like one."""
    value = scope.value(node)
    if not is_a(value, torch.Tensor) or value.dim() != 2:
        return False
    own = any(value is p for _, m in scope.modules if is_a(m, (*RECURRENT, nn.Linear)) for p in m.parameters(recurse=False))
    return own or re.search(r"(?i)\b(weight|w)_[ih]h", scope.written(node)) is not None


def by_hand(incident, match):
    """A weight matrix without its .T; every one in the statement, since a square one raises nothing."""
    scope = incident.scope
    if scope is None or incident.torch or scope.node is None:
        return None
    inside = scope.statement if scope.statement is not None else scope.node
    products = [n for n in ast.walk(inside) if is_a(n, ast.BinOp) and is_a(n.op, ast.MatMult)]
    bare = [product.right for product in products if _is_weight(scope, product.right)]
    mine = [product for product in products if product is scope.node and product.right in bare]
    if not mine:
        return None
    weight = scope.value(mine[0].right)
    changes = {node: f"{scope.written(node)}.T" for node in bare}
    words = say("clinic.transpose", weight=scope.written(mine[0].right), shape=tuple(weight.shape))
    square = [scope.written(node) for node in bare if node is not mine[0].right]
    words += " " + say("clinic.transpose_square", others=", ".join(square)) if square else ""
    return with_code(words + " " + say("clinic.write"), scope.corrected(mine[0], changes))


def assigned_weight(incident, match):
    """A weight that is set by hand while its history is kept."""
    scope = incident.scope
    if scope is None or not incident.recurrent:
        return None
    statement = scope.statement
    if statement is None:
        return None
    if is_a(statement, ast.Assign) and is_a(statement.targets[0], ast.Attribute) and "cannot assign" in incident.message:
        target, value = scope.written(statement.targets[0]), scope.written(statement.value)
        return with_code(say("clinic.parameter", weight=target), f"{target} = nn.Parameter({value})")
    return with_code(say("clinic.leaf"), "with torch.no_grad():\n    " + scope.written(statement))


def state_dict(incident, match):
    """Weights that are stored under other names, or in other sizes."""
    found = incident.local("load_state_dict", "self", "state_dict")
    if not found or not is_a(found[0], nn.Module) or not any(is_a(m, RECURRENT) for m in found[0].modules()):
        return None
    module, stored = found
    if not hasattr(stored, "keys"):
        return say("clinic.dict_module") if is_a(stored, nn.Module) else None
    own, given = module.state_dict(), dict(stored)
    source = _argument(incident)
    for key, change, renamed in (
        ("dict_cell", 'name + "_l0"', {f"{name}_l0" for name in given}),
        ("dict_layer", 'name.removesuffix("_l0")', {name.removesuffix("_l0") for name in given}),
    ):
        if renamed == set(own):
            return with_code(say(f"clinic.{key}"), source and _renaming(incident, change, source))
    extra, lacking = set(given) - set(own), set(own) - set(given)
    for prefix in {name[: -len(mine)] for name in given for mine in own if name.endswith("." + mine)}:
        if {name.removeprefix(prefix) for name in given} == set(own):
            return with_code(say("clinic.dict_prefix", prefix=prefix), source and _renaming(incident, f'name.removeprefix("{prefix}")', source))
    for prefix in {name[: -len(theirs)] for name in own for theirs in given if name.endswith("." + theirs)}:
        if {prefix + name for name in given} == set(own):
            return with_code(say("clinic.dict_inside", prefix=prefix), source and _renaming(incident, f'"{prefix}" + name', source))
    text = incident.of(module) or say("clinic.the_module")
    sides = (("more", extra, lacking), ("less", lacking, extra))
    for side, names, others in sides:
        if names and not others:
            kind = "reverse" if all("_reverse" in n for n in names) else "bias" if all("bias_" in n for n in names) else "layers" if all(re.search(r"_l\d+", n) for n in names) else None
            if kind:
                return say(f"clinic.dict_{kind}_{side}", module=text)
    if not extra and not lacking:
        name = next(n for n in own if own[n].shape != given[n].shape)
        gates = {1: "RNN", 3: "GRU", 4: "LSTM"}
        mine, theirs = own[name].shape, given[name].shape
        for count, kind in gates.items():
            if mine[-1] == theirs[-1] and name.startswith("weight_hh") and theirs[0] == count * theirs[1] and mine[0] != theirs[0]:
                return say("clinic.dict_kind", kind=kind, module=text, name=name)
        return say("clinic.dict_sizes", module=text, name=name, got=tuple(theirs), expected=tuple(mine))
    return None


def _argument(incident):
    node = incident.scope.node if incident.scope else None
    return node.args[0] if is_a(node, ast.Call) and len(node.args) == 1 else None


def _renaming(incident, change, source):
    scope = incident.scope
    return scope.corrected(scope.node, {source: f"{{{change}: weight for name, weight in {scope.written(source)}.items()}}"})


__all__ = ["lookup"]
