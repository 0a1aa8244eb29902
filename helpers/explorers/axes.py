"""Lesson 05: two orders of axes, four ways to combine them, and who reaches whom."""

from helpers.live import Explorer, slider, toggle
from helpers.pictures.axes import MOST_BATCH, MOST_INPUT, MOST_STEPS, AxesScene, axes_state, verdict
from helpers.shapes import whole_number
from helpers.words import say


def explore_batch_first(batch=3, seq_len=4, input_size=2, batch_first=True):
    """An `Explorer` of a block of numbers `100 * sample + time` and of an `nn.RNN` that reads it.

    batch: 1 to 5; seq_len: 1 to 6; input_size: 1 to 3; batch_first: how the RNN is made. One more control,
    `x`, says in which order of axes the block is handed over; at the start it is the order that the RNN takes.

    Raises ValueError when a size is no whole number in its range, or batch_first is neither True nor False.
    """
    whole_number("batch", batch, 1, MOST_BATCH)
    whole_number("seq_len", seq_len, 1, MOST_STEPS)
    whole_number("input_size", input_size, 1, MOST_INPUT)
    if not isinstance(batch_first, bool):
        raise ValueError(say("errors.drawing", name="batch_first", expected="True / False", got=repr(batch_first)))
    orders = [(say(f"errors.order.{first}"), first) for first in (False, True)]
    controls = {
        "batch_first": toggle("batch_first", batch_first, [("False", False), ("True", True)]),
        "x": toggle("x", batch_first, orders),
        "batch": slider("batch", batch, 1, MOST_BATCH),
        "seq_len": slider("seq_len", seq_len, 1, MOST_STEPS),
        "input_size": slider("input_size", input_size, 1, MOST_INPUT),
    }

    def compute(batch_first, x, batch, seq_len, input_size):
        return axes_state(batch, seq_len, input_size, batch_first, x)

    return Explorer(controls, compute, AxesScene(), _describe, say("explorers.axes.alt"))


def _describe(state):
    batch, seq_len, input_size = state.block.shape
    shape = (batch, seq_len, input_size) if state.x_first else (seq_len, batch, input_size)
    found = verdict(state)
    key = "told" if state.h_n[1] != batch else "silent"
    return say(
        "explorers.axes.caption",
        x=shape,
        order=say(f"errors.order.{state.x_first}"),
        taken=say(f"errors.order.{state.rnn_first}"),
        output=state.output,
        verdict=say(f"explorers.axes.{found}"),
        betrayal="" if found == "own" else say(f"explorers.axes.{key}", h_n=state.h_n, batch=batch),
    ).strip()
