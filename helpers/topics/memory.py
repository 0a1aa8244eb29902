"""How far back an RNN remembers: the gradient of the last hidden state, and what trained networks recall."""

import statistics
from dataclasses import dataclass

import numpy as np

from helpers.backward import INPUT_SIZE, measured
from helpers.drawing import letters
from helpers.drawing.colours import HIDDEN, INPUT, OUTPUT, WEIGHT
from helpers.drawing.parts import Plot, fitting, power_ticks
from helpers.drawing.sheet import MARGIN, STILL, Picture, Rect, Sheet
from helpers.shapes import whole_number
from helpers.widgets.controls import choices_slider, factor_slider, slider
from helpers.widgets.explorer import Explorer
from helpers.widgets.selection import called
from helpers.words import say

MOST_STEPS, MOST_HIDDEN = 60, 64
INPUT_SCALES = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
MARKS = (("square", OUTPUT), ("circle", HIDDEN), ("triangle", INPUT), ("diamond", WEIGHT))
_LOWEST, _HIGHEST = -15, 12  # powers of ten of the gradient
_LEAST, _MOST = 0.4, 1.03  # of the accuracy


@dataclass(frozen=True, eq=False)
class MemoryState:
    """gradient (seq_len,), of the last hidden state with respect to each input, the first one first; slope: of
    tanh, over all units and steps; weight_scale: what weight_hh does to the length of a hidden state."""

    gradient: np.ndarray
    slope: float
    weight_scale: float
    hidden_size: int

    @property
    def factor(self):
        """What `weight_scale` and the slope of tanh make of the gradient at a step back, about."""
        return self.weight_scale * self.slope

    @property
    def step_back(self):
        """By how much a step back multiplied the gradient on the way from the last input to the first, on average."""
        return (self.gradient[0] / self.gradient[-1]) ** (1 / (len(self.gradient) - 1))


def memory_state(weight_scale, input_scale, seq_len, hidden_size):
    """The `MemoryState` of one run, measured by autograd."""
    found = measured(weight_scale, input_scale, seq_len, hidden_size)
    slope = found.slope[:-1].log().mean().exp()  # the geometric mean: going back they are multiplied
    return MemoryState(found.gradient.numpy(), slope.item(), weight_scale, hidden_size)


def memory_sheet(state, width=STILL):
    """The gradient upwards; at the right the last input, at the left those further and further back."""
    sheet = Sheet(width)
    named = say("pictures.memory.level")
    box = Rect(64, 56, width - MARGIN - 10 - round(letters.width(named)), 320)
    powers, back = power_ticks(_LOWEST, _HIGHEST, 3), {-steps: steps for steps in range(0, MOST_STEPS + 1, 10)}
    names = say("pictures.memory.distance"), say("pictures.memory.gradient")
    plot = Plot(sheet, box, (-MOST_STEPS - 1, 1), (_LOWEST, _HIGHEST), back, powers, *names)
    steps = np.arange(len(state.gradient))[::-1]
    points = plot.powers(-steps, state.gradient, INPUT, 7 if width >= 600 else 5, "gradient", steps)
    level = plot.level(np.log10(state.gradient[-1]))
    sheet.text(box.right + 8, level, named, "soft")
    words = dict(weight_scale=state.weight_scale, slope=state.slope, factor=state.factor)
    said = [say(f"pictures.memory.{key}", **words).replace("-", "−") for key in ("factor", "factor_short")]
    sheet.text(MARGIN, 14, fitting(width - 2 * MARGIN, *said, family="sans", bold=True), bold=True)
    if len(points) < len(state.gradient):
        below = say("pictures.memory.below", power=powers[_LOWEST])
        sheet.text(box.right, box.top - 18, below, align="right")
    return sheet


def draw_memory(weight_scale=1.0, input_scale=0.01, seq_len=50, hidden_size=32):
    """A `Picture` of how strongly the last hidden state depends on each input (see `helpers.backward.measured`).

    Raises ValueError when seq_len is not from 2 to 60, and what `measured` raises.
    """
    whole_number("seq_len", seq_len, 2, MOST_STEPS)
    state = memory_state(weight_scale, input_scale, seq_len, hidden_size)
    ends = dict(first=state.gradient[0], last=state.gradient[-1], seq_len=seq_len, weight_scale=weight_scale)
    return Picture(memory_sheet(state), say("pictures.memory.alt", **ends))


def explore_memory(seq_len=50, hidden_size=32):
    """An `Explorer` of how strongly the last hidden state depends on each input, measured by autograd.

    seq_len: 2 to 60; hidden_size: 1 to 64. Two more sliders: `weight_scale`, by which weight_hh, an orthogonal
    matrix, stretches a hidden state, and `input_scale`, the size of the inputs. The biases are 0.

    Raises ValueError when an argument is no whole number in its range.
    """
    controls = {
        "weight_scale": factor_slider("weight_scale", most=3.0, step=0.1),
        "input_scale": choices_slider("input_scale", 0.01, INPUT_SCALES),
        "seq_len": slider("seq_len", seq_len, 2, MOST_STEPS),
        "hidden_size": slider("hidden_size", hidden_size, 1, MOST_HIDDEN),
    }
    return Explorer(controls, memory_state, memory_sheet, describe, say("explorers.memory.alt"), explain)


def explain(state, name, index, value):
    """What a point of the curve says; index: how many steps before the last input."""
    made = f"{called(name, index)} = {value:.4g}"
    return say("explain.gradient", made=made, input=say("explain.back", count=index) if index else say("explain.last"))


def describe(state):
    """The caption of a `MemoryState`."""
    first, last = state.gradient[0], state.gradient[-1]
    ratio = first / last
    found = "vanishes" if ratio < 0.1 else "explodes" if ratio > 10 else "stays"
    return say(
        "explorers.memory.caption",
        seq_len=len(state.gradient),
        input_size=INPUT_SIZE,
        hidden_size=state.hidden_size,
        first=first,
        last=last,
        slope=state.slope,
        weight_scale=state.weight_scale,
        factor=state.factor,
        step_back=state.step_back,
        ratio=ratio,
        verdict=say(f"explorers.memory.{found}"),
    )


def draw_recall(accuracy):
    """A `Picture` of accuracies: {name of the network: {distance: [accuracy of each training]}}.

    At most four networks; accuracies from 0 to 1, 0.5 is guessing. Every training is a mark, every mean a short line.
    Raises ValueError when there are none, or more than four networks.
    """
    if not 1 <= len(accuracy) <= len(MARKS) or not all(map(dict, accuracy.values())):
        expected = say("pictures.recall.expected", most=len(MARKS))
        raise ValueError(say("errors.drawing", name="accuracy", expected=expected, got=len(accuracy)))
    distances = sorted({distance for found in accuracy.values() for distance in found})
    guessing, mean = say("pictures.recall.guessing"), say("pictures.recall.mean")
    names = [cut(str(name), 190) for name in accuracy]
    room = max(26 + max(letters.width(name, bold=True) for name in names), 8 + letters.width(guessing))
    sheet, box = Sheet(), Rect(64, 42, STILL - MARGIN - 16 - round(room), 282)
    slot = box.width / len(distances)
    places = [say("pictures.recall.steps", count=steps) for steps in distances]
    if max(map(letters.width, places)) + 8 > slot:
        places = list(map(str, distances))
    ticks = {share / 10: f"{'≤ ' * (share == 4)}{share * 10} %" for share in range(4, 11)}
    axes = say("pictures.recall.distance"), say("pictures.recall.accuracy")
    plot = Plot(sheet, box, (-0.5, len(distances) - 0.5), (_LEAST, _MOST), dict(enumerate(places)), ticks, *axes)
    for place in range(1, len(distances)):
        x = box.left + slot * place
        sheet.line([(x, box.top), (x, box.bottom)], "faint", 1)
    level, rows = plot.level(0.5), []
    left = box.right + 16
    for order, (name, found) in enumerate(accuracy.items()):
        shape, hue = MARKS[order]
        for distance, shares in found.items():
            middle = box.left + slot * (distances.index(distance) + 0.5) + slot * 0.22 * (order - (len(names) - 1) / 2)
            spread = min(16, slot * 0.16)
            for run, share in enumerate(shares):  # equal ones side by side
                x = middle + spread * ((run + 0.5) / len(shares) - 0.5)
                sheet.spot(shape, x, float(plot.at(0, share)[1]), hue.line, 8)
            y = float(plot.at(0, statistics.fmean(shares))[1])
            sheet.line([(middle - spread * 0.75, y), (middle + spread * 0.75, y)], hue.words, 2.5)
            words = dict(name=name, distance=distance, mean=100 * statistics.fmean(shares))
            rows.append(say("pictures.recall.row", **words, least=100 * min(shares), most=100 * max(shares)))
        y = box.top + 10 + 26 * order
        sheet.spot(shape, left + 6, y, hue.line, 11)
        sheet.text(left + 20, y, names[order], hue.words, bold=True)
    y = box.top + 10 + 26 * len(names)
    sheet.line([(left - 2, y), (left + 14, y)], "ink", 2.5)
    sheet.text(left + 20, y, mean)
    sheet.text(box.right + 8, level, guessing, "soft")
    return Picture(sheet, say("pictures.recall.alt", rows=" ".join(rows)))


def cut(words, room):
    """As much of `words`, bold, as is at most `room` pixels wide."""
    return fitting(room, words, *(f"{words[:end]}…" for end in range(len(words) - 1, 0, -1)), family="sans", bold=True)
