"""Whether two pictures of one sheet, drawn by different renderers, show the same."""

import itertools
import math

import numpy as np

from helpers.drawing import geometry, letters
from helpers.drawing.sheet import Rect, Sheet, Text

SCALE = 2  # dots for each pixel of a sheet in all pictures here: letters are large enough to tell a 6 from an 8
LETTER = 8 * SCALE  # about how wide a letter is
ALIKE, FAINT = 0.8, 2500  # least likeness of a letter; ink that is too little to compare
EDGE, ROUNDED, ALONG = (
    24,
    90,
    16,
)  # how far a dot may be off, of 255: anywhere, beside lines and marks, in the mean along a line


def on_white(pixels):
    """Dots (height, width, 3) from 0 to 255, laid over white."""
    pixels = np.asarray(pixels, dtype=float)
    share = pixels[..., 3:] / 255
    return pixels[..., :3] * share + 255 * (1 - share)


def words_of(sheet):
    """All texts of a sheet, those in squares among them."""
    inside = [
        Text(words, x, y, "ink", letters.TEXT, "center", "sans", False) for words, x, y, _ in geometry.written(sheet)
    ]
    return [*sheet.texts, *inside]


def without_words(sheet):
    """The same sheet with its texts and numbers taken out."""
    bare = Sheet(sheet.width)
    bare.lines, bare.spots, bare.boxes = sheet.lines, sheet.spots, sheet.boxes
    bare.fills = [fill._replace(numbers=None) if hasattr(fill, "numbers") else fill for fill in sheet.fills]
    return bare


def differences(sheet, one, other, bare):
    """What differs between two pictures of `sheet`, in sentences: squares, boxes and lines dot by dot, words by place and look.

    one, other, bare: dots (height, width, 3); bare: the sheet without its words.
    """
    if one.shape != other.shape:
        return [f"one is {one.shape}, the other {other.shape}"]
    found, words, bare = [], words_of(sheet), _as_large(bare, one)
    apart = np.abs(one - other).max(axis=-1)
    outside, allowed = np.ones(apart.shape, dtype=bool), np.full(apart.shape, EDGE)
    for text in words:
        outside[_area(text.rect, 2)] = False
    for box in sheet.boxes:
        if box.dashed:  # where its line turns, dashes may meet in ways of their own
            for x, y in itertools.product(
                (box.rect.left - box.width, box.rect.right), (box.rect.top - box.width, box.rect.bottom)
            ):
                outside[_area(Rect(x, y, x + box.width, y + box.width), 0)] = False
    for spot in sheet.spots:
        allowed[_area(Rect(spot.x, spot.y, spot.x, spot.y).grown(spot.size / 2), 2)] = ROUNDED
    for line in sheet.lines:  # renderers soften the edges of slanted lines in ways of their own
        ys, xs = _along(line, apart.shape)
        for y, x in itertools.product(range(-4, 5), repeat=2):
            allowed[(ys + y).clip(0, len(apart) - 1), (xs + x).clip(0, apart.shape[1] - 1)] = ROUNDED
        off = apart[ys, xs][outside[ys, xs]]
        if off.size and off.mean() > ALONG:
            found.append(f"the line to {line.points[-1]} is off by {off.mean():.0f}")
    wrong = np.argwhere((apart > allowed) & outside)
    if len(wrong):
        y, x = wrong[0] / SCALE
        found.append(f"{len(wrong)} dots differ, the first at ({x}, {y})")
    for text in words:
        area = _area(text.rect, 2)
        ink, others = (np.abs(picture[area] - bare[area]).sum(axis=-1) for picture in (one, other))
        if problem := _ink_differs(ink, others):
            found.append(f"{text.words!r} at ({text.x:.0f}, {text.y:.0f}): {problem}")
    return found


def _along(line, shape):
    """The dots (rows, columns) under a line, one for each dot of its length; of a dashed one all, gaps included."""
    ys, xs = [], []
    for (x0, y0), (x1, y1) in itertools.pairwise(geometry.shaft(line)):
        steps = max(2, round(SCALE * math.hypot(x1 - x0, y1 - y0)))
        xs.append(np.linspace(x0, x1, steps))
        ys.append(np.linspace(y0, y1, steps))
    rows, columns = (np.floor(np.concatenate(part) * SCALE).astype(int) for part in (ys, xs))
    inside = (rows >= 0) & (rows < shape[0]) & (columns >= 0) & (columns < shape[1])
    return rows[inside], columns[inside]


def _as_large(picture, other):
    """A picture with white added at the right and below: without its words a sheet may be smaller."""
    room = [(0, much - little) for little, much in zip(picture.shape[:2], other.shape[:2], strict=True)]
    return np.pad(picture, [*room, (0, 0)], constant_values=255)


def _area(rect, around):
    left, top, right, bottom = (max(0, round(edge * SCALE)) for edge in rect.grown(around))
    return slice(top, bottom + 1), slice(left, right + 1)


def _ink_differs(ink, others):
    if not ink.sum() or not others.sum():
        return "" if ink.sum() == others.sum() else "one of them has no ink"
    if abs(np.log(ink.sum() / others.sum())) > 0.35:
        return f"{ink.sum():.0f} of ink against {others.sum():.0f}"
    moved = (np.array(_middle(ink)) - _middle(others)) / SCALE
    if np.abs(moved).max() > 1.2:
        return f"moved by {moved[1]:.1f}, {moved[0]:.1f}"
    alike = _least_alike(_blurred(ink), _blurred(others))
    return "" if alike > ALIKE else f"a letter is only {alike:.2f} alike"


def _least_alike(one, other):
    """How alike the ink is, letter by letter, each at the best place up to a pixel away: the least of them."""
    moved = [np.roll(other, (y, x), (0, 1)) for y in range(-2, 3) for x in range(-2, 3)]
    least = 1.0
    for x in range(0, one.shape[1], LETTER // 2):
        part = slice(x, x + LETTER)
        if max(one[:, part].sum(), other[:, part].sum()) > FAINT:
            least = min(least, max(_alike(one[:, part], there[:, part]) for there in moved))
    return least


def _alike(one, other):
    """1 for the same ink at the same places, 0 for none in common."""
    return 1 - np.abs(one - other).sum() / (one.sum() + other.sum())


def _middle(ink):
    rows, columns = np.indices(ink.shape)
    return (rows * ink).sum() / ink.sum(), (columns * ink).sum() / ink.sum()


def _blurred(ink):
    padded = np.pad(ink, 1)
    return sum(padded[y : y + ink.shape[0], x : x + ink.shape[1]] for y in range(3) for x in range(3)) / 9
