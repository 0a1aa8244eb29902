"""Random moves on every explorer: no exception, and nothing left of the moves before. The benchmark makes 10,000."""

import pytest
from endurance import endure
from moves import EXPLORERS

MOVES = 150


@pytest.mark.parametrize("name", EXPLORERS)
def test_moves_agree_with_a_new_explorer(name):
    endured = endure(name, MOVES if name != "hello" else 40)  # it trains anew at every move
    assert endured.wrong == []
    assert endured.compared > 2


def test_an_explorer_that_stays_behind_is_found(monkeypatch):
    moved = EXPLORERS["loop"]()._moved.__func__

    def lazy(explorer, change=None):
        if change is None or change["new"] % 2:
            moved(explorer, change)

    monkeypatch.setattr("helpers.widgets.explorer.Explorer._moved", lazy)
    assert endure("loop", 100).wrong
