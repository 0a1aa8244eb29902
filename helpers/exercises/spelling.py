"""The exercises of lesson 06, as data."""

import torch
from torch import nn

from helpers.exercises.code import CodeExercise
from helpers.exercises.judging import ChoiceExercise, NumberExercise, ShapeExercise, shape_of
from helpers.shapes import linear_parameters, rnn_parameters

_SIZES = {"seq_len": range(5, 9), "batch": range(2, 5), "letters": range(20, 30)}
_NETWORK = {"letters": range(20, 30), "features": range(5, 10), "hidden_size": range(11, 16)}

cross_entropy = nn.functional.cross_entropy


def _logits_and_targets(generator, seq_len, batch, letters):
    logits = 2 * torch.randn(seq_len, batch, letters, generator=generator)
    return logits, torch.randint(letters, (seq_len, batch), generator=generator)


def _flat(logits, targets, **options):
    return cross_entropy(logits.reshape(-1, logits.shape[-1]), targets.reshape(-1), **options)


def _network(letters, features, hidden_size):
    rnn = sum(rnn_parameters(features, hidden_size))
    return letters * features + rnn + linear_parameters(hidden_size, letters)


EXERCISES = (
    NumberExercise(
        id="hello_memoryless",
        sizes={"to_o": range(2, 9), "to_l": range(2, 9)},
        right=lambda to_o, to_l: max(to_o, to_l),
        wrong={
            "all": lambda to_o, to_l: to_o + to_l,
            "fewer": lambda to_o, to_l: min(to_o, to_l),
            "one": lambda to_o, to_l: 1,
        },
    ),
    ShapeExercise(
        id="hello_flat_shape",
        sizes=_SIZES,
        right=lambda seq_len, batch, letters: (seq_len * batch, letters),
        wrong={
            "not_flat": shape_of("seq_len batch letters"),
            "targets": lambda seq_len, batch, letters: (seq_len * batch,),
            "letters_too": lambda seq_len, batch, letters: (seq_len * batch * letters,),
            "time_kept": lambda seq_len, batch, letters: (seq_len, batch * letters),
        },
    ),
    NumberExercise(
        id="hello_parameters",
        sizes=_NETWORK,
        right=_network,
        wrong={
            "no_embedding": lambda letters, features, hidden_size: (
                _network(letters, features, hidden_size) - letters * features
            ),
            "no_head": lambda letters, features, hidden_size: (
                _network(letters, features, hidden_size) - linear_parameters(hidden_size, letters)
            ),
            "reads_letters": lambda letters, features, hidden_size: (
                letters * features + sum(rnn_parameters(letters, hidden_size)) + linear_parameters(hidden_size, letters)
            ),
            "head_bias": lambda letters, features, hidden_size: _network(letters, features, hidden_size) - letters,
            "one_bias": lambda letters, features, hidden_size: _network(letters, features, hidden_size) - hidden_size,
            "no_rnn_bias": lambda letters, features, hidden_size: (
                _network(letters, features, hidden_size) - 2 * hidden_size
            ),
            "no_bias": lambda letters, features, hidden_size: (
                _network(letters, features, hidden_size) - 2 * hidden_size - letters
            ),
        },
    ),
    ChoiceExercise(
        id="hello_bounded",
        right=lambda: "range",
        wrong={"memory": lambda: "memory", "size": lambda: "size", "seed": lambda: "seed"},
    ),
    CodeExercise(
        id="hello_loss",
        sizes=_SIZES | {"batch": range(2, 4)},  # never the 4 of the lesson's letters
        arguments=_logits_and_targets,
        right=_flat,
        differentiable=True,
        wrong={
            "total": lambda logits, targets: _flat(logits, targets, reduction="sum"),
            "last_step": lambda logits, targets: cross_entropy(logits[-1], targets[-1]),
            "softmax_first": lambda logits, targets: _flat(logits.softmax(-1), targets),
            "not_flat": lambda logits, targets: cross_entropy(logits, targets),
            "four_letters": lambda logits, targets: cross_entropy(logits.reshape(-1, 4), targets.reshape(-1)),
            "cut_off": lambda logits, targets: _flat(logits, targets).detach(),
            "logits_only": lambda logits, targets: cross_entropy(logits.reshape(-1, logits.shape[-1]), targets),
            "mixed": lambda logits, targets: _flat(logits.transpose(0, 1), targets),
            "mixed_targets": lambda logits, targets: _flat(logits, targets.transpose(0, 1)),
            "swapped": lambda logits, targets: cross_entropy(targets.reshape(-1), logits.reshape(-1, logits.shape[-1])),
            "each_letter": lambda logits, targets: _flat(logits, targets, reduction="none"),
        },
    ),
)
