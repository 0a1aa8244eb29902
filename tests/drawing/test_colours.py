"""The palette: contrast and colour blindness, on light and on dark pages."""

import itertools

import numpy as np
import pytest

from helpers.drawing import colours
from helpers.drawing.colours import THEMES, contrast, fill, rgb

ROLES = (colours.INPUT, colours.HIDDEN, colours.OUTPUT, colours.WEIGHT)
# Grounds on which a dark picture may stand: JupyterLab's, VS Code's and Colab's.
GROUNDS = {"light": ["#ffffff"], "dark": ["#111111", "#1e1e1e"]}


def code_rgb(code):
    return np.array([int(code[i : i + 2], 16) for i in (1, 3, 5)]) / 255


@pytest.mark.parametrize("theme", THEMES)
def test_words_and_lines_stand_out(theme):
    words = {"ink", "soft", "muted"} | {role.words for role in (*ROLES, *colours.LAYERS)}
    # On white the palette's own pink, sky blue and orange are paler than that; each stands beside its letter.
    lines = {"pale"} | {role.line for role in (*ROLES, *colours.LAYERS)} - (
        {"weight", "sky", "gold"} if theme == "light" else set()
    )
    for ground in GROUNDS[theme]:
        assert {name for name in words if contrast(rgb(name, theme), code_rgb(ground)) < 4.5} == set()
        assert {name for name in lines if contrast(rgb(name, theme), code_rgb(ground)) < 3} == set()


@pytest.mark.parametrize("theme", THEMES)
def test_numbers_stand_out_from_every_fill(theme):
    shades = fill(np.linspace(-1, 1, 1001), theme=theme)
    black = colours.takes_black(shades)
    assert (contrast(shades / 255, np.where(black[:, None], np.zeros(3), np.ones(3))) >= 4.5).all()


@pytest.mark.parametrize("theme", THEMES)
def test_the_scale_leaves_the_ground_evenly_to_both_sides(theme):
    assert (fill(0.0, theme=theme) == np.rint(rgb("paper", theme) * 255)).all()
    away = -1 if theme == "light" else 1  # lighter or darker, the further from 0
    sides = [away * colours.luminance(fill(side * np.linspace(0, 1, 200), theme=theme) / 255) for side in (1, -1)]
    for light in sides:
        assert (np.diff(light) >= -1e-4).all()
        assert contrast(fill(1.0, theme=theme) / 255, rgb("paper", theme)) > 7
    assert abs(sides[0] - sides[1]).max() < 0.16


def test_values_beyond_the_scale_and_none_at_all():
    assert (fill(7.0) == fill(1.0)).all()
    assert (fill([np.inf, -np.inf, np.nan]) == fill([1, -1, 0])).all()
    assert (fill(1.5, limit=3) == fill(0.5)).all()


# Simulation of colour blindness for linear RGB at full strength. Source: Machado, Oliveira and Fernandes,
# "A Physiologically-based Model for Simulation of Color Vision Deficiency", 2009.
BLINDNESS = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
    "none": np.eye(3).tolist(),
}


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("kind", BLINDNESS)
def test_roles_layers_and_signs_can_be_told_apart(kind, theme):
    def seen(shade):
        return np.clip(
            np.array(BLINDNESS[kind]) @ np.where(shade <= 0.04045, shade / 12.92, ((shade + 0.055) / 1.055) ** 2.4),
            0,
            1,
        )

    for hues in (ROLES, colours.LAYERS):
        lines = [seen(rgb(hue.line, theme)) for hue in hues]
        assert min(np.linalg.norm(a - b) for a, b in itertools.combinations(lines, 2)) > 0.1
    for value in (0.3, 0.6, 1.0):
        positive, negative = (seen(fill(sign * value, theme=theme) / 255) for sign in (1, -1))
        assert np.linalg.norm(positive - negative) > 0.05


@pytest.mark.parametrize("theme", THEMES)
def test_no_value_has_the_colour_of_a_role(theme):
    scale = fill(np.linspace(-1, 1, 401), theme=theme) / 255
    for role in ROLES:
        assert np.linalg.norm(scale - rgb(role.line, theme), axis=1).min() > 0.12, role
