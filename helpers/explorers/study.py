"""Lesson 01's training ground: both networks, one year at a time, longer and longer windows."""

import statistics
import threading
import time

import ipywidgets as widgets

from helpers.assistive import spoken
from helpers.forecast import study
from helpers.live import LiveFigure, paragraph
from helpers.pictures.canvas import DRAWING
from helpers.pictures.skill import SkillScene, by_model
from helpers.words import say

LENGTHS = (1, 3, 7, 14, 30)
RUNS = 5
_MODELS = ("dense", "rnn")


class Study(widgets.VBox):
    """A button that trains both networks in a thread of its own, a progress bar, and the skills as they come in.

    Training in a thread leaves the sliders free; the same button stops it. `scores` holds what is done.
    """

    def __init__(self, weather, hidden_size):
        self.scores = []
        self._weather, self._hidden_size = weather, hidden_size
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()
        self._total = RUNS * len(LENGTHS) * len(_MODELS)
        self._button = widgets.Button(
            description=say("explorers.study.train"), tooltip=say("explorers.study.train_tooltip")
        )
        self._button.on_click(self._pressed)
        self._bar = widgets.IntProgress(0, 0, self._total, layout=widgets.Layout(width="280px"))
        self._count = widgets.Label()
        self._words = spoken()
        self._say(self._ready())
        hidden_size.observe(self._resized, names="value")
        self._figure = None
        row = widgets.Box(
            [self._button, self._bar, self._count], layout=widgets.Layout(flex_flow="row wrap", width="100%")
        )
        self._place = widgets.VBox()
        super().__init__([row, self._words, self._place])

    @property
    def running(self):
        """True while networks are being trained."""
        return self._thread is not None and self._thread.is_alive()

    def start(self):
        """Train all networks anew, in a thread of their own; nothing happens when one is running."""
        if self.running:
            return
        self.scores = []
        self._stop.clear()
        self._hidden = self._hidden_size.value
        self._thread = threading.Thread(target=self._train, daemon=True)
        self._thread.start()

    def stop(self):
        """Stop before the next training, and wait until it has stopped."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _pressed(self, _button):
        if self.running:
            self._stop.set()
        else:
            self.start()

    def _resized(self, _change):
        if not self.running and not self.scores:
            self._say(self._ready())

    def _ready(self):
        lengths = ", ".join(str(length) for length in LENGTHS)
        hidden_size = self._hidden_size.value
        return say("explorers.study.ready", total=self._total, runs=RUNS, lengths=lengths, hidden_size=hidden_size)

    def _train(self):
        self._label("stop")
        try:
            self._draw()
            for score in study(self._weather, LENGTHS, RUNS, self._hidden, _MODELS):
                self.scores = [*self.scores, score]
                self._draw()
                time.sleep(0.001)  # a moving slider goes first
                if self._stop.is_set():
                    break
        finally:
            done = len(self.scores)
            self._count.value = ""
            key = "explorers.study.done" if done == self._total else "explorers.stopped"
            self._say(" ".join([say(key, done=done, total=self._total), *self._means()]))
            self._label("train")

    def _draw(self):
        with DRAWING:
            if self._figure is None:
                self._figure = LiveFigure(SkillScene(LENGTHS), say("explorers.study.alt"), self.scores)
                self._place.children = [self._figure.widget]
            else:
                self._figure.redraw(self.scores)
        self._bar.value = len(self.scores)
        # Not among the spoken words: a screen reader would speak without a pause.
        self._count.value = say("explorers.study.running", done=len(self.scores), total=self._total)

    def _means(self):
        return [
            say(
                "explorers.study.means",
                model=say(f"pictures.skill.{model}"),
                days=days,
                mean=100 * statistics.fmean(skills),
            )
            + "."
            for model, by_days in by_model(self.scores).items()
            for days, skills in by_days.items()
        ]

    def _say(self, words):
        self._words.value = paragraph(words)

    def _label(self, key):
        self._button.description = say(f"explorers.study.{key}")
        self._button.tooltip = say(f"explorers.study.{key}_tooltip")
