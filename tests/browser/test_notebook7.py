"""Lessons in the other front end that Jupyter itself makes: Notebook 7 in Chromium.

Notebook 7 takes the plain arrow keys for itself, to walk from cell to cell and from heading to heading, before a
slider sees them (https://github.com/jupyter/notebook/issues/7716). With Shift held, left and right reach the slider.
"""

import pytest
from lab import LESSONS, move_every_slider, run_lesson


@pytest.mark.parametrize("name", LESSONS)
def test_run_all_and_move_every_slider(notebook7, page, tmp_path, name):
    run_lesson(page, notebook7, f"notebooks/{name}")
    move_every_slider(page, tmp_path / "explorer.png", held="Shift+")
    assert page.evaluate("() => window.jupyterapp.name") == "Jupyter Notebook"
