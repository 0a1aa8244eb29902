"""Which numbers of a sheet can be selected, and where they stand: by the names of grids and curves."""

import itertools
import numbers

from helpers.words import say


def indices(sheet):
    """{name: indices} of all that can be selected: ints of a vector or a curve, pairs of a matrix."""
    found = {}
    for grid in sheet.grids:
        rows, columns = (range(n, n + size) for n, size in zip(grid.first, grid.values.shape, strict=True))
        found[grid.name] = rows if len(columns) == 1 else list(itertools.product(rows, columns))
    return {name: indices for name, indices in found.items() if name} | {c.name: c.indices for c in sheet.curves}


def checked(sheet, name, index):
    """`index` as the picture has it; raises ValueError, naming what exists, when the sheet has no such number."""
    shapes = indices(sheet)
    if not isinstance(name, str) or name not in shapes:
        raise ValueError(say("errors.select_name", got=repr(name), names=", ".join(shapes)))
    there, found = list(shapes[name]), _whole(index)
    if found not in there:
        raise ValueError(say("errors.select_index", name=name, got=repr(index), first=there[0], last=there[-1]))
    return found


def _whole(index):
    """An index, or a pair of them, as Python's own whole numbers; None when there is something else in it."""
    pair = isinstance(index, (tuple, list))
    parts = index if pair else [index]
    if any(isinstance(part, bool) or not isinstance(part, numbers.Integral) for part in parts):
        return None
    return tuple(map(int, parts)) if pair else int(index)


def holds(sheet, name, index):
    """Whether a sheet has the number `name[index]`."""
    return name in (known := indices(sheet)) and index in known[name]


def value(sheet, name, index):
    """The number `name[index]` of a sheet."""
    row, column = place(sheet, name, index)
    curve = next((curve for curve in sheet.curves if curve.name == name), None)
    return curve.values[row] if curve else next(g for g in sheet.grids if g.name == name).values[row, column].item()


def place(sheet, name, index):
    """Where the page has a selected number: its row, or its place on a curve, and its column, from 0."""
    curve = next((curve for curve in sheet.curves if curve.name == name), None)
    if curve:
        return curve.indices.index(index), 0
    row, column = next(grid for grid in sheet.grids if grid.name == name).first
    return (index[0] - row, index[1] - column) if isinstance(index, tuple) else (index - row, 0)


def at(sheet, name, row, column):
    """The index of what the page has at this row and column, from 0. Raises KeyError or IndexError when it has none."""
    known = indices(sheet)[name]
    grid = next((grid for grid in sheet.grids if grid.name == name), None)
    wide = grid.values.shape[1] if grid else 1
    if min(row, column) < 0 or column >= wide:
        raise IndexError(name)
    return known[row * wide + column]
