"""Tensors as grids of squares, hidden states over time, and the colour bar that explains both."""

import numpy as np
import torch

from helpers import style
from helpers.pictures import lettering
from helpers.pictures.canvas import DRAWING, Picture, blank_figure, lay_down
from helpers.pictures.sheet import Sheet
from helpers.shapes import named_shape
from helpers.words import say

_LARGEST = 40  # rows or columns of a tensor that can still be told apart


def shape_label(name, **axes):
    """A name with its shape: `h_1 (batch 1, hidden_size 2)`."""
    return f"{name} {named_shape(axes)}"


def two_decimals(value):
    """A value as it is written into a square."""
    return f"{value:z.2f}".replace("-", "−")


def colour_bar(sheet, x, y, width, limits, least=-1, beyond=False):
    """A horizontal bar of the diverging scale. limits: pairs (words, limit); each labels the bar once.

    The first pair stands above the bar, a second one below it. least: 0 for what is never negative. beyond: whether
    there may be values beyond the ends, which have the colour of the end.
    """
    sheet.squares(x, y, np.linspace(least, 1, 41)[None], width / 41, 10, gap=0)
    sheet.box(x, y, width, 10, colour=style.PALE, line=1)
    for (words, limit), below in zip(limits, (-11, 23), strict=False):
        numbers = [f"{value:g}".replace("-", "−") for value in (least * limit, (least + 1) / 2 * limit, limit)]
        if beyond:
            numbers = [f"≤ {numbers[0]}", numbers[1], f"≥ {numbers[2]}"]
        for number, place in zip(numbers, (0, 0.5, 1), strict=True):
            sheet.text(x + width * place, y + below, number, colour="#444444")
        room = lettering.width(numbers[0], style.TEXT) / 2 + 12
        sheet.text(x - room, y + below, words, align="right", colour="#444444")


def draw_tensor(tensor, name, axes, role=style.HIDDEN, limit=1.0, pixels=False):
    """A `Picture` of a tensor of one or two axes as a grid of squares, with its name and shape.

    tensor: (rows,) drawn as one column, or (rows, columns). axes: the name of each axis, such as
    ("hidden_size", "input_size"). limit: the value whose colour is full. role: a hue of `helpers.style`.
    pixels: True for an image, whose squares have equal sides and no numbers.

    Raises TypeError when `tensor` is no tensor, ValueError when its axes do not fit or it is too large to read.
    """
    if not isinstance(tensor, torch.Tensor):
        raise TypeError(say("errors.not_a_tensor", name="tensor", got=type(tensor).__name__))
    values = tensor.detach().float().numpy()
    if values.ndim not in (1, 2) or len(axes) != values.ndim or not 0 < max(values.shape) <= _LARGEST:
        expected = say("pictures.tensor_expected", most=_LARGEST)
        raise ValueError(say("errors.drawing", name="tensor", expected=expected, got=tuple(values.shape)))
    grid = values[:, None] if values.ndim == 1 else values
    rows, columns = grid.shape
    width, height = min(60, 640 // columns), max(min(28, 440 // rows), 6)
    if pixels:
        width = height = min(width, height)
    left, top = (style.WIDTH - width * columns) // 2, 44
    label = shape_label(name, **dict(zip(axes, values.shape, strict=True)))
    with DRAWING:
        sheet = Sheet()
        sheet.text(style.WIDTH / 2, 20, label, family="mono", bold=True, colour=role.words)
        sheet.squares(left, top, grid, width, height, limit, numbers=None if pixels else two_decimals)
        sheet.box(left - 1, top - 1, width * columns + 1, height * rows + 1, colour=role.line)
        colour_bar(sheet, style.WIDTH / 2 - 80, top + height * rows + 42, 160, [(say("pictures.value"), limit)])
        figure = blank_figure(style.WIDTH, top + height * rows + 66)
        lay_down(figure, sheet)
    return Picture(figure, say("pictures.tensor_alt", label=label, least=grid.min(), most=grid.max()))


def hidden_columns(sheet, columns, lefts, top, width, height, role=style.HIDDEN, numbers=two_decimals):
    """Hidden states as columns of squares, one for each time step: columns (seq_len, hidden_size), lefts (seq_len,)."""
    each = height / columns.shape[1]
    for left, column in zip(lefts, columns, strict=True):
        sheet.squares(left, top, column[:, None], width, each, gap=1 if each > 5 else 0, numbers=numbers)
        sheet.box(left - 1, top - 1, width + 1, height + 1, colour=role.line)


def draw_hidden(trace, sample=0, layer=-1):
    """A `Picture` of one layer's hidden state at every step, h_0 first: time to the right, units downwards.

    trace: what `helpers.trace` returned. sample, layer: which one of the batch and of the layers.
    Raises ValueError when the sequence is too long to read.
    """
    states = trace.hidden[layer, :, sample].numpy()
    steps, hidden_size = states.shape
    if steps > _LARGEST:
        expected = say("pictures.hidden_expected", most=_LARGEST - 1)
        raise ValueError(say("errors.drawing", name="trace", expected=expected, got=steps - 1))
    pitch = min(64, 680 // steps)
    left, top, height = (style.WIDTH - pitch * steps) // 2, 50, min(hidden_size * 28, 240)
    wide = [step for step in range(steps) if pitch >= 40 or step in (0, steps - 1)]
    with DRAWING:
        sheet = Sheet()
        label = shape_label("h_t", hidden_size=hidden_size)
        sheet.text(style.WIDTH / 2, 20, label, family="mono", bold=True, colour=style.HIDDEN.words)
        lefts = left + pitch * np.arange(steps)
        hidden_columns(sheet, states, lefts, top, pitch - max(4, pitch // 4), height)
        for step in wide:
            sheet.text(lefts[step] + pitch * 0.4, top + height + 18, f"h_{step}", family="mono")
        colour_bar(sheet, style.WIDTH / 2 - 80, top + height + 62, 160, [(say("pictures.value"), 1)])
        figure = blank_figure(style.WIDTH, top + height + 86)
        lay_down(figure, sheet)
    last = ", ".join(two_decimals(value) for value in states[-1][:8])
    alt = say("pictures.hidden_alt", steps=steps - 1, hidden_size=hidden_size, last=last)
    return Picture(figure, alt)
