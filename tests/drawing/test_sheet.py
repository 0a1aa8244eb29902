"""The sheet: marks and their places, the size that follows from them, numbers where there is room, bytes for the page."""

import json
import random
import struct

import numpy as np
import pytest
from sheet_rules import faults, grid_rect

from helpers.drawing import letters, parts
from helpers.drawing.colours import HIDDEN, INPUT
from helpers.drawing.letters import TEXT, decimals
from helpers.drawing.sheet import MARGIN, Rect, Sheet
from helpers.drawing.wire import pack


def test_a_grid_returns_the_place_that_it_takes():
    sheet = Sheet()
    rect = sheet.grid(np.zeros((3, 2)), 10, 20, 46, 18, role=HIDDEN, label="h_1")
    assert rect == Rect(10, 20, 10 + 2 * 46 - 1, 20 + 3 * 18 - 1) == grid_rect(sheet.grids[0])
    assert sheet.boxes[0].rect == rect
    (label,) = sheet.texts
    assert label.rect.bottom < rect.top
    assert label.colour == HIDDEN.words
    column = sheet.grid(np.zeros(4), 200, 20, 46, 18, role=INPUT, label="x_1", below=True)
    assert sheet.grids[1].values.shape == (4, 1)
    assert sheet.texts[1].rect.top > column.bottom
    assert sheet.texts[1].rect.centre == pytest.approx(column.centre)


def test_the_size_follows_from_the_marks():
    sheet = Sheet()
    assert sheet.size == (MARGIN, MARGIN)
    sheet.grid(np.zeros((2, 2)), 10, 10, 20, 20, role=HIDDEN)
    assert sheet.size == (10 + 39 + 2 + MARGIN, 10 + 39 + 2 + MARGIN)
    rect = sheet.text(100, 90, "gradient", align="right")
    assert rect.right == 100
    assert rect.left == pytest.approx(100 - letters.width("gradient"))
    assert sheet.size[0] == 100 + MARGIN
    assert sheet.size[1] >= rect.bottom + MARGIN > 90 + MARGIN
    sheet.spot("circle", 200, 10, "input", size=10)
    sheet.arrow([(10, 10), (10, 300)])
    assert (sheet.size[0], sheet.size[1]) == (205 + MARGIN, 302 + MARGIN)


def test_no_words_leave_no_mark():
    sheet = Sheet()
    assert sheet.text(10, 10, "") == Rect(10, 10, 10, 10)
    assert sheet.texts == []


@pytest.mark.parametrize(
    ("value", "count", "words"),
    [(-0.0049, 2, "0.00"), (-0.0051, 2, "−0.01"), (0.125, 2, "0.13"), (-0.125, 2, "−0.13"), (-12.3, 2, "−12.30"),
     (405, 0, "405"), (-0.4, 0, "0"), (2.5, 0, "3"), (1 / 3, 4, "0.3333"), (float("nan"), 2, "nan"), (-1e40, 2, "−∞")],
)  # fmt: skip
def test_numbers_have_a_real_minus_and_zero_has_none(value, count, words):
    assert decimals(value, count) == words


def test_numbers_are_rounded_as_arithmetic_says():
    """Against Python's own rounding of the exact decimal value, halves away from zero."""
    from decimal import ROUND_HALF_UP, Decimal

    chooser = random.Random(3)
    for _ in range(2000):
        value = struct.unpack("f", struct.pack("f", chooser.gauss(0, 3)))[0]
        exact = abs(Decimal(value)).quantize(Decimal("0.01"), ROUND_HALF_UP)
        assert decimals(value) == ("−" if value < 0 and exact else "") + str(exact)


def test_there_is_room_for_all_numbers_or_for_none():
    small, large = np.array([0.1, -0.2]), np.array([-123.0])
    wide = letters.width("−123.00")
    assert parts.room(46, 20, small) == 2
    assert parts.room(46, 20, small, large) is None
    assert parts.room(wide + 4, 20, small, large) == 2
    assert parts.room(46, TEXT, small) is None
    assert parts.room(42, 20, np.array([405.0]), decimals=0, limit=500) == 0
    assert parts.room(20, 20, np.array([405.0]), decimals=0, limit=500) is None


def test_shapes_are_named_long_or_short():
    assert parts.named_shape("h_n", num_layers=3, batch=6) == "h_n (num_layers 3, batch 6)"
    assert parts.named_shape("h_n", short=True, num_layers=3, batch=6) == "h_n (3, 6)"
    assert parts.named_shape("b", short=True, hidden_size=5) == "b (5,)"
    assert parts.fitting(1000, "a long name", "short") == "a long name"
    assert parts.fitting(60, "a long name", "short") == "short"


@pytest.mark.parametrize(
    ("limit", "least", "beyond", "ends"), [(1, -1, True, ["≤ −1", "0", "≥ 1"]), (3, 0, False, ["0", "1.5", "3"])]
)
def test_the_colour_bar_runs_from_end_to_end(limit, least, beyond, ends):
    sheet = Sheet()
    parts.colour_bar(sheet, MARGIN, 10, "value", limit, least, beyond)
    values = sheet.grids[0].values[0]
    assert (values[0], values[-1]) == (least, 1)
    assert [text.words for text in sheet.texts] == ["value", *ends]
    assert list(faults(sheet)) == []


def test_a_plot_puts_points_where_its_ticks_are():
    sheet = Sheet()
    box = Rect(60, 40, 360, 240)
    plot = parts.Plot(
        sheet, box, (0, 30), (-4, 1), {0: "0", 10: "10", 30: "30"}, parts.power_ticks(-4, 1, 1), "t", "size"
    )
    places = {text.words: (text.x, text.y) for text in sheet.texts}
    assert plot.at(10, -3) == pytest.approx((places["10"][0], places["1e−3"][1]))
    values = np.array([10.0, 1e-2, 1e-9, 1e-3])
    points = plot.powers(np.arange(4), values)
    assert [spot.y for spot in sheet.spots] == [y for _, y in points.tolist()]
    assert points[:, 1].tolist() == pytest.approx([box.top, plot.at(0, -2)[1], plot.at(0, -3)[1]])
    assert sum(line.head for line in sheet.lines) == 2  # where the line leaves the axes, and where it comes back
    assert list(faults(sheet)) == []


def unpacked(frame):
    """Head and numbers of a frame, read another way than the page does."""
    length = int.from_bytes(frame[:4], "little")
    assert (4 + length) % 4 == 0
    return json.loads(frame[4 : 4 + length]), np.frombuffer(frame[4 + length :], dtype="<f4")


def test_a_frame_holds_every_value_of_every_grid():
    sheet, chooser = Sheet(), np.random.default_rng(0)
    values = [chooser.normal(size=shape) for shape in ((3, 2), (5, 1), (1, 7))]
    for place, value in enumerate(values):
        sheet.grid(
            value, 10 + 120 * place, 40, 10, 10, name=f"g[{place}]", axes=("rows",), sources=("x",), first=(place, 3)
        )
    sheet.patch(Rect(1, 2, 3, 4), "faint")
    sheet.text(5, 6, "words", "input words")
    head, numbers = unpacked(pack(sheet, caption="é≥", revision=7))
    assert (head["caption"], head["revision"], tuple(head["size"])) == ("é≥", 7, sheet.size)
    assert head["grids"] == [[f"g[{place}]", ["rows"], ["x"], [place, 3]] for place in range(3)]
    flat = np.concatenate([value.ravel() for value in values]).astype(np.float32)
    assert np.array_equal(numbers[-len(flat) :], flat)
    assert head["texts"] == [["input words", TEXT, "left", "sans", False, ["words"]]]


def test_the_rules_find_each_fault():
    """The gate itself."""

    def sheet():
        made = Sheet()
        made.grid(np.zeros((2, 2)), 20, 40, 46, 20, numbers=2, role=HIDDEN, label="h_1", name="h[1]")
        made.text(200, 60, "words")
        made.arrow([(300, 90), (300, 30)])
        return made

    def broken(change):
        made = sheet()
        change(made)
        return " ".join(faults(made))

    assert list(faults(sheet())) == []
    assert "overlap" in broken(lambda s: s.text(205, 62, "others"))
    assert "cut off" in broken(lambda s: s.text(-5, 62, "others"))
    assert "lies on h[1]" in broken(lambda s: s.text(30, 60, "others"))
    assert "struck through" in broken(lambda s: s.line([(190, 60), (260, 60)]))
    assert "struck through" in broken(lambda s: s.box(Rect(210, 40, 300, 80)))
    assert "ends on h[1]" in broken(lambda s: s.arrow([(10, 50), (40, 50)]))
    assert "lies on a mark" in broken(lambda s: s.spot("circle", 210, 60, "input"))
    assert "laid out for" in broken(lambda s: s.text(700, 60, "far away"))
    assert "is blank" in broken(lambda s: s.text(10, 300, "far below"))
    assert "wider than" in broken(lambda s: s.grid([[0.5]], 400, 40, 20, 20, numbers=2, name="narrow"))
    assert "higher than" in broken(lambda s: s.grid([[0.5]], 400, 40, 46, 10, numbers=2, name="low"))
    assert "letters of 9" in broken(lambda s: s.text(400, 60, "small", size=9))
