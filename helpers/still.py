"""A picture that stands still in a notebook, with words for those who do not see it."""

import base64
import html

from IPython.display import display
from matplotlib.figure import Figure

from helpers.pictures.canvas import Picture, coarse, figure_png
from helpers.words import say

# As wide as its place, from the 700 to the 1000 pixels that the sizes of letters are made for; the ratio
# keeps the height the same before the picture has arrived.
_STYLE = "display:block;width:100%;max-width:1000px;aspect-ratio:{width}/{height};background:#fff"


def image_html(png, alt, width, height):
    """An `<img>` that holds the bytes of a PNG file; `alt` is escaped. width, height: its proportions.

    Decoded in the same frame that it arrives in: no blank frame between two pictures, and none lost waiting.
    """
    source = base64.b64encode(png).decode("ascii")
    return f'<img decoding="sync" alt="{html.escape(alt)}" style="{_STYLE.format(width=width, height=height)}" src="data:image/png;base64,{source}">'


def still_bundle(png, alt, text, width, height, below=""):
    """The mime bundle of a picture: HTML with alt text, a plain PNG for hosts that drop HTML, and `text`.

    below: words to stand under the picture in HTML; they are escaped. The plain PNG has one dot for each CSS pixel, since the bundle stands in a notebook's file.
    """
    words = f"<figcaption>{html.escape(below)}</figcaption>" if below else ""
    figure = f"<figure style='margin:0'>{image_html(png, alt, width, height)}{words}</figure>"
    plain = base64.b64encode(coarse(png, width)).decode("ascii")
    return {"text/plain": text, "text/html": figure, "image/png": plain}


def show(figure, alt=None):
    """Show a figure in a notebook, with its alt text, at twice its resolution for dense screens.

    figure: a `Picture` of `helpers`, which brings its own words, or a `matplotlib.figure.Figure`.
    alt: what the picture shows, in words; it is what a screen reader says, and what nbval compares.

    Raises TypeError when `figure` is no figure, ValueError when a plain figure comes without `alt`.
    """
    if isinstance(figure, Picture):
        figure, alt = figure.figure, alt or figure.alt
    if not isinstance(figure, Figure):
        expected = say("errors.figure_expected")
        raise TypeError(say("errors.drawing", name="figure", expected=expected, got=type(figure).__name__))
    if not alt or not alt.strip():
        raise ValueError(say("errors.alt"))
    width, height = (round(size * 100) for size in figure.get_size_inches())
    display(still_bundle(figure_png(figure), alt, alt, width, height), raw=True)
