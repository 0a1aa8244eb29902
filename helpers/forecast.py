"""Two networks that forecast rain, honest scores, and the study of who wins.

Both networks take `inputs` of shape (batch, days, input_size) and return one logit a window, (batch,).
"""

import functools
import itertools
from dataclasses import dataclass

import torch
from torch import nn

from helpers.modules import make, seeded
from helpers.recurrence import count_parameters
from helpers.weather import DAYS_A_YEAR, TEST_DAYS, TRAIN_DAYS, VALIDATION_DAYS, windows

INPUT_SIZE = 3  # temperature, pressure, rain

ADAM = functools.partial(torch.optim.Adam, lr=3e-3, fused=True)  # fused: the same steps, a fifth less time


class RNNForecast(nn.Module):
    """An `nn.RNN` that reads day after day, and one `nn.Linear` on its last hidden state."""

    def __init__(self, hidden_size, generator):
        super().__init__()
        self.rnn = make(nn.RNN, INPUT_SIZE, hidden_size, batch_first=True, generator=generator)
        self.head = make(nn.Linear, hidden_size, 1, generator=generator)

    def forward(self, inputs):
        _, h_n = self.rnn(inputs)
        return self.head(h_n[-1]).squeeze(-1)


def dense_forecast(days, hidden_size, generator):
    """All days side by side, (batch, days * 3), into one hidden layer, into one number."""
    return nn.Sequential(
        nn.Flatten(),
        make(nn.Linear, days * INPUT_SIZE, hidden_size, generator=generator),
        nn.Tanh(),
        make(nn.Linear, hidden_size, 1, generator=generator),
        nn.Flatten(0),
    )


def logistic_forecast(days, generator):
    """Logistic regression: all days side by side, one weight each, and no hidden layer."""
    return nn.Sequential(nn.Flatten(), make(nn.Linear, days * INPUT_SIZE, 1, generator=generator), nn.Flatten(0))


def brier(probability, rain):
    """The Brier score: the mean of (probability - rain)^2. 0 is perfect; lower is better. Both of shape (count,)."""
    return ((probability - rain) ** 2).mean().item()


def skill(score, reference):
    """How much of the reference's Brier score is gone: 1 - score / reference. 1 is perfect, 0 no better, below 0 worse."""
    return 1 - score / reference


def calibrated_persistence(rain_known, rain_today):
    """Forecast for the day after each of `rain_today`: how often rain followed such a day in `rain_known`.

    Shapes: rain_known (known days,), rain_today (count,); returns probabilities (count,).
    """
    today, tomorrow = rain_known[:-1], rain_known[1:]
    after_rain, after_dry = tomorrow[today == 1].mean(), tomorrow[today == 0].mean()
    return torch.where(rain_today == 1, after_rain, after_dry)


def fit(model, training, validation, generator, *, optimizer=ADAM, batch_size=32, epochs=60, patience=8):
    """Train `model` on random batches; stop early, and keep the weights of the best epoch.

    training, validation: pairs (inputs (count, days, input_size), rain (count,)). Training stops after
    `patience` epochs without a better loss on `validation`; with patience=None it runs all `epochs` and keeps the
    last weights. optimizer: called with the model's parameters. Returns the number of epochs run.
    """
    inputs, rain = training
    loss_function = nn.BCEWithLogitsLoss()
    step = optimizer(model.parameters())
    best_loss, best_epoch, best_weights = float("inf"), 0, None
    for epoch in range(epochs):
        for batch in torch.randperm(len(inputs), generator=generator).split(batch_size):
            step.zero_grad()
            loss_function(model(inputs[batch]), rain[batch]).backward()
            step.step()
        if patience is None:
            continue
        with torch.no_grad():
            loss = loss_function(model(validation[0]), validation[1]).item()
        if loss < best_loss:
            best_loss, best_epoch = loss, epoch
            best_weights = {name: weight.clone() for name, weight in model.state_dict().items()}
        elif epoch - best_epoch >= patience:
            break
    if best_weights is not None:
        model.load_state_dict(best_weights)
    return epoch + 1


@torch.no_grad()
def forecast(model, inputs):
    """The model's probability of rain for every window: (count, days, input_size) to (count,)."""
    return torch.sigmoid(model(inputs))


@dataclass(frozen=True)
class Score:
    """One network, trained once: its Brier skill against the base rate on the 8 test years.

    model: "dense", "rnn" or "logistic"; days: length of the window; run: number of the run, from 0;
    parameters: of this network; skill: 1 is perfect, 0 is the base rate.
    """

    model: str
    days: int
    run: int
    parameters: int
    skill: float


def study(weather, days_to_try, runs, hidden_size=16, models=("dense", "rnn"), one_year=True, **fit_options):
    """Train every model on every window length, `runs` times each, and yield a `Score` after each training.

    one_year=True: run r trains on its own 365 days, the first half of the years 2 r and 2 r + 1 of the
    training part, so no two runs share a day. one_year=False: every run trains on all 20 training years, with other
    first weights. All stop early on the 4 validation years, and all are scored on the 8 test years.
    The base rate is the share of rainy days in the run's own training days. fit_options go to `fit`.
    """
    for run, days in itertools.product(range(runs), days_to_try):
        known = slice(2 * DAYS_A_YEAR * run, 2 * DAYS_A_YEAR * run + DAYS_A_YEAR) if one_year else TRAIN_DAYS
        features = weather.standardised(known)
        training, validation, test = (
            windows(features, weather.rain, days, part) for part in (known, VALIDATION_DAYS, TEST_DAYS)
        )
        reference = brier(weather.rain[known].mean(), test[1])
        for name in models:
            generator = seeded(run)
            model = build(name, days, hidden_size, generator)
            fit(model, training, validation, generator, **fit_options)
            score = brier(forecast(model, test[0]), test[1])
            yield Score(name, days, run, count_parameters(model), skill(score, reference))


def build(name, days, hidden_size, generator):
    """The untrained network called `name`: "dense", "rnn" or "logistic"."""
    if name == "rnn":
        return RNNForecast(hidden_size, generator)
    if name == "dense":
        return dense_forecast(days, hidden_size, generator)
    return logistic_forecast(days, generator)
