"""Which sample's inputs reach which sample's outputs, asked of the real module by autograd.

A tensor whose axes are in the wrong order often raises no error and gives an output of the right shape.
What betrays it is influence: one sample's input changes another sample's output.
"""

import torch

from helpers.shapes import whole_number
from helpers.words import say


def influence(module, inputs, sample_axis=0, receivers=None):
    """How strongly each sample's inputs reach each sample's outputs.

    Shapes:
        inputs: any, with the samples along `sample_axis`; the output has its samples along the same axis
        returns: (samples, samples); entry [i, j] is the length of the gradient of the sum of sample i's
            outputs with respect to sample j's inputs, 0 where nothing arrives; a row for each of `receivers`
            alone, a range of samples, where they are given

    module: an `nn.RNN` or any other module that takes such a tensor; of several results the first counts.
    Neither its gradients nor its mode are changed.

    Raises TypeError when `inputs` is no floating-point tensor, ValueError when there is no such axis.
    """
    if not isinstance(inputs, torch.Tensor) or not inputs.is_floating_point():
        got = inputs.dtype if isinstance(inputs, torch.Tensor) else type(inputs).__name__
        raise TypeError(say("errors.floating_point", name="inputs", got=got))
    whole_number("sample_axis", sample_axis, 0, inputs.dim() - 1)
    inputs = inputs.detach().clone().requires_grad_()
    with torch.enable_grad():
        output = module(inputs)
        output = output if isinstance(output, torch.Tensor) else output[0]
        rows = []
        for own in receivers or range(output.shape[sample_axis]):
            total = output.select(sample_axis, own).sum()
            (gradient,) = torch.autograd.grad(total, inputs, retain_graph=True)
            rows.append(gradient.movedim(sample_axis, 0).flatten(1).norm(dim=1))
    return torch.stack(rows)


def mixes_samples(rnn, x, sample_axis=0):
    """True when one sample's input can change another sample's output.

    x: a floating-point tensor of the shape that you give to `rnn`; its values do not matter.
    sample_axis: the axis of x and of the output along which your samples lie.
    With one sample there is nothing to mix, and the answer is False.
    """
    random = torch.Generator("cpu").manual_seed(0)
    samples = range(x.shape[sample_axis])
    with torch.enable_grad():
        for size in (1, 0.1, 10) * 3:  # a unit that is flat for one probe may be steep for another
            probe = (
                (size * torch.randn(x.shape, generator=random, dtype=torch.float32, device="cpu"))
                .to(x)
                .requires_grad_()
            )
            output = rnn(probe)
            output = output if isinstance(output, torch.Tensor) else output[0]
            for own in samples:
                total = output.select(sample_axis, own).sum()
                (gradient,) = torch.autograd.grad(total, probe, retain_graph=True)
                if any(gradient.select(sample_axis, other).any() for other in samples if other != own):
                    return True
    return False
