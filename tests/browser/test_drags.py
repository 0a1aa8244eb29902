"""Fast drags in a real browser: the newest value wins, soon, no queue grows, no frame is blank or of another place."""

import re

import pytest
from lab import browser_page, run_lesson, show_cell, wait_until_idle
from playwright.sync_api import expect

# At every frame that the browser paints: which frame of the kernel is shown, whether there is ink, where it is.
WATCH = """
(box) => {
  window.frames_seen = []; window.watching = true;
  const canvas = box.querySelector('canvas');
  const look = () => {
    const place = canvas.getBoundingClientRect();
    const ink = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(Boolean);
    window.frames_seen.push([canvas.dataset.revision, ink, place.left, place.width]);
    if (window.watching) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}
"""
STOP = "() => { window.watching = false; return window.frames_seen }"


@pytest.fixture(scope="module")
def loop(lab):
    """The explorer of lesson 03, on a screen with two dots for each pixel."""
    with browser_page(scale=2) as page:
        run_lesson(page, lab, "notebooks/03_manual_loop.ipynb")
        yield page


def test_no_frame_is_blank_or_elsewhere_while_it_moves(loop):
    box = show_cell(loop, "explore_loop()").locator(".course-widget")
    handle = box.get_by_role("slider", name="step")
    handle.focus()
    loop.evaluate(WATCH, box.element_handle())
    for press in range(24):
        loop.keyboard.press("ArrowLeft" if press % 4 < 2 else "ArrowRight")
        loop.wait_for_timeout(40)
    loop.keyboard.press("Home")
    expect(box.locator("[role=status]").first).to_contain_text("Before the loop")
    frames = loop.evaluate(STOP)
    assert len({revision for revision, *_ in frames}) > 8
    assert all(ink for _, ink, *_ in frames)
    assert len({tuple(place) for *_, place in ((f[0], f[2:]) for f in frames)}) == 1


def test_the_last_value_of_a_fast_drag_wins(loop):
    """The mouse runs over the whole slider and back, faster than pictures come."""
    box = show_cell(loop, "explore_loop()").locator(".course-widget")
    slider = box.locator(".widget-slider").filter(has_text="seq_len")
    handle, track = slider.locator(".noUi-handle"), slider.locator(".noUi-base").bounding_box()
    start = handle.bounding_box()
    y = start["y"] + start["height"] / 2
    loop.evaluate(WATCH, box.element_handle())
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
    frames = loop.evaluate(STOP)
    assert all(ink for _, ink, *_ in frames)
    assert len({revision for revision, *_ in frames}) < moves / 2, "every move was drawn: they were waiting in a queue"
    # Nothing is still to come: the picture stays as it is.
    canvas = box.locator("canvas").first
    last = canvas.get_attribute("data-revision")
    loop.wait_for_timeout(1000)
    assert canvas.get_attribute("data-revision") == last


def test_a_message_that_was_lost_is_made_good(loop):
    """The slider's value never reaches the kernel: after a rest the picture shows it all the same."""
    box = show_cell(loop, "explore_loop()").locator(".course-widget")
    caption, handle = box.locator("[role=status]").first, box.get_by_role("slider", name="seq_len")
    handle.focus()
    loop.keyboard.press("Home")
    expect(caption).to_contain_text(re.compile("of 1:|has 1 step"))
    loop.evaluate(
        """() => { const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
          window.lost = 0; window.sockets ??= []; const send = WebSocket.prototype.send;
          WebSocket.prototype.send = function (data) {
            const words = typeof data === 'string' ? data : new TextDecoder().decode(data);
            if (words.includes('comm_msg') && words.includes('"value":6')) { window.lost += 1; return; }
            return send.call(this, data);
          };
          window.restore = () => { WebSocket.prototype.send = send }; }"""
    )
    for _ in range(5):
        loop.keyboard.press("ArrowRight")
        loop.wait_for_timeout(150)
    loop.wait_for_timeout(100)
    lost = loop.evaluate("() => { window.restore(); return window.lost }")
    assert lost >= 1, "no message was caught, so nothing was lost"
    expect(handle).to_have_attribute("aria-valuetext", "6")
    expect(caption).to_contain_text(re.compile("of 6:|has 6 steps"), timeout=8000)


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
