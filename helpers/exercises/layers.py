"""The exercises of lesson 04, as data."""

import torch
from torch import nn

from helpers.exercises.code import CodeExercise
from helpers.exercises.judging import ChoiceExercise, NumberExercise, ShapeExercise, shape_of
from helpers.modules import make
from helpers.shapes import rnn_parameters

_SIZES = {
    "num_layers": range(2, 5),
    "batch": range(5, 8),
    "seq_len": range(8, 12),
    "input_size": range(12, 15),
    "hidden_size": range(15, 20),
}
_RNN = {name: _SIZES[name] for name in ("num_layers", "input_size", "hidden_size")}


def _total(num_layers, input_size, hidden_size):
    return sum(rnn_parameters(input_size, hidden_size, num_layers))


def _cells_and_data(generator, num_layers, batch, seq_len, input_size, hidden_size):
    reads = [input_size] + [hidden_size] * (num_layers - 1)
    cells = [make(nn.RNNCell, size, hidden_size, generator=generator) for size in reads]
    dataset = torch.randn(seq_len, batch, input_size, generator=generator)
    return cells, dataset, torch.rand(num_layers, batch, hidden_size, generator=generator) - 0.5


def _layer(cell, below, h):
    states = []
    for x in below:
        h = cell(x, h)
        states.append(h)
    return torch.stack(states)


def _stack(cells, dataset, h_0):
    for cell, h in zip(cells, h_0, strict=True):
        dataset = _layer(cell, dataset, h)
    return dataset


def _carried(cells, dataset, h_0):
    """The mistake of starting every layer from where the layer below ended."""
    h = h_0[0]
    for cell in cells:
        dataset = _layer(cell, dataset, h)
        h = dataset[-1]
    return dataset


def _ends(cells, dataset, h_0):
    ends = []
    for cell, h in zip(cells, h_0, strict=True):
        dataset = _layer(cell, dataset, h)
        ends.append(dataset[-1])
    return torch.stack(ends)


def _never_carried(cells, dataset, h_0):
    for cell, h in zip(cells, h_0, strict=True):
        dataset = torch.stack([cell(x, h) for x in dataset])
    return dataset


def _each_alone(cells, dataset, h_0):
    """The mistake of calling the cells without h, so that every step starts from zeros."""
    for cell in cells:
        dataset = torch.stack([cell(x) for x in dataset])
    return dataset


def _one_list(cells, dataset, h_0):
    """The mistake of one list for all layers: it still holds the states of the layer below."""
    states = []
    for cell, h in zip(cells, h_0, strict=True):
        states.extend(_layer(cell, dataset, h))
        dataset = torch.stack(states)
    return dataset


def _every_layer_reads_x(cells, dataset, h_0):
    return [_layer(cell, dataset, h) for cell, h in zip(cells, h_0, strict=True)][-1]


EXERCISES = (
    ShapeExercise(
        id="layers_h_n_shape",
        sizes=_SIZES,
        right=shape_of("num_layers batch hidden_size"),
        wrong={
            "output": shape_of("seq_len batch hidden_size"),
            "top_only": shape_of("batch hidden_size"),
            "one_layer": shape_of("1 batch hidden_size"),
            "batch_first": shape_of("batch num_layers hidden_size"),
        },
    ),
    ShapeExercise(
        id="layers_output_shape",
        sizes=_SIZES,
        right=shape_of("seq_len batch hidden_size"),
        wrong={
            "h_n": shape_of("num_layers batch hidden_size"),
            "all_layers": shape_of("num_layers seq_len batch hidden_size"),
            "side_by_side": lambda num_layers, batch, seq_len, input_size, hidden_size: (
                *(seq_len, batch, num_layers * hidden_size),
            ),
        },
    ),
    NumberExercise(
        id="layers_parameters",
        sizes=_RNN,
        right=_total,
        wrong={
            "all_read_input": lambda num_layers, input_size, hidden_size: (
                num_layers * _total(1, input_size, hidden_size)
            ),
            "one_layer": lambda num_layers, input_size, hidden_size: _total(1, input_size, hidden_size),
            "one_bias": lambda num_layers, input_size, hidden_size: (
                _total(num_layers, input_size, hidden_size) - num_layers * hidden_size
            ),
            "no_bias": lambda num_layers, input_size, hidden_size: (
                _total(num_layers, input_size, hidden_size) - 2 * num_layers * hidden_size
            ),
            "all_read_hidden": lambda num_layers, input_size, hidden_size: (
                num_layers * _total(1, hidden_size, hidden_size)
            ),
        },
    ),
    NumberExercise(
        id="layers_waves",
        sizes={"num_layers": range(2, 6), "seq_len": range(7, 13)},
        right=lambda num_layers, seq_len: num_layers + seq_len - 1,
        wrong={
            "product": lambda num_layers, seq_len: num_layers * seq_len,
            "sum": lambda num_layers, seq_len: num_layers + seq_len,
            "steps": lambda num_layers, seq_len: seq_len,
            "layers": lambda num_layers, seq_len: num_layers,
        },
    ),
    ChoiceExercise(
        id="layers_last_output",
        right=lambda: "h_n[-1]",
        wrong={"first": lambda: "h_n[0]", "samples": lambda: "h_n[:, -1]", "all": lambda: "h_n"},
    ),
    CodeExercise(
        id="layers_stack",
        sizes=_SIZES,
        arguments=_cells_and_data,
        right=_stack,
        wrong={
            "reads_x": _every_layer_reads_x,
            "turned": lambda cells, dataset, h_0: _stack(cells, dataset, h_0.flip(0)),
            "from_zeros": lambda cells, dataset, h_0: _stack(cells, dataset, torch.zeros_like(h_0)),
            "carried": _carried,
            "h_n": _ends,
            "not_carried": _never_carried,
            "last_step": lambda cells, dataset, h_0: _stack(cells, dataset, h_0)[-1],
            "first_layer": lambda cells, dataset, h_0: _layer(cells[0], dataset, h_0[0]),
            "no_h": _each_alone,
            "swapped": lambda cells, dataset, h_0: cells[0](h_0[0], dataset[0]),
            "one_list": _one_list,
        },
    ),
)
