"""What goes into the grid of an `nn.RNN` and what comes out of it: names with shapes, and frames around what is lit."""

from helpers.drawing.colours import INPUT
from helpers.drawing.parts import fitting_shape, lines, shape_lines
from helpers.drawing.sheet import Rect


def ways_in_and_out(sheet, state, rects, x_rects, narrow):
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
    if state.batch_first:
        sequence = dict(reversed(sequence.items()))
    looks = {name: dict(colour="ink" if on else "muted", bold=on, family="mono") for name, on in lit.items()}
    room = sheet.width - first.left
    words = fitting_shape(room, "output", **sequence, hidden_size=hidden_size)
    sheet.text(first.left - 6, first.top - 18, words, **looks["output"])
    words = fitting_shape(room, "input", **sequence, input_size=input_size)
    sheet.text(x_rects[1].left - 2, x_rects[1].bottom + 34, words, INPUT.words, bold=True, family="mono")
    looks["h_0"] = dict(colour="ink", family="mono")
    if narrow:
        right = max(last.right + 4, first.left + 130)
        sheet.text(right, first.top - 36, fitting_shape(200, "h_n", **state_axes), align="right", **looks["h_n"])
        sheet.text(h_0.right, h_0.bottom + 16, fitting_shape(110, "h_0", **state_axes), align="right", **looks["h_0"])
        return
    high = max(last.top + 6, (last.top + low.bottom) / 2 - 24)
    lines(sheet, last.right + 14, high, shape_lines("h_n", **state_axes), **looks["h_n"])
    lines(sheet, h_0.right, h_0.bottom + 16, shape_lines("h_0", **state_axes), align="right", **looks["h_0"])
