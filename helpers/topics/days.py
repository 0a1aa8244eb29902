"""Days of weather as a table: one column a day, oldest at the left, and the rain of the day after them."""

from dataclasses import dataclass

import numpy as np

from helpers.drawing import letters
from helpers.drawing.colours import INPUT, OUTPUT
from helpers.drawing.letters import decimals
from helpers.drawing.parts import colour_bar, fitting, named_shape
from helpers.drawing.sheet import MARGIN, STILL, Picture, Rect, Sheet
from helpers.shapes import whole_number
from helpers.topics.sums import given
from helpers.words import lookup, say

ROW = 22  # height of a row in pixels
LIMIT = 3.0  # standard deviations whose colour is full
NEXT = 60  # what the column of the next day takes at the right
ROWS = ("temperature", "pressure", "rain")
_MOST = 11  # days side by side with room for their numbers


@dataclass(frozen=True, eq=False)
class DaysState:
    """Days in a row and the day after them.

    first: number of the first one; measured and standardised: (days, 3); next_rain: 0.0 or 1.0.
    """

    first: int
    measured: np.ndarray
    standardised: np.ndarray
    next_rain: float

    @property
    def last(self):
        return self.first + len(self.measured) - 1


def days_state(weather, first, days, standardised=None):
    """The `DaysState` of `days` days from day number `first`.

    standardised: what `weather.standardised()` gives, to save making it anew.
    """
    shown = slice(first, first + days)
    window = (weather.standardised() if standardised is None else standardised)[shown]
    return DaysState(first, weather.days[shown].numpy(), window.numpy(), weather.rain[first + days].item())


def day_table(sheet, state, left, top, pitch):
    """The table with the names of its rows before it and the numbers of its days below; return its rectangle.

    What was measured is written where there is room; what a network reads is the value, and so the colour.
    """
    fine = _fits("1015.5", pitch)
    for t, (day, measured) in enumerate(zip(state.standardised, state.measured.tolist(), strict=True)):
        numbers = [decimals(number, count) for number, count in zip(measured, (1, int(fine), 0), strict=True)]
        sheet.grid(
            day, left + pitch * t, top, pitch, ROW, name=f"x[{t + 1}]", axes=("input_size",), limit=LIMIT,
            numbers=numbers if _fits("1015", pitch) else None,
        )  # fmt: skip
    rect = Rect(left, top, left + pitch * len(state.measured) - 1, top + ROW * len(ROWS) - 1)
    sheet.box(rect, INPUT.line)
    for row, name in enumerate(ROWS):
        words = [say(f"pictures.days.{key}") for key in (name, f"short.{name}")]
        words = fitting(left - 10 - MARGIN, *words, family="sans")
        sheet.text(left - 10, top + ROW * (row + 0.5), words, align="right")
    _numbers(sheet, state, rect, pitch)
    _next_day(sheet, state, rect)
    return rect


def _fits(number, pitch):
    return letters.width(number) + 3 <= pitch


def _numbers(sheet, state, rect, pitch):
    """The number of each day where there is room, else of the first and the last one."""
    y = rect.bottom + 14
    sheet.text(rect.left - 10, y, say("pictures.days.day"), align="right")
    if _fits(f"{state.last} ", pitch):
        for day in range(len(state.measured)):
            sheet.text(rect.left + pitch * (day + 0.5), y, str(state.first + day), align="center")
        return
    sheet.text(rect.left, y, str(state.first))
    sheet.text(rect.right, y, str(state.last), align="right")


def _next_day(sheet, state, rect):
    """The one square of the day that is to be forecast, in the row of the rain."""
    square = Rect(rect.right + 16, rect.bottom - ROW + 1, rect.right + NEXT - 4, rect.bottom)
    for line, words in enumerate(lookup("pictures.days.next_lines")):
        sheet.text(square.centre, rect.top + ROW * (0.45 + 0.75 * line), words, align="center")
    sheet.text(square.centre, square.middle, f"{state.next_rain:.0f}", bold=True, align="center")
    sheet.box(square, OUTPUT.line, 3)
    sheet.text(square.centre, rect.bottom + 14, str(state.last + 1), align="center")


def days_sheet(state, width=STILL):
    """The table, its name and shape above it, the scale of colours below."""
    sheet = Sheet(width)
    days, left = len(state.measured), 120
    label = named_shape("x", seq_len=days, input_size=3)
    sheet.text(left - 2, 11, label, INPUT.words, family="mono", bold=True)
    rect = day_table(sheet, state, left, 28, min(90, (width - left - NEXT - 4) // days))
    colour_bar(sheet, MARGIN, rect.bottom + 38, say("pictures.days.value"), LIMIT, beyond=True)
    return sheet


def day_words(name, index, value):
    """What a number of the table is; name: "x[3]", index: its row."""
    return given(name, index, value, f"day.{ROWS[index]}")


def draw_days(weather, first, days):
    """A `Picture` of `days` days of the weather from day number `first`, and of the rain on the day after.

    Raises ValueError when there are no such days, or more than fit side by side.
    """
    whole_number("days", days, most=_MOST)
    whole_number("first", first, least=0, most=len(weather.days) - days - 1)
    state = days_state(weather, first, days)
    return Picture(days_sheet(state), _alt(state))


def _alt(state):
    wet = [say("pictures.days.dry"), say("pictures.days.wet")]
    rows = [
        say("pictures.days.row", day=state.first + i, temperature=t, pressure=p, rain=wet[int(r)])
        for i, (t, p, r) in enumerate(state.measured.tolist())
    ]
    rows.append(say("pictures.days.next", day=state.last + 1, rain=wet[int(state.next_rain)]))
    return say("pictures.days.alt", count=len(state.measured), rows=" ".join(rows))
