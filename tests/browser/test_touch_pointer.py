"""What points at a picture: a mouse that runs over thousands of squares, a finger, a mouse on a page that is enlarged."""

import random

from lab import browser_page
from playwright.sync_api import expect
from touching import Touched, in_kernel, open_notebook, squares, written

LARGE = "layers = explore_layers(32, 6, 20)\nlayers"
# Points at every square in turn; of every twentieth it looks, two painted frames later, at what is shown.
RUN = """
async ([canvas, squares]) => {
  const tip = canvas.parentElement.querySelector('.course-tip'), place = canvas.getBoundingClientRect(), seen = [];
  const painted = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  for (const [n, [x, y, words]] of squares.entries()) {
    const at = { clientX: place.left + x, clientY: place.top + y, pointerType: 'mouse', bubbles: true };
    canvas.dispatchEvent(new PointerEvent('pointermove', at));
    if (n % 20) continue;
    await painted();
    const box = tip.getBoundingClientRect();
    seen.push([words, tip.textContent, canvas.dataset.touched, box.width * box.height > 0]);
  }
  return seen;
}
"""


def wait_until_silent(page, sent):
    """Return when the page has sent nothing for a second and a half."""
    before = -1
    while before != len(sent):
        before = len(sent)
        page.wait_for_timeout(1500)


def test_a_pointer_that_runs_over_4000_squares_asks_nothing_of_the_kernel(lab, page):
    sent = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda message: sent.append(str(message))))
    open_notebook(page, lab, LARGE)
    layers = Touched(page, LARGE, "layers")
    known, scale = squares(page, "layers"), layers.scale
    assert len(known) > 4000
    layers.canvas.scroll_into_view_if_needed()
    run = [[x * scale, y * scale, f"{label} = {written(square.value)}"]
           for label, square in known.items() for x, y in [square.middle]]  # fmt: skip
    run = random.Random(0).sample(run, 4200)
    wait_until_silent(page, sent)
    before = len(sent)
    seen = page.evaluate(RUN, [layers.canvas.element_handle(), run])
    assert len(seen) > 200
    assert [one for one in seen if one != [one[0], one[0], one[0], True]] == []
    box = layers.canvas.bounding_box()
    for part in (0.2, 0.5, 0.8):
        page.mouse.move(box["x"], box["y"] + part * box["height"])
        page.mouse.move(box["x"] + box["width"], box["y"] + part * box["height"], steps=200)
    page.wait_for_timeout(1500)
    assert sent[before:] == []
    page.mouse.click(*layers.middle(known["h[5, 20][31]"]))
    expect(layers.explanation).to_contain_text("h[5, 20][31] = ")
    assert any('"select"' in message for message in sent[before:])


def swipe(page, x, y, down, steps=12):
    """One finger from (x, y) on the page downwards, slowly."""
    session = page.context.new_cdp_session(page)
    for step in range(steps + 1):
        points = [{"x": x, "y": y + down * step / steps}]
        session.send("Input.dispatchTouchEvent", {"type": "touchMove" if step else "touchStart", "touchPoints": points})
        page.wait_for_timeout(20)
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_a_finger_taps_and_swipes(lab, browser):
    with browser_page(820, 600, has_touch=True, is_mobile=True) as page:
        source = "cell = explore_cell(8, 12)\ncell"
        open_notebook(page, lab, source, *["print('\\n' * 40)"] * 2)
        cell = Touched(page, source, "cell")
        known = squares(page, "cell")
        scrolled = "() => document.querySelector('.jp-WindowedPanel-outer').scrollTop"
        cell.canvas.evaluate(
            """canvas => { window.seen = []; new MutationObserver(() => window.seen.push(canvas.dataset.touched))
               .observe(canvas, { attributeFilter: ['data-touched'] }) }"""
        )
        x, y = cell.middle(known["W_ih[6, 2]"])
        before = page.evaluate(scrolled)
        swipe(page, x, y + 100, -180)
        page.wait_for_function(f"(before) => ({scrolled})() >= before + 100", arg=before)
        page.wait_for_timeout(500)
        assert [words for words in page.evaluate("() => window.seen") if words] == []
        assert in_kernel(page, "cell.selected") is None
        expect(cell.tip).to_be_hidden()
        assert "pan-y" in cell.canvas.evaluate("canvas => getComputedStyle(canvas).touchAction").split()

        page.touchscreen.tap(*cell.middle(known["W_hh[8, 2]"]))
        expect(cell.tip).to_have_text(f"W_hh[8, 2] = {written(known['W_hh[8, 2]'].value)}")
        expect(cell.explanation).to_contain_text("W_hh[8, 2] = ")
        assert in_kernel(page, "cell.selected") == ("W_hh", (8, 2))


def test_the_right_square_on_a_page_at_200_percent(lab, browser):
    """A browser's zoom is twice the dots on a page of half the width."""
    with browser_page(700, 500, scale=2) as page:
        source = "layers = explore_layers()\nlayers"
        open_notebook(page, lab, source)
        layers, known = Touched(page, source, "layers"), squares(page, "layers")
        for label in random.Random(3).sample(sorted(known), 12):
            page.mouse.move(*layers.middle(known[label]))
            expect(layers.tip).to_have_text(f"{label} = {written(known[label].value)}")
