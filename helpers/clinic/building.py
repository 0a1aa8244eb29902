"""Before a call: how a recurrent module is spelled, built and given its weights."""

import ast
import difflib
import re
from types import ModuleType
from typing import Any

import torch
from torch import nn

from helpers.clinic.facts import built, told
from helpers.clinic.names import RECURRENT, family, is_a, sure, walk
from helpers.words import say

_ARGUMENTS = ("input_size", "hidden_size", "num_layers", "bias", "batch_first", "dropout", "bidirectional", "proj_size")
_LAYERED = ("num_layers", "batch_first", "bidirectional", "dropout", "proj_size")
_OF_THE_DATA = ("seq_len", "seq_length", "sequence_length", "length", "batch", "batch_size")
_SIGNATURE = r"RNNBase\.__init__\(\) (?:missing .*: (?P<names>.*)|got an unexpected .* '(?P<word>\w+)')"
_SPELLED = ["RNN", "LSTM", "GRU", "RNNCell", "LSTMCell", "GRUCell", "Linear", "Embedding", "CrossEntropyLoss", "Module"]
_SPELLED += ["pad_sequence", "pack_sequence", "pack_padded_sequence", "pad_packed_sequence", "PackedSequence"]


def _near(word, known, cutoff):
    return next(iter(difflib.get_close_matches(word, known, 1, cutoff)), None)


def being_built(incident) -> tuple[str | None, dict[str, Any]]:
    """(the kind of module, the arguments that it was given, by name); (None, {}) when none was being built."""
    frames = [f for f in incident.torch if f.f_code.co_name == "__init__" and is_a(f.f_locals.get("self"), RECURRENT)]
    if not frames or frames[-1] is not incident.torch[-1]:
        return None, {}
    inside = frames[0].f_locals
    given = {name: inside[name] for name in _ARGUMENTS if name in inside}
    if "args" in inside:
        given = dict(zip(_ARGUMENTS, inside["args"], strict=False)) | inside["kwargs"]
    return family(inside["self"]), given | {"nonlinearity": vars(inside["self"]).get("nonlinearity", "tanh")}


def wrong_build(incident, match):
    """What a recurrent module was built with: a tensor, or sizes and names that it does not take."""
    kind, given = being_built(incident)
    shapes = [value.shape for value in given.values() if is_a(value, torch.Tensor)]
    yield shapes and told("build.tensor", kind=kind, shape=shapes[0])
    match = re.match(_SIGNATURE, incident.message)
    yield kind and match and _signature(kind, **match.groupdict())
    for name in ("input_size", "hidden_size", "num_layers"):
        got = given.get(name, 1)
        values = {"name": name, "got": got, "meaning": say(f"clinic.meaning.{name}"), "type": type(got).__name__}
        numpy = type(got).__module__ == "numpy" and type(got).__name__.startswith(("int", "uint"))
        if numpy or (type(got) is float and got.is_integer() and got > 0):
            plain = {k: v for k, v in given.items() if type(v) in (int, float, str, bool)} | {name: int(got)}
            yield told("build.numpy" if numpy else "build.float", built(kind, plain, name), **values)
        yield type(got) not in (int, bool) and got not in ("tanh", "relu") and told("build.whole", **values)
        yield type(got) is int and got < 1 and told("build.small", **values)


def wrong_cell(incident, match):
    """A size that is missing for a cell, or a name that a cell does not have."""
    called = incident.scope.value(sure(incident.node, ast.Call).func)
    yield called is getattr(nn, match["kind"], None) and not incident.torch and _signature(**match.groupdict())


def _signature(kind, names, word):
    if names:
        return told("build.missing", kind=kind, missing=", ".join(re.findall(r"'(\w+)'", names)))
    cell, plain = kind.endswith("Cell"), kind.startswith("RNN")
    known = [name for name in _ARGUMENTS if not (cell and name in _LAYERED) and (name != "proj_size" or kind == "LSTM")]
    known += ["nonlinearity"] if plain else []
    near = _near("nonlinearity" if "activation" in word else word, known, 0.5)
    key = "data_size" if word in _OF_THE_DATA else "near" if near else "keyword"
    key = "only_layered" if cell and word in _LAYERED else key
    key = "gates" if not plain and ("activation" in word or word == "nonlinearity") else key
    values = {"near": near, "known": ", ".join(known), "layered": kind.removesuffix("Cell")}
    return told(f"build.{key}", kind=kind, word=word, **values)


def spelling(incident, match):
    """A name of PyTorch's in other letters, or in another place."""
    holder, word = getattr(incident.error, "obj", None), match["name"]
    module = match.groupdict().get("module") or (holder.__name__ if type(holder) is ModuleType else "")
    if not module.startswith("torch"):
        return
    both = re.fullmatch(r"(?i)bi_?(rnn|lstm|gru)", word)
    yield both and told("spelled_both", word=word, kind=both[1].upper())
    lower = {name.lower(): name for name in _SPELLED}
    name = lower[sure(_near(word.lower(), lower, 0.8))]
    yield told("spelled", near=f"{'nn' if hasattr(nn, name) else 'nn.utils.rnn'}.{name}")


def brackets(incident, match):
    """Square brackets around what a module is built with, or called with."""
    scope, node = incident.scope, sure(incident.node, ast.Subscript)
    value, maker = scope.value(node.value), scope.written(node.value)
    inside = re.sub(r"^\((.*)\)$", r"\1", scope.written(node.slice))
    called = is_a(value, RECURRENT) and not is_a(node.slice, (ast.Constant, ast.Slice))  # not gru[0]: a result is meant
    if called or (type(value) is type and issubclass(value, RECURRENT)):
        yield told("brackets", scope.corrected((node, f"{maker}({inside})")))


def weight_name(incident, match):
    """A weight by a name that the module does not have."""
    module, name, node = sure(incident.error.obj, RECURRENT), incident.error.name, incident.node
    if not name.startswith(("weight", "bias")):
        return
    names, cell = list(vars(module)["_parameters"]), is_a(module, nn.RNNCellBase)
    layer = name.replace("_l0", "") if cell else f"{name}_l0"
    near = layer if layer in names else _near(name, names, 0.8)
    values = {"rnn": incident.called(module), "kind": family(module), "name": name, "near": near}
    yield name.startswith("bias") and not module.bias and told("no_bias", **values)
    yield near is None and told("weight_names", names=", ".join(names[:8]), **values)
    certain = near == layer and is_a(node, ast.Attribute)
    fixed = certain and incident.scope.corrected((node, f"{incident.scope.written(node.value)}.{near}"))
    yield told("weight_near" if near != layer else "weight_plain" if cell else "weight_layer", fixed, **values)


def by_hand(incident, match):
    """A weight matrix without its .T; every one in the statement, since a square one raises nothing."""
    scope, node = incident.scope, sure(incident.node, ast.BinOp)
    numbers = [int(number) for number in re.findall(r"\d+", incident.message.replace("mat1 and mat2", ""))]
    reads = numbers[-1] if match[0].startswith("size") else numbers[1]
    layers = [module for _, module in incident.modules if is_a(module, (*RECURRENT, nn.Linear))]
    own = {weight.data_ptr() for module in layers for weight in module.parameters() if weight.dim() == 2}

    def is_weight(part):
        value = scope.value(part)
        return is_a(value, torch.Tensor) and value.dim() == 2 and value.data_ptr() in own - {0}

    products = [part for part in walk(incident.statement or node) if is_a(getattr(part, "op", None), ast.MatMult)]
    bare = [product.right for product in products if is_weight(product.right)]
    if incident.torch or node.right not in bare or scope.value(node.right).shape[1] != reads:
        return
    bare.sort(key=lambda part: part is not node.right)  # the statement around the failing one is corrected
    words = [told("transpose", weight=scope.written(node.right), shape=scope.value(node.right).shape)]
    others = ", ".join(scope.written(part) for part in bare[1:])
    words += [told("transpose_too", others=others)] if others else []
    yield " ".join([*words, told("write", scope.corrected(*((part, f"{scope.written(part)}.T") for part in bare)))])


def assigned_weight(incident, match):
    """A weight that is set by hand while its history is kept."""
    scope, statement = incident.scope, sure(incident.statement)
    if "cannot assign" in match[0] and is_a(statement, ast.Assign):
        target, value = scope.written(statement.targets[0]), scope.written(statement.value)
        yield told("parameter", f"{target} = nn.Parameter({value})", weight=target)
    target = getattr(statement, "targets", [getattr(statement, "target", None)])[0]
    target = target or getattr(getattr(statement.value, "func", None), "value", None)
    value = scope.value(target.value if is_a(target, ast.Subscript) else target)
    weights = [weight for _, module in incident.modules for weight in module.parameters(recurse=False)]
    if any(value is weight for weight in weights):  # another tensor shall learn: it needs its history
        yield told("leaf", f"with torch.no_grad():\n    {scope.written(statement)}")


def state_dict(incident, match):
    """Weights that are stored under other names, or in other sizes."""
    module, stored = incident.local("load_state_dict", "self", "state_dict")
    if not any(is_a(part, RECURRENT) for part in module.modules()):
        return
    yield is_a(stored, nn.Module) and told("dict_module")
    own, given, expr = module.state_dict(), sure(stored, dict), incident.argument(0, "state_dict")
    name, text = incident.of(module) or say("clinic.the.module"), min(given, key=len, default="")
    prefixes = {long[: -len(text)] for long in own if text and long.endswith(f".{text}")}
    for key, change, rename in (
        ("dict_cell", 'name + "_l0"', lambda n: f"{n}_l0"),
        ("dict_layer", 'name.removesuffix("_l0")', lambda n: n.removesuffix("_l0")),
        ("dict_prefix", f'name.split(".", {text.count(".")})[-1]', lambda n: n.split(".", text.count("."))[-1]),
        *(("dict_inside", f'"{prefix}" + name', lambda n, prefix=prefix: prefix + n) for prefix in prefixes),
    ):
        if {rename(n) for n in given} == set(own) != set(given):
            yield told(key, incident.fixed((expr, f"={{{change}: weight for name, weight in {expr.text}.items()}}")))
    more, less, both = set(given) - set(own), set(own) - set(given), set(given) & set(own)
    known = {layer for n in both for layer in re.findall(r"_l\d+", n)}
    for kind, missing in (
        ("reverse", lambda n: "_reverse" in n),
        ("bias", lambda n: "bias_" in n),
        ("layers", lambda n: set(re.findall(r"_l\d+", n)) - known),
    ):
        one_way = both and bool(more) != bool(less) and all(missing(n) for n in more | less)
        yield one_way and told(f"dict_{kind}_{'more' if more else 'less'}", module=name)
    for other, weight in own.items():
        got, expected = getattr(given.get(other), "shape", None), weight.shape
        yield got and got != expected and told("dict_sizes", module=name, name=other, got=got, expected=expected)
