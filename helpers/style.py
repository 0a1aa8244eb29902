"""The palette and the sizes of every picture of the course.

Hues come from the Okabe-Ito palette (Okabe and Ito, "Color Universal Design", 2008), which people with the
common kinds of colour blindness can tell apart. Where a hue is used for words it is darkened until it
stands out from white with a contrast of at least 4.5 to 1. A hue never stands alone: each role has a
letter as well, and each layer a number.
"""

from dataclasses import dataclass

import numpy as np
from matplotlib.colors import to_rgb

WIDTH = 800  # of every picture, in CSS pixels; it is shown 700 to 1000 pixels wide
TEXT = 14  # the smallest height of letters in pixels: 9 points when a picture is shown 700 pixels wide

INK = "#222222"
PALE = "#8a8a8a"  # lines that are not the point
FAINT = "#dddddd"
PAPER = "#ffffff"


@dataclass(frozen=True)
class Hue:
    """A colour for outlines and a darker one for words."""

    line: str
    words: str


INPUT = Hue("#0072b2", "#0072b2")
HIDDEN = Hue("#009e73", "#00785a")
OUTPUT = Hue("#d55e00", "#b04e00")
WEIGHT = Hue("#cc79a7", "#97507a")
LAYERS = (
    HIDDEN,
    OUTPUT,
    Hue("#8f4a75", "#8f4a75"),
    Hue("#56b4e9", "#1f6f9c"),
    Hue("#e69f00", "#8a6000"),
    Hue("#222222", "#222222"),
)

# Dark purple at -limit, white at 0, dark orange at +limit: light falls evenly to both sides, so that the
# scale reads without colour as well ("how far from 0"), and the two sides differ for every kind of eye.
_STOPS = np.array([-1.0, -0.75, -0.4, 0.0, 0.4, 0.75, 1.0])
_COLOURS = np.array(
    [(45, 10, 90), (92, 60, 155), (178, 167, 210), (255, 255, 255), (253, 190, 110), (205, 105, 15), (125, 55, 5)]
)
_LEVELS = 256
_SCALE = np.stack([np.interp(np.linspace(-1, 1, 2 * _LEVELS + 1), _STOPS, column) for column in _COLOURS.T], -1) / 255


def fill(values, limit=1.0):
    """The colours of `values`, any shape, as RGB from 0 to 1 on a new last axis: white at 0, full at +-limit."""
    values = np.clip(np.asarray(values, dtype=float) / limit, -1, 1)
    values = np.where(np.isnan(values), 0, values)
    return _SCALE[np.rint((values + 1) * _LEVELS).astype(int)]


def palette():
    """At most 256 colours, (n, 3) bytes, near which every colour of a picture lies.

    The scale in steps of 1/75, every hue on its way to white (the soft edges of lines and letters), and greys.
    Nothing lies so near to white that paper could be taken for it.
    """
    scale = fill(np.linspace(-1, 1, 151))
    scale = scale[scale.min(axis=1) < 0.97]
    hues = {hue for role in (INPUT, HIDDEN, OUTPUT, WEIGHT, *LAYERS) for hue in (role.line, role.words)}
    solid = np.array([to_rgb(hue) for hue in sorted(hues)])
    softened = np.concatenate([1 - (1 - solid) * part for part in (1, 0.66, 0.33)])
    greys = np.repeat(np.linspace(0, 1, 18)[:, None], 3, axis=1)
    colours = np.concatenate([scale, softened, greys])
    return np.unique((colours * 255).round().astype(np.uint8), axis=0)


def _linear(rgb):
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def luminance(rgb):
    """The relative luminance of RGB colours (..., 3), each from 0 to 1. Source: WCAG 2.2."""
    return _linear(np.asarray(rgb, dtype=float)) @ np.array([0.2126, 0.7152, 0.0722])


def contrast(rgb, other):
    """The contrast ratio of two RGB colours, from 1 to 21. Source: WCAG 2.2."""
    light, dark = np.maximum(luminance(rgb), luminance(other)), np.minimum(luminance(rgb), luminance(other))
    return (light + 0.05) / (dark + 0.05)


# Where black and white have the same contrast: (light + 0.05) / 0.05 = 1.05 / (light + 0.05).
_EVEN = (0.05 * 1.05) ** 0.5 - 0.05


def ink_on(colours):
    """For each RGB colour (n, 3): True where black words read better on it than white ones."""
    return luminance(colours) >= _EVEN
