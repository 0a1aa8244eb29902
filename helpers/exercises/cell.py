"""The exercises of lesson 02, as data."""

import torch

from helpers.exercises.code import CodeExercise
from helpers.exercises.judging import NumberExercise, ShapeExercise, shape_of
from helpers.shapes import rnn_parameters
from helpers.words import say

_SIZES = {"batch": range(2, 6), "input_size": range(6, 10), "hidden_size": range(10, 15)}
_SUM = {
    "w_1": range(2, 6),
    "x_1": range(2, 9),
    "w_2": range(2, 9),
    "h_1": range(2, 9),
    "b_ih": range(1, 20),
    "b_hh": range(1, 20),
}


def _one_step(generator, batch, input_size, hidden_size):
    def random(*shape):
        return torch.randn(*shape, generator=generator) / 2

    x, h = random(batch, input_size), random(batch, hidden_size)
    weights = random(hidden_size, input_size), random(hidden_size, hidden_size)
    return x, h, *weights, random(hidden_size), random(hidden_size)


def _step(x, h, W_ih, W_hh, b_ih, b_hh):
    return torch.tanh(x @ W_ih.T + b_ih + h @ W_hh.T + b_hh)


_USUAL_MISTAKES = {
    "no_tanh": lambda x, h, W_ih, W_hh, b_ih, b_hh: x @ W_ih.T + b_ih + h @ W_hh.T + b_hh,
    "one_bias": lambda x, h, W_ih, W_hh, b_ih, b_hh: torch.tanh(x @ W_ih.T + b_ih + h @ W_hh.T),
    "other_bias": lambda x, h, W_ih, W_hh, b_ih, b_hh: torch.tanh(x @ W_ih.T + h @ W_hh.T + b_hh),
    "no_h": lambda x, h, W_ih, W_hh, b_ih, b_hh: torch.tanh(x @ W_ih.T + b_ih + b_hh),
    "dense": lambda x, h, W_ih, W_hh, b_ih, b_hh: torch.tanh(x @ W_ih.T + b_ih),
    "no_bias": lambda x, h, W_ih, W_hh, b_ih, b_hh: torch.tanh(x @ W_ih.T + h @ W_hh.T),
    "b_ih_twice": lambda x, h, W_ih, W_hh, b_ih, b_hh: _step(x, h, W_ih, W_hh, b_ih, b_ih),
    "b_hh_twice": lambda x, h, W_ih, W_hh, b_ih, b_hh: _step(x, h, W_ih, W_hh, b_hh, b_hh),
    "sigmoid": lambda x, h, W_ih, W_hh, b_ih, b_hh: torch.sigmoid(x @ W_ih.T + b_ih + h @ W_hh.T + b_hh),
    "relu": lambda x, h, W_ih, W_hh, b_ih, b_hh: torch.relu(x @ W_ih.T + b_ih + h @ W_hh.T + b_hh),
    "tanh_apart": lambda x, h, W_ih, W_hh, b_ih, b_hh: torch.tanh(x @ W_ih.T + b_ih) + torch.tanh(h @ W_hh.T + b_hh),
    "no_transpose": lambda x, h, W_ih, W_hh, b_ih, b_hh: torch.tanh(x @ W_ih + b_ih + h @ W_hh + b_hh),
    "wrong_way_round": lambda x, h, W_ih, W_hh, b_ih, b_hh: torch.tanh(W_ih @ x + b_ih + W_hh @ h + b_hh),
    "half_transposed": lambda x, h, W_ih, W_hh, b_ih, b_hh: torch.tanh(x @ W_ih.T + b_ih + h @ W_hh + b_hh),
}


def _shapes(tensors):
    return ", ".join(f"{name} {tuple(tensor.shape)}" for name, tensor in sorted(tensors))


def _as_function(cell_class):
    """A learner's cell class as a function of one step: made, given the weights by name, called."""

    def step(x, h, W_ih, W_hh, b_ih, b_hh):
        cell = cell_class(W_ih.shape[1], W_ih.shape[0])
        if not isinstance(cell, torch.nn.Module):
            raise TypeError(say("exercises.cell_class.no_module"))
        weights = {"weight_ih": W_ih, "weight_hh": W_hh, "bias_ih": b_ih, "bias_hh": b_hh}
        expected, got = _shapes(weights.items()), _shapes(cell.named_parameters())
        if got != expected:
            raise ValueError(say("exercises.cell_class.parameters", expected=expected, got=got or "-"))
        cell.load_state_dict(weights)
        cell(-x, -h)  # a cell that keeps something from an earlier step shows it in the next
        return cell(x, h)

    return step


def _kept(x, h, *weights):
    """The mistake of a cell that keeps its own h, and goes on from it instead of the one that it is given."""
    return _step(x, _step(-x, -h, *weights), *weights)


EXERCISES = (
    ShapeExercise(
        id="cell_weight_shape",
        sizes=_SIZES,
        right=shape_of("hidden_size input_size"),
        wrong={
            "turned": shape_of("input_size hidden_size"),
            "recurrent": shape_of("hidden_size hidden_size"),
            "batch": shape_of("batch input_size"),
        },
    ),
    NumberExercise(
        id="cell_parameters",
        sizes=_SIZES,
        right=lambda batch, input_size, hidden_size: sum(rnn_parameters(input_size, hidden_size)),
        wrong={
            "one_bias": lambda batch, input_size, hidden_size: hidden_size * (input_size + hidden_size + 1),
            "no_bias": lambda batch, input_size, hidden_size: hidden_size * (input_size + hidden_size),
            "times_batch": lambda batch, input_size, hidden_size: batch * sum(rnn_parameters(input_size, hidden_size)),
            "no_recurrent": lambda batch, input_size, hidden_size: hidden_size * (input_size + 2),
        },
    ),
    NumberExercise(
        id="cell_sum",
        sizes=_SUM,
        right=lambda w_1, x_1, w_2, h_1, b_ih, b_hh: w_1 * x_1 + w_2 * h_1 + b_ih + b_hh,
        wrong={
            "one_bias": lambda w_1, x_1, w_2, h_1, b_ih, b_hh: w_1 * x_1 + w_2 * h_1 + b_ih,
            "no_bias": lambda w_1, x_1, w_2, h_1, b_ih, b_hh: w_1 * x_1 + w_2 * h_1,
            "no_h": lambda w_1, x_1, w_2, h_1, b_ih, b_hh: w_1 * x_1 + b_ih + b_hh,
            "swapped": lambda w_1, x_1, w_2, h_1, b_ih, b_hh: w_1 * h_1 + w_2 * x_1 + b_ih + b_hh,
        },
    ),
    CodeExercise(
        id="cell_step",
        sizes=_SIZES,
        arguments=_one_step,
        right=_step,
        wrong=_USUAL_MISTAKES,
    ),
    CodeExercise(
        id="cell_class",
        sizes=_SIZES,
        arguments=_one_step,
        right=_step,
        wrong={**_USUAL_MISTAKES, "keeps_h": _kept},
        adapt=_as_function,
    ),
)
