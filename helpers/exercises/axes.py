"""The exercises of lesson 05, as data."""

import torch
from torch import nn

from helpers.exercises.code import CodeExercise
from helpers.exercises.judging import ChoiceExercise, NumberExercise, ShapeExercise, shape_of
from helpers.modules import make

_SIZES = {
    "num_layers": range(2, 4),
    "batch": range(4, 7),
    "seq_len": range(7, 10),
    "input_size": range(10, 13),
    "hidden_size": range(13, 17),
}
_BLOCK = {"batch": range(3, 6), "seq_len": range(6, 9), "sample": range(2), "time": range(2, 5)}
_OUTPUT = {"batch": range(3, 6), "seq_len": range(6, 12), "hidden_size": range(12, 16)}


def _reshaped(batch, seq_len, sample, time):
    """The number at [time, sample] after reshaping a numbered block (batch, seq_len) to (seq_len, batch)."""
    place = time * batch + sample
    return 100 * (place // seq_len) + place % seq_len


def _output(generator, batch, seq_len, hidden_size):
    return (torch.rand(batch, seq_len, hidden_size, generator=generator) - 0.5,)


def _batch_first(generator):
    """Both orders in turn, call by call."""
    return generator.initial_seed() % 2 == 1


def _rnn_and_data(generator, batch, seq_len, hidden_size, input_size):
    rnn = make(nn.RNN, input_size, hidden_size, batch_first=_batch_first(generator), generator=generator)
    return rnn, torch.randn(batch, seq_len, input_size, generator=generator)


def _turned(rnn, x):
    return rnn(x.transpose(0, 1))[0].transpose(0, 1)


def _cut(x):
    """The mistake of exchanging the first two axes by reshape."""
    return x.reshape(x.shape[1], x.shape[0], -1)


def _states(rnn, x):
    """The mistake of taking the second result of the RNN, h_n, for the first."""
    return rnn(x)[1] if rnn.batch_first else rnn(x.transpose(0, 1))[1].transpose(0, 1)


def _outputs(generator, **sizes):
    output = _output(generator, **sizes)[0]
    return (output, True) if _batch_first(generator) else (output.transpose(0, 1).contiguous(), False)


EXERCISES = (
    ShapeExercise(
        id="axes_output_shape",
        sizes=_SIZES,
        right=shape_of("batch seq_len hidden_size"),
        wrong={
            "seq_first": shape_of("seq_len batch hidden_size"),
            "input": shape_of("batch seq_len input_size"),
            "h_n": shape_of("num_layers batch hidden_size"),
        },
    ),
    ShapeExercise(
        id="axes_h_0_shape",
        sizes=_SIZES,
        right=shape_of("num_layers batch hidden_size"),
        wrong={
            "moved": shape_of("batch num_layers hidden_size"),
            "steps": shape_of("num_layers seq_len hidden_size"),
            "output": shape_of("batch seq_len hidden_size"),
        },
    ),
    NumberExercise(
        id="axes_transposed",
        sizes=_BLOCK,
        right=lambda batch, seq_len, sample, time: 100 * sample + time,
        wrong={
            "swapped": lambda batch, seq_len, sample, time: 100 * time + sample,
            "reshaped": _reshaped,
            "sample": lambda batch, seq_len, sample, time: 100 * sample,
        },
    ),
    NumberExercise(
        id="axes_reshaped",
        sizes=_BLOCK,
        right=_reshaped,
        wrong={
            "transposed": lambda batch, seq_len, sample, time: 100 * sample + time,
            "swapped": lambda batch, seq_len, sample, time: 100 * time + sample,
            "counted": lambda batch, seq_len, sample, time: time * batch + sample,
        },
    ),
    ChoiceExercise(
        id="axes_last_sample",
        right=lambda: "sample",
        wrong={"step": lambda: "step", "layer": lambda: "layer", "unit": lambda: "unit"},
    ),
    CodeExercise(
        id="axes_feed",
        sizes={**_OUTPUT, "input_size": range(16, 20)},
        arguments=_rnn_and_data,
        right=lambda rnn, x: rnn(x)[0] if rnn.batch_first else _turned(rnn, x),
        wrong={
            "straight": lambda rnn, x: rnn(x)[0],
            "always": _turned,
            "turned": lambda rnn, x: _turned(rnn, x) if rnn.batch_first else rnn(x)[0],
            "reshaped": lambda rnn, x: rnn(x)[0] if rnn.batch_first else _cut(rnn(_cut(x))[0]),
            "reshaped_x": lambda rnn, x: rnn(x)[0] if rnn.batch_first else rnn(_cut(x))[0].transpose(0, 1),
            "reshaped_output": lambda rnn, x: rnn(x)[0] if rnn.batch_first else _cut(rnn(x.transpose(0, 1))[0]),
            "only_back": lambda rnn, x: rnn(x)[0] if rnn.batch_first else rnn(x)[0].transpose(0, 1),
            "h_n": _states,
            "not_back": lambda rnn, x: rnn(x)[0] if rnn.batch_first else rnn(x.transpose(0, 1))[0],
        },
    ),
    CodeExercise(
        id="axes_last_step",
        sizes=_OUTPUT,
        arguments=_outputs,
        right=lambda output, batch_first: output[:, -1] if batch_first else output[-1],
        wrong={
            "never_moved": lambda output, batch_first: output[-1],
            "always_moved": lambda output, batch_first: output[:, -1],
            "turned": lambda output, batch_first: output[-1] if batch_first else output[:, -1],
            "first_step": lambda output, batch_first: output[:, 0] if batch_first else output[0],
            "kept_axis": lambda output, batch_first: output[:, -1:] if batch_first else output[-1:],
        },
    ),
    CodeExercise(
        id="axes_to_seq_first",
        sizes=_OUTPUT,
        arguments=_output,
        right=lambda x: x.transpose(0, 1),
        wrong={
            "reshaped": lambda x: x.reshape(x.shape[1], x.shape[0], x.shape[2]),
            "unchanged": lambda x: x,
            "last_two": lambda x: x.transpose(1, 2),
            "all_turned": lambda x: x.permute(2, 1, 0),
        },
    ),
)
