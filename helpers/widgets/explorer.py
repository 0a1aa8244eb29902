"""The `Explorer`: controls, a picture that PyTorch computes anew at every move, and its caption.

A callback may run in another thread than the cells of a notebook: JupyterLab answers widgets on a subshell. So an
explorer computes and sends under a lock of its own, and reads its controls only after it has the lock: whoever waits
draws the newest values, and whoever finds them drawn already draws nothing.
"""

import contextlib
import threading

import ipywidgets as widgets
import traitlets

from helpers.drawing import still
from helpers.drawing.live import Canvas
from helpers.drawing.sheet import STILL
from helpers.drawing.wire import pack
from helpers.modules import own_settings
from helpers.widgets import changing, selection
from helpers.widgets.accessibility import CourseWidget
from helpers.widgets.controls import columns
from helpers.widgets.display import sheet_bundle
from helpers.words import say


class LivePicture:
    """What is drawn from a state, as a widget for the page and as a sheet for everybody else.

    draw: from a state and a width in pixels to a `Sheet`; alt: what kind of picture it is, in words
    controls: those whose values the state is made from; catch_up: called when the page may have shown a newer value
    explain: from a state, the name of a grid or curve, an index in it and the number there to what made it, in words
    sent: called after every frame; stepped: called with 1 or −1 when + or − was pressed on the picture
    """

    def __init__(
        self, draw, alt, controls=None, catch_up=lambda: None, explain=None, sent=lambda: None, stepped=lambda by: None
    ):
        self._draw, self.alt = draw, alt
        self.lock = threading.RLock()
        self._controls, self._catch_up = controls or {}, catch_up
        self._explain, self._sent, self._stepped = explain, sent, stepped
        self._revision = 0
        self.caption = self.explanation = ""
        self.selected: tuple | None = None
        self.widget = Canvas(alt=alt, controls={name: control.model_id for name, control in self._controls.items()})
        self.widget.observe(self._resized, names="width")
        self.widget.on_msg(self._page_says)

    def update(self, state, caption="", values=None):
        """Draw `state`, made from the controls' `values`, and send it; the caller holds the lock."""
        sheet = self._draw(state, self.widget.width)
        self.state, self.caption, self.sheet = state, caption, sheet
        self._values = {name: _as_page(self._controls[name], value) for name, value in (values or {}).items()}
        self._send()

    def _send(self):
        """Send the sheet; what is selected goes with what it stood on."""
        place = self.selected and selection.place(self.sheet, *self.selected)
        if not place:
            self.selected = None
        self.explanation = ""
        if self.selected and self._explain:
            with own_settings():
                self.explanation = self._explain(
                    self.state, *self.selected, selection.value(self.sheet, *self.selected)
                )
        self._revision += 1
        kept = [self.selected[0], *place] if self.selected and place else None
        self.widget.frame = pack(
            self.sheet, caption=self.caption, revision=self._revision, values=self._values,
            selected=kept, explanation=self.explanation,
        )  # fmt: skip
        self._sent()

    def select(self, name, index=0):
        """Keep the number `name[index]` of the sheet, or let go of it (None). Raises ValueError when there is none."""
        with self.lock:
            if name is None:
                self.selected = None
            else:
                self.selected = (name, selection.checked(self.sheet, name, index))
            self._send()

    def _resized(self, _change):
        with self.lock:
            self.sheet = self._draw(self.state, self.widget.width)
            self._send()

    def _page_says(self, _widget, content, _buffers):
        """The page rests: give it what it has missed, and take from it what was lost on the way."""
        if "select" in content:
            self._page_selects(content["select"])
            return
        if "step" in content:
            self._stepped(1 if content["step"] == 1 else -1)
            return
        with self.lock:
            wanted = content.get("wanted")
            for name, value in wanted.items() if isinstance(wanted, dict) else ():
                control = self._controls.get(name)
                if control is not None:
                    with contextlib.suppress(traitlets.TraitError):  # out of its range: the kernel's value counts
                        setattr(control, "index" if hasattr(control, "options") else "value", value)
            self._catch_up()
            if content.get("revision") != self._revision:
                for control in self._controls.values():
                    control.send_state()
                self.widget.send_state("frame")

    def _page_selects(self, wanted):
        """[name, row, column] of what is kept, or None; what is not on the sheet any more is let go of."""
        with self.lock:
            self.selected = None
            if wanted is not None:
                with contextlib.suppress(KeyError, IndexError, TypeError, ValueError):
                    self.selected = (wanted[0], selection.at(self.sheet, *wanted))
            self._send()

    def png(self):
        """The bytes of the picture as it is now, a PNG file, laid out for a width that no browser has a say in."""
        with self.lock:
            return still.png(self._draw(self.state, STILL))

    def bundle(self):
        """The mime bundle of a still picture and its caption."""
        with self.lock:
            note = say("explorers.still")
            return sheet_bundle(self._draw(self.state, STILL), self.alt, self.caption, f"{self.caption} {note}")


def _as_page(control, value):
    """A control's value as the page has it: that of a slider, the place of a choice."""
    return [option for _, option in control.options].index(value) if hasattr(control, "options") else value


class Explorer(CourseWidget):
    """Controls in columns, a picture that follows them, its caption.

    controls: dict from the PyTorch argument's name to its slider or toggle
    compute: called with the controls' values by name; returns the state that is drawn
    draw: from the state and a width in pixels to a `helpers.drawing.sheet.Sheet`
    describe: from the state to the caption, one or two sentences with shapes and parameter counts
    alt: what kind of picture it is, in words
    explain: from the state, the name of a grid or curve, an index in it and the number there to what made it, in words
    changes: a `helpers.widgets.changing.Changes`, whose numbers `compute` uses, and which a learner sets
    tensors: from the state to what can be changed, {PyTorch's name: tensor}
    below: more widgets under the caption

    Attributes for use without a browser: `controls`, `reset` (a button), `caption` (str), `sheet` (what is drawn, as
    plain data), `png` (bytes), `selected` and `explanation` (see `select`). Setting a control's value recomputes, sends
    the picture and updates the caption before it returns.
    """

    def __init__(self, controls, compute, draw, describe, alt, explain=None, changes=None, tensors=None, below=()):
        self.controls = controls
        self.compute, self._describe = compute, describe
        self._start = {name: control.value for name, control in controls.items()}
        self._drawn = None
        self._changes, self._tensors = changes, tensors
        self._row = changing.ChangeRow(self._row_changes, lambda: self.code) if changes else None
        self._picture = LivePicture(
            self._marked(draw), alt, controls, self._moved, explain, self._selected, self._stepped
        )
        self._moved()
        self.reset = widgets.Button(description=say("explorers.reset"), tooltip=say("explorers.reset_tooltip"))
        self.reset.layout = widgets.Layout(width="80px", flex="0 0 auto")
        self.reset.on_click(self._reset)
        for control in controls.values():
            control.observe(self._moved, names="value")
        row = columns(controls.values(), self.reset)
        super().__init__([row, self._picture.widget, *([self._row] if changes else []), *below])

    @property
    def caption(self):
        """What the picture shows now, in words."""
        return self._picture.caption

    @property
    def sheet(self):
        """What is drawn now, laid out for the width that the page has."""
        return self._picture.sheet

    def select(self, name, index=0):
        """Select the number `name[index]` of the picture, as a click does, or let go of it: `select(None)`.

        name: as it is written where a number is pointed at, such as "h[1, 3]"; index: an int, or a pair for a matrix.
        Raises ValueError, naming what exists, when there is no such number.
        """
        self._picture.select(name, index)

    def change(self, name, index, value):
        """Set the number `name[index]` to `value`, a finite number; all that follows from it is computed anew.

        `reset` undoes it. Raises ValueError when there is no such number, it cannot be changed, or `value` is no number.
        """
        with self._picture.lock:
            index, values = selection.checked(self.sheet, name, index), self._values()
            if self._changes is None:
                raise ValueError(say("explorers.change.none"))
            key = self._changes.key(name, **values)
            if key is None:
                names = [other for other in selection.indices(self.sheet) if self._changes.key(other, **values)]
                raise ValueError(say("explorers.change.fixed", name=name, names=", ".join(names)))
            new = None if isinstance(value, (str, bool)) else changing.number(value)
            if new is None:
                raise ValueError(say("explorers.change.no_number", got=repr(value)))
            self._changes.values.setdefault(key, {})[index if isinstance(index, tuple) else (index, 0)] = new
            self._drawn = None
            self._moved()

    @property
    def weights(self):
        """Copies of all tensors of which numbers can be changed, by their names in PyTorch, as they are now."""
        tensors = self._tensors(self._picture.state) if self._tensors else {}
        return {name: tensor.clone() for name, tensor in tensors.items()}

    @property
    def code(self):
        """The same as lines of PyTorch, to copy."""
        return changing.code(self.weights)

    def _stepped(self, by):
        if self._row is not None:
            self._row.step(by * changing.STEP)

    def _row_changes(self, value):
        if self.selected:
            name, index = self.selected
            self.change(name, index, value)

    def _selected(self):
        """What is selected is offered for a change, when it can be changed."""
        if self._row is not None:
            words = value = None
            if self.selected and self._changes.key(self.selected[0], **self._values()):
                words, value = selection.called(*self.selected), selection.value(self.sheet, *self.selected)
            self._row.show(words, value)

    def _marked(self, draw):
        if self._changes is None:
            return draw

        def drawn(state, width):
            sheet = draw(state, width)
            self._changes.mark(sheet, self._values())
            return sheet

        return drawn

    @property
    def selected(self):
        """(name, index) of the selected number, or None. It stays while sliders move, as long as it exists."""
        return self._picture.selected

    @property
    def explanation(self):
        """How the selected number was made, in words with all its numbers; empty when nothing is selected."""
        return self._picture.explanation

    @property
    def width(self):
        """What the picture is laid out for, one of `helpers.drawing.sheet.WIDTHS`; the page sets what fits its place."""
        return self._picture.widget.width

    @width.setter
    def width(self, width):
        self._picture.widget.width = width

    @property
    def png(self):
        """The bytes of the picture as it is now, a PNG file."""
        return self._picture.png()

    def _values(self):
        return {name: control.value for name, control in self.controls.items()}

    def _moved(self, _change=None):
        with self._picture.lock:
            values = self._values()
            if values == self._drawn:
                return  # drawn already: by a thread that came later, or since one control moved another
            with own_settings():
                state = self.compute(**values)
                self._picture.update(state, self._describe(state), values)
            self._drawn = values

    def _reset(self, _button):
        with self._picture.lock:
            if self._changes is not None and self._changes.values:
                self._changes.values.clear()
                self._drawn = None
                self._moved()
        if self._row is not None:
            self._row.show_lines(False)
        for _ in range(2):  # one slider may bound another; the second time every bound is back
            for name, control in self.controls.items():
                control.value = self._start[name]

    def _repr_mimebundle_(self, **options):
        return {**(super()._repr_mimebundle_(**options) or {}), **self._picture.bundle()}
