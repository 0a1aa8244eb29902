"""Every lesson as a learner has it: JupyterLab in Chromium, Run All, arrow keys on every slider, Tab through every control."""

import re

import pytest
from accessibility import THEMES, choose_theme, grave_findings, show_every_cell, walk_with_tab
from lab import LESSONS, browser_page, explorers, move_every_slider, run_lesson
from playwright.sync_api import expect

CONTROLS = ".noUi-handle, .widget-readout[contenteditable=true], button:visible:enabled, input:visible, canvas"


@pytest.fixture(scope="module", params=LESSONS)
def lesson(lab, request):
    """A lesson, run from top to bottom."""
    with browser_page() as page:
        run_lesson(page, lab, f"notebooks/{request.param}")
        yield page


def test_every_slider_moves_picture_and_caption(lesson, tmp_path):
    move_every_slider(lesson, tmp_path / "explorer.png")


def test_keyboard_alone_reaches_every_control(lesson):
    for cell, box in explorers(lesson):
        seen = walk_with_tab(lesson, cell)
        assert len(seen) == box.locator(CONTROLS).count(), [one["label"] for one in seen]
        assert all(one["label"] or one["role"] == "input" for one in seen), seen
        assert all(one["outline"] >= 1 for one in seen), seen
        labels = [one["label"] for one in seen if one["role"] == "slider"]
        assert labels == box.locator(".widget-slider .widget-label").all_text_contents()


def test_axe_finds_nothing_grave(lesson):
    show_every_cell(lesson)
    expect(lesson.locator(".noUi-handle").first).to_have_attribute("aria-label", re.compile(r"\w+"))
    for theme in THEMES:
        choose_theme(lesson, theme)
        assert grave_findings(lesson) == [], theme
