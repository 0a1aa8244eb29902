"""The grid of an `nn.RNN`: layers upwards, time to the right, one hue for one set of weights, and the wave through it."""

from dataclasses import dataclass

import numpy as np
from torch import nn

from helpers.drawing import letters
from helpers.drawing.colours import INPUT, LAYERS
from helpers.drawing.letters import decimals
from helpers.drawing.parts import colour_bar, fitting, room
from helpers.drawing.sheet import MARGIN, STILL, Picture, Rect, Sheet
from helpers.modules import make, normal, seeded
from helpers.recurrence import count_parameters, sequence_first, trace
from helpers.shapes import rnn_shapes, whole_number
from helpers.topics.own import by_name, fits, own_inputs, part, twin
from helpers.topics.sums import given, state_words
from helpers.topics.ways import ways_in_and_out
from helpers.widgets.controls import bounded, slider, toggle, with_player
from helpers.widgets.explorer import Explorer
from helpers.words import say

INPUT_SIZE, BATCH = 4, 6
LIT = ("none", "output", "h_n", "both")
MOST_LAYERS, MOST_STEPS, MOST_HIDDEN, MOST_INPUT = len(LAYERS), 20, 32, 6
MOST_OWN = 64  # units, and entries of x, of a learner's own network that are drawn at once
_ROW, _SQUARE, _ACROSS = 18, 46, 96  # height and width of a square; most from one step to the next
_HIGH, _GAP = 330, 18  # what the layers share in height; least from one to the next


@dataclass(frozen=True, eq=False)
class LayersState:
    """One sample on its way through an `nn.RNN`.

    Shapes: x (seq_len, input_size), hidden (num_layers, seq_len + 1, hidden_size), h_0 first; weights: for
    each layer weight_ih, weight_hh, bias_ih, bias_hh as tensors, the biases None without them; parameters: for each
    layer how many. wave: hidden states of so many diagonals are computed, all when it is seq_len + num_layers - 1.
    lit: one of "none", "output", "h_n", "both". units, features: the first and the last that are drawn of the hidden
    units and of the entries of x. batch_first: the order of the axes of input and output.
    """

    x: np.ndarray
    hidden: np.ndarray
    weights: tuple
    parameters: tuple
    batch: int
    sample: int
    wave: int
    lit: str
    nonlinearity: str
    units: tuple
    features: tuple
    batch_first: bool

    def when(self, layer, t):
        """-1: still to come, 0: computed now, 1: done. h_0 is there from the start, and in the end all are done."""
        layers, columns, _ = self.hidden.shape
        return 1 if t == 0 or self.wave == layers + columns - 2 else int(np.sign(self.wave - layer - t))


def layers_state(rnn, inputs, sample=0, wave=None, lit="none", h_0=None, batch_first=False, units=None, features=None):
    """The `LayersState` of one sample of `inputs` (seq_len, batch, input_size) in `rnn`; all computed without `wave`.

    batch_first: whether the shapes of input and output are given in that order
    """
    layers, steps = rnn.num_layers, len(inputs)
    by_layer = [[p for name, p in rnn.named_parameters() if name.endswith(f"_l{layer}")] for layer in range(layers)]
    return LayersState(
        x=inputs[:, sample].numpy(),
        hidden=trace(rnn, inputs, h_0).hidden[:, :, sample].numpy(),
        weights=tuple((*(part.detach() for part in p), *[None] * (4 - len(p))) for p in by_layer),
        parameters=tuple(sum(p.numel() for p in parameters) for parameters in by_layer),
        batch=inputs.shape[1],
        sample=sample,
        wave=steps + layers - 1 if wave is None else wave,
        lit=lit,
        nonlinearity=rnn.nonlinearity,
        units=units or (0, rnn.hidden_size - 1),
        features=features or (0, rnn.input_size - 1),
        batch_first=batch_first,
    )


def layers_sheet(state, width=STILL):
    """x from below, h_0 from the left, weights once for each layer; `output` is the top row, `h_n` the last column."""
    sheet = Sheet(width)
    narrow = width < 600
    layers, columns, hidden_size = state.hidden.shape
    shown = state.units[1] + 1 - state.units[0]
    row = int(max(2, min(_ROW, (_HIGH / layers - _GAP) // shown)))
    high = row * shown
    pitch = max(high + _GAP, min(high + 30, _HIGH // layers), 0 if narrow and layers > 4 else 50)
    beside = 20 + round(letters.width(f"hidden_size {hidden_size})", bold=True, family="mono"))
    left, right = (112, 6) if narrow else (208, beside)  # the weights' room, and that of the name of h_n
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
    ways_in_and_out(sheet, state, rects, x_rects, narrow)
    if state.batch > 1:
        sheet.text(MARGIN, 11, say("pictures.layers.sample", sample=state.sample, last=state.batch - 1))
    colour_bar(sheet, MARGIN, sheet.size[1] + 4 if narrow else base + 84, say("pictures.value"), beyond=True)
    return sheet


def _vector(sheet, state, layer, t, place, when, hue, numbers):
    """One hidden state as a column of squares, or its empty outline as long as it is still to come."""
    left, top, wide, row = place
    values = state.hidden[layer, t, state.units[0] : state.units[1] + 1]
    gap = 1 if row > 4 else 0
    rect = Rect(left, top, left + wide - gap, top + row * len(values) - gap)
    if when < 0:
        sheet.box(rect, "faint")
        return rect
    below = f"x[{t}]" if layer == 0 else f"h[{layer - 1}, {t}]"
    sources = (below, f"h[{layer}, {t - 1}]", f"W_ih[{layer}]", f"W_hh[{layer}]") if t else ()
    names = dict(name=f"h[{layer}, {t}]", axes=("hidden_size",), sources=sources, first=(state.units[0], 0))
    sheet.grid(values, left, top, wide, row, gap=gap, numbers=numbers, role=hue, **names)
    if when == 0:
        sheet.box(rect.grown(2), "ink", 3)
    return rect


def _weights(sheet, state, layer, middle, hue, narrow):
    """The one set of weights of a layer, in its hue, left of its row."""
    count = say("pictures.networks.parameters", count=state.parameters[layer])
    count = fitting(108, count, count.split(" ")[0], family="sans")
    sheet.text(MARGIN, middle - 8, say("pictures.layers.layer", layer=layer), hue.words, bold=True)
    sheet.text(MARGIN, middle + 9, count, hue.words)
    if narrow:
        return
    for place, (name, weights) in enumerate(zip(("W_ih", "W_hh"), state.weights[layer], strict=False)):
        reads = state.units if layer or place else state.features
        shown = weights[state.units[0] : state.units[1] + 1, reads[0] : reads[1] + 1]
        each = min(7, max(1, 32 // max(shown.shape)))
        top = round(middle - len(shown) * each / 2 + 7)
        names = dict(name=f"{name}[{layer}]", axes=("hidden_size", "hidden_size" if layer or place else "input_size"))
        first = (state.units[0], reads[0])
        rect = sheet.grid(shown, 118 + 46 * place, top, each, each, gap=0, role=hue, first=first, **names)
        sheet.text(rect.left - 2, rect.top - 11, name, hue.words, family="mono")


def _inputs(sheet, state, centres, top, wide):
    """x below the steps; returns {step: rectangle}."""
    first, end = state.features[0], state.features[1] + 1
    row = max(2, min(_ROW, 6 * _ROW // (end - first)))
    numbers, rects, last = room(wide, row, state.x), {}, len(centres) - 1
    named = centres[1] - centres[0] >= letters.width(f"x_{last}", family="mono") + 4
    for t, centre in enumerate(centres[1:], start=1):
        label = f"x_{t}" if named or t in (1, last) else None
        names = dict(name=f"x[{t}]", axes=("input_size",), label=label, below=True, bold=False, first=(first, 0))
        look = dict(numbers=numbers, role=INPUT, gap=1 if row > 4 else 0)
        rects[t] = sheet.grid(state.x[t - 1, first:end], centre - wide // 2, top, wide, row, **look, **names)
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


def draw_layers(rnn, inputs, h_0=None, sample=0, wave=None, lit="both"):
    """A `Picture` of one sample in an `nn.RNN`: layers upwards, time to the right.

    inputs: (seq_len, batch, input_size), at most 20 steps of 6 numbers; the RNN has at most 6 layers of 32
    units. h_0: (num_layers, batch, hidden_size), zeros when left out. wave: how many diagonals of hidden
    states are computed, all when left out. lit: what is framed, "none", "output", "h_n" or "both".

    Raises ValueError when a size or an argument is out of its range, and what `helpers.trace` raises.
    """
    found = trace(rnn, inputs, h_0)
    sequence_first(rnn, inputs)
    whole_number("seq_len", len(inputs), 1, MOST_STEPS)
    whole_number("input_size", inputs.shape[-1], 1, MOST_INPUT)
    whole_number("hidden_size", rnn.hidden_size, 1, MOST_HIDDEN)
    whole_number("num_layers", rnn.num_layers, 1, MOST_LAYERS)
    whole_number("sample", sample, 0, found.hidden.shape[2] - 1)
    everything = len(inputs) + rnn.num_layers - 1
    wave = whole_number("wave", everything if wave is None else wave, 0, everything)
    if lit not in LIT:
        raise ValueError(say("errors.one_of", name="lit", expected=", ".join(LIT), got=repr(lit)))
    state = layers_state(rnn, inputs, sample, wave, lit, h_0)
    count = say("pictures.layers.layers", count=rnn.num_layers)
    sizes = dict(layers=count, steps=len(inputs), parameters=count_parameters(rnn))
    last = "; ".join(", ".join(map(decimals, layer[-1][:8].tolist())) for layer in state.hidden)
    return Picture(layers_sheet(state), say("pictures.layers.alt", **sizes, sample=sample, last=last))


def explore_layers(
    hidden_size=2, num_layers=3, seq_len=5, sample=0, *, rnn=None, inputs=None, units=None, features=None
):
    """An `Explorer` of an `nn.RNN` with input_size 4 that reads a batch of 6: the grid of all its hidden states.

    hidden_size: 1 to 32; num_layers: 1 to 6; seq_len: 1 to 20; sample: which one of the batch, 0 to 5. Two
    more controls: `show` frames output, h_n, both or none; `wave` says how many diagonals of cells are
    computed, and the play button walks through them.

    rnn, inputs: a network and data of your own instead: an `nn.RNN` of at most 6 layers, and what it reads, in its own
    order, at most 20 steps. Its weights are read anew at every move, and never changed. units, features: the first and
    the last hidden unit and entry of x that are drawn, at most 64.

    Raises ValueError when an argument is out of its range, TypeError or ValueError for a network that does not fit.
    """
    by_name("explore_layers", "rnn", hidden_size)
    if any(given is not None for given in (rnn, inputs, units, features)):
        sequence = own_inputs("explore_layers", "rnn", nn.RNN, rnn, inputs)
        seq_len, batch, input_size = sequence.shape
        fits("layers", num_layers := rnn.num_layers, MOST_LAYERS)
        fits("steps", seq_len, MOST_STEPS)
        units = part("hidden_size", rnn.hidden_size, MOST_OWN, units, "units")
        features = part("input_size", input_size, MOST_OWN, features, "features")
        controls, batch_first = {}, rnn.batch_first

        def source():
            return twin(rnn, batch_first=False), sequence

    else:
        source, batch, batch_first = _made, BATCH, False  # type: ignore[assignment]
        controls = {
            "hidden_size": slider("hidden_size", hidden_size, 1, MOST_HIDDEN),
            "num_layers": slider("num_layers", num_layers, 1, MOST_LAYERS),
            "seq_len": slider("seq_len", seq_len, 1, MOST_STEPS),
        }
    everything, sizes = seq_len + num_layers - 1, [controls[name] for name in controls if name != "hidden_size"]
    if batch > 1:
        controls["sample"] = slider("sample", sample, 0, batch - 1)
    controls["wave"] = with_player(slider("wave", everything, 0, everything))
    controls["show"] = toggle("show", "both", [(say(f"explorers.layers.show.{name}"), name) for name in LIT])
    bounded(controls["wave"], lambda: sum(size.value for size in sizes) - 1, *sizes, end_stays=True)

    def compute(wave, show, sample=0, **sizes):
        rnn, inputs = source(**sizes)
        wave = min(wave, len(inputs) + rnn.num_layers - 1)
        return layers_state(rnn, inputs, sample, wave, show, None, batch_first, units, features)

    return Explorer(controls, compute, layers_sheet, describe, say("explorers.layers.alt"), explain)


def _made(hidden_size, num_layers, seq_len):
    """An RNN of these sizes, and what it reads."""
    rnn = make(nn.RNN, INPUT_SIZE, hidden_size, num_layers, generator=seeded(0))
    return rnn, normal(MOST_STEPS, BATCH, INPUT_SIZE, generator=seeded(4))[:seq_len]


def explain(state, name, index, value):
    """How a number of the grid was made: a hidden state by its sum; all else is given."""
    kind, _, place = name.partition("[")
    layer, t = (int(number) for number in f"{place.rstrip(']')}, 0".split(", ")[:2])
    if kind == "x":
        return given(name, index, value, "input")
    if kind != "h":
        return given(name, index, value, "weight")
    if t == 0:
        return given(name, index, value, "start")
    below = f"x[{t}]" if layer == 0 else f"h[{layer - 1}, {t}]"
    x, h = state.x[t - 1] if layer == 0 else state.hidden[layer - 1, t], state.hidden[layer, t - 1]
    biases = f"b_ih[{layer}]", f"b_hh[{layer}]"
    names = f"W_ih[{layer}]", f"W_hh[{layer}]", below, f"h[{layer}, {t - 1}]", *biases
    return state_words(name, index, state.weights[layer], x, h, names, state.nonlinearity)


def describe(state):
    """The caption of a `LayersState`."""
    layers, columns, hidden_size = state.hidden.shape
    seq_len, input_size = state.x.shape
    sizes = {"seq_len": seq_len, "batch": state.batch, "input_size": input_size}
    shapes = rnn_shapes(**sizes, hidden_size=hidden_size, num_layers=layers, batch_first=state.batch_first)
    first, last = state.units
    part = (
        ""
        if last - first + 1 == hidden_size
        else say("explorers.layers.part", first=first, last=last, size=hidden_size)
    )
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
        part=part,
    ).strip()
