"""The map of who reaches whom: how strongly the input of each sample moves the output of each."""

from helpers.drawing import letters
from helpers.drawing.colours import HIDDEN, OUTPUT, PLAIN
from helpers.drawing.letters import decimals
from helpers.drawing.parts import decimals_that_fit, fitting
from helpers.words import say

_NUMBER = 33  # width of a square with room for 1.46


def reach_map(sheet, state, left, top, across):
    """Which sample's input reaches which sample's output, and what follows from it; return where it ends."""
    samples, first = len(state.reach), state.corner[0]
    sheet.text(left, top, say("pictures.batch_first.reach"), bold=True)
    free = across - 10 - _NUMBER * samples
    outputs = [
        fitting(free, *(say(f"pictures.batch_first.{to}", sample=sample) for to in ("to", "to_short")), family="sans")
        for sample in range(first, first + samples)
    ]
    start = left + round(letters.width(outputs[-1])) + 10
    wide, high = min(56, (left + across - start) // samples), 25
    sheet.text(start, top + 24, say("pictures.batch_first.from"))
    fine = decimals_that_fit(wide, state.reach)
    numbers = [["0" if value == 0 else decimals(value, fine or 0) for value in row] for row in state.reach]
    read = state.corner[0 if state.right else 1]
    rect = sheet.grid(
        state.reach, start, top + 54, wide, high, limit=state.limits[1], role=PLAIN, name="reach",
        axes=("output", "input"), first=(first, first), numbers=None if fine is None else numbers,
        sources=tuple(f"read[sample {read + sample}]" for sample in range(len(state.read))),
    )  # fmt: skip
    for sample, words in enumerate(outputs):
        sheet.text(rect.left + wide * (sample + 0.5), top + 43, str(first + sample), align="center")
        sheet.text(rect.left - 8, rect.top + high * (sample + 0.5), words, align="right")
    right = state.verdict == "own"
    sign = sheet.text(left, rect.bottom + 22, "✓" if right else "✗", (HIDDEN if right else OUTPUT).words, bold=True)
    words = sheet.text(sign.right + 6, rect.bottom + 22, say(f"pictures.batch_first.{state.verdict}"), bold=True)
    return words.bottom
