"""Which square is meant, in a blank page: by a pointer at every zoom, by the arrow keys from any square to any other."""

import random

import pytest
from lab import browser_page
from moves import EXPLORERS, random_value
from page import close_views, frame, open_view
from playwright.sync_api import expect
from touching import written

from helpers import explore_layers
from helpers.drawing.live import Canvas
from helpers.drawing.sheet import WIDTHS

# What enlarges a page, as CSS: the front end of slides, for one, enlarges them by a transform.
ENLARGED = ["", "zoom: 2", "transform: scale(1.5); transform-origin: 0 0"]


@pytest.fixture(scope="module")
def window(browser):
    with browser_page(1500, 1000) as page:
        yield page


@pytest.mark.parametrize("style", ENLARGED)
@pytest.mark.parametrize("dots", [1, 1.25, 2, 3])
@pytest.mark.parametrize("width", [900, 320])
def test_the_square_below_the_pointer_is_the_one_that_is_shown(window, style, dots, width):
    """Whatever a page's pixel is on the screen, and where the picture has shrunk."""
    screen = {"width": 1500, "height": 1000, "deviceScaleFactor": dots, "mobile": False}
    window.context.new_cdp_session(window).send("Emulation.setDeviceMetricsOverride", screen)
    window.goto("about:blank")
    explorer = explore_layers(3, 4, 6)
    explorer.width = 900 if width == 900 else 460
    window.add_style_tag(content=Canvas._css)
    open_view(window, explorer.sheet, width=width)
    window.evaluate("(style) => { document.body.style.cssText += style }", style)
    canvas, tip = window.locator("canvas"), window.locator(".course-tip")
    box, sheet = canvas.bounding_box(), explorer.sheet
    scale = box["width"] / sheet.size[0]
    grids = [grid for grid in sheet.grids if grid.name.startswith(("h", "x"))]
    for grid in random.Random(style).sample(grids, 6):
        for row in (0, len(grid.values) - 1):
            place = grid.square(row, 0)
            for x, y in ((place.centre, place.middle), (place.left + 2, place.top + 2)):
                window.mouse.move(box["x"] + x * scale, box["y"] + y * scale)
                expect(tip).to_have_text(f"{grid.name}[{row}] = {written(grid.values[row, 0].item())}")
            words, (_, top, _, _), (_, _, _, bottom) = tip.bounding_box(), grid.square(0, 0), place
            assert box["x"] - 1 <= words["x"] <= words["x"] + words["width"] <= box["x"] + box["width"] + 1
            above, below = box["y"] + top * scale, box["y"] + bottom * scale
            assert words["y"] + words["height"] < above or words["y"] > below, "the tip hides numbers of its own grid"
    close_views(window)


def test_touch_goes_on_when_the_kernel_has_ended(window):
    window.goto("about:blank")
    errors = []
    window.on("pageerror", lambda error: errors.append(str(error)))
    sheet = explore_layers().sheet
    open_view(window, sheet)
    window.evaluate("() => { window.views.at(-1).model.send = () => { throw new Error('Cannot send') } }")
    grid = next(grid for grid in sheet.grids if grid.name == "h[1, 3]")
    place, canvas = grid.square(0, 0), window.locator("canvas")
    canvas.click(position={"x": place.centre, "y": place.middle})
    words = f"h[1, 3][0] = {written(grid.values[0, 0].item())}"
    expect(window.locator(".course-tip")).to_have_text(words)
    window.evaluate("() => { window.keys = []; addEventListener('keydown', (event) => window.keys.push(event.key)) }")
    for key in ("Enter", " ", "ArrowUp", "ArrowDown", "Escape"):
        window.keyboard.press(key)
    assert window.evaluate("() => window.keys") == []  # they are the picture's own: none goes on to the page
    assert errors == []
    close_views(window)


# From the first square by arrow keys to all that they reach: how many squares there are, and those that are never reached.
WALK = """
async ([code, text]) => {
  const script = new Blob([`${code}\nexport { touchables, neighbour, unpack };`], { type: 'text/javascript' });
  const { touchables, neighbour, unpack } = await import(URL.createObjectURL(script));
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const grids = touchables(unpack(new DataView(bytes.buffer))), all = new Map();
  const label = ({ grid, row, column }) => grid.label(row, column);
  for (const grid of grids) for (let row = 0; row < grid.rows; row++) for (let column = 0; column < grid.columns; column++) {
    all.set(label({ grid, row, column }), { grid, row, column });
  }
  const start = { grid: grids[0], row: 0, column: 0 }, reached = new Set([label(start)]), from = [start];
  while (from.length) {
    const here = from.pop();
    for (const way of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
      const next = neighbour(grids, here, way);
      if (next && !reached.has(label(next))) from.push(next), reached.add(label(next));
    }
  }
  return [all.size, [...all.keys()].filter((one) => !reached.has(one))];
}
"""


@pytest.mark.parametrize("name", EXPLORERS)
def test_arrow_keys_reach_every_number(window, name):
    window.goto("about:blank")
    explorer, chooser = EXPLORERS[name](), random.Random(name)
    for width in (*WIDTHS, *WIDTHS):
        explorer.width = width
        count, missed = window.evaluate(WALK, [Canvas._esm, frame(explorer.sheet)])
        assert count
        assert missed == []
        for control in explorer.controls.values():
            control.value = random_value(control, chooser)
