"""The inside of a cell: every grid is what PyTorch computes, and the chosen unit is framed and nothing else."""

import itertools

import numpy as np
import pytest
import torch
from sheet_rules import grid_rect, overlap
from torch import nn

from helpers import draw_cell, draw_loop, explore_cell
from helpers.drawing.sheet import Rect
from helpers.modules import make, seeded
from helpers.topics.cell import cell_sheet, cell_state

SIZES = [(3, 5, 2, 1), (8, 12, 6, 11), (1, 1, 1, 0), (7, 2, 4, 1)]


def grids(sheet):
    return {grid.name: grid for grid in sheet.grids if grid.name}


def as_written(value):
    return f"{value:.2f}".replace("-", "−").replace("−0.00", "0.00")


def moved(input_size, hidden_size, step, unit, weight_scale):
    """An explorer at these values, and what PyTorch alone makes of them: the cell, x, h before and h after, each a row."""
    explorer = explore_cell()
    values = dict(input_size=input_size, hidden_size=hidden_size, step=step, unit=unit, weight_scale=weight_scale)
    for label, value in values.items():
        explorer.controls[label].value = value
    cell = make(nn.RNNCell, input_size, hidden_size, generator=seeded(0))
    inputs, h = torch.randn(6, 8, generator=seeded(2))[:, :input_size], torch.zeros(1, hidden_size)
    with torch.no_grad():
        for parameter in cell.parameters():
            parameter.mul_(weight_scale)
        for x in inputs[: step - 1]:
            h = cell(x[None], h)
        return explorer, cell, inputs[step - 1 : step], h, cell(inputs[step - 1 : step], h)


@pytest.mark.parametrize(("input_size", "hidden_size", "step", "unit"), SIZES)
def test_the_caption_is_the_arithmetic_of_the_cell(input_size, hidden_size, step, unit):
    explorer, cell, x, h, now = moved(input_size, hidden_size, step, unit, 2.5)
    from_x, from_h = cell.weight_ih[unit] @ x[0], cell.weight_hh[unit] @ h[0]
    caption = explorer.caption
    assert f"{as_written(from_x.item())} from x, {as_written(cell.bias_ih[unit].item())} from b_ih" in caption
    assert f"{as_written(from_h.item())} from h, {as_written(cell.bias_hh[unit].item())} from b_hh" in caption
    assert f"tanh makes it {as_written(now[0, unit].item())}." in caption
    assert f"{sum(p.numel() for p in cell.parameters())} parameters" in caption
    assert caption.endswith(f"nearly flat: {(now.abs() > 0.95).sum()} of {hidden_size}.")


@pytest.mark.parametrize(("input_size", "hidden_size", "step", "unit"), SIZES)
@pytest.mark.parametrize("weight_scale", [0.0, 1.0, 10.0])
def test_every_grid_is_what_the_module_holds_and_computes(input_size, hidden_size, step, unit, weight_scale):
    explorer, cell, x, h, now = moved(input_size, hidden_size, step, unit, weight_scale)
    found = grids(explorer.sheet)
    expected = {
        "W_ih": cell.weight_ih, "x": x.T, "W_hh": cell.weight_hh, "h": h.T,
        "W_ih x": cell.weight_ih @ x.T, "b_ih": cell.bias_ih[:, None], "W_hh h": cell.weight_hh @ h.T,
        "b_hh": cell.bias_hh[:, None], "sum": torch.atanh(now.double()).T, "new h": now.T,
    }  # fmt: skip
    assert set(found) == set(expected)
    for name, tensor in expected.items():
        here = ~torch.isinf(tensor) & (tensor.abs() < 3) if name == "sum" else torch.ones_like(tensor, dtype=bool)
        values = torch.as_tensor(found[name].values)[here]
        assert torch.allclose(values.double(), tensor.detach()[here].double(), atol=1e-3 if name == "sum" else 1e-6)


@pytest.mark.parametrize(("input_size", "hidden_size", "step", "unit"), SIZES)
def test_every_grid_follows_from_its_sources_alone(input_size, hidden_size, step, unit):
    found = grids(moved(input_size, hidden_size, step, unit, 1.5)[0].sheet)
    rules = {2: lambda weights, vector: weights @ vector, 4: lambda *terms: sum(terms), 1: np.tanh}
    made = [grid for grid in found.values() if grid.sources]
    assert [grid.name for grid in made] == ["W_ih x", "W_hh h", "sum", "new h"]
    for grid in made:
        parts = [found[name].values for name in grid.sources]
        np.testing.assert_allclose(rules[len(parts)](*parts), grid.values, atol=1e-5)


@pytest.mark.parametrize("width", [460, 660, 900, 1150])
@pytest.mark.parametrize("weight_scale", [1.0, 10.0])
def test_the_sum_has_numbers_at_the_largest_sizes_in_all_its_columns(width, weight_scale):
    cell, inputs = make(nn.RNNCell, 8, 12, generator=seeded(0)), torch.randn(6, 8, generator=seeded(2))
    with torch.no_grad():
        for parameter in cell.parameters():
            parameter.mul_(weight_scale)
    found = grids(cell_sheet(cell_state(cell, inputs, 4, 7), width))
    assert {found[name].numbers for name in ("W_ih x", "b_ih", "W_hh h", "b_hh", "sum", "new h")} == {2}
    assert found["W_ih"].numbers == found["W_hh"].numbers == (2 if width == 1150 else None)


def test_columns_too_wide_for_numbers_lose_them_together():
    cell, inputs = nn.RNNCell(2, 3), torch.tensor([[1.0, 2.0]])
    with torch.no_grad():
        cell.weight_ih.fill_(5e6)
        cell.bias_ih.fill_(-1.5e7)  # the sum itself is small again
    found = grids(draw_cell(cell, inputs).sheet)
    assert {found[name].numbers for name in ("W_ih x", "b_ih", "W_hh h", "b_hh", "sum", "new h")} == {None}


@pytest.mark.parametrize("width", [460, 660, 900, 1150])
@pytest.mark.parametrize(("hidden_size", "unit"), [(5, 0), (5, 3), (12, 11), (1, 0)])
def test_the_unit_is_framed_in_every_grid_with_a_row_for_it_and_no_other_row_is_touched(width, hidden_size, unit):
    cell = make(nn.RNNCell, 3, hidden_size, generator=seeded(1))
    sheet = cell_sheet(cell_state(cell, torch.randn(4, 3, generator=seeded(2)), 2, unit), width)
    frames = [box for box in sheet.boxes if box.colour == "ink"]
    rows = [grid for name, grid in grids(sheet).items() if name not in ("x", "h")]
    assert len(rows) == len(frames) == 8
    for grid in rows:
        rect, top = grid_rect(grid), grid.top + grid.height * unit
        row = Rect(rect.left, top, rect.right, top + grid.height - grid.gap)
        (frame,) = (frame for frame in frames if overlap(frame.rect, rect))
        outer = frame.rect.grown(frame.width)
        assert frame.rect.left <= row.left < row.right <= frame.rect.right
        assert row.top - grid.gap <= outer.top <= row.top
        assert row.bottom <= outer.bottom <= row.bottom + grid.gap


def test_the_formula_reads_from_left_to_right():
    sheet = explore_cell().sheet
    names = ["W_ih x", "b_ih", "W_hh h", "b_hh", "sum", "new h"]
    columns = [grids(sheet)[name] for name in names]
    assert len({grid.top for grid in columns}) == 1
    assert [grid.left for grid in columns] == sorted(grid.left for grid in columns)
    signs = [text for text in sheet.texts if text.words in ("+", "=", "tanh")]
    assert [text.words for text in sorted(signs, key=lambda text: text.x)] == ["+", "+", "+", "=", "tanh"]
    for sign, (before, after) in zip(sorted(signs, key=lambda t: t.x), itertools.pairwise(columns), strict=True):
        assert grid_rect(before).right < sign.rect.left < sign.rect.right < after.left


def test_every_unit_lies_on_the_curve_of_tanh():
    cell, inputs = make(nn.RNNCell, 3, 7, generator=seeded(3)), torch.randn(4, 3, generator=seeded(4))
    state = cell_state(cell, inputs, 3, 4)
    sheet = cell_sheet(state, 1150)
    (axis,) = (text.y for text in sheet.texts if text.words == "≤ −4")
    ticks = {text.words: text.x for text in sheet.texts if text.y == axis}
    pixel = (ticks["2"] - ticks["−2"]) / 4
    places = [(spot.x - ticks["0"]) / pixel for spot in sheet.spots if spot.colour == "hidden"]
    chosen = [(spot.x - ticks["0"]) / pixel for spot in sheet.spots if spot.colour == "ink"]
    h = torch.zeros(7)
    for x in inputs[:3]:
        before, h = h, cell(x, h).detach()
    sums = torch.atanh(h).tolist()
    assert chosen == pytest.approx([sums.pop(4)], abs=0.02)
    assert places == pytest.approx(sums, abs=0.02)
    assert torch.equal(torch.as_tensor(state.h_before), before)


def test_the_unit_follows_hidden_size():
    explorer = explore_cell(hidden_size=9, unit=8)
    explorer.controls["hidden_size"].value = 4
    assert (explorer.controls["unit"].value, explorer.controls["unit"].max) == (3, 3)
    assert "Unit 3 " in explorer.caption


@pytest.mark.parametrize("nonlinearity", ["tanh", "relu"])
@pytest.mark.parametrize("bias", [True, False])
def test_a_cell_of_another_kind_is_drawn_as_it_is(nonlinearity, bias):
    torch.manual_seed(1)
    cell, inputs = nn.RNNCell(3, 5, bias=bias, nonlinearity=nonlinearity), torch.randn(4, 3)
    picture = draw_cell(cell, inputs, step=2, unit=4)
    found = grids(picture.sheet)
    now = cell(inputs[1], cell(inputs[0]))
    assert np.allclose(found["new h"].values[:, 0], now.detach(), atol=1e-6)
    assert ("b_ih" in found, "b_hh" in found) == (bias, bias)
    assert found["sum"].sources == (("W_ih x", "b_ih", "W_hh h", "b_hh") if bias else ("W_ih x", "W_hh h"))
    assert f"{nonlinearity} makes it {as_written(now[4].item())}" in picture.alt
    assert [text.words for text in picture.sheet.texts if text.words in ("tanh", "relu")] == [nonlinearity]


@pytest.mark.parametrize(
    "wrong", [{"input_size": 9}, {"hidden_size": 0}, {"unit": 5}, {"step": 0}, {"step": 7}, {"hidden_size": 2.0}]
)
def test_explore_cell_refuses_wrong_arguments(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        explore_cell(**wrong)


def test_draw_cell_answers_wrong_input_in_a_sentence():
    cell, inputs = nn.RNNCell(3, 5), torch.ones(4, 3)
    with pytest.raises(ValueError, match="step must be .* to 4, got 5"):
        draw_cell(cell, inputs, step=5)
    with pytest.raises(ValueError, match="unit must be .* 0 to 4"):
        draw_cell(cell, inputs, unit=5)
    for draw in (draw_cell, draw_loop):
        with pytest.raises(TypeError, match=r"cell must be an nn.RNNCell, got RNN\."):
            draw(nn.RNN(3, 5), inputs)
