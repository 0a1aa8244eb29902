"""The shape rules of a basic RNN, and what they cost in parameters, as arithmetic.

Nothing here asks PyTorch: these are the rules that a learner can do in the head. The tests hold every
one of them against real modules.
"""

from helpers.words import say


def whole_number(name, value, least=1, most=None):
    """Return `value` when it is an int from `least` to `most`; otherwise raise ValueError naming `name`."""
    wrong_type = isinstance(value, bool) or not isinstance(value, int)
    if wrong_type or value < least or (most is not None and value > most):
        key = "errors.whole_number_least" if most is None else "errors.whole_number"
        raise ValueError(say(key, name=name, got=value, least=least, most=most))
    return value


def rnn_shapes(*, seq_len, batch, input_size, hidden_size, num_layers=1, batch_first=False):
    """The shapes of all that goes into an `nn.RNN` and comes out of it.

    Returns a dict with the keys "input", "h_0", "output" and "h_n". `batch_first` moves the first two
    axes of input and output; it never moves h_0 or h_n.

    Raises ValueError when a size is not a whole number of at least 1.
    Source: the section Shape in the documentation of `torch.nn.RNN`.
    """
    sizes = dict(seq_len=seq_len, batch=batch, input_size=input_size, hidden_size=hidden_size, num_layers=num_layers)
    for name, size in sizes.items():
        whole_number(name, size)
    leading = (batch, seq_len) if batch_first else (seq_len, batch)
    state = (num_layers, batch, hidden_size)
    return {"input": (*leading, input_size), "h_0": state, "output": (*leading, hidden_size), "h_n": state}


def named_sizes(axes, sizes):
    """The shape whose axes are named in a text, "1 batch hidden_size", as a tuple. sizes: {name: size}."""
    return tuple(1 if axis == "1" else sizes[axis] for axis in axes.split())


def named_shape(axes):
    """A shape with the names of its axes, as it is written everywhere: {"seq_len": 4, "batch": 7} as "(seq_len 4, batch 7)"."""
    return f"({', '.join(f'{axis} {size}' for axis, size in axes.items())})"


def rnn_parameters(input_size, hidden_size, num_layers=1):
    """The number of parameters of each layer of `nn.RNN(input_size, hidden_size, num_layers)`, as a list.

    A layer has weight_ih (hidden_size, what it reads), weight_hh (hidden_size, hidden_size) and the two
    biases bias_ih and bias_hh (hidden_size each). The first layer reads input_size numbers, the others
    the hidden_size numbers of the layer below.
    """
    for name, size in dict(input_size=input_size, hidden_size=hidden_size, num_layers=num_layers).items():
        whole_number(name, size)
    reads = [input_size] + [hidden_size] * (num_layers - 1)
    return [hidden_size * size + hidden_size * hidden_size + 2 * hidden_size for size in reads]


def linear_parameters(in_features, out_features):
    """The number of parameters of `nn.Linear(in_features, out_features)`: its weights and its biases."""
    return whole_number("in_features", in_features) * whole_number("out_features", out_features) + out_features
