"""The exercises of lesson 07, as data."""

import torch

from helpers.exercises.code import CodeExercise
from helpers.exercises.judging import ChoiceExercise, NumberExercise, ShapeExercise, shape_of

_CHAIN = {"w": range(2, 6), "steps": range(5, 11)}
_SIZES = {"hidden_size": range(5, 9), "input_size": range(2, 5), "seq_len": range(10, 20)}
_CLIP = {"k": range(4, 10), "m": range(1, 4)}


def _state_and_weights(generator, hidden_size):
    h = torch.rand(hidden_size, generator=generator) * 1.8 - 0.9
    return h, torch.randn(hidden_size, hidden_size, generator=generator)


EXERCISES = (
    ShapeExercise(
        id="memory_jacobian_shape",
        sizes=_SIZES,
        right=shape_of("hidden_size input_size"),
        wrong={
            "turned": shape_of("input_size hidden_size"),
            "states": shape_of("hidden_size hidden_size"),
            "time": shape_of("hidden_size seq_len input_size"),
        },
    ),
    NumberExercise(
        id="memory_chain",
        sizes=_CHAIN,
        right=lambda w, steps: w ** (steps - 1),
        wrong={
            "one_more": lambda w, steps: w**steps,
            "one_less": lambda w, steps: w ** (steps - 2),
            "added": lambda w, steps: w * (steps - 1),
            "once": lambda w, steps: w,
        },
    ),
    NumberExercise(
        id="memory_clip",
        sizes=_CLIP,
        right=lambda k, m: 3 * m,
        wrong={
            "unchanged": lambda k, m: 3 * k,
            "each_entry": lambda k, m: 5 * m,
            "second": lambda k, m: 4 * m,
        },
    ),
    ChoiceExercise(
        id="memory_slope",
        right=lambda: "tanh",
        wrong={"bias": lambda: "bias", "length": lambda: "length", "clipping": lambda: "clipping"},
    ),
    CodeExercise(
        id="memory_step_back",
        sizes={"hidden_size": range(4, 12)},
        arguments=_state_and_weights,
        right=lambda h, W_hh: torch.diag(1 - h**2) @ W_hh,
        wrong={
            "no_slope": lambda h, W_hh: W_hh,
            "transposed": lambda h, W_hh: (torch.diag(1 - h**2) @ W_hh).T,
            "columns": lambda h, W_hh: W_hh @ torch.diag(1 - h**2),
            "turned": lambda h, W_hh: torch.diag(1 - h**2) @ W_hh.T,
            "not_squared": lambda h, W_hh: torch.diag(1 - h) @ W_hh,
            "tanh_again": lambda h, W_hh: torch.diag(1 - torch.tanh(h) ** 2) @ W_hh,
            "entry_by_entry": lambda h, W_hh: torch.diag(1 - h**2) * W_hh,
            "slope_alone": lambda h, W_hh: torch.diag(1 - h**2),
        },
    ),
)
