"""A learner's own module in an explorer: what fits into the picture, and which part of it is shown."""

import copy

from helpers.recurrence import trace
from helpers.words import say


def own_inputs(explorer, module_name, kind, module, inputs):
    """The learner's `inputs` as (seq_len, batch, input_size), after everything about them was checked.

    explorer, module_name: what they are called; kind: the class that `module` must be of.
    Raises TypeError or ValueError with a sentence when one is missing, or what `helpers.trace` raises.
    """
    if module is None or inputs is None:
        raise ValueError(say("errors.own_both", explorer=explorer, module=module_name, kind=f"nn.{kind.__name__}"))
    if not isinstance(module, kind):
        expected = f"an nn.{kind.__name__}"
        raise TypeError(say("errors.drawing", name=module_name, expected=expected, got=type(module).__name__))
    trace(module, inputs)
    if inputs.dim() == 2:
        return inputs.detach().unsqueeze(1)
    return inputs.detach().transpose(0, 1) if getattr(module, "batch_first", False) else inputs.detach()


def sequence_first_copy(rnn):
    """A copy of an `nn.RNN` as it is now that takes (seq_len, batch, input_size)."""
    twin = copy.deepcopy(rnn)
    twin.batch_first = False
    return twin.requires_grad_(False)


def fits(name, size, most):
    """Raise ValueError when a size is more than the picture has room for."""
    if size > most:
        raise ValueError(say(f"errors.own_{name}", got=size, most=most))


def part(name, size, most, chosen, argument):
    """(first, last) of what is shown of an axis: `chosen` by the learner, or all where there is room.

    argument: the name under which a part is chosen. Raises ValueError when it must be chosen, or is chosen wrongly.
    """
    if chosen is None:
        if size > most:
            raise ValueError(say("errors.own_size", name=name, got=size, most=most, argument=argument, last=most - 1))
        return 0, size - 1
    whole = isinstance(chosen, (tuple, list)) and len(chosen) == 2 and all(type(end) is int for end in chosen)
    if not whole or not 0 <= chosen[0] <= chosen[1] < size or chosen[1] - chosen[0] >= most:
        raise ValueError(say("errors.own_part", argument=argument, got=repr(chosen), last=size - 1, most=most))
    return tuple(chosen)
