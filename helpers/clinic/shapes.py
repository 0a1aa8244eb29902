"""Every way to read an input as a sequence or a step, and what each way asks of the states.

Which axis counts the samples is known to the learner alone. A state that is made for as many samples as one of the
axes has confirms that reading; where nothing does, all of them stand.
"""

import ast
from typing import NamedTuple

import torch

from helpers.clinic.names import is_a, walk


class Reading(NamedTuple):
    """change: what makes the input so; samples: the axis of the input that counts samples, None for one sample."""

    change: str
    shape: tuple
    samples: int | None
    key: str = "as_is"


def _moved(order):
    """The method that brings axes into this order."""
    wrong = [place for place, axis in enumerate(order) if place != axis]
    method = "transpose" if len(wrong) == 2 else "permute"
    return f".{method}({', '.join(map(str, wrong if len(wrong) == 2 else order))})" if wrong else ""


def readings(call):
    """Every `Reading` of the input that the module can take; the input as it is comes first, if it can."""
    size, shape = call.module.input_size, tuple(call.data.shape)
    fits, own = shape[-1:] == (size,), int(not call.first)
    if call.packed:
        return [Reading("", shape, -1)] if len(shape) == 2 and fits else []
    if call.is_cell:
        return _cell_readings(shape, size, fits)
    if len(shape) == 3 and not fits and shape.count(size) == 1:
        inner = shape.index(size)
        pairs = [(samples, 3 - inner - samples) for samples in range(3) if samples != inner]
        orders = [(s, t, inner) if call.first else (t, s, inner) for s, t in pairs]
        found = [Reading(_moved(o), tuple(shape[a] for a in o), o[own], "moved") for o in orders]
        return sorted(found, key=lambda reading: len(reading.change))
    if shape == (size,) and size > 1 and not _indices(call.x, size):
        return [Reading(".unsqueeze(0)", (1, size), None, "one_step")]
    hot = f"nn.functional.one_hot({{}}, {size}).to({call.weight.dtype})" * (not fits and _indices(call.x, size))
    for key, change, form, axes in _forms(shape, size, fits, hot):
        if len(form) == 2:  # one sample, or one time step of a batch, which lacks the axis for time
            step = (*form[: 1 - own], 1, *form[1 - own :])
            return [Reading(change, form, None, key), Reading(f"{change}.unsqueeze({1 - own})", step, axes[0], "step")]
        turned = Reading(f"{change}.transpose(0, 1)", (form[1], form[0], size), axes[1 - own], "turned")
        return [Reading(change, form, axes[own], key), turned]
    return []


def _forms(shape, size, fits, hot):
    """What becomes two or three axes, the last of input_size: (key, how, shape, where its axes stand in the input)s."""
    dim = len(shape)
    if hot:
        yield "hot", hot, (*shape, size), (0, 1)
    if dim in (2, 3) and fits:
        yield "as_is", "", shape, (0, 1)
    if dim in (1, 2) and size == 1:
        yield "changed", f".unsqueeze({dim})", (*shape, 1), (0, 1)
    if dim == 2 and shape[0] == size:
        yield "moved", ".transpose(0, 1)", shape[::-1], (1, 0)
    for axis in range(4) if dim == 4 else ():
        rest = [place for place in range(4) if place != axis]
        if shape[axis] == 1 and shape[rest[-1]] == size:
            yield "changed", f".squeeze({axis})", tuple(shape[place] for place in rest), rest
    if dim == 4 and shape[2] * shape[3] == size:
        yield "changed", ".flatten(2)", (*shape[:2], size), (0, 1)


def _cell_readings(shape, size, fits):
    if len(shape) <= 2 and fits:
        return [Reading("", shape, len(shape) - 2 if len(shape) == 2 else None)]
    if len(shape) == 3 and fits:  # a whole sequence: the cell reads one step of it after another
        return [Reading("", shape[1:], 1, "loop"), Reading(".transpose(0, 1)", (shape[0], size), 0, "loop")]
    if len(shape) == 2 and shape[0] == size:
        return [Reading(".transpose(0, 1)", shape[::-1], 1, "moved")]
    return [Reading(".unsqueeze(1)", (*shape, 1), 0, "changed")] if len(shape) == 1 and size == 1 else []


def _indices(x, size):
    """Whether an input can only be indices: whole numbers below input_size, without an axis for vectors."""
    if x.dtype != torch.int64 or x.device.type == "meta" or x.numel() == 0 or not 1 <= x.dim() <= 2:
        return False
    return int(x.min()) >= 0 and int(x.max()) < size


def batch(call, reading):
    """The number of samples under a reading; None for one sample without an axis for it."""
    if call.packed:
        return int(call.x.batch_sizes[0])
    return None if reading.samples is None else call.x.shape[reading.samples]


def _spoken(call, state, axes):
    """The number of samples that a state is made for; 0 when it has no axis for them, None when it does not say."""
    got, inner = tuple(state.shape), [*axes.values()][-1]
    if call.is_cell:
        return 0 if len(got) == 1 else got[0] if len(got) == 2 and got[1] == inner else None
    if len(got) == 2:
        return got[0] if call.layers == 1 and got[1] == inner else None
    rest = list(got)
    for size in (call.layers, inner):
        if size in rest:
            rest.remove(size)
    return rest[0] if len(rest) == 1 and rest[0] != 1 else None


def confirmed(call, found):
    spoken = {_spoken(call, state, axes) for state, axes in zip(call.states, call.expected(1), strict=False)}
    sure = [reading for reading in found if (batch(call, reading) or 0) in spoken]
    batches = {tuple(state.shape[1:2]) for state in call.states if state.dim() == 3 and not call.is_cell}
    as_is = not sure and found[0].key == "as_is" and batches == {(batch(call, found[0]),)}
    return found[:1] if as_is else sure


def unfit(call, reading):
    """The states that do not fit a reading, as (their name, the axes wanted, their shape)."""
    wanted = zip(call.parts, call.expected(batch(call, reading)), call.states, strict=False)
    return [(p, axes, tuple(h.shape)) for p, axes, h in wanted if tuple(h.shape) != tuple(axes.values())]


def _size(call, reading):
    """The batch as it is read from the input, where that can be written again: a smaller batch may come."""
    node, text = call.x_expr.node, call.x_expr.text
    again = text and not call.packed and not (node and any(is_a(part, ast.Call) for part in walk(node)))
    return f"{call.x_expr.then('')}.size({reading.samples})" if again else str(batch(call, reading))


def repair(call, state, axes, reading):
    """(what to do to a state, its key in words); the key is "" for a right one."""
    got, expected, names = tuple(state.shape), tuple(axes.values()), list(axes)
    place = names.index("batch") if "batch" in names else None
    if got == expected:
        return "", ""
    if sorted(got) == sorted(expected) and len(set(got)) == len(got):
        change = _moved([got.index(size) for size in expected])
        return f"{change}.contiguous()", "batch_first" if place == 1 and got[:2] == expected[1::-1] else "order"
    sizes = [_size(call, reading) if name == "batch" else "-1" for name in names]
    spread = f".expand({', '.join(sizes)}).contiguous()"  # every sample starts from the same state
    for axis, size in enumerate(expected):
        if expected[:axis] + expected[axis + 1 :] == got and (size == 1 or axis == place):
            return f".unsqueeze({axis}){spread * (size != 1)}", "axis_missing" if size == 1 else "same_start"
    for axis, size in enumerate(got):
        if size == 1 and got[:axis] + got[axis + 1 :] == expected:
            return f".squeeze({axis})", "axis_too_many"
    if place is not None and got == (*expected[:place], 1, *expected[place + 1 :]):
        return spread, "same_start"
    wrong = [name for name, size in zip(names, got, strict=False) if axes[name] != size]
    key = wrong[0].replace("2 * ", "") if len(got) == len(expected) and len(wrong) == 1 else "shape"
    if key != "batch" and precious(state):
        return "", "learned"
    sizes = [_size(call, reading) if name == "batch" else str(size) for name, size in axes.items()]
    sizes += [] if call.weight.dtype == torch.float32 else [f"dtype={call.weight.dtype}"]
    sizes += [] if call.weight.device.type == "cpu" else [f'device="{call.weight.device}"']
    return f"=torch.zeros({', '.join(sizes)})", "learned" if state.requires_grad else key


def precious(state):
    """Whether zeros in the place of a state would lose something."""
    return state.requires_grad or (state.device.type != "meta" and bool(state.any()))
