"""Lesson 07: how far the gradient reaches back, for large and small weights, large and small inputs."""

from helpers.backward import INPUT_SIZE
from helpers.live import Explorer, choices_slider, scale_slider, slider
from helpers.pictures.memory import MOST_STEPS, MemoryScene, memory_state
from helpers.shapes import whole_number
from helpers.words import say

MOST_HIDDEN = 64
INPUT_SCALES = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0)


def explore_memory(seq_len=50, hidden_size=32):
    """An `Explorer` of how strongly the last hidden state depends on each input, measured by autograd.

    seq_len: 2 to 60; hidden_size: 1 to 64. Two more sliders: `weight_scale`, by which weight_hh, an orthogonal
    matrix, stretches a hidden state, and `input_scale`, the size of the inputs. The biases are 0.

    Raises ValueError when an argument is no whole number in its range.
    """
    whole_number("seq_len", seq_len, 2, MOST_STEPS)
    whole_number("hidden_size", hidden_size, 1, MOST_HIDDEN)
    controls = {
        "weight_scale": scale_slider("weight_scale", most=3.0, step=0.1),
        "input_scale": choices_slider("input_scale", 0.01, INPUT_SCALES),
        "seq_len": slider("seq_len", seq_len, 2, MOST_STEPS),
        "hidden_size": slider("hidden_size", hidden_size, 1, MOST_HIDDEN),
    }

    return Explorer(controls, memory_state, MemoryScene(MOST_STEPS), _describe, say("explorers.memory.alt"))


def _describe(state):
    first, last = state.gradient[0], state.gradient[-1]
    ratio = first / last
    key = "vanishes" if ratio < 0.1 else "explodes" if ratio > 10 else "stays"
    return say(
        "explorers.memory.caption",
        seq_len=len(state.gradient),
        input_size=INPUT_SIZE,
        hidden_size=state.hidden_size,
        first=first,
        last=last,
        slope=state.slope,
        weight_scale=state.weight_scale,
        factor=state.factor,
        ratio=ratio,
        verdict=say(f"explorers.memory.{key}"),
    )
