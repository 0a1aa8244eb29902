"""The colours of every picture, for light and for dark pages, by name.

A mark on a sheet carries the name of its colour; the renderer looks it up for the page that it draws on. Hues come
from the Okabe-Ito palette (Okabe and Ito, "Color Universal Design", 2008), which people with the common kinds of
colour blindness can tell apart. Words have a contrast of at least 4.5 to 1 on their page, lines that carry meaning
at least 3. A hue never stands alone: each role has a letter as well, and each layer a number.
"""

from dataclasses import dataclass

import numpy as np

THEMES = ("light", "dark")


@dataclass(frozen=True)
class Hue:
    """The names of a colour for outlines and of one for words."""

    line: str
    words: str


# name: (on a light page, on a dark page)
PALETTE = {
    "paper": ("#ffffff", "#111111"),
    "ink": ("#222222", "#eeeeee"),
    "soft": ("#444444", "#c8c8c8"),  # words that are not the point
    "muted": ("#6a6a6a", "#a8a8a8"),  # words that wait for their turn
    "pale": ("#8a8a8a", "#8c8c8c"),  # lines that are not the point
    "faint": ("#dddddd", "#3a3a3a"),
    "input": ("#0072b2", "#2f8bd8"),
    "hidden": ("#009e73", "#22bd8a"),
    "output": ("#d55e00", "#ee7a33"),
    "weight": ("#cc79a7", "#cc79a7"),
    "purple": ("#8f4a75", "#b983a6"),
    "sky": ("#56b4e9", "#8fd0f7"),
    "gold": ("#e69f00", "#f0b429"),
    "input words": ("#0072b2", "#62b4ea"),
    "hidden words": ("#00785a", "#37cb98"),
    "output words": ("#b04e00", "#f79657"),
    "weight words": ("#97507a", "#dd9dc1"),
    "purple words": ("#8f4a75", "#cf9fbf"),
    "sky words": ("#1f6f9c", "#8fd0f7"),
    "gold words": ("#8a6000", "#f0b429"),
}

INPUT = Hue("input", "input words")
HIDDEN = Hue("hidden", "hidden words")
OUTPUT = Hue("output", "output words")
WEIGHT = Hue("weight", "weight words")
PLAIN = Hue("ink", "ink")
LAYERS = (HIDDEN, OUTPUT, Hue("purple", "purple words"), Hue("sky", "sky words"), Hue("gold", "gold words"), PLAIN)

# Violet below 0, the page's own ground at 0, gold-brown above: distance from 0 is distance from the ground in
# lightness, evenly to both sides, so that the scale reads without colour as well, and the two sides differ for
# every kind of eye. A dark page mirrors the lightness: both ends are light.
_STOPS = np.array([-1.0, -0.75, -0.4, 0.0, 0.4, 0.75, 1.0])
_SCALES = {
    "light": [(45, 10, 90), (104, 74, 168), (186, 176, 218), (255, 255, 255), (240, 184, 92), (156, 92, 6), (88, 46, 0)],
    "dark": [(226, 214, 255), (163, 135, 224), (84, 62, 138), (17, 17, 17), (112, 66, 8), (206, 138, 30), (255, 222, 160)],
}  # fmt: skip
_LEVELS = 256
SCALES = {
    theme: np.stack([np.interp(np.linspace(-1, 1, 2 * _LEVELS + 1), _STOPS, c) for c in np.array(stops).T], -1)
    .round()
    .astype(np.uint8)
    for theme, stops in _SCALES.items()
}


def rgb(name, theme="light"):
    """The colour called `name` as RGB from 0 to 1, (3,)."""
    code = PALETTE[name][THEMES.index(theme)]
    return np.array([int(code[i : i + 2], 16) for i in (1, 3, 5)]) / 255


def fill(values, limit=1.0, theme="light"):
    """The colours of `values`, any shape, as bytes on a new last axis: the ground at 0, full at +-limit."""
    values = np.clip(np.asarray(values, dtype=float) / limit, -1, 1)
    values = np.where(np.isnan(values), 0, values)
    return SCALES[theme][np.floor((values + 1) * _LEVELS + 0.5).astype(int)]


def _linear(channels):
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def luminance(colours):
    """The relative luminance of RGB colours (..., 3), each from 0 to 1. Source: WCAG 2.2."""
    return _linear(np.asarray(colours, dtype=float)) @ np.array([0.2126, 0.7152, 0.0722])


def contrast(colours, others):
    """The contrast ratio of two RGB colours, from 1 to 21. Source: WCAG 2.2."""
    one, other = luminance(colours), luminance(others)
    return (np.maximum(one, other) + 0.05) / (np.minimum(one, other) + 0.05)


# Where black and white have the same contrast: (light + 0.05) / 0.05 = 1.05 / (light + 0.05).
_EVEN = (0.05 * 1.05) ** 0.5 - 0.05


def takes_black(colours):
    """For colours (..., 3) in bytes: True where black words read better on them than white ones."""
    return luminance(np.asarray(colours) / 255) >= _EVEN
