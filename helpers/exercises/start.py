"""The exercises of lesson 00, as data."""

from helpers.exercises.judging import ChoiceExercise, NumberExercise

_SIZES = {"days": range(4, 10), "input_size": range(4, 9), "hidden_size": range(10, 20)}

EXERCISES = (
    ChoiceExercise(
        id="start_order",
        right=lambda: "melody",
        wrong={"list": lambda: "shopping list", "dice": lambda: "dice", "heights": lambda: "heights"},
    ),
    NumberExercise(
        id="start_dense_weights",
        sizes=_SIZES,
        right=lambda days, input_size, hidden_size: days * input_size * hidden_size,
        wrong={
            "one_day": lambda days, input_size, hidden_size: input_size * hidden_size,
            "inputs": lambda days, input_size, hidden_size: days * input_size,
            "biases": lambda days, input_size, hidden_size: (days * input_size + 1) * hidden_size,
        },
    ),
    NumberExercise(
        id="start_rnn_weights",
        sizes=_SIZES,
        right=lambda days, input_size, hidden_size: hidden_size * (input_size + hidden_size),
        wrong={
            "each_day": lambda days, input_size, hidden_size: days * hidden_size * (input_size + hidden_size),
            "memory_alone": lambda days, input_size, hidden_size: hidden_size * hidden_size,
            "no_memory": lambda days, input_size, hidden_size: hidden_size * input_size,
            "biases": lambda days, input_size, hidden_size: hidden_size * (input_size + hidden_size + 2),
        },
    ),
)
