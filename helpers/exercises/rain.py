"""The exercises of lesson 01, as data."""

import torch

from helpers.exercises.code import CodeExercise
from helpers.exercises.judging import ChoiceExercise, NumberExercise, ShapeExercise, shape_of
from helpers.shapes import linear_parameters, rnn_parameters

_WINDOW = {"days": range(4, 10), "input_size": range(4, 9)}
_NETWORK = {**_WINDOW, "hidden_size": range(5, 13)}


def _dense(days, input_size, hidden_size):
    return linear_parameters(days * input_size, hidden_size) + linear_parameters(hidden_size, 1)


def _rnn(days, input_size, hidden_size):
    return sum(rnn_parameters(input_size, hidden_size)) + linear_parameters(hidden_size, 1)


def _forecasts(generator, days):
    probability = 0.05 + 0.9 * torch.rand(days, generator=generator)
    return probability, (torch.rand(days, generator=generator) < 0.4).float()


EXERCISES = (
    NumberExercise(
        id="rain_concatenated_size",
        sizes=_WINDOW,
        right=lambda days, input_size: days * input_size,
        wrong={
            "one_day": lambda days, input_size: input_size,
            "days": lambda days, input_size: days,
            "added": lambda days, input_size: days + input_size,
        },
    ),
    NumberExercise(
        id="rain_dense_parameters",
        sizes=_NETWORK,
        right=_dense,
        wrong={
            "one_layer": lambda days, input_size, hidden_size: linear_parameters(days * input_size, hidden_size),
            "one_day": lambda days, input_size, hidden_size: _dense(1, input_size, hidden_size),
            "no_output_bias": lambda days, input_size, hidden_size: _dense(days, input_size, hidden_size) - 1,
        },
    ),
    NumberExercise(
        id="rain_rnn_parameters",
        sizes=_NETWORK,
        right=_rnn,
        wrong={
            "times_days": lambda days, input_size, hidden_size: (
                days * sum(rnn_parameters(input_size, hidden_size)) + linear_parameters(hidden_size, 1)
            ),
            "one_bias": lambda days, input_size, hidden_size: _rnn(days, input_size, hidden_size) - hidden_size,
            "no_recurrent": lambda days, input_size, hidden_size: _rnn(days, input_size, hidden_size) - hidden_size**2,
            "no_output": lambda days, input_size, hidden_size: sum(rnn_parameters(input_size, hidden_size)),
        },
    ),
    ShapeExercise(
        id="rain_window_shape",
        sizes={**_WINDOW, "batch": range(2, 10)},
        right=shape_of("batch days input_size"),
        wrong={
            "seq_first": shape_of("days batch input_size"),
            "concatenated": lambda days, input_size, batch: (batch, days * input_size),
            "no_batch": shape_of("days input_size"),
        },
    ),
    ChoiceExercise(
        id="rain_fourth_day",
        right=lambda: "rnn",
        wrong={"dense": lambda: "dense", "both": lambda: "both", "neither": lambda: "neither"},
    ),
    CodeExercise(
        id="rain_brier",
        sizes={"days": range(5, 40)},
        arguments=_forecasts,
        right=lambda probability, rain: ((probability - rain) ** 2).mean(),
        wrong={
            "absolute": lambda probability, rain: (probability - rain).abs().mean(),
            "total": lambda probability, rain: ((probability - rain) ** 2).sum(),
            "root": lambda probability, rain: ((probability - rain) ** 2).mean().sqrt(),
            "rounded": lambda probability, rain: ((probability.round() - rain) ** 2).mean(),
            "not_squared": lambda probability, rain: (probability - rain).mean(),
            "doubled": lambda probability, rain: ((probability - rain) * 2).mean(),
            "squared_last": lambda probability, rain: (probability - rain).mean() ** 2,
            "each_day": lambda probability, rain: (probability - rain) ** 2,
        },
    ),
)
