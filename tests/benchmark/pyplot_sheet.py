"""The same marks as `helpers.pictures.sheet.Sheet`, the way a notebook of today draws them: one artist each.

Only the benchmark uses it, to draw an explorer's very picture with pyplot on every move.
"""

import numpy as np
from matplotlib.patches import Rectangle

from helpers import style
from helpers.pictures import lettering

POINTS = 0.72  # a pixel in points, at 100 dots an inch


class PyplotSheet:
    """Draws into axes at once: `ax.text`, `Rectangle`, `ax.plot`, `ax.annotate`, `ax.imshow`."""

    def __init__(self, axes, width, height):
        self.axes = axes
        axes.set(xlim=(0, width), ylim=(height, 0))
        axes.axis("off")
        axes.set_zorder(10)  # above the axes of a plot that stands still

    def squares(self, x, y, values, width, height, limit=1.0, gap=1.0, numbers=None):
        values = np.asarray(values, dtype=float)
        texts = None if callable(numbers) or numbers is None else np.reshape(numbers, values.shape)
        largest = max(limit, np.abs(values).max())
        widest = numbers(-largest) if callable(numbers) else max(texts.ravel(), key=len) if texts is not None else ""
        room = numbers is not None and height >= style.TEXT + 4
        room = room and lettering.width(widest, style.TEXT) <= width - gap - 2
        for (row, column), value in np.ndenumerate(values):
            left, top, colour = x + width * column, y + height * row, style.fill(value, limit)
            self.patch(left, top, width - gap, height - gap, colour)
            if room:
                text = numbers(value) if callable(numbers) else texts[row, column]
                ink = "black" if style.ink_on(colour[None])[0] else "white"
                self.text(left + width / 2, top + height / 2, text, colour=ink)

    def patch(self, x, y, width, height, colour):
        self.axes.add_patch(Rectangle((x, y), width, height, facecolor=colour, linewidth=0, zorder=2))

    def pixels(self, x, y, colours, size):
        rows, columns = colours.shape[:2]
        extent = (x, x + size * columns, y + size * rows, y)
        self.axes.imshow(colours, extent=extent, interpolation="nearest", aspect="auto", zorder=2)

    def line(self, points, colour=style.INK, width=1.5, dashed=False):
        xs, ys = np.transpose(points)
        self.axes.plot(xs, ys, color=colour, linewidth=width * POINTS, linestyle="--" if dashed else "-", zorder=1)

    def arrow(self, points, colour=style.INK, width=1.5):
        self.line(points, colour, width)
        arrow = {"arrowstyle": "-|>", "color": colour, "linewidth": width * POINTS}
        self.axes.annotate("", xy=points[-1], xytext=points[-2], arrowprops=arrow)

    def mark(self, shape, x, y, colour, size=9):
        marker = {"circle": "o", "square": "s", "triangle": "^", "diamond": "D"}[shape]
        self.axes.plot([x], [y], marker, color=colour, markersize=size * POINTS)

    def box(self, x, y, width, height, colour=style.INK, line=2.0, dashed=False):
        style_of = {"edgecolor": colour, "linewidth": line * POINTS, "linestyle": "--" if dashed else "-"}
        self.axes.add_patch(Rectangle((x, y), width, height, fill=False, **style_of))

    def text(self, x, y, text, size=style.TEXT, colour=style.INK, align="center", family="sans", bold=False):
        family = "DejaVu Sans Mono" if family == "mono" else "DejaVu Sans"
        options = {"fontsize": size * POINTS, "color": colour, "family": family}
        weight = "bold" if bold else "normal"
        self.axes.text(x, y, text, ha=align, va="center", fontweight=weight, **options)
