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
from helpers.widgets.accessibility import CourseWidget
from helpers.widgets.controls import columns
from helpers.widgets.display import sheet_bundle
from helpers.words import say


class LivePicture:
    """What is drawn from a state, as a widget for the page and as a sheet for everybody else.

    draw: from a state and a width in pixels to a `Sheet`; alt: what kind of picture it is, in words
    controls: those whose values the state is made from; catch_up: called when the page may have shown a newer value
    """

    def __init__(self, draw, alt, controls=None, catch_up=lambda: None):
        self._draw, self.alt = draw, alt
        self.lock = threading.RLock()
        self._controls, self._catch_up = controls or {}, catch_up
        self._revision = 0
        self.caption = ""
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
        self._revision += 1
        self.widget.frame = pack(self.sheet, caption=self.caption, revision=self._revision, values=self._values)

    def _resized(self, _change):
        with self.lock:
            self.sheet = self._draw(self.state, self.widget.width)
            self._send()

    def _page_says(self, _widget, content, _buffers):
        """The page rests: give it what it has missed, and take from it what was lost on the way."""
        with self.lock:
            for name, value in content.get("wanted", {}).items():
                control = self._controls.get(name)
                if control is not None:
                    with contextlib.suppress(traitlets.TraitError):  # out of its range: the kernel's value counts
                        setattr(control, "index" if hasattr(control, "options") else "value", value)
            self._catch_up()
            if content.get("revision") != self._revision:
                for control in self._controls.values():
                    control.send_state()
                self.widget.send_state("frame")

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
    below: more widgets under the caption

    Attributes for use without a browser: `controls`, `reset` (a button), `caption` (str), `sheet` (what is drawn, as
    plain data), `png` (bytes). Setting a control's value recomputes, sends the picture and updates the caption before
    it returns.
    """

    def __init__(self, controls, compute, draw, describe, alt, below=()):
        self.controls = controls
        self.compute, self._describe = compute, describe
        self._start = {name: control.value for name, control in controls.items()}
        self._drawn = None
        self._picture = LivePicture(draw, alt, controls, catch_up=self._moved)
        self._moved()
        self.reset = widgets.Button(description=say("explorers.reset"), tooltip=say("explorers.reset_tooltip"))
        self.reset.layout = widgets.Layout(width="80px", flex="0 0 auto")
        self.reset.on_click(self._reset)
        for control in controls.values():
            control.observe(self._moved, names="value")
        row = columns(controls.values(), self.reset)
        super().__init__([row, self._picture.widget, *below])

    @property
    def caption(self):
        """What the picture shows now, in words."""
        return self._picture.caption

    @property
    def sheet(self):
        """What is drawn now, laid out for the width that the page has."""
        return self._picture.sheet

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
        for _ in range(2):  # one slider may bound another; the second time every bound is back
            for name, control in self.controls.items():
                control.value = self._start[name]

    def _repr_mimebundle_(self, **options):
        return {**(super()._repr_mimebundle_(**options) or {}), **self._picture.bundle()}
