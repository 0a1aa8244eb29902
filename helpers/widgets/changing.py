"""Numbers that a learner sets by hand: what they are, a row to type them into, and PyTorch's own line for them."""

import html

import ipywidgets as widgets
import torch

from helpers.widgets.accessibility import spoken
from helpers.widgets.entry import Entry
from helpers.words import say

STEP = 0.1  # what one press of + or - adds
LARGEST = torch.finfo(torch.float32).max


class Changes:
    """What was changed: for each tensor, by its key, the numbers that take the place of its own, by row and column.

    key: from the name of a grid and the controls' values to the key of the tensor that it shows, or None when its
    numbers cannot be changed
    """

    def __init__(self, key):
        self.key = key
        self.values: dict = {}

    def put(self, key, tensor):
        """Write what was changed of the tensor `key` into it, in place, as far as it is large enough."""
        with torch.no_grad():
            for places, value in self.values.get(key, {}).items():
                places = places[: tensor.dim()]
                if all(place < size for place, size in zip(places, tensor.shape, strict=True)):
                    tensor[places] = value
        return tensor

    def mark(self, sheet, values):
        """Frame every changed square of a sheet; values: the controls'."""
        for grid in sheet.grids:
            for row, column in self.values.get(self.key(grid.name, **values), ()):
                if row < grid.values.shape[0] and column < grid.values.shape[1]:
                    square, line = grid.square(row, column), 2 if min(grid.width, grid.height) >= 8 else 1
                    square = square.grown(2 - 2 * line)
                    sheet.box(square, "paper", line)  # so that the dashes are seen on dark squares
                    sheet.box(square, "ink", line, dashed=True)


def number(text):
    """The number that a text says, or None when a tensor cannot hold it: a comma is a point, a minus has either form."""
    try:
        value = float(str(text).strip().replace(",", ".").replace("−", "-"))
    except ValueError:
        return None
    return value if abs(value) <= LARGEST else None


def code(tensors):
    """A line of PyTorch for each of `tensors`, {name: tensor}, to copy; four decimals."""
    return "\n".join(f"{name} = torch.tensor({_rounded(tensor.tolist())})" for name, tensor in tensors.items())


def _rounded(numbers):
    return [_rounded(part) for part in numbers] if isinstance(numbers, list) else round(numbers, 4)


class ChangeRow(widgets.VBox):
    """The row below a picture in which the selected number takes a new value; hidden where there is nothing to change.

    change: called with the new value; code: called without arguments for the lines of PyTorch
    """

    def __init__(self, change, code):
        self._change, self._code = change, code
        auto = widgets.Layout(width="auto", max_width="280px")
        self.entry = Entry(self._typed, style={"description_width": "auto"}, layout=auto)
        self.less, self.more = (_button(key, step, self.step) for key, step in (("less", -STEP), ("more", STEP)))
        self.show_code = widgets.Button(description=say("explorers.change.code"), layout=widgets.Layout(width="auto"))
        self.show_code.on_click(self._toggled)
        self.lines, self.answer = widgets.HTML(), spoken()
        row = widgets.HBox([self.entry, self.less, self.more, self.show_code])
        super().__init__([row, self.answer, self.lines])
        self.show(None, None)

    def show(self, name, value):
        """Offer the number called `name`, which is `value`; None hides the row."""
        self.answer.value = ""
        self._value = value
        self.layout.display = "none" if name is None else None
        self.entry.description = "" if name is None else say("explorers.change.set", name=name)
        self.entry.value = "" if value is None else f"{value:.4g}"
        self._refresh()

    def say(self, words):
        """Answer what was typed."""
        self.answer.value = f"<p style='margin:0'>{html.escape(words)}</p>"

    def _typed(self, text):
        value = number(text)
        if value is None:
            self.say(say("explorers.change.no_number", got=repr(str(text)[:40])))
        else:
            self._change(value)

    def step(self, by):
        """Change the number that is offered by so much."""
        if self._value is not None:
            self._change(round(self._value + by, 6))

    def _toggled(self, _button):
        self.show_lines(not self.lines.value)

    def show_lines(self, shown):
        """Show the lines of PyTorch, or hide them."""
        self.lines.value = _preformatted(self._code()) if shown else ""
        self.show_code.description = say(f"explorers.change.{'no_code' if shown else 'code'}")

    def _refresh(self):
        if self.lines.value:
            self.lines.value = _preformatted(self._code())


def _preformatted(lines):
    return f"<pre style='margin:4px 0;white-space:pre-wrap'>{html.escape(lines)}</pre>"


def _button(key, step, act):
    words = say(f"explorers.change.{key}")
    button = widgets.Button(description="+" if step > 0 else "−", tooltip=words, layout=widgets.Layout(width="36px"))
    button.on_click(lambda _button: act(step))
    return button
