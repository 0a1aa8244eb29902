"""Touching numbers of a picture in a notebook: a notebook of a few cells, its kernel's own numbers, their place on the page."""

import ast
import itertools
from typing import NamedTuple

from lab import open_lesson, run_all, show_cell

from helpers.drawing.letters import decimals

# In the kernel: every square of an explorer by its label, as `Square` has it.
SQUARES = """
def squares(explorer):
    found, wholes = {}, {}
    for grid in explorer.sheet.grids:
        (rows, columns), first = grid.values.shape, grid.square(0, 0)
        wholes[grid.name] = (*first[:2], *grid.square(rows - 1, columns - 1)[2:])
        for row in range(rows):
            for column in range(columns):
                at = (row + grid.first[0], column + grid.first[1])
                label = f"{grid.name}[{at[0] if columns == 1 else f'{at[0]}, {at[1]}'}]"
                index, value = at[0] if columns == 1 else at, grid.values[row, column].item()
                found[label] = grid.name, index, value, tuple(map(int, grid.square(row, column))), grid.sources
    return {label: (*square[:4], tuple(tuple(map(int, wholes[name])) for name in square[4] if name in wholes))
            for label, square in found.items() if not label.startswith("[")}
"""
NUMBERS = itertools.count(1)


class Square(NamedTuple):
    """A number of a picture: what it is called in the kernel, its place on the sheet, and those of what it came from."""

    name: str
    index: int | tuple
    value: float
    place: tuple
    sources: tuple

    @property
    def middle(self):
        left, top, right, bottom = self.place
        return (left + right) / 2, (top + bottom) / 2


def open_notebook(page, address, *sources):
    """Write a notebook of these code cells, the first of which imports what they need, and run it without an error."""
    server, _, token = address.partition("token=")
    root = server.partition("/lab/")[0].partition("/notebooks/")[0]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cells = [_cell(number, source) for number, source in enumerate(("import torch\nfrom helpers import *", *sources))]
    content = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    path = f"notebooks/touch_{next(NUMBERS)}.ipynb"
    headers = {"Authorization": f"token {token}"}
    answer = page.request.put(
        f"{root}/api/contents/{path}", data={"type": "notebook", "content": content}, headers=headers
    )
    assert answer.ok, answer.text()
    open_lesson(page, address, path)
    run_all(page)
    in_kernel(page, "None", SQUARES)


def _cell(number, source):
    rest = {"metadata": {}, "outputs": [], "execution_count": None}
    return {"id": f"cell-{number}", "cell_type": "code", "source": source, **rest}


def in_kernel(page, expression, code=""):
    """Run `code` in the open notebook's kernel, then return the value of `expression`, a literal."""
    found = page.evaluate(
        """async ([code, expression]) => {
          const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
          const content = { code, silent: true, store_history: false, user_expressions: { found: expression } };
          const reply = (await kernel.requestExecute(content).done).content;
          return reply.user_expressions?.found?.data?.['text/plain'] ?? { error: reply };
        }""",
        [code, f"repr({expression})"],
    )
    assert isinstance(found, str), found
    return ast.literal_eval(ast.literal_eval(found))


def squares(page, explorer):
    """{label: `Square`} of all squares of the explorer of this name in the kernel."""
    return {label: Square(*square) for label, square in in_kernel(page, f"squares({explorer})").items()}


def explained(page, maker, name, index, **controls):
    """What a new explorer says of a number: its explanation, with these values of its controls."""
    moves = "\n".join(f"fresh.controls[{name!r}].value = {value!r}" for name, value in controls.items())
    return in_kernel(page, "fresh.explanation", f"fresh = {maker}\n{moves}\nfresh.select({name!r}, {index!r})")


def written(value):
    """A number as the page writes it where it is pointed at: four decimals, four digits of a small one, 200 as it is."""
    if abs(value) >= 10 and value == int(value):
        return decimals(value, 0)
    if not value or abs(value) >= 0.001:
        return decimals(value, 4)
    digits, power = f"{value:.3e}".split("e")
    return f"{digits}e{int(power)}".replace("-", "−")


class Touched:
    """A picture on the page that is touched; explorer: its name in the kernel."""

    def __init__(self, page, source, explorer):
        self.page, self.explorer = page, explorer
        self.cell = show_cell(page, source)
        self.canvas = self.cell.locator("canvas").first
        self.tip = self.cell.locator(".course-tip").first
        self.explanation = self.cell.locator(".course-explanation").first
        self.cell.locator("canvas[data-drawn]").first.wait_for()

    @property
    def words(self):
        """What is touched, as the canvas itself says it."""
        return self.canvas.get_attribute("data-touched")

    @property
    def scale(self):
        """How large a pixel of the sheet is on the page."""
        return self.canvas.bounding_box()["width"] / in_kernel(self.page, f"{self.explorer}.sheet.size[0]")

    def middle(self, square):
        """Where on the page the middle of a square is, scrolled into view."""
        self.canvas.scroll_into_view_if_needed()
        box, (x, y), scale = self.canvas.bounding_box(), square.middle, self.scale
        return box["x"] + x * scale, box["y"] + y * scale

    def frames(self, kind):
        """The frames of a kind, "here", "kept" or "source": their places on the sheet."""
        found = self.cell.evaluate(
            """(cell, kind) => { const canvas = cell.querySelector('canvas').getBoundingClientRect();
              return [...cell.querySelectorAll(`.course-frame.course-${kind}`)].map((frame) => {
                const { left, top, right, bottom } = frame.getBoundingClientRect();
                return [left - canvas.left, top - canvas.top, right - canvas.left, bottom - canvas.top] }) }""",
            kind,
        )
        scale = self.scale
        return [[edge / scale for edge in place] for place in found]


def around(frames, places):
    """Whether there is one frame around each of these places, close to it, and no other."""
    close = [[max(abs(a - b) for a, b in zip(frame, place, strict=True)) <= 6 for frame in frames] for place in places]
    return len(frames) == len(places) and all(map(any, close))
