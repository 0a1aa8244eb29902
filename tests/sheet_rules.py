"""What must hold of every sheet: nothing is cut off, nothing overlaps, nothing is struck through, no band is blank.

`faults(sheet)` returns sentences; an empty list means that the sheet keeps the rules.
"""

import itertools

import numpy as np

from helpers.drawing import letters
from helpers.drawing.sheet import Grid, Rect

SMALLEST_LETTERS = 12  # CSS pixels: 9 points
BLANK = 48  # the tallest band without a mark


def grid_rect(grid):
    """The place of a grid, from its first square to its last."""
    rows, columns = grid.values.shape
    return Rect(
        grid.left, grid.top, grid.left + grid.width * columns - grid.gap, grid.top + grid.height * rows - grid.gap
    )


def overlap(one, other, slack=1.0):
    """Whether two rectangles share more than `slack` pixels both ways."""
    across = min(one.right, other.right) - max(one.left, other.left)
    return across > slack and min(one.bottom, other.bottom) - max(one.top, other.top) > slack


def crosses(start, end, rect):
    """Whether the line from `start` to `end` passes through a rectangle (Liang and Barsky, 1984)."""
    (x, y), (dx, dy) = start, (end[0] - start[0], end[1] - start[1])
    low, high = 0.0, 1.0
    for step, room in ((-dx, x - rect.left), (dx, rect.right - x), (-dy, y - rect.top), (dy, rect.bottom - y)):
        if step == 0:
            if room < 0:
                return False
        elif step < 0:
            low = max(low, room / step)
        else:
            high = min(high, room / step)
    return low < high


def strokes(sheet):
    """All straight pieces of lines, arrows and boxes, as pairs of points."""
    for line in sheet.lines:
        yield from itertools.pairwise(tuple(map(tuple, line.points)))
    for box in sheet.boxes:
        left, top, right, bottom = box.rect.grown(box.width / 2)
        corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
        yield from zip(corners, corners[1:] + corners[:1], strict=True)


def faults(sheet):
    """Everything that is wrong with a sheet, in sentences."""
    width, height = sheet.size
    grids = [(grid, grid_rect(grid)) for grid in sheet.grids]
    texts = [(text.words, text.rect) for text in sheet.texts]
    if width > sheet.width + 8:
        yield f"the sheet is {width} wide, and was laid out for {sheet.width}"
    for text in sheet.texts:
        if text.size < SMALLEST_LETTERS:
            yield f"{text.words!r} is written with letters of {text.size} pixels"
    for words, rect in texts:
        if rect.left < 0 or rect.top < 0 or rect.right > width or rect.bottom > height:
            yield f"{words!r} is cut off"
    for (words, one), (others, other) in itertools.combinations(texts, 2):
        if overlap(one.grown(1), other, slack=0):
            yield f"{words!r} and {others!r} overlap"
    for (words, text), (grid, rect) in itertools.product(texts, grids):
        if overlap(text, rect):
            yield f"{words!r} lies on {grid.name or 'a grid'}"
    pieces = list(strokes(sheet))
    for words, rect in texts:
        inner = rect.grown(-1.5)
        if any(crosses(start, end, inner) for start, end in pieces):
            yield f"{words!r} is struck through"
        if any(overlap(rect, Rect(s.x, s.y, s.x, s.y).grown(s.size / 2)) for s in sheet.spots):
            yield f"{words!r} lies on a mark"
    for line in sheet.lines:
        (x, y) = line.points[-1]
        for grid, rect in grids:
            inner = rect.grown(-1)
            if line.head and inner.left < x < inner.right and inner.top < y < inner.bottom:
                yield f"an arrow ends on {grid.name or 'a grid'}"
    yield from _number_faults(sheet)
    yield from _blank_bands(sheet, height)


def _number_faults(sheet):
    for grid in sheet.grids:
        if not all(isinstance(part, int) for part in (grid.left, grid.top, grid.width, grid.height)):
            yield f"{grid.name} does not stand on whole pixels"
        if grid.width - grid.gap < 1 or grid.height - grid.gap < 1:
            yield f"{grid.name} has squares without an area"
        if grid.numbers is None:
            continue
        values = grid.values.ravel().tolist()
        said = [letters.decimals(v, grid.numbers) for v in values] if isinstance(grid.numbers, int) else grid.numbers
        if max(letters.width(str(words)) for words in np.ravel(said)) > grid.width - grid.gap:
            yield f"the numbers of {grid.name} are wider than its squares"
        if grid.height - grid.gap < letters.TEXT:
            yield f"the numbers of {grid.name} are higher than its squares"


def _blank_bands(sheet, height):
    """Bands over the whole width in which nothing stands."""
    spans = [(text.rect.top, text.rect.bottom) for text in sheet.texts]
    spans += [(rect.top, rect.bottom) for rect in map(_rect_of, sheet.fills)]
    spans += [(box.rect.top, box.rect.bottom) for box in sheet.boxes]
    spans += [(min(y for _, y in line.points), max(y for _, y in line.points)) for line in sheet.lines]
    spans += [(spot.y, spot.y) for spot in sheet.spots]
    reached = 0.0
    for top, bottom in [*sorted(spans), (height, height)]:
        if top - reached > BLANK:
            yield f"from {reached:.0f} to {top:.0f} the sheet is blank"
        reached = max(reached, bottom)


def _rect_of(fill):
    return grid_rect(fill) if isinstance(fill, Grid) else fill.rect
