"""Two thousand moves on every explorer: no exception, no wrong caption or picture, no growth. The benchmark makes 10,000."""

import pytest
from endurance import endure, memory
from moves import EXPLORERS

MOVES = 2000
MOST_GROWTH = 15  # MiB


@pytest.mark.parametrize("name", EXPLORERS)
def test_moves_agree_with_a_fresh_computation_and_do_not_grow(name, monkeypatch):
    monkeypatch.setattr("helpers.explorers.spelling.EPOCHS", 5)  # it trains anew at every move
    endured = endure(name, MOVES)
    assert endured.wrong == []
    assert endured.captions > MOVES
    assert endured.pictures > MOVES / 30
    if memory() is None:
        pytest.skip("all but its memory: that is read from /proc, which this system does not have")
    assert endured.growth < MOST_GROWTH


def test_a_wrong_caption_or_picture_is_found(monkeypatch):
    """The gate itself: an explorer that now and then stays behind."""
    moved = EXPLORERS["loop"]()._moved.__func__

    def lazy(explorer, change):
        if change["new"] % 2:
            moved(explorer, change)

    monkeypatch.setattr("helpers.live.Explorer._moved", lazy)
    kinds = {kind for kind, _ in endure("loop", 60).wrong}
    assert kinds == {"caption", "picture"}
