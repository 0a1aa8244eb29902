"""What goes into the grid of an `nn.RNN` and what comes out of it: names with shapes, and frames around what is lit."""

from helpers.drawing import letters
from helpers.drawing.colours import HIDDEN, INPUT, OUTPUT
from helpers.drawing.parts import fitting, fitting_shape, lines, shape_lines
from helpers.drawing.sheet import MARGIN, Rect

STATE_AXES = ("num_layers", "batch", "hidden_size")


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
        words = fitting_shape(110, "h_0", **state_axes)
        right = max(h_0.right, MARGIN + letters.width(words, family="mono"))
        sheet.text(right, h_0.bottom + 16, words, align="right", **looks["h_0"])
        return
    high = max(last.top + 6, (last.top + low.bottom) / 2 - 24)
    lines(sheet, last.right + 14, high, shape_lines("h_n", **state_axes), **looks["h_n"])
    right = min(h_0.right, x_rects[1].centre - letters.width("x_1", family="mono") / 2 - 6)  # beside the name of x_1
    lines(sheet, right, h_0.bottom + 16, shape_lines("h_0", **state_axes), align="right", **looks["h_0"])


def words_in_and_out(state, order, taken, room_in, room_out):
    """Five lines with their colours: the call of an `nn.RNN`, x, h_0, output and h_n, each as long as it has room.

    order, taken: the names of the first two axes as they are meant and as the RNN takes them; room_in: of the first
    two lines, room_out: of the others, in pixels
    """
    batch, seq_len, input_size = state.sizes
    meant, layers = {"batch": batch, "seq_len": seq_len}, "" if state.h_n[0] == 1 else f"{state.h_n[0]}, "
    call = f"nn.RNN({input_size}, {state.output[-1]}, {layers}batch_first={state.rnn_first})"
    h, output = dict(zip(STATE_AXES, state.h_n, strict=True)), zip((*taken, "hidden_size"), state.output, strict=True)
    return [
        (fitting(room_in, f"rnn = {call}", call), "ink"),
        (fitting_shape(room_in, "x", **{name: meant[name] for name in order}, input_size=input_size), INPUT.words),
        (fitting_shape(room_out, "h_0", **h), HIDDEN.words),
        (fitting_shape(room_out, "output", **dict(output)), OUTPUT.words),
        (fitting_shape(room_out, "h_n", **h), HIDDEN.words),
    ]
