"""Every committed lesson is in the stored form, and each rule of that form refuses a bad notebook."""

import nbformat
import pytest
from lesson_form import STORE, as_text, clean, complaints, lesson_paths
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

HERE = lesson_paths()[0]
IMG = '<img alt="a dot" src="data:image/png;base64,AA==">'


def code(source="1 + 1", *outputs, **metadata):
    return new_code_cell(source, outputs=list(outputs), metadata=metadata)


def shown(kind="display_data", **data):
    return new_output(kind, data={key.replace("__", "/").replace("_1", "+xml"): value for key, value in data.items()})


def lesson(*cells):
    """A notebook in the stored form, with these cells."""
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"
    return clean(new_notebook(cells=list(cells)))


@pytest.mark.parametrize("path", lesson_paths(), ids=lambda path: path.stem)
def test_lesson_is_in_the_stored_form(path):
    notebook = nbformat.read(path, as_version=4)
    assert complaints(notebook, path) == []
    assert path.read_text(encoding="utf-8") == as_text(clean(notebook)), f"run: {STORE}"


@pytest.mark.parametrize("path", lesson_paths(), ids=lambda path: path.stem)
def test_lesson_keeps_the_shape_of_a_lesson(path):
    cells = nbformat.read(path, as_version=4).cells
    assert cells[0].source.startswith("# ")
    assert "?" in cells[0].source.splitlines()[0] or path.stem.startswith("00")
    assert "minutes" in cells[0].source
    assert sum("explore_" in cell.source and cell.cell_type == "code" for cell in cells) >= 1
    assert sum(cell.source.count("check(") for cell in cells if cell.cell_type == "code") >= 3
    assert "## Summary" in cells[-1].source
    assert "| shape" in cells[-1].source
    assert all(cell.outputs == [] or "Traceback" not in str(cell.outputs) for cell in cells if cell.cell_type == "code")


def test_good_notebook_passes():
    good = lesson(
        new_markdown_cell("See [this](01_rain_example.ipynb#top) and [that](https://pytorch.org)."),
        code("x = 1"),
        code("x", shown("execute_result", text__plain="1")),
        code("show(x)", shown(text__plain="a dot", text__html=IMG, image__png="AA==")),
    )
    assert complaints(good, HERE) == []


def after_storing(change):
    notebook = lesson(code("1 + 1", shown("execute_result", text__plain="2")))
    change(notebook)
    return notebook


def spoil(path, value):
    def change(notebook):
        target = notebook
        for step in path[:-1]:
            target = target[step]
        target[path[-1]] = value

    return lambda: after_storing(change)


BAD = {
    "dead widget view": (
        spoil(["cells", 0, "outputs", 0, "data", "application/vnd.jupyter.widget-view+json"], {"model_id": "x"}),
        "dead widget view",
    ),
    "metadata.widgets": (spoil(["metadata", "widgets"], {}), "metadata.widgets"),
    "error output": (
        lambda: lesson(code("1/0", new_output("error", ename="E", evalue="", traceback=[]))),
        "error is stored: E",
    ),
    "counts": (spoil(["cells", 0, "execution_count"], 7), "execution counts"),
    "no counts": (spoil(["cells", 0, "execution_count"], None), "execution counts"),
    "notebook metadata": (spoil(["metadata", "author"], "x"), "not in the stored form"),
    "python version": (spoil(["metadata", "language_info", "version"], "3.11.7"), "not in the stored form"),
    "cell metadata": (spoil(["cells", 0, "metadata", "execution"], {"started": "now"}), "not in the stored form"),
    "picture as PNG alone": (lambda: lesson(code("plot()", shown(image__png="AA=="))), "without alt text"),
    "picture as SVG": (lambda: lesson(code("plot()", shown(image__svg_1="<svg/>"))), "without alt text"),
    "img without alt": (lambda: lesson(code("plot()", shown(text__html="<img src=''>"))), "without alt text"),
    "img with empty alt": (
        lambda: lesson(code("plot()", shown(text__html="<img alt=' ' src=''>"))),
        "without alt text",
    ),
    "markdown picture without alt": (
        lambda: lesson(new_markdown_cell("![](../images/networks.svg)")),
        "no alt text",
    ),
    "markdown img without alt": (
        lambda: lesson(new_markdown_cell("<img src='x.png'>")),
        "without alt text",
    ),
    "broken link": (
        lambda: lesson(new_markdown_cell("[next](99_nothing.ipynb)")),
        "broken link: 99_nothing",
    ),
    "broken picture": (lambda: lesson(new_markdown_cell("![a dot](../images/no.svg)")), "broken link"),
    "long cell": (lambda: lesson(code("\n".join(["x = 1"] * 26))), "more than 25 lines"),
    "sys.path": (lambda: lesson(code("import sys\nsys.path.append('..')")), "sys.path"),
    "star import": (lambda: lesson(code("from helpers import *")), "star import"),
    "path of a machine": (
        lambda: lesson(code("p", new_output("stream", name="stdout", text="/home/someone/x.py\n"))),
        "path of the machine",
    ),
    "path in a result": (lambda: lesson(code("p", shown(text__plain="'/tmp/x/y'"))), "path of the machine"),
    "exclamation mark": (lambda: lesson(new_markdown_cell("Well done!")), "exclamation mark"),
    "too large": (lambda: lesson(new_markdown_cell("x" * 400_001)), "more than 400000"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_notebook_is_refused(case):
    make, words = BAD[case]
    found = complaints(make(), HERE)
    assert any(words in complaint for complaint in found), found
    assert all(STORE in complaint for complaint in found)


def test_clean_takes_out_what_changes_from_run_to_run():
    notebook = new_notebook(
        cells=[code("x", shown(text__plain="1"), trusted=True, tags=["b", "a"])], metadata={"widgets": {}}
    )
    cell = notebook.cells[0]
    cell.outputs[0].data["application/vnd.jupyter.widget-view+json"] = {"model_id": "x"}
    cell.outputs += [new_output("stream", name="stdout", text="a"), new_output("stream", name="stdout", text="b")]
    cell.outputs += [new_output("display_data", data={"application/vnd.jupyter.widget-view+json": {}})]
    cell.execution_count = 12
    stored = clean(notebook)
    assert stored.cells[0].outputs == [shown(text__plain="1"), new_output("stream", name="stdout", text="ab")]
    assert stored.cells[0].metadata == {"tags": ["a", "b"]}
    assert stored.cells[0].execution_count == 1
    assert "widgets" not in stored.metadata
    assert complaints(stored, HERE) == []
    assert as_text(clean(stored)) == as_text(stored)
