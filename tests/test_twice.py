"""A lesson run twice in one kernel says the same both times, as a learner who runs it again would want.

It is papermill that runs it here, in a barren place. `test_runs.py` runs each cell twice before the next.
"""

import copy

import nbformat
import pytest
from barren import Place, said
from lesson_form import lesson_paths


@pytest.mark.parametrize("path", lesson_paths(), ids=lambda path: path.stem)
def test_twice_in_one_kernel(path, tmp_path):
    notebook = nbformat.read(path, as_version=4)
    stored, again = said(notebook.cells), copy.deepcopy(notebook.cells)
    for cell in again:
        cell.id += "-again"
    notebook.cells += again
    place = Place(tmp_path)
    cells = place.execute("papermill", notebook, path.name).cells
    half = len(cells) // 2
    assert said(cells[:half]) == stored
    assert said(cells[half:]) == stored
    assert place.touched() == []
