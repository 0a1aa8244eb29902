"""Touch without a browser: what exists can be selected and explains itself, moves keep it, nonsense changes nothing."""

import json
import random

import numpy as np
import pytest
from endurance import shown
from moves import EXPLORERS, random_value

from helpers.drawing.letters import decimals
from helpers.drawing.sheet import WIDTHS

MOVES = {"layers": 200, "cell": 350, "loop": 250, "batch_first": 60, "memory": 60, "rain": 40, "echo": 40}


def numbers(explorer):
    """{(name, index): (value, row, column)} of all that a picture shows, read from its grids and curves."""
    found = {}
    for grid in explorer.sheet.grids:
        for row, column in np.ndindex(grid.values.shape if grid.name else (0, 0)):
            index = row + grid.first[0], column + grid.first[1]
            key = grid.name, index if grid.values.shape[1] > 1 else index[0]
            assert key not in found
            found[key] = grid.values[row, column].item(), row, column
    for curve in explorer.sheet.curves:
        for place, (index, value) in enumerate(zip(curve.indices, curve.values, strict=True)):
            found[curve.name, index] = value, place, 0
    return found


def sent(explorer):
    """What the newest frame tells the page of the selection: [name, row, column] or None, and the explanation."""
    (canvas,) = (child for child in explorer.children if hasattr(child, "frame"))
    head = json.loads(canvas.frame[4 : 4 + int.from_bytes(canvas.frame[:4], "little")])
    return head["selected"], head["explanation"]


def page_says(explorer, content):
    """A message of the page, without the net with which ipywidgets catches what a handler raises."""
    explorer._picture._page_says(None, content, [])


@pytest.mark.parametrize("name", EXPLORERS)
def test_every_number_can_be_selected_and_explains_itself(name):
    explorer = EXPLORERS[name]()
    found = numbers(explorer)
    for (grid, index), (value, row, column) in found.items():
        explorer.select(grid, index)
        assert explorer.selected == (grid, index)
        assert sent(explorer) == ([grid, row, column], explorer.explanation)
        printed = {decimals(value, 4), decimals(value, 0), f"{value:.4g}"}
        assert any(f" = {words}" in explorer.explanation for words in printed), (grid, index, explorer.explanation)
        assert "{" not in explorer.explanation
    assert len(found) > 8
    explorer.select(None)
    assert (explorer.selected, explorer.explanation, sent(explorer)) == (None, "", (None, ""))


WRONG_NAMES = ["nothing", "", "X", 3, True, b"x", ("x",), ["x"], {}, 1.5]
WRONG = [True, -1, 10**30, 0.0, 1.5, float("nan"), float("inf"), None, "0", b"0", (), (0,), (0, 0, 0), [[0], [0]], {}, 1j, np.array([0, 0]), np.bool_(True), slice(1)]  # fmt: skip
WRONG_PAIRS = [0, (0, -1), (-1, 0), (0, 10**30), (True, 0), (0, False), (0.0, 0), (0, "0"), (0, None), "00"]


@pytest.mark.parametrize("name", EXPLORERS)
def test_what_does_not_exist_is_answered_with_what_does(name):
    explorer = EXPLORERS[name]()
    found = numbers(explorer)
    (kept_name, kept), *_ = found
    explorer.select(kept_name, kept)
    before = explorer.selected, explorer.explanation, shown(explorer), sent(explorer)
    for wrong in WRONG_NAMES:
        with pytest.raises(ValueError, match="There is no .* in this picture") as said:
            explorer.select(wrong, 0)
        assert all(grid in str(said.value) for grid, _ in found)
        assert repr(wrong) in str(said.value)
    ends: dict = {}
    for grid, index in found:
        ends.setdefault(grid, []).append(index)
    for grid, indices in ends.items():
        pairs = isinstance(indices[0], tuple)
        outside = [tuple(end + 1 for end in indices[-1])] if pairs else [min(indices) - 1, max(indices) + 1]
        for wrong in [*WRONG, *outside, *(WRONG_PAIRS if pairs else [(indices[0], 0)])]:
            with pytest.raises(ValueError, match="has no number") as said:
                explorer.select(grid, wrong)
            assert f"{grid} has no number {wrong!r}: " in str(said.value)
            assert str(said.value).endswith(f"its indices run from {indices[0]} to {indices[-1]}.")
    assert (explorer.selected, explorer.explanation, shown(explorer), sent(explorer)) == before


@pytest.mark.parametrize("name", EXPLORERS)
def test_what_the_page_selects_comes_back_as_it_was(name):
    explorer, chooser = EXPLORERS[name](), random.Random(name)
    for (grid, index), (_, row, column) in chooser.sample(sorted(numbers(explorer).items(), key=str), 9):
        page_says(explorer, {"select": [grid, row, column]})
        assert explorer.selected == (grid, index)
        chosen = sent(explorer)
        assert chosen[0] == [grid, row, column]
        explorer.select(None)
        explorer.select(grid, [*index] if isinstance(index, tuple) else np.int64(index))
        assert (explorer.selected, sent(explorer)) == ((grid, index), chosen)
    page_says(explorer, {"select": None})
    assert (explorer.selected, sent(explorer)) == (None, (None, ""))


JUNK = [None, True, 0, -1, 10**30, -(10**30), 0.5, 1e300, "", "0", "x", [], [0], ["x"], {}, {"x": 1}, [[]], [None] * 3]


@pytest.mark.parametrize("name", EXPLORERS)
def test_nonsense_of_the_page_raises_nothing_and_spoils_nothing(name):
    """Whatever comes, the selection is a number of the picture or none, and every control stands within its ends."""
    explorer, chooser = EXPLORERS[name](), random.Random(f"junk {name}")
    (grid, index), (_, row, column) = next(iter(numbers(explorer).items()))
    fresh = shown(explorer)
    messages = [{"select": junk} for junk in JUNK]
    messages += [{"select": [grid, junk, column]} for junk in JUNK] + [{"select": [grid, row, junk]} for junk in JUNK]
    messages += [{"select": [junk, row, column]} for junk in JUNK] + [{"select": [grid]}, {"select": [grid, row] * 2}]
    messages += [{"wanted": junk, "revision": junk} for junk in JUNK] + [{}, {"else": 1}]
    for message in messages:
        page_says(explorer, {"select": [grid, row, column]})
        page_says(explorer, message)
        found = numbers(explorer)
        assert (explorer.selected is None) == (explorer.explanation == "")
        if "select" not in message:
            assert explorer.selected == (grid, index)
        elif explorer.selected is not None:
            assert message["select"] == [explorer.selected[0], *found[explorer.selected][1:]]
    assert shown(explorer) == fresh
    for label, control in explorer.controls.items():
        for junk in chooser.sample(JUNK, 6):
            page_says(explorer, {"wanted": {label: junk, "no control": junk}})
            if not hasattr(control, "options"):
                assert control.min <= control.value <= control.max
    explorer.reset.click()
    explorer.select(None)
    assert shown(explorer) == fresh


@pytest.mark.parametrize("name", MOVES)
def test_a_selection_stays_as_long_as_its_number_exists(name):
    """1,000 random moves in all, of sliders and of the page's width; what is said is always that of the newest state."""
    explorer, chooser, stayed = EXPLORERS[name](), random.Random(f"stays {name}"), 0
    controls = explorer.controls
    for number in range(MOVES[name]):
        if explorer.selected is None:
            explorer.select(*chooser.choice(sorted(numbers(explorer), key=str)))
        kept = explorer.selected
        if number % 9 == 0:
            explorer.width = chooser.choice(WIDTHS)
        else:
            control = controls[chooser.choice(list(controls))]
            control.value = random_value(control, chooser)
        if kept not in numbers(explorer):
            assert (explorer.selected, explorer.explanation, sent(explorer)) == (None, "", (None, ""))
            continue
        stayed += 1
        said = explorer.selected, explorer.explanation, sent(explorer)
        explorer.select(None)
        explorer.select(*kept)
        assert said == (kept, explorer.explanation, sent(explorer))
        if number % 40 == 0:
            other = EXPLORERS[name]()
            other.width = explorer.width
            for _ in range(2):  # one slider may bound another
                for label, control in controls.items():
                    other.controls[label].value = control.value
            other.select(*kept)
            assert said == (other.selected, other.explanation, sent(other))
    assert stayed > MOVES[name] / 2
