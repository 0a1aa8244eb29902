"""Around a recurrent module: the embedding and the batches before it, the head and the loss behind it."""

import ast
import re

import torch
from torch import nn

from helpers.clinic.facts import failed_module
from helpers.clinic.names import is_a, loose
from helpers.clinic.shapes import with_code
from helpers.words import say


def _given(incident, place, keyword, value):
    """The learner's expression for an argument of the failing call, or for its value: (text, node)."""
    node = incident.scope.node if incident.scope and incident.at_learners else None
    if is_a(node, ast.Call):
        given = {k.arg: k.value for k in node.keywords}
        part = node.args[place] if len(node.args) > place else given.get(keyword)
        if part is not None and not is_a(part, ast.Starred):
            return incident.scope.written(part), part
    return incident.of(value), None


def _corrected(incident, changes):
    """The failing statement with other texts for some of its arguments; None when one has no place in it."""
    node = incident.scope.node if incident.scope else None
    if node is None or any(part is None for part, _ in changes):
        return None
    return incident.scope.corrected(node, dict(changes))


def _on(text, node, change):
    return change.replace("{}", text) if "{}" in change else (text if node is None or loose(node) else f"({text})") + change


def head(incident, match):
    """A linear layer that reads another number of features than the recurrent module before it hands on."""
    linear = failed_module(incident)
    if not is_a(linear, nn.Linear) or not incident.recurrent:
        return None
    x = incident.local("forward", "input")[0]
    if not is_a(x, torch.Tensor) or x.dim() == 0 or x.shape[-1] == linear.in_features:
        return None
    source = _source(incident, x)
    if source is None:
        return None
    rnn, module = source
    got, wanted = x.shape[-1], linear.in_features
    text, node = _given(incident, 0, "input", x)
    layer = incident.of(linear) or "nn.Linear"
    values = {"x": text or say("clinic.the_input"), "shape": tuple(x.shape), "head": layer, "wanted": wanted, "got": got, "rnn": rnn}
    words = say("clinic.head", **values)
    if x.dim() == 3 and wanted in (x.shape[0] * got, x.shape[1] * got):
        time = 1 if wanted == x.shape[1] * got else 0
        change = ".flatten(1)" if time == 1 else ".transpose(0, 1).flatten(1)"
        code = _corrected(incident, [(node, _on(text, node, change))])
        return f"{words}\n{with_code(say('clinic.head_flatten', samples=1 - time, steps=x.shape[time]), code)}"
    if wanted in x.shape[:-1]:
        return f"{words} {say('clinic.head_axis', axis=list(x.shape).index(wanted), **values)}"
    built = f"{layer} = nn.Linear({got}, {linear.out_features})"
    if getattr(module, "bidirectional", False) and got == 2 * (module.proj_size or module.hidden_size):
        return with_code(f"{words} {say('clinic.head_directions', **values)}", built)
    if got == (getattr(module, "proj_size", 0) or module.hidden_size):
        return with_code(f"{words} {say('clinic.head_size', **values)}", built)
    return None


def _source(incident, x):
    """The recurrent module whose weights a tensor was computed with; without a graph, the only one of that size."""
    ids, waiting, seen = set(), [x.grad_fn], 0
    while waiting and seen < 600:
        node = waiting.pop(0)
        if node is not None:
            seen += 1
            if hasattr(node, "variable"):
                ids.add(id(node.variable))
            waiting += [following for following, _ in node.next_functions]
    owners = [(n, m) for n, m in incident.recurrent if any(id(p) in ids for p in m.parameters())]
    if x.grad_fn is None:
        owners = [(n, m) for n, m in incident.recurrent if x.shape[-1] in _widths(m)]
    fitting = [pair for pair in owners if x.shape[-1] in _widths(pair[1])] or owners
    return fitting[0] if len(fitting) == 1 or (fitting and ids) else None


def _widths(module):
    width = getattr(module, "proj_size", 0) or module.hidden_size
    return (width, 2 * width) if getattr(module, "bidirectional", False) else (width,)


def loss(incident, match):
    """CrossEntropyLoss (or NLLLoss): the axes of its input, the dtype and the shape of its targets."""
    found = incident.local("cross_entropy", "input", "target") or incident.local("nll_loss", "input", "target")
    if not found or not incident.recurrent:
        return None
    x, y = found
    (x_text, x_node), (y_text, y_node) = _given(incident, 0, "input", x), _given(incident, 1, "target", y)
    if not is_a(x, torch.Tensor):
        return None
    names = {"x": x_text or say("clinic.the_scores"), "y": y_text or say("clinic.the_targets"), "classes": x.shape[1] if x.dim() > 1 else x.numel()}

    def note(key, *changes, **values):
        told = say(f"clinic.loss.{key}", **names, shape=tuple(x.shape), target=tuple(getattr(y, "shape", ())), **values)
        parts = [(n, _on(t, n, c)) for (t, n), c in zip(((x_text, x_node), (y_text, y_node)), changes, strict=False) if c and t]
        return with_code(told, _corrected(incident, parts) if parts else None)

    if not is_a(y, torch.Tensor):
        return note("no_tensor", "", "torch.tensor({})") if type(y) in (int, list, tuple) or type(y).__name__ == "ndarray" else None
    if not x.is_floating_point():
        return note("whole_scores", dtype=x.dtype)
    if x.device != y.device:
        return say("clinic.two_devices", one=x.device, other=y.device)
    if y.shape == x.shape and not y.is_floating_point() and x.dim() > 1:
        hot = x.device.type != "meta" and bool(((y.sum(1) == 1) & (y.amin(1) == 0)).all())
        return note("one_hot", "", ".argmax(1)") if hot else note("probabilities", "", f".to({x.dtype})")
    if x.dim() == 3 and (aligned := _aligned(x, y)) is not None:
        return note("axes", ".flatten(0, 1)", aligned)
    if x.dim() == 3 and y.dim() == 1 and y.shape[0] in x.shape[:2]:
        samples = tuple(x.shape[:2]).index(y.shape[0])
        return note("every_step", "[-1]" if samples else "[:, -1]", samples=samples)
    if y.dim() == 0 and x.dim() == 2:
        return note("no_axis", "", ".view(1)") if x.shape[0] == 1 else note("rows", rows=x.shape[0], targets=1)
    if x.dim() == 2 and y.dim() == 2 and y.shape == (x.shape[0], 1):
        return note("axis_of_one", "", ".squeeze(1)")
    if x.dim() == 2 and y.dim() == 2 and y.numel() == x.shape[0]:
        return _flattened(x, y, note)
    if x.shape[:1] != y.shape[:1] and x.dim() == 2:
        return note("rows", rows=x.shape[0], targets=y.shape[0])
    return _target_values(x, y, note)


def _aligned(x, y):
    """What brings targets into the order of the scores' first two axes; None when they do not belong to them."""
    if tuple(y.shape) == tuple(x.shape[:2]):
        return ".flatten()"
    return ".transpose(0, 1).flatten()" if tuple(y.shape) == (x.shape[1], x.shape[0]) else None


def _flattened(x, y, note):
    """Scores whose first two axes are one already: the graph knows the two that they were."""
    node, seen = x.grad_fn, 0
    while node is not None and seen < 4:
        sizes = getattr(node, "_saved_self_sym_sizes", None) if "View" in node.name() else None
        if sizes is not None and len(sizes) == 3 and y.shape[0] != y.shape[1]:
            if tuple(sizes[:2]) == tuple(y.shape):
                return note("flat", "", ".flatten()")
            if tuple(sizes[1::-1]) == tuple(y.shape):
                return note("flat", "", ".transpose(0, 1).flatten()")
        inputs = [following for following, _ in node.next_functions if following is not None and not hasattr(following, "variable")]
        node, seen = inputs[0] if inputs else None, seen + 1
    first = note("flat_same", "", ".flatten()", axis=0)
    return f"{first}\n{note('flat_turned', '', '.transpose(0, 1).flatten()')}"


def _target_values(x, y, note):
    """Targets of the right shape: their dtype, and their values."""
    if y.device.type == "meta" or y.numel() == 0:
        return None
    if y.dtype not in (torch.int64, torch.uint8):
        whole = not y.is_floating_point() or bool((y == y.round()).all())
        return note("dtype", "", ".long()", dtype=y.dtype) if whole else note("measured", dtype=y.dtype)
    low, high = int(y.min()), int(y.max())
    count = x.shape[1] if x.dim() > 1 else x.shape[0]
    if low < 0:
        return note("negative", low=low)
    return note("too_high", high=high, most=count - 1, needed=high + 1) if high >= count else None


def loss_built(incident, match):
    """A loss class that was given scores and targets where it is built."""
    losses = [frame for frame in incident.torch if is_a(frame.f_locals.get("self"), nn.modules.loss._Loss)]
    node = incident.scope and incident.scope.node
    if not losses or losses[0].f_code.co_name != "__init__" or not is_a(node, ast.Call) or not incident.recurrent:
        return None
    name = incident.scope.written(node.func)
    return with_code(say("clinic.loss_built", name=name), incident.scope.corrected(node, {node.func: f"{name}()"}))


def loss_without(incident, match):
    """A loss that was called without its scores or targets."""
    return say("clinic.loss_without") if incident.recurrent else None


def embedding(incident, match):
    """Indices that an embedding does not have, or that are no whole numbers."""
    layer, found = failed_module(incident), incident.local("embedding", "input", "weight")
    if not is_a(layer, nn.Embedding) or not found or not incident.recurrent:
        return None
    x, (text, node) = found[0], _given(incident, 0, "input", found[0])
    values = {"x": text or say("clinic.the_input"), "layer": incident.of(layer) or "nn.Embedding", "count": layer.num_embeddings, "most": layer.num_embeddings - 1}
    if not is_a(x, torch.Tensor):
        code = _corrected(incident, [(node, f"torch.tensor({text})")]) if type(x) in (int, list) else None
        return with_code(say("clinic.embedding_tensor", got=type(x).__name__, **values), code)
    if x.dtype not in (torch.int64, torch.int32):
        whole = not x.is_floating_point() or bool((x == x.round()).all())
        code = _corrected(incident, [(node, _on(text, node, ".long()"))]) if whole and text else None
        return with_code(say("clinic.embedding_whole" if whole else "clinic.embedding_measured", dtype=x.dtype, **values), code)
    low, high = int(x.min()), int(x.max())
    built = f"{values['layer']} = nn.Embedding({high + 1}, {layer.embedding_dim})"
    if low < 0:
        return say("clinic.embedding_negative", low=low, **values)
    return with_code(say("clinic.embedding_range", high=high, **values), built)


def unequal(incident, match):
    """Sequences of unequal lengths, stacked by hand or by a DataLoader."""
    if not incident.recurrent or incident.scope is None:
        return None
    shapes = [[int(size) for size in re.findall(r"\d+", part)] for part in re.findall(r"\[([\d, ]*)\]", incident.message)]
    if len(shapes) != 2 or shapes[0][1:] != shapes[1][1:] or not shapes[0]:
        return None
    lengths = {"first": shapes[0][0], "second": shapes[1][0]}
    if not incident.torch:
        node = incident.scope.node
        argument = node.args[0] if is_a(node, ast.Call) and node.args and not node.keywords else None
        code = argument and incident.scope.corrected(node, {node: f"nn.utils.rnn.pad_sequence({incident.scope.written(argument)}, batch_first=True)"})
        return with_code(say("clinic.unequal", **lengths), code)
    batch = next((f.f_locals["batch"] for f in incident.torch if f.f_code.co_name == "collate" and "batch" in f.f_locals), None)
    if type(batch) is list and batch and not is_a(batch[0], torch.Tensor):
        return say("clinic.unequal_pairs", **lengths)
    loaders = incident.scope.calls(lambda found: found is torch.utils.data.DataLoader)
    code = None
    if len(loaders) == 1 and loaders[0][0].args:
        call = loaders[0][0]
        code = incident.scope.written(call)[:-1] + ", collate_fn=lambda batch: nn.utils.rnn.pad_sequence(batch, batch_first=True))"
    return with_code(say("clinic.unequal_loader", **lengths), code)


def lengths(incident, match):
    """Lengths that pack_padded_sequence does not take."""
    found = incident.local("pack_padded_sequence", "input", "lengths", "batch_first")
    node = incident.scope and incident.scope.node
    if not found:
        return None
    name, x, first = match.re.pattern, found[0], found[2]
    if "sorted" in match[0]:
        code = incident.scope.written(node)[:-1] + ", enforce_sorted=False)" if is_a(node, ast.Call) else None
        return with_code(say("clinic.lengths_sorted"), code)
    if "len(lengths)" in match[0]:
        count, size = len(found[1]), tuple(x.shape)
        other = size[1 if first else 0]
        words = say("clinic.lengths_count", count=count, axis=0 if first else 1, shape=size, batch=size[0 if first else 1])
        if count != other or name is None:
            return words
        code = None
        if is_a(node, ast.Call) and not first and not any(k.arg == "batch_first" for k in node.keywords) and len(node.args) < 3:
            code = incident.scope.written(node)[:-1] + ", batch_first=True)"
        return f"{words}\n{with_code(say('clinic.lengths_order', axis=1 if first else 0), code)}"
    return say("clinic.lengths_device") if "CPU" in match[0] else say("clinic.lengths_zero")


def devices(incident, match):
    """Two devices in one computation: PyTorch names both."""
    places = list(dict.fromkeys(re.findall(r"\b(?:cuda:\d+|cuda|cpu|mps:\d+|mps|meta|xpu:\d+)\b", incident.message)))
    if len(places) != 2 or not incident.recurrent:
        return None
    module = failed_module(incident)
    weights = [p for p in module.parameters(recurse=False)] if is_a(module, nn.Module) else []
    x = incident.local("forward", "input")
    if weights and x and is_a(x[0], torch.Tensor) and x[0].device != weights[0].device:
        text, node = _given(incident, 0, "input", x[0])
        code = _corrected(incident, [(node, _on(text, node, f'.to("{weights[0].device}")'))]) if text else None
        layer = incident.of(module) or type(module).__name__
        return with_code(say("clinic.device_layer", layer=layer, home=weights[0].device, x=text or say("clinic.the_input"), got=x[0].device), code)
    return say("clinic.two_devices", one=places[0], other=places[1])
