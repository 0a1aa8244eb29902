"""From a sheet to pixels: figures of our own, one lock around all drawing, a background that is kept.

Nothing here touches pyplot, so no figure is ever shared or kept alive by it. Matplotlib's font and text
caches belong to the whole process, though, and a slider's callback may run in another thread than a cell:
`DRAWING` is the one lock around everything that draws.
"""

import functools
import io
import threading
from dataclasses import dataclass

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from helpers import style
from helpers.pictures.sheet import Sheet

DRAWING = threading.RLock()


@dataclass(frozen=True, eq=False)
class Picture:
    """A figure, and what it shows in words (`alt`)."""

    figure: Figure
    alt: str


def blank_figure(width, height, scale=1):
    """A white figure of `width` x `height` CSS pixels, drawn with `scale` dots for each of them."""
    figure = Figure(figsize=(width / 100, height / 100), dpi=100 * scale, facecolor=style.PAPER)
    FigureCanvasAgg(figure)
    return figure


def lay_down(figure, sheet):
    """Add the marks of the sheet to the figure for good."""
    for artist in sheet.artists(figure):
        figure.add_artist(artist)


class Scene:
    """How a picture is drawn from a state, in two parts: what stands still, and what moves on it."""

    size: tuple[int, int]  # width and height in CSS pixels

    def still_key(self, state):
        """What the still part depends on, as a hashable value; by default nothing, so that it never changes."""
        return ()

    def draw_still(self, figure, state):
        """Draw what stands still into `figure`."""
        raise NotImplementedError

    def draw_moving(self, sheet, state):
        """Put what moves on `sheet`."""
        raise NotImplementedError


class Canvas:
    """A bitmap whose still part is drawn once, and on which only what moves is drawn again.

    As long as the `still_key` of the `Scene` stays the same, the background is restored from memory.
    """

    def __init__(self, scene, scale=1):
        self._scene, self._level = scene, 1 if scale == 1 else 6  # what stands may take longer to be smaller
        width, height = scene.size
        self._figure = blank_figure(width, height, scale)
        self._key = self._background = None

    def png(self, state):
        """The scene in `state`, as the bytes of a PNG file."""
        with DRAWING:
            canvas = self._figure.canvas
            key = self._scene.still_key(state)
            if self._background is None or key != self._key:
                self._figure.clear()
                self._scene.draw_still(self._figure, state)
                canvas.draw()
                self._key, self._background = key, canvas.copy_from_bbox(self._figure.bbox)
            else:
                canvas.restore_region(self._background)
            sheet = Sheet()
            self._scene.draw_moving(sheet, state)
            renderer = canvas.get_renderer()
            for artist in sheet.artists(self._figure):
                artist.draw(renderer)
            return encode(np.asarray(canvas.buffer_rgba()), self._level)

    def let_go(self):
        """Free the bitmaps at once. A figure and its canvas hold each other, so the collector would come much later."""
        self._background = None
        FigureCanvasAgg(self._figure)


def picture(scene, state, alt):
    """The scene in `state` as a figure that stands still."""
    with DRAWING:
        figure = blank_figure(*scene.size)
        scene.draw_still(figure, state)
        sheet = Sheet()
        scene.draw_moving(sheet, state)
        lay_down(figure, sheet)
    return Picture(figure, alt)


def figure_png(figure, scale=2):
    """The bytes of a PNG file of `figure`, with `scale` dots for each CSS pixel; the figure stays as it is."""
    with DRAWING:
        buffer, own_canvas = io.BytesIO(), figure.canvas
        try:
            FigureCanvasAgg(figure)  # its bitmap goes with it
            figure.savefig(buffer, format="raw", dpi=100 * scale)
        finally:
            figure.set_canvas(own_canvas)
        width, height = (round(size * scale) for size in (figure.get_size_inches() * 100))
        return encode(np.frombuffer(buffer.getvalue(), dtype=np.uint8).reshape(height, width, 4), level=9)


def coarse(png, width):
    """The bytes of a PNG file that is at most `width` pixels wide, from those of a finer one."""
    image = Image.open(io.BytesIO(png))
    if image.width <= width:
        return png
    return encode(np.asarray(image.convert("RGBA").reduce(image.width // width)), level=9)


@functools.cache
def _palette():
    image = Image.new("P", (1, 1))
    image.putpalette(style.palette().tobytes())
    return image


def encode(rgba, level=1):
    """The bytes of a PNG file in the colours of `style.palette`, from pixels (height, width, 4).

    With a palette the file is a third as large as with full colours, and quicker to make and to send.
    """
    image = Image.fromarray(rgba).convert("RGB")
    image = image.quantize(palette=_palette(), dither=Image.Dither.NONE)
    buffer = io.BytesIO()
    image.save(buffer, "png", compress_level=level)
    return buffer.getvalue()
