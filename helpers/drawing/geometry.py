"""What the marks of a sheet come to on paper: the corners of heads and spots, the edges of boxes, the numbers in squares."""

import math

import numpy as np

from helpers.drawing import colours, letters

HEAD, SIDE = 8, 0.45  # length of an arrow head in pixels; half its width in parts of that
_CORNERS = {"circle": (24, 0.0), "square": (4, math.pi / 4), "triangle": (3, -math.pi / 2), "diamond": (4, 0.0)}


def _direction(line):
    (x, y), (tip_x, tip_y) = line.points[-2:]
    length = max(math.hypot(tip_x - x, tip_y - y), 1e-9)
    return (tip_x - x) / length, (tip_y - y) / length


def shaft(line):
    """The points of a line, up to its head when it has one."""
    if not line.head:
        return [tuple(point) for point in line.points]
    (along, across), (x, y) = _direction(line), line.points[-1]
    return [*(tuple(point) for point in line.points[:-1]), (x - along * HEAD * 0.8, y - across * HEAD * 0.8)]


def head(line):
    """The three corners of an arrow's head."""
    (along, across), (x, y) = _direction(line), line.points[-1]
    back_x, back_y, side = x - along * HEAD, y - across * HEAD, HEAD * SIDE
    return [(x, y), (back_x - across * side, back_y + along * side), (back_x + across * side, back_y - along * side)]


def corners(spot):
    """The corners of a spot."""
    count, start = _CORNERS[spot.shape]
    radius = spot.size / 2 * (1.0 if spot.shape == "circle" else 1.28)
    angles = [start + 2 * math.pi * corner / count for corner in range(count)]
    return [(spot.x + radius * math.cos(angle), spot.y + radius * math.sin(angle)) for angle in angles]


def filled(sheet):
    """(left, top, right, bottom, colour (3,) in bytes) of every patch and every square of every grid, bottom first."""
    for fill in sheet.fills:
        if hasattr(fill, "colour"):
            yield (*fill.rect, np.rint(colours.rgb(fill.colour) * 255).astype(int))
            continue
        shades = colours.fill(fill.values, fill.limit)
        for row, column in np.ndindex(fill.values.shape):
            left, top = fill.left + fill.width * column, fill.top + fill.height * row
            yield left, top, left + fill.width - fill.gap, top + fill.height - fill.gap, shades[row, column]


def written(sheet):
    """(words, x, y, black) of every number that is written into a square; x, y: its middle; black or white."""
    for grid in sheet.grids:
        if grid.numbers is None:
            continue
        black = colours.takes_black(colours.fill(grid.values, grid.limit))
        words = (
            None
            if isinstance(grid.numbers, int)
            else np.reshape(np.array(grid.numbers, dtype=object), grid.values.shape)
        )
        for row, column in np.ndindex(grid.values.shape):
            said = (
                letters.decimals(grid.values[row, column], grid.numbers) if words is None else str(words[row, column])
            )
            x = grid.left + grid.width * column + (grid.width - grid.gap) / 2
            y = grid.top + grid.height * row + (grid.height - grid.gap) / 2
            yield said, x, y, bool(black[row, column])
