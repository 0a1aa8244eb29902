"""A figure that follows a slider, and the `Explorer` that every lesson's sliders are.

A callback may run in another thread than the cells of a notebook: JupyterLab answers widgets on a
subshell. So an explorer draws only under the one lock of `helpers.pictures.canvas`, and reads its
controls only after it has the lock: whoever waits draws the newest values, and whoever finds them drawn
already draws nothing.
"""

import gc
import html
import threading

import ipywidgets as widgets

from helpers.assistive import CourseWidget, spoken
from helpers.pictures.canvas import DRAWING, Canvas
from helpers.still import image_html, still_bundle
from helpers.words import say

REST = 0.2  # seconds without a move before the picture is drawn once more, twice as fine


class LiveFigure:
    """A picture in an `ipywidgets.HTML`, redrawn on a kept background; crisp after a short rest.

    scene: a `helpers.pictures.canvas.Scene`. alt: what kind of picture it is, in words.
    """

    def __init__(self, scene, alt, state):
        self._scene, self._alt = scene, alt
        self._canvas = None
        self._rest = None
        self.widget = widgets.HTML(layout=widgets.Layout(width="100%", margin="0"))
        self._crisp(state)

    @property
    def png(self):
        """The bytes of the picture as it is now."""
        return self._png

    def redraw(self, state):
        """Draw the picture in `state` and send it; the caller holds the drawing lock."""
        if self._canvas is None:
            self._canvas = Canvas(self._scene)
        self._send(self._canvas.png(state), state)
        self._rest_later()

    def html(self):
        """The picture as it is now, as an `<img>` with its alt text."""
        return image_html(self._png, self._alt, *self._scene.size)

    def bundle(self, text):
        """The mime bundle of the picture as it is now; `text` is its plain text, and stands below it."""
        note = say("explorers.still")
        width, height = self._scene.size
        return still_bundle(self._png, self._alt, text, width, height, below=f"{text} {note}")

    def _send(self, png, state):
        self._png, self._state = png, state
        self.widget.value = self.html()

    def _crisp(self, state):
        canvas = Canvas(self._scene, scale=2)
        self._send(canvas.png(state), state)
        canvas.let_go()

    def _rest_later(self):
        if self._rest is not None:
            self._rest.cancel()
        self._rest = threading.Timer(REST, self._after_rest, [self._state])
        self._rest.daemon = True
        self._rest.start()

    def _after_rest(self, state):
        with DRAWING:
            if state is self._state:
                self._crisp(state)


class Explorer(CourseWidget):
    """Controls in one wrapping row, a picture that follows them, its caption, and a reset button.

    controls: dict from the PyTorch argument's name to its slider or toggle
    compute: called with the controls' values by name; returns the state that is drawn
    scene: draws the state, a `helpers.pictures.canvas.Scene`
    describe: from the state to the caption, one or two sentences with shapes and parameter counts
    alt: what kind of picture it is, in words
    before, below: more widgets, in front of the controls and under the caption

    Attributes for use without a browser: `controls`, `reset` (a button), `caption` (str), `png` (bytes). Setting
    a control's value recomputes, redraws and updates the caption before it returns.
    """

    def __init__(self, controls, compute, scene, describe, alt, before=(), below=()):
        self.controls = controls
        self._compute, self._describe = compute, describe
        self._start = {name: control.value for name, control in controls.items()}
        self._drawn = self._values()
        state = compute(**self._drawn)
        with DRAWING:
            self._figure = LiveFigure(scene, alt, state)
        self.caption = describe(state)
        self._spoken = spoken(paragraph(self.caption))
        self.reset = widgets.Button(description=say("explorers.reset"), tooltip=say("explorers.reset_tooltip"))
        self.reset.layout.width = "80px"
        self.reset.on_click(self._reset)
        for control in controls.values():
            control.observe(self._moved, names="value")
        row = widgets.Box(
            [*before, *controls.values(), self.reset], layout=widgets.Layout(flex_flow="row wrap", width="100%")
        )
        super().__init__([row, self._figure.widget, self._spoken, *below], layout=widgets.Layout(max_width="1000px"))
        _spare_the_collector()

    @property
    def png(self):
        """The bytes of the picture as it is now, a PNG file."""
        return self._figure.png

    def _values(self):
        return {name: control.value for name, control in self.controls.items()}

    def _moved(self, _change):
        with DRAWING:
            values = self._values()
            if values == self._drawn:
                return  # drawn already: by a thread that came later, or since one control moved another
            state = self._compute(**values)
            self._figure.redraw(state)
            self.caption = self._describe(state)
            self._spoken.value = paragraph(self.caption)
            self._drawn = values

    def _reset(self, _button):
        for _ in range(2):  # one slider may bound another; the second time every bound is back
            for name, control in self.controls.items():
                control.value = self._start[name]

    def _repr_mimebundle_(self, **options):
        bundle = super()._repr_mimebundle_(**options) or {}
        with DRAWING:  # picture and caption of one move
            return {**bundle, **self._figure.bundle(self.caption)}


def _spare_the_collector():
    """Take what is loaded by now out of Python's garbage collection, once in a process.

    With PyTorch, Matplotlib and Jupyter loaded there are half a million objects that never go away. Every full
    collection looked at all of them, and a moving slider stood still for 100 ms.
    """
    if gc.get_freeze_count() == 0:
        gc.collect()  # what is frozen is never freed; loading leaves megabytes that nobody needs any more
        gc.freeze()


def slider(name, value, least, most, step=1):
    """A slider for whole numbers, labelled with the name of PyTorch's argument."""
    return widgets.IntSlider(value, least, most, step, **_labelled(name))


def scale_slider(name, most=10.0, step=0.25):
    """A slider for a factor from 0 to `most`, 1 at the start, labelled `name`."""
    return widgets.FloatSlider(1.0, min=0.0, max=most, step=step, **_labelled(name))


def choices_slider(name, value, choices):
    """A slider for a few numbers, `choices`, labelled `name`."""
    options = [(f"{choice:g}", choice) for choice in choices]
    return widgets.SelectionSlider(options=options, value=value, **_labelled(name))


def _labelled(name):
    """What all sliders share: the whole of the label is shown, and all are of one width."""
    return dict(description=name, style={"description_width": "initial"}, layout=widgets.Layout(width="270px"))


def toggle(name, value, options):
    """A row of buttons of which one is pressed. options: pairs (words, value)."""
    style, layout = (
        {"description_width": "initial", "button_width": "auto"},
        widgets.Layout(width="max-content", max_width="100%"),
    )
    return widgets.ToggleButtons(options=options, value=value, description=name, style=style, layout=layout)


def whole_part(part, whole, less=0):
    """Let the slider `part` never go beyond the value of the slider `whole`, minus `less`."""

    def follow(change):
        part.max = change["new"] - less

    whole.observe(follow, names="value")


def player(steps):
    """A play button that walks the slider `steps` from its least to its greatest value, one step a second."""
    play = widgets.Play(value=steps.value, min=steps.min, max=steps.max, interval=1000, show_repeat=False)
    widgets.link((steps, "max"), (play, "max"))
    widgets.jsdlink((play, "value"), (steps, "value"))
    play.follows = steps  # the way back is the page's: the kernel need not hear of it at every move
    return play


def paragraph(words):
    """Words as a paragraph of HTML; they are escaped."""
    return f'<p style="margin:4px 0;line-height:1.5">{html.escape(words)}</p>'
