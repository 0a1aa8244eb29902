"""A sheet the way a notebook of today draws it: with pyplot, one artist for each mark.

Only the benchmark uses it, to draw an explorer's very picture under `interact` on every move.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Rectangle

from helpers.drawing import colours, geometry, letters

POINTS = 0.72  # a pixel in points, at 100 dots an inch
FAMILIES = {"mono": "DejaVu Sans Mono", "sans": "DejaVu Sans"}
MARKERS = {"circle": "o", "square": "s", "triangle": "^", "diamond": "D"}


def draw(sheet):
    """Draw a sheet into a new figure of pyplot."""
    width, height = sheet.size
    axes = plt.figure(figsize=(width / 100, height / 100)).add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(height, 0))
    axes.axis("off")
    for line in sheet.lines:
        _line(axes, line)
    for left, top, right, bottom, shade in geometry.filled(sheet):
        axes.add_patch(Rectangle((left, top), right - left, bottom - top, facecolor=shade / 255, linewidth=0, zorder=2))
    for spot in sheet.spots:
        marker, size = MARKERS[spot.shape], spot.size * POINTS
        axes.plot([spot.x], [spot.y], marker, color=colours.rgb(spot.colour), markersize=size)
    for box in sheet.boxes:
        look = {
            "edgecolor": colours.rgb(box.colour),
            "linewidth": box.width * POINTS,
            "linestyle": "--" if box.dashed else "-",
        }
        axes.add_patch(Rectangle(box.rect[:2], box.rect.width, box.rect.height, fill=False, zorder=3, **look))
    for text in sheet.texts:
        _text(axes, text.words, text.x, text.y, colours.rgb(text.colour), text.size, text.align, text.family, text.bold)
    for words, x, y, black in geometry.written(sheet):
        _text(axes, words, x, y, "black" if black else "white", letters.TEXT, "center", "sans", False)


def _line(axes, line):
    colour, width = colours.rgb(line.colour), line.width * POINTS
    xs, ys = np.transpose(line.points)
    axes.plot(xs, ys, color=colour, linewidth=width, linestyle="--" if line.dashed else "-", zorder=1)
    if line.head:
        arrow = {"arrowstyle": "-|>", "color": colour, "linewidth": width}
        axes.annotate("", xy=line.points[-1], xytext=line.points[-2], arrowprops=arrow)


def _text(axes, words, x, y, colour, size, align, family, bold):
    look = {
        "fontsize": size * POINTS,
        "color": colour,
        "family": FAMILIES[family],
        "fontweight": "bold" if bold else "normal",
    }
    axes.text(x, y, words, ha=align, va="center", zorder=4, **look)
