"""Sheets of a learner's own networks at the ends of what can be drawn, and with squares that were set by hand."""

import itertools
import random

import pytest
import torch
from moves import ends
from sheet_rules import faults, grid_rect
from torch import nn

from helpers import explore_batch_first, explore_cell, explore_layers, explore_loop
from helpers.drawing.sheet import WIDTHS


def cell(explore, input_size, hidden_size, seq_len, **options):
    return explore(cell=nn.RNNCell(input_size, hidden_size, **options), inputs=torch.randn(seq_len, input_size))


def rnn(explore, input_size, hidden_size, num_layers, seq_len, batch, **options):
    module = nn.RNN(input_size, hidden_size, num_layers, batch_first=batch % 2 == 0)
    shape = (batch, seq_len) if module.batch_first else (seq_len, batch)
    return explore(rnn=module, inputs=torch.randn(*shape, input_size), **options)


SIZES = {
    "cell": list(itertools.product((1, 7, 32), (1, 9, 32), (1, 50))),
    "loop": list(itertools.product((1, 7, 32), (1, 9, 32), (1, 8))),
    "layers": [(1, 1, 1, 1, 1), (1, 64, 6, 1, 300), (64, 1, 6, 20, 1), (1, 33, 1, 20, 300), (64, 64, 1, 20, 1), (64, 33, 6, 20, 300)],
    "batch_first": list(itertools.product((1, 3), (1, 400), (1, 9), (1, 5), (1, 4, 5))),
}  # fmt: skip
PARTS = {
    "layers, a part": lambda: rnn(explore_layers, 900, 700, 6, 20, 8, units=(610, 673), features=(836, 899)),
    "layers, one unit": lambda: rnn(explore_layers, 900, 700, 6, 20, 8, units=(699, 699), features=(0, 0)),
    "batch_first, a part": lambda: rnn(explore_batch_first, 300, 400, 2, 50, 60, samples=(55, 59), steps=(44, 49), features=(297, 299)),
    "batch_first, a number": lambda: rnn(explore_batch_first, 300, 400, 2, 50, 60, samples=(59, 59), steps=(49, 49), features=(299, 299)),
    "cell, relu": lambda: cell(explore_cell, 5, 9, 4, nonlinearity="relu"),
    "cell, without biases": lambda: cell(explore_cell, 5, 9, 4, bias=False),
    "loop, without biases": lambda: cell(explore_loop, 5, 9, 4, bias=False),
}  # fmt: skip


def made(kind):
    """(what it is, explorer) of all cases of a kind."""
    explore = {"cell": explore_cell, "loop": explore_loop, "layers": explore_layers, "batch_first": explore_batch_first}
    for sizes in SIZES[kind]:
        yield sizes, (cell if kind in ("cell", "loop") else rnn)(explore[kind], *sizes)
    for name, make in PARTS.items():
        if name.startswith(f"{kind},"):
            yield name, make()


@pytest.mark.parametrize("kind", SIZES)
def test_nothing_overlaps_on_the_sheet_of_an_own_network(kind):
    torch.manual_seed(0)
    found = {}
    for case, explorer in made(kind):
        for end, width in itertools.product((0, -1), WIDTHS):
            explorer.width = width
            for control in explorer.controls.values():
                control.value = ends(control)[end]
            for fault in faults(explorer.sheet):
                found.setdefault(fault, (case, width, end))
    assert found == {}


@pytest.mark.parametrize("explore", [explore_cell, explore_loop])
def test_marks_of_what_was_set_by_hand_lie_on_their_grids(explore):
    """At the defaults, at the largest sizes and in the largest own cell, with numbers of every length."""
    chooser, found = random.Random(explore.__name__), {}
    shown = {"the start": explore(), "own": cell(explore, 32, 32, 8), "own, small": cell(explore, 1, 1, 1)}
    shown["largest"] = explore(8, 12) if explore is explore_cell else explore(8, 8)
    for (case, explorer), value in itertools.product(shown.items(), (0.25, -12345.678, 3.4e38)):
        explorer.controls["step"].value = explorer.controls["step"].min
        grids = {grid.name: grid for grid in explorer.sheet.grids if grid.name}
        for name in ("W_ih", "W_hh", "b_ih", "b_hh", "x", "h", "x[1]", "h[0]"):
            if name in grids:
                rows, columns = grids[name].values.shape
                for row, column in itertools.product({0, rows - 1, chooser.randrange(rows)}, {0, columns - 1}):
                    explorer.change(name, (row, column) if columns > 1 else row, value)
        for width in WIDTHS:
            explorer.width = width
            for fault in faults(explorer.sheet):
                found.setdefault(fault, (case, value, width))
            marks = [box for box in explorer.sheet.boxes if box.dashed]
            rects = [grid_rect(grid).grown(1) for grid in explorer.sheet.grids if grid.name]
            assert len(marks) >= 4
            for box in marks:
                left, top, right, bottom = box.rect.grown(box.width)
                assert box.rect.left <= box.rect.right
                assert box.rect.top <= box.rect.bottom
                assert any(r.left <= left and r.top <= top and right <= r.right and bottom <= r.bottom for r in rects)
    assert found == {}
