"""Lesson 06: a network trained anew at every move, and a look at each of its epochs."""

import ipywidgets as widgets

from helpers.live import Explorer, choices_slider, slider
from helpers.pictures.spelling import SpellingScene, SpellingState, check_room
from helpers.shapes import whole_number
from helpers.spelling import EPOCHS, Pair, learn
from helpers.words import say

MOST_HIDDEN, MOST_LAYERS, SEEDS = 32, 3, 20
RATES = (0.001, 0.003, 0.01, 0.03, 0.05, 0.1, 0.3, 1.0)


def explore_hello(source="hello", target="ohlol", hidden_size=8, num_layers=1, lr=0.05, seed=0):
    """An `Explorer` of a network that learns to answer `source` with `target`, trained at every move.

    source, target: two words of the same length, at most 10 letters. hidden_size: 1 to 32; num_layers: 1 to 3;
    lr: Adam's learning rate, one of `RATES`; seed: 0 to 19. A fifth control, `epoch`, walks through the 100
    epochs of the training.

    Raises TypeError when a word is no text, ValueError when another argument is out of its range.
    """
    pair = Pair(source, target)
    check_room(pair)
    whole_number("hidden_size", hidden_size, 1, MOST_HIDDEN)
    whole_number("num_layers", num_layers, 1, MOST_LAYERS)
    whole_number("seed", seed, 0, SEEDS - 1)
    if lr not in RATES:
        raise ValueError(say("errors.drawing", name="lr", expected=", ".join(f"{rate:g}" for rate in RATES), got=lr))
    bar = widgets.IntProgress(0, 0, EPOCHS, layout=widgets.Layout(width="280px"))
    controls = {
        "epoch": slider("epoch", EPOCHS, 0, EPOCHS),
        "hidden_size": slider("hidden_size", hidden_size, 1, MOST_HIDDEN),
        "num_layers": slider("num_layers", num_layers, 1, MOST_LAYERS),
        "lr": choices_slider("lr", lr, RATES),
        "seed": slider("seed", seed, 0, SEEDS - 1),
    }
    trained: dict = {}  # the last training alone, so that walking through its epochs trains nothing

    def compute(epoch, **options):
        key = tuple(options.items())
        if key not in trained:
            trained.clear()
            trained[key] = learn(pair, **options, epochs=EPOCHS, on_epoch=lambda done: _show(bar, done))
        return SpellingState(trained[key], epoch)

    words = widgets.Label(say("explorers.spelling.training"))
    below = widgets.Box([words, bar], layout=widgets.Layout(flex_flow="row wrap"))
    alt = say("explorers.spelling.alt")
    return Explorer(controls, compute, SpellingScene(pair, EPOCHS), _describe, alt, below=[below])


def _show(bar, done):
    if done % 10 == 0:
        bar.value = done


def _describe(state):
    record, pair = state.record, state.record.pair
    answer, length = record.answer(state.epoch), len(pair.source)
    right = sum(a == b for a, b in zip(answer, pair.target, strict=True))
    key = "never" if record.solved is None else "solved"
    return say(
        "explorers.spelling.caption",
        epoch=state.epoch,
        source=pair.source,
        answer=answer,
        right=right,
        length=length,
        loss=float(record.loss[state.epoch]),
        memory=say(f"explorers.spelling.{'needs' if pair.floor else 'needless'}", floor=pair.floor),
        letters=len(pair.letters),
        parameters=record.parameters,
        solved=say(f"explorers.spelling.{key}", epoch=record.solved, epochs=len(record.loss) - 1),
    )
