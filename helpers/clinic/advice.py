"""The note on a call whose input or states have the wrong shape.

Where more than one reading of the input stands, each is named with its own repair, and the learner chooses.
"""

import ast

import torch

from helpers.clinic.facts import history
from helpers.clinic.names import is_a
from helpers.clinic.shapes import batch, confirmed, precious, readings, repair, unfit
from helpers.shapes import named_shape
from helpers.words import say


def _and(parts):
    return f" {say('clinic.and')} ".join(map(str, parts))


def _advice(call, reading, alone=False):
    """(the learner's statement with everything repaired, what that does in words, the keys)."""
    wanted = zip(call.states, call.expected(batch(call, reading)), strict=False)
    repairs = [repair(call, state, axes, reading) for state, axes in wanted]
    keys = {key for _, key in repairs if key}
    code = None if "learned" in keys else call.fixed(reading.change, *(change for change, _ in repairs))
    done = [call.told(f"do.{reading.key}").rstrip(".")] if reading.change else []
    done += [say(f"clinic.do.{'batch_too' if (done or alone) and key == 'batch' else key}") for key in sorted(keys)]
    return code, _and(done), keys


def _alternative(call, reading):
    code, done, _ = _advice(call, reading)
    key = "if_one_sample" if reading.samples is None else "if_samples"
    return call.told(key, code, axis=reading.samples, done=done)


def wrong_shape(call):
    """The note on a call whose input or states have a shape that the module cannot take; none when all fit."""
    yield not call.packed and _swapped(call)
    found = readings(call)
    if not found:
        fits = call.data.shape[-1:] == (call.module.input_size,)
        yield call.told("too_many_axes") if fits or call.data.dim() not in (1, 2, 3) else _last_axis(call)
        return
    first, sure = found[0], confirmed(call, found)
    as_is = first.key == "as_is"
    if as_is and not unfit(call, first):
        axis = int(call.first and call.data.dim() == 3)
        empty = not call.is_cell and not call.packed and call.x.shape[axis] == 0
        yield empty and call.told("no_step", axis=axis)
        return
    yield as_is and (_output_as_state(call, first) or _step_of_a_batch(call, first))
    if first.key == "loop":
        found = sure if len(sure) == 1 else found
        yield "\n".join([call.told("whole_sequence"), *(_loop(call, reading) for reading in found)])
    if len(sure) == 1 and (sure[0] is first or not as_is):
        found = sure
    head = _head(call, found[0])
    if call.is_cell and as_is and call.states and call.x.dim() == 2 and not sure:
        yield "\n".join([head, _alternative(call, first), _other_loop(call)])
    if len(found) == 1:
        code, done, keys = _advice(call, found[0], alone=True)
        why = call.told("why.batch_first") + " " if "batch_first" in keys else ""
        yield f"{head} {why}{call.told('then', code, done=done)}"
    ordered = sure + [reading for reading in found if reading not in sure]
    yield "\n".join([head, *(_alternative(call, reading) for reading in ordered)])


def _head(call, reading):
    """What is certain: how the input is read, or why it cannot be, and what that asks of the states."""
    if reading.key != "as_is":
        last = call.x.dim() <= 3 and call.x.shape[-1:] != (call.module.input_size,)
        return call.told("last_axis" if last else "not_taken", got=[*call.x.shape, 0][call.x.dim() - 1])
    alike: dict = {}
    for name, axes, got in unfit(call, reading):
        alike.setdefault((named_shape(axes), got), []).append(name)
    states = [
        say(f"clinic.state_should.{len(names)}", h=_and(names), expected=expected, got=got)
        for (expected, got), names in alike.items()
    ]
    return call.told("reads", states=_and(states))


def _last_axis(call):
    """The input brings another number of numbers for a time step than the module was built for."""
    got, size = [*call.data.shape, 0][max(0, call.data.dim() - 1)], call.module.input_size
    notes = [call.told("last_axis", got=got), call.told("if_features", call.rebuilt(input_size=got), got=got)]
    if got == 0:
        return f"{notes[0]} {call.told('nothing_there')}"
    if got == call.module.hidden_size:
        notes.append(call.told("if_sizes_swapped", call.rebuilt(input_size=got, hidden_size=size)))
    return "\n".join(notes)


def _loop(call, reading):
    """A whole sequence for a cell: the loop that reads it in this order, from the state that was given."""
    wanted = call.expected(batch(call, reading))
    names = ["h", "c"] if call.lstm else [call.h_expr.text if (call.h_expr.text or "").isidentifier() else "h"]
    repairs = [repair(call, *pair, reading) for pair in zip(call.states, wanted, strict=False)]
    start = [part.then(change) for part, (change, _) in zip(call.parts, repairs, strict=False)]
    start = start or [f"torch.zeros({', '.join(map(str, axes.values()))})" for axes in wanted]
    carry = ", ".join(names)
    lines = [f"{carry} = {', '.join(start)}"] if start != names else []
    lines += [f"for step in {call.x_expr.then(reading.change)}:"]
    lines += [f"    {carry} = {call.rnn or 'cell'}(step, {f'({carry})' if call.lstm else carry})"]
    known = call.x_expr.text and all(part.text for part in call.parts[: len(repairs)])
    code = "\n".join(lines) if known and all(key != "learned" for _, key in repairs) else None
    return call.told("if_samples", code, axis=reading.samples, done=say("clinic.do.loop"))


def _looped(call):
    """(the text of the loop's variable, of what it goes over) where that has three axes and gives the call its input."""
    scope, node = call.incident.scope, call.x_expr.node
    loop = scope.loop(node, node.id) if is_a(node, ast.Name) else None
    days = scope.value(loop.iter) if loop else None
    if loop is None or not is_a(days, torch.Tensor) or days.dim() != 3:
        return None, None
    return scope.written(loop.target), scope.written(loop.iter)


def _other_loop(call):
    """A step and a state of different batches: perhaps the loop goes over samples."""
    target, days = _looped(call)
    code = days and f"for {target} in {days}.transpose(0, 1):"
    return call.told("if_steps" if code else "if_steps_unseen", code)


def _swapped(call):
    """Input and state in each other's place: the other way round both fit."""
    x, h = call.x, call.hx
    if not is_a(h, torch.Tensor) or call.lstm or h.shape[-1:] != (call.module.input_size,) or h.dim() != x.dim():
        return None
    samples = None if h.dim() == len(call.axes(1)) else h.shape[0 if call.is_cell or call.first else 1]
    fits = tuple(x.shape) == tuple(call.expected(samples)[0].values())
    return fits and call.told("swapped", call.fixed(f"={call.h_expr.text}", f"={call.x_expr.text}"))


def _output_as_state(call, reading):
    """The first result of a recurrent module in the place of its second."""
    x, h = call.x, call.hx
    width = call.module.hidden_size * call.layers // getattr(call.module, "num_layers", 1)
    if call.is_cell or call.packed or not is_a(h, torch.Tensor) or tuple(h.shape) != (*x.shape[:-1], width):
        return None
    expected, known = call.expected(batch(call, reading))[0], set(history(h, 40))
    named = [(text, value) for text, value in call.incident.scope.values.items() if is_a(value, torch.Tensor)]
    fitting = [pair for pair in named if tuple(pair[1].shape) == tuple(expected.values())]
    seconds = [text for text, value in fitting if known & set(history(value, call.layers + 2))]  # of the same steps
    if not seconds and (x.dim() == 2 or not precious(h)):
        return None
    output = named_shape(dict(zip([*call.axes(x.dim())[:-1], "hidden_size"], h.shape, strict=True)))
    second = call.fixed("", f"={seconds[0]}") if seconds else None
    return call.told("output_as_state", second, output=output, expected=named_shape(expected))


def _step_of_a_batch(call, reading):
    """A step and a state of a cell, handed to a module that reads whole sequences."""
    x, h = call.x, call.hx
    if call.is_cell or call.lstm or call.packed or x.dim() != 2 or tuple(h.shape) != (len(x), call.module.hidden_size):
        return None
    _, days = _looped(call)
    code = call.fixed(f"={days}", ".unsqueeze(0)") if days and not call.first and call.layers == 1 else None
    cell = f"nn.{call.kind}Cell({call.module.input_size}, {call.module.hidden_size})"
    words = call.told("as_cell", code, cell=cell, step=x.shape, state=h.shape)
    return f"{words}\n{_alternative(call, reading)}"
