"""The exercises of lesson 03, as data."""

import torch
from torch import nn

from helpers.exercises.code import CodeExercise
from helpers.exercises.judging import ChoiceExercise, NumberExercise, ShapeExercise, shape_of
from helpers.modules import make
from helpers.shapes import rnn_parameters

_SIZES = {"seq_len": range(3, 6), "batch": range(6, 9), "input_size": range(9, 12), "hidden_size": range(12, 15)}


def _dataset(generator, seq_len, batch, input_size, hidden_size):
    cell = make(nn.RNNCell, input_size, hidden_size, generator=generator)
    dataset = torch.randn(seq_len, batch, input_size, generator=generator)
    return cell, dataset, torch.randn(batch, hidden_size, generator=generator)


def _each_alone(cell, dataset, h):
    """The mistake of calling the cell without h, so that every step starts from zeros."""
    return torch.stack([cell(x) for x in dataset])


def _states(cell, dataset, h):
    states = []
    for x in dataset:
        h = cell(x, h)
        states.append(h)
    return states


EXERCISES = (
    ShapeExercise(
        id="loop_slice_shape",
        sizes=_SIZES,
        right=shape_of("batch input_size"),
        wrong={
            "whole": shape_of("seq_len batch input_size"),
            "one_sample": shape_of("seq_len input_size"),
            "state": shape_of("batch hidden_size"),
        },
    ),
    ShapeExercise(
        id="loop_states_shape",
        sizes=_SIZES,
        right=shape_of("seq_len batch hidden_size"),
        wrong={
            "batch_first": shape_of("batch seq_len hidden_size"),
            "last_only": shape_of("batch hidden_size"),
            "inputs": shape_of("seq_len batch input_size"),
            "with_h_0": lambda seq_len, batch, input_size, hidden_size: (seq_len + 1, batch, hidden_size),
        },
    ),
    NumberExercise(
        id="loop_calls",
        sizes=_SIZES,
        right=lambda seq_len, batch, input_size, hidden_size: seq_len,
        wrong={
            "each_sample": lambda seq_len, batch, input_size, hidden_size: seq_len * batch,
            "batch": lambda seq_len, batch, input_size, hidden_size: batch,
            "inputs": lambda seq_len, batch, input_size, hidden_size: seq_len * input_size,
        },
    ),
    NumberExercise(
        id="loop_parameters",
        sizes=_SIZES,
        right=lambda seq_len, batch, input_size, hidden_size: sum(rnn_parameters(input_size, hidden_size)),
        wrong={
            "each_step": lambda seq_len, batch, input_size, hidden_size: (
                seq_len * sum(rnn_parameters(input_size, hidden_size))
            ),
            "one_bias": lambda seq_len, batch, input_size, hidden_size: hidden_size * (input_size + hidden_size + 1),
            "each_sample": lambda seq_len, batch, input_size, hidden_size: (
                batch * sum(rnn_parameters(input_size, hidden_size))
            ),
        },
    ),
    CodeExercise(
        id="loop_all_states",
        sizes=_SIZES,
        arguments=_dataset,
        right=lambda cell, dataset, h: torch.stack(_states(cell, dataset, h)),
        wrong={
            "not_carried": lambda cell, dataset, h: torch.stack([cell(x, h) for x in dataset]),
            "last_only": lambda cell, dataset, h: _states(cell, dataset, h)[-1],
            "from_zeros": lambda cell, dataset, h: torch.stack(_states(cell, dataset, torch.zeros_like(h))),
            "with_h_0": lambda cell, dataset, h: torch.stack([h, *_states(cell, dataset, h)]),
            "before_each": lambda cell, dataset, h: torch.stack([h, *_states(cell, dataset, h)[:-1]]),
            "batch_first": lambda cell, dataset, h: torch.stack(_states(cell, dataset, h), dim=1),
            "no_h": _each_alone,
            "swapped": lambda cell, dataset, h: cell(h, dataset[0]),
            "over_samples": lambda cell, dataset, h: torch.stack(_states(cell, dataset.transpose(0, 1), h)),
            "skips_first": lambda cell, dataset, h: torch.stack(_states(cell, dataset[1:], h)),
            "skips_last": lambda cell, dataset, h: torch.stack(_states(cell, dataset[:-1], h)),
            "joined": lambda cell, dataset, h: torch.cat(_states(cell, dataset, h)),
            "one_left": lambda cell, dataset, h: torch.stack(_states(cell, dataset, h)[-1:]),
            "first_only": lambda cell, dataset, h: torch.stack(_states(cell, dataset[:1], h)),
        },
    ),
    ChoiceExercise(
        id="loop_bug",
        right=lambda: "3",
        wrong={"line_1": lambda: "1", "line_2": lambda: "2", "line_4": lambda: "4"},
    ),
)
