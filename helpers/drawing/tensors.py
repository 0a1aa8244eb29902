"""Tensors as grids of squares: one of one or two axes, and a hidden state over time."""

from helpers.drawing.colours import HIDDEN
from helpers.drawing.letters import decimals
from helpers.drawing.parts import ROW, SQUARE, colour_bar, fitting_shape, named_shape, room
from helpers.drawing.sheet import MARGIN, STILL, Picture, Sheet
from helpers.shapes import whole_number
from helpers.words import say

_LARGEST = 40  # rows or columns of a tensor that can still be told apart


def draw_tensor(tensor, name, axes, role=HIDDEN, limit=1.0, pixels=False):
    """A `Picture` of a tensor of one or two axes as a grid of squares, with its name and shape.

    tensor: (rows,) drawn as one column, or (rows, columns). axes: the name of each axis, such as
    ("hidden_size", "input_size"). limit: the value whose colour is full. role: a hue of `helpers.drawing.colours`.
    pixels: True for an image, whose squares have equal sides and no numbers.

    Raises TypeError when `tensor` is no tensor, ValueError when its axes do not fit or it is too large to read.
    """
    if not hasattr(tensor, "detach"):
        raise TypeError(say("errors.not_a_tensor", name="tensor", got=type(tensor).__name__))
    values = tensor.detach().float().cpu().numpy()
    if values.ndim not in (1, 2) or len(axes) != values.ndim or not values.size or max(values.shape) > _LARGEST:
        expected = say("pictures.tensor_expected", most=_LARGEST)
        raise ValueError(say("errors.drawing", name="tensor", expected=expected, got=tuple(values.shape)))
    grid = values[:, None] if values.ndim == 1 else values
    rows, columns = grid.shape
    width, height = min(SQUARE, (STILL - 2 * MARGIN) // columns), max(min(ROW, 400 // rows), 6)
    if pixels:
        width = height = min(width, height)
    sheet, shape = Sheet(), dict(zip(axes, values.shape, strict=True))
    label = fitting_shape(STILL - 2 * MARGIN, name, **shape)
    sheet.text(MARGIN, 14, label, role.words, family="mono", bold=True)
    numbers = None if pixels else room(width, height, grid, limit=limit)
    rect = sheet.grid(
        grid, MARGIN + 2, 32, width, height, limit=limit, gap=0 if pixels else 1, numbers=numbers, role=role,
        name=name, axes=tuple(axes),
    )  # fmt: skip
    colour_bar(sheet, MARGIN, rect.bottom + 18, say("pictures.value"), limit, beyond=bool(abs(grid).max() > limit))
    return Picture(sheet, say("pictures.tensor_alt", label=label, least=grid.min(), most=grid.max()))


def draw_hidden(trace, sample=0, layer=-1):
    """A `Picture` of one layer's hidden state at every step, h_0 first: time to the right, units downwards.

    trace: what `helpers.trace` returned. sample, layer: which one of the batch and of the layers.
    Raises ValueError when the sequence is too long to read.
    """
    layers = len(trace.hidden)
    states = trace.hidden[whole_number("layer", layer, -layers, layers - 1), :, sample].numpy()
    steps, hidden_size = states.shape
    if steps > _LARGEST:
        expected = say("pictures.hidden_expected", most=_LARGEST - 1)
        raise ValueError(say("errors.drawing", name="trace", expected=expected, got=steps - 1))
    sheet, pitch = Sheet(), min(60, (STILL - 2 * MARGIN - 24) // steps)
    width, height = min(SQUARE, pitch - max(4, pitch // 4)), max(2, min(ROW, 240 // hidden_size))
    sheet.text(MARGIN, 14, named_shape("h_t", hidden_size=hidden_size), HIDDEN.words, family="mono", bold=True)
    numbers = room(width, height, states)
    for step, state in enumerate(states):
        label = f"h_{step}" if pitch >= 40 or step in (0, steps - 1) else None
        sources = (f"h[{step - 1}]",) if step else ()
        rect = sheet.grid(
            state, MARGIN + 6 + pitch * step, 32, width, height, numbers=numbers, role=HIDDEN, label=label, below=True,
            name=f"h[{step}]", axes=("hidden_size",), sources=sources, gap=1 if height > 4 else 0,
        )  # fmt: skip
    beyond = bool(abs(states).max() > 1)
    colour_bar(sheet, MARGIN, rect.bottom + 38, say("pictures.value"), beyond=beyond)
    last = ", ".join(decimals(value) for value in states[-1][:8])
    return Picture(sheet, say("pictures.hidden_alt", steps=steps - 1, hidden_size=hidden_size, last=last))
