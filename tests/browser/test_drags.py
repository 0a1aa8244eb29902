"""Fast drags and rests in a real browser: the last value wins, no queue grows, and a resting picture becomes twice as fine."""

import itertools
import re

import pytest
from lab import browser_page, run_lesson, show_cell, wait_until_idle
from playwright.sync_api import expect

# At every frame that the browser paints: the picture's own width, its place on the page, and whether it is decoded.
WATCH = """
(box) => {
  window.frames_seen = []; window.watching = true; window.pictures_seen = new Set();
  const look = () => {
    const img = box.querySelector('img'), place = img.getBoundingClientRect();
    window.pictures_seen.add(img.src);
    window.frames_seen.push([img.complete && img.naturalWidth, place.width, place.height]);
    if (window.watching) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}
"""
STOP = "() => { window.watching = false; return [window.frames_seen, window.pictures_seen.size] }"
DRAWN = 800  # pixels: a picture while it moves


def wait_until_fine(page, box):
    """Return when the picture has been drawn twice as fine."""
    page.wait_for_function(f"box => box.querySelector('img').naturalWidth === {2 * DRAWN}", arg=box.element_handle())


@pytest.fixture(scope="module")
def loop(lab):
    """The explorer of lesson 03, on a screen with two dots for each pixel."""
    with browser_page(scale=2) as page:
        run_lesson(page, lab, "notebooks/03_manual_loop.ipynb")
        yield page


def test_twice_as_fine_after_a_rest(loop):
    box = show_cell(loop, "explore_loop()").locator(".course-widget")
    box.locator(".noUi-handle").first.focus()
    wait_until_fine(loop, box)
    loop.evaluate(WATCH, box.element_handle())
    for press in range(24):
        loop.keyboard.press("ArrowLeft" if press % 4 < 2 else "ArrowRight")
        loop.wait_for_timeout(40)
    loop.keyboard.press("Home")
    expect(box.locator("[role=status]").first).to_contain_text("Before the loop")  # its picture came before its words
    wait_until_fine(loop, box)
    loop.wait_for_timeout(300)
    frames, _ = loop.evaluate(STOP)
    widths = [width for width, *_ in frames]
    assert set(widths) == {DRAWN, 2 * DRAWN}, "a blank frame, or a picture of another size"
    assert widths[0] == widths[-1] == 2 * DRAWN
    assert widths.count(DRAWN) > 20
    changes = [pair for pair in itertools.pairwise(widths) if pair[0] != pair[1]]
    assert len(changes) <= 6, "drawn twice as fine while it moved"  # two, and more when a press came late
    assert len({tuple(place) for _, *place in frames}) == 1, "its place on the page changed"


def test_the_last_value_of_a_fast_drag_wins(loop):
    """The mouse runs over the whole slider and back, faster than pictures come."""
    box = show_cell(loop, "explore_loop()").locator(".course-widget")
    slider = box.locator(".widget-slider").filter(has_text="seq_len")
    handle, track = slider.locator(".noUi-handle"), slider.locator(".noUi-base").bounding_box()
    loop.evaluate(WATCH, box.element_handle())
    start = handle.bounding_box()
    y = start["y"] + start["height"] / 2
    loop.mouse.move(start["x"] + start["width"] / 2, y)
    loop.mouse.down()
    moves = 0
    for turn in range(4):
        for step in range(40):
            part = step / 39 if turn % 2 == 0 else 1 - step / 39
            loop.mouse.move(track["x"] + part * track["width"], y)
            moves += 1
    loop.mouse.move(track["x"] + track["width"] * 4 / 7, y)
    loop.mouse.up()
    expect(handle).to_have_attribute("aria-valuetext", "5")
    expect(box.locator("[role=status]").first).to_contain_text(re.compile("of 5:|has 5 steps"))
    wait_until_fine(loop, box)
    _, pictures = loop.evaluate(STOP)
    assert pictures < moves / 2, "every move was drawn: they were waiting in a queue"
    # Nothing is still to come: the picture stays as it is.
    last = box.locator("img").first.get_attribute("src")
    loop.wait_for_timeout(600)
    assert box.locator("img").first.get_attribute("src") == last


# By hand: an interrupt while PyTorch loads its optimizers, about a second, is swallowed there or leaves them half loaded.
TRAINING = """
def train_without_an_end():
    import torch
    from helpers.modules import make, seeded
    rnn = make(torch.nn.RNN, 4, 8, generator=seeded(0))
    for _ in range(1_000_000):
        rnn.zero_grad()
        rnn(torch.ones(20, 16, 4))[0].sum().backward()
        with torch.no_grad():
            for weight in rnn.parameters():
                weight -= 0.01 * weight.grad

train_without_an_end()
"""


def test_an_interrupt_while_a_cell_trains_leaves_the_explorer_usable(loop):
    box = show_cell(loop, "explore_loop()").locator(".course-widget")
    caption, handle = box.locator("[role=status]").first, box.get_by_role("slider", name="hidden_size")
    loop.evaluate(
        """(code) => {
          const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
          window.training_reply = null;
          kernel.requestExecute({ code }).done.then(reply => { window.training_reply = reply.content });
        }""",
        TRAINING,
    )
    handle.focus()
    for value in (3, 4, 5):  # a slider that no test has touched before
        loop.keyboard.press("ArrowRight")
        expect(caption).to_contain_text(f"(1, {value})")
    assert loop.evaluate("() => window.training_reply") is None
    loop.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.interrupt()")
    reply = loop.wait_for_function("() => window.training_reply").json_value()
    assert (reply["status"], reply["ename"]) == ("error", "KeyboardInterrupt")
    wait_until_idle(loop)
    for value in (6, 7, 8):
        loop.keyboard.press("ArrowRight")
        expect(caption).to_contain_text(f"(1, {value})")


def test_a_slider_follows_the_ends_of_others(lab, loop):
    """wave stays at its last value while the number of steps and layers grows."""
    run_lesson(loop, lab, "notebooks/04_multilayer_rnn.ipynb")
    box = show_cell(loop, "explore_layers()").locator(".course-widget")
    for name, most in (("num_layers", 6), ("seq_len", 20)):
        handle = box.get_by_role("slider", name=name)
        handle.focus()
        loop.keyboard.press("End")
        expect(handle).to_have_attribute("aria-valuetext", str(most))
    expect(box.get_by_role("slider", name="wave")).to_have_attribute("aria-valuetext", "25")
    expect(box.locator("[role=status]").first).to_contain_text("All 120 hidden states are computed, in 25 waves")
