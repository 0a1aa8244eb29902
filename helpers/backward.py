"""How strongly the last hidden state still depends on every input before it, asked of autograd."""

from dataclasses import dataclass

import torch
from torch import nn

from helpers.modules import make, normal, seeded
from helpers.shapes import whole_number

INPUT_SIZE = 4


@dataclass(frozen=True, eq=False)
class Reach:
    """What one run of an RNN passes back.

    Shapes: gradient (seq_len,), the length of the gradient of the sum of h_T with respect to each input x_t,
    the first input first; slope (seq_len,), the slope of tanh at each step, 1 where it is steep, near 0 where it is
    flat. It is the root of the mean of the squares over all units: by that much a step shortens a vector whose
    direction is random.
    """

    gradient: torch.Tensor
    slope: torch.Tensor


def scaled_rnn(weight_scale, hidden_size, seed=0):
    """An `nn.RNN` with input_size 4, in double precision, whose weight_hh is `weight_scale` times an orthogonal matrix.

    An orthogonal matrix leaves the length of every vector as it is, so `weight_scale` is what weight_hh does to the
    length of a hidden state. The rows of weight_ih have a length of about 1, so that inputs of size 1 give every unit
    about 1; the biases are 0.
    """
    generator = seeded(seed)
    rnn = make(nn.RNN, INPUT_SIZE, hidden_size, generator=generator)
    with torch.no_grad():
        nn.init.orthogonal_(rnn.weight_hh_l0, gain=weight_scale, generator=generator)
        rnn.weight_ih_l0.normal_(0, INPUT_SIZE**-0.5, generator=generator)
        rnn.bias_ih_l0.zero_()
        rnn.bias_hh_l0.zero_()
    return rnn.double()


def reach(rnn, inputs):
    """The `Reach` of an `nn.RNN` of one layer over `inputs` (seq_len, input_size)."""
    inputs = inputs.detach().clone().requires_grad_()
    with torch.enable_grad():
        output, _ = rnn(inputs)
        (gradient,) = torch.autograd.grad(output[-1].sum(), inputs)
    return Reach(gradient.norm(dim=1), (1 - output.detach() ** 2).square().mean(dim=1).sqrt())


def measured(weight_scale, input_scale, seq_len, hidden_size, seed=0):
    """The `Reach` of a `scaled_rnn` over `seq_len` normal random inputs of size `input_scale`.

    Raises ValueError when seq_len or hidden_size is no whole number of at least 1.
    """
    whole_number("seq_len", seq_len)
    whole_number("hidden_size", hidden_size)
    inputs = normal(seq_len, INPUT_SIZE, generator=seeded(seed + 1)).double()
    return reach(scaled_rnn(weight_scale, hidden_size, seed), input_scale * inputs)
