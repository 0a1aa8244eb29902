"""A sheet as bytes on their way to the page: a short head in JSON, and every number in one float32 buffer.

Neighbouring marks of one kind and style travel together. `canvas.js` reads what is written here, in the same order.
"""

import functools
import itertools
import json

import numpy as np

from helpers.drawing.sheet import Grid, Patch

_NONE, _WORDS = -1, -2  # in place of a number of decimals: nothing is written, or the words in the head


def pack(sheet, **head):
    """The bytes of a sheet. head: what else goes into it, as JSON takes it: caption, revision and so on."""
    numbers: list[float] = []
    head |= {
        "size": sheet.size,
        "lines": _grouped(sheet.lines, _line_style, _line_numbers, numbers),
        "spots": _grouped(sheet.spots, _spot_style, _spot_numbers, numbers),
        "boxes": _grouped(sheet.boxes, _box_style, _box_numbers, numbers),
        "texts": _texts(sheet.texts, numbers),
        "fills": _fills(sheet.fills, numbers),
        "curves": _curves(sheet.curves, numbers),
    }
    values = [np.array(numbers, dtype=np.float32), *(grid.values.ravel() for grid in sheet.grids)]
    text = json.dumps(head, ensure_ascii=False, separators=(",", ":"), default=_plain).encode()[:-1]
    text += (
        b',"grids":' + _names(tuple((grid.name, grid.axes, grid.sources, grid.first) for grid in sheet.grids)) + b"}"
    )
    text += b" " * (-len(text) % 4)  # float32 starts at a multiple of 4
    return len(text).to_bytes(4, "little") + text + np.concatenate(values).tobytes()


def _plain(value):
    """NumPy's numbers as Python's, for JSON."""
    return value.item()


@functools.lru_cache(maxsize=4)
def _names(names):
    """The names of all grids: they change with the sizes, not with the values."""
    return json.dumps(names, ensure_ascii=False, separators=(",", ":")).encode()


def _grouped(marks, style, write, numbers):
    """[[style, how many]] of neighbouring marks of one style, and all their numbers one after the other behind `numbers`."""
    found = []
    for key, group in itertools.groupby(marks, style):
        same = list(group)
        for mark in same:
            write(mark, numbers)
        found.append([*key, len(same)])
    return found


def _line_style(line):
    return line.colour, line.width, line.dashed, line.head


def _line_numbers(line, numbers):
    numbers.append(len(line.points))
    for point in line.points:
        numbers.extend(point)


def _spot_style(spot):
    return spot.shape, spot.colour


def _spot_numbers(spot, numbers):
    numbers.extend((spot.x, spot.y, spot.size))


def _box_style(box):
    return box.colour, box.width, box.dashed


def _box_numbers(box, numbers):
    numbers.extend(box.rect)


def _texts(texts, numbers):
    """[[style, [words]]], their places behind `numbers`."""
    groups: dict = {}
    for text in texts:
        groups.setdefault(text[3:], []).append(text)
    for group in groups.values():
        for text in group:
            numbers.extend(text[1:3])
    return [[*style, [text.words for text in group]] for style, group in groups.items()]


def _fills(fills, numbers):
    """Colours of patches and words of grids, in their order; their places and sizes behind `numbers`."""
    words: list = []
    for fill in fills:
        if isinstance(fill, Patch):
            numbers.append(0)
            numbers.extend(fill.rect)
            words.append(fill.colour)
        else:
            numbers.append(1)
            numbers.extend(_grid_numbers(fill, words))
    return words


def _curves(curves, numbers):
    """[[name, indices]] of all curves that can be touched; places and values behind `numbers`."""
    for curve in curves:
        for (x, y), value in zip(curve.points, curve.values, strict=True):
            numbers.extend((x, y, value))
    return [[curve.name, curve.indices] for curve in curves]


def _grid_numbers(grid: Grid, words):
    if grid.numbers is None:
        written = _NONE
    elif isinstance(grid.numbers, int):
        written = grid.numbers
    else:
        written = _WORDS
        words.append(np.reshape(grid.numbers, -1).tolist())
    return grid.left, grid.top, grid.width, grid.height, *grid.values.shape, grid.limit, grid.gap, written
