"""Two versions of the course for the tests, made of real lessons, and what Jupyter writes when a learner works."""

import json
import random
import uuid
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
START, SPELL, CELL, MEMORY = (
    f"notebooks/{name}.ipynb" for name in ("00_start_here", "06_hello_ohlol", "02_rnn_cell", "07_memory_and_gradients")
)
# New names in the second version: a lesson more, one that has another name now, and one that few keyboards can type.
NEXT, FAR, ACCENT = (f"notebooks/{name}.ipynb" for name in ("08_attention", "07_how_far_back", "09_mémoire"))
PICTURE, WORDS = "images/explorer.png", "helpers/words/en"
PACK = 16_000  # bytes of the second version that no compression makes fewer


def change(lesson, edit):
    """The bytes of a lesson after `edit(notebook)`, in the form that Jupyter writes."""
    notebook = json.loads(lesson)
    edit(notebook)
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()


def code_cell(notebook, number):
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"][number]


def with_line(lesson, line, cell=1, at=0):
    """The lesson with one more line in a code cell."""

    def edit(notebook):
        source = "".join(code_cell(notebook, cell)["source"]).splitlines()
        source.insert(at if at >= 0 else len(source), line)
        code_cell(notebook, cell)["source"] = "\n".join(source).splitlines(keepends=True)

    return change(lesson, edit)


def executed(lesson):
    """The lesson as Jupyter saves it after Run All, every slider alive."""

    def edit(notebook):
        notebook["metadata"]["kernelspec"] = {"display_name": "Python 3", "language": "python", "name": "python3"}
        for count, cell in enumerate(cell for cell in notebook["cells"] if cell["cell_type"] == "code"):
            cell["execution_count"] = count + 20
            for output in (output for output in cell["outputs"] if "data" in output):
                view = {"model_id": uuid.uuid4().hex, "version_major": 2, "version_minor": 0}
                output["data"]["application/vnd.jupyter.widget-view+json"] = view

    return change(lesson, edit)


def first_version():
    """Some of the course as it is in this checkout: lessons of different sizes, words, a picture."""
    names = [START, CELL, SPELL, MEMORY, PICTURE, "README.md", ".gitignore"]
    paths = [*(ROOT / name for name in names), *(ROOT / WORDS).glob("e*.toml")]
    return {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in paths}


def second_version(old):
    """Lessons and words changed, added, renamed and deleted. No line of the learner's copy is in it."""
    new = {name: content for name, content in old.items() if name not in (MEMORY, f"{WORDS}/errors.toml")}
    for name in (START, SPELL):
        new[name] = executed(with_line(old[name], "# the second version"))
    new |= {FAR: old[MEMORY], NEXT: with_line(old[START], "# attention"), ACCENT: with_line(old[START], "# mémoire")}
    return new | {PICTURE: random.Random(1).randbytes(PACK), f"{WORDS}/attention.toml": b"focus = 'where it looks'\n"}
