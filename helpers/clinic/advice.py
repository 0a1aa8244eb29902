"""The note on a call whose input or states have the wrong shape.

Where more than one reading of the input stands, each is named with its own repair, and the learner chooses.
"""

import ast

import torch

from helpers.clinic.facts import history
from helpers.clinic.names import is_a
from helpers.clinic.shapes import Reading, batch, confirmed, precious, readings, repair, unfit
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
    done = [call.told(f"do.{reading.key}", size=call.module.input_size).rstrip(".")] if reading.change else []
    done += [say(f"clinic.do.{'batch_too' if (done or alone) and key == 'batch' else key}") for key in sorted(keys)]
    return code, _and(done), keys


def _head(call, reading):
    """What is certain: how the input is read, or why it cannot be, and what that asks of the states."""
    if reading.key not in ("as_is", "loop"):
        last = call.x.dim() <= 3 and call.x.shape[-1:] != (call.module.input_size,)
        return call.told("last_axis" if last else "not_taken", got=[*call.x.shape, 0][call.x.dim() - 1])
    states: dict = {}
    for name, axes, got in unfit(call, reading):
        states.setdefault((named_shape(axes), got), []).append(name)
    said = [
        say(f"clinic.state_should.{len(names)}", h=_and(names), expected=expected, got=got)
        for (expected, got), names in states.items()
    ]
    return call.told("reads", states=_and(said))


def _alternative(call, reading):
    code, done, _ = _advice(call, reading)
    return call.told(
        "if_one_sample" if reading.samples is None else "if_samples", code, axis=reading.samples, done=done
    )


def wrong_shape(call):
    yield _wrong_shape(call)


def _wrong_shape(call):
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
    if as_is and not unfit(call, found[0]):
        return None
    sure = confirmed(call, found)
    if as_is and (special := _output_as_state(call, found[0]) or _step_of_a_batch(call, found[0])):
        return special
    if len(sure) == 1 and (sure[0] is found[0] or not as_is):
        found = sure
    if found[0].key == "loop":
        return "\n".join([call.told("whole_sequence"), *(_loop(call, reading) for reading in found)])
    if call.is_cell and as_is and call.states and call.x.dim() == 2 and not sure:
        return "\n".join([_head(call, found[0]), _alternative(call, found[0]), _other_loop(call)])
    if len(found) == 1:
        code, done, keys = _advice(call, found[0], alone=True)
        why = call.told("why.batch_first") + " " if "batch_first" in keys else ""
        return f"{_head(call, found[0])} {why}{call.told('then', code, done=done)}"
    ordered = sure + [reading for reading in found if reading not in sure]
    return "\n".join([_head(call, found[0]), *(_alternative(call, reading) for reading in ordered)])


def _loop(call, reading):
    """A whole sequence for a cell: the loop that reads it in this order, from the state that was given."""
    wanted = call.expected(batch(call, reading))
    names = ["h", "c"] if call.lstm else [call.h_expr.text if (call.h_expr.text or "").isidentifier() else "h"]
    sizes = [", ".join(str(size) for size in axes.values()) for axes in wanted]
    start = [f"torch.zeros({size})" for size in sizes]
    repairs = [repair(call, *pair, reading) for pair in zip(call.states, wanted, strict=False)]
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
    samples = None if h.dim() == len(call.axes(1)) else h.shape[0 if call.is_cell or call.first else 1]
    if tuple(x.shape) != tuple(call.expected(samples)[0].values()):
        return None
    return call.told("swapped", call.fixed(f"={call.h_expr.text}", f"={call.x_expr.text}"))


def _output_as_state(call, reading):
    """The first result of a recurrent module in the place of its second."""
    x, h = call.x, call.hx
    if call.is_cell or call.packed or not is_a(h, torch.Tensor) or x.dim() != h.dim():
        return None
    width = call.module.hidden_size * (2 if call.module.bidirectional else 1)
    second = _second_result(call, reading)
    if tuple(h.shape) != (*x.shape[:-1], width) or (second is None and (x.dim() == 2 or not precious(h))):
        return None
    output = named_shape(dict(zip([*call.axes(x.dim())[:-1], "hidden_size"], h.shape, strict=True)))
    expected = named_shape(call.expected(batch(call, reading))[0])
    return call.told("output_as_state", second, output=output, expected=expected)


def _second_result(call, reading):
    """The call with the state that was computed together with the output that stands in its place."""
    wanted, known = tuple(call.expected(batch(call, reading))[0].values()), set(history(call.hx, 40))
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
    words = call.told("as_cell", code, cell=cell, step=tuple(x.shape), state=tuple(h.shape))
    return f"{words}\n{_alternative(call, reading)}"
