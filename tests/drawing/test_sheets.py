"""Every explorer's sheet, at the ends of its sliders and at random settings, for every width: the rules of `sheet_rules`."""

import random

import pytest
from moves import EXPLORERS, ends, random_value
from sheet_rules import faults

from helpers.drawing.sheet import WIDTHS

PLACES = (500, 700, 1000, 1200)  # on the page, in pixels
SETTINGS = {"hello": 20}  # it trains anew at every move


@pytest.mark.parametrize("name", EXPLORERS)
def test_nothing_overlaps_nothing_is_cut_off(name):
    explorer, chooser, found = EXPLORERS[name](), random.Random(name), {}

    def look(setting):
        for place in PLACES:
            explorer.width = max(width for width in WIDTHS if width <= place)
            for fault in faults(explorer.sheet):
                found.setdefault(fault, (place, setting))

    look("the start")
    for end in (0, -1):
        for control in explorer.controls.values():
            control.value = ends(control)[end]
        look(f"end {end}")
    for _ in range(SETTINGS.get(name, 200)):
        for control in explorer.controls.values():
            control.value = random_value(control, chooser)
        look({label: control.value for label, control in explorer.controls.items()})
    assert found == {}
