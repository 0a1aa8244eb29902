"""Thousands of random moves on one explorer, each compared with a fresh computation."""

import ctypes
import gc
import random
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest
from ipywidgets.widgets.widget import _instances
from moves import EXPLORERS, random_value

from helpers import live
from helpers.pictures.canvas import DRAWING, Canvas

WARM = 300  # moves before memory is read for the first time: every font, letter and state has been seen by then
PICTURE_EVERY = 25  # a fresh picture costs several times as much as a move
STATEMENTS = Path("/proc/self/statm")


@dataclass(frozen=True)
class Endured:
    """moves made; captions, pictures: how many were compared; wrong: what differed; growth: of the process, in MiB."""

    moves: int
    captions: int
    pictures: int
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


def endure(name, moves, seed=0):
    """Make `moves` random moves on the explorer `name`; an exception in one of them goes through to the caller."""
    explorer, chooser = EXPLORERS[name](), random.Random(seed)
    wrong, captions, pictures, before = [], 0, 0, None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(live, "REST", 10_000)  # the picture is to be the one of the move, not the finer one after a rest
        for number in range(WARM + moves):
            if number == WARM:
                before = memory()
            control = chooser.choice(list(explorer.controls.values()))
            control.value = random_value(control, chooser)
            values = {label: control.value for label, control in explorer.controls.items()}
            state = explorer._compute(**values)
            captions += 1
            if explorer.caption != explorer._describe(state):
                wrong.append(("caption", values))
            if number % PICTURE_EVERY == 0 and number:
                pictures += 1
                fresh = computed_anew(name, values)
                if explorer.caption != fresh.describe(fresh.state):
                    wrong.append(("caption", values))
                if not same_picture(explorer, fresh.state):
                    wrong.append(("picture", values))
                with DRAWING:  # the rest that comes after a move, and its finer picture
                    explorer._figure._crisp(state)
    growth = memory() - before if before is not None else 0.0
    return Endured(moves, captions, pictures, wrong, growth)


def computed_anew(name, values):
    """What a new explorer, with nothing in its memory, computes for these values; `state` and `describe`."""
    before = set(_instances)
    other = EXPLORERS[name]()
    try:
        return SimpleNamespace(state=other._compute(**values), describe=other._describe)
    finally:
        for number in set(_instances) - before:  # ipywidgets keeps all that is not closed
            _instances[number].close()


def same_picture(explorer, state):
    """Whether the picture on the screen is, byte by byte, the one that a new canvas draws of `state`."""
    canvas = Canvas(explorer._figure._scene)
    try:
        return explorer.png == canvas.png(state)
    finally:
        canvas.let_go()  # its bitmaps are no growth of the explorer
