"""The shape of the hidden state that an nn.RNN or nn.RNNCell was given."""

from helpers.clinic.case import Case
from helpers.words import say


def _difference(call):
    """Which axes of the hidden state are wrong, in words; "" when that is all of them, or their number."""
    axes = call.state_axes()
    if len(axes) != call.h.dim() or _order(call):
        return ""
    wrong = [
        say("clinic.axis", axis=axis, expected=size, got=got)
        for (axis, size), got in zip(axes.items(), call.h.shape, strict=True)
        if size != got
    ]
    return ": " + ", ".join(wrong)


def _order(call):
    """The order in which the axes of the hidden state would be right, "2, 0, 1"; "" when there is none."""
    expected, got = tuple(call.state_axes().values()), tuple(call.h.shape)
    if len(set(got)) < len(got) or sorted(expected) != sorted(got):
        return ""
    return ", ".join(str(got.index(size)) for size in expected)


def _way_out(call):
    """How the hidden state becomes right: its axes put in order, or a new one."""
    name, order = call.h_name or "h_0", _order(call)
    if order:
        return say("clinic.turn", code=f"{name} = {name}.permute({order}).contiguous()")
    return say("clinic.make_new", code=call.zeros)


def _general(call):
    words = call.say("clinic.state", expected=call.expected, difference=_difference(call))
    return f"{words} {_way_out(call)}"


def _no_batch_in_input(call, match):
    """2-D x with a hidden state that is not 2-D."""
    x, h = call.x, call.h
    if h.dim() != 3:
        return _general(call)
    if h.shape[1] == 1:
        return call.say("clinic.state_squeeze", named=call.named_input, axis=1)
    if h.shape[1] == x.shape[0] and x.shape[1] == call.module.input_size:
        return call.say("clinic.step_of_batch", batch=x.shape[0], axis=1 if call.module.batch_first else 0)
    return call.say("clinic.state_both", named=call.named_input, batch=h.shape[1])


def _no_batch_in_state(call, match):
    """3-D x with a hidden state that is not 3-D."""
    layers, batch, hidden = call.state_axes().values()
    got = tuple(call.h.shape)
    if layers == 1 and got == (batch, hidden):
        return call.say("clinic.state_no_layers", expected=call.expected)
    if got == (layers, hidden):
        change = "unsqueeze(1)" if batch == 1 else f"unsqueeze(1).repeat(1, {batch}, 1)"
        return call.say("clinic.state_no_batch", expected=call.expected, change=change)
    return _general(call)


def _sizes(call, match):
    """The right number of axes, and wrong sizes."""
    if not call.batched:
        words = call.say("clinic.state_unbatched", expected=call.expected, difference=_difference(call))
        return f"{words} {_way_out(call)}"
    layers, batch, hidden = call.state_axes().values()
    got = tuple(call.h.shape)
    if got == (batch, layers, hidden):
        return call.say("clinic.state_batch_first", expected=call.expected)
    if got[0] == layers and got[2] == hidden:
        return _batch(call, got[1], batch)
    if got[1:] == (batch, hidden):
        if call.module.bidirectional and got[0] == call.module.num_layers:
            return call.say("clinic.state_directions", got=got[0], layers=layers, code=call.zeros)
        return call.say("clinic.state_layers", got=got[0], layers=layers, code=call.zeros)
    if got[:2] == (layers, batch):
        return call.say("clinic.state_hidden", got=got[2], hidden=hidden, code=call.zeros)
    return _general(call)


def _batch(call, got, batch):
    """Only the batch of the hidden state of an nn.RNN is wrong."""
    if got == call.x.shape[1 - call.batch_axis]:
        if call.module.batch_first:
            return call.say("clinic.input_seq_first", named=call.named_input, got=got)
        return call.say("clinic.input_batch_first", named=call.named_input, got=got)
    if got == 1:
        return call.say("clinic.state_one_sample", batch=batch, change=f"repeat(1, {batch}, 1)")
    return call.say("clinic.state_batch", got=got, batch=batch, named=call.named_input, code=call.zeros)


def _cell_axes(call, match):
    """A hidden state with three axes or more, or none, for a cell."""
    expected, got = tuple(call.state_axes().values()), tuple(call.h.shape)
    if got[1:] == expected and got[0] > 0:
        return call.say("clinic.cell_state_layers")
    if len(got) == 3 and got[1] == 1 and (got[0], got[2]) == expected:
        return call.say("clinic.state_axis_of_one", axis=1)
    if expected == got[2:] and got[:2] == (1, 1):
        return call.say("clinic.cell_state_no_batch", change="[0, 0]", named=call.named_input)
    return _general(call)


def _cell_sizes(call, match):
    """A hidden state with one or two axes that does not fit the x of a cell."""
    if call.h.dim() == 2 and not call.batched:
        if call.h.shape == (1, call.module.hidden_size):
            return call.say("clinic.cell_state_no_batch", change="[0]", named=call.named_input)
        if call.h.shape[1] == call.module.hidden_size:
            return call.say("clinic.state_both", named=call.named_input, batch=call.h.shape[0])
        return _general(call)
    if call.h.dim() == 1 and call.batched:
        if call.h.shape[0] != call.module.hidden_size:
            return _general(call)
        change = "unsqueeze(0)" if call.batch == 1 else f"repeat({call.batch}, 1)"
        return call.say("clinic.cell_state_batch_missing", expected=call.expected, change=change)
    if call.batched and call.h.shape[1] == call.module.hidden_size:
        if call.h.shape[0] == 1:
            return call.say("clinic.cell_state_one_sample", batch=call.batch, change=f"repeat({call.batch}, 1)")
        return call.say(
            "clinic.state_batch", got=call.h.shape[0], batch=call.batch, named=call.named_input, code=call.zeros
        )
    return _general(call)


def _cell_other_axes(call, match):
    """Messages that are about something else, unless a cell got an x and an h with different numbers of axes."""
    if call.is_cell and call.h is not None and call.h.dim() != call.x.dim():
        return _cell_sizes(call, match)
    return None


CASES = [
    Case(RuntimeError, r"For unbatched 2-D input, hx should also be 2-D but got \d+-D tensor", _no_batch_in_input),
    Case(RuntimeError, r"For batched 3-D input, hx should also be 3-D but got \d+-D tensor", _no_batch_in_state),
    Case(RuntimeError, r"Expected hidden size \(\d+, \d+, \d+\), got \[\d+, \d+, \d+\]", _sizes),
    Case(ValueError, r"RNNCell: Expected hidden to be 1D or 2D, got \d+D instead", _cell_axes),
    Case(RuntimeError, "hidden0 has inconsistent hidden_size: got ", _cell_sizes),
    Case(RuntimeError, r"Input batch size \d+ doesn't match hidden0 batch size \d+", _cell_sizes),
    Case(IndexError, r"Dimension out of range \(expected to be in range of \[-1, 0\], but got 1\)", _cell_other_axes),
    Case(RuntimeError, r"mat1 and mat2 shapes cannot be multiplied \(", _cell_other_axes),
]
