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
    samples: int | None
    key: str = "as_is"


def _moved(order):
    """The method that brings axes into this order."""
    wrong = [place for place, axis in enumerate(order) if place != axis]
    method = "transpose" if len(wrong) == 2 else "permute"
    return f".{method}({', '.join(map(str, wrong if len(wrong) == 2 else order))})" if wrong else ""


def readings(call):
    """Every `Reading` of the input that the module can take; the input as it is comes first, if it can."""
    size, shape, own = call.module.input_size, tuple(call.data.shape), int(not call.first)
    if call.packed:
        return [Reading("", -1)] if len(shape) == 2 and shape[1] == size else []
    if call.is_cell:
        return _cell_readings(shape, size)
    if len(shape) == 3 and shape[2] != size and shape.count(size) == 1:
        inner = shape.index(size)
        one, other = (axis for axis in range(3) if axis != inner)
        found = [Reading(_moved(order), order[own], "moved") for order in ((one, other, inner), (other, one, inner))]
        return sorted(found, key=lambda reading: len(reading.change))
    if shape == (size,) and size > 1 and not _indices(call.x, size):
        return [Reading(".unsqueeze(0)", None, "one_step")]
    key, change, axes = _form(call, shape, size)
    if len(axes) == 2:
        return [Reading(change, axes[own], key), Reading(f"{change}.transpose(0, 1)", axes[1 - own], "turned")]
    # One sample, or one time step of a batch, which lacks the axis for time.
    return [Reading(change, None, key), Reading(f"{change}.unsqueeze({1 - own})", axes[0], "step")] if axes else []


def _form(call, shape, size):
    """(key, what gives the input a last axis of input_size, where the others stand in it), one or two if there is a way."""
    dim, fits = len(shape), shape[-1:] == (size,)
    axes = tuple(range(dim))
    if not fits and _indices(call.x, size):
        return "hot", f"nn.functional.one_hot({{}}, {size}).to({call.weight.dtype})", axes
    if dim in (2, 3) and fits:
        return "as_is", "", axes[:-1]
    if dim in (1, 2) and size == 1:
        return "changed", f".unsqueeze({dim})", axes
    if dim == 2 and shape[0] == size:
        return "moved", ".transpose(0, 1)", (1,)
    for axis in axes if dim == 4 else ():
        rest = [place for place in axes if place != axis]
        if shape[axis] == 1 and shape[rest[-1]] == size:
            return "changed", f".squeeze({axis})", rest[:2]
    return "changed", ".flatten(2)", axes[:2] if dim == 4 and shape[2] * shape[3] == size else ()


def _cell_readings(shape, size):
    if shape[-1:] == (size,):
        if len(shape) == 3:  # a whole sequence: the cell reads one step of it after another
            return [Reading("", 1, "loop"), Reading(".transpose(0, 1)", 0, "loop")]
        return [Reading("", 0 if len(shape) == 2 else None)] if len(shape) <= 2 else []
    if len(shape) == 2 and shape[0] == size:
        return [Reading(".transpose(0, 1)", 1, "moved")]
    return [Reading(".unsqueeze(1)", 0, "changed")] if len(shape) == 1 and size == 1 else []


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
    if call.is_cell or len(got) == 2:
        single = 0 if len(got) == 1 and call.is_cell else None
        return got[0] if len(got) == 2 and got[1] == inner and call.layers == 1 else single
    rest = list(got)
    for size in (call.layers, inner):
        if size in rest:
            rest.remove(size)
    return rest[0] if len(rest) == 1 and rest[0] != 1 else None


def confirmed(call, found):
    """The readings that a state is made for."""
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
