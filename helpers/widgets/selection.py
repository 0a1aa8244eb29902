"""Which numbers of a sheet can be selected, and where they stand: by the names of grids and curves."""

import itertools

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
    if name not in shapes:
        raise ValueError(say("errors.select_name", got=repr(name), names=", ".join(shapes)))
    index, there = tuple(index) if isinstance(index, list) else index, list(shapes[name])
    if isinstance(index, bool) or index not in there:
        raise ValueError(say("errors.select_index", name=name, got=repr(index), first=there[0], last=there[-1]))
    return index


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
