"""The grid of layers: what is drawn and said is what PyTorch computed."""

import itertools

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sizes import BATCH, HIDDEN_SIZE, NUM_LAYERS, SEQ_LEN
from torch import nn

from helpers import draw_layers, explore_layers
from helpers.modules import make, seeded
from helpers.topics.layers import LIT, layers_state


@settings(max_examples=20, deadline=None)
@given(NUM_LAYERS, SEQ_LEN, BATCH, st.integers(5, 6), HIDDEN_SIZE)
def test_every_square_is_a_number_of_the_module(num_layers, seq_len, batch, input_size, hidden_size):
    rnn = make(nn.RNN, input_size, hidden_size, num_layers, generator=seeded(batch))
    inputs, h_0 = torch.randn(seq_len, batch, input_size), torch.randn(num_layers, batch, hidden_size)
    with torch.no_grad():
        output, h_n = rnn(inputs, h_0)
    for sample in range(batch):
        grids = {grid.name: grid for grid in draw_layers(rnn, inputs, h_0, sample).sheet.grids}
        for t in range(1, seq_len + 1):
            assert np.allclose(grids[f"h[{num_layers - 1}, {t}]"].values[:, 0], output[t - 1, sample], atol=1e-6)
            assert np.array_equal(grids[f"x[{t}]"].values[:, 0], inputs[t - 1, sample])
        for layer in range(num_layers):
            assert np.allclose(grids[f"h[{layer}, {seq_len}]"].values[:, 0], h_n[layer, sample], atol=1e-6)
            assert np.array_equal(grids[f"h[{layer}, 0]"].values[:, 0], h_0[layer, sample])
            for name in ("ih", "hh"):
                assert np.array_equal(
                    grids[f"W_{name}[{layer}]"].values, getattr(rnn, f"weight_{name}_l{layer}").detach()
                )
    state = layers_state(rnn, inputs)
    assert sum(state.parameters) == sum(p.numel() for p in rnn.parameters())


def test_sources_are_what_a_state_depends_on():
    """Asked of autograd: a state depends on a grid exactly when a way through the sources leads there."""
    rnn, inputs = make(nn.RNN, 4, 3, 2, generator=seeded(0)), torch.randn(4, 1, 4)
    grids = {grid.name: grid for grid in draw_layers(rnn, inputs).sheet.grids}

    def behind(name):
        return {name}.union(*(behind(source) for source in grids[name].sources))

    x = inputs.clone().requires_grad_()
    output, _ = rnn(x)
    for t in range(1, 5):
        (gradient,) = torch.autograd.grad(output[t - 1].sum(), x, retain_graph=True)
        reached = {f"x[{place + 1}]" for place in range(4) if gradient[place].any()}
        assert reached == {name for name in behind(f"h[1, {t}]") if name.startswith("x")}
    assert all(source in grids for grid in grids.values() for source in grid.sources)


@pytest.mark.parametrize(("num_layers", "seq_len"), [(3, 5), (1, 4), (5, 2)])
def test_a_wave_draws_what_can_be_computed_by_then(num_layers, seq_len):
    """Counted another way: let every cell run as soon as its left and its lower neighbour are there."""
    rnn, done = make(nn.RNN, 4, 2, num_layers, generator=seeded(0)), set()
    cells = list(itertools.product(range(num_layers), range(1, seq_len + 1)))
    for wave in range(seq_len + num_layers):
        if wave:
            done |= {(k, t) for k, t in cells if (t == 1 or (k, t - 1) in done) and (k == 0 or (k - 1, t) in done)}
        sheet = draw_layers(rnn, torch.randn(seq_len, 1, 4), wave=wave).sheet
        drawn = {grid.name for grid in sheet.grids if grid.name.startswith("h[")}
        assert drawn == {f"h[{k}, {t}]" for k, t in done} | {f"h[{k}, 0]" for k in range(num_layers)}
    assert len(done) == num_layers * seq_len


@pytest.mark.parametrize(("hidden_size", "num_layers", "seq_len"), [(2, 3, 5), (32, 6, 20), (1, 1, 1), (7, 2, 4)])
def test_layers_caption_says_the_shapes_and_counts_of_the_module(hidden_size, num_layers, seq_len):
    explorer = explore_layers()
    for label, value in (("hidden_size", hidden_size), ("num_layers", num_layers), ("seq_len", seq_len)):
        explorer.controls[label].value = value
    rnn = nn.RNN(4, hidden_size, num_layers)
    output, h_n = rnn(torch.zeros(seq_len, 6, 4))
    counts = [sum(p.numel() for n, p in rnn.named_parameters() if n.endswith(f"l{k}")) for k in range(num_layers)]
    assert f"Input {(seq_len, 6, 4)} and h_0 {tuple(h_n.shape)} go in" in explorer.caption
    assert f"output {tuple(output.shape)} and h_n {tuple(h_n.shape)} come out" in explorer.caption
    words = " + ".join(f"{count:,}" for count in counts)
    said = f"Parameters: {counts[0]:,}." if num_layers == 1 else f"upwards: {words}, together {sum(counts):,}."
    assert said in explorer.caption
    count, waves = num_layers * seq_len, seq_len + num_layers - 1
    done = f"All {count} hidden states are computed, in {waves} waves." if count > 1 else "The one hidden state is"
    assert done in explorer.caption
    seen = set()
    for name in LIT:
        explorer.controls["show"].value = name
        seen.add(explorer.caption)
    assert len(seen) == len(LIT)


def test_the_wave_follows_both_sizes():
    explorer = explore_layers(num_layers=3, seq_len=5)
    wave = explorer.controls["wave"]
    play = wave.player
    explorer.controls["seq_len"].value = 9
    assert (wave.value, wave.max, play.max) == (11, 11, 11)
    wave.value = 4
    explorer.controls["num_layers"].value = 6
    assert (wave.value, wave.max) == (4, 14)
    assert "Wave 4 of 14: 4 hidden states can be computed at once." in explorer.caption
    explorer.controls["seq_len"].value = explorer.controls["num_layers"].value = 1
    assert (wave.value, wave.max) == (1, 1)
    explorer.reset.click()
    assert (wave.value, wave.max) == (7, 7)


WRONG = {
    "layers": (lambda: draw_layers(nn.RNN(4, 2, 7), torch.ones(3, 1, 4)), "num_layers must be .* to 6, got 7"),
    "steps": (lambda: draw_layers(nn.RNN(4, 2), torch.ones(21, 1, 4)), "seq_len must be .* to 20, got 21"),
    "units": (lambda: draw_layers(nn.RNN(4, 33), torch.ones(3, 1, 4)), "hidden_size must be .* to 32, got 33"),
    "inputs": (lambda: draw_layers(nn.RNN(7, 2), torch.ones(3, 1, 7)), "input_size must be .* to 6, got 7"),
    "sample": (lambda: draw_layers(nn.RNN(4, 2), torch.ones(3, 1, 4), sample=1), "sample must be .* 0 to 0, got 1"),
    "wave": (lambda: draw_layers(nn.RNN(4, 2), torch.ones(3, 1, 4), wave=4), "wave must be .* 0 to 3, got 4"),
    "batch first": (
        lambda: draw_layers(nn.RNN(4, 2, batch_first=True), torch.ones(3, 1, 4)),
        "rnn must be made without",
    ),
    "unbatched": (lambda: draw_layers(nn.RNN(4, 2), torch.ones(3, 4)), r"seq_len, batch, input_size\), got \(3, 4\)"),
    "lit": (lambda: draw_layers(nn.RNN(4, 2), torch.ones(3, 1, 4), lit="all"), "lit must be one of none, .* got 'all'"),
    "explorer": (lambda: explore_layers(num_layers=7), "num_layers must be .* 1 to 6, got 7"),
    "explorer sample": (lambda: explore_layers(sample=6), "sample must be .* 0 to 5, got 6"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_sizes_are_answered_in_a_sentence(case):
    make_it, words = WRONG[case]
    with pytest.raises(ValueError, match=words):
        make_it()
