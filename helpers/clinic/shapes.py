"""A call whose input or state has the wrong shape: every way to read the input, and what each way asks of the state.

Which axis counts the samples is known to the learner alone. A state that is made for as many samples as one of the
axes has tells it too; where nothing does, every reading is named with its own repair, and the learner chooses.
"""

import ast
from typing import NamedTuple

import torch

from helpers.clinic.facts import history
from helpers.clinic.names import is_a, walk
from helpers.shapes import named_shape
from helpers.words import say


class Reading(NamedTuple):
    """change: what makes the input so; samples: the axis of the input that counts samples, None for one sample."""

    change: str
    shape: tuple
    samples: int | None
    key: str = "as_is"


def _and(parts):
    return f" {say('clinic.and')} ".join(parts)


def _moved(order):
    """The method that brings axes into this order."""
    wrong = [place for place, axis in enumerate(order) if place != axis]
    method = "transpose" if len(wrong) == 2 else "permute"
    return f".{method}({', '.join(map(str, wrong if len(wrong) == 2 else order))})" if wrong else ""


def _both_orders(call, shape, before="", after="", axes=(0, 1)):
    """The two readings of three axes that end with input_size; axes: where the first two stand in the input."""
    own, turned = int(not call.first), (shape[1], shape[0], shape[2])
    key = "hot" if "one_hot" in before else "changed" if before or after else "as_is"
    same = Reading(before + after, shape, axes[own], key)
    return [same, Reading(f"{before}.transpose(0, 1){after}", turned, axes[1 - own], "turned")]


def _one_or_step(call, change, shape, samples, key):
    """Two axes: one sample, or one time step of a batch, which lacks the axis for time."""
    axis = int(call.first)
    step = Reading(f"{change}.unsqueeze({axis})", (*shape[:axis], 1, *shape[axis:]), samples, "step")
    return [Reading(change, shape, None, key), step]


def readings(call):
    """Every `Reading` of the input that the module can take; the input as it is comes first, if it can."""
    x, size, shape = call.x, call.module.input_size, tuple(call.x.shape)
    dim, fits = len(shape), shape[-1:] == (size,)
    if call.is_cell:
        return _cell_readings(shape, size, fits)
    if not fits and _indices(x, size):
        change, hot = f"nn.functional.one_hot({{}}, {size}).to({call.weight.dtype})", (*shape, size)
        return [Reading(change, hot, None, "hot")] if dim == 1 else _both_orders(call, hot, change)
    if dim == 3 and fits:
        return _both_orders(call, shape)
    if dim == 3 and shape.count(size) == 1:
        inner = shape.index(size)
        pairs = [(samples, 3 - inner - samples) for samples in range(3) if samples != inner]
        orders = [(s, t, inner) if call.first else (t, s, inner) for s, t in pairs]
        found = [Reading(_moved(o), tuple(shape[a] for a in o), o[int(not call.first)], "moved") for o in orders]
        return sorted(found, key=lambda reading: len(reading.change))
    if dim == 2 and fits:
        return _one_or_step(call, "", shape, 0, "as_is")
    if dim == 2 and size == 1:
        return _both_orders(call, (*shape, 1), after=".unsqueeze(2)")
    if dim == 2 and shape[0] == size:
        return _one_or_step(call, ".transpose(0, 1)", shape[::-1], 1, "moved")
    if dim == 1 and size == 1:
        return _one_or_step(call, ".unsqueeze(1)", (*shape, 1), 0, "changed")
    if shape == (size,):
        return [Reading(".unsqueeze(0)", (1, size), None, "changed")]
    for axis in range(4) if dim == 4 else ():
        rest = (*shape[:axis], *shape[axis + 1 :])
        if shape[axis] == 1 and rest[-1] == size:
            first, second, *_ = (place for place in range(4) if place != axis)
            return _both_orders(call, rest, f".squeeze({axis})", axes=(first, second))
    split = dim == 4 and shape[2] * shape[3] == size
    return _both_orders(call, (*shape[:2], size), ".flatten(2)") if split else []


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


def _batch(call, reading):
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


def _confirmed(call, found):
    spoken = {_spoken(call, state, axes) for state, axes in zip(call.states, call.expected(1), strict=False)}
    confirmed = [reading for reading in found if (_batch(call, reading) or 0) in spoken]
    batches = {tuple(state.shape[1:2]) for state in call.states if state.dim() == 3 and not call.is_cell}
    as_is = not confirmed and found[0].key == "as_is" and batches == {(_batch(call, found[0]),)}
    return found[:1] if as_is else confirmed


def _unfit(call, reading):
    """The states that do not fit a reading, as (their name, the axes wanted, their shape)."""
    wanted = zip(call.parts, call.expected(_batch(call, reading)), call.states, strict=False)
    all_ = ((call.name(part), axes, tuple(state.shape)) for part, axes, state in wanted)
    return [(name, axes, got) for name, axes, got in all_ if got != tuple(axes.values())]


def _spread(call, axes, reading):
    """The method that lets every sample start from the same state; done twice it is the same as done once."""
    sizes = [_size(call, reading) if name == "batch" else "-1" for name in axes]
    return f".expand({', '.join(sizes)}).contiguous()"


def _size(call, reading):
    """The batch as it is read from the input, where that can be written again: a smaller batch may come."""
    node, text = call.x_expr.node, call.x_expr.text
    again = text and not call.packed and not (node and any(is_a(part, ast.Call) for part in walk(node)))
    return f"{call.x_expr.then('')}.size({reading.samples})" if again else str(_batch(call, reading))


def _repair(call, state, axes, reading):
    """(what to do to a state, its key in words); the key is "" for a right one."""
    got, expected, names = tuple(state.shape), tuple(axes.values()), list(axes)
    place = names.index("batch") if "batch" in names else None
    if got == expected:
        return "", ""
    if sorted(got) == sorted(expected) and len(set(got)) == len(got):
        change = _moved([got.index(size) for size in expected])
        return f"{change}.contiguous()", "batch_first" if place == 1 and got[:2] == expected[1::-1] else "order"
    for axis, size in enumerate(expected):
        if expected[:axis] + expected[axis + 1 :] == got and (size == 1 or axis == place):
            spread = _spread(call, axes, reading) if axis == place and size != 1 else ""
            return f".unsqueeze({axis}){spread}", "same_start" if spread else "axis_missing"
    for axis, size in enumerate(got):
        if size == 1 and got[:axis] + got[axis + 1 :] == expected:
            return f".squeeze({axis})", "axis_too_many"
    if place is not None and got == (*expected[:place], 1, *expected[place + 1 :]):
        return _spread(call, axes, reading), "same_start"
    wrong = [name for name, size in zip(names, got, strict=False) if axes[name] != size]
    key = wrong[0].replace("2 * ", "") if len(got) == len(expected) and len(wrong) == 1 else "shape"
    if key != "batch" and _precious(state):
        return "", "learned"
    sizes = [_size(call, reading) if name == "batch" else str(size) for name, size in axes.items()]
    options = "" if call.weight.dtype == torch.float32 else f", dtype={call.weight.dtype}"
    options += "" if call.weight.device.type == "cpu" else f', device="{call.weight.device}"'
    return f"=torch.zeros({', '.join(sizes)}{options})", "learned" if state.requires_grad else key


def _precious(state):
    """Whether zeros in the place of a state would lose something."""
    return state.requires_grad or (state.device.type != "meta" and bool(state.any()))


def _advice(call, reading, alone=False):
    """(the learner's statement with everything repaired, what that does in words, the keys)."""
    wanted = zip(call.states, call.expected(_batch(call, reading)), strict=False)
    repairs = [_repair(call, state, axes, reading) for state, axes in wanted]
    keys = {key for _, key in repairs if key}
    code = None if "learned" in keys else call.fixed(reading.change, *(change for change, _ in repairs))
    done = [call.told(f"do.{reading.key}", size=call.module.input_size).rstrip(".")] if reading.change else []
    done += [say(f"clinic.do.{'batch_too' if (done or alone) and key == 'batch' else key}") for key in sorted(keys)]
    return code, _and(done), keys


def _head(call, reading):
    """What is certain: how the input is read, or why it cannot be, and what that asks of the states."""
    if reading.key not in ("as_is", "loop"):
        last = call.x.dim() <= 3 and call.x.shape[-1:] != (call.module.input_size,)
        return call.told("last_axis" if last else "not_taken", got=[*call.x.shape, 0][call.x.dim() - 1])
    states: dict = {}
    for name, axes, got in _unfit(call, reading):
        states.setdefault((named_shape(axes), got), []).append(name)
    said = [
        say(f"clinic.state_should.{len(names)}", h=_and(names), expected=expected, got=got)
        for (expected, got), names in states.items()
    ]
    return call.told("reads", reads=call.reads(), states=_and(said))


def _alternative(call, reading):
    code, done, _ = _advice(call, reading)
    return call.told(
        "if_one_sample" if reading.samples is None else "if_samples", code, axis=reading.samples, done=done
    )


def wrong_shape(call):
    """The note on a call whose input or states have a shape that the module cannot take; None when all fit."""
    if call.packed:
        fits = call.data.dim() == 2 and call.data.shape[1] == call.module.input_size
        found = [Reading("", tuple(call.data.shape), -1)] if fits else []
    else:
        found = _swapped(call) or readings(call)
    if not found:
        dims, fits = call.data.dim(), call.data.shape[-1:] == (call.module.input_size,)
        return call.told("too_many_axes") if fits or dims not in (1, 2, 3) else _last_axis(call)
    if type(found) is str:
        return found
    as_is = found[0].key == "as_is"
    if as_is and not _unfit(call, found[0]):
        return None
    confirmed = _confirmed(call, found)
    if as_is and (special := _output_as_state(call, found[0]) or _step_of_a_batch(call, found[0])):
        return special
    if len(confirmed) == 1 and (confirmed[0] is found[0] or not as_is):
        found = confirmed
    if found[0].key == "loop":
        return "\n".join([call.told("whole_sequence"), *(_loop(call, reading) for reading in found)])
    if call.is_cell and as_is and call.states and call.x.dim() == 2 and not confirmed:
        return "\n".join([_head(call, found[0]), _alternative(call, found[0]), _other_loop(call)])
    if len(found) == 1:
        code, done, keys = _advice(call, found[0], alone=True)
        why = call.told("why.batch_first") + " " if "batch_first" in keys else ""
        return f"{_head(call, found[0])} {why}{call.told('then', code, done=done)}"
    ordered = confirmed + [reading for reading in found if reading not in confirmed]
    return "\n".join([_head(call, found[0]), *(_alternative(call, reading) for reading in ordered)])


def _loop(call, reading):
    """A whole sequence for a cell: the loop that reads it in this order, from the state that was given."""
    wanted = call.expected(_batch(call, reading))
    names = ["h", "c"] if call.lstm else [call.h_expr.text if (call.h_expr.text or "").isidentifier() else "h"]
    sizes = [", ".join(str(size) for size in axes.values()) for axes in wanted]
    start = [f"torch.zeros({size})" for size in sizes]
    repairs = [_repair(call, *pair, reading) for pair in zip(call.states, wanted, strict=False)]
    if repairs:
        start = [part.then(change) for part, (change, _) in zip(call.parts, repairs, strict=True)]
    carry, cell = ", ".join(names), call.rnn or "cell"
    lines = [f"{carry} = {', '.join(start)}"] if start != names else []
    state = f"({carry})" if call.lstm else carry
    lines += [f"for step in {call.x_expr.then(reading.change)}:", f"    {carry} = {cell}(step, {state})"]
    known = call.x_expr.text and all(part.text for part in call.parts[: len(repairs)])
    code = "\n".join(lines) if known and all(key != "learned" for _, key in repairs) else None
    return call.told("if_samples", code, axis=reading.samples, done=say("clinic.do.loop"))


def _other_loop(call):
    """A step and a state of different batches: perhaps the loop goes over samples."""
    days, loop = _looped(call)
    code = None
    if days is not None:
        scope = call.incident.scope
        code = f"for {scope.written(loop.target)} in {scope.written(loop.iter)}.transpose(0, 1):"
    return call.told("if_steps" if code else "if_steps_unseen", code)


def _looped(call):
    """(the tensor of three axes that the loop around the call takes its input from, the loop); (None, None) else."""
    scope, node = call.incident.scope, call.x_expr.node
    loop = scope.loop(node, node.id) if is_a(node, ast.Name) else None
    days = scope.value(loop.iter) if loop else None
    return (days, loop) if is_a(days, torch.Tensor) and days.dim() == 3 else (None, None)


def _last_axis(call):
    """The input brings another number of numbers for a time step than the module was built for."""
    got, size = [*call.data.shape, 0][max(0, call.data.dim() - 1)], call.module.input_size
    head = call.told("last_axis", got=got)
    if got == 0:
        return f"{head} {call.told('nothing_there')}"
    notes = [head, call.told("if_features", call.rebuilt(input_size=got), got=got)]
    if got == call.module.hidden_size:
        notes.append(call.told("if_sizes_swapped", call.rebuilt(input_size=got, hidden_size=size)))
    return "\n".join(notes)


def _swapped(call):
    """Input and state in each other's place: the other way round both fit."""
    x, h = call.x, call.hx
    if not is_a(h, torch.Tensor) or call.lstm or h.shape[-1:] != (call.module.input_size,) or h.dim() != x.dim():
        return None
    batch = None if h.dim() == len(call.axes(1)) else h.shape[0 if call.is_cell or call.first else 1]
    if tuple(x.shape) != tuple(call.expected(batch)[0].values()):
        return None
    return call.told("swapped", call.fixed(f"={call.h_expr.text}", f"={call.x_expr.text}"))


def _output_as_state(call, reading):
    """The first result of a recurrent module in the place of its second."""
    x, h = call.x, call.hx
    if call.is_cell or call.packed or not is_a(h, torch.Tensor) or x.dim() != h.dim():
        return None
    width = call.module.hidden_size * (2 if call.module.bidirectional else 1)
    second = _second_result(call, reading)
    if tuple(h.shape) != (*x.shape[:-1], width) or (second is None and (x.dim() == 2 or not _precious(h))):
        return None
    output = named_shape(dict(zip([*call.axes(x.dim())[:-1], "hidden_size"], h.shape, strict=True)))
    expected = named_shape(call.expected(_batch(call, reading))[0])
    return call.told("output_as_state", second, output=output, expected=expected)


def _second_result(call, reading):
    """The call with the state that was computed together with the output that stands in its place."""
    wanted, known = tuple(call.expected(_batch(call, reading))[0].values()), set(history(call.hx, 40))
    for text, value in call.incident.scope.values.items() if known else ():
        if is_a(value, torch.Tensor) and tuple(value.shape) == wanted and known & set(history(value, call.layers + 2)):
            return call.fixed("", f"={text}")
    return None


def _step_of_a_batch(call, reading):
    """A step and a state of a cell, handed to a module that reads whole sequences."""
    x, h = call.x, call.hx
    if call.is_cell or call.lstm or call.packed or x.dim() != 2 or tuple(h.shape) != (len(x), call.module.hidden_size):
        return None
    (days, loop), code = _looped(call), None
    if days is not None and not call.first and call.layers == 1:
        code = call.fixed(f"={call.incident.scope.written(loop.iter)}", ".unsqueeze(0)")
    cell = f"nn.{call.kind}Cell({call.module.input_size}, {call.module.hidden_size})"
    words = call.told("as_cell", code, cell=cell, reads=call.reads(), step=tuple(x.shape), state=tuple(h.shape))
    return f"{words}\n{_alternative(call, reading)}"
