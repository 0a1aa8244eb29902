"""A network that answers a word: the probability of every letter at every step, and how the loss fell."""

from dataclasses import dataclass

import numpy as np

from helpers import style
from helpers.pictures import lettering
from helpers.pictures.canvas import Scene, lay_down, picture
from helpers.pictures.plot import add_axes, power_ticks
from helpers.pictures.sheet import Sheet
from helpers.pictures.tensors import colour_bar, two_decimals
from helpers.shapes import whole_number
from helpers.spelling import Record
from helpers.words import say

MOST_STEPS, MOST_LETTERS = 10, 10
_LEFT, _WIDE, _TOP, _HIGH = 84, 360, 84, 260  # of the probabilities
_BOX = (540, 40, 240, 300)  # of the loss curve: left, top, width, height
_LOWEST, _HIGHEST = -5, 1  # powers of ten of the loss


@dataclass(frozen=True, eq=False)
class SpellingState:
    """record: a whole training, a `helpers.spelling.Record`; epoch: the one that is looked at, from 0."""

    record: Record
    epoch: int


class SpellingScene(Scene):
    """At the left letters at steps, what is read below and what is answered above; at the right the loss."""

    size = (style.WIDTH, 470)

    def __init__(self, pair, epochs):
        self._pair, self._epochs = pair, epochs
        letters = pair.letters
        self._across = min(52, _WIDE / len(pair.source))
        self._high = min(56, _HIGH // len(letters))
        self._centres = _LEFT + self._across * (np.arange(len(pair.source)) + 0.5)
        self._bottom = _TOP + self._high * len(letters)

    def draw_still(self, figure, state):
        sheet, bottom = Sheet(), self._bottom
        for place, letter in enumerate(self._pair.letters):
            y = _TOP + self._high * (place + 0.5)
            sheet.text(_LEFT - 10, y, lettering.readable(letter), align="right", family="mono", bold=True)
        for step, centre in enumerate(self._centres):
            letter = lettering.readable(self._pair.source[step])
            sheet.arrow([(centre, bottom + 34), (centre, bottom + 4)], colour=style.INPUT.line)
            sheet.text(centre, bottom + 46, letter, family="mono", colour=style.INPUT.words, bold=True)
        for y, key in ((24, "wanted"), (50, "answer"), (bottom + 46, "reads")):
            sheet.text(8, y, say(f"pictures.spelling.{key}"), align="left")
        for step, centre in enumerate(self._centres):
            letter = lettering.readable(self._pair.target[step])
            sheet.text(centre, 24, letter, family="mono", colour=style.OUTPUT.words, bold=True)
        colour_bar(sheet, 250, 452, 160, [(say("pictures.spelling.probability"), 1)], least=0)
        lay_down(figure, sheet)
        powers = power_ticks(_LOWEST, _HIGHEST, 1)
        epochs = {epoch: epoch for epoch in range(0, self._epochs + 1, 25)}
        axes = add_axes(figure, _BOX, say("pictures.spelling.epoch"), say("pictures.spelling.loss"), epochs, powers)
        axes.set(xlim=(0, self._epochs), ylim=(_LOWEST, _HIGHEST))

    def draw_moving(self, sheet, state):
        record, letters = state.record, self._pair.letters
        chances = record.probability[state.epoch].T.numpy()  # (letters, seq_len)
        sheet.squares(_LEFT, _TOP, chances, self._across, self._high, numbers=two_decimals)
        across, high = self._across * len(self._centres), self._high * len(letters)
        sheet.box(_LEFT - 1, _TOP - 1, across + 1, high + 1, colour=style.OUTPUT.line)
        for step, centre in enumerate(self._centres):
            wanted = letters.index(self._pair.target[step])
            left, top = centre - self._across / 2, _TOP + self._high * wanted
            sheet.box(left - 1, top - 1, self._across + 1, self._high + 1, line=3.5)
            answer = letters[int(chances[:, step].argmax())]
            sign = "✓" if answer == self._pair.target[step] else "✗"
            sheet.text(centre, 50, lettering.readable(answer), family="mono", bold=True)
            sheet.text(centre, 70, sign, colour=style.HIDDEN.words if sign == "✓" else style.OUTPUT.words)
        left, top, wide, deep = _BOX
        loss = np.clip(record.loss.numpy(), 10.0**_LOWEST, None)
        xs, ys = left + wide * np.arange(len(loss)) / self._epochs, self._y(np.log10(loss))
        sheet.line(np.stack([xs, ys], -1), colour=style.HIDDEN.words, width=2)
        sheet.mark("circle", xs[state.epoch], ys[state.epoch], style.INK, size=11)
        if self._pair.floor > 0:
            y = float(self._y(np.log10(self._pair.floor)))
            sheet.line([(left, y), (left + wide, y)], dashed=True)
            # Below the axes: the curve may pass anywhere between them.
            sheet.text(left + wide, top + deep + 66, say("pictures.spelling.floor"), align="right")
        words = say("pictures.spelling.now", epoch=state.epoch, loss=float(record.loss[state.epoch]))
        sheet.text(left + wide, top - 20, words, align="right", bold=True)

    def _y(self, power):
        return _BOX[1] + _BOX[3] * (1 - (np.minimum(power, _HIGHEST) - _LOWEST) / (_HIGHEST - _LOWEST))


def check_room(pair):
    """Raise ValueError when the words are too long, or have too many letters, to be drawn."""
    for words, count, most in (
        ("errors.letters_drawn", len(pair.source), MOST_STEPS),
        ("errors.different_letters_drawn", len(pair.letters), MOST_LETTERS),
    ):
        if count > most:
            raise ValueError(say(words, got=count, most=most))


def draw_spelling(record, epoch=None):
    """A `Picture` of a training, a `helpers.spelling.Record`, as it stood after `epoch` epochs (all when left out).

    Raises ValueError when the words have more than 10 steps or 10 letters, or there is no such epoch.
    """
    check_room(record.pair)
    last = len(record.loss) - 1
    epoch = whole_number("epoch", last if epoch is None else epoch, 0, last)
    words = dict(source=record.pair.source, target=record.pair.target, answer=record.answer(epoch), epoch=epoch)
    alt = say("pictures.spelling.alt", **words, loss=float(record.loss[epoch]))
    return picture(SpellingScene(record.pair, last), SpellingState(record, epoch), alt)
