"""The sum that makes a hidden state, term by term, in words: every number from PyTorch."""

import torch

from helpers.drawing.letters import decimals
from helpers.widgets.selection import called
from helpers.words import say

_MOST_TERMS = 8  # of a product that are written out; of a longer one the first and the last


def dot_words(left, right, rows, entries):
    """`left · right = a × b + c × d = e`, with four decimals. rows, entries: (n,) tensors or arrays."""
    rows, entries = torch.as_tensor(rows), torch.as_tensor(entries)
    products = [f"{_four(a)} × {_four(b)}" for a, b in zip(rows.tolist(), entries.tolist(), strict=True)]
    if len(products) > _MOST_TERMS:
        count = len(products) - 2
        products = [products[0], say("explain.terms", count=count), products[-1]]
    return f"{left} · {right} = {' + '.join(products)} = {_four(torch.dot(rows, entries).item())}"


def state_words(name, unit, cell, x, h, names, nonlinearity="tanh"):
    """How `name[unit]` was made: the sum of the products and biases with all numbers, and its tanh or relu.

    Shapes: cell: (weight_ih (hidden_size, input_size), weight_hh (hidden_size, hidden_size), bias_ih, bias_hh
    (hidden_size,), both None without biases), x (input_size,), h (hidden_size,).
    names: what the picture calls weight_ih, weight_hh, x and h, and the biases when not b_ih and b_hh.
    """
    w_ih, w_hh, x_name, h_name, *bias_names = names
    b_ih, b_hh = bias_names or ("b_ih", "b_hh")
    weight_ih, weight_hh, bias_ih, bias_hh = cell
    parts, total = [], torch.zeros(())
    for weights, entries, bias, (weights_name, entries_name, bias_name) in (
        (weight_ih, x, bias_ih, (w_ih, x_name, b_ih)),
        (weight_hh, h, bias_hh, (w_hh, h_name, b_hh)),
    ):
        row, entries = torch.as_tensor(weights)[unit], torch.as_tensor(entries)
        parts.append(dot_words(f"{weights_name}[{unit}]", entries_name, row, entries))
        total = total + torch.dot(row, entries)
        if bias is not None:
            bias = torch.as_tensor(bias)[unit]
            parts.append(f"{bias_name}[{unit}] = {_four(bias.item())}")
            total = total + bias
    value = getattr(torch, nonlinearity)(total).item()
    total = _four(total.item())
    made = called(name, unit) + (f" = {total}" if name == "sum" else f" = {nonlinearity}({total}) = {_four(value)}")
    return say(f"explain.{'sum' if name == 'sum' else 'unit'}", made=made, total=total, parts="; ".join(parts))


def given(name, index, value, what, **places):
    """A number and what it is: an input, a weight, a start. what: the key of its words; places: what else they name."""
    return say(f"explain.{what}", made=f"{called(name, index)} = {_four(value)}", **places)


def _four(value):
    """With four decimals; a count, such as 203, as it is."""
    return decimals(value, 0 if abs(value) >= 10 and value % 1 == 0 else 4)
