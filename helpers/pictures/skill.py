"""Skill against the length of the window: every run a mark, every mean a line."""

import statistics
from itertools import groupby

from helpers import style
from helpers.pictures.canvas import Scene, picture
from helpers.pictures.plot import LETTERS, add_axes
from helpers.words import say

_MARKS = {
    "dense": ("square", style.OUTPUT),
    "rnn": ("circle", style.HIDDEN),
    "logistic": ("triangle", style.WEIGHT),
}
_BOX = (110, 24, 560, 216)  # left, top, width, height of the axes in pixels
_LOWEST, _HIGHEST = -16.0, 14.0  # percent


class SkillScene(Scene):
    """One place on the horizontal axis for each length of window, skill in percent upwards."""

    size = (style.WIDTH, 300)

    def __init__(self, lengths):
        self._lengths = list(lengths)

    def draw_still(self, figure, scores):
        lengths = dict(enumerate(self._lengths))
        percents = {tick: f"{tick}".replace("-", "−") for tick in range(-15, 15, 5)}
        axes = add_axes(figure, _BOX, say("pictures.skill.days"), say("pictures.skill.skill"), lengths, percents)
        axes.set(xlim=(-0.5, len(self._lengths) - 0.5), ylim=(_LOWEST, _HIGHEST))
        axes.axhline(0, color=style.INK, linewidth=1.2, linestyle=(0, (4, 2)))
        place, words = (1.01, -_LOWEST / (_HIGHEST - _LOWEST)), say("pictures.skill.base")
        axes.text(*place, words, transform=axes.transAxes, fontsize=LETTERS, va="center")

    def draw_moving(self, sheet, scores):
        for order, (model, by_days) in enumerate(by_model(scores).items()):
            shape, hue = _MARKS[model]
            means = [(self._x(days, order), self._y(statistics.fmean(skills))) for days, skills in by_days.items()]
            sheet.line(means, colour=hue.words, width=2.5)
            for days, skills in by_days.items():
                for run, value in enumerate(skills):
                    aside = 4 * (run - (len(skills) - 1) / 2) / max(1, len(skills) / 4)
                    sheet.mark(shape, self._x(days, order) + aside, self._y(value), hue.line)
            x, y = means[-1]
            sheet.text(x + 12, y, say(f"pictures.skill.{model}"), colour=hue.words, align="left", bold=True)
        if not scores:
            sheet.text(_BOX[0] + _BOX[2] / 2, _BOX[1] + 60, say("pictures.skill.waiting"))

    def _x(self, days, order):
        place = self._lengths.index(days) + 0.5 + 0.08 * (order - 1)
        return _BOX[0] + _BOX[2] * place / len(self._lengths)

    def _y(self, value):
        share = (100 * value - _LOWEST) / (_HIGHEST - _LOWEST)
        return _BOX[1] + _BOX[3] * (1 - min(max(share, 0.0), 1.0))


def by_model(scores):
    """{model: {days: [skills]}} of a list of `helpers.forecast.Score`, models and days in ascending order."""
    ordered = sorted(scores, key=lambda score: (score.model, score.days, score.run))
    return {
        model: {days: [score.skill for score in runs] for days, runs in groupby(group, key=lambda score: score.days)}
        for model, group in groupby(ordered, key=lambda score: score.model)
    }


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
    scores = list(scores)
    if not scores:
        raise ValueError(say("errors.drawing", name="scores", expected=say("pictures.skill.expected"), got=scores))
    lengths = sorted({score.days for score in scores})
    return picture(SkillScene(lengths), scores, skill_alt(scores))
