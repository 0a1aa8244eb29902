"""The shape of the input: too few or too many axes, a wrong input_size, no time step."""

import re

import torch

from helpers.clinic.case import Case


def _indices(call, axes):
    """True when x can only be indices: whole numbers below input_size on `axes` axes, without an axis for vectors."""
    x, size = call.x, call.module.input_size
    if x.dtype != torch.int64 or x.numel() == 0 or x.dim() > axes or x.shape[-1:] == (size,):
        return False
    return int(x.min()) >= 0 and int(x.max()) < size


def may_be_one_hot(call):
    """True when one-hot vectors of x would be an input that `call` takes."""
    return _indices(call, 1 if call.is_cell else 2)


def _number_of_axes(call, match):
    shape, size = call.x.shape, call.module.input_size
    if call.x.dim() == 1:
        if may_be_one_hot(call):
            return call.say("clinic.indices", size=size, dtype=call.weight.dtype)
        if size == 1:
            return call.say("clinic.one_axis_series")
        if shape[0] == size:
            return call.say("clinic.one_axis_step", size=size)
    for axis in range(call.x.dim() if call.x.dim() == 4 else 0):
        rest = [*shape[:axis], *shape[axis + 1 :]]
        if shape[axis] == 1 and rest[-1] == size:
            return call.say("clinic.axis_of_one", axis=axis, order=call.order)
    if call.x.dim() == 4 and shape[2] * shape[3] == size:
        return call.say("clinic.flatten", left=shape[2], right=shape[3], size=size, order=call.order)
    return call.say("clinic.axes", order=call.order, size=size)


def _input_size(call, match):
    shape, last = call.x.shape, call.x.dim() - 1
    expected, got = call.module.input_size, shape[-1]
    if got == expected:
        return None  # it is the weights of a cell that were replaced by others
    if expected == 1 and not call.batched:
        return call.say("clinic.input_size_one", axis=last + 1)
    elsewhere = [axis for axis in range(last) if shape[axis] == expected]
    if len(elsewhere) == 1:
        return call.say("clinic.input_size_elsewhere", expected=expected, got=got, axis=elsewhere[0], last=last)
    if got == 0:
        return call.say("clinic.input_size_empty", expected=expected)
    swapped = got == call.module.hidden_size
    built = call.built(input_size=got, hidden_size=expected if swapped else call.module.hidden_size)
    if swapped:
        return call.say("clinic.input_size_swapped", expected=expected, got=got, built=built)
    return call.say("clinic.input_size_wrong", expected=expected, got=got, built=built)


def _no_step(call, match):
    axis = 1 if call.batched and call.module.batch_first else 0
    return call.say("clinic.no_step", axis=axis)


def _cell_axes(call, match):
    if call.x.dim() != 3:
        return call.say("clinic.cell_axes", order=call.order, size=call.module.input_size)
    steps, given = call.x_code, False
    batch, hidden = call.x.shape[1], call.module.hidden_size
    if call.h is not None and call.h.dim() == 2 and call.h.shape[1] == hidden:
        if call.h.shape[0] == call.x.shape[0] != batch:
            steps, batch = f"{steps}.transpose(0, 1)", call.x.shape[0]
        given = call.h.shape[0] == batch
    state = (call.h_name if given else None) or "h"

    def loop(steps, batch):
        start = "" if given and call.h_name else f"    {state} = torch.zeros({batch}, {hidden})\n"
        return f"{start}    for step in {steps}:\n        {state} = {call.module_code}(step, {state})"

    if given:
        return call.say("clinic.cell_sequence", order=call.order, loop=loop(steps, batch))
    turned = loop(f"{steps}.transpose(0, 1)", call.x.shape[0])
    return call.say("clinic.cell_sequence_unsure", order=call.order, loop=loop(steps, batch), turned=turned)


CASES = [
    Case(ValueError, r"RNN: Expected input to be 2D or 3D, got \d+D tensor instead", _number_of_axes),
    Case(RuntimeError, re.escape("input.size(-1) must be equal to input_size. Expected "), _input_size),
    Case(RuntimeError, "input has inconsistent input_size: got ", _input_size),
    Case(RuntimeError, "Expected sequence length to be larger than 0 in RNN", _no_step),
    Case(ValueError, r"RNNCell: Expected input to be 1D or 2D, got \d+D instead", _cell_axes),
]
