"""Shapes, modules, weather and forecasts, against real modules and against arithmetic done another way."""

import hashlib
import importlib.util
import io
import statistics
import tarfile
import threading
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sizes import BATCH, HIDDEN_SIZE, INPUT_SIZE, NUM_LAYERS, SEED, SEQ_LEN
from torch import nn

import helpers
from helpers import count_parameters, load_rainfall, load_weather
from helpers.forecast import (
    Score,
    brier,
    build,
    calibrated_persistence,
    dense_forecast,
    fit,
    forecast,
    logistic_forecast,
    skill,
    study,
)
from helpers.modules import make, seeded
from helpers.shapes import linear_parameters, rnn_parameters, rnn_shapes
from helpers.weather import TEST_DAYS, TRAIN_DAYS, VALIDATION_DAYS, windows

DATA = Path(helpers.__file__).parent / "data"


@settings(max_examples=40, deadline=None)
@given(SEQ_LEN, BATCH, INPUT_SIZE, HIDDEN_SIZE, NUM_LAYERS, st.booleans())
def test_shape_rules(seq_len, batch, input_size, hidden_size, num_layers, batch_first):
    shapes = rnn_shapes(seq_len=seq_len, batch=batch, input_size=input_size, hidden_size=hidden_size,
                        num_layers=num_layers, batch_first=batch_first)  # fmt: skip
    rnn = nn.RNN(input_size, hidden_size, num_layers, batch_first=batch_first)
    output, h_n = rnn(torch.zeros(shapes["input"]), torch.zeros(shapes["h_0"]))
    assert shapes["output"] == tuple(output.shape)
    assert shapes["h_n"] == tuple(h_n.shape)


@settings(max_examples=20, deadline=None)
@given(INPUT_SIZE, HIDDEN_SIZE, NUM_LAYERS)
def test_parameter_rules(input_size, hidden_size, num_layers):
    rnn = nn.RNN(input_size, hidden_size, num_layers)
    layers = [sum(p.numel() for n, p in rnn.named_parameters() if n.endswith(f"_l{i}")) for i in range(num_layers)]
    assert rnn_parameters(input_size, hidden_size, num_layers) == layers
    assert linear_parameters(input_size, hidden_size) == count_parameters(nn.Linear(input_size, hidden_size))


@pytest.mark.parametrize("bad", [0, -1, 2.0, True, "3", None])
def test_sizes_that_are_none(bad):
    with pytest.raises(ValueError, match="hidden_size must be a whole number"):
        rnn_parameters(3, bad)


@pytest.mark.parametrize("kind", [nn.Linear, nn.RNN, nn.RNNCell, nn.LSTM, nn.GRU])
@settings(max_examples=5, deadline=None)
@given(seed=SEED)
def test_make_draws_as_pytorch_does_and_leaves_the_global_generator_alone(kind, seed):
    before = torch.get_rng_state()
    module, again, other = (make(kind, 6, 16, generator=seeded(s)) for s in (seed, seed, seed + 1))
    assert torch.equal(before, torch.get_rng_state())
    assert type(module) is kind
    own, default = list(module.named_parameters()), dict(kind(6, 16).named_parameters())
    assert [name for name, _ in own] == list(default)
    bound = 1 / (6 if kind is nn.Linear else 16) ** 0.5
    numbers = torch.cat([p.detach().ravel() for _, p in own])
    assert numbers.abs().max() <= bound
    assert numbers.abs().max() > 0.9 * bound
    assert all(p.shape == default[name].shape for name, p in own)
    assert all(torch.equal(p, q) for p, q in zip(module.parameters(), again.parameters(), strict=True))
    assert not torch.equal(next(module.parameters()), next(other.parameters()))


def test_one_thread_in_every_thread():
    seen = [torch.get_num_threads()]
    thread = threading.Thread(target=lambda: seen.append(torch.get_num_threads()))
    thread.start()
    thread.join()
    assert seen == [1, 1]


def test_weather_is_what_the_note_says():
    weather = load_weather()
    assert weather.days.shape == (11_688, 3)
    assert set(weather.rain.tolist()) == {0.0, 1.0}
    assert 0.29 < weather.rain.mean() < 0.30
    assert -35 < weather.temperature.min() < weather.temperature.max() < 40
    assert 970 < weather.pressure.min() < weather.pressure.max() < 1060
    digest = hashlib.sha256((DATA / "weather.csv").read_bytes()).hexdigest()
    assert digest in (DATA / "README.md").read_text(encoding="utf-8")


def test_weather_copies_are_independent():
    load_weather().days.zero_()
    assert load_weather().days.abs().sum() > 0


def test_standardised_uses_training_days_only():
    x = load_weather().standardised()
    assert torch.allclose(x[TRAIN_DAYS].mean(0), torch.zeros(3), atol=1e-3)
    assert torch.allclose(x[TRAIN_DAYS].std(0), torch.ones(3), atol=1e-3)
    assert not torch.allclose(x[TEST_DAYS].mean(0), torch.zeros(3), atol=1e-3)


def test_parts_do_not_overlap_and_cover_all_days():
    assert (TRAIN_DAYS.start, TRAIN_DAYS.stop, VALIDATION_DAYS.stop, TEST_DAYS.stop) == (
        0,
        VALIDATION_DAYS.start,
        TEST_DAYS.start,
        11_688,
    )


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 9), st.integers(0, 20), st.integers(11, 30), SEED)
def test_windows(days, start, length, seed):
    torch.manual_seed(seed)
    features, rain = torch.randn(60, 4), torch.rand(60)
    inputs, targets = windows(features, rain, days, slice(start, start + length))
    assert inputs.shape == (length - days, days, 4)
    for i in range(length - days):
        assert torch.equal(inputs[i], features[start + i : start + i + days])
        assert targets[i] == rain[start + i + days]


@pytest.mark.parametrize("days", [0, 10, 11, 1.5, True])
def test_windows_too_long(days):
    with pytest.raises(ValueError, match="days must be a whole number from 1 to 9"):
        windows(torch.zeros(20, 3), torch.zeros(20), days, slice(0, 10))


def derive_weather():
    spec = importlib.util.spec_from_file_location("derive_weather", DATA / "derive_weather.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_derivation_converts_and_interpolates():
    rows = ["feat_1,feat_2,feat_3,feat_4,feat_5,feat_6,feat_7,feat_8,target"]
    rows += [f"{f},0,{p},0,0,0,0,0,{r}" for f, p, r in [(32, 1000, 0), (50, 5503.8, 1), (14, 1010, 0)]]
    assert (
        derive_weather().derive("\n".join(rows).encode())
        == "temp_c,slp_hpa,rain\n0.0,1000.0,0\n10.0,1005.0,1\n-10.0,1010.0,0\n"
    )


def test_derivation_refuses_another_file(tmp_path):
    module = derive_weather()
    archive = tmp_path / "other.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        tar.addfile(tarfile.TarInfo(module.MEMBER), io.BytesIO())
    with pytest.raises(SystemExit, match="sha256 is .* expected"):
        module.read_member(archive)


def test_rainfall_is_the_file_that_the_readme_names():
    content = (DATA / "rainfall.csv").read_bytes()
    assert hashlib.sha256(content).hexdigest() in (DATA / "README.md").read_text(encoding="utf-8")
    lines = content.decode().splitlines()[1:]
    rain = load_rainfall()
    assert rain.shape == (1461,)
    assert [f"{millimetres:.1f}" for millimetres in rain.tolist()] == lines
    assert rain.min() == 0


def test_scores_by_hand():
    probability, rain = torch.tensor([0.0, 0.5, 1.0, 0.2]), torch.tensor([0.0, 1.0, 0.0, 1.0])
    assert brier(probability, rain) == pytest.approx((0 + 0.25 + 1 + 0.64) / 4)
    assert skill(0.15, 0.2) == pytest.approx(0.25)
    known = torch.tensor([1.0, 1, 0, 0, 1, 1, 1, 0])  # after rain: 1 0 1 1 0, after dry: 0 1
    assert torch.allclose(calibrated_persistence(known, torch.tensor([1.0, 0.0])), torch.tensor([3 / 5, 1 / 2]))


@settings(max_examples=10, deadline=None)
@given(st.integers(1, 60), HIDDEN_SIZE)
def test_parameters_of_the_networks(days, hidden_size):
    counts = {
        name: count_parameters(build(name, days, hidden_size, seeded(0))) for name in ("dense", "rnn", "logistic")
    }
    assert counts["dense"] == linear_parameters(3 * days, hidden_size) + linear_parameters(hidden_size, 1)
    assert counts["rnn"] == sum(rnn_parameters(3, hidden_size)) + linear_parameters(hidden_size, 1)
    assert counts["logistic"] == linear_parameters(3 * days, 1)


@pytest.mark.parametrize("name", ["dense", "rnn", "logistic"])
def test_networks_give_one_logit_a_window(name):
    model = build(name, 4, 7, seeded(0))
    assert model(torch.randn(5, 4, 3)).shape == (5,)
    assert ((forecast(model, torch.randn(5, 4, 3)) > 0) & (forecast(model, torch.randn(5, 4, 3)) < 1)).all()


def toy(count, seed):
    """Rain exactly when the last pressure is low: easy to learn."""
    inputs = torch.randn(count, 4, 3, generator=seeded(seed))
    return inputs, (inputs[:, -1, 1] < 0).float()


@pytest.mark.parametrize("name", ["dense", "rnn", "logistic"])
def test_fit_learns_and_is_repeatable(name):
    scores = []
    for _ in range(2):
        generator = seeded(3)
        model = build(name, 4, 7, generator)
        fit(model, toy(400, 0), toy(200, 1), generator, epochs=30)
        scores.append(brier(forecast(model, toy(300, 2)[0]), toy(300, 2)[1]))
    assert scores[0] == scores[1]
    assert scores[0] < 0.15  # the base rate has 0.25


def test_fit_keeps_the_best_epoch_and_stops():
    generator = seeded(0)
    model, validation = dense_forecast(4, 7, generator), toy(100, 1)
    opposite = (validation[0], 1 - validation[1])  # every epoch makes it worse
    losses = []

    def watch(module, _inputs, output):
        if not torch.is_grad_enabled():
            losses.append(nn.functional.binary_cross_entropy_with_logits(output, opposite[1]).item())

    handle = model.register_forward_hook(watch)
    assert fit(model, toy(400, 0), opposite, generator, patience=3) == 4
    handle.remove()
    kept = nn.functional.binary_cross_entropy_with_logits(model(opposite[0]), opposite[1]).item()
    assert kept == pytest.approx(min(losses))
    assert fit(logistic_forecast(4, generator), toy(100, 0), opposite, generator, patience=None, epochs=6) == 6


def test_study_scores_real_networks():
    scores = list(study(load_weather(), (1, 3), runs=2, hidden_size=4, epochs=3))
    assert [(s.run, s.days, s.model) for s in scores] == [
        (run, days, model) for run in (0, 1) for days in (1, 3) for model in ("dense", "rnn")
    ]
    assert all(isinstance(score, Score) and -1 < score.skill < 0.2 for score in scores)
    assert {s.parameters for s in scores if s.model == "rnn"} == {4 * 3 + 4 * 4 + 8 + 5}
    assert len({s.skill for s in scores}) == len(scores)


def test_what_the_lesson_says_of_one_year():
    """The dense network loses its skill as the window grows and the RNN does not, over four separate years."""
    scores = list(study(load_weather(), (1, 30), runs=4))
    mean = {
        (m, d): statistics.mean(s.skill for s in scores if (s.model, s.days) == (m, d))
        for m in ("dense", "rnn")
        for d in (1, 30)
    }
    assert mean["dense", 30] < 0 < mean["dense", 1]
    assert mean["rnn", 30] > 0.04
    assert mean["rnn", 30] <= mean["rnn", 1] + 0.01
    rnn, dense = ([s.skill for s in scores if (s.model, s.days) == (m, 30)] for m in ("rnn", "dense"))
    assert all(np.array(rnn) > np.array(dense))
