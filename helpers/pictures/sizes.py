"""Shapes as pictures: the four sizes of a sequence, and the shapes of one step of a cell."""

from helpers import style
from helpers.pictures.canvas import DRAWING, Picture, blank_figure, lay_down
from helpers.pictures.sheet import Sheet
from helpers.pictures.tensors import colour_bar, shape_label
from helpers.recurrence import trace
from helpers.shapes import whole_number
from helpers.words import say

_MOST = 8
_MOST_SHOWN = {"seq_len": 5, "batch": 3, "input_size": 6, "hidden_size": 6}  # of a whole dataset
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
        colour_bar(sheet, style.WIDTH - 190, high + 112, 160, [(say("pictures.cell.limits"), 1)])
        figure = blank_figure(style.WIDTH, high + 136)
        lay_down(figure, sheet)
    return Picture(figure, say("pictures.sizes.alt", **sizes))


def _block(sheet, tensor, left, bottom, role, name, last_axis):
    """A tensor (seq_len, batch, n) as columns of squares, the first sample in front."""
    seq_len, batch, entries = tensor.shape
    high = entries * _SQUARE
    for sample in reversed(range(batch)):
        for step in range(seq_len):
            x, y = left + _PITCH * step + _ASIDE * sample, bottom - high - _BEHIND * sample
            sheet.patch(x - 2, y - 2, _SQUARE + 3, high + 3, role.line)
            sheet.squares(x, y, tensor[step, sample][:, None].numpy(), _SQUARE, _SQUARE, gap=1)
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
        colour_bar(sheet, style.WIDTH - 190, 2 * tall + 172, 160, [(say("pictures.cell.limits"), 1)])
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
