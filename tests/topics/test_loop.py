"""The manual loop: what is drawn as done is done, by one cell with one set of weights."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sheet_rules import grid_rect, overlap
from torch import nn

from helpers import draw_loop, explore_loop
from helpers.drawing.sheet import WIDTHS
from helpers.modules import make, seeded
from helpers.topics.loop import loop_sheet, loop_state


def grids(sheet):
    return {grid.name: grid for grid in sheet.grids if grid.name}


def run(cell, inputs):
    """All hidden states of the loop that the lesson writes, h_0 first, (seq_len + 1, hidden_size)."""
    h = torch.zeros(1, cell.hidden_size)
    states = [h]
    for x in inputs:
        h = cell(x[None], h)
        states.append(h)
    return torch.cat(states).detach()


SIZES = st.tuples(st.integers(1, 8), st.integers(1, 8), st.integers(0, 8), st.integers(0, 999))


@settings(max_examples=30, deadline=None)
@given(SIZES, st.sampled_from(WIDTHS))
def test_only_what_the_loop_has_computed_is_drawn(sizes, width):
    seq_len, hidden_size, step, seed = sizes
    step = min(step, seq_len)
    cell, inputs = make(nn.RNNCell, 4, hidden_size, generator=seeded(seed)), torch.randn(8, 4, generator=seeded(seed))
    sheet = loop_sheet(loop_state(cell, inputs[:seq_len], step), width)
    found, states = grids(sheet), run(cell, inputs[:seq_len])
    expected = {f"h[{t}]": states[t] for t in range(step + 1)} | {f"x[{t + 1}]": inputs[t] for t in range(seq_len)}
    expected |= {"W_ih": cell.weight_ih.detach(), "W_hh": cell.weight_hh.detach()}
    assert set(found) == set(expected)
    for name, values in expected.items():
        np.testing.assert_allclose(found[name].values, values if values.ndim == 2 else values[:, None], atol=1e-6)
    for t in range(step + 1):
        assert found[f"h[{t}]"].sources == ((f"x[{t}]", f"h[{t - 1}]", "W_ih", "W_hh") if t else ())
    labels = [text.words for text in sheet.texts]
    assert [f"h_{t}" in labels for t in range(10)] == [t <= seq_len for t in range(10)]
    assert [f"x_{t}" in labels for t in range(10)] == [1 <= t <= seq_len for t in range(10)]


@pytest.mark.parametrize("width", WIDTHS)
def test_one_set_of_weights_points_to_the_folded_cell_and_to_every_copy(width):
    cell, inputs = make(nn.RNNCell, 4, 3, generator=seeded(0)), torch.randn(5, 4, generator=seeded(1))
    sheet = loop_sheet(loop_state(cell, inputs, 2), width)
    cells = [
        box.rect for box in sheet.boxes if any(t.words == "cell" and overlap(t.rect, box.rect) for t in sheet.texts)
    ]
    tips = [line.points[-1] for line in sheet.lines if line.head and line.colour == "weight words"]
    assert len(cells) == len(tips) == 6
    for rect in cells:
        assert sum(rect.left < x < rect.right and 0 < y - rect.bottom < 8 for x, y in tips) == 1


def test_what_runs_is_framed_together():
    explorer = explore_loop(seq_len=5, hidden_size=3)
    for step in range(6):
        explorer.controls["step"].value = step
        sheet = explorer.sheet
        frames = [box.rect for box in sheet.boxes if box.colour == "ink" and box.width == 3]
        found = grids(sheet)
        framed = {name for name in found if any(overlap(grid_rect(found[name]), rect) for rect in frames)}
        assert framed == ({f"h[{step}]", f"x[{step}]"} if step else {"h[0]"})
        bold = {text.words for text in sheet.texts if text.bold}
        assert (
            {"cell", f"h_{step}", f"x_{step}"} & bold == {"cell", f"h_{step}", f"x_{step}"} if step else "h_0" in bold
        )
        (line,) = (box.rect for box in sheet.boxes if box.colour == "ink" and box.rect.left == 8)
        (code,) = (text.words.strip() for text in sheet.texts if overlap(text.rect, line))
        assert code == ("h = cell(x, h)" if step else "h = torch.zeros(1, 3)")


def test_the_caption_says_the_hidden_state_of_the_step():
    explorer = explore_loop(seq_len=7, hidden_size=5)
    cell = make(nn.RNNCell, 4, 5, generator=seeded(0))
    states = run(cell, torch.randn(8, 4, generator=seeded(3))[:7])
    for step, state in enumerate(states):
        explorer.controls["step"].value = step
        said = ", ".join(f"{value:.2f}" for value in state.tolist()).replace("-", "−").replace("−0.00", "0.00")
        assert said in explorer.caption
        assert f"{sum(p.numel() for p in cell.parameters())} parameters" in explorer.caption


@pytest.mark.parametrize(("seq_len", "words"), [(1, "has 1 step to come"), (6, "has 6 steps to come")])
def test_the_caption_counts_the_steps_to_come(seq_len, words):
    caption = explore_loop(seq_len=seq_len, step=0).caption
    assert words in caption
    assert f"The dataset ({seq_len}, 1, 4)" in caption


def test_step_follows_seq_len_and_the_play_button_belongs_to_it():
    explorer = explore_loop(seq_len=8, step=8)
    step = explorer.controls["step"]
    explorer.controls["seq_len"].value = 5
    assert (step.value, step.max, step.player.min, step.player.max) == (5, 5, 0, 5)
    assert list(explorer.controls) == ["step", "seq_len", "hidden_size"]
    assert "Step 5 of 5" in explorer.caption
    explorer.reset.click()
    assert (step.value, step.max) == (8, 8)


def test_draw_loop_makes_all_steps_unless_told_otherwise():
    cell, inputs = nn.RNNCell(3, 6), torch.randn(5, 3)
    states = run(cell, inputs)
    for step, last in ((None, 5), (0, 0), (3, 3)):
        picture = draw_loop(cell, inputs, step)
        assert [name for name in grids(picture.sheet) if name[0] == "h"] == [f"h[{t}]" for t in range(last + 1)]
        said = ", ".join(f"{value:.2f}" for value in states[last].tolist()).replace("-", "−").replace("−0.00", "0.00")
        assert f"after {last} steps. h_{last}, from the top: {said}." in picture.alt


@pytest.mark.parametrize("wrong", [{"seq_len": 9}, {"step": 4}, {"step": -1}, {"hidden_size": 2.0}, {"hidden_size": 9}])
def test_explore_loop_refuses_wrong_arguments(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        explore_loop(**wrong)


def test_draw_loop_answers_wrong_input_in_a_sentence():
    cell = nn.RNNCell(3, 5)
    with pytest.raises(ValueError, match="seq_len must be .* to 8, got 9"):
        draw_loop(cell, torch.ones(9, 3))
    with pytest.raises(ValueError, match="step must be .* 0 to 4, got 5"):
        draw_loop(cell, torch.ones(4, 3), step=5)
