"""Explorers and the live figure: what they say is what PyTorch counts, whoever moves them, from any thread."""

import random
import re
from pathlib import Path

import pytest
import torch

import helpers
from helpers import explore_rain
from helpers.forecast import build
from helpers.modules import seeded
from helpers.pictures.networks import NetworksScene
from helpers.weather import load_weather

EXPLORERS = {"rain": explore_rain}


def ends_and_places(control, count, chooser):
    return [control.min, control.max, *(chooser.randint(control.min, control.max) for _ in range(count))]


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
    assert len(seen) > 8


@pytest.mark.parametrize("name", EXPLORERS)
def test_bundle_has_a_still_picture_with_alt_text(name):
    bundle = EXPLORERS[name]()._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html", "image/png", "application/vnd.jupyter.widget-view+json"}
    assert re.search(r'<img [^>]*alt="[^"]{20,}"', bundle["text/html"])
    assert bundle["text/plain"] == EXPLORERS[name]().caption


@pytest.mark.parametrize("name", EXPLORERS)
def test_reset_puts_everything_back(name):
    explorer = EXPLORERS[name]()
    start = {label: control.value for label, control in explorer.controls.items()}
    caption = explorer.caption
    for control in explorer.controls.values():
        control.value = control.max
    row = explorer.children[0]
    row.children[-1].click()
    assert {label: control.value for label, control in explorer.controls.items()} == start
    assert explorer.caption == caption


@pytest.mark.parametrize("name", EXPLORERS)
def test_global_generator_is_left_alone(name):
    torch.manual_seed(5)
    before = torch.get_rng_state()
    for control in EXPLORERS[name]().controls.values():
        control.value = control.max
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
    assert f"({seq_len}, 1, 3), hidden state (1, {hidden_size})" in explorer.caption


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


def test_names_and_rooms_do_not_collide():
    rooms = {path.stem for path in Path(helpers.__file__).parent.iterdir()}
    assert not rooms & set(helpers.__all__)
    assert all(getattr(helpers, name) is not None for name in helpers.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = helpers.nothing
    assert NetworksScene.size[0] == helpers.style.WIDTH
