"""Thousands of random moves on one explorer, each compared with a fresh computation."""

import ctypes
import gc
import random
from dataclasses import dataclass
from pathlib import Path

from ipywidgets.widgets.widget import _instances
from moves import EXPLORERS, random_value

WARM = 300  # moves before memory is read for the first time: every letter and state has been seen by then
ANEW_EVERY = 25  # a new explorer costs several times as much as a move
STATEMENTS = Path("/proc/self/statm")


@dataclass(frozen=True)
class Endured:
    """moves made; compared: how many with a new explorer; wrong: what differed; growth: of the process, in MiB."""

    moves: int
    compared: int
    wrong: list
    growth: float


def memory():
    """The memory of this process in MiB; None where /proc does not say it.

    Without what waits to be collected, and without what is free but still held for the next use: that comes and goes
    by 10 MiB and more, and would hide a leak or look like one.
    """
    if not STATEMENTS.exists():
        return None
    gc.collect()
    give_back = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc has it, musl does not
    if give_back:
        give_back(0)
    return int(STATEMENTS.read_text(encoding="ascii").split()[1]) * 4096 / 2**20


def shown(explorer):
    """All that an explorer shows and says, to be compared."""
    sheet = explorer.sheet
    fills = [(*fill[:3], fill[3].tolist(), *fill[4:]) if hasattr(fill, "values") else fill for fill in sheet.fills]
    return explorer.caption, fills, sheet.lines, sheet.boxes, sheet.spots, sheet.texts


def endure(name, moves, seed=0):
    """Make `moves` random moves on the explorer `name`; an exception in one of them goes through to the caller."""
    explorer, chooser = EXPLORERS[name](), random.Random(seed)
    wrong, compared, before = [], 0, None
    for number in range(min(WARM, moves) + moves):
        if number == min(WARM, moves):
            before = memory()
        control = chooser.choice(list(explorer.controls.values()))
        control.value = random_value(control, chooser)
        if number % ANEW_EVERY == 0:
            compared += 1
            values = {label: one.value for label, one in explorer.controls.items()}
            wrong += [values] * (shown(explorer) != shown_anew(name, values))
    growth = memory() - before if before is not None else 0.0
    return Endured(moves, compared, wrong, growth)


def shown_anew(name, values):
    """What a new explorer, with nothing in its memory, shows for these values."""
    before = set(_instances)
    other = EXPLORERS[name]()
    try:
        for _ in range(2):  # one slider may bound another
            for label, value in values.items():
                other.controls[label].value = value
        return shown(other)
    finally:
        for number in set(_instances) - before:  # ipywidgets keeps all that is not closed
            _instances[number].close()
