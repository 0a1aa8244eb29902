"""What a learner brings to an explorer, a module and data of their own, and what they set in it by hand."""

import copy

import torch
from torch import nn

from helpers.recurrence import trace
from helpers.words import say

MOST_CELL = 32  # units, and entries of x, of a learner's own cell
PARAMETERS = ("W_ih", "W_hh", "b_ih", "b_hh")  # in the order of an RNNCell's own


def own_inputs(explorer, module_name, kind, module, inputs):
    """The learner's `inputs` as (seq_len, batch, input_size), after everything about them was checked.

    explorer, module_name: what they are called; kind: the class that `module` must be of.
    Raises TypeError or ValueError with a sentence when one is missing, or what `helpers.trace` raises.
    """
    if module is None or inputs is None:
        raise ValueError(say("errors.own.both", explorer=explorer, module=module_name, kind=f"nn.{kind.__name__}"))
    check_kind(module_name, module, kind)
    trace(module, inputs)
    if not inputs.numel():
        raise ValueError(say("errors.own.empty", got=tuple(inputs.shape)))
    if inputs.dtype not in (torch.float32, torch.float64):
        raise TypeError(say("errors.own.dtype", module=module_name, got=inputs.dtype))
    inputs = inputs.detach().clone()
    if inputs.dim() == 2:
        return inputs.unsqueeze(1)
    return inputs.transpose(0, 1) if getattr(module, "batch_first", False) else inputs


def by_name(explorer, module_name, first):
    """Raise TypeError when a module was given as the `first` argument, which is a size."""
    if isinstance(first, nn.Module):
        raise TypeError(say("errors.own.by_name", explorer=explorer, module=module_name, got=type(first).__name__))


def check_kind(name, module, kind=nn.RNNCell):
    """Raise TypeError unless `module` is of the class `kind`."""
    if not isinstance(module, kind):
        expected = f"an nn.{kind.__name__}"
        raise TypeError(say("errors.drawing", name=name, expected=expected, got=type(module).__name__))


def own_cell(explorer, cell, inputs, most_steps=None):
    """A function that gives a copy of the learner's cell as it is now, and the first sample of `inputs`, checked.

    Raises what `own_inputs` raises, and ValueError when there is no room for a size.
    """
    own = own_inputs(explorer, "cell", nn.RNNCell, cell, inputs)[:, 0]
    fits("hidden_size", cell.hidden_size, MOST_CELL)
    fits("input_size", cell.input_size, MOST_CELL)
    fits("steps", len(own), most_steps or len(own))
    return lambda: (twin(cell), own)


def twin(module, **attributes):
    """A copy of a module as it is now, with other `attributes`; training the one never reaches the other."""
    copied = copy.deepcopy(module).requires_grad_(False)
    for name, value in attributes.items():
        setattr(copied, name, value)
    return copied


def changed(changes, cell, inputs):
    """Put what was set by hand into the parameters of `cell`, in place; returns inputs and h_0 with it.

    changes: `Changes` whose keys are `PARAMETERS`, ("x", step) from 1, and "h_0"
    """
    for name, parameter in zip(PARAMETERS, cell.parameters(), strict=False):
        changes.put(name, parameter)
    inputs = inputs.clone()
    for step, x in enumerate(inputs, start=1):
        changes.put(("x", step), x)
    return inputs, changes.put("h_0", inputs.new_zeros(cell.hidden_size))


def fits(name, size, most):
    """Raise ValueError when a size is more than the picture has room for."""
    if size > most:
        raise ValueError(say(f"errors.own.{name}", got=size, most=most))


def at_most(value, most):
    """A start value of a slider that a learner's own data may be too short for."""
    return min(value, most) if isinstance(value, int) else value


def part(name, size, most, chosen, argument):
    """(first, last) of what is shown of an axis: `chosen` by the learner, or all where there is room.

    argument: the name under which a part is chosen. Raises ValueError when it must be chosen, or is chosen wrongly.
    """
    if chosen is None:
        if size > most:
            raise ValueError(say("errors.own.size", name=name, got=size, most=most, argument=argument, last=most - 1))
        return 0, size - 1
    whole = isinstance(chosen, (tuple, list)) and len(chosen) == 2 and all(type(end) is int for end in chosen)
    if not whole or not 0 <= chosen[0] <= chosen[1] < size or chosen[1] - chosen[0] >= most:
        raise ValueError(say("errors.own.part", argument=argument, got=repr(chosen), last=size - 1, most=most))
    return tuple(chosen)
