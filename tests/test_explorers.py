"""Explorers and the live figure: what they say is what PyTorch counts, whoever moves them, from any thread."""

import base64
import html
import random
import re
from pathlib import Path

import pytest
import torch
from moves import EXPLORERS, ends, random_value

import helpers
from helpers import explore_cell, explore_loop
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


def test_names_and_rooms_do_not_collide():
    rooms = {path.stem for path in Path(helpers.__file__).parent.iterdir()}
    assert not rooms & set(helpers.__all__)
    assert all(getattr(helpers, name) is not None for name in helpers.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = helpers.nothing
