"""The palette: contrast, colour blindness, and what the file format leaves of it; the form of numbers."""

import inspect
import itertools

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from moves import EXPLORERS, ends
from still_pictures import PICTURES
from test_pictures import pixels

from helpers import style
from helpers.pictures.canvas import encode
from helpers.pictures.sheet import Sheet
from helpers.pictures.tensors import two_decimals

HUES = {
    h
    for role in (style.INPUT, style.HIDDEN, style.OUTPUT, style.WEIGHT, *style.LAYERS)
    for h in (role.line, role.words)
}


def test_words_stand_out_from_paper():
    for role in (style.INPUT, style.HIDDEN, style.OUTPUT, style.WEIGHT, *style.LAYERS):
        assert style.contrast(np.array(to_rgb(role.words)), np.ones(3)) >= 4.5, role
    assert style.contrast(np.array(to_rgb("#444444")), np.ones(3)) >= 4.5


def test_numbers_stand_out_from_every_fill():
    colours = style.fill(np.linspace(-1, 1, 1001))
    dark = style.ink_on(colours)
    assert (style.contrast(colours, np.where(dark[:, None], np.zeros(3), np.ones(3))) >= 4.5).all()


def test_the_scale_is_white_at_zero_and_darkens_evenly_to_both_sides():
    assert (style.fill(0.0) == 1).all()
    for side in (1, -1):
        light = style.luminance(style.fill(side * np.linspace(0, 1, 200)))
        assert (np.diff(light) <= 0).all()
        assert light[-1] < 0.1
    assert (style.fill(7.0) == style.fill(1.0)).all()
    assert (style.fill([np.inf, -np.inf, np.nan]) == style.fill([1, -1, 0])).all()
    assert (style.fill(1.5, limit=3) == style.fill(0.5)).all()


@pytest.fixture
def seen(monkeypatch):
    """The colours of all words that are put on a sheet; numbers in squares have a test of their own, above."""
    seen, text, squares = set(), Sheet.text, Sheet.squares

    def spy(sheet, x, y, words, *rest, **options):
        bound = inspect.signature(text).bind(sheet, x, y, words, *rest, **options)
        seen.add(bound.arguments.get("colour", style.INK))
        text(sheet, x, y, words, *rest, **options)

    def without_spy(sheet, *rest, **options):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Sheet, "text", text)
            squares(sheet, *rest, **options)

    monkeypatch.setattr("helpers.explorers.spelling.EPOCHS", 5)
    monkeypatch.setattr(Sheet, "text", spy)
    monkeypatch.setattr(Sheet, "squares", without_spy)
    return seen


def pale(colours):
    """Those with a contrast below 4.5 on paper."""
    return {colour for colour in colours if style.contrast(np.array(to_rgb(colour)), np.ones(3)) < 4.5}


@pytest.mark.parametrize("name", EXPLORERS)
def test_words_of_every_explorer_stand_out_from_its_paper(name, seen):
    """At the start and at both ends of every control."""
    explorer = EXPLORERS[name]()
    for control in explorer.controls.values():
        for value in ends(control):
            control.value = value
    assert style.INK in seen
    assert pale(seen) == set()


@pytest.mark.parametrize("name", PICTURES)
def test_words_of_every_still_picture_stand_out_from_its_paper(name, seen):
    PICTURES[name]()
    assert seen
    assert pale(seen) == set()


# Simulation of colour blindness for linear RGB at full strength. Source: Machado, Oliveira and Fernandes,
# "A Physiologically-based Model for Simulation of Color Vision Deficiency", 2009.
BLINDNESS = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


@pytest.mark.parametrize("kind", BLINDNESS)
def test_roles_and_signs_can_be_told_apart(kind):
    def seen(rgb):
        return np.clip(
            np.array(BLINDNESS[kind]) @ np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4), 0, 1
        )

    roles = [seen(np.array(to_rgb(role.line))) for role in (style.INPUT, style.HIDDEN, style.OUTPUT, style.WEIGHT)]
    layers = [seen(np.array(to_rgb(layer.line))) for layer in style.LAYERS]
    for hues in (roles, layers):
        assert min(np.linalg.norm(a - b) for a, b in itertools.combinations(hues, 2)) > 0.1
    for value in (0.3, 0.6, 1.0):
        assert np.linalg.norm(seen(style.fill(value)) - seen(style.fill(-value))) > 0.05


def test_every_colour_of_a_picture_survives_the_palette():
    assert len(style.palette()) <= 256
    wanted = np.concatenate(
        [style.fill(np.linspace(-1, 1, 200)), [to_rgb(hue) for hue in sorted(HUES)], np.ones((1, 3))]
    )
    rgba = np.concatenate([np.rint(wanted * 255), np.full((len(wanted), 1), 255)], axis=1).astype(np.uint8)[None]
    found = pixels(encode(rgba))[0].astype(int)
    assert np.abs(found - rgba[0, :, :3]).max() <= 8
    assert (found[-1] == 255).all()


@pytest.mark.parametrize(("value", "words"), [(-0.0049, "0.00"), (-0.0051, "−0.01"), (0.0, "0.00"), (-12.3, "−12.30")])
def test_numbers_have_a_real_minus_and_zero_has_none(value, words):
    assert two_decimals(value) == words
    assert two_decimals(np.float32(value)) == words
