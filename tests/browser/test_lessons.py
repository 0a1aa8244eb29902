"""Every lesson as a learner has it: JupyterLab in Chromium, Run All, arrow keys on every slider."""

import re

import pytest
from lab import ROOT, open_lesson, outputs, run_all, show_cell
from playwright.sync_api import expect

LESSONS = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("name", LESSONS)
def test_run_all_and_move_every_slider(lab, page, tmp_path, name):
    open_lesson(page, lab, f"notebooks/{name}")
    run_all(page)
    sources = page.evaluate(
        "() => window.jupyterapp.shell.currentWidget.content.widgets"
        ".filter(c => c.model.type === 'code').map(c => c.model.sharedModel.source)"
    )
    assert [output for cell in outputs(page) for output in cell if output["output_type"] == "error"] == []
    explorers = [source for source in sources if re.match(r"explore_\w+\(", source)]
    assert explorers
    for source in explorers:
        cell = show_cell(page, source)
        handles = cell.locator(".noUi-handle")
        handles.first.wait_for()
        assert handles.count() >= 1
        for number in range(handles.count()):
            picture, caption = cell.locator("img").first, cell.locator("[role=status]").first
            source_before, words_before = picture.get_attribute("src"), caption.inner_text()
            handle = handles.nth(number)
            at_end = handle.get_attribute("aria-valuenow") == handle.get_attribute("aria-valuemax")
            handle.focus()
            page.keyboard.press("ArrowLeft" if at_end else "ArrowRight")
            expect(picture).not_to_have_attribute("src", source_before)
            expect(caption).not_to_have_text(words_before)
        page.screenshot(path=tmp_path / "explorer.png")
        assert (tmp_path / "explorer.png").stat().st_size > 20_000
