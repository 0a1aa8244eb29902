"""Around a recurrent module: the batches before it, the head and the loss behind it, the devices of all."""

import ast
import re

import torch
from torch import nn
from torch.utils.data import DataLoader

from helpers.clinic.facts import failed_module, history, source, told
from helpers.clinic.names import is_a, sure

_PAD = "nn.utils.rnn.pad_sequence({}, batch_first=True)"


def head(incident, match):
    """A linear layer that reads another number of features than the recurrent module before it hands on."""
    linear, [x] = failed_module(incident, nn.Linear), incident.local("forward", "input")
    rnn, module = sure(source(incident, x))
    got, wanted, shape, expr = x.shape[-1], linear.in_features, tuple(x.shape), incident.argument(0, "input", x)
    names = {"x": expr, "shape": shape, "head": incident.called(linear), "wanted": wanted, "got": got, "rnn": rnn}
    if got == wanted:
        return
    words = told("head", **names)
    flat = [
        told("head_flatten", incident.fixed((expr, change)), x=expr, samples=axis, steps=shape[1 - axis])
        for axis, change in enumerate((".flatten(1)", ".transpose(0, 1).flatten(1)"))
        if x.dim() == 3 and wanted == shape[1 - axis] * got
    ]
    yield flat and "\n".join([words, *flat])
    if wanted in shape[:-1]:
        yield f"{words} {told('head_axis', axis=shape.index(wanted), **names)}"
    width = getattr(module, "proj_size", 0) or module.hidden_size
    both, name = getattr(module, "bidirectional", False) and got == 2 * width, incident.of(linear)
    code = f"{name} = " * bool(name) + f"nn.Linear({got}, {linear.out_features})"
    yield (both or got == width) and f"{words} {told('head_directions' if both else 'head_size', code, **names)}"


def _whole(tensor):
    if tensor.is_floating_point():
        return bool((tensor == tensor.round()).all())
    return not tensor.is_complex()


def loss(incident, match):
    """CrossEntropyLoss or NLLLoss: the axes of its input, the dtype, the shape and the values of its targets."""
    x, y = incident.local("cross_entropy|nll_loss", "input", "target")
    exprs = incident.argument(0, "input", x), incident.argument(1, "target", y)
    shape, target = tuple(sure(x, torch.Tensor).shape), tuple(getattr(y, "shape", ()))
    names = {"x": exprs[0], "y": exprs[1], "shape": shape, "target": target, "dtype": getattr(y, "dtype", None)}

    def note(key, *changes, **values):
        return told(f"loss.{key}", incident.fixed(*zip(exprs, changes, strict=False)), **names, **values)

    if not is_a(y, torch.Tensor):
        plain = type(y) in (int, list, tuple) or type(y).__name__ == "ndarray"
        yield plain and note("no_tensor", "", "torch.tensor({})")
        return
    yield not x.is_floating_point() and note("whole_scores", dtype_of_x=x.dtype)
    if "meta" in (x.device.type, y.device.type) or y.numel() == 0:
        return
    classes, whole = not y.is_floating_point(), _whole(y)
    if len(shape) == 3:
        yield target in (shape[:2], shape[1::-1]) and _in_one_axis(note, "axes", ".flatten(0, 1)", target, shape[:2])
        if len(target) == 1 and classes and int(y.max()) < shape[2]:  # else the classes may be on another axis
            yield _last_steps(note, shape, target[0])
    if len(shape) == 2 and target == shape and classes:
        hot = bool(((y.sum(1) == 1) & (y.amin(1) == 0)).all())
        yield note("one_hot", "", ".argmax(1)") if hot else note("probabilities")
    if len(shape) == 2 and y.numel() == shape[0]:
        yield target == () and note("no_axis", "", ".view(1)")
        yield target == (shape[0], 1) and note("axis_of_one", "", ".squeeze(1)")
        if len(target) == 2:  # the graph knows the two axes that the one of the scores was before
            sizes = [getattr(node, "_saved_self_sym_sizes", ()) for node in history(x, 6) if "View" in node.name()]
            before = next((tuple(size[:2]) for size in sizes if len(size) == 3), ())
            yield _in_one_axis(note, "flat", "", target, before)
    yield len(shape) == 2 and target[:1] != shape[:1] and note("rows", rows=shape[0], targets=y.numel())
    if y.dtype not in (torch.int64, torch.uint8):
        yield note("dtype", "", ".long()") if whole else note("measured")
    low, high, count = int(y.min()), int(y.max()), shape[min(1, len(shape) - 1)]
    yield low < 0 and note("negative", low=low)
    yield high >= count and note("too_high", high=high, most=count - 1, needed=high + 1)


def _in_one_axis(note, key, change, target, axes):
    """Steps and samples as one axis, in the order that these axes tell; both orders where they do not tell it."""
    same, turned = ".flatten()", ".transpose(0, 1).flatten()"
    if target[0] != target[1] and axes in (target, target[::-1]):
        return note(key, change, same if axes == target else turned)
    return "\n".join([note(key), note("same", change, same), note("turned", change, turned)])


def _last_steps(note, shape, count):
    """One class for each of so many samples, where the scores are for each step: which axis counts the samples?"""
    last = []
    for axis, change in enumerate(("[:, -1]", "[-1]")):
        if shape[axis] == count and shape[1 - axis] == 1:
            return note("score_axis_of_one", f".squeeze({1 - axis})", axis=1 - axis)
        last += [note("last_step", change, axis=axis)] if shape[axis] == count else []
    return last and "\n".join([note("every_step"), *last])


def loss_built(incident, match):
    """A loss class that was given scores and targets where it is built."""
    function = sure(incident.node, ast.Call).func
    first = next((frame for frame in incident.torch if is_a(frame.f_locals.get("self"), nn.modules.loss._Loss)), None)
    name = incident.scope.written(function)
    code = incident.scope.corrected((function, f"{name}()"))
    yield first and first.f_code.co_name == "__init__" and told("loss_built", code, name=name)


def embedding(incident, match):
    """Indices that an embedding does not have, or that are no whole numbers."""
    layer, [x] = failed_module(incident, nn.Embedding), incident.local("embedding", "input")
    expr, name = incident.argument(0, "input", x), incident.called(layer)

    def note(key, code=None, **values):
        return told(f"embedding_{key}", code, x=expr, layer=name, most=layer.num_embeddings - 1, **values)

    if not is_a(x, torch.Tensor):
        code = incident.fixed((expr, "torch.tensor({})")) if type(x) in (int, list) else None
        yield note("tensor", code, got=type(x).__name__)
    if x.device.type == "meta":
        return
    if x.dtype not in (torch.int64, torch.int32):
        yield _whole(x) and note("whole", incident.fixed((expr, ".long()")), dtype=x.dtype)
        yield note("measured", dtype=x.dtype)
    low, high = int(x.min()), int(x.max())
    yield low < 0 and note("negative", low=low)
    if high >= layer.num_embeddings:
        yield note("range", f"{name} = nn.Embedding({high + 1}, {layer.embedding_dim})", high=high)


def unequal(incident, match):
    """Sequences of unequal lengths, stacked by hand or by a DataLoader."""
    scope, node, lengths = incident.scope, incident.node, match.groupdict()
    if not incident.torch:
        expr = incident.argument(0, "tensors")
        alone = expr.node and len(node.args) == 1 and not node.keywords
        yield told("unequal", scope.corrected((node, expr.then(_PAD))) if alone else None, **lengths)
    batches = [frame.f_locals["batch"] for frame in incident.torch if frame.f_code.co_name == "collate"]
    yield batches and not is_a(batches[0][0], torch.Tensor) and told("unequal_pairs", **lengths)
    loaders = [scope.written(call) for call in scope.nodes(ast.Call) if scope.value(call.func) is DataLoader]
    collate = f", collate_fn=lambda batch: {_PAD.replace('{}', 'batch')})"
    yield told("unequal_loader", loaders[0][:-1] + collate if len(loaders) == 1 else None, **lengths)


def lengths(incident, match):
    """Lengths that pack_padded_sequence does not take."""
    x, given, first = incident.local("pack_padded_sequence", "input", "lengths", "batch_first")
    scope, node, axis, count = incident.scope, incident.node, int(not first), len(given)

    def added(option):
        written = scope.written(node) if is_a(node, ast.Call) else option
        return None if option.split("=")[0] in written else scope.corrected((node, f"{written[:-1]}, {option})"))

    yield "sorted" in match[0] and told("lengths_sorted", added("enforce_sorted=False"))
    words = told("lengths_count", count=count, axis=axis, shape=x.shape, batch=x.shape[axis])
    order = told("lengths_order", added("batch_first=True") if axis else None, axis=1 - axis)
    yield f"{words}\n{order}" if count == x.shape[1 - axis] else words


def devices(incident, match):
    """Two devices in one computation: PyTorch names both."""
    for inside in (frame.f_locals for frame in incident.torch):
        linear, x = inside.get("self"), inside.get("input")
        if is_a(linear, nn.Linear) and is_a(x, torch.Tensor) and x.device != linear.weight.device:
            home, expr = linear.weight.device, incident.argument(0, "input", x)
            code = incident.fixed((expr, f'.to("{home}")'))
            yield told("device_input", code, rnn=incident.called(linear), x=expr, home=home, got=x.device)
    found = [*dict.fromkeys(re.findall(r"\b(?:cpu|meta|(?:cuda|mps|xpu)(?::\d+)?)\b", incident.message))]
    yield len(found) == 2 and told("two_devices", one=found[0], other=found[1])
