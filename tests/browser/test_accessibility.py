"""Lessons for those who do not see them, or have no mouse: axe-core, the keyboard alone, live regions, a kernel that ends."""

import re
import subprocess
import sys

import pytest
from accessibility import grave_findings, show_every_cell
from lab import LESSONS, ROOT, move_and_see, open_lesson, run_all, show_cell
from playwright.sync_api import expect

from helpers.words import lookup


def test_axe_finds_what_is_wrong(lab, page):
    """The gate itself: a slider as ipywidgets has it, a picture without words, words that hardly stand out."""
    open_lesson(page, lab, "notebooks/00_start_here.ipynb")
    run_all(page)
    show_every_cell(page)
    assert grave_findings(page) == []
    page.evaluate(
        "(html) => document.querySelector('.jp-RenderedMarkdown').insertAdjacentHTML('beforeend', html)",
        "<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='><p style='color:#bbb;background:#fff'>pale</p>"
        "<div role='slider' tabindex='0' aria-valuenow='1' aria-valuemin='0' aria-valuemax='2'></div>",
    )
    rules = {rule for rule, *_ in grave_findings(page)}
    assert {"image-alt", "color-contrast", "aria-input-field-name"} <= rules


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """A folder with every lesson as one HTML file, as nbconvert makes it."""
    folder = tmp_path_factory.mktemp("exported")
    command = [sys.executable, "-m", "jupyter", "nbconvert", "--to", "html", f"--output-dir={folder}"]
    subprocess.run([*command, *(str(ROOT / "notebooks" / name) for name in LESSONS)], check=True, capture_output=True)
    return folder


@pytest.mark.parametrize("name", LESSONS)
def test_axe_finds_nothing_grave_in_an_exported_lesson(exported, page, name):
    page.route(re.compile("^https?:"), lambda route: route.abort())  # MathJax and the like come from elsewhere
    page.goto((exported / name).with_suffix(".html").as_uri(), wait_until="domcontentloaded")
    assert grave_findings(page) == []


def test_toggles_say_what_is_pressed(lab, page):
    open_lesson(page, lab, "notebooks/05_batch_first.ipynb")
    run_all(page)
    cell = show_cell(page, "explore_batch_first()")
    group = cell.get_by_role("group", name="batch_first")
    group.wait_for()
    expect(group.get_by_role("button", name="True", pressed=True)).to_have_count(1)
    group.get_by_role("button", name="False").focus()
    page.keyboard.press("Space")
    expect(group.get_by_role("button", name="False", pressed=True)).to_have_count(1)
    expect(group.get_by_role("button", name="True", pressed=False)).to_have_count(1)


def test_play_buttons_have_names(lab, page):
    words = lookup("accessibility")
    open_lesson(page, lab, "notebooks/03_manual_loop.ipynb")
    run_all(page)
    cell = show_cell(page, "explore_loop()")
    cell.get_by_role("button", name=words["play"]).focus()
    page.keyboard.press("Enter")
    cell.get_by_role("button", name=words["pause"]).wait_for()
    expect(cell.locator("[role=status]").first).to_contain_text("Step 3 of 3", timeout=10_000)
    expect(cell.get_by_role("button", name=words["stop"])).to_have_count(1)


def test_a_slider_of_choices_says_the_choice(lab, page):
    open_lesson(page, lab, "notebooks/07_memory_and_gradients.ipynb")
    run_all(page)
    cell = show_cell(page, "explore_memory()")
    handle = cell.get_by_role("slider", name="input_scale")
    handle.focus()
    page.keyboard.press("Home")
    expect(handle).to_have_attribute("aria-valuetext", "0.01")


def test_a_kernel_that_ends_is_said_in_a_sentence(lab, page):
    open_lesson(page, lab, "notebooks/00_start_here.ipynb")
    run_all(page)
    cell = show_cell(page, "explore_first()")
    cell.locator(".noUi-handle").wait_for()
    expect(cell.get_by_role("alert")).to_have_count(0)
    page.evaluate(
        "() => { window.jupyterapp.shell.currentWidget.sessionContext.session.kernel"
        ".requestExecute({ code: 'import os; os._exit(1)' }).done.catch(() => {}) }"
    )
    expect(cell.get_by_role("alert")).to_have_text(lookup("accessibility.ended"), timeout=30_000)
    page.get_by_role("dialog").get_by_role("button", name="Ok").click()
    page.wait_for_function(
        "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'idle'", timeout=60_000
    )
    run_all(page)
    cell = show_cell(page, "explore_first()")
    expect(cell.get_by_role("slider", name="seq_len")).to_have_count(1)
    expect(cell.get_by_role("alert")).to_have_count(0)
    move_and_see(page, cell, cell.locator(".noUi-handle"))
