"""The curve of tanh with the sums of a cell's units on it."""

import numpy as np

from helpers.drawing.colours import HIDDEN
from helpers.drawing.parts import Plot
from helpers.drawing.sheet import Rect

SATURATED = 0.95  # beyond it tanh is nearly flat
LEAST_PLOT, TICKS = 180, 66  # width of the axes, and of what stands left of them
_TOP = 46  # where the axes start at the highest


def tanh_curve(sheet, state, from_h, end):
    """A curve of tanh with every unit's sum on it, where there is room at the right; returns its axes or None."""
    right = sheet.width - 24
    tall = right - from_h.right - TICKS >= LEAST_PLOT
    left = (max(from_h.right, end.right) if tall else end.right) + TICKS
    if right - left < LEAST_PLOT:
        return None
    right, highest = min(right, left + 420), _TOP if tall else end.top
    bottom = max(end.bottom, highest + (150 if tall else 110))
    box = Rect(left, max(highest, bottom - 1.2 * (right - left)), right, bottom)
    y_ticks = {value: f"{value:g}".replace("-", "−") for value in (-SATURATED, 0, SATURATED)}
    x_ticks = {-4: "≤ −4", -2: "−2", 0: "0", 2: "2", 4: "≥ 4"}
    plot = Plot(sheet, box, (-4, 4), (-1.15, 1.15), x_ticks, y_ticks, "sum", f"h_{state.step} = tanh(sum)")
    for level in (-SATURATED, SATURATED):
        plot.level(level)
    xs = np.linspace(-4, 4, 65)
    plot.curve(xs, np.tanh(xs), "soft")
    for unit, (x, y) in enumerate(zip(*plot.at(state.total, state.h_now), strict=True)):
        if unit != state.unit:
            sheet.spot("circle", float(x), float(y), HIDDEN.line, 7)
    x, y = map(float, plot.at(state.total[state.unit], state.h_now[state.unit]))
    sheet.line([(x, box.bottom), (x, y), (box.left, y)], "ink", 1.2)
    sheet.spot("circle", x, y, "ink", 10)
    return box
