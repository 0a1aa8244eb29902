"""The grid of an `nn.RNN`: layers upwards, time to the right, one hue for one set of weights, and the wave through it."""

from dataclasses import dataclass

import numpy as np
from torch import nn

from helpers.drawing import letters
from helpers.drawing.colours import INPUT, LAYERS
from helpers.drawing.letters import decimals
from helpers.drawing.parts import colour_bar, fitting, lines, named_shape, room, shape_lines
from helpers.drawing.sheet import MARGIN, STILL, Picture, Rect, Sheet
from helpers.modules import make, normal, seeded
from helpers.recurrence import count_parameters, sequence_first, trace
from helpers.shapes import rnn_shapes, whole_number
from helpers.widgets.controls import slider, toggle, with_player
from helpers.widgets.explorer import Explorer
from helpers.words import say

INPUT_SIZE, BATCH = 4, 6
LIT = ("none", "output", "h_n", "both")
MOST_LAYERS, MOST_STEPS, MOST_HIDDEN, MOST_INPUT = len(LAYERS), 20, 32, 6
_ROW, _SQUARE, _ACROSS = 18, 46, 96  # height and width of a square; most from one step to the next
_HIGH, _GAP = 330, 18  # what the layers share in height; least from one to the next


@dataclass(frozen=True, eq=False)
class LayersState:
    """One sample on its way through an `nn.RNN`.

    Shapes: x (seq_len, input_size), hidden (num_layers, seq_len + 1, hidden_size), h_0 first; weights: for
    each layer the pair weight_ih, weight_hh; parameters: for each layer how many. wave: hidden states of
    so many diagonals are computed, all when it is seq_len + num_layers - 1. lit: one of "none", "output", "h_n", "both".
    """

    x: np.ndarray
    hidden: np.ndarray
    weights: tuple
    parameters: tuple
    batch: int
    sample: int
    wave: int
    lit: str

    def when(self, layer, t):
        """-1: still to come, 0: computed now, 1: done. h_0 is there from the start, and in the end all are done."""
        layers, columns, _ = self.hidden.shape
        return 1 if t == 0 or self.wave == layers + columns - 2 else int(np.sign(self.wave - layer - t))


def layers_state(rnn, inputs, sample=0, wave=None, lit="none", h_0=None):
    """The `LayersState` of one sample of `inputs` (seq_len, batch, input_size) in `rnn`; all computed without `wave`."""
    layers, steps = rnn.num_layers, len(inputs)
    by_layer = [[p for name, p in rnn.named_parameters() if name.endswith(f"_l{layer}")] for layer in range(layers)]
    return LayersState(
        x=inputs[:, sample].numpy(),
        hidden=trace(rnn, inputs, h_0).hidden[:, :, sample].numpy(),
        weights=tuple((p[0].detach().numpy(), p[1].detach().numpy()) for p in by_layer),
        parameters=tuple(sum(p.numel() for p in parameters) for parameters in by_layer),
        batch=inputs.shape[1],
        sample=sample,
        wave=steps + layers - 1 if wave is None else wave,
        lit=lit,
    )


def layers_sheet(state, width=STILL):
    """x from below, h_0 from the left, weights once for each layer; `output` is the top row, `h_n` the last column."""
    sheet = Sheet(width)
    narrow = width < 600
    layers, columns, hidden_size = state.hidden.shape
    row = int(max(2, min(_ROW, (_HIGH / layers - _GAP) // hidden_size)))
    high = row * hidden_size
    pitch = max(high + _GAP, min(high + 30, _HIGH // layers), 0 if narrow and layers > 4 else 50)
    left, right = (
        (112, 6)
        if narrow
        else (208, 20 + round(letters.width(f"hidden_size {hidden_size})", bold=True, family="mono")))
    )  # the weights' room, and that of the name of h_n
    across = min(_ACROSS, (width - left - right) // columns)
    wide = min(_SQUARE, across - (10 if across > 30 else max(3, across // 3)))
    top = 46 if narrow else 34
    tops = [top + pitch * (layers - 1 - layer) for layer in range(layers)]
    centres = [left + across * t + across // 2 for t in range(columns)]
    numbers = room(wide, row, state.hidden)
    rects = {}
    for layer, hue in enumerate(LAYERS[:layers]):
        _weights(sheet, state, layer, tops[layer] + high / 2, hue, narrow)
        for t, centre in enumerate(centres):
            when, place = state.when(layer, t), (centre - wide // 2, tops[layer], wide, row)
            rects[layer, t] = _vector(sheet, state, layer, t, place, when, hue, numbers)
    base = tops[0] + high
    x_rects = _inputs(sheet, state, centres, base + 24, wide)
    _arrows(sheet, state, rects, x_rects)
    _ways_in_and_out(sheet, state, rects, x_rects, narrow)
    if state.batch > 1:
        sheet.text(MARGIN, 11, say("pictures.layers.sample", sample=state.sample, last=state.batch - 1))
    colour_bar(sheet, MARGIN, sheet.size[1] + 4 if narrow else base + 84, say("pictures.value"), beyond=True)
    return sheet


def _vector(sheet, state, layer, t, place, when, hue, numbers):
    """One hidden state as a column of squares, or its empty outline as long as it is still to come."""
    left, top, wide, row = place
    values = state.hidden[layer, t]
    gap = 1 if row > 4 else 0
    rect = Rect(left, top, left + wide - gap, top + row * len(values) - gap)
    if when < 0:
        sheet.box(rect, "faint")
        return rect
    below = f"x[{t}]" if layer == 0 else f"h[{layer - 1}, {t}]"
    sources = (below, f"h[{layer}, {t - 1}]", f"W_ih[{layer}]", f"W_hh[{layer}]") if t else ()
    names = dict(name=f"h[{layer}, {t}]", axes=("hidden_size",), sources=sources)
    sheet.grid(values, left, top, wide, row, gap=gap, numbers=numbers, role=hue, **names)
    if when == 0:
        sheet.box(rect.grown(2), "ink", 3)
    return rect


def _weights(sheet, state, layer, middle, hue, narrow):
    """The one set of weights of a layer, in its hue, left of its row."""
    words = [
        say("pictures.layers.layer", layer=layer),
        say("pictures.networks.parameters", count=state.parameters[layer]),
    ]
    for line, text in enumerate(words):
        sheet.text(
            MARGIN,
            middle - 8 + 17 * line,
            fitting(108, text, text.split(" ")[0], family="sans"),
            hue.words,
            bold=line == 0,
        )
    if narrow:
        return
    for place, (name, weights) in enumerate(zip(("W_ih", "W_hh"), state.weights[layer], strict=True)):
        rows, columns = weights.shape
        each = min(7, max(1, 32 // max(rows, columns)))
        top = round(middle - rows * each / 2 + 7)
        names = dict(name=f"{name}[{layer}]", axes=("hidden_size", "hidden_size" if layer or place else "input_size"))
        rect = sheet.grid(weights, 118 + 46 * place, top, each, each, gap=0, role=hue, **names)
        sheet.text(rect.left - 2, rect.top - 11, name, hue.words, family="mono")


def _inputs(sheet, state, centres, top, wide):
    """x below the steps; returns {step: rectangle}."""
    numbers, rects, last = room(wide, _ROW, state.x), {}, len(centres) - 1
    named = centres[1] - centres[0] >= letters.width(f"x_{last}", family="mono") + 4
    for t, centre in enumerate(centres[1:], start=1):
        label = f"x_{t}" if named or t in (1, last) else None
        names = dict(name=f"x[{t}]", axes=("input_size",), label=label, below=True, bold=False)
        rects[t] = sheet.grid(state.x[t - 1], centre - wide // 2, top, wide, _ROW, numbers=numbers, role=INPUT, **names)
    return rects


def _arrows(sheet, state, rects, x_rects):
    """From the left and from below into every hidden state; faint as long as it is still to come."""
    ways = [(rects[layer, t - 1], rect, x_rects[t] if layer == 0 else rects[layer - 1, t], layer, t)
            for (layer, t), rect in rects.items() if t]  # fmt: skip
    draw = sheet.arrow if ways[0][1].left - ways[0][0].right >= 10 else sheet.line
    for before, rect, _, layer, t in ways:
        colour = LAYERS[layer].words if state.when(layer, t) >= 0 else "faint"
        draw([(before.right + 1, rect.middle), (rect.left - 2, rect.middle)], colour)
    for _, rect, below, layer, t in ways:
        colour = LAYERS[layer].words if state.when(layer, t) >= 0 else "faint"
        sheet.arrow([(rect.centre, below.top - 3), (rect.centre, rect.bottom + 3)], colour)


def _ways_in_and_out(sheet, state, rects, x_rects, narrow):
    """The names of input, h_0, output and h_n with their shapes, where they stand; frames around what is lit."""
    layers, columns, hidden_size = state.hidden.shape
    steps, input_size = state.x.shape
    lit = {name: state.lit in (name, "both") for name in ("output", "h_n")}
    first, last, low, h_0 = (rects[at] for at in ((layers - 1, 1), (layers - 1, columns - 1), (0, columns - 1), (0, 0)))
    free = last.left - rects[layers - 1, columns - 2].right  # between two columns
    near, far = (4, 8) if free >= 12 else (3, max(3, free - 4))
    if lit["output"]:
        sheet.box(Rect(first.left, first.top, last.right, last.bottom).grown(near))
    if lit["h_n"]:
        sheet.box(Rect(last.left, last.top, low.right, low.bottom).grown(far), dashed=True)
    state_axes = {"num_layers": layers, "batch": state.batch, "hidden_size": hidden_size}
    sequence = {"seq_len": steps, "batch": state.batch}
    looks = {name: dict(colour="ink" if on else "muted", bold=on, family="mono") for name, on in lit.items()}
    room = sheet.width - first.left
    words = _shape("output", room, sequence | {"hidden_size": hidden_size})
    sheet.text(first.left - 6, first.top - 18, words, **looks["output"])
    words = _shape("input", room, sequence | {"input_size": input_size})
    sheet.text(x_rects[1].left - 2, x_rects[1].bottom + 34, words, INPUT.words, bold=True, family="mono")
    looks["h_0"] = dict(colour="ink", family="mono")
    if narrow:
        right = max(last.right + 4, first.left + 130)
        sheet.text(right, first.top - 36, _shape("h_n", 200, state_axes), align="right", **looks["h_n"])
        sheet.text(h_0.right, h_0.bottom + 16, _shape("h_0", 110, state_axes), align="right", **looks["h_0"])
        return
    lines(
        sheet,
        last.right + 14,
        max(last.top + 6, (last.top + low.bottom) / 2 - 24),
        shape_lines("h_n", **state_axes),
        **looks["h_n"],
    )
    lines(sheet, h_0.right, h_0.bottom + 16, shape_lines("h_0", **state_axes), align="right", **looks["h_0"])


def _shape(name, room, axes):
    """A name with its shape, short where a long one has no room."""
    return fitting(room, named_shape(name, **axes), named_shape(name, short=True, **axes), bold=True)


def draw_layers(rnn, inputs, h_0=None, sample=0, wave=None, lit="both"):
    """A `Picture` of one sample in an `nn.RNN`: layers upwards, time to the right.

    inputs: (seq_len, batch, input_size), at most 20 steps of 6 numbers; the RNN has at most 6 layers of 32
    units. h_0: (num_layers, batch, hidden_size), zeros when left out. wave: how many diagonals of hidden
    states are computed, all when left out. lit: what is framed, "none", "output", "h_n" or "both".

    Raises ValueError when a size or an argument is out of its range, and what `helpers.trace` raises.
    """
    found = trace(rnn, inputs, h_0)
    sequence_first(rnn, inputs)
    for name, size, most in (
        ("seq_len", len(inputs), MOST_STEPS),
        ("input_size", inputs.shape[-1], MOST_INPUT),
        ("hidden_size", rnn.hidden_size, MOST_HIDDEN),
        ("num_layers", rnn.num_layers, MOST_LAYERS),
    ):
        whole_number(name, size, 1, most)
    whole_number("sample", sample, 0, found.hidden.shape[2] - 1)
    everything = len(inputs) + rnn.num_layers - 1
    wave = whole_number("wave", everything if wave is None else wave, 0, everything)
    if lit not in LIT:
        raise ValueError(say("errors.one_of", name="lit", expected=", ".join(LIT), got=repr(lit)))
    state = layers_state(rnn, inputs, sample, wave, lit, h_0)
    sizes = dict(
        layers=say("pictures.layers.layers", count=rnn.num_layers), steps=len(inputs), parameters=count_parameters(rnn)
    )
    last = "; ".join(", ".join(map(decimals, layer[-1][:8].tolist())) for layer in state.hidden)
    return Picture(layers_sheet(state), say("pictures.layers.alt", **sizes, sample=sample, last=last))


def explore_layers(hidden_size=2, num_layers=3, seq_len=5, sample=0):
    """An `Explorer` of an `nn.RNN` with input_size 4 that reads a batch of 6: the grid of all its hidden states.

    hidden_size: 1 to 32; num_layers: 1 to 6; seq_len: 1 to 20; sample: which one of the batch, 0 to 5. Two
    more controls: `show` frames output, h_n, both or none; `wave` says how many diagonals of cells are
    computed, and the play button walks through them.

    Raises ValueError when an argument is no whole number in its range.
    """
    controls = {
        "hidden_size": slider("hidden_size", hidden_size, 1, MOST_HIDDEN),
        "num_layers": slider("num_layers", num_layers, 1, MOST_LAYERS),
        "seq_len": slider("seq_len", seq_len, 1, MOST_STEPS),
        "sample": slider("sample", sample, 0, BATCH - 1),
    }
    everything = seq_len + num_layers - 1
    controls["wave"] = with_player(slider("wave", everything, 0, everything))
    controls["show"] = toggle("show", "both", [(say(f"explorers.layers.show.{name}"), name) for name in LIT])
    _follow(controls["wave"], controls["seq_len"], controls["num_layers"])
    inputs = normal(MOST_STEPS, BATCH, INPUT_SIZE, generator=seeded(4))

    def compute(hidden_size, num_layers, seq_len, sample, wave, show):
        rnn = make(nn.RNN, INPUT_SIZE, hidden_size, num_layers, generator=seeded(0))
        return layers_state(rnn, inputs[:seq_len], sample, min(wave, seq_len + num_layers - 1), show)

    return Explorer(controls, compute, layers_sheet, describe, say("explorers.layers.alt"))


def _follow(wave, seq_len, num_layers):
    """Keep the greatest wave right; a wave that was the last one stays the last one."""

    def follow(_change):
        all_done = wave.value == wave.max
        wave.max = seq_len.value + num_layers.value - 1
        if all_done:
            wave.value = wave.max

    for part in (seq_len, num_layers):
        part.observe(follow, names="value")


def describe(state):
    """The caption of a `LayersState`."""
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
