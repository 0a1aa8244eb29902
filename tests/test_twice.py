"""A lesson run twice in one kernel says the same both times, as a learner who runs it again would want."""

import copy

import nbformat
import pytest
from lesson_form import clean, lesson_paths
from nbclient import NotebookClient


def said(cells):
    """What the code cells say in text, cell by cell."""
    return [
        [output.get("text") or output.get("data", {}).get("text/plain") for output in cell.outputs]
        for cell in cells
        if cell.cell_type == "code"
    ]


@pytest.mark.parametrize("path", lesson_paths(), ids=lambda path: path.stem)
@pytest.mark.filterwarnings("ignore")
def test_twice_in_one_kernel(path):
    notebook = nbformat.read(path, as_version=4)
    stored, again = said(notebook.cells), copy.deepcopy(notebook.cells)
    for cell in again:
        cell.id += "-again"
    notebook.cells += again
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(path.parent)}}).execute()
    cells = clean(notebook).cells
    half = len(cells) // 2
    assert said(cells[:half]) == stored
    assert said(cells[half:]) == stored
