"""The live picture in a real JupyterLab: it follows while a cell trains, plays, and keeps to its place."""

import re

import pytest
from lab import open_lesson, run_all, run_lesson, show_cell, wait_until_idle
from playwright.sync_api import expect

EXPLORER = "explore_rain()"

TRAINING = """
def train_for_a_while():
    import time
    from helpers.forecast import dense_forecast, fit
    from helpers.modules import seeded
    x, y = windows(weather.standardised(), weather.rain, 14, TRAIN_DAYS)
    end = time.monotonic() + 8
    while time.monotonic() < end:
        fit(dense_forecast(14, 16, seeded(0)), (x[:2000], y[:2000]), (x[:500], y[:500]), seeded(0), epochs=1)

train_for_a_while()
"""


def test_the_picture_follows_while_a_cell_trains(rain):
    cell = show_cell(rain, EXPLORER)
    handle, caption = cell.locator(".noUi-handle").nth(1), cell.locator("[role=status]").first
    rain.evaluate(
        """(code) => {
          const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
          window.training_done = false; window.training_reply = null;
          const future = kernel.requestExecute({ code });
          future.done.then(reply => { window.training_done = true; window.training_reply = reply.content.status });
        }""",
        TRAINING,
    )
    rain.wait_for_timeout(1000)
    handle.focus()
    for days in range(4, 10):
        rain.keyboard.press("ArrowRight")
        expect(caption).to_contain_text(f"{days} days, ", timeout=4000)
    assert rain.evaluate("() => window.training_done") is False
    rain.wait_for_function("() => window.training_done", timeout=60_000)
    assert rain.evaluate("() => window.training_reply") == "ok"


def test_the_study_trains_while_sliders_move(rain):
    cell = show_cell(rain, EXPLORER)
    cell.get_by_role("button", name="Train both").click()
    stop = cell.get_by_role("button", name="Stop")
    stop.wait_for()
    cell.locator(".noUi-handle").nth(2).focus()
    rain.keyboard.press("ArrowRight")
    expect(cell.locator("[role=status]").first).to_contain_text("hidden_size 17")
    expect(cell.locator("canvas")).to_have_count(2)
    expect(cell.get_by_text(re.compile(r"Trained [1-9]\d* of 50"))).to_be_visible(timeout=60_000)
    stop.click()
    expect(cell.locator("[role=status]").nth(1)).to_contain_text("Stopped after", timeout=60_000)
    wait_until_idle(rain)


def test_the_play_button_walks_the_loop(lab, page):
    open_lesson(page, lab, "notebooks/03_manual_loop.ipynb")
    run_all(page)
    cell = show_cell(page, "explore_loop()")
    caption = cell.locator("[role=status]").first
    expect(caption).to_contain_text("Step 1 of 3")
    cell.locator("button.jupyter-button").first.click()
    expect(caption).to_contain_text("Step 2 of 3", timeout=10_000)
    expect(caption).to_contain_text("Step 3 of 3", timeout=10_000)


def test_the_play_button_goes_on_from_where_the_slider_was_put(lab, page):
    run_lesson(page, lab, "notebooks/03_manual_loop.ipynb")
    box = show_cell(page, "explore_loop()").locator(".course-widget")
    caption, play = box.locator("[role=status]").first, box.locator(".widget-play button").first
    box.get_by_role("slider", name="seq_len").focus()
    page.keyboard.press("End")
    expect(caption).to_contain_text("Step 1 of 8")
    box.get_by_role("slider", name="step").focus()
    for step in (2, 3, 4, 5):
        page.keyboard.press("ArrowRight")
        expect(caption).to_contain_text(f"Step {step} of 8")
    said = page.evaluate_handle(
        "(place) => { const said = []; new MutationObserver(() => said.push(place.textContent)).observe("
        "place, { subtree: true, childList: true, characterData: true }); return said }",
        caption.element_handle(),
    )
    play.click()
    expect(caption).to_contain_text("Step 7 of 8", timeout=20_000)
    play.click()
    steps = [int(words) for words in re.findall(r"Step (\d) of 8", " ".join(said.json_value()))]
    assert steps == sorted(steps)
    assert min(steps) == 6
    box.get_by_role("slider", name="step").focus()
    page.keyboard.press("Home")
    expect(caption).to_contain_text("Before the loop")
    play.click()
    expect(caption).to_contain_text("Step 1 of 8", timeout=20_000)


@pytest.mark.parametrize("width", [700, 900, 1400])
def test_never_scrolls_sideways(rain, width):
    rain.set_viewport_size({"width": width, "height": 900})
    cell = show_cell(rain, EXPLORER)
    rain.wait_for_timeout(500)
    area = cell.locator(".jp-OutputArea-output").first
    assert area.evaluate("e => e.scrollWidth <= e.clientWidth + 1")
    image, box = cell.locator("canvas").first.bounding_box(), area.bounding_box()
    assert image["x"] + image["width"] <= box["x"] + box["width"] + 1
