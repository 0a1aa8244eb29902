"""A sheet as the text of an SVG file: for the figures that lessons show in their text.

Words stay text, each with the width that it was laid out for, so that another font on the reader's machine moves
nothing. Title and description are inside, for those who do not see the figure.
"""

import html

from helpers.drawing import colours, geometry, letters
from helpers.drawing.letters import TEXT
from helpers.drawing.sheet import Text

_SANS, _MONO = "'DejaVu Sans',Verdana,sans-serif", "'DejaVu Sans Mono',Menlo,Consolas,monospace"


def svg(sheet, title="", alt=""):
    """The text of an SVG file of a sheet. title, alt: what it is and what it shows, in words."""
    width, height = sheet.size
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title desc" '
        f'width="{width}" height="{height}" viewBox="0 0 {width} {height}" font-family="{_SANS}" font-size="{TEXT}">',
        f'<title id="title">{html.escape(title or alt)}</title>',
        f'<desc id="desc">{html.escape(alt)}</desc>',
        f'<rect width="{width}" height="{height}" fill="{_hex("paper")}"/>',
        *(_stroke(_path(geometry.shaft(line)), line) for line in sheet.lines),
        *_squares(sheet),
        *(f'<path d="{_path(geometry.head(line))}z" fill="{_hex(line.colour)}"/>' for line in sheet.lines if line.head),
        *(f'<path d="{_path(geometry.corners(spot))}z" fill="{_hex(spot.colour)}"/>' for spot in sheet.spots),
        *(_stroke(_rectangle(*box.rect.grown(box.width / 2)), box) for box in sheet.boxes),
        *(_text(text, _hex(text.colour)) for text in sheet.texts),
        *_numbers(sheet),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _hex(name):
    return colours.PALETTE[name][0]


def _number(value):
    return f"{value:.1f}".removesuffix(".0")


def _path(points):
    return "M" + " ".join(f"{_number(x)},{_number(y)}" for x, y in points)


def _rectangle(left, top, right, bottom):
    return f"M{_number(left)},{_number(top)}H{_number(right)}V{_number(bottom)}H{_number(left)}z"


def _stroke(path, mark):
    dashes = f' stroke-dasharray="{4 * mark.width:g},{2 * mark.width:g}"' if mark.dashed else ""
    return f'<path d="{path}" fill="none" stroke="{_hex(mark.colour)}" stroke-width="{mark.width:g}"{dashes}/>'


def _squares(sheet):
    """Neighbours of one colour become one path."""
    path, colour = "", None
    for left, top, right, bottom, shade in geometry.filled(sheet):
        now = "#{:02x}{:02x}{:02x}".format(*shade)
        if now != colour and path:
            yield f'<path d="{path}" fill="{colour}"/>'
            path = ""
        path, colour = path + _rectangle(left, top, right, bottom), now
    if path:
        yield f'<path d="{path}" fill="{colour}"/>'


def _numbers(sheet):
    for words, x, y, black in geometry.written(sheet):
        yield _text(Text(words, x, y, "ink", TEXT, "center", "sans", False), "#000000" if black else "#ffffff")


def _text(text, colour):
    """One text; what it shares with most others stands at the root."""
    words, x, _, _, size, align, family, bold = text
    across = _number(letters.width(words, size, family, bold))
    place = f'x="{_number(x)}" y="{_number(text.baseline)}" textLength="{across}"'
    anchor = {"left": "", "center": ' text-anchor="middle"', "right": ' text-anchor="end"'}[align]
    look = f' font-size="{size}"' * (size != TEXT) + f' font-family="{_MONO}"' * (family == "mono")
    weight = ' font-weight="bold"' * bold
    return f'<text {place}{anchor}{look}{weight} fill="{colour}">{html.escape(words)}</text>'
