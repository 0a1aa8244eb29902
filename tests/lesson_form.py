"""The clean form of a committed lesson, and the rules that it keeps.

`clean` gives a notebook the form in which it is stored; `complaints` says in sentences what is wrong with
one. `store_lessons.py` writes that form, `test_lessons.py` holds every lesson to it.
"""

import copy
import re
from pathlib import Path

import nbformat

STORE = "python tests/store_lessons.py"
ROOT = Path(__file__).resolve().parent.parent
LESSONS = ROOT / "notebooks"

_VIEW = "application/vnd.jupyter.widget-view+json"
_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
_LONGEST_CELL = 25
_LARGEST_FILE = 400_000
_MARKDOWN_LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")
_IMG = re.compile(r"<img\b[^>]*>")
_ALT = re.compile(r'\balt="[^"]*[^"\s][^"]*"')
_MACHINE_PATH = re.compile(r"(?<![\w.])(/(?:home|Users|root|tmp|work|usr|var)/|[A-Z]:\\\\)")


def lesson_paths():
    """The lessons, in reading order."""
    return sorted(LESSONS.glob("*.ipynb"))


def clean(notebook):
    """A copy of `notebook` as it is stored: no widget views, no times, stable metadata, counts from 1."""
    stored = copy.deepcopy(notebook)
    stored.metadata = nbformat.from_dict(_METADATA)
    stored.nbformat, stored.nbformat_minor = 4, 5
    count = 0
    for cell in stored.cells:
        tags = sorted(cell.metadata.get("tags", []))
        cell.metadata = nbformat.from_dict({"tags": tags} if tags else {})
        if cell.cell_type != "code":
            continue
        count += 1
        cell.execution_count = count
        cell.outputs = _merge_streams(
            [output for output in map(_clean_output, cell.outputs) if output.get("data", True)]
        )
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = count
    return stored


def _clean_output(output):
    if "data" in output:
        output.data.pop(_VIEW, None)
        output.metadata = nbformat.from_dict({})
    return output


def _merge_streams(outputs):
    """Printed text arrives in pieces whose borders differ from run to run; neighbours become one."""
    merged = []
    for output in outputs:
        last = merged[-1] if merged else {}
        if output.output_type == "stream" and last.get("name") == output.name:
            last.text += output.text
        else:
            merged.append(output)
    return merged


def as_text(notebook):
    """The text of the notebook's file."""
    return nbformat.writes(notebook) + "\n"


def complaints(notebook, path):
    """Everything that is wrong with a lesson, as sentences; an empty list when it may be committed.

    path: where the lesson stands or would stand; links are looked up from there.
    """
    found = []
    if "widgets" in notebook.metadata:
        found.append("metadata.widgets is stored; it breaks previews")
    counts = [cell.execution_count for cell in notebook.cells if cell.cell_type == "code"]
    if counts != list(range(1, len(counts) + 1)):
        found.append("the execution counts are not 1, 2, 3, ...: it was not run from top to bottom")
    for cell in notebook.cells:
        judge = _code_complaints if cell.cell_type == "code" else _prose_complaints
        found += [f"cell {cell.get('id', '?')}: {complaint}" for complaint in judge(cell, Path(path).parent)]
    size = len(as_text(notebook).encode())
    if size > _LARGEST_FILE:
        found.append(f"the file has {size} bytes, more than {_LARGEST_FILE}")
    if not found and as_text(notebook) != as_text(clean(notebook)):
        found.append("its metadata or its outputs are not in the stored form")
    return [f"{Path(path).name}: {complaint}. Mend it, then run: {STORE}" for complaint in found]


def _code_complaints(cell, _folder):
    if len(cell.source.splitlines()) > _LONGEST_CELL:
        yield f"more than {_LONGEST_CELL} lines"
    if "sys.path" in cell.source:
        yield "it touches sys.path"
    if re.search(r"^\s*from\s+\S+\s+import\s+\*", cell.source, re.MULTILINE):
        yield "a star import"
    for output in cell.outputs:
        if output.output_type == "error" and "raises-exception" not in cell.metadata.get("tags", []):
            yield f"an error is stored: {output.ename}"
        yield from _data_complaints(output.get("data", {}))
        if _MACHINE_PATH.search(str({k: v for k, v in output.items() if k != "data"} | _texts(output))):
            yield "an output names a path of the machine that it was run on"


def _texts(output):
    return {kind: text for kind, text in output.get("data", {}).items() if kind == "text/plain"}


def _data_complaints(data):
    if _VIEW in data:
        yield "a dead widget view is stored"
    pictures = _IMG.findall(data.get("text/html", ""))
    if "image/svg+xml" in data or ("image/png" in data and not pictures):
        yield "a picture without alt text (use helpers.show)"
    if any(not _ALT.search(picture) for picture in pictures):
        yield "a picture without alt text"


def _prose_complaints(cell, folder):
    for picture, words, target in _MARKDOWN_LINK.findall(cell.source):
        if picture and not words.strip():
            yield f"the picture {target} has no alt text"
        if re.match(r"[a-z]+:", target):
            continue
        file = target.partition("#")[0]
        if file and not (folder / file).exists():
            yield f"a broken link: {target}"
    if any(not _ALT.search(picture) for picture in _IMG.findall(cell.source)):
        yield "a picture without alt text"
    prose = re.sub(r"```.*?```|`[^`]*`", "", _MARKDOWN_LINK.sub("", cell.source), flags=re.DOTALL)
    if "!" in prose:
        yield "an exclamation mark"
