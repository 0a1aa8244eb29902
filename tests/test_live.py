"""The live figure: newest value wins, crisp after a rest, two threads at once, training beside it."""

import threading
import time

import pytest
import torch
from ipywidgets import IntSlider
from matplotlib.figure import Figure

from helpers import draw_tensor, explore_rain, live, progress, show
from helpers.explorers import study as study_module
from helpers.explorers.study import Study
from helpers.forecast import Score
from helpers.pictures.canvas import DRAWING, Canvas
from helpers.weather import load_weather


class Recorder:
    """A scene that draws nothing, slowly, and remembers what it was asked to draw."""

    size = (40, 20)

    def __init__(self, pause=0.0):
        self.pause, self.states = pause, []

    def still_key(self, state):
        return ()

    def draw_still(self, figure, state):
        pass

    def draw_moving(self, sheet, state):
        self.states.append(state)
        time.sleep(self.pause)


def recorded(pause=0.0, **options):
    scene = Recorder(pause)
    controls = {"n": IntSlider(0, 0, 1000, description="n")}
    return live.Explorer(controls, lambda n: n, scene, lambda n: f"n is {n}", "nothing", **options), scene


def test_waiting_moves_end_in_one_redraw_of_the_newest_value():
    explorer, scene = recorded(pause=0.05)
    threads = []
    for value in range(1, 31):
        threads.append(threading.Thread(target=setattr, args=(explorer.controls["n"], "value", value)))
        threads[-1].start()
        time.sleep(0.001)
    for thread in threads:
        thread.join()
    assert explorer.caption == f"n is {explorer.controls['n'].value}"
    assert scene.states[-1] == explorer.controls["n"].value
    assert len(scene.states) < 15


def test_a_callback_that_raises_leaves_the_explorer_usable():
    explorer, _ = recorded()

    def broken(n):
        raise ArithmeticError

    compute, explorer._compute = explorer._compute, broken
    with pytest.raises(ArithmeticError):
        explorer.controls["n"].value = 3
    explorer._compute = compute
    explorer.controls["n"].value = 4
    assert explorer.caption == "n is 4"


def test_crisp_after_a_rest_and_never_while_moving(monkeypatch):
    monkeypatch.setattr(live, "REST", 0.05)
    canvases = []

    class Spy(Canvas):
        def __init__(self, scene, scale=1):
            canvases.append((scene, scale))
            super().__init__(scene, scale)

    monkeypatch.setattr(live, "Canvas", Spy)
    explorer, scene = recorded()

    def made():  # pictures of earlier tests may still be on their way
        return [scale for canvas, scale in canvases if canvas is scene]

    assert made() == [2]
    for value in range(1, 6):
        explorer.controls["n"].value = value
    assert made() == [2, 1]
    wait_for(lambda: len(made()) > 2)
    time.sleep(0.15)
    assert made() == [2, 1, 2]
    assert scene.states[-2:] == [5, 5]


def test_caption_is_escaped_and_spoken():
    explorer, _ = recorded()
    explorer._describe = lambda n: "<b>bold</b>"
    explorer.controls["n"].value = 1
    (spoken,) = [child for child in explorer.children if "course-spoken" in child._dom_classes]
    assert "&lt;b&gt;bold" in spoken.value


def test_nothing_is_drawn_while_another_draws(monkeypatch):
    """A cell's `show`, a slider's move and an explorer that is shown again all wait for the one lock."""
    monkeypatch.setattr("helpers.still.display", lambda bundle, raw: None)
    explorer, _ = recorded()
    figure = Figure(figsize=(2, 1))
    acts = {
        "show": lambda: show(figure, alt="nothing"),
        "move": lambda: setattr(explorer.controls["n"], "value", 3),
        "display": explorer._repr_mimebundle_,
        "tensor": lambda: draw_tensor(torch.zeros(2), "h", ("hidden_size",)),
    }
    threads = {name: threading.Thread(target=act) for name, act in acts.items()}
    with DRAWING:
        for thread in threads.values():
            thread.start()
        time.sleep(0.3)
        assert [name for name, thread in threads.items() if not thread.is_alive()] == []
    for thread in threads.values():
        thread.join(20)
        assert not thread.is_alive()
    assert explorer.caption == "n is 3"


def test_a_rest_is_about_two_tenths_of_a_second(monkeypatch):
    fine = []
    crisp = live.LiveFigure._crisp

    def watched(figure, state):
        fine.append((figure, time.monotonic()))
        crisp(figure, state)

    explorer, _ = recorded()
    monkeypatch.setattr(live.LiveFigure, "_crisp", watched)
    explorer.controls["n"].value = 3
    moved = time.monotonic()
    wait_for(lambda: any(figure is explorer._figure for figure, _ in fine))
    (came,) = [when for figure, when in fine if figure is explorer._figure]
    assert came - moved > 0.15
    assert live.REST < 0.3


def test_two_threads_draw_as_one_does():
    """One thread through an explorer, one through `show`: every picture as if drawn alone, every caption right."""
    explorer, count = explore_rain(seq_len=5, hidden_size=4), 1000
    days = [8_800 + i % 40 for i in range(count)]
    alone, captions = {}, {}
    for day in sorted(set(days)):
        explorer.controls["day"].value = day
        alone[day], captions[day] = explorer.png, explorer.caption
    shown, wrong = [], []

    def show_figure():
        figure = Figure(figsize=(2, 1))
        figure.text(0.1, 0.5, "0.25  −1.00", fontsize=9)
        show(figure, alt="two numbers")

    def move():
        for day in days:
            explorer.controls["day"].value = day
            if (explorer.png, explorer.caption) != (alone[day], captions[day]):
                wrong.append(day)

    def display(bundle, raw):
        shown.append(bundle["image/png"])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("helpers.still.display", display)
        patch.setattr(live, "REST", 1000)
        show_figure()
        reference, mover = shown.pop(), threading.Thread(target=move)
        explorer.controls["day"].value = 9_500
        mover.start()
        for _ in range(count):
            show_figure()
        mover.join()
    assert wrong == []
    assert len(shown) == count
    assert set(shown) == {reference}


def wait_for(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.01)


@pytest.fixture
def short_study(monkeypatch):
    monkeypatch.setattr(study_module, "LENGTHS", (1, 3))
    monkeypatch.setattr(study_module, "RUNS", 2)
    return Study(load_weather(), IntSlider(4, 1, 32))


def test_study_trains_shows_and_can_be_started_again(short_study):
    assert "8 trainings" in short_study._words.value
    short_study._hidden_size.value = 5
    assert "hidden_size 5" in short_study._words.value
    button = short_study.children[0].children[0]
    for _ in range(2):
        button.click()
        wait_for(lambda: not short_study.running)
        assert len(short_study.scores) == 8
        assert all(isinstance(score, Score) for score in short_study.scores)
        assert "All 8 trained" in short_study._words.value
        assert button.description == "Train both"
    assert short_study.children[-1].children[0].value.startswith("<img ")


def test_study_stops_and_keeps_what_is_done(short_study):
    short_study.start()
    wait_for(lambda: short_study.scores)
    short_study.stop()
    assert not short_study.running
    assert 0 < len(short_study.scores) < 8
    assert f"Stopped after {len(short_study.scores)} of 8" in short_study._words.value


def test_a_slider_answers_while_a_study_trains():
    explorer = explore_rain()
    study = explorer.children[-1]
    study.start()
    wait_for(lambda: study.scores)
    for seq_len in (10, 20, 30):
        explorer.controls["seq_len"].value = seq_len
        assert explorer.caption.startswith(f"{seq_len} days")
    assert study.running
    study.stop()


def test_progress_counts_and_yields(monkeypatch):
    shown = []
    monkeypatch.setattr("helpers.waiting.display", shown.append)
    assert list(progress("abc", "Reading letters")) == ["a", "b", "c"]
    bundle = shown[0]._repr_mimebundle_()
    assert bundle["text/plain"] == "Reading letters"
    assert shown[0].children[2].value == "3 of 3"
    assert list(progress((n for n in range(2)), "Counting", total=2)) == [0, 1]
    with pytest.raises(ValueError, match="total"):
        next(progress((n for n in range(2)), "Counting"))
