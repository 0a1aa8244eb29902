"""A call whose input or state has the wrong shape: every way to read the input, and what each way asks of the state.

Which axis counts the samples is known to the learner alone. A state that is made for as many samples as one of the
axes has tells it too; where nothing does, every reading is named with its own repair, and the learner chooses.
"""

import ast
import itertools
from dataclasses import dataclass

import torch

from helpers.clinic.facts import history, zeros
from helpers.clinic.names import is_a
from helpers.shapes import named_shape
from helpers.words import say


@dataclass(frozen=True)
class Reading:
    """change: what makes the input so; samples: the axis of the input that counts samples, None for one sample."""

    change: str
    shape: tuple
    samples: int | None
    key: str = "as_is"


def _moved(order):
    """The method that brings axes into this order."""
    wrong = [place for place, axis in enumerate(order) if place != axis]
    if not wrong:
        return ""
    if len(wrong) == 2:
        return f".transpose({wrong[0]}, {wrong[1]})"
    return f".permute({', '.join(map(str, order))})"


def _both_orders(call, shape, before="", axes=(0, 1)):
    """The two readings of three axes that end with input_size; axes: where the first two stand in the input."""
    own = 0 if call.batch_first else 1
    turned = (shape[1], shape[0], shape[2])
    same = Reading(before, shape, axes[own], "as_is" if not before else "changed")
    return [same, Reading(f"{before}.transpose(0, 1)", turned, axes[1 - own], "turned")]


def _one_step(call, change, shape, samples, key="step"):
    """One time step of a batch: the axis for time is missing."""
    axis = 1 if call.batch_first else 0
    return Reading(f"{change}.unsqueeze({axis})", (*shape[:axis], 1, *shape[axis:]), samples, key)


def readings(call):
    """Every `Reading` of the input that the module can take; the input as it is comes first, if it can."""
    x, size = call.x, call.module.input_size
    shape, found = tuple(x.shape), []
    fits = shape[-1:] == (size,)
    if call.is_cell:
        return _cell_readings(shape, size, fits)
    if not fits and _indices(call):
        change, hot = f"nn.functional.one_hot({{}}, {size}).to({call.weight.dtype})", (*shape, size)
        return [Reading(change, hot, None, "hot")] if x.dim() == 1 else _both_orders(call, hot, change)
    if x.dim() == 3 and fits:
        found = _both_orders(call, shape)
    elif x.dim() == 3 and shape.count(size) == 1:
        inner = shape.index(size)
        for samples, time in itertools.permutations({0, 1, 2} - {inner}):
            order = (samples, time, inner) if call.batch_first else (time, samples, inner)
            found.append(Reading(_moved(order), tuple(shape[axis] for axis in order), samples, "moved"))
        found.sort(key=lambda reading: len(reading.change))
    elif x.dim() == 2 and fits:
        found = [Reading("", shape, None), _one_step(call, "", shape, 0)]
    elif x.dim() == 2 and size == 1:
        found = _both_orders(call, (*shape, 1), ".unsqueeze(2)")
        found[1] = Reading(".transpose(0, 1).unsqueeze(2)", found[1].shape, found[1].samples, "turned")
    elif x.dim() == 2 and shape[0] == size:
        found = [Reading(".transpose(0, 1)", shape[::-1], None, "moved")]
        found.append(_one_step(call, ".transpose(0, 1)", shape[::-1], 1))
    elif shape == (size,) and size > 1:
        found = [Reading(".unsqueeze(0)", (1, size), None, "changed")]
    elif x.dim() == 1 and size == 1:
        found = [Reading(".unsqueeze(1)", (*shape, 1), None, "changed")]
        found.append(_one_step(call, ".unsqueeze(1)", (*shape, 1), 0))
    elif x.dim() == 4:
        found = _four_axes(call, shape, size)
    return found


def _four_axes(call, shape, size):
    for axis in range(4):
        rest = (*shape[:axis], *shape[axis + 1 :])
        if shape[axis] == 1 and rest[-1] == size:
            places = [place for place in range(4) if place != axis]
            return _both_orders(call, rest, f".squeeze({axis})", (places[0], places[1]))
    if shape[2] * shape[3] == size:
        return _both_orders(call, (*shape[:2], size), ".flatten(2)")
    return []


def _cell_readings(shape, size, fits):
    if len(shape) <= 2 and fits:
        return [Reading("", shape, None if len(shape) == 1 else 0)]
    if len(shape) == 3 and fits:  # a whole sequence: the cell reads one step of it after another
        return [Reading("", shape[1:], 1, "loop"), Reading(".transpose(0, 1)", (shape[0], size), 0, "loop")]
    if len(shape) == 2 and shape[0] == size:
        return [Reading(".transpose(0, 1)", shape[::-1], 1, "moved")]
    if len(shape) == 1 and size == 1:
        return [Reading(".unsqueeze(1)", (*shape, 1), 0, "changed")]
    return []


def _indices(call):
    """Whether the input can only be indices: whole numbers below input_size, without an axis for vectors."""
    x = call.x
    if x.dtype != torch.int64 or x.device.type == "meta" or x.numel() == 0 or not 1 <= x.dim() <= 2:
        return False
    return int(x.min()) >= 0 and int(x.max()) < call.module.input_size


def _samples(call, reading):
    return None if reading.samples is None else call.x.shape[reading.samples]


def _spoken(call, state, axes):
    """The number of samples that a state is made for; 0 when it has no axis for them, None when it does not say."""
    got, sizes = tuple(state.shape), [size for name, size in axes.items() if name != "batch"]
    inner = sizes[-1]
    if call.is_cell:
        return (0, *got)[len(got)] if len(got) == 1 or got[-1:] == (inner,) and len(got) == 2 else None
    if len(got) == 2:
        if got[0] == sizes[0] and got[0] != 1:
            return None  # a state for each layer, and none of its own for each sample
        return got[0] if sizes[0] == 1 and got[1] == inner else None
    rest = list(got)
    for size in sizes:
        if size in rest:
            rest.remove(size)
    return rest[0] if len(rest) == 1 and rest[0] != 1 else None


def _chosen(call, found):
    """The readings that the facts leave: one where the states confirm it, all of them otherwise, likelier ones first."""
    if not call.states:
        return found
    spoken = {_spoken(call, state, axes) for state, axes in zip(call.states, call.expected(1), strict=True)}
    confirmed = [reading for reading in found if (_samples(call, reading) or 0) in spoken]
    if len(confirmed) == 1 and (confirmed[0] is found[0] or found[0].key not in ("as_is",)):
        return confirmed
    return confirmed + [reading for reading in found if reading not in confirmed]


def _fresh(call, axes, reading):
    """The text of a state of zeros for this reading; its batch is read from the input where that can be read again."""
    sizes = dict(axes)
    again = call.x_text and not (call.x_node is not None and any(is_a(p, ast.Call) for p in ast.walk(call.x_node)))
    if "batch" in sizes and again and not call.packed and call.x_text != "step":
        sizes["batch"] = f"{call.on(call.x_text, call.x_node, '')}.size({reading.samples})"
    return zeros(sizes.values(), call.x, call.weight.dtype, call.weight.device)


def _repair(call, state, axes, reading):
    """(what to do to a state, its key in words); the change is "" for a right one and None for a new one."""
    got, expected = tuple(state.shape), tuple(axes.values())
    count = {name: place for place, name in enumerate(axes)}.get("batch")
    if got == expected:
        return "", ""
    if sorted(got) == sorted(expected) and len(set(got)) == len(got):
        change = _moved([got.index(size) for size in expected])
        return f"{change}.contiguous()", "batch_first" if count == 1 and got[:2] == expected[1::-1] else "order"
    if len(got) + 1 == len(expected):
        for axis, size in enumerate(expected):
            if (*expected[:axis], *expected[axis + 1 :]) == got and (size == 1 or axis == count):
                lack = f".unsqueeze({axis})" if axis or not call.is_cell or size == 1 else ".unsqueeze(0)"
                if axis != count or size == 1:
                    return lack, "axis_missing"
                return lack + _spread(call, len(expected), count, reading), "batch_missing"
    if len(got) == len(expected) + 1:
        for axis, size in enumerate(got):
            if size == 1 and (*got[:axis], *got[axis + 1 :]) == expected:
                return f".squeeze({axis})", "axis_too_many"
    if count is not None and got == (*expected[:count], 1, *expected[count + 1 :]):
        return _spread(call, len(expected), count, reading), "one_sample"
    return None, _difference(call, got, axes)


def _spread(call, dim, count, reading):
    """The method that lets every sample start from the same state; made twice it is the same as made once."""
    size = f"{call.x_text}.size({reading.samples})" if call.x_text and not call.packed else _samples(call, reading)
    sizes = ["-1"] * dim
    sizes[count] = str(size)
    return f".expand({', '.join(sizes)}).contiguous()"


def _difference(call, got, axes):
    """The key for a state that has to be made anew: the one axis that is wrong, or "shape"."""
    if len(got) == len(axes):
        wrong = [name for name, size in zip(axes, got, strict=True) if axes[name] != size]
        if len(wrong) == 1:
            directions = wrong[0].startswith("2") and got[0] == call.module.num_layers
            return {"batch": "batch", "2 * num_layers": "layers"}.get(wrong[0], wrong[0]) if not directions else "directions"
    return "shape"


def wrong_shape(call):
    """The note on a call whose input or states have a shape that the module cannot take; None when all fit."""
    if call.packed:
        if call.data.dim() != 2 or call.data.shape[1] != call.module.input_size:
            return last_axis(call) if call.data.dim() == 2 else None
        only = Reading("", tuple(call.data.shape), -1)
        return _one(call, only, call.expected(int(call.x.batch_sizes[0]))) if _unfit(call, only) else None
    if special := _swapped(call):
        return special
    found = readings(call)
    if not found:
        fits = call.x.shape[-1:] == (call.module.input_size,)
        return call.say("too_many_axes") if fits or call.x.dim() not in (1, 2, 3) else last_axis(call)
    if found[0].key == "as_is" and not _unfit(call, found[0]):
        return None
    if found[0].key == "as_is" and (special := _output_as_state(call)):
        return special
    if call.states and found[0].key == "as_is" and (special := _one_step_of_a_batch(call)):
        return special
    chosen = _chosen(call, found)
    if found[0].key == "loop":
        return _loops(call, chosen)
    if call.is_cell and call.states and found[0].key == "as_is" and call.x.dim() == 2 and len(_confirmed(call, found)) != 1:
        return _cell_in_doubt(call, found[0])
    if len(chosen) == 1:
        return _one(call, chosen[0], call.expected(_samples(call, chosen[0])))
    return "\n".join([_head(call, found[0]), *(_alternative(call, reading) for reading in chosen)])


def _confirmed(call, found):
    spoken = {_spoken(call, state, axes) for state, axes in zip(call.states, call.expected(1), strict=True)}
    return [reading for reading in found if (_samples(call, reading) or 0) in spoken]


def _unfit(call, reading):
    """The states that do not fit a reading, as (their expression, axes wanted, the state)."""
    batch = int(call.x.batch_sizes[0]) if call.packed else _samples(call, reading)
    wanted = zip(call.h_texts(), call.expected(batch), call.states, strict=True) if call.states else ()
    return [(text, axes, state) for text, axes, state in wanted if tuple(state.shape) != tuple(axes.values())]


def _head(call, reading):
    """What is certain: how the input is read, or why it cannot be, and what that asks of the states."""
    if reading.key not in ("as_is", "loop"):
        axis = "last_axis" if call.x.dim() <= 3 and call.x.shape[-1:] != (call.module.input_size,) else "not_taken"
        return call.say(axis, got=call.x.shape[-1] if call.x.dim() else 0)
    states = [
        say("clinic.state_should", h=text, expected=named_shape(axes), got=tuple(state.shape))
        for text, axes, state in _unfit(call, reading)
    ]
    return call.say("reads", reads=call.reads(), states=say("clinic.and").join(states))


def _code(call, reading, expected):
    """(the learner's statement with everything repaired, the keys of what was done to the states)."""
    repairs = [_repair(call, state, axes, reading) for state, axes in zip(call.states, expected, strict=bool(call.states))]
    keys = {key for _, key in repairs if key}
    x = call.on(call.x_text, call.x_node, reading.change) if reading.change and call.x_text else None
    if reading.change and x is None:
        return None, keys
    if not keys:
        return call.line(x), keys
    if any(change is None and _precious(state, key) for (change, key), state in zip(repairs, call.states, strict=True)):
        return None, keys | {"learned"}
    nodes = call.pair_nodes if call.lstm else [call.h_node]
    parts = []
    for text, node, (change, _), axes in zip(call.h_texts(), nodes or [None] * 2, repairs, expected, strict=False):
        if change and text == say("clinic.the_state"):
            return None, keys
        parts.append(_fresh(call, axes, reading) if change is None else call.on(text, node, change))
    return call.line(x, f"({', '.join(parts)})" if call.lstm else parts[0]), keys


def _precious(state, key):
    """Whether zeros in the place of a state would lose something: what a network computed, or numbers of this batch."""
    return state.requires_grad or (key != "batch" and state.device.type != "meta" and bool(state.any()))


def _done(call, reading, keys):
    """What the repair does, in words."""
    parts = [call.say(f"do.{reading.key}", inner=call.module.input_size)] if reading.change else []
    parts += [call.say(f"do.{'batch_too' if parts and key == 'batch' else key}") for key in sorted(keys - {"learned"})]
    return say("clinic.and").join(parts)


def with_code(words, code):
    """Words, and below them the line of code that they speak of, if there is one."""
    if not code:
        return words.removesuffix(":") + ("." if words.endswith(":") else "")
    return words + "".join(f"\n    {line}" for line in code.splitlines())


def _one(call, reading, expected):
    code, keys = _code(call, reading, expected)
    words = [_head(call, reading)]
    words += [call.say(f"why.{key}", layers=call.module.num_layers) for key in sorted(keys & {"batch_first", "directions", "learned"})]
    return with_code(f"{' '.join(words)} {call.say('then', done=_done(call, reading, keys))}", code)


def _alternative(call, reading):
    code, keys = _code(call, reading, call.expected(_samples(call, reading)))
    words = call.say("if_one_sample" if reading.samples is None else "if_samples", axis=reading.samples, done=_done(call, reading, keys))
    return with_code(words, code)


def _loops(call, chosen):
    """A whole sequence for a cell: the loop that reads it, in each order that fits."""
    notes = []
    for reading in chosen:
        axes = call.expected(_samples(call, reading))
        fits = call.states and not _unfit(call, reading)
        h = call.h_text if fits and call.h_text and not call.lstm else "h"
        carry = "h, c" if call.lstm else h
        module, state = call.rnn or "cell", f"({carry})" if call.lstm else carry
        start = [f"{name} = {zeros(axes[i].values(), call.x, call.weight.dtype, call.weight.device)}" for i, name in enumerate(carry.split(", "))]
        if fits and call.h_text:
            start = [] if not call.lstm else [f"h, c = {call.h_text}"]
        x = call.on(call.x_text or "x", call.x_node, reading.change)
        code = "\n".join([*start, f"for step in {x}:", f"    {carry} = {module}(step, {state})"])
        words = call.say("if_samples", axis=reading.samples, done=call.say("do.loop"))
        notes.append(with_code(words, code if call.x_text else None))
    return "\n".join([call.say("whole_sequence"), *notes])


def _cell_in_doubt(call, reading):
    """A step and a state of different batches: either the state is of another batch, or the loop runs over samples."""
    notes = [_head(call, reading), _alternative(call, reading)]
    loop = call.call is not None and is_a(call.x_node, ast.Name) and call.incident.scope.loop(call.call, call.x_text)
    days = call.incident.scope.value(loop.iter) if loop else None
    code = None
    if is_a(days, torch.Tensor) and days.dim() == 3:
        scope = call.incident.scope
        code = f"for {scope.written(loop.target)} in {scope.written(loop.iter)}.transpose(0, 1):"
    notes.append(with_code(call.say("if_steps" if code else "if_steps_unseen"), code))
    return "\n".join(notes)


def last_axis(call):
    """The input brings another number of numbers for a time step than the module was built for."""
    got = call.data.shape[-1] if call.data.dim() else 0
    head = call.say("last_axis", got=got)
    if got == 0:
        return f"{head} {call.say('nothing_there')}"
    notes = [with_code(call.say("if_features", got=got), call.rebuilt(input_size=got))]
    if got == call.module.hidden_size:
        swapped = call.rebuilt(input_size=got, hidden_size=call.module.input_size)
        notes.append(with_code(call.say("if_sizes_swapped"), swapped))
    return "\n".join([head, *notes])


def _swapped(call):
    """Input and state in each other's place: the other way round both fit."""
    x, h = call.x, call.hx
    if not is_a(h, torch.Tensor) or call.lstm or h.shape[-1:] != (call.module.input_size,) or h.dim() != x.dim():
        return None
    batch = None if h.dim() == len(call.axes(1)) else h.shape[0 if call.is_cell or call.batch_first else 1]
    if tuple(x.shape) != tuple(call.expected(batch)[0].values()):
        return None
    code = call.line(call.h_text, call.x_text) if call.x_text and call.h_text else None
    return with_code(call.say("swapped", h=call.h_texts()[0]), code)


def _output_as_state(call):
    """The first result of a recurrent module in the place of its second."""
    if call.is_cell or call.lstm or call.packed or not is_a(call.hx, torch.Tensor) or call.x.dim() != call.hx.dim():
        return None
    second = _second_result(call)
    if second is None and (call.x.dim() == 2 or not _precious(call.hx, "")):
        return None
    directions = 2 if call.module.bidirectional else 1
    if tuple(call.hx.shape) != (*call.x.shape[:-1], call.module.hidden_size * directions):
        return None
    words = call.say("output_as_state", h=call.h_text or say("clinic.the_state"), output=named_shape(dict(zip([*call.axes(call.x.dim())[:-1], "hidden_size" if directions == 1 else "2 * hidden_size"], call.hx.shape, strict=True))), expected=named_shape(call.expected(_samples(call, readings(call)[0]))[0]))
    return with_code(words, second)


def _second_result(call):
    """The call with the state that was computed together with the output that stands in its place."""
    wanted = tuple(call.expected(_samples(call, readings(call)[0]))[0].values())
    known = set(history(call.hx, 40))
    for text, tensor in call.incident.scope.values.items() if call.incident.scope and known else ():
        if is_a(tensor, torch.Tensor) and tuple(tensor.shape) == wanted and known & set(history(tensor, 4)):
            return call.line(h=text)
    return None


def _one_step_of_a_batch(call):
    """A step and a state of a cell, handed to a module that reads whole sequences."""
    x, h = call.x, call.hx
    if call.is_cell or call.lstm or x.dim() != 2 or tuple(h.shape) != (x.shape[0], call.module.hidden_size):
        return None
    scope, values = call.incident.scope, {"step": tuple(x.shape), "h": call.h_texts()[0], "state": tuple(h.shape)}
    loop = call.call is not None and is_a(call.x_node, ast.Name) and scope.loop(call.call, call.x_text)
    code = None
    if loop and is_a(scope.value(loop.iter), torch.Tensor) and not call.batch_first and call.module.num_layers == 1:
        code = call.line(scope.written(loop.iter), call.on(call.h_text, call.h_node, ".unsqueeze(0)"))
    cell = call.say("as_cell", cell=f"nn.{call.kind}Cell({call.module.input_size}, {call.module.hidden_size})", reads=call.reads(), **values)
    return f"{with_code(cell, code)}\n{_alternative(call, readings(call)[0])}"
