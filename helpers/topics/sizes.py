"""Shapes as pictures: the sizes of a sequence, what goes into an RNN and comes out, and one step of a cell."""

from helpers.drawing import letters
from helpers.drawing.colours import HIDDEN, INPUT, LAYERS, WEIGHT
from helpers.drawing.parts import LINE, colour_bar, named_shape, shape_lines
from helpers.drawing.sheet import STILL, Picture, Rect, Sheet
from helpers.recurrence import sequence_first, trace
from helpers.shapes import whole_number
from helpers.topics.cell import check_cell
from helpers.words import say

_MOST = 8
_MOST_SHOWN = {"seq_len": 5, "batch": 3, "input_size": 6, "hidden_size": 6, "num_layers": 4}
_SQUARE, _PITCH = 20, 34  # a number, and from one time step to the next
_ASIDE, _BEHIND = 8, 14  # how far a sample stands behind the one before it
_LEFT = 8
_SIGN, _TANH = 24, 46  # from one tensor of a formula to the next; room for `tanh`


def draw_sizes(rnn, dataset):
    """A `Picture` of a dataset and of the hidden states that an RNN makes of it, their axes named.

    rnn: an `nn.RNN` or `nn.RNNCell`; dataset: (seq_len, batch, input_size). Time runs to the right, the
    numbers of one step downwards, samples stand behind one another.

    Raises ValueError when there are more than 5 steps, 3 samples or 6 numbers a step, and what
    `helpers.trace` raises.
    """
    output = trace(rnn, dataset).output
    sequence_first(rnn, dataset)
    sizes = dict(zip(("seq_len", "batch", "input_size"), dataset.shape, strict=True))
    sizes |= {"hidden_size": output.shape[-1]}
    _check(sizes)
    bottom = 12 + max(sizes["input_size"], sizes["hidden_size"]) * _SQUARE + sizes["batch"] * _BEHIND
    sheet = Sheet()
    left = _LEFT + round(_mono("input_size 6")) + 26
    end = _block(sheet, dataset, left, bottom, INPUT, "dataset", "input_size")
    left = max(end, STILL // 2 - 6) + round(_mono("hidden_size 6")) + 26
    steps = sizes["seq_len"]
    _block(sheet, output, left, bottom, HIDDEN, f"h_1 ... h_{steps}" if steps > 1 else "h_1", "hidden_size")
    colour_bar(sheet, _LEFT, bottom + 80, say("pictures.value"), beyond=True)
    return Picture(sheet, say("pictures.sizes.alt", **sizes))


def _mono(words):
    return letters.width(words, family="mono", bold=True)


def _check(sizes):
    for name, size in sizes.items():
        whole_number(name, size, 1, _MOST_SHOWN[name])


def _block(sheet, tensor, left, bottom, role, name, last_axis):
    """A tensor (seq_len, batch, n) as columns of squares, the first sample in front; returns its right end."""
    seq_len, batch, entries = tensor.shape
    top = bottom - entries * _SQUARE
    for t in range(seq_len):
        x = left + _PITCH * t
        if name == "dataset":
            _samples(sheet, tensor[t], x, bottom, role, f"dataset[{t}, {{}}]", last_axis)
        else:
            before = [f"dataset[{step}, {{}}]" for step in range(t + 1)]
            _samples(sheet, tensor[t], x, bottom, role, f"h_{t + 1}[{{}}]", last_axis, before)
    end, plain = left + _PITCH * seq_len - 8, dict(colour=role.words, family="mono")
    sheet.arrow([(left, bottom + 14), (end, bottom + 14)], role.words)
    sheet.text(left, bottom + 30, f"seq_len {seq_len}", **plain)
    sheet.arrow([(left - 12, top), (left - 12, bottom)], role.words)
    sheet.text(left - 20, (top + bottom) / 2, f"{last_axis} {entries}", align="right", **plain)
    aside, behind = _ASIDE * batch, _BEHIND * batch
    sheet.arrow([(left - 10, top - 4), (left - 10 + aside, top - 4 - behind)], role.words)
    sheet.text(left - 14, top - 2 - behind / 2, f"batch {batch}", align="right", **plain)
    label = f"{name} ({seq_len}, {batch}, {entries})"
    sheet.text(left - 20 - _mono(f"{last_axis} {entries}"), bottom + 54, label, role.words, family="mono", bold=True)
    return left + _PITCH * seq_len + _ASIDE * (batch - 1)


def _samples(sheet, values, left, bottom, role, name, axis, sources=()):
    """One column of squares for each sample, (batch, n), the first one in front.

    name, sources: with a place `{}` for the number of the sample.
    """
    top = bottom - values.shape[1] * _SQUARE
    for sample, column in reversed(list(enumerate(values.numpy()))):
        x, y = left + _ASIDE * sample, top - _BEHIND * sample
        sheet.patch(Rect(x, y, x + _SQUARE - 1, bottom - _BEHIND * sample - 1).grown(2), role.line)
        names = dict(name=name.format(sample), sources=tuple(source.format(sample) for source in sources))
        sheet.grid(column, x, y, _SQUARE, _SQUARE, axes=(axis,), **names)


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
    _check(sizes)
    sheet = Sheet()
    layers, batch, hidden_size = h_0.shape
    behind, column, middle = _BEHIND * (batch - 1), hidden_size * _SQUARE, STILL // 2
    each = max(column + behind + 14, 50)  # how much of the height one layer takes
    top = 10 + column + behind  # below output
    floor = top + 62 + layers * each  # below h_0 and h_n of layer 0
    low = floor + 52 + _BEHIND * (batch - 1) + sizes["input_size"] * _SQUARE  # below input
    left = middle - (_PITCH * (len(inputs) - 1) + _SQUARE + _ASIDE * (batch - 1)) // 2
    for t in range(len(inputs)):
        before = [f"input[{step}, {{}}]" for step in range(t + 1)] + [f"h_0[{layer}, {{}}]" for layer in range(layers)]
        hue, x = LAYERS[layers - 1], left + _PITCH * t
        _samples(sheet, found.output[t], x, top, hue, f"output[{t}, {{}}]", "hidden_size", before)
        _samples(sheet, inputs[t], x, low, INPUT, f"input[{t}, {{}}]", "input_size")
    sequence = {name: sizes[name] for name in ("seq_len", "batch")}
    plain = dict(align="center", family="mono", bold=True)
    sheet.text(
        middle, top + 18, named_shape("output", **sequence, hidden_size=hidden_size), LAYERS[layers - 1].words, **plain
    )
    words = named_shape("input", **sequence, input_size=sizes["input_size"])
    sheet.text(middle, low + 18, words, INPUT.words, **plain)
    h_left, h_right = 136, STILL - 136 - _SQUARE - _ASIDE * (batch - 1)
    above = top + 30  # where the arrow out of a layer ends
    for layer in reversed(range(layers)):
        hue, bottom = LAYERS[layer], floor - layer * each
        before = [f"input[{t}, {{}}]" for t in range(len(inputs))] + [
            f"h_0[{below}, {{}}]" for below in range(layer + 1)
        ]
        _samples(sheet, h_0[layer], h_left, bottom, hue, f"h_0[{layer}, {{}}]", "hidden_size")
        _samples(sheet, found.h_n[layer], h_right, bottom, hue, f"h_n[{layer}, {{}}]", "hidden_size", before)
        height = bottom - (column + behind) // 2
        box = Rect(middle - 76, height - 14, middle + 76, height + 14)
        sheet.box(box, hue.line)
        sheet.text(middle, height, say("pictures.layers.layer", layer=layer), hue.words, align="center", bold=True)
        start = h_left + _SQUARE + _ASIDE * (batch - 1) + 6
        sheet.arrow([(start, height), (box.left - 5, height)], hue.words, 2)
        sheet.arrow([(box.right + 4, height), (h_right - 6, height)], hue.words, 2)
        sheet.arrow([(middle, box.top - 4), (middle, above)], width=2)
        above = box.bottom + 5
    sheet.arrow([(middle, low - sizes["input_size"] * _SQUARE - behind - 6), (middle, above)], width=2)
    axes = {name: sizes[name] for name in ("num_layers", "batch", "hidden_size")}
    centre = floor - (layers * each - 14) / 2
    _lines(sheet, h_left - 10, centre, "right", "h_0", axes)
    _lines(sheet, STILL - h_left + 10, centre, "left", "h_n", axes)
    colour_bar(sheet, _LEFT, low + 40, say("pictures.value"), beyond=True)
    alt = say("pictures.sizes.rnn_alt", **sizes, layers=say("pictures.layers.layers", count=layers))
    return Picture(sheet, alt)


def _lines(sheet, x, middle, align, name, axes):
    """A name, and below it its shape, one axis a line."""
    lines = shape_lines(name, **axes)
    for line, words in enumerate(lines):
        y = middle + LINE * (line - (len(lines) - 1) / 2)
        sheet.text(x, y, words, align=align, family="mono", bold=line == 0)


def draw_constructor(cell):
    """A `Picture` of what `nn.RNNCell(input_size, hidden_size)` makes: two weights and two biases, and their sizes.

    Raises ValueError when a size is more than 8, TypeError when `cell` is no `nn.RNNCell`.
    """
    check_cell(cell)
    sizes = {"input_size": cell.input_size, "hidden_size": cell.hidden_size}
    for name, size in sizes.items():
        whole_number(name, size, 1, _MOST)
    hues = {"input_size": INPUT.words, "hidden_size": HIDDEN.words}
    sheet, x = Sheet(), float(_LEFT)
    code = [("nn.RNNCell(", "ink"), (f"input_size={cell.input_size}", hues["input_size"]), (", ", "ink")]
    code += [(f"hidden_size={cell.hidden_size}", hues["hidden_size"]), (")", "ink")]
    for words, colour in code:
        x = sheet.text(x, 16, words, colour, size=18, family="mono", bold=True).right + 1.5
    left, top, bottom = _LEFT + 2, 70, 70 + cell.hidden_size * _SQUARE
    axes = {"weight_ih": ("hidden_size", "input_size"), "weight_hh": ("hidden_size", "hidden_size")}
    for name, values in cell.named_parameters():
        names = axes.get(name, ("hidden_size",))
        look = dict(name=name, axes=names, role=WEIGHT)
        rect = sheet.grid(values.detach().numpy(), left, top, _SQUARE, _SQUARE, **look)
        sheet.label(rect, name, WEIGHT, one=False)
        right = rect.right
        for row, (axis, sign) in enumerate(zip(names, "↓→", strict=False)):
            words = f"{sign} {axis} {sizes[axis]}"
            right = max(right, sheet.text(left - 2, bottom + 16 + 20 * row, words, hues[axis], family="mono").right)
        left = round(right) + 24
    colour_bar(sheet, _LEFT, bottom + 64, say("pictures.value"), beyond=True)
    return Picture(sheet, say("pictures.sizes.constructor_alt", **sizes))


def draw_cell_shapes(cell, x, h):
    """A `Picture` of one step of an `nn.RNNCell` for a whole batch, each tensor as a grid with its shape.

    x: (batch, input_size), h: (batch, hidden_size). The weights are drawn turned, as `x @ W_ih.T` reads them.
    Raises TypeError when `cell` is no `nn.RNNCell`, ValueError when it has no biases or a size is more than 8, and
    what `helpers.trace` raises.
    """
    check_cell(cell)
    if not cell.bias:
        raise ValueError(say("errors.drawing", name="cell.bias", expected="True", got="False"))
    now = trace(cell, x.unsqueeze(0), h).output[0]
    sizes = {"batch": len(x), "input_size": x.shape[1], "hidden_size": h.shape[1]}
    for name, size in sizes.items():
        whole_number(name, size, 1, _MOST)
    batch, hidden = "batch", "hidden_size"
    rows = [
        [
            ("x", x, INPUT, (batch, "input_size")),
            ("W_ih.T", cell.weight_ih.T, WEIGHT, ("input_size", hidden)),
            ("b_ih", cell.bias_ih[None], WEIGHT, ("1", hidden)),
        ],
        [
            ("h", h, HIDDEN, (batch, hidden)),
            ("W_hh.T", cell.weight_hh.T, WEIGHT, (hidden, hidden)),
            ("b_hh", cell.bias_hh[None], WEIGHT, ("1", hidden)),
        ],
    ]
    sheet = Sheet()
    side = _SQUARE if max(sizes.values()) <= 6 else 16
    highest = [max(len(values) for _, values, *_ in row) * side for row in rows]
    middles = [10 + highest[0] // 2, 10 + highest[0] + 52 + highest[1] // 2]
    left = 28
    sheet.text(14, middles[1], "+", size=18, align="center")
    for place in range(3):
        pair = [row[place] for row in rows]
        wide = max(max(values.shape[1] * side, _mono(_shape(name, values))) for name, values, *_ in pair)
        for (name, values, role, axes), middle in zip(pair, middles, strict=True):
            _tensor(sheet, name, values.detach().numpy(), left + wide / 2, middle, side, role, axes)
            if place < 2:
                sheet.text(left + wide + _SIGN / 2, middle, "@+"[place], size=16, align="center")
        left += round(wide) + _SIGN
    sources = tuple(name for row in rows for name, *_ in row)
    middle = sum(middles) // 2
    start = left - _SIGN + 6
    sheet.arrow([(start, middle), (start + _TANH, middle)], width=2)
    sheet.text(start + _TANH / 2, middle - 16, cell.nonlinearity, family="mono", align="center")
    wide = max(now.shape[1] * side, _mono(_shape("new h", now)))
    centre = start + _TANH + 10 + wide / 2
    _tensor(sheet, "new h", now.numpy(), centre, middle, side, HIDDEN, (batch, hidden), sources)
    low = middles[1] + highest[1] // 2
    colour_bar(sheet, _LEFT, low + 48, say("pictures.value"), beyond=True)
    return Picture(sheet, say("pictures.sizes.step_alt", **sizes, nonlinearity=cell.nonlinearity))


def _shape(name, values):
    """A name with the shape that the tensor has in PyTorch; a bias has one axis."""
    return f"{name} {tuple(values.shape)}" if name[0] != "b" else f"{name} ({values.shape[1]},)"


def _tensor(sheet, name, values, centre, middle, side, role, axes, sources=()):
    """A tensor in the middle of its place, its name with its shape below it."""
    rows, columns = values.shape
    names = dict(name=name, axes=axes, sources=sources)
    left, top = round(centre - side * columns / 2), middle - side * rows // 2
    rect = sheet.grid(values, left, top, side, side, role=role, **names)
    sheet.label(rect, _shape(name, values), role, below=True)
