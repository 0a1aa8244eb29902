"""How wide words are, and how a number is written: the same in Python and on the page.

The page draws with a subset of DejaVu that lies in `fonts/` (made by `fonts/make.py`), without kerning, so that a
word is as wide as the sum of its letters. A letter that the subset lacks is taken to be as wide as it is high.
"""

import functools
import json
import math
import struct
from importlib import resources

TEXT = 13  # the size of letters in CSS pixels: a little more than 9 points
CAPITAL = 0.73  # height of a capital letter or a digit, in parts of the size

_FONTS = {("sans", False): "sans", ("sans", True): "sans-bold", ("mono", False): "mono", ("mono", True): "mono-bold"}


@functools.cache
def _advances():
    return json.loads((resources.files("helpers.drawing") / "fonts" / "advances.json").read_text(encoding="utf-8"))


def has(letter):
    """Whether the subset has a shape for `letter`."""
    return letter in _advances()["sans"]


@functools.lru_cache(maxsize=1024)
def width(words, size=TEXT, family="sans", bold=False):
    """How many pixels wide `words` stand at `size` pixels; family: "sans" or "mono"."""
    advances = _advances()[_FONTS[family, bold]]
    return size * sum(advances.get(letter, 1.0) for letter in words)


def decimals(value, count=2):
    """A number as it is written into a square: `count` decimals, halves away from 0, a real minus, no minus zero.

    The value is taken as float32, as it travels to the page, which writes it by the same rule.
    """
    value = _float32(value)
    if not math.isfinite(value):
        return "nan" if math.isnan(value) else "∞" if value > 0 else "−∞"
    whole = math.floor(abs(value) * 10**count + 0.5)
    sign = "−" if value < 0 and whole else ""
    if not count:
        return f"{sign}{whole}"
    return f"{sign}{whole // 10**count}.{whole % 10**count:0{count}d}"


def _float32(value):
    try:
        return struct.unpack("f", struct.pack("f", value))[0]
    except OverflowError:
        return math.inf if value > 0 else -math.inf
