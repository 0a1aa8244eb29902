"""A picture that stands still in a notebook, with words for those who do not see it."""

import base64
import html

from IPython.display import display

from helpers.drawing.sheet import Picture
from helpers.words import say

_STYLE = "display:block;width:{width}px;max-width:100%;height:auto;background:#fff"


def _img(png, alt, width):
    source = base64.b64encode(png).decode("ascii")
    return f'<img alt="{html.escape(alt)}" style="{_STYLE.format(width=width)}" src="data:image/png;base64,{source}">'


def still_bundle(png, alt, text, width, below=""):
    """The mime bundle of a picture: HTML with alt text, the plain PNG for hosts that drop HTML, and `text`.

    png: bytes; width: how wide it is shown where there is room, in pixels; below: words under the picture in HTML.
    """
    words = f"<figcaption>{html.escape(below)}</figcaption>" if below else ""
    figure = f"<figure style='margin:0'>{_img(png, alt, width)}{words}</figure>"
    return {"text/plain": text, "text/html": figure, "image/png": base64.b64encode(png).decode("ascii")}


def show(figure, alt=None):
    """Show a figure in a notebook, with its alt text, sharp on dense screens.

    figure: a `Picture` of `helpers`, which brings its own words, or a `matplotlib.figure.Figure`.
    alt: what the picture shows, in words; it is what a screen reader says, and what nbval compares.

    Raises TypeError when `figure` is no figure, ValueError when a plain figure comes without `alt`.
    """
    from matplotlib.figure import Figure

    from helpers.drawing import still

    if not isinstance(figure, (Picture, Figure)):
        expected = say("errors.figure_expected")
        raise TypeError(say("errors.drawing", name="figure", expected=expected, got=type(figure).__name__))
    if isinstance(figure, Picture):
        alt, png, width = alt or figure.alt, still.png(figure.sheet), figure.sheet.size[0]
    elif alt and alt.strip():
        png, width = still.figure_png(figure), round(figure.get_size_inches()[0] * 100)
    else:
        raise ValueError(say("errors.alt"))
    display(still_bundle(png, alt, alt, width), raw=True)
