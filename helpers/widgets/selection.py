"""Which numbers of a sheet can be selected, and where they stand: by the names of grids and curves."""

import itertools
import numbers

from helpers.drawing.sheet import Curve
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


def called(name, index):
    """`name[index]` as it is written where a number is pointed at: `(new h)[3]` for a name with a space."""
    name = f"({name})" if " " in name and "[" not in name else name
    return f"{name}[{', '.join(map(str, index)) if isinstance(index, tuple) else index}]"


def _named(sheet, name):
    """The curve or grid of this name; None when there is none."""
    return next((part for part in (*sheet.curves, *sheet.grids) if part.name == name), None)


def place(sheet, name, index):
    """Where the page has the number `name[index]`, its row (or place on a curve) and column from 0; None without one."""
    part = _named(sheet, name)
    if isinstance(part, Curve):
        return (part.indices.index(index), 0) if index in part.indices else None
    if part is None or isinstance(index, tuple) == (part.values.shape[1] == 1):
        return None
    row, column = index if isinstance(index, tuple) else (index, part.first[1])
    found = row - part.first[0], column - part.first[1]
    return found if all(0 <= at < size for at, size in zip(found, part.values.shape, strict=True)) else None


def value(sheet, name, index):
    """The number `name[index]` of a sheet."""
    part, (row, column) = _named(sheet, name), place(sheet, name, index)
    return part.values[row] if isinstance(part, Curve) else part.values[row, column].item()


def at(sheet, name, row, column):
    """The index of what the page has at this row and column, from 0. Raises KeyError or IndexError when it has none."""
    known, part = indices(sheet)[name], _named(sheet, name)
    wide = 1 if isinstance(part, Curve) else part.values.shape[1]
    if min(row, column) < 0 or column >= wide:
        raise IndexError(name)
    return known[row * wide + column]
