"""Make PyTorch modules and inputs whose numbers come from a generator of their own, whatever the user has set.

A plain `nn.RNN(3, 5)` draws its weights from PyTorch's one global generator. An explorer answers a
slider in another thread than the cells run in, so it must not touch that generator: a lesson's own
`torch.manual_seed` would no longer say what comes next.
"""

import contextlib
import math

import torch
from torch import nn


def seeded(seed):
    """A `torch.Generator` that starts from `seed`."""
    return torch.Generator(device="cpu").manual_seed(seed)


def normal(*shape, generator):
    """Normal random numbers of this shape, in single precision on the CPU."""
    return torch.randn(*shape, generator=generator, dtype=torch.float32, device="cpu")


@contextlib.contextmanager
def own_settings(dtype=False):
    """PyTorch's own settings in place of the user's, in this thread: tensors on the CPU, gradients recorded.

    dtype: single precision as well; the default type belongs to the whole process, so only a cell may ask for this.
    """
    user = torch.get_default_dtype()
    elsewhere = torch.get_default_device().type != "cpu"  # the mode slows every call down, so only where it is needed
    with (
        torch.inference_mode(False),
        torch.enable_grad(),
        torch.device("cpu") if elsewhere else contextlib.nullcontext(),
    ):
        if not dtype:
            yield
            return
        torch.set_default_dtype(torch.float32)
        try:
            yield
        finally:
            torch.set_default_dtype(user)


def make(kind, *sizes, generator, **options):
    """Build `kind(*sizes, **options)` with PyTorch's default distribution, drawn from `generator`.

    kind: `nn.Linear`, `nn.RNN`, `nn.RNNCell`, `nn.LSTM` or `nn.GRU`. Every weight and bias is uniform
    between -1/sqrt(n) and 1/sqrt(n), where n is in_features for `nn.Linear` and hidden_size for the others.
    The global generator is neither read nor moved. In single precision on the CPU, unless `options` say otherwise.

    Source: the section Variables in the documentation of `torch.nn.Linear` and `torch.nn.RNN`.
    """

    def draw(module):
        fan_in = module.in_features if isinstance(module, nn.Linear) else module.hidden_size
        bound = 1 / math.sqrt(fan_in)
        with torch.no_grad():
            for parameter in module.parameters():
                parameter.uniform_(-bound, bound, generator=generator)

    # PyTorch's constructors draw the weights in `reset_parameters`, always from the global generator.
    module = type(kind.__name__, (kind,), {"reset_parameters": draw})(
        *sizes, **{"dtype": torch.float32, "device": "cpu"} | options
    )
    module.__class__ = kind
    return module
