"""The chart of skills, and the button that trains networks for it while the sliders stay free."""

import itertools
import random
import statistics
import threading
import time

import pytest
from ipywidgets import IntSlider

from helpers import draw_skill, explore_rain, load_weather
from helpers.drawing.sheet import WIDTHS
from helpers.forecast import Score
from helpers.topics import forecast
from helpers.topics.forecast import SkillState, Study, skill_sheet


def scores_of(seed, lengths=(1, 3, 14), runs=4, spread=0.1):
    chooser = random.Random(seed)
    return tuple(
        Score(model, days, run, 1, chooser.uniform(-spread, spread))
        for model in ("dense", "logistic", "rnn")
        for days in lengths
        for run in range(runs)
    )


def percent_at(sheet):
    """The percent that belongs to a height on the sheet, read from the ticks of the axis."""
    ticks = {}
    for text in sheet.texts:
        number = text.words.replace("−", "-")
        if text.align == "right" and number.lstrip("-").isdigit():
            ticks[int(number)] = text.y
    low, high = min(ticks), max(ticks)
    return lambda y: low + (high - low) * (y - ticks[low]) / (ticks[high] - ticks[low])


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("spread", [0.1, 0.9, 3.0])
def test_marks_and_lines_stand_at_their_skills(width, spread):
    scores = scores_of(width, spread=spread)
    sheet = skill_sheet(SkillState(scores, (1, 3, 14)), width)
    percent = percent_at(sheet)
    marks = {"dense": "square", "rnn": "circle", "logistic": "triangle"}
    right = max(x for line in sheet.lines for x, _ in line.points)  # of the axes: the marks of the names are beyond
    for model, shape in marks.items():
        wanted = sorted(100 * score.skill for score in scores if score.model == model)
        found = sorted(percent(spot.y) for spot in sheet.spots if spot.shape == shape and spot.x < right)
        assert found == pytest.approx(wanted, abs=0.01)
        means = [
            100 * statistics.fmean(s.skill for s in scores if (s.model, s.days) == (model, days)) for days in (1, 3, 14)
        ]
        curves = [[percent(y) for _, y in line.points] for line in sheet.lines if len(line.points) == 3]
        assert any(curve == pytest.approx(means, abs=0.01) for curve in curves)


def test_base_rate_is_at_zero_and_all_lines_have_names():
    scores = [Score(model, 3, run, 9, 0.01) for model in ("dense", "logistic", "rnn") for run in range(3)]
    sheet = draw_skill(scores).sheet
    level = next(line for line in sheet.lines if line.dashed)
    assert percent_at(sheet)(level.points[0][1]) == pytest.approx(0, abs=0.01)
    names = [text for text in sheet.texts if text.words in ("dense", "logistic", "RNN", "base rate")]
    assert len(names) == 4
    heights = sorted(text.y for text in names)
    assert all(other - one > 15 for one, other in itertools.pairwise(heights))


def test_alt_says_mean_and_spread():
    scores = [Score("dense", 3, run, 177, 0.05 + run / 100) for run in range(3)] + [Score("rnn", 3, 0, 353, -0.4)]
    alt = draw_skill(scores).alt
    assert "dense, window of 3: 6.0 % (from 5.0 to 7.0, 3 runs)" in alt
    assert "RNN, window of 3: -40.0 % (from -40.0 to -40.0, 1 runs)" in alt


def test_no_scores_are_no_picture():
    with pytest.raises(ValueError, match="scores must be at least one Score"):
        draw_skill([])


def wait_for(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.01)


@pytest.fixture
def short_study(monkeypatch):
    monkeypatch.setattr(forecast, "LENGTHS", (1, 3))
    monkeypatch.setattr(forecast, "RUNS", 2)
    hidden_size = IntSlider(4, 1, 32)
    return Study(load_weather(), hidden_size), hidden_size


def test_study_trains_shows_and_can_be_started_again(short_study):
    study, hidden_size = short_study
    assert "8 networks of its own" in study.words
    hidden_size.value = 5
    assert "hidden_size 5" in study.words
    for _ in range(2):
        study.button.click()
        wait_for(lambda: not study.running)
        assert [(s.model, s.days, s.run) for s in study.scores] == [
            (model, days, run) for run in range(2) for days in (1, 3) for model in ("dense", "rnn")
        ]
        assert study.scores[1].parameters == 5 * (3 + 5 + 2) + 5 + 1
        assert "All 8 are trained" in study.words
        assert "untrained" in study.words
        assert study.button.description == "Train both"
    mean = 50 * (study.scores[0].skill + study.scores[4].skill)
    assert f"Mean skill of dense: {mean:.1f} % with 1 day, ".replace("-", "−") in study.picture.caption
    assert study.picture.sheet.spots == skill_sheet(SkillState(tuple(study.scores), (1, 3))).spots


def test_study_stops_and_keeps_what_is_done(short_study):
    study, _ = short_study
    study.start()
    wait_for(lambda: study.scores)
    study.stop()
    assert not study.running
    assert 0 < len(study.scores) < 8
    assert f"Stopped after {len(study.scores)} of 8" in study.words


@pytest.fixture
def waiting_study(monkeypatch):
    """A `Study` whose second training comes only when `go` is set."""
    waits, go, begun = threading.Event(), threading.Event(), []

    def trainings(*arguments):
        begun.append(arguments)
        for run in range(forecast.RUNS):
            yield Score("dense", 1, run, 177, 0.05)
            waits.set()
            assert go.wait(60)

    monkeypatch.setattr(forecast, "study", trainings)
    hidden_size = IntSlider(4, 1, 32)
    made = Study(load_weather(), hidden_size)
    yield made, hidden_size, waits, go, begun
    go.set()
    made.stop()


def test_the_button_stops_a_study_and_nothing_else_disturbs_it(waiting_study):
    made, hidden_size, waits, go, begun = waiting_study
    made.stop()
    made.start()
    assert waits.wait(60)
    words = made.words
    made.start()
    hidden_size.value = 5
    assert made.words == words
    assert made.button.description == "Stop"
    assert made.picture.caption == ""  # a screen reader would speak at every training
    made.button.click()
    go.set()
    wait_for(lambda: not made.running)
    assert (len(begun), len(made.scores)) == (1, 2)  # the training that ran when the button was pressed is kept
    assert "Stopped after 2 of" in made.words
    stopped = made.words
    hidden_size.value = 6
    assert made.words == stopped


def test_a_slider_answers_while_a_study_trains_and_its_networks_stay_untrained():
    explorer = explore_rain()
    study, weights = explorer.children[-1], [grid.values.tolist() for grid in explorer.sheet.grids]
    study.start()
    wait_for(lambda: study.scores)
    for seq_len in (10, 20, 30):
        explorer.controls["seq_len"].value = seq_len
        assert explorer.caption.startswith(f"{seq_len} days")
    assert study.running
    study.stop()
    explorer.controls["seq_len"].value = 3
    assert [grid.values.tolist() for grid in explorer.sheet.grids] == weights
