"""A network that learns to answer a word: the probability of every letter at every step, and how the loss fell."""

import math
import statistics
from dataclasses import dataclass

import ipywidgets as widgets
import numpy as np

from helpers.drawing import letters
from helpers.drawing.colours import HIDDEN, INPUT, OUTPUT
from helpers.drawing.letters import decimals
from helpers.drawing.parts import Plot, colour_bar, fitting, power_ticks, sheet_left
from helpers.drawing.sheet import MARGIN, STILL, Picture, Rect, Sheet
from helpers.shapes import whole_number
from helpers.spelling import EPOCHS, Pair, Record, learn
from helpers.topics.sums import given
from helpers.widgets.controls import choices_slider, slider, with_player
from helpers.widgets.explorer import Explorer
from helpers.words import say

MOST_STEPS, MOST_LETTERS = 10, 10
MOST_HIDDEN, MOST_LAYERS, SEEDS = 32, 3, 20
RATES = (0.001, 0.003, 0.01, 0.03, 0.05, 0.1, 0.3, 1.0)
PACE = 100  # milliseconds for an epoch when it is played
_LETTER, _GAP = 18, 6  # the size of letters of the words; between squares, for the frame of what is wanted
_WANTED, _SIGNS, _ANSWER, _TOP = 16, 40, 65, 90  # heights of the words, and where the squares start
_COLUMN, _ROW, _HIGH = 62, 38, 240  # most of a square, and what all rows share in height
_NARROW = 30  # most of a square in height where the loss stands below
_ENDS = {460: 448, 660: 346, 900: 450, 1150: 560}  # of the squares; beside them stands the loss where there is room
_LOWEST, _HIGHEST = -6, 2  # powers of ten of the loss


@dataclass(frozen=True, eq=False)
class HelloState:
    """record: a whole training, a `helpers.spelling.Record`; epoch: the one that is looked at, from 0."""

    record: Record
    epoch: int

    @property
    def answer(self):
        """The word that the network answers after this epoch."""
        return self.record.answer(self.epoch)

    @property
    def right(self):
        """How many of its letters are right."""
        return sum(a == b for a, b in zip(self.answer, self.record.pair.target, strict=True))


def shown(word):
    """A word as it is drawn and said: a sign for a space, and one for what cannot be seen; all else as it is."""
    return "".join("␣" if letter.isspace() else letter if letter.isprintable() else "�" for letter in word)


def hello_sheet(state, width=STILL):
    """Letters at steps, what is read below them and what is answered above; beside them, or below, the loss."""
    sheet = Sheet(width)
    beside = width >= 600
    grid = _letters(sheet, state, _ENDS[width], _ROW if beside else _NARROW)
    left = max(grid.right, 250) + 86 if beside else MARGIN + 62
    top = 42 if beside else sheet.size[1] + 40
    low = grid.bottom + 30 if beside else top + 140
    _loss(sheet, state, Rect(left, top, width - MARGIN - 14, low))
    return sheet


def _letters(sheet, state, end, row):
    """The probabilities as a grid, with the words that are wanted, answered and read; return its rectangle."""
    pair, answer = state.record.pair, state.answer
    steps, count = len(pair.source), len(pair.letters)
    score = say("pictures.hello.right", right=state.right, length=steps)
    named = [say(f"pictures.hello.{key}") for key in ("wanted", "answer", "reads")]
    most = say("pictures.hello.right", right=steps, length=steps)
    left = MARGIN + 30 + round(max(letters.width(words, bold=True) for words in (most, *named)))
    wide, high = min(_COLUMN, (end - left) // steps), min(row, _HIGH // count)
    chances = state.record.probability[state.epoch].T.numpy()  # (letters, seq_len)
    fits = letters.width("1.00") + 2 <= wide - _GAP
    names = dict(name="p", axes=("letter", "seq_len"), numbers=2 if fits else None, gap=_GAP)
    grid = sheet.grid(chances, left, _TOP, wide, high, **names)
    sheet.box(grid.grown(_GAP), OUTPUT.line)
    for y, words in zip((_WANTED, _ANSWER, grid.bottom + 44), named, strict=True):
        sheet.text(MARGIN, y, words, bold=y == _ANSWER)
    sheet.text(MARGIN, _SIGNS, score, (HIDDEN if state.right == steps else OUTPUT).words, bold=True)
    look = dict(size=_LETTER, align="center", family="mono", bold=True)
    for place, letter in enumerate(pair.letters):
        middle = grid.top + high * place + (high - _GAP) / 2
        sheet.text(grid.left - _GAP - 10, middle, shown(letter), align="right", family="mono", bold=True)
    for step, (wanted, said, reads) in enumerate(zip(pair.target, answer, pair.source, strict=True)):
        x, right = grid.left + wide * step + (wide - _GAP) / 2, said == wanted
        hue = HIDDEN if right else OUTPUT
        sheet.text(x, _WANTED, shown(wanted), **look)
        sheet.text(x, _SIGNS, "✓" if right else "✗", hue.words, **look)
        sheet.text(x, _ANSWER, shown(said), hue.words, **look)
        left, top = grid.left + wide * step, grid.top + high * pair.letters.index(wanted)
        sheet.box(Rect(left, top, left + wide - _GAP, top + high - _GAP).grown(1), "ink")
        sheet.arrow([(x, grid.bottom + 32), (x, grid.bottom + _GAP + 5)], INPUT.line)
        sheet.text(x, grid.bottom + 44, shown(reads), INPUT.words, **look)
    low = grid.bottom + 64
    bar = colour_bar(sheet, MARGIN, low, say("pictures.hello.probability"), least=0, length=80)
    mark = Rect(bar.right + 26, low - 2, bar.right + 40, low + 12)
    sheet.box(mark, "ink")
    sheet.text(mark.right + 9, low + 5, say("pictures.hello.framed"), "soft")
    return grid


def _loss(sheet, state, box):
    """The loss at every epoch on powers of ten: dark what is done, pale what is to come; dashed what needs no memory."""
    loss, epoch, floor = state.record.loss.numpy(), state.epoch, state.record.pair.floor
    last = len(loss) - 1
    powers = power_ticks(_LOWEST, _HIGHEST, 2)
    powers[_LOWEST] = f"≤ {powers[_LOWEST]}"
    ticks = {place: place for place in range(0, last + 1, tick_step(last))}
    names = say("pictures.hello.epoch"), say("pictures.hello.loss")
    plot = Plot(sheet, box, (0, last), (_LOWEST, _HIGHEST), ticks, powers, *names)
    heights = np.log10(np.clip(loss, 10.0**_LOWEST, None))
    if floor > 0:
        plot.level(np.log10(floor), "soft")
        y, left = box.bottom + 58, sheet_left(box, powers)
        sheet.line([(left, y), (left + 30, y)], "soft", 1.2, dashed=True)
        sheet.text(left + 38, y, say("pictures.hello.floor", floor=floor), "soft")
    plot.curve(np.arange(epoch, last + 1), heights[epoch:], "pale", 1.5)
    plot.curve(np.arange(epoch + 1), heights[: epoch + 1], "ink", 2.5)
    x, y = plot.at(epoch, heights[epoch])
    sheet.spot("circle", float(x), float(y), "ink", 11)
    room = box.right - sheet_left(box, powers) - letters.width(names[1]) - 12
    now = [say(f"pictures.hello.{key}", epoch=epoch, loss=float(loss[epoch])) for key in ("now", "now_short")]
    words = fitting(room, *now, family="sans", bold=True).replace("-", "−")
    sheet.text(box.right, box.top - 18, words, align="right", bold=True)


def tick_step(last):
    """How far apart the ticks of an axis from 0 to `last` stand: a round number, and at most five ticks beyond 0."""
    step = 1
    while last > 5 * step:
        step = step * 5 // 2 if str(step)[0] == "2" else step * 2
    return step


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
    state = HelloState(record, whole_number("epoch", last if epoch is None else epoch, 0, last))
    words = dict(source=record.pair.source, target=record.pair.target, answer=state.answer)
    alt = say(
        "pictures.hello.alt",
        **{name: shown(word) for name, word in words.items()},
        epochs=say("pictures.hello.epochs", count=state.epoch),
        loss=float(record.loss[state.epoch]),
    )
    return Picture(hello_sheet(state), alt)


def draw_success(solved, epochs, name="hidden_size"):
    """A `Picture` of many trainings: for each value of `name` how soon each of them was right.

    solved: {value: [epoch of the first right answer, or None for a training that was never right]}
    epochs: how long each training ran. Circles are successes, triangles in the row on top are failures.

    Raises ValueError when there is no training.
    """
    if not solved or not all(solved.values()):
        raise ValueError(say("errors.drawing", name="solved", expected=say("pictures.success.expected"), got=solved))
    sheet, box = Sheet(), Rect(70, 62, STILL - MARGIN, 292)
    slot, never = box.width / len(solved), 1.14 * epochs  # the row of failures stands above the last epoch
    every = math.ceil((max(letters.width(str(value)) for value in solved) + 8) / slot)
    values = {place: value for place, value in enumerate(solved) if place % every == 0}
    ticks = {epoch: epoch for epoch in range(0, epochs + 1, tick_step(epochs))} | {never: say("pictures.success.never")}
    plot = Plot(sheet, box, (-0.5, len(solved) - 0.5), (0, 1.2 * epochs), values, ticks, name, "")
    plot.level(1.07 * epochs, "faint", dashed=False)
    sheet.text(MARGIN, 16, say("pictures.success.epoch"))
    sheet.text(box.right, 16, say("pictures.success.mark", epochs=epochs), "soft", align="right")
    shares, rows = [], []
    for place, (value, found) in enumerate(solved.items()):
        right = [epoch for epoch in found if epoch is not None]
        for run, epoch in enumerate(found):
            failed = epoch is None
            x, y = plot.at(place + 0.7 * ((run + 0.5) / len(found) - 0.5), never if failed else epoch)
            look = ("triangle", OUTPUT.line, 9) if failed else ("circle", HIDDEN.line, 8)
            sheet.spot(look[0], float(x), float(y), *look[1:])
        shares.append(dict(right=len(right), all=len(found)))
        words = dict(name=name, value=value, share=say("pictures.success.share", **shares[-1]))
        if right:
            rows.append(say("pictures.success.row", **words, middle=statistics.median(right)))
        else:
            rows.append(say("pictures.success.row_never", **words))
    for key in ("share", "share_short"):
        said = [say(f"pictures.success.{key}", **share) for share in shares]
        if max(letters.width(share, bold=True) for share in said) + 8 <= slot:
            for place, share in enumerate(said):
                sheet.text(float(plot.at(place, 0)[0]), box.top - 14, share, align="center", bold=True)
            break
    return Picture(sheet, say("pictures.success.alt", epochs=epochs, rows=" ".join(rows)))


def explore_hello(source="hello", target="ohlol", hidden_size=8, num_layers=1, lr=0.05, seed=0):
    """An `Explorer` of a network that learns to answer `source` with `target`, trained at every move.

    source, target: two words of the same length, at most 10 letters. hidden_size: 1 to 32; num_layers: 1 to 3;
    lr: Adam's learning rate, one of `RATES`; seed: 0 to 19. A fifth control, `epoch`, walks through the 100
    epochs of the training, and its play button does so by itself.

    Raises TypeError when a word is no text, ValueError when another argument is out of its range.
    """
    pair = Pair(source, target)
    check_room(pair)
    controls = {
        "epoch": with_player(slider("epoch", 0, 0, EPOCHS), PACE),
        "hidden_size": slider("hidden_size", hidden_size, 1, MOST_HIDDEN),
        "num_layers": slider("num_layers", num_layers, 1, MOST_LAYERS),
        "lr": choices_slider("lr", lr, RATES),
        "seed": slider("seed", seed, 0, SEEDS - 1),
    }
    trained: dict = {}  # the last training alone, so that walking through its epochs trains nothing

    def compute(epoch, **options):
        key = tuple(options.items())
        if key not in trained:
            record = learn(pair, **options, epochs=EPOCHS)
            trained.clear()
            trained[key] = record
        return HelloState(trained[key], epoch)

    words = f"<div style='line-height: 1.45'>{say('explorers.hello.anew', epochs=EPOCHS)}</div>"
    anew = widgets.HTML(words, layout=widgets.Layout(margin="2px 0"))
    return Explorer(controls, compute, hello_sheet, describe, say("explorers.hello.alt"), explain, below=[anew])


def explain(state, name, index, value):
    """The logit that a probability was made of; index: the place of the letter, and the step from 0."""
    letter, step = index if isinstance(index, tuple) else (index, 0)
    logits = state.record.logits[state.epoch, step]
    numbers = logits[letter], logits[letter].exp(), logits.exp().sum()
    words = zip(("logit", "power", "total"), (decimals(number.item(), 4) for number in numbers), strict=True)
    return given(name, index, value, "probability", **dict(words))


def describe(state):
    """The caption of a `HelloState`."""
    record, pair, length = state.record, state.record.pair, len(state.record.pair.source)
    last, solved = len(record.loss) - 1, record.solved
    found = "solved" if solved is not None and solved <= state.epoch else "never" if state.epoch == last else "not_yet"
    return say(
        "explorers.hello.caption",
        epochs=say("pictures.hello.epochs", count=state.epoch),
        source=shown(pair.source),
        answer=shown(state.answer),
        right=state.right,
        length=length,
        loss=float(record.loss[state.epoch]),
        memory=say(f"explorers.hello.{'needs' if pair.floor else 'needless'}", floor=pair.floor),
        letters=len(pair.letters),
        hidden_size=record.hidden_size,
        layers=say("pictures.layers.layers", count=record.num_layers),
        parameters=record.parameters,
        solved=say(f"explorers.hello.{found}", epoch=solved, epochs=say("pictures.hello.epochs", count=last)),
    )
