"""Lesson 02: the inside of one cell, one step, one unit at a time."""

import torch
from torch import nn

from helpers.live import Explorer, scale_slider, slider, whole_part
from helpers.modules import make, seeded
from helpers.pictures.cell import CellScene, cell_state, cell_words
from helpers.shapes import rnn_parameters, whole_number
from helpers.words import say

STEPS, MOST_INPUT, MOST_HIDDEN = 6, 8, 12
SATURATED = 0.95  # beyond it tanh hardly moves any more


def explore_cell(input_size=3, hidden_size=5, step=2, unit=1):
    """An `Explorer` of one step of an `nn.RNNCell`: every weight, product, sum and tanh.

    input_size: 1 to 8; hidden_size: 1 to 12; step: the time step, 1 to 6; unit: the hidden unit whose row is
    framed, from 0. A fifth slider, weight_scale, multiplies all weights and biases.

    Raises ValueError when an argument is no whole number in its range.
    """
    whole_number("input_size", input_size, 1, MOST_INPUT)
    whole_number("hidden_size", hidden_size, 1, MOST_HIDDEN)
    whole_number("step", step, 1, STEPS)
    whole_number("unit", unit, 0, hidden_size - 1)
    inputs = torch.randn(STEPS, MOST_INPUT, generator=seeded(2))
    controls = {
        "input_size": slider("input_size", input_size, 1, MOST_INPUT),
        "hidden_size": slider("hidden_size", hidden_size, 1, MOST_HIDDEN),
        "step": slider("step", step, 1, STEPS),
        "unit": slider("unit", unit, 0, hidden_size - 1),
        "weight_scale": scale_slider("weight_scale"),
    }
    whole_part(controls["unit"], controls["hidden_size"], less=1)

    def compute(input_size, hidden_size, step, unit, weight_scale):
        cell = make(nn.RNNCell, input_size, hidden_size, generator=seeded(0))
        scale(cell.parameters(), weight_scale)
        return cell_state(cell, inputs[:, :input_size], step, min(unit, hidden_size - 1))

    return Explorer(controls, compute, CellScene(), _describe, say("pictures.cell.alt"))


@torch.no_grad()
def scale(parameters, factor):
    """Multiply all `parameters` of a module by `factor`, in place."""
    for parameter in parameters:
        parameter.mul_(factor)


def _describe(state):
    hidden_size, input_size = state.weight_ih.shape
    (count,) = rnn_parameters(input_size, hidden_size)
    return say(
        "explorers.cell.caption",
        unit=cell_words(state),
        x=state.step,
        input_size=input_size,
        hidden_size=hidden_size,
        parameters=count,
        saturated=int((abs(state.h_now) > SATURATED).sum()),
        limit=SATURATED,
    )
