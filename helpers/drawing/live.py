"""A sheet as a live picture: one canvas in the page that draws what the kernel sends, and the caption below it."""

import functools
from importlib import resources
from pathlib import Path

import anywidget
import traitlets

from helpers.drawing import colours
from helpers.drawing.sheet import STILL, WIDTHS

_HERE = Path(__file__).parent


class Fonts(anywidget.AnyWidget):
    """The letters of all pictures, sent to the page once."""

    _esm = "export default {};"
    files = traitlets.Dict().tag(sync=True)


@functools.cache
def _fonts():
    folder = resources.files("helpers.drawing") / "fonts"
    return Fonts(files={n: (folder / f"{n}.woff").read_bytes() for n in ("sans", "sans-bold", "mono", "mono-bold")})


class Canvas(anywidget.AnyWidget):
    """A canvas and a caption.

    frame: what `wire.pack` made, with the caption, its revision and the controls' values that it was drawn for
    width: one of `widths`, the one that fits the place on the page; the page sets it
    controls: the model ids of the controls by name; alt: what kind of picture it is, in words
    """

    # As text: of a path anywidget watches the file, and keeps every widget alive that ever showed it.
    _esm = (_HERE / "canvas.js").read_text(encoding="utf-8")
    _css = (_HERE / "canvas.css").read_text(encoding="utf-8")
    frame = traitlets.Bytes().tag(sync=True)
    width = traitlets.Int(STILL).tag(sync=True)
    widths = traitlets.List(list(WIDTHS)).tag(sync=True)
    alt = traitlets.Unicode().tag(sync=True)
    fonts = traitlets.Unicode().tag(sync=True)
    controls = traitlets.Dict().tag(sync=True)
    palettes: traitlets.List = traitlets.List().tag(sync=True)
    scales: traitlets.List = traitlets.List().tag(sync=True)

    def __init__(self, **options):
        names = {
            theme: {name: pair[i] for name, pair in colours.PALETTE.items()} for i, theme in enumerate(colours.THEMES)
        }
        super().__init__(
            fonts=_fonts().model_id,
            palettes=[names[theme] for theme in colours.THEMES],
            scales=[colours.SCALES[theme].tobytes() for theme in colours.THEMES],
            **options,
        )
