"""A lesson runs with no network, with a home that cannot be written, by other tools, and leaves no trace.

It is `jupyter execute` that runs it here, and each cell runs twice before the next, as for a learner who presses
Shift-Enter twice. `test_twice.py` does the same by papermill, from top to bottom and again.
"""

import copy
import json
import socket
import sys

import nbformat
import pytest
from barren import TOOLS, Place, said, why_not
from lesson_form import lesson_paths
from nbformat.v4 import new_code_cell, new_notebook
from skipping import skip_or_fail

KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
BARREN = """
import json, pathlib, socket
try:
    socket.create_connection(("127.0.0.1", {port}), timeout=10).close()
    reached = True
except OSError:
    reached = False
try:
    pathlib.Path.home().joinpath("trace").write_text("here")
    written = True
except OSError:
    written = False
print(json.dumps([[name for _, name in socket.if_nameindex()], reached, written]))
"""


def each_twice(cells):
    """Every code cell and a copy of it behind it; no words."""
    for cell in cells:
        if cell.cell_type == "code":
            again = copy.deepcopy(cell)
            again.id += "-again"
            yield from (cell, again)


def small(*sources):
    return new_notebook(cells=[new_code_cell(source) for source in sources], metadata=KERNEL)


@pytest.fixture
def place(tmp_path):
    return Place(tmp_path)


@pytest.fixture
def barren():
    """For what needs the namespaces themselves."""
    if sys.platform != "linux":
        pytest.skip("only Linux can take a process its network and its home")
    if why_not() is not None:
        skip_or_fail(f"this machine takes no process its network and its home: {why_not()}")


@pytest.fixture
def server():
    """A port on which somebody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


@pytest.mark.parametrize("path", lesson_paths(), ids=lambda path: path.stem)
def test_each_cell_twice(path, place):
    notebook = nbformat.read(path, as_version=4)
    stored = said(notebook.cells)
    notebook.cells = list(each_twice(notebook.cells))
    found = said(place.execute("jupyter execute", notebook, path.name).cells)
    assert found[::2] == stored
    assert found[1::2] == stored
    assert place.touched() == []


@pytest.mark.parametrize("tool", TOOLS)
def test_the_helpers_are_those_of_the_copy(tool, place):
    (cell,) = place.execute(tool, small("import helpers\nprint(helpers.__file__)"), "small.ipynb").cells
    assert cell.outputs[0].text.strip() == str(place.course / "helpers" / "__init__.py")


@pytest.mark.usefixtures("barren")
@pytest.mark.parametrize("tool", TOOLS)
def test_the_place_is_barren(tool, place, server):
    (cell,) = place.execute(tool, small(BARREN.format(port=server)), "small.ipynb").cells
    assert json.loads(cell.outputs[0].text) == [["lo"], False, False]
    assert list(place.home.iterdir()) == []


def test_outside_of_the_place_there_is_a_network_and_a_home(place, server):
    done = place.python("-c", BARREN.format(port=server), barren=False)
    assert json.loads(done.stdout)[1:] == [True, True]
    assert [path.name for path in place.home.iterdir()] == ["trace"]


@pytest.mark.usefixtures("barren")
def test_matplotlib_still_complains_about_the_home(place):
    cells = place.execute(
        "jupyter execute", small("import matplotlib; matplotlib.get_configdir()"), "small.ipynb"
    ).cells
    assert "Matplotlib created a temporary cache directory" in str(cells[0].outputs)
    assert "Matplotlib created a temporary cache directory" not in str(said(cells))


@pytest.mark.parametrize("tool", TOOLS)
def test_what_a_notebook_leaves_behind_is_found(tool, place):
    new, changed = "open('left.txt', 'w').close()", "open('../README.md', 'a').write('more')"
    moved = "import os; os.rename('../LICENSE', '../images/LICENSE'); os.mkdir('../empty')"
    cells = place.execute(tool, small(new, changed, moved, "number = 1", "number += 1; number"), "small.ipynb").cells
    assert said(cells) == [[], ["4"], [], [], ["2"]]
    assert place.touched() == ["LICENSE", "README.md", "empty", "images/LICENSE", "notebooks/left.txt"]


@pytest.mark.parametrize("tool", TOOLS)
def test_a_cell_that_raises_is_not_passed_over(tool, place):
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        place.execute(tool, small("1 / 0"), "small.ipynb")


def test_a_cell_that_goes_on_from_where_it_was_is_seen(place):
    notebook = small("number = 1", "number += 1\nnumber")
    notebook.cells = list(each_twice(notebook.cells))
    assert said(place.execute("jupyter execute", notebook, "small.ipynb").cells) == [[], [], ["2"], ["3"]]
