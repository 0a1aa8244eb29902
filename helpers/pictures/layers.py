"""The grid of an `nn.RNN`: layers upwards, time to the right, one hue for one set of weights."""

from dataclasses import dataclass

import numpy as np

from helpers import style
from helpers.pictures.canvas import Scene, lay_down, picture
from helpers.pictures.sheet import Sheet
from helpers.pictures.tensors import colour_bar, shape_label, two_decimals
from helpers.recurrence import count_parameters, sequence_first, trace
from helpers.shapes import whole_number
from helpers.words import say

LIT = ("none", "output", "h_n", "both")
MOST_LAYERS, MOST_STEPS, MOST_HIDDEN, MOST_INPUT = len(style.LAYERS), 20, 32, 6
_SQUARE, _ROW, _X_ROW = 46, 22, 18
_GRID, _RIGHT = 250, 794  # between them stand h_0 and the steps, at their left the weights
_BASE, _ZONE, _GAP = 528, 470, 14  # the bottom of layer 0; the height that all layers share; least space between two
_X_TOP = 556
_WEIGHTS = 104  # left edge of the weights


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


class LayersScene(Scene):
    """x from below, h_0 from the left, weights once for each layer; `output` is the top row, `h_n` the last column."""

    size = (style.WIDTH, 672)

    def draw_still(self, figure, state):
        sheet = Sheet()
        colour_bar(sheet, 128, _X_TOP + 34, 100, [(say("pictures.value"), 1)], beyond=True)
        lay_down(figure, sheet)

    def draw_moving(self, sheet, state):
        layers, columns, hidden_size = state.hidden.shape
        share = _ZONE / layers
        row = min(_ROW, int((share - _GAP) // hidden_size))
        high = row * hidden_size
        pitch = min(share, high + 100)
        across = min((_RIGHT - _GRID) / columns, 92)
        wide = min(_SQUARE, across - 8)
        centres = _GRID + across * (np.arange(columns) + 0.5)
        tops = [round(_BASE - high - pitch * layer) for layer in range(layers)]
        for layer, top in enumerate(tops):
            hue = style.LAYERS[layer]
            self._weights(sheet, state, layer, top, high, hue)
            for t, centre in enumerate(centres):
                self._vector(sheet, state.hidden[layer, t], centre, top, wide, row, hue, self._when(state, layer, t))
                if t:
                    colour = hue.words if layer + t <= state.wave else style.FAINT
                    middle = top + high / 2
                    sheet.arrow([(centres[t - 1] + wide / 2 + 1, middle), (centre - wide / 2 - 3, middle)], colour)
                    below = _X_TOP - 3 if layer == 0 else tops[layer - 1] - 2
                    sheet.arrow([(centre, below), (centre, top + high + 3)], colour)
        self._inputs(sheet, state, centres, wide)
        self._ways_in_and_out(sheet, state, centres, tops[-1], high, wide)

    def _when(self, state, layer, t):
        """-1: still to come, 0: computed now, 1: done. h_0 is there from the start, and in the end all are done."""
        layers, columns, _ = state.hidden.shape
        return 1 if t == 0 or state.wave == layers + columns - 2 else int(np.sign(state.wave - layer - t))

    def _vector(self, sheet, values, centre, top, wide, row, hue, when):
        left, high = centre - wide / 2, row * len(values)
        if when >= 0:
            sheet.squares(left, top, values[:, None], wide, row, gap=1 if row > 4 else 0, numbers=two_decimals)
        sheet.box(left - 1, top - 1, wide + 1, high + 1, colour=hue.line if when >= 0 else style.FAINT)
        if when == 0:
            sheet.box(left - 3, top - 3, wide + 5, high + 5, line=3)

    def _weights(self, sheet, state, layer, top, high, hue):
        """The one set of weights of a layer, in its hue, left of its row."""
        middle = top + high / 2
        count = say("pictures.networks.parameters", count=state.parameters[layer]).split(" ")
        lines = [say("pictures.layers.layer", layer=layer), *count]
        for place, line in enumerate(lines):
            sheet.text(8, middle + 17 * (place - 1), line, align="left", colour=hue.words, bold=place == 0)
        for place, (name, weights) in enumerate(zip(("W_ih", "W_hh"), state.weights[layer], strict=True)):
            rows, across = weights.shape
            each = min(7, max(1, 48 // max(rows, across)))
            left, corner = _WEIGHTS + 62 * place, round(middle - rows * each / 2 + 8)
            sheet.pixels(left, corner, style.fill(weights), each)
            sheet.box(left, corner, across * each, rows * each, colour=hue.line, line=1.5)
            sheet.text(left - 1, corner - 11, name, align="left", family="mono", colour=hue.words)

    def _inputs(self, sheet, state, centres, wide):
        high = _X_ROW * state.x.shape[1]
        room = centres[1] - centres[0] >= 34
        last = len(centres) - 1
        for t, centre in enumerate(centres[1:], start=1):
            left = centre - wide / 2
            sheet.squares(left, _X_TOP, state.x[t - 1][:, None], wide, _X_ROW, numbers=two_decimals)
            sheet.box(left - 1, _X_TOP - 1, wide + 1, high + 1, colour=style.INPUT.line)
            if room or t in (1, last):
                name = f"x_{t}"
                sheet.text(centre, _X_TOP + high + 13, name, family="mono", colour=style.INPUT.words)
        sheet.text(centres[0], _BASE + 14, "h_0", family="mono")

    def _ways_in_and_out(self, sheet, state, centres, top, high, wide):
        layers, _, hidden_size = state.hidden.shape
        steps, input_size = state.x.shape
        lit = {name: state.lit in (name, "both") for name in ("output", "h_n")}
        ends = centres[1] - wide / 2, centres[-1] + wide / 2
        if lit["output"]:
            sheet.box(ends[0] - 7, top - 6, ends[1] - ends[0] + 13, high + 11, line=2.5)
        if lit["h_n"]:
            left = centres[-1] - wide / 2
            sheet.box(left - 5, top - 9, wide + 9, _BASE - top + 17, line=2.5, dashed=True)
        layer_sizes = {"num_layers": layers, "batch": state.batch, "hidden_size": hidden_size}
        label = shape_label("output", seq_len=steps, batch=state.batch, hidden_size=hidden_size)
        self._name(sheet, ends[0], top - 22, label, "left", lit["output"])
        right = max(ends[1], 8 + ends[0] + 350)
        self._name(sheet, right, top - 42, shape_label("h_n", **layer_sizes), "right", lit["h_n"])
        if lit["h_n"] and centres[-1] > ends[0] + 356:  # where the name of output leaves room for it
            sheet.line([(centres[-1], top - 33), (centres[-1], top - 10)], dashed=True)
        y = self.size[1] - 12
        sheet.text(8, y, shape_label("h_0", **layer_sizes), align="left", family="mono")
        label = shape_label("input", seq_len=steps, batch=state.batch, input_size=input_size)
        sheet.text(style.WIDTH - 8, y, label, align="right", family="mono", colour=style.INPUT.words, bold=True)
        if state.batch > 1:
            sample = say("pictures.layers.sample", sample=state.sample, last=state.batch - 1)
            sheet.text(8, 14, sample, align="left")

    def _name(self, sheet, x, y, label, align, lit):
        sheet.text(x, y, label, align=align, family="mono", bold=lit, colour=style.INK if lit else "#6a6a6a")


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
        raise ValueError(say("errors.drawing", name="lit", expected=", ".join(LIT), got=repr(lit)))
    state = layers_state(rnn, inputs, sample, wave, lit, h_0)
    sizes = dict(
        layers=say("pictures.layers.layers", count=rnn.num_layers), steps=len(inputs), parameters=count_parameters(rnn)
    )
    last = "; ".join(", ".join(two_decimals(value) for value in layer[-1][:8]) for layer in state.hidden)
    return picture(LayersScene(), state, say("pictures.layers.alt", **sizes, sample=sample, last=last))
