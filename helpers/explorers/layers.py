"""Lesson 04: the grid of cells of an `nn.RNN`, and the wave in which they can be computed."""

import torch
from torch import nn

from helpers.live import Explorer, player, slider, toggle
from helpers.modules import make, seeded
from helpers.pictures.layers import LIT, MOST_HIDDEN, MOST_LAYERS, MOST_STEPS, LayersScene, layers_state
from helpers.shapes import rnn_shapes, whole_number
from helpers.words import say

INPUT_SIZE, BATCH = 4, 6


def explore_layers(hidden_size=2, num_layers=3, seq_len=5, sample=0):
    """An `Explorer` of an `nn.RNN` with input_size 4 that reads a batch of 6: the grid of all its hidden states.

    hidden_size: 1 to 32; num_layers: 1 to 6; seq_len: 1 to 20; sample: which one of the batch, 0 to 5. Two
    more controls: `show` frames output, h_n, both or none; `wave` says how many diagonals of cells are
    computed, and the play button walks through them.

    Raises ValueError when an argument is no whole number in its range.
    """
    whole_number("hidden_size", hidden_size, 1, MOST_HIDDEN)
    whole_number("num_layers", num_layers, 1, MOST_LAYERS)
    whole_number("seq_len", seq_len, 1, MOST_STEPS)
    whole_number("sample", sample, 0, BATCH - 1)
    inputs = torch.randn(MOST_STEPS, BATCH, INPUT_SIZE, generator=seeded(4))
    everything = seq_len + num_layers - 1
    controls = {
        "hidden_size": slider("hidden_size", hidden_size, 1, MOST_HIDDEN),
        "num_layers": slider("num_layers", num_layers, 1, MOST_LAYERS),
        "seq_len": slider("seq_len", seq_len, 1, MOST_STEPS),
        "sample": slider("sample", sample, 0, BATCH - 1),
        "wave": slider("wave", everything, 0, everything),
        "show": toggle("show", "both", [(say(f"explorers.layers.show.{name}"), name) for name in LIT]),
    }
    _follow(controls["wave"], controls["seq_len"], controls["num_layers"])

    def compute(hidden_size, num_layers, seq_len, sample, wave, show):
        rnn = make(nn.RNN, INPUT_SIZE, hidden_size, num_layers, generator=seeded(0))
        return layers_state(rnn, inputs[:seq_len], sample, min(wave, seq_len + num_layers - 1), show)

    alt = say("explorers.layers.alt")
    return Explorer(controls, compute, LayersScene(), _describe, alt, before=[player(controls["wave"])])


def _follow(wave, seq_len, num_layers):
    """Keep the greatest wave right; a wave that was the last one stays the last one."""

    def follow(_change):
        all_done = wave.value == wave.max
        wave.max = seq_len.value + num_layers.value - 1
        if all_done:
            wave.value = wave.max

    for part in (seq_len, num_layers):
        part.observe(follow, names="value")


def _describe(state):
    layers, columns, hidden_size = state.hidden.shape
    seq_len, input_size = state.x.shape
    sizes = {"seq_len": seq_len, "batch": state.batch, "input_size": input_size}
    shapes = rnn_shapes(**sizes, hidden_size=hidden_size, num_layers=layers)
    now = sum(layer + t == state.wave for layer in range(layers) for t in range(1, columns))
    waves = seq_len + layers - 1
    done = state.wave == waves
    wave = "start" if state.wave == 0 else "done" if done else "wave"
    parts = {"parameters": " + ".join(f"{count:,}" for count in state.parameters), "total": sum(state.parameters)}
    return say(
        "explorers.layers.caption",
        **{name: str(shape) for name, shape in shapes.items()},
        parameters=say(f"explorers.layers.{'one_layer' if layers == 1 else 'more_layers'}", **parts),
        wave=say(f"explorers.layers.{wave}", wave=state.wave, waves=waves, count=seq_len * layers if done else now),
        sample=state.sample,
        lit=say(f"explorers.layers.lit.{state.lit}", top=layers - 1, seq_len=seq_len),
    )
