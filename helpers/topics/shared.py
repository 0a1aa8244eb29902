"""The one set of weights that all steps of a loop share: W_ih and W_hh side by side in one frame."""

from helpers.drawing import letters
from helpers.drawing.colours import WEIGHT
from helpers.drawing.parts import ROW, SQUARE, room
from helpers.drawing.sheet import Rect

_BLOCK = 16  # a weight without its number
_BESIDE = 38  # of the frame's width, what stands beside both matrices


def _names(state):
    """{what a matrix is called: how wide that is}."""
    hidden_size, input_size = state.weight_ih.shape
    names = f"W_ih ({hidden_size}, {input_size})", f"W_hh ({hidden_size}, {hidden_size})"
    return {name: letters.width(name, bold=True, family="mono") for name in names}


def least_panel(state, left):
    """How wide the place of the weights must be for their names."""
    return round(left + _BESIDE + sum(_names(state).values()))


def shared_weights(sheet, state, left, top, panel):
    """Both matrices, as large as there is room from `left` to `panel`; returns their frame."""
    names, weights = _names(state), {"input_size": state.weight_ih, "hidden_size": state.weight_hh}
    hidden_size, free = len(state.weight_hh), panel - left - _BESIDE

    def fits(wide):
        widths = (
            max(named, wide * part.shape[1]) for named, part in zip(names.values(), weights.values(), strict=True)
        )
        return sum(widths) <= free

    numbered = fits(SQUARE) and hidden_size * ROW <= 100
    block = next((b for b in range(_BLOCK, 1, -1) if fits(b) and hidden_size * b <= 104), 1)
    wide, high, gap = (SQUARE, ROW, 1) if numbered else (block, block, block > 4)
    look = dict(gap=int(gap), numbers=room(wide, high, *weights.values()), role=WEIGHT)
    start = left + 10
    for (name, width), (axis, part) in zip(names.items(), weights.items(), strict=True):
        rect = sheet.grid(part, start, top + 30, wide, high, name=name[:4], axes=("hidden_size", axis), **look)
        sheet.label(rect, name, WEIGHT, one=False)
        start = round(max(rect.right, rect.left + width) + 12)
    frame = Rect(left, top, start - 2, rect.bottom + 10)
    sheet.box(frame, WEIGHT.line, 1)
    return frame
