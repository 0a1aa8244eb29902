"""The shape trainer: one question after another, by typing or by picking, with a score."""

import html
import threading
from typing import NamedTuple

import ipywidgets as widgets

from helpers.exercises.answers import Feedback
from helpers.exercises.kinds import LEVELS
from helpers.exercises.questions import PICKS, questions, read_shape
from helpers.modules import seeded
from helpers.shapes import whole_number
from helpers.widgets.accessibility import CourseWidget, spoken
from helpers.widgets.entry import Entry
from helpers.words import say

TO_OPEN = 5  # right answers in a row that open the next level
_LARGEST_SEED = 2**32 - 1
_MOST_QUOTED = 40
_CODE = (
    "margin:0;padding:8px 10px;border:1px solid #8a8a8a;white-space:pre-wrap;overflow-wrap:anywhere;"
    "line-height:1.45;font-family:var(--jp-code-font-family,monospace);font-size:var(--jp-code-font-size,13px)"
)
_LINE = "margin:4px 0;line-height:1.5"


class Score(NamedTuple):
    """right: questions answered right at the first try; asked: questions tried or skipped; streak: right in a row."""

    right: int
    asked: int
    streak: int


def shape_trainer(level=1, seed=0):
    """A `ShapeTrainer` that asks for one shape after another.

    level: 1 nn.RNNCell, 2 nn.RNN with one layer, 3 num_layers, 4 batch_first; the ones below it are open as well
    seed: a whole number; the same one asks the same questions

    Raises ValueError when an argument is no whole number in its range.
    """
    return ShapeTrainer(level, seed)


class ShapeTrainer(CourseWidget):
    """Questions about shapes, a field to type in, four picks, and the feedback.

    Without a browser: `question`, `answer(shape)`, `skip()`, `score`, `level` (may be set), `levels`, `feedback`.
    Its parts: `controls` by name ("level", "shape", "check", "skip") and `picks`.

    A question counts as asked once, and as right only at the first try. Five right in a row in the highest open
    level open the next one and lead into it; another level starts a new row.
    """

    def __init__(self, level=1, seed=0):
        self._level = whole_number("level", level, 1, len(LEVELS))
        self._generator = seeded(whole_number("seed", seed, 0, _LARGEST_SEED))
        self._highest, self._score = self._level, Score(0, 0, 0)
        self._tried = False
        self._lock = threading.RLock()  # the browser's messages may be handled in another thread than the cells
        wide = widgets.Layout(width="100%", margin="0")
        self._asked, self._said, self._counted = spoken(), spoken(), widgets.HTML()
        for place in (self._asked, self._said, self._counted):
            place.layout = wide
        self.controls = self._make_controls()
        self.picks = tuple(widgets.Button(layout=widgets.Layout(width="auto")) for _ in range(PICKS))
        self._start()
        self._first = self.question
        self._connect()
        level, *typing = self.controls.values()
        levels = _row(widgets.Label(say("trainer.level_label")), level)
        picking = _row(widgets.Label(say("trainer.pick")), *self.picks)
        parts = [levels, self._asked, _row(*typing), picking, self._said, self._counted]
        super().__init__(parts, layout=widgets.Layout(max_width="1000px"))

    @property
    def question(self):
        """The question as it is asked now: its code, and what is asked."""
        return self._question.text

    @property
    def score(self):
        """The `Score` until now."""
        return self._score

    @property
    def levels(self):
        """The open levels, a tuple."""
        return tuple(range(1, self._highest + 1))

    @property
    def level(self):
        """The level that is asked. Setting it raises ValueError when it is not one of the open ones."""
        return self._level

    @level.setter
    def level(self, level):
        self.controls["level"].value = whole_number("level", level, 1, self._highest)

    def answer(self, shape):
        """The `Feedback` on a shape: a tuple, a list, a torch.Size or a text. After a right one comes a new question.

        Anything else gets a sentence and does not count as a try; nothing makes it raise.
        """
        with self._lock:
            sizes = read_shape(shape)
            if sizes is None:
                return self._say(Feedback("open", _unreadable(shape)))
            verdict = self._question.judge(sizes)
            self._count(verdict.right)
            if not verdict.right:
                return self._say(Feedback("wrong", f"{say('exercises.wrong')} {verdict.words}"))
            words = f"{say('exercises.right')} {verdict.words} {self._go_on()}"
            return self._say(Feedback("right", words))

    def skip(self):
        """The `Feedback` with the right answer; then comes a new question. The skipped one counts as asked."""
        with self._lock:
            self._count(False)
            words = f"{say('trainer.skipped')} {self._question.explain()} {self._go_on()}"
            return self._say(Feedback("solution", words))

    def _count(self, right):
        if not self._tried:
            counted = self._score
            streak = counted.streak + 1 if right else 0
            self._score = Score(counted.right + right, counted.asked + 1, streak)
        self._tried = True

    def _go_on(self):
        """Ask the next question, in the next level when this one is mastered; the words for it."""
        opens = self._score.streak == TO_OPEN and self._level == self._highest and self._level < len(LEVELS)
        if opens:
            self._highest += 1
            control = self.controls["level"]
            control.unobserve(self._level_moved, names="value")
            control.options, control.value = _names_of(self.levels), self._highest
            control.observe(self._level_moved, names="value")
            self._enter_level(self._highest)
            return say("trainer.opened", count=TO_OPEN, level=say(f"trainer.level.{self._level}"))
        self._ask()
        return say("trainer.next")

    def _start(self):
        self._enter_level(self._level)
        self._say(Feedback("open", say("trainer.start")))

    def _enter_level(self, level):
        self._level, self._score = level, self._score._replace(streak=0)
        self._questions = questions(LEVELS[level], self._generator)
        self._ask()

    def _ask(self):
        self._question, self._tried = next(self._questions), False
        self._asked.value = _page(self._question.text)
        self.controls["shape"].value = ""
        for button, shape in zip(self.picks, self._question.picks, strict=True):
            button.description = str(shape)

    def _say(self, feedback):
        self.feedback = feedback
        words = feedback._repr_html_().replace(" role='status'", "")  # its place is a live region already
        self._said.value = f'<div style="{_LINE}">{words}</div>'
        opens = self._level == self._highest < len(LEVELS)
        name = say(f"trainer.level.{self._level}")
        values = dict(name=name, count=TO_OPEN, level=self._level + 1, **self._score._asdict())
        words = say("trainer.score", **values), say(f"trainer.{'to_open' if opens else 'streak'}", **values)
        self._counted.value = f"<p style='{_LINE}'>{html.escape(' '.join(words))}</p>"
        return feedback

    def _make_controls(self):
        def button(name):
            words = dict(description=say(f"trainer.{name}"), tooltip=say(f"trainer.{name}_tooltip"))
            return widgets.Button(**words, layout=widgets.Layout(width="80px"))

        level = widgets.ToggleButtons(options=_names_of(self.levels), value=self._level)
        level.style.button_width = "auto"
        level.layout = widgets.Layout(width="auto", margin="2px 2px 6px")
        words = dict(description=say("trainer.shape_label"), placeholder=say("trainer.placeholder"))
        shape = Entry(self.answer, **words, style={"description_width": "initial"})
        shape.layout.width = "240px"
        return {"level": level, "shape": shape, "check": button("check"), "skip": button("skip")}

    def _connect(self):
        self.controls["level"].observe(self._level_moved, names="value")
        self.controls["check"].on_click(lambda _button: self.answer(self.controls["shape"].value))
        self.controls["skip"].on_click(lambda _button: self.skip())
        for number, pick in enumerate(self.picks):
            pick.on_click(lambda _button, number=number: self.answer(self._question.picks[number]))

    def _level_moved(self, change):
        with self._lock:
            self._level = change["new"]
            self._start()

    def _repr_mimebundle_(self, **options):
        page = f"{_page(self._first)}<p>{html.escape(say('trainer.run'))}</p>"
        return {**(super()._repr_mimebundle_(**options) or {}), "text/plain": self._first, "text/html": page}


def _row(*parts):
    layout = widgets.Layout(flex_flow="row wrap", align_items="center", width="100%")
    return widgets.Box(parts, layout=layout)


def _names_of(levels):
    return [(say(f"trainer.level.{level}"), level) for level in levels]


def _page(text):
    """A question as HTML: its code, and below it what is asked."""
    code, asked = text.rsplit("\n", 1)
    return f'<pre style="{_CODE}">{html.escape(code)}</pre><p style="{_LINE};font-weight:bold">{html.escape(asked)}</p>'


def _unreadable(answer):
    if answer is ... or (type(answer) is str and not answer.strip()):
        return say("trainer.nothing")
    if type(answer) is not str:
        return say("trainer.unreadable", got=type(answer).__name__)
    short = answer if len(answer) <= _MOST_QUOTED else answer[:_MOST_QUOTED] + "…"
    return say("trainer.unreadable", got=f'"{short}"')
