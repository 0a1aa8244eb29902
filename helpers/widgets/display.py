"""A picture that stands still in a notebook, with words for those who do not see it."""

import base64
import html

from IPython.display import display
from matplotlib.figure import Figure

from helpers.drawing import still
from helpers.drawing.sheet import Picture
from helpers.drawing.svg import svg
from helpers.words import say

_STYLE = "display:block;width:{width}px;max-width:100%;height:auto;background:#fff"


def sheet_bundle(sheet, alt, text, below=""):
    """The mime bundle of a still sheet: an SVG image with alt text in HTML, a PNG for hosts that drop HTML, and `text`.

    below: words under the picture in HTML.
    """
    drawn = svg(sheet, alt=alt).encode()
    return _bundle("image/svg+xml", drawn, still.png(sheet, scale=1), alt, text, sheet.size[0], below)


def _bundle(kind, image, png, alt, text, width, below=""):
    source, plain = (base64.b64encode(data).decode("ascii") for data in (image, png))
    img = f'<img alt="{html.escape(alt)}" style="{_STYLE.format(width=width)}" src="data:{kind};base64,{source}">'
    words = f"<figcaption>{html.escape(below)}</figcaption>" if below else ""
    return {"text/plain": text, "text/html": f"<figure style='margin:0'>{img}{words}</figure>", "image/png": plain}


def show(figure, alt=None):
    """Show a figure in a notebook, with its alt text, sharp on dense screens.

    figure: a `Picture` of `helpers`, which brings its own words, or a `matplotlib.figure.Figure`.
    alt: what the picture shows, in words; it is what a screen reader says, and what nbval compares.

    Raises TypeError when `figure` is no figure, ValueError when a plain figure comes without `alt`.
    """
    if not isinstance(figure, (Picture, Figure)):
        expected = say("errors.figure_expected")
        raise TypeError(say("errors.drawing", name="figure", expected=expected, got=type(figure).__name__))
    if isinstance(figure, Picture):
        alt = alt or figure.alt
        display(sheet_bundle(figure.sheet, alt, alt), raw=True)
        return
    if not alt or not alt.strip():
        raise ValueError(say("errors.alt"))
    width = round(figure.get_size_inches()[0] * 100)
    display(_bundle("image/png", still.figure_png(figure), still.figure_png(figure, 1), alt, alt, width), raw=True)
