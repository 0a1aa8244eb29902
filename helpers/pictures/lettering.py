"""Words as outlines, laid out once and then only moved.

A `Text` artist lays out and parses its string on every draw, and goes through Matplotlib's math text
parser, which is not safe under threads. Here the outlines of letters and of short words are made once and kept; a
number in a square is one addition.
"""

import functools

import numpy as np
from matplotlib import get_data_path
from matplotlib.font_manager import get_font
from matplotlib.ft2font import LoadFlags

_FILES = {
    ("sans", False): "DejaVuSans.ttf",
    ("sans", True): "DejaVuSans-Bold.ttf",
    ("mono", False): "DejaVuSansMono.ttf",
    ("mono", True): "DejaVuSansMono-Bold.ttf",
}
_SHORT = 8  # letters of the longest text whose outline is kept
_CAPITAL = 0.73  # height of a capital letter or a digit of these fonts, as a part of the size


def _font(family, bold):
    return get_font(f"{get_data_path()}/fonts/ttf/{_FILES[family, bold]}")


def readable(letter):
    """A letter as it can be drawn: itself, a sign for a space, or its number where the fonts do not have it."""
    if letter.isspace():
        return "␣"
    return letter if _font("mono", False).get_char_index(ord(letter)) else f"{ord(letter):X}"


@functools.lru_cache(maxsize=2048)
def _letter(letter, family, bold):
    """Outline (vertices, codes) of one letter at size 1, y downwards, and how far on the next letter starts."""
    font = _font(family, bold)
    font.set_size(100, 72)
    glyph = font.load_char(ord(letter), flags=LoadFlags.NO_HINTING)
    vertices, codes = font.get_path()
    return (
        np.array(vertices).reshape(-1, 2) * (0.01, -0.01),
        np.array(codes, np.uint8),
        glyph.linearHoriAdvance / 6553600,
    )


def width(text, size, family="sans", bold=False):
    """How many pixels wide `text` stands at `size` pixels."""
    return size * sum(_letter(letter, family, bold)[2] for letter in text)


def outline(text, x, y, size, align="center", family="sans", bold=False):
    """The vertices and codes of `text`, its capitals centred on the height `y` (pixels, downwards).

    align: "left", "center" or "right" says which part of the text stands at `x`.
    """
    lay_out = _word if len(text) <= _SHORT else _word.__wrapped__
    vertices, codes = lay_out(text, size, align, family, bold)
    return vertices + (x, y), codes


@functools.lru_cache(maxsize=1024)
def _word(text, size, align, family, bold):
    """The outline of `text` around (0, 0). Numbers of two decimals come again and again; sentences do not."""
    vertices, codes, pen = [np.empty((0, 2))], [np.empty(0, np.uint8)], 0.0
    for letter in text:
        points, kinds, advance = _letter(letter, family, bold)
        vertices.append(points + (pen, 0.0))
        codes.append(kinds)
        pen += advance
    start = -{"left": 0.0, "center": 0.5, "right": 1.0}[align] * pen * size
    return np.concatenate(vertices) * size + (start, _CAPITAL * size / 2), np.concatenate(codes)
