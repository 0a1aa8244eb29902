"""A user's own settings, and threads: they change no picture. What is closed is forgotten."""

import gc
import random
import threading
import tracemalloc
import weakref

import matplotlib as mpl
import pytest
import torch
from endurance import shown
from ipywidgets.widgets.widget import _instances
from moves import EXPLORERS, ends, random_value

from helpers import draw_tensor, show


@pytest.mark.parametrize("name", EXPLORERS)
def test_settings_of_the_user_change_nothing(name):
    """The global generator is neither read nor moved; default type, device and grad mode of PyTorch have no say."""
    plain = EXPLORERS[name]()
    torch.manual_seed(5)
    before, dtype = torch.get_rng_state(), torch.get_default_dtype()
    try:
        torch.set_default_dtype(torch.float64)
        torch.set_default_device("meta")
        with torch.no_grad():
            explorer = EXPLORERS[name]()
            for control in explorer.controls.values():
                control.value = ends(control)[0]
                control.value = ends(control)[-1]
            explorer.reset.click()
    finally:
        torch.set_default_dtype(dtype)
        torch.set_default_device(None)
    assert torch.equal(before, torch.get_rng_state())
    assert shown(explorer) == shown(plain)


def test_matplotlib_settings_of_the_user_change_no_picture():
    plain = EXPLORERS["layers"]()
    with mpl.rc_context({"text.usetex": True, "font.size": 30, "lines.linewidth": 9, "savefig.dpi": 20, "figure.autolayout": True,
                         "savefig.bbox": "tight", "axes.facecolor": "black", "figure.constrained_layout.use": True}):  # fmt: skip
        assert EXPLORERS["layers"]().png == plain.png


def test_two_threads_draw_as_one_does(monkeypatch):
    """One thread moves an explorer, one shows pictures: every sheet and every caption as if drawn alone."""
    pictures, wrong = [], []
    monkeypatch.setattr("helpers.widgets.display.display", lambda bundle, raw: pictures.append(bundle["image/png"]))
    explorer, count = EXPLORERS["layers"](seq_len=3), 1000
    alone = {}
    for sample in range(6):
        explorer.controls["sample"].value = sample
        alone[sample] = shown(explorer)

    def move():
        for step in range(count):
            sample = step % 6
            explorer.controls["sample"].value = sample
            if shown(explorer) != alone[sample]:
                wrong.append(sample)

    picture = draw_tensor(torch.tensor([[0.25, -1.0]]), "x", ("batch", "input_size"))
    mover = threading.Thread(target=move)
    mover.start()
    for _ in range(count // 10):
        show(picture)
    mover.join()
    assert wrong == []
    assert (len(pictures), len(set(pictures))) == (count // 10, 1)


def test_one_thread_changes_and_one_moves():
    """Whatever order they come in, the end is what a new explorer shows with the same settings and changes."""
    explorer, chooser, done, raised = EXPLORERS["cell"](input_size=8, hidden_size=12), random.Random(1), {}, []
    explorer.controls["weight_scale"].value = 1.25

    def change():
        for number in range(300):
            name = chooser.choice(["W_ih", "W_hh", "b_ih", "b_hh"])
            row, column = chooser.randrange(chooser.choice([4, 12])), chooser.randrange(chooser.choice([2, 8]))
            index = row if name[0] == "b" else (row, column)
            try:
                explorer.change(name, index, number / 100)
            except ValueError as error:
                if "has no number" not in str(error):  # there is none at the size that the other thread has set
                    raised.append(error)
                continue
            done[name, index] = number / 100

    def move():
        mover = random.Random(2)
        for _ in range(300):
            label = mover.choice(["input_size", "hidden_size", "step", "unit"])
            least = {"input_size": 2, "hidden_size": 4}.get(label)
            control = explorer.controls[label]
            control.value = random_value(control, mover) if least is None else mover.randint(least, control.max)

    threads = [threading.Thread(target=change), threading.Thread(target=move)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert raised == []
    assert len(done) > 40
    other = EXPLORERS["cell"](input_size=8, hidden_size=12)
    for (name, index), value in done.items():
        other.change(name, index, value)
    for label, control in explorer.controls.items():
        other.controls[label].value = control.value
    assert shown(explorer) == shown(other)


def test_reset_during_a_move_is_not_lost():
    """A move that has begun with what was set by hand ends before Reset, not after it."""
    explorer, fresh = EXPLORERS["cell"](), EXPLORERS["cell"]()
    explorer.controls["step"].value = 4
    explorer.change("W_ih", (0, 0), 9.0)
    begun, go_on, compute = threading.Event(), threading.Event(), explorer.compute

    def slow(**values):
        state = compute(**values)
        begun.set()
        go_on.wait(30)
        return state

    explorer.compute = slow
    mover = threading.Thread(target=setattr, args=(explorer.controls["step"], "value", fresh.controls["step"].value))
    mover.start()
    begun.wait(30)
    resetter = threading.Thread(target=explorer.reset.click)
    resetter.start()
    resetter.join(0.2)
    go_on.set()
    mover.join()
    resetter.join()
    assert shown(explorer) == shown(fresh)


def test_memory_does_not_grow_with_moves():
    explorer = EXPLORERS["layers"]()
    chooser = random.Random(0)

    def moves(count):
        for _ in range(count):
            control = chooser.choice(list(explorer.controls.values()))
            control.value = random_value(control, chooser)

    moves(50)
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    moves(200)
    explorer.reset.click()
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert grown < 500_000, grown


def test_no_thread_is_started_to_draw():
    before = threading.active_count()
    explorer = EXPLORERS["hello"]()
    for control in explorer.controls.values():
        control.value = ends(control)[0]
    assert threading.active_count() == before


@pytest.mark.parametrize("name", EXPLORERS)
def test_a_closed_explorer_is_forgotten(name):
    """A learner runs a cell again and again."""
    EXPLORERS[name]()  # what is kept once for all is there from now on
    before = set(_instances)
    explorer = weakref.ref(EXPLORERS[name]())
    for number in set(_instances) - before:
        _instances[number].close()
    gc.collect()
    assert explorer() is None
