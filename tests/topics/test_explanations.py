"""Explanations: every number in their words is that of arithmetic done another way, in double precision."""

import random
import re

import numpy as np
import pytest
import torch
from moves import EXPLORERS, random_value
from torch import nn

from helpers import Pair, learn, load_weather, trace
from helpers.backward import scaled_rnn
from helpers.forecast import RNNForecast, dense_forecast
from helpers.modules import make, normal, seeded
from helpers.topics.batch_first import numbered_block
from helpers.weather import TEST_DAYS

PICKED = {"cell": 52, "loop": 30, "layers": 40, "rain": 25, "hello": 8, "memory": 15, "echo": 15, "batch_first": 12, "first": 3}  # fmt: skip
PRINTED = re.compile(r"−?\d+(\.\d+)?(e[-+]\d+)?")
DAY = "temperature", "air pressure", "rain"


def four(value, scale=1.0):
    """A number printed with four decimals; scale: of the single precision numbers that it is the sum of."""
    return float(value), 0.5e-4 + 2e-6 * scale


def four_digits(value):
    """A number printed with four significant digits."""
    return float(value), 0.501 * 10.0 ** (np.floor(np.log10(abs(value))) - 3) + 1e-13


def check(words, *parts):
    """`words` are `parts` one after the other: texts as they are, numbers (value, tolerance) as they are printed."""
    left = words
    for part in parts:
        if isinstance(part, str):
            assert left.startswith(part), (words, part)
            left = left[len(part) :]
            continue
        printed, (value, slack) = PRINTED.match(left)[0], part
        assert abs(float(printed.replace("−", "-")) - value) <= slack, (words, part)
        left = left[len(printed) :]
    assert left == ""


def dot(left, right, row, entries):
    """The parts of `left · right = a × b + ... = e`; of more than 8 products the first and the last."""
    products = [[four(a), " × ", four(b)] for a, b in zip(row, entries, strict=True)]
    if len(products) > 8:
        products = [products[0], [f"… {len(products) - 2} more terms …"], products[-1]]
    joined = [part for product in products for part in (" + ", *product)][1:]
    return [f"{left} · {right} = ", *joined, " = ", four(np.dot(row, entries), np.abs(row * entries).sum())]


def state(name, unit, weights, x, h, names):
    """The parts of what is said of `name[unit]`. weights: {PyTorch's name: array}; names: of W_ih, W_hh, x, h, and biases if not b_ih, b_hh."""
    rows = {kind: np.asarray(part, dtype=float)[unit] for kind, part in weights.items()}
    x, h = np.asarray(x, dtype=float), np.asarray(h, dtype=float)
    scale = np.abs(rows["weight_ih"] * x).sum() + np.abs(rows["weight_hh"] * h).sum()
    total = rows["weight_ih"] @ x + rows["weight_hh"] @ h + rows["bias_ih"] + rows["bias_hh"]
    from_x = dot(f"{names[0]}[{unit}]", names[2], rows["weight_ih"], x)
    from_h = dot(f"{names[1]}[{unit}]", names[3], rows["weight_hh"], h)
    called = zip(names[4:] or ("b_ih", "b_hh"), ("bias_ih", "bias_hh"), strict=True)
    biases = [[f"; {bias}[{unit}] = ", four(rows[key])] for bias, key in called]
    terms = [*from_x, *biases[0], "; ", *from_h, *biases[1], "."]
    total = four(total, scale)
    if name == "sum":
        return [f"sum[{unit}] = ", total, ", the sum of ", *terms]
    name = name.replace("new h", "(new h)")
    return [f"{name}[{unit}] = tanh(", total, ") = ", four(np.tanh(total[0]), scale), ". ", total, " is the sum of ", *terms]  # fmt: skip


def given(name, index, value, what):
    place = ", ".join(map(str, index)) if isinstance(index, tuple) else index
    return [f"{name}[{place}] = ", four(value), f": {what}."]


def called(parameters, suffix=""):
    return {name.removesuffix(suffix): part.detach() for name, part in parameters if name.endswith(suffix)}


def cell(name, index, input_size, hidden_size, step, unit, weight_scale):
    module = make(nn.RNNCell, input_size, hidden_size, generator=seeded(0))
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.mul_(weight_scale)
    inputs, weights = normal(6, 8, generator=seeded(2))[:, :input_size], called(module.named_parameters())
    x, h = inputs[step - 1], trace(module, inputs).hidden[0, step - 1, 0]
    if name in ("sum", "new h"):
        return state(name, index, weights, x, h, ("W_ih", "W_hh", "x", "h"))
    if name in ("W_ih x", "W_hh h"):
        row, entries = weights[f"weight{name[1:4]}"][index], x if name[-1] == "x" else h
        return [*dot(f"{name[:4]}[{index}]", name[-1], *np.asarray(torch.stack([row, entries]), dtype=float)), "."]
    if name in ("x", "h"):
        left_behind = "part of the hidden state that the step before left behind"
        start = "part of h_0, the start that the network is given"
        what = "an input, given by the data" if name == "x" else start if step == 1 else left_behind
        return given(name, index, (x if name == "x" else h)[index], what)
    kind = {"W": "weight", "b": "bias"}[name[0]]
    value = weights[f"{kind}{name[1:]}"].reshape(hidden_size, -1)[index]
    return given(name, index, value if isinstance(index, tuple) else value[0], f"a {kind}, the same at every step")


def in_time(name, index, weights, x, hidden, names, layer=""):
    """What is said of a number of a picture with time: weights, x[t] and h[t]. x: (seq_len, ...), hidden: h_0 first."""
    if name[0] == "W":
        value = weights[f"weight{name[1:4]}"].reshape(len(hidden[0]), -1)[index]
        return given(name, index, value if isinstance(index, tuple) else value[0], "a weight, the same at every step")
    t = int(re.search(r"(\d+)\]$", name)[1])
    if name[0] == "x":
        return given(name, index, x[t - 1][index], "an input, given by the data")
    if t == 0:
        return given(name, index, hidden[0][index], "part of h_0, the start that the network is given")
    return state(name, index, weights, x[t - 1], hidden[t - 1], [words.format(t=t, before=t - 1) for words in names])


def loop(name, index, seq_len, hidden_size, step):
    module = make(nn.RNNCell, 4, hidden_size, generator=seeded(0))
    inputs = normal(8, 4, generator=seeded(3))[:seq_len]
    hidden, names = trace(module, inputs).hidden[0, :, 0], ("W_ih", "W_hh", "x[{t}]", "h[{before}]")
    return in_time(name, index, called(module.named_parameters()), inputs, hidden, names)


def layers(name, index, hidden_size, num_layers, seq_len, sample, **_):
    rnn = make(nn.RNN, 4, hidden_size, num_layers, generator=seeded(0))
    inputs = normal(20, 6, 4, generator=seeded(4))[:seq_len]
    layer = int(name[2:].partition(",")[0]) if name[0] == "h" else int(name[5:-1]) if name[0] == "W" else 0
    hidden = trace(rnn, inputs).hidden[:, :, sample]
    x, below = (hidden[layer - 1, 1:], f"h[{layer - 1}, {{t}}]") if layer else (inputs[:, sample], "x[{t}]")
    names = f"W_ih[{layer}]", f"W_hh[{layer}]", below, f"h[{layer}, {{before}}]", f"b_ih[{layer}]", f"b_hh[{layer}]"
    return in_time(name, index, called(rnn.named_parameters(), f"_l{layer}"), x, hidden[layer], names)


def rain(name, index, day, seq_len, hidden_size):
    weather, network = load_weather(), RNNForecast(hidden_size, seeded(0))
    x = weather.standardised()[day - seq_len + 1 : day + 1]
    if name[0] == "x":
        return weather_words(name, index, x)
    weights = called(network.rnn.named_parameters(), "_l0")
    if name[0] == "h":
        hidden = trace(network.rnn, x[None]).hidden[0, :, 0]
        return in_time(name, index, weights, x, hidden, ("W_ih", "W_hh", "x[{t}]", "h[{before}]"))
    dense, outer = dense_forecast(seq_len, hidden_size, seeded(0)), slice(None)
    if name.startswith("W[:"):
        outer = slice(*map(int, re.findall(r"\d+", name)))
    known = {"W_ih": weights["weight_ih"], "W_hh": weights["weight_hh"], "b_ih": weights["bias_ih"], "b_hh": weights["bias_hh"]}  # fmt: skip
    known |= {"W_hy[0]": network.head.weight[0], "b_y": network.head.bias, "W[": dense[1].weight[:, outer], "b": dense[1].bias}  # fmt: skip
    known |= {"W_out[0]": dense[3].weight[0], "b_out": dense[3].bias}
    value = known["W[" if name.startswith("W[") else name].detach()
    value = value.reshape(len(value), -1)[index]
    value = value if isinstance(index, tuple) else value[0]
    return given(name, index, value, "a parameter that training may change")


def weather_words(name, index, x):
    more = "; all rainy days have one value, all dry days another" * (index == 2)
    words = f"the {DAY[index]} of this day, in standard deviations from the mean{more}"
    return given(name, index, x[int(name[2:-1]) - 1, index], words)


def first(name, index, seq_len):
    return weather_words(name, index, load_weather().standardised()[TEST_DAYS])


def hello(name, index, epoch, **options):
    logits = np.asarray(learn(Pair("hello", "ohlol"), **options).logits[epoch, index[1]], dtype=float)
    powers = np.exp(logits)
    chance, power, total = powers[index[0]] / powers.sum(), powers[index[0]], powers.sum()
    return [
        "p[{}, {}] = ".format(*index), four(chance), ": the softmax of the logit ", four(logits[index[0]]),
        "; e to the power of it, ", four(power, power), ", divided by the sum over all letters, ", four(total, total), ".",
    ]  # fmt: skip


def memory(name, index, weight_scale, input_scale, seq_len, hidden_size):
    """Going back by hand: at every step through the slope of tanh and the recurrent weights."""
    rnn = scaled_rnn(weight_scale, hidden_size)
    w_ih, w_hh = rnn.weight_ih_l0.detach().numpy(), rnn.weight_hh_l0.detach().numpy()
    inputs = input_scale * normal(seq_len, 4, generator=seeded(1)).double()
    hidden = trace(rnn, inputs).hidden[0, 1:, 0].numpy()
    back = np.ones(hidden_size) * (1 - hidden[-1] ** 2)
    for h in hidden[-2 : -2 - index : -1]:
        back = (back @ w_hh) * (1 - h**2)
    steps = "the last input" if index == 0 else f"the input {index} step{'s' * (index > 1)} before the last"
    length = four_digits(np.linalg.norm(back @ w_ih))
    return [f"gradient[{index}] = ", length, f": the length of the gradient with respect to {steps}."]


def echo(name, index, weight_scale, hidden_size):
    """Two runs up to the step before, and this step of both by the formula: from further back chaos would part them."""
    module = make(nn.RNNCell, 4, hidden_size, generator=seeded(0))
    with torch.no_grad():
        module.weight_hh.mul_(weight_scale)
    x = normal(40, 4, generator=seeded(4)).unsqueeze(1).repeat(1, 2, 1)
    x[0, 1] += 0.1
    module, x = module.double(), x.double()
    w_ih, w_hh, b_ih, b_hh = (parameter.detach().numpy() for parameter in module.parameters())
    before, after = np.tanh(
        x[index - 1].numpy() @ w_ih.T + b_ih + trace(module, x).hidden[0, index - 1].numpy() @ w_hh.T + b_hh
    )
    length = four_digits(np.linalg.norm(after - before))
    return [f"change[{index}] = ", length, f": how far h_{index} moves when every entry of x_1 is raised by 0.1."]


def batch_first(name, index, batch_first, x, batch, seq_len, input_size):
    block = numbered_block(batch, seq_len, input_size)
    index = index if isinstance(index, tuple) else (index, 0)
    if name != "reach":
        kind, sample = re.match(r"(\w+)\[sample (\d+)\]", name).groups()
        seen = block if kind == "x" or batch_first == x else block.transpose(0, 1)
        value, plain = seen[int(sample), index[1], index[0]].item(), index if seen.shape[1] > 1 else index[0]
        words = "every number says where it belongs, 100 × sample + time"
        return [*given(name, plain, value, words)[:1], (value, 0.0 if value >= 10 else 0.5e-4), f": {words}."]
    rnn, axis = make(nn.RNN, input_size, 6, batch_first=batch_first, generator=seeded(0)).double(), 0 if x else 1
    given_to = (block if x else block.transpose(0, 1)).double() / 1000
    total = torch.autograd.functional.jacobian(lambda data: rnn(data)[0].select(axis, index[0]).sum(), given_to)
    length = total.select(axis, index[1]).norm().item()
    place = ", ".join(map(str, index)) if batch > 1 else index[0]
    ways = f"the input of sample {index[1]}", f"the output of sample {index[0]}"
    words = f"how strongly {ways[0]} reaches {ways[1]} (the length of a gradient)"
    return [f"reach[{place}] = ", four(length), f": {words if length else f'{ways[0]} does not reach {ways[1]}'}."]


@pytest.mark.parametrize("name", PICKED)
def test_every_number_that_is_said_is_right(name):
    explorer, chooser = EXPLORERS[name](), random.Random(f"explained {name}")
    for _ in range(PICKED[name]):
        for control in chooser.sample(list(explorer.controls.values()), min(2, len(explorer.controls))):
            control.value = random_value(control, chooser)
        touched = [
            (grid.name, (row, column) if grid.values.shape[1] > 1 else row)
            for grid in explorer.sheet.grids
            if grid.name
            for row, column in np.ndindex(grid.values.shape)
        ]
        touched += [(curve.name, index) for curve in explorer.sheet.curves for index in curve.indices]
        kinds = sorted({re.sub(r"\d+", "", made) for made, _ in touched})
        kind = chooser.choice(kinds)  # every kind as often as another, however many numbers it has
        explorer.select(*chooser.choice([one for one in touched if re.sub(r"\d+", "", one[0]) == kind]))
        values = {label: control.value for label, control in explorer.controls.items()}
        check(explorer.explanation, *globals()[name](*explorer.selected, **values))
