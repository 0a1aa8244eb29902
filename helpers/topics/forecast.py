"""Skill against the length of the window, and a button that trains networks for it while one watches."""

import math
import statistics
import threading
import time
from dataclasses import dataclass
from html import escape
from itertools import groupby

import ipywidgets as widgets

from helpers.drawing import letters
from helpers.drawing.colours import HIDDEN, LAYERS, Hue
from helpers.drawing.letters import decimals
from helpers.drawing.parts import Plot
from helpers.drawing.sheet import MARGIN, STILL, Picture, Rect, Sheet
from helpers.forecast import study
from helpers.widgets.accessibility import spoken
from helpers.widgets.explorer import LivePicture
from helpers.words import say

LENGTHS = (1, 3, 7, 14, 30)
RUNS = 5
_MODELS = ("dense", "rnn")
_MARKS = {"dense": ("square", Hue("soft", "soft")), "rnn": ("circle", HIDDEN), "logistic": ("triangle", LAYERS[3])}
_LOWEST, _HIGHEST = -16.0, 14.0  # percent, when no score lies beyond them
_HIGH = 210  # of the axes, in pixels
_ASIDE = 0.26  # from one model to the next, in parts of a place on the horizontal axis


@dataclass(frozen=True)
class SkillState:
    """Scores, a tuple of `helpers.forecast.Score`, and the lengths of window that have a place on the axis."""

    scores: tuple
    lengths: tuple


def by_model(scores):
    """{model: {days: [skills]}} of `helpers.forecast.Score`s, models and days in ascending order."""
    ordered = sorted(scores, key=lambda score: (score.model, score.days, score.run))
    return {
        model: {days: [score.skill for score in runs] for days, runs in groupby(group, key=lambda score: score.days)}
        for model, group in groupby(ordered, key=lambda score: score.model)
    }


def skill_sheet(state, width=STILL):
    """One place on the horizontal axis for each length of window, skill in percent upwards."""
    sheet = Sheet(width)
    percents = [100 * score.skill for score in state.scores]
    lowest, highest = min([_LOWEST, *percents]), max([_HIGHEST, *percents])
    step = next(step for step in (5, 10, 20, 50, 100, 1000) if (highest - lowest) / step < 9)
    ticks = {tick: f"{tick}".replace("-", "−") for tick in range(_up(lowest, step), _up(highest, step), step)}
    last = len(state.lengths) - 0.5
    left = MARGIN + 8 + math.ceil(max(map(letters.width, ticks.values())))
    box = Rect(left, 36, min(width - 100, 800), 36 + _HIGH)
    models = by_model(state.scores)
    axes = Plot(sheet, box, (-0.5, last), (lowest, highest), dict(enumerate(state.lengths)), ticks,
                say("pictures.skill.days"), say("pictures.skill.skill"))  # fmt: skip
    names: list[tuple] = [(axes.level(0, "ink"), None, "ink", say("pictures.skill.base"))]
    for order, (model, by_days) in enumerate(models.items()):
        shape, hue = _MARKS[model]
        places = [state.lengths.index(days) + _ASIDE * (order - (len(models) - 1) / 2) for days in by_days]
        means = [100 * statistics.fmean(skills) for skills in by_days.values()]
        axes.curve(places, means, hue.words, 2.5)
        for place, skills in zip(places, by_days.values(), strict=True):
            for run, value in enumerate(skills):
                x, y = axes.at(place, 100 * value)
                sheet.spot(shape, float(x) + _aside(run, len(skills)), float(y), hue.line)
        names.append((float(axes.at(0, means[-1])[1]), shape, hue.words, say(f"pictures.skill.{model}")))
    _names(sheet, box, names)
    if not state.scores:
        sheet.text(box.centre, box.top + 40, say("pictures.skill.waiting"), align="center")
    return sheet


def _up(value, step):
    """The lowest multiple of `step` that is not below `value`."""
    return int(-(-value // step)) * step


def _aside(run, count):
    """Where the mark of a run stands beside the middle, so that equal scores can be told apart; in pixels."""
    return 4 * (run - (count - 1) / 2) / max(1, count / 4)


def _names(sheet, box, names):
    """The names of lines at their right ends, moved apart until no two touch. names: (y, mark, colour, words)."""
    names = sorted(names, key=lambda name: name[0])
    heights = [name[0] for name in names]
    for _ in range(20 * len(names)):
        for i in range(len(names) - 1):
            missing = 18 - (heights[i + 1] - heights[i])
            if missing > 0:
                heights[i], heights[i + 1] = heights[i] - missing / 2, heights[i + 1] + missing / 2
    for y, (_, mark, colour, words) in zip(heights, names, strict=True):
        if mark:
            sheet.spot(mark, box.right + 14, y, colour)
        sheet.text(box.right + (24 if mark else 8), y, words, colour, bold=mark is not None)


def skill_alt(scores):
    """The chart in words: mean, least and most of every model at every length of window."""
    rows = [
        say(
            "pictures.skill.row",
            model=say(f"pictures.skill.{model}"),
            days=days,
            count=len(skills),
            mean=100 * statistics.fmean(skills),
            least=100 * min(skills),
            most=100 * max(skills),
        )
        for model, by_days in by_model(scores).items()
        for days, skills in by_days.items()
    ]
    return say("pictures.skill.alt", rows=" ".join(rows))


def draw_skill(scores):
    """A `Picture` of the scores that `helpers.forecast.study` gave: one mark a run, one line of means a model.

    Raises ValueError when there are none.
    """
    scores = tuple(scores)
    if not scores:
        raise ValueError(say("errors.drawing", name="scores", expected=say("pictures.skill.expected"), got=[]))
    lengths = tuple(sorted({score.days for score in scores}))
    return Picture(skill_sheet(SkillState(scores, lengths)), skill_alt(scores))


class Study(widgets.VBox):
    """A button that trains networks in a thread of its own, a progress bar, and the skills as they come in.

    Training in a thread leaves the sliders free; the same button stops it. `scores` holds what is done, `words` what
    is said about it, `picture` the chart, None as long as nothing was trained.
    """

    def __init__(self, weather, hidden_size):
        self.scores, self.picture = [], None
        self._weather, self._hidden_size = weather, hidden_size
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()
        self._total = RUNS * len(LENGTHS) * len(_MODELS)
        self.button = widgets.Button(layout=widgets.Layout(width="110px"))
        self.button.on_click(self._pressed)
        self._bar = widgets.IntProgress(0, 0, self._total, layout=widgets.Layout(width="280px"))
        self._count = widgets.Label()
        self._spoken = spoken()
        self._label("train")
        self._say(self._ready())
        hidden_size.observe(self._resized, names="value")
        row = widgets.Box([self.button, self._bar, self._count], layout=widgets.Layout(flex_flow="row wrap"))
        self._place = widgets.VBox()
        super().__init__([row, self._spoken, self._place])

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
            self._draw(" ".join(self._means()))
            self._count.value = ""
            key = "explorers.study.done" if done == self._total else "explorers.study.stopped"
            self._say(say(key, done=done, total=self._total))
            self._label("train")

    def _draw(self, caption=""):
        """Draw the scores; the caption comes only in the end, since a screen reader would speak without a pause."""
        picture = self.picture or LivePicture(skill_sheet, say("explorers.study.alt"))
        with picture.lock:
            picture.update(SkillState(tuple(self.scores), LENGTHS), caption)
        if self.picture is None:
            self.picture = picture
            self._place.children = [picture.widget]
        self._bar.value = len(self.scores)
        self._count.value = say("explorers.study.running", done=len(self.scores), total=self._total)

    def _means(self):
        """One sentence for each model."""
        for model, by_days in by_model(self.scores).items():
            means = [
                say("explorers.study.mean", count=days, mean=decimals(100 * statistics.fmean(skills), 1))
                for days, skills in by_days.items()
            ]
            yield say("explorers.study.means", model=say(f"pictures.skill.{model}"), means=", ".join(means))

    def _say(self, words):
        self.words = words
        self._spoken.value = f"<p style='margin:0;line-height:1.4'>{escape(words)}</p>"

    def _label(self, key):
        self.button.description = say(f"explorers.study.{key}")
        self.button.tooltip = say(f"explorers.study.{key}_tooltip")
