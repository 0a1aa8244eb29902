"""The canvas, Matplotlib and SVG draw the same picture of every topic, light and dark; a comparison that can fail."""

import io
import random

import numpy as np
import pytest
from comparing import SCALE, differences, on_white, without_words
from lab import browser_page
from moves import EXPLORERS, random_value
from page import close_views, open_view, pixels
from PIL import Image

from helpers.drawing import colours, still
from helpers.drawing.sheet import WIDTHS, Grid, Sheet
from helpers.drawing.svg import svg


@pytest.fixture(scope="module")
def window(browser):
    with browser_page(1200, 900, scale=SCALE) as page:
        yield page


@pytest.fixture
def drawn(window):
    """Draws a sheet on a canvas: its dots (height, width, 4)."""

    def draw(sheet, **options):
        open_view(window, sheet, **options)
        found = pixels(window)
        close_views(window)
        return found

    return draw


def stills(sheet):
    """A sheet as Matplotlib draws it, with and without its words."""
    return [on_white(still.pixels(one, SCALE)) for one in (sheet, without_words(sheet))]


def states(name, count=3):
    """Sheets of an explorer at its start and at `count` random settings, each laid out for another width."""
    explorer, chooser = EXPLORERS[name](), random.Random(name)
    for number in range(count + 1):
        explorer.width = WIDTHS[(number + 1) % len(WIDTHS)]
        yield explorer.sheet
        for control in explorer.controls.values():
            control.value = random_value(control, chooser)


@pytest.mark.parametrize("name", EXPLORERS)
def test_canvas_and_matplotlib_draw_the_same(name, drawn):
    for sheet in states(name):
        shown, bare = stills(sheet)
        assert differences(sheet, on_white(drawn(sheet)), shown, bare) == []


@pytest.mark.parametrize("name", ["layers", "memory", "batch_first"])
def test_svg_shows_the_same(name, window):
    sheet = next(states(name))
    window.set_content(f"<body style='margin:0'>{svg(sheet, 'title', 'words')}")
    width, height = sheet.size
    shot = window.screenshot(clip={"x": 0, "y": 0, "width": width, "height": height})
    dots = np.asarray(Image.open(io.BytesIO(shot)).convert("RGB"), dtype=float)
    assert differences(sheet, dots, *stills(sheet)) == []


@pytest.fixture
def sheet():
    """A small sheet with one mark of each kind."""
    made = Sheet(460)
    made.grid([[0.25, -0.5], [1.0, -1.5]], 20, 30, 46, 20, numbers=2, role=colours.HIDDEN, label="h_1")
    made.line([(20, 110), (200, 110)], "faint", 1.2)
    made.line([(20, 90), (200, 90), (200, 60)], "output", 2)
    made.arrow([(220, 90), (220, 40)], "input words")
    made.text(240, 40, "seq_len 5", bold=True)
    made.spot("triangle", 300, 80, "weight", 11)
    return made


def swapped(sheet):
    grid = sheet.fills[0]
    sheet.fills[0] = grid._replace(values=grid.values[::-1])


def swapped_numbers_alone(sheet):
    grid = sheet.fills[0]
    sheet.fills[0] = grid._replace(numbers=["1.00", "−1.50", "0.25", "−0.50"])


def moved_label(sheet):
    sheet.texts[-1] = sheet.texts[-1]._replace(x=sheet.texts[-1].x + 3)


def other_word(sheet):
    sheet.texts[-1] = sheet.texts[-1]._replace(words="seq_len 8")


def dropped_line(sheet):
    del sheet.lines[1]


def dropped_faint_line(sheet):
    del sheet.lines[0]


def dropped_head(sheet):
    sheet.lines[2] = sheet.lines[2]._replace(head=False)


def other_colour(sheet):
    sheet.boxes[0] = sheet.boxes[0]._replace(colour="output")


def moved_box(sheet):
    sheet.boxes[0] = sheet.boxes[0]._replace(rect=sheet.boxes[0].rect.grown(1))


def turned_spot(sheet):
    sheet.spots[0] = sheet.spots[0]._replace(shape="diamond")


FAULTS = [
    swapped,
    swapped_numbers_alone,
    moved_label,
    other_word,
    dropped_line,
    dropped_faint_line,
    dropped_head,
    other_colour,
    moved_box,
    turned_spot,
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_the_comparison_sees_a_fault(fault, sheet, drawn):
    shown, bare = stills(sheet)
    size = sheet.size
    assert differences(sheet, on_white(drawn(sheet)), shown, bare) == []
    fault(sheet)
    assert sheet.size == size
    assert differences(sheet, on_white(drawn(sheet)), shown, bare)


def test_a_dark_page_has_dark_colours(sheet, drawn):
    found = drawn(sheet, dark=True)[::SCALE, ::SCALE]
    ground = found[2, 2]
    assert ground[3] == 0  # see-through: the page's own ground
    grid = next(fill for fill in sheet.fills if isinstance(fill, Grid))
    for (row, column), value in np.ndenumerate(grid.values):
        dot = found[grid.top + grid.height * row + 2, grid.left + grid.width * column + 2, :3]
        assert np.abs(dot.astype(int) - colours.fill(value, theme="dark")).max() <= 1
    box = sheet.boxes[0].rect
    edge = found[int(box.middle), int(box.left) - 1, :3]
    assert np.abs(edge - np.rint(colours.rgb("hidden", "dark") * 255)).max() <= 1
