"""Explorers and the live figure: what they say is what PyTorch counts, whoever moves them, from any thread."""

import base64
import html
import random
import re
from pathlib import Path

import pytest
import torch
from ipywidgets import Play
from moves import EXPLORERS, ends, random_value

import helpers
from helpers import explore_cell, explore_echo, explore_loop, explore_rain
from helpers.forecast import build
from helpers.modules import make, seeded
from helpers.pictures.networks import NetworksScene
from helpers.weather import load_weather
from helpers.words import say


def ends_and_places(control, count, chooser):
    return [*ends(control), *(random_value(control, chooser) for _ in range(count))]


@pytest.mark.parametrize("name", EXPLORERS)
def test_every_control_to_both_ends_and_random_places(name):
    explorer = EXPLORERS[name]()
    chooser = random.Random(name)
    seen = {explorer.caption}
    for label, control in explorer.controls.items():
        assert control.description == label
        for value in ends_and_places(control, 4, chooser):
            before = explorer.png
            moved = control.value != value
            control.value = value
            assert (explorer.png != before) == moved
            seen.add(explorer.caption)
    assert len(seen) > 2 * len(explorer.controls)


@pytest.mark.parametrize("name", EXPLORERS)
def test_bundle_has_a_still_picture_with_alt_text(name):
    bundle = EXPLORERS[name]()._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html", "image/png", "application/vnd.jupyter.widget-view+json"}
    assert re.search(r'<img [^>]*alt="[^"]{20,}"', bundle["text/html"])
    assert bundle["text/plain"] == EXPLORERS[name]().caption
    words = html.unescape(bundle["text/html"])
    assert f"<figcaption>{bundle['text/plain']} {say('explorers.still')}</figcaption>" in words


def test_a_picture_that_just_moved_is_kept_as_it_is(monkeypatch):
    monkeypatch.setattr("helpers.live.REST", 1000)
    explorer = EXPLORERS["rain"]()
    explorer.controls["day"].value += 1
    assert base64.b64decode(explorer._repr_mimebundle_()["image/png"]) == explorer.png


@pytest.mark.parametrize("name", EXPLORERS)
def test_reset_puts_everything_back(name):
    explorer = EXPLORERS[name]()
    start = {label: control.value for label, control in explorer.controls.items()}
    caption = explorer.caption
    for control in explorer.controls.values():
        control.value = ends(control)[-1]
    explorer.reset.click()
    assert {label: control.value for label, control in explorer.controls.items()} == start
    assert explorer.caption == caption


def test_reset_where_one_slider_bounds_another():
    loop, cell = explore_loop(seq_len=8, step=7), explore_cell(hidden_size=9, unit=8)
    loop.controls["seq_len"].value, cell.controls["hidden_size"].value = 2, 1
    for explorer in (loop, cell):
        explorer.reset.click()
    assert (loop.controls["step"].value, loop.controls["seq_len"].value) == (7, 8)
    assert (cell.controls["unit"].value, cell.controls["hidden_size"].value) == (8, 9)


@pytest.mark.parametrize("name", EXPLORERS)
def test_global_generator_is_left_alone(name):
    torch.manual_seed(5)
    before = torch.get_rng_state()
    for control in EXPLORERS[name]().controls.values():
        control.value = ends(control)[0]
        control.value = ends(control)[-1]
    assert torch.equal(before, torch.get_rng_state())


@pytest.mark.parametrize(("seq_len", "hidden_size"), [(1, 1), (3, 16), (7, 16), (60, 32), (12, 5)])
def test_rain_caption_counts_what_the_modules_hold(seq_len, hidden_size):
    explorer = explore_rain()
    explorer.controls["seq_len"].value = seq_len
    explorer.controls["hidden_size"].value = hidden_size
    counts = {
        n: sum(p.numel() for p in build(n, seq_len, hidden_size, seeded(0)).parameters()) for n in ("dense", "rnn")
    }
    assert f"{3 * seq_len} numbers at once, {counts['dense']:,} parameters" in explorer.caption
    assert f"every step, {counts['rnn']:,} parameters" in explorer.caption
    smaller = min(counts, key=counts.get)
    assert ("The dense network is the smaller" in explorer.caption) == (smaller == "dense")
    assert (
        f"(seq_len {seq_len}, batch 1, input_size 3), hidden state (batch 1, hidden_size {hidden_size})"
        in explorer.caption
    )


def test_rain_forecast_and_truth_are_those_of_the_day():
    explorer, weather = explore_rain(seq_len=4, hidden_size=6), load_weather()
    for day in (8_900, 9_007, 10_001):
        explorer.controls["day"].value = day
        window = weather.standardised()[day - 3 : day + 1].unsqueeze(0)
        for name, words in (("dense", "dense"), ("rnn", "RNN")):
            chance = torch.sigmoid(build(name, 4, 6, seeded(0))(window)).item()
            assert f"{words} {round(100 * chance)} %" in explorer.caption
        assert explorer.caption.endswith("It rained." if weather.rain[day + 1] else "It stayed dry.")


@pytest.mark.parametrize(
    "wrong", [{"day": 0}, {"day": 11_687}, {"seq_len": 0}, {"seq_len": 61}, {"hidden_size": 2.5}, {"hidden_size": "5"}]
)
def test_rain_refuses_wrong_arguments(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        explore_rain(**wrong)


@pytest.mark.parametrize(("input_size", "hidden_size", "step", "unit"), [(3, 5, 2, 1), (8, 12, 6, 11), (1, 1, 1, 0)])
def test_cell_caption_is_the_arithmetic_of_the_cell(input_size, hidden_size, step, unit):
    explorer = explore_cell()
    values = {"input_size": input_size, "hidden_size": hidden_size, "step": step, "unit": unit, "weight_scale": 2.5}
    for label, value in values.items():
        explorer.controls[label].value = value
    cell = make(torch.nn.RNNCell, input_size, hidden_size, generator=seeded(0))
    with torch.no_grad():
        for parameter in cell.parameters():
            parameter.mul_(2.5)
        inputs, h = torch.randn(6, 8, generator=seeded(2))[:, :input_size], torch.zeros(1, hidden_size)
        for x in inputs[: step - 1]:
            h = cell(x[None], h)
        now = cell(inputs[step - 1 : step], h)
    total = torch.atanh(now.double())[0, unit].item()
    assert f"tanh makes it {now[0, unit]:.2f}".replace("-", "−") in explorer.caption
    if abs(total) < 3:
        assert f"together {total:.2f}".replace("-", "−") in explorer.caption
    assert f"{sum(p.numel() for p in cell.parameters())} parameters" in explorer.caption
    assert f"{(now.abs() > 0.95).sum()} of {hidden_size} units lie beyond" in explorer.caption


def test_the_unit_follows_hidden_size_and_the_step_follows_seq_len():
    cell, loop = explore_cell(hidden_size=9, unit=8), explore_loop(seq_len=8, step=8)
    cell.controls["hidden_size"].value = 4
    assert (cell.controls["unit"].value, cell.controls["unit"].max) == (3, 3)
    loop.controls["seq_len"].value = 5
    assert (loop.controls["step"].value, loop.controls["step"].max) == (5, 5)
    play = next(widget for widget in loop.children[1].children if isinstance(widget, Play))
    assert (play.min, play.max) == (0, 5)
    assert "Unit 3 " in cell.caption
    assert "Step 5 of 5" in loop.caption


def test_loop_caption_says_the_hidden_state_of_the_step():
    explorer = explore_loop(seq_len=7, hidden_size=5)
    cell = make(torch.nn.RNNCell, 4, 5, generator=seeded(0))
    inputs, h = torch.randn(8, 4, generator=seeded(3)), torch.zeros(1, 5)
    for step in range(8):
        explorer.controls["step"].value = step
        assert ", ".join(f"{value:.2f}" for value in h[0].tolist()).replace("-", "−") in explorer.caption
        h = cell(inputs[step : step + 1], h).detach()


def test_echo_is_the_difference_of_two_runs():
    explorer = explore_echo(hidden_size=6)
    for scale in (0.0, 1.0, 3.0):
        explorer.controls["weight_scale"].value = scale
        cell = make(torch.nn.RNNCell, 4, 6, generator=seeded(0)).double()
        inputs, runs = torch.randn(40, 4, generator=seeded(4)).double(), []
        with torch.no_grad():
            cell.weight_hh.mul_(scale)
            for nudge in (0.0, 0.1):
                h = torch.zeros(1, 6).double()
                for t, x in enumerate(inputs):
                    h = cell((x + nudge * (t == 0))[None], h)
                    runs.append(h)
        change = [(b - a).norm().item() for a, b in zip(runs[:40], runs[40:], strict=True)]
        assert f"h_1 moves by {change[0]:.2g}, h_40 by {change[-1]:.1g}." in explorer.caption


REFUSED = [(explore_cell, {"input_size": 9}), (explore_cell, {"unit": 5}), (explore_cell, {"step": 0}),
           (explore_loop, {"seq_len": 9}), (explore_loop, {"step": 4}), (explore_loop, {"hidden_size": 2.0}),
           (explore_echo, {"hidden_size": 33})]  # fmt: skip


@pytest.mark.parametrize(("explore", "wrong"), REFUSED)
def test_other_explorers_refuse_wrong_arguments(explore, wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        explore(**wrong)


def test_names_and_rooms_do_not_collide():
    rooms = {path.stem for path in Path(helpers.__file__).parent.iterdir()}
    assert not rooms & set(helpers.__all__)
    assert all(getattr(helpers, name) is not None for name in helpers.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = helpers.nothing
    assert NetworksScene.size[0] == helpers.style.WIDTH
