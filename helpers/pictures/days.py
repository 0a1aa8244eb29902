"""Days of weather as a table: one column a day, oldest at the left."""

import numpy as np

from helpers import style
from helpers.pictures import lettering
from helpers.pictures.canvas import DRAWING, Picture, blank_figure, lay_down
from helpers.pictures.sheet import Sheet
from helpers.pictures.tensors import colour_bar, shape_label
from helpers.shapes import whole_number
from helpers.words import lookup, say

ROW = 24  # height of a row in pixels
LIMIT = 3  # standard deviations whose colour is full
ROWS = ("temperature", "pressure", "rain")
_MOST = 11  # days side by side with room for their numbers
_PITCH = 58


def row_names(sheet, right, top):
    """The names of the three rows, ending at `right`."""
    for row, name in enumerate(ROWS):
        sheet.text(right, top + ROW * (row + 0.5), say(f"pictures.days.{name}"), align="right")


def day_columns(sheet, measured, standardised, left, top, pitch):
    """The squares of a table of days.

    measured, standardised: (days, 3); what was measured is written, what a network reads is the colour.
    """
    texts = [[f"{t:z.1f}".replace("-", "−"), f"{p:.1f}", f"{r:.0f}"] for t, p, r in measured]
    sheet.squares(left, top, standardised.T, pitch, ROW, LIMIT, numbers=np.array(texts).T)
    sheet.box(left - 1, top - 1, pitch * len(measured) + 1, ROW * 3 + 1, colour=style.INPUT.line)


def day_numbers(sheet, first, count, left, y, pitch):
    """The number of each day where there is room, else of the first and the last one."""
    if lettering.width("00,000 ", style.TEXT) <= pitch:
        for day in range(count):
            sheet.text(left + pitch * (day + 0.5), y, f"{first + day:,}")
        return
    sheet.text(left, y, f"{first:,}", align="left")
    sheet.text(left + pitch * count, y, f"{first + count - 1:,}", align="right")


def draw_days(weather, first, days):
    """A `Picture` of `days` days of the weather from day number `first`, and of the rain on the day after.

    Raises ValueError when there are no such days, or more than fit side by side.
    """
    whole_number("days", days, most=_MOST)
    whole_number("first", first, least=0, most=len(weather.days) - days - 1)
    shown = slice(first, first + days)
    measured = weather.days[shown].numpy()
    standardised = weather.standardised()[shown].numpy()
    left, top, next_rain = 200, 44, weather.rain[first + days].item()
    end = left + _PITCH * days
    with DRAWING:
        sheet = Sheet()
        label = shape_label("x", seq_len=days, input_size=3)
        sheet.text(left, 20, label, align="left", family="mono", bold=True, colour=style.INPUT.words)
        row_names(sheet, left - 10, top)
        day_columns(sheet, measured, standardised, left, top, _PITCH)
        next_day_column(sheet, next_rain, end + 24, top)
        sheet.text(left - 10, top + ROW * 3 + 18, say("pictures.days.day"), align="right")
        day_numbers(sheet, first, days, left, top + ROW * 3 + 18, _PITCH)
        sheet.text(end + 24 + 20, top + ROW * 3 + 18, f"{first + days:,}")
        colour_bar(sheet, left + 160, top + ROW * 3 + 64, 160, [(say("pictures.networks.inputs"), LIMIT)])
        figure = blank_figure(style.WIDTH, top + ROW * 3 + 84)
        lay_down(figure, sheet)
    return Picture(figure, _alt(first, measured, next_rain))


def next_day_column(sheet, rain, left, top):
    """The one square of the day that is to be forecast, in the row of the rain."""
    y = top + ROW * 2
    for line, words in enumerate(lookup("pictures.days.next_lines")):
        sheet.text(left + 20, top + ROW * (0.5 + 0.8 * line), words)
    sheet.patch(left, y, 39, ROW - 1, style.PAPER)
    sheet.text(left + 20, y + ROW / 2 - 0.5, f"{rain:.0f}", bold=True)
    sheet.box(left - 1, y - 1, 41, ROW + 1, colour=style.OUTPUT.line, line=3)


def _alt(first, measured, next_rain):
    wet = [say("pictures.days.dry"), say("pictures.days.wet")]
    rows = [
        say("pictures.days.row", day=first + i, temperature=t, pressure=p, rain=wet[int(r)])
        for i, (t, p, r) in enumerate(measured.tolist())
    ]
    rows.append(say("pictures.days.next", day=first + len(measured), rain=wet[int(next_rain)]))
    return say("pictures.days.alt", count=len(measured), rows=" ".join(rows))
