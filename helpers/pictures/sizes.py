"""Shapes as pictures: the sizes of a sequence, what goes into an RNN and comes out, and one step of a cell."""

from torch import nn

from helpers import style
from helpers.pictures import lettering
from helpers.pictures.canvas import DRAWING, Picture, blank_figure, lay_down
from helpers.pictures.sheet import Sheet
from helpers.pictures.tensors import colour_bar, shape_label
from helpers.recurrence import sequence_first, trace
from helpers.shapes import whole_number
from helpers.words import say

_MOST = 8
_MOST_SHOWN = {"seq_len": 5, "batch": 3, "input_size": 6, "hidden_size": 6, "num_layers": 4}
_SQUARE, _PITCH = 20, 34  # a number, and from one time step to the next, in pixels
_ASIDE, _BEHIND = 8, 14  # how far a sample stands behind the one before it


def draw_sizes(rnn, dataset):
    """A `Picture` of a dataset and of the hidden states that an RNN makes of it, their axes named.

    rnn: an `nn.RNN` or `nn.RNNCell`; dataset: (seq_len, batch, input_size). Time runs to the right, the
    numbers of one step downwards, samples stand behind one another.

    Raises ValueError when there are more than 5 steps, 3 samples or 6 numbers a step, and what
    `helpers.trace` raises.
    """
    output = trace(rnn, dataset).output
    sequence_first(rnn, dataset)
    sizes = dict(zip(("seq_len", "batch", "input_size"), dataset.shape, strict=True)) | {
        "hidden_size": output.shape[-1]
    }
    for name, size in sizes.items():
        whole_number(name, size, 1, _MOST_SHOWN[name])
    batch, input_size, hidden_size = sizes["batch"], sizes["input_size"], sizes["hidden_size"]
    high = max(input_size, hidden_size) * _SQUARE + batch * _BEHIND
    with DRAWING:
        sheet = Sheet()
        _block(sheet, dataset, 130, 20 + high, style.INPUT, "dataset", "input_size")
        _block(sheet, output, 530, 20 + high, style.HIDDEN, "h_1 ...", "hidden_size")
        colour_bar(sheet, style.WIDTH - 190, high + 112, 160, [(say("pictures.value"), 1)], beyond=True)
        figure = blank_figure(style.WIDTH, high + 136)
        lay_down(figure, sheet)
    return Picture(figure, say("pictures.sizes.alt", **sizes))


def _block(sheet, tensor, left, bottom, role, name, last_axis):
    """A tensor (seq_len, batch, n) as columns of squares, the first sample in front."""
    seq_len, batch, entries = tensor.shape
    high = entries * _SQUARE
    for step in range(seq_len):
        _samples(sheet, tensor[step], left + _PITCH * step, bottom, role)
    end = left + _PITCH * seq_len
    sheet.arrow([(left, bottom + 14), (end, bottom + 14)], colour=role.words)
    sheet.text(left, bottom + 30, f"seq_len {seq_len}", align="left", family="mono", colour=role.words)
    sheet.arrow([(left - 12, bottom - high), (left - 12, bottom)], colour=role.words)
    sheet.text(left - 20, bottom - high / 2, f"{last_axis} {entries}", align="right", family="mono", colour=role.words)
    aside, behind = _ASIDE * batch, _BEHIND * batch
    sheet.arrow([(end, bottom), (end + aside, bottom - behind)], colour=role.words)
    sheet.text(end + aside + 4, bottom - behind / 2, f"batch {batch}", align="left", family="mono", colour=role.words)
    label = shape_label(name, seq_len=seq_len, batch=batch, **{last_axis: entries})
    sheet.text(left - 122, bottom + 58, label, align="left", family="mono", bold=True, colour=role.words)


def _samples(sheet, values, left, bottom, role):
    """One column of squares for each sample, (batch, n), the first one in front."""
    high = values.shape[1] * _SQUARE
    for sample, column in reversed(list(enumerate(values.numpy()))):
        x, y = left + _ASIDE * sample, bottom - high - _BEHIND * sample
        sheet.patch(x - 2, y - 2, _SQUARE + 3, high + 3, role.line)
        sheet.squares(x, y, column[:, None], _SQUARE, _SQUARE, gap=1)


def draw_rnn_shapes(rnn, inputs, h_0):
    """A `Picture` of what goes into an `nn.RNN` and what comes out of it, each block with its shape.

    inputs: (seq_len, batch, input_size); h_0: (num_layers, batch, hidden_size). Inputs come from below, h_0
    from the left, output goes out above, h_n at the right; time runs to the right, layers upwards.

    Raises ValueError when there are more than 5 steps, 3 samples, 6 numbers a step or 4 layers, and what
    `helpers.trace` raises.
    """
    found = trace(rnn, inputs, h_0)
    sequence_first(rnn, inputs)
    sizes = dict(zip(("seq_len", "batch", "input_size"), inputs.shape, strict=True))
    sizes |= {"hidden_size": rnn.hidden_size, "num_layers": rnn.num_layers}
    for name, size in sizes.items():
        whole_number(name, size, 1, _MOST_SHOWN[name])
    layers, batch, hidden_size = h_0.shape
    behind, column = _BEHIND * (batch - 1), hidden_size * _SQUARE
    each = column + behind + 12  # how much of the height one layer takes
    top = 24 + column + behind  # where output stands
    uppermost = style.LAYERS[layers - 1]  # the layer that output comes from
    floor = top + 76 + layers * max(each, 46)  # where h_0 and h_n stand
    with DRAWING:
        sheet = Sheet()
        left = style.WIDTH / 2 - _PITCH * len(inputs) / 2
        for t in range(len(inputs)):
            _samples(sheet, found.output[t], left + _PITCH * t, top, uppermost)
            _samples(sheet, inputs[t], left + _PITCH * t, floor + 74 + sizes["input_size"] * _SQUARE, style.INPUT)
        for layer in range(layers):
            hue, place = style.LAYERS[layer], floor - layer * max(each, 46)
            _samples(sheet, h_0[layer], 140, place, hue)
            _samples(sheet, found.h_n[layer], 630, place, hue)
            middle = place - (column + behind) / 2
            sheet.box(310, middle - 15, 180, 30, colour=hue.line)
            sheet.text(400, middle, say("pictures.layers.layer", layer=layer), colour=hue.words, bold=True)
            for start, end in ((164 + _ASIDE * batch, 305), (493, 622)):
                sheet.arrow([(start, middle), (end, middle)], colour=hue.words, width=2)
            above = place - max(each, 46) - (column + behind) / 2 + 18
            sheet.arrow([(400, middle - 18), (400, top + 32 if layer == layers - 1 else above)], width=2)
        below = floor - (column + behind) / 2 + 18
        sheet.arrow([(400, floor + 70 - behind), (400, below)], width=2)
        state = {name: sizes[name] for name in ("num_layers", "batch", "hidden_size")}
        leading = {name: sizes[name] for name in ("seq_len", "batch")}
        label = shape_label("output", **leading, hidden_size=hidden_size)
        sheet.text(400, top + 18, label, family="mono", bold=True, colour=uppermost.words)
        y = floor + 94 + sizes["input_size"] * _SQUARE
        label = shape_label("input", **leading, input_size=sizes["input_size"])
        sheet.text(400, y, label, family="mono", bold=True, colour=style.INPUT.words)
        for x, name, align in ((8, "h_0", "left"), (style.WIDTH - 8, "h_n", "right")):
            label = shape_label(name, **state)
            sheet.text(x, floor + 22, label, align=align, family="mono", bold=True)
        colour_bar(sheet, style.WIDTH - 190, y + 36, 160, [(say("pictures.value"), 1)], beyond=True)
        figure = blank_figure(style.WIDTH, round(y + 60))
        lay_down(figure, sheet)
    words = say("pictures.layers.layers", count=layers)
    return Picture(figure, say("pictures.sizes.rnn_alt", **sizes, layers=words))


def draw_constructor(cell):
    """A `Picture` of what `nn.RNNCell(input_size, hidden_size)` makes: two weights and two biases, and their sizes.

    Raises ValueError when a size is more than 8, TypeError when `cell` is no `nn.RNNCell`.
    """
    if not isinstance(cell, nn.RNNCell):
        raise TypeError(say("errors.drawing", name="cell", expected="an nn.RNNCell", got=type(cell).__name__))
    sizes = {"input_size": cell.input_size, "hidden_size": cell.hidden_size}
    for name, size in sizes.items():
        whole_number(name, size, 1, _MOST)
    hues = {"input_size": style.INPUT.words, "hidden_size": style.HIDDEN.words}
    parts = (
        ("weight_ih", cell.weight_ih, ("hidden_size", "input_size")),
        ("weight_hh", cell.weight_hh, ("hidden_size", "hidden_size")),
        ("bias_ih", cell.bias_ih[:, None], ("hidden_size",)),
        ("bias_hh", cell.bias_hh[:, None], ("hidden_size",)),
    )
    high = cell.hidden_size * _SQUARE
    with DRAWING:
        sheet = Sheet()
        code = [("nn.RNNCell(", style.INK), (f"input_size={cell.input_size}", hues["input_size"])]
        code += [(", ", style.INK), (f"hidden_size={cell.hidden_size}", hues["hidden_size"]), (")", style.INK)]
        x = 30.0
        for words, colour in code:
            sheet.text(x, 24, words, size=18, align="left", family="mono", colour=colour, bold=True)
            x += lettering.width(words, 18, "mono", True)
        for place, (name, values, axes) in enumerate(parts):
            left = (40, 280, 520, 670)[place]
            wide = values.shape[1] * _SQUARE
            sheet.text(left, 64, name, align="left", family="mono", colour=style.WEIGHT.words, bold=True)
            sheet.squares(left, 82, values.detach().numpy(), _SQUARE, _SQUARE)
            sheet.box(left - 1, 81, wide + 1, high + 1, colour=style.WEIGHT.line)
            for row, (axis, sign) in enumerate(zip(axes, "↓→", strict=False)):
                label = f"{sign} {axis} {sizes[axis]}"
                sheet.text(left, 82 + high + 18 + 22 * row, label, align="left", family="mono", colour=hues[axis])
        colour_bar(sheet, style.WIDTH - 190, high + 156, 160, [(say("pictures.value"), 1)], beyond=True)
        figure = blank_figure(style.WIDTH, high + 180)
        lay_down(figure, sheet)
    return Picture(figure, say("pictures.sizes.constructor_alt", **sizes))


def draw_cell_shapes(cell, x, h):
    """A `Picture` of one step of an `nn.RNNCell` for a whole batch, each tensor as a grid with its shape.

    x: (batch, input_size), h: (batch, hidden_size). The weights are drawn turned, as `x @ W_ih.T` reads them.
    Raises ValueError when a size is more than 8, and what `helpers.trace` raises.
    """
    now = trace(cell, x.unsqueeze(0), h).output[0]
    for name, size in (("batch", len(x)), ("input_size", x.shape[1]), ("hidden_size", h.shape[1])):
        whole_number(name, size, 1, _MOST)
    from_x, from_h = cell.weight_ih.T, cell.weight_hh.T
    biases = cell.bias_ih[None], cell.bias_hh[None]
    rows = [
        [("x", x, style.INPUT), ("W_ih.T", from_x, style.WEIGHT), ("bias_ih", biases[0], style.WEIGHT)],
        [("h", h, style.HIDDEN), ("W_hh.T", from_h, style.WEIGHT), ("bias_hh", biases[1], style.WEIGHT)],
    ]
    tall = _SQUARE * max(x.shape[1], h.shape[1], len(x))
    with DRAWING:
        sheet = Sheet()
        for place, (row, signs) in enumerate(zip(rows, ("@+", "@+"), strict=True)):
            left, middle = 40, 40 + tall / 2 + place * (tall + 60)
            if place:
                sheet.text(20, middle, "+", size=18)
            for column, (name, values, role) in enumerate(row):
                _grid(sheet, name, values.detach().numpy(), left, middle, role)
                if column < 2:
                    sheet.text(left + 172, middle, signs[column], size=18)
                left += 190
        centre = 40 + tall + 30
        sheet.arrow([(590, centre - 18), (636, centre - 18)], width=2)
        sheet.text(612, centre - 36, "tanh", family="mono")
        _grid(sheet, "h", now.numpy(), 646, centre - 18, style.HIDDEN)
        colour_bar(sheet, style.WIDTH - 190, 2 * tall + 172, 160, [(say("pictures.value"), 1)], beyond=True)
        figure = blank_figure(style.WIDTH, 2 * tall + 196)
        lay_down(figure, sheet)
    sizes = {"batch": len(x), "input_size": x.shape[1], "hidden_size": h.shape[1]}
    return Picture(figure, say("pictures.sizes.step_alt", **sizes))


def _grid(sheet, name, values, left, middle, role):
    rows, columns = values.shape
    side = min(_SQUARE, 150 // columns)
    top = middle - side * rows / 2
    sheet.squares(left, top, values, side, side)
    sheet.box(left - 1, top - 1, side * columns + 1, side * rows + 1, colour=role.line)
    shape = str(tuple(values.shape)) if name[:4] != "bias" else f"({columns},)"
    label, y = f"{name} {shape}", top + side * rows + 16
    sheet.text(left, y, label, align="left", family="mono", colour=role.words, bold=True)
