"""Around a recurrent module: the batches before it, the head and the loss behind it, the devices of all."""

import ast
import re
from typing import Any

import torch
from torch import nn
from torch.utils.data import DataLoader

from helpers.clinic.facts import failed_module, history, source, told
from helpers.clinic.names import is_a
from helpers.words import say


def head(incident, match):
    """A linear layer that reads another number of features than the recurrent module before it hands on."""
    linear = failed_module(incident)
    x = incident.local("forward", "input")[0] if is_a(linear, nn.Linear) and incident.recurrent else None
    if not is_a(x, torch.Tensor) or x.dim() == 0 or x.shape[-1] == linear.in_features:
        return None
    made = source(incident, x)
    got, wanted, shape, expr = x.shape[-1], linear.in_features, tuple(x.shape), incident.argument(0, "input", x)
    layer = incident.called(linear)
    values = {"x": expr, "shape": shape, "head": layer, "wanted": wanted, "got": got}
    if made is None:
        return None
    words = told("head", **values)
    if x.dim() == 3 and wanted in (shape[0] * got, shape[1] * got):
        time = int(wanted == shape[1] * got)
        code = incident.fixed((expr, ".flatten(1)" if time else ".transpose(0, 1).flatten(1)"))
        return f"{words}\n{told('head_flatten', code, samples=1 - time, steps=shape[time])}"
    if wanted in shape[:-1]:
        return f"{words} {told('head_axis', axis=shape.index(wanted), **values)}"
    rnn, module = made
    width = getattr(module, "proj_size", 0) or module.hidden_size
    both = getattr(module, "bidirectional", False) and got == 2 * width
    if not both and got != width:
        return None
    code = f"{f'{incident.of(linear)} = ' * bool(incident.of(linear))}nn.Linear({got}, {linear.out_features})"
    return f"{words} {told('head_directions' if both else 'head_size', code, rnn=rnn, got=got)}"


def loss(incident, match):
    """CrossEntropyLoss or NLLLoss: the axes of its input, the dtype, the shape and the values of its targets."""
    found = incident.local("cross_entropy", "input", "target") or incident.local("nll_loss", "input", "target")
    pair: Any = found if found and incident.recurrent else (None, None)
    x, y = pair
    if not is_a(x, torch.Tensor):
        return None
    exprs = incident.argument(0, "input", x), incident.argument(1, "target", y)
    shape, target = tuple(x.shape), tuple(getattr(y, "shape", ()))
    names = {"x": exprs[0], "y": exprs[1]}
    names |= {"shape": shape, "target": target, "dtype": getattr(y, "dtype", None)}

    def note(key, *changes, **values):
        code = incident.fixed(*zip(exprs, changes, strict=False))
        return told(f"loss.{key}", code, **names, **values)

    if not is_a(y, torch.Tensor):
        plain = type(y) in (int, list, tuple) or type(y).__name__ == "ndarray"
        return note("no_tensor", "", "torch.tensor({})") if plain else None
    if not x.is_floating_point():
        return note("whole_scores", dtype_of_x=x.dtype)
    if "meta" in (x.device.type, y.device.type) or y.numel() == 0:
        return None
    order = {shape[:2]: ".flatten()", shape[1::-1]: ".transpose(0, 1).flatten()"}
    if len(shape) == 3 and target in order:
        return note("axes", ".flatten(0, 1)", order[target])
    if len(shape) == 3 and len(target) == 1 and target[0] in shape[:2] and not y.is_floating_point():
        samples = shape.index(target[0])
        if int(y.max()) >= shape[2]:
            return None  # the classes may be on another axis
        return note("every_step", "[-1]" if samples else "[:, -1]", samples=samples)
    if len(shape) == 2 and target == shape and not y.is_floating_point():
        hot = bool(((y.sum(1) == 1) & (y.amin(1) == 0)).all())
        return note("one_hot", "", ".argmax(1)") if hot else note("probabilities", "", f".to({x.dtype})")
    if len(shape) == 2 and target in ((), (shape[0], 1)) and y.numel() == shape[0]:
        return note("axis_of_one" if target else "no_axis", "", ".squeeze(1)" if target else ".view(1)")
    if len(shape) == 2 and len(target) == 2 and y.numel() == shape[0]:
        return _flattened(x, target, note)
    if len(shape) == 2 and target[:1] != shape[:1]:
        return note("rows", rows=shape[0], targets=y.numel())
    return _classes(y, shape[1] if len(shape) > 1 else shape[0], note)


def _flattened(x, target, note):
    """Scores whose first two axes are one already: the graph knows the two that they were."""
    sizes = [getattr(node, "_saved_self_sym_sizes", ()) for node in history(x, 6) if "View" in node.name()]
    before = next((tuple(size[:2]) for size in sizes if len(size) == 3), None)
    changes = {target: ".flatten()", target[::-1]: ".transpose(0, 1).flatten()"}
    if before in changes and len(changes) == 2:
        return note("flat", "", changes[before])
    return "\n".join([note("flat_same", "", changes[target]), note("flat_turned", "", changes[target[::-1]])])


def _classes(y, count, note):
    """Targets of the right shape: their dtype, and their values."""
    if y.dtype not in (torch.int64, torch.uint8):
        whole = bool((y == y.round()).all()) if y.is_floating_point() else True
        return note("dtype", "", ".long()") if whole else note("measured")
    low, high = int(y.min()), int(y.max())
    if low < 0:
        return note("negative", low=low)
    return note("too_high", high=high, most=count - 1, needed=high + 1) if high >= count else None


def loss_built(incident, match):
    """A loss class that was given scores and targets where it is built."""
    losses = [frame for frame in incident.torch if is_a(frame.f_locals.get("self"), nn.modules.loss._Loss)]
    if not losses or losses[0].f_code.co_name != "__init__" or not is_a(incident.node, ast.Call):
        return None
    name = incident.scope.written(incident.node.func)
    return told("loss_built", incident.scope.corrected((incident.node.func, f"{name}()")), name=name)


def embedding(incident, match):
    """Indices that an embedding does not have, or that are no whole numbers."""
    layer, found = failed_module(incident), incident.local("embedding", "input")
    if not is_a(layer, nn.Embedding) or not found or not incident.recurrent:
        return None
    x, expr, name = found[0], incident.argument(0, "input", found[0]), incident.called(layer)
    values = {"x": expr, "layer": name, "most": layer.num_embeddings - 1}
    if not is_a(x, torch.Tensor):
        code = incident.fixed((expr, "torch.tensor({})")) if type(x) in (int, list) else None
        return told("embedding_tensor", code, got=type(x).__name__, **values)
    if x.is_floating_point() or x.dtype not in (torch.int64, torch.int32):
        whole = bool((x == x.round()).all()) if x.is_floating_point() else True
        code = incident.fixed((expr, ".long()")) if whole else None
        return told("embedding_whole" if whole else "embedding_measured", code, dtype=x.dtype, **values)
    low, high = int(x.min()), int(x.max())
    if low < 0:
        return told("embedding_negative", low=low, **values)
    return told("embedding_range", f"{name} = nn.Embedding({high + 1}, {layer.embedding_dim})", high=high, **values)


def unequal(incident, match):
    """Sequences of unequal lengths, stacked by hand or by a DataLoader."""
    parts = re.findall(r"\[([\d, ]*)\]", incident.message)
    first, second = (re.findall(r"\d+", part) for part in parts) if len(parts) == 2 else ([], [])
    scope, node = incident.scope, incident.node
    if not first or first[1:] != second[1:] or not incident.recurrent:
        return None
    lengths, pad = {"first": first[0], "second": second[0]}, "nn.utils.rnn.pad_sequence({}, batch_first=True)"
    if not incident.torch:
        expr = incident.argument(0, "tensors")
        code = scope.corrected((node, expr.then(pad))) if expr.node and len(node.args) == 1 == len(node.args) else None
        return told("unequal", code if code and not node.keywords else None, **lengths)
    batches = [frame.f_locals.get("batch") for frame in incident.torch if frame.f_code.co_name == "collate"]
    if batches and not is_a(batches[0][0], torch.Tensor):
        return told("unequal_pairs", **lengths)
    found = [call for call in scope.nodes(ast.Call) if scope.value(call.func) is DataLoader]
    code = None
    if len(found) == 1:
        code = f"{scope.written(found[0])[:-1]}, collate_fn=lambda batch: {pad.replace('{}', 'batch')})"
    return told("unequal_loader", code, **lengths)


def lengths(incident, match):
    """Lengths that pack_padded_sequence does not take."""
    found = incident.local("pack_padded_sequence", "input", "lengths", "batch_first")
    if not found:
        return None
    x, given, first = found
    scope, node = incident.scope, incident.node

    def added(option):
        written = scope.written(node) if is_a(node, ast.Call) else option
        return None if option.split("=")[0] in written else scope.corrected((node, f"{written[:-1]}, {option})"))

    if "sorted" in match[0]:
        return told("lengths_sorted", added("enforce_sorted=False"))
    axis, count = int(not first), len(given)
    words = told("lengths_count", count=count, axis=axis, shape=tuple(x.shape), batch=x.shape[axis])
    if count != x.shape[1 - axis]:
        return words
    return f"{words}\n{told('lengths_order', added('batch_first=True') if axis else None, axis=1 - axis)}"


def devices(incident, match):
    """Two devices in one computation: PyTorch names both."""
    places = list(dict.fromkeys(re.findall(r"\b(?:cpu|meta|(?:cuda|mps|xpu)(?::\d+)?)\b", incident.message)))
    module, x = failed_module(incident), incident.local("forward", "input")
    weights = list(module.parameters(recurse=False)) if is_a(module, nn.Module) and x else []
    if not incident.recurrent or len(places) != 2:
        return None
    if weights and is_a(x[0], torch.Tensor) and x[0].device != weights[0].device:
        expr, home = incident.argument(0, "input", x[0]), weights[0].device
        values = {"rnn": incident.of(module) or type(module).__name__, "x": expr}
        return told("device_input", incident.fixed((expr, f'.to("{home}")')), home=home, got=x[0].device, **values)
    return told("two_devices", one=places[0], other=places[1])
