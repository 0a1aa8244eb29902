"""Lesson 03: the loop that turns the cell, and how long its first input echoes."""

import torch
from torch import nn

from helpers.explorers.cell import scale
from helpers.live import Explorer, player, scale_slider, slider, whole_part
from helpers.modules import make, seeded
from helpers.pictures.echo import EchoScene, echo_state
from helpers.pictures.loop import LoopScene, loop_state
from helpers.pictures.tensors import two_decimals
from helpers.shapes import rnn_parameters, whole_number
from helpers.words import say

INPUT_SIZE, MOST_STEPS, MOST_HIDDEN = 4, 8, 8
ECHO_STEPS, ECHO_HIDDEN = 40, 32


def explore_loop(seq_len=3, hidden_size=2, step=1):
    """An `Explorer` of the manual loop over an `nn.RNNCell` with input_size 4, folded and unrolled.

    seq_len: 1 to 8; hidden_size: 1 to 8; step: how many steps the loop has made, 0 to seq_len. The play
    button walks through the steps.

    Raises ValueError when an argument is no whole number in its range.
    """
    whole_number("seq_len", seq_len, 1, MOST_STEPS)
    whole_number("hidden_size", hidden_size, 1, MOST_HIDDEN)
    whole_number("step", step, 0, seq_len)
    inputs = torch.randn(MOST_STEPS, INPUT_SIZE, generator=seeded(3))
    controls = {
        "step": slider("step", step, 0, seq_len),
        "seq_len": slider("seq_len", seq_len, 1, MOST_STEPS),
        "hidden_size": slider("hidden_size", hidden_size, 1, MOST_HIDDEN),
    }
    whole_part(controls["step"], controls["seq_len"])

    def compute(step, seq_len, hidden_size):
        cell = make(nn.RNNCell, INPUT_SIZE, hidden_size, generator=seeded(0))
        return loop_state(cell, inputs[:seq_len], min(step, seq_len))

    return Explorer(
        controls, compute, LoopScene(), _describe_loop, say("explorers.loop.alt"), before=[player(controls["step"])]
    )


def _describe_loop(state):
    hidden_size, input_size = state.weight_ih.shape
    steps, (count,) = len(state.x), rnn_parameters(input_size, hidden_size)
    values = ", ".join(two_decimals(value) for value in state.hidden[state.step])
    sizes = {"seq_len": steps, "input_size": input_size, "hidden_size": hidden_size, "parameters": count}
    return say(f"explorers.loop.{'step' if state.step else 'start'}", step=state.step, values=values, **sizes)


def explore_echo(hidden_size=8):
    """An `Explorer` of how far a change of x_1 alone is felt: the size of the change of every later h_t.

    hidden_size: 1 to 32. Sliders: weight_scale (a factor for the recurrent weights) and hidden_size.

    Raises ValueError when hidden_size is no whole number in its range.
    """
    whole_number("hidden_size", hidden_size, 1, ECHO_HIDDEN)
    inputs = torch.randn(ECHO_STEPS, INPUT_SIZE, generator=seeded(4))
    controls = {
        "weight_scale": scale_slider("weight_scale"),
        "hidden_size": slider("hidden_size", hidden_size, 1, ECHO_HIDDEN),
    }

    def compute(weight_scale, hidden_size):
        cell = make(nn.RNNCell, INPUT_SIZE, hidden_size, generator=seeded(0))
        scale([cell.weight_hh], weight_scale)
        return echo_state(cell, inputs)

    return Explorer(controls, compute, EchoScene(ECHO_STEPS), _describe_echo, say("explorers.echo.alt"))


def _describe_echo(state):
    gone = next((t + 1 for t, size in enumerate(state.change) if size < state.change[0] / 1000), None)
    words = say("explorers.echo.stays") if gone is None else say("explorers.echo.gone", step=gone)
    return say(
        "explorers.echo.caption", first=state.change[0], last=state.change[-1], steps=len(state.change), gone=words
    )
