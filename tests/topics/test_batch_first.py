"""The two orders of axes: what is drawn and said is what `nn.RNN` does with them."""

import itertools

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sheet_rules import grid_rect
from torch import nn

from helpers import draw_axes, explore_batch_first, mixes_samples
from helpers.modules import make, seeded
from helpers.topics.batch_first import HIDDEN_SIZE, batch_first_sheet, batch_first_state, numbered_block

SIZES = st.permutations([1, 2, 3, 4, 5]).map(lambda found: (found[0], found[1])), st.integers(1, 3)
ORDERS = list(itertools.product((False, True), (False, True)))


def grids(sheet):
    return {grid.name: grid for grid in sheet.grids if grid.name}


def test_numbered_block_says_where_it_belongs():
    block = numbered_block(3, 4, 2)
    for sample, time, feature in itertools.product(range(3), range(4), range(2)):
        assert block[sample, time, feature] == 100 * sample + time


@settings(max_examples=25, deadline=None)
@given(*SIZES, st.sampled_from(ORDERS))
def test_the_blocks_are_what_is_given_and_what_the_rnn_reads(sizes, input_size, order):
    """What the RNN takes for sample i of x is asked of x itself, along the axis where this RNN looks for samples."""
    (batch, seq_len), (rnn_first, x_first) = sizes, order
    state = batch_first_state(batch, seq_len, input_size, rnn_first, x_first)
    found, block = grids(batch_first_sheet(state)), numbered_block(batch, seq_len, input_size)
    x = block if x_first else block.permute(1, 0, 2)
    for sample in range(batch):
        assert np.array_equal(found[f"x[sample {sample}]"].values, x.select(0 if x_first else 1, sample).T)
    axis = 0 if rnn_first else 1
    read = [name for name in found if name.startswith("read")]
    assert len(read) == x.shape[axis]
    for sample in range(x.shape[axis]):
        grid = found[f"read[sample {sample}]"]
        assert np.array_equal(grid.values, x.select(axis, sample).T)
        origins = {f"x[sample {int(value) // 100}]" for value in grid.values.ravel()}
        assert set(grid.sources) == origins
        seen = [words for words in np.ravel(grid.numbers) if words]
        assert set(seen) <= {str(int(value)) for value in grid.values.ravel()}
        assert len(seen) == grid.values[: None if sample == 0 else 1].size
    assert set(found["reach"].sources) == set(read)


@settings(max_examples=15, deadline=None)
@given(*SIZES, st.sampled_from(ORDERS))
def test_the_map_is_the_derivative_of_real_outputs(sizes, input_size, order):
    """The length of the derivative, taken from the whole Jacobian of the module."""
    (batch, seq_len), (rnn_first, x_first) = sizes, order
    rnn = make(nn.RNN, input_size, HIDDEN_SIZE, batch_first=rnn_first, generator=seeded(0))
    block = numbered_block(batch, seq_len, input_size) / 1000
    x, axis = (block, 0) if x_first else (block.transpose(0, 1), 1)
    jacobian = torch.autograd.functional.jacobian(lambda given: rnn(given)[0].movedim(axis, 0).flatten(1).sum(1), x)
    wanted = jacobian.movedim(1 + axis, 1).flatten(2).norm(dim=2)
    grid = grids(batch_first_sheet(batch_first_state(batch, seq_len, input_size, rnn_first, x_first)))["reach"]
    assert np.allclose(grid.values, wanted, atol=1e-5)
    assert [words == "0" for words in np.ravel(grid.numbers)] == (wanted == 0).flatten().tolist()


@pytest.mark.parametrize(("rnn_first", "x_first"), ORDERS)
@pytest.mark.parametrize(("batch", "seq_len"), list(itertools.product((1, 2, 4), (1, 3, 4))))
def test_the_verdict_is_that_of_the_real_module(batch, seq_len, rnn_first, x_first):
    explorer = explore_batch_first(batch, seq_len, 3, batch_first=rnn_first)
    explorer.controls["x"].value = x_first
    rnn = nn.RNN(3, 6, batch_first=rnn_first)
    x = torch.zeros((batch, seq_len, 3) if x_first else (seq_len, batch, 3))
    output, h_n = rnn(x)
    mixed = mixes_samples(rnn, x, 0 if x_first else 1)
    alone = rnn_first != x_first and batch == 1 and seq_len > 1
    told = (mixed or alone) and h_n.shape[1] != batch
    assert ("Samples are mixed" in explorer.caption) == mixed
    assert ("read as many samples of one step" in explorer.caption) == alone
    assert (f"Only h_n gives it away: {tuple(h_n.shape)}" in explorer.caption) == told
    assert ("Not even h_n" in explorer.caption) == ((mixed or alone) and not told)
    assert f"x {tuple(x.shape)} " in explorer.caption
    assert f"output {tuple(output.shape)} " in explorer.caption
    words = [text.words for text in explorer.sheet.texts]
    assert ("✗" in words) == (mixed or alone)
    assert ("✓" in words) == (not mixed and not alone)
    first, second = ("batch", "seq_len") if rnn_first else ("seq_len", "batch")
    sizes = output.shape
    assert f"output ({first} {sizes[0]}, {second} {sizes[1]}, hidden_size {sizes[2]})" in words
    assert f"h_n (num_layers 1, batch {h_n.shape[1]}, hidden_size 6)" in words


@pytest.mark.parametrize("width", [900, 1150])
@pytest.mark.parametrize(("batch", "seq_len"), [(3, 4), (5, 6), (5, 1), (1, 6)])
def test_the_map_stands_beside_the_blocks(width, batch, seq_len):
    for order in ORDERS:
        found = grids(batch_first_sheet(batch_first_state(batch, seq_len, 2, *order), width))
        reach = grid_rect(found.pop("reach"))
        blocks = [grid_rect(grid) for grid in found.values()]
        assert reach.left > max(block.right for block in blocks)
        assert reach.top < max(block.bottom for block in blocks)


def test_the_picture_says_its_sizes_and_its_verdict():
    picture = draw_axes(2, 5, 1, rnn_batch_first=False)
    assert "2 samples of 5 steps of 1 numbers" in picture.alt
    assert "batch_first=False" in picture.alt
    assert picture.alt.endswith("Samples are mixed, and no error came.")
    assert draw_axes().alt.endswith("Every sample reaches only itself.")
    assert draw_axes(1, 3, x_batch_first=False).alt.endswith("One sample, read as many of one step.")


@pytest.mark.parametrize(
    ("make_it", "words"),
    [
        (lambda: draw_axes(batch=6), "batch must be .* 1 to 5, got 6"),
        (lambda: draw_axes(seq_len=0), "seq_len must be .* 1 to 6, got 0"),
        (lambda: draw_axes(input_size=True), "input_size must be .* 1 to 3, got True"),
        (lambda: explore_batch_first(input_size=4), "input_size must be .* 1 to 3, got 4"),
        (lambda: explore_batch_first(batch_first=1), "batch_first must be one of False, True, got 1"),
    ],
)
def test_wrong_sizes_are_answered_in_a_sentence(make_it, words):
    with pytest.raises(ValueError, match=words):
        make_it()
