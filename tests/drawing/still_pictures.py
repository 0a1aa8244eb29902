"""Every picture that stands still, by name, and scores to draw."""

import torch
from torch import nn

import helpers
from helpers.drawing.colours import INPUT
from helpers.forecast import RNNForecast, Score, dense_forecast
from helpers.modules import seeded

SCORES = [Score("dense", 3, run, 177, 0.05 + run / 100) for run in range(3)] + [Score("rnn", 3, 0, 353, -0.4)]
PICTURES = {
    "days": lambda: helpers.draw_days(helpers.load_weather(), 9000, 3),
    "hidden": lambda: helpers.draw_hidden(helpers.trace(nn.RNN(3, 5), torch.randn(4, 2, 3)), sample=1),
    "tensor": lambda: helpers.draw_tensor(torch.randn(5, 3), "weight_ih", ("hidden_size", "input_size")),
    "column": lambda: helpers.draw_tensor(torch.randn(5), "h", ("hidden_size",)),
    "skill": lambda: helpers.draw_skill(SCORES),
    "sizes": lambda: helpers.draw_sizes(nn.RNN(4, 2), torch.randn(3, 2, 4)),
    "largest sizes": lambda: helpers.draw_sizes(nn.RNNCell(6, 6), torch.randn(5, 3, 6)),
    "cell shapes": lambda: helpers.draw_cell_shapes(nn.RNNCell(3, 5), torch.randn(2, 3), torch.randn(2, 5)),
    "largest cell shapes": lambda: helpers.draw_cell_shapes(nn.RNNCell(8, 8), torch.randn(8, 8), torch.randn(8, 8)),
    "cell": lambda: helpers.draw_cell(nn.RNNCell(3, 5), torch.randn(4, 3), step=2, unit=4),
    "loop": lambda: helpers.draw_loop(nn.RNNCell(4, 2), torch.randn(3, 4), step=2),
    "layers": lambda: helpers.draw_layers(nn.RNN(4, 2, 3), torch.randn(5, 2, 4)),
    "axes": lambda: helpers.draw_axes(2, 5, 1, rnn_batch_first=False),
    "networks": lambda: helpers.draw_networks(
        helpers.load_weather(), 9000, 3, dense_forecast(3, 4, seeded(0)), RNNForecast(4, seeded(0))
    ),
    "image": lambda: helpers.draw_tensor(torch.rand(8, 8), "image", ("height", "width"), INPUT, pixels=True),
    "constructor": lambda: helpers.draw_constructor(nn.RNNCell(3, 5)),
    "rnn shapes": lambda: helpers.draw_rnn_shapes(nn.RNN(4, 2, 3), torch.randn(5, 2, 4), torch.zeros(3, 2, 2)),
    "memory": lambda: helpers.draw_memory(1.5, 1.0),
    "recall": lambda: helpers.draw_recall({"RNN": {10: [1.0, 0.5], 20: [0.48, 0.52]}, "LSTM": {10: [1.0], 20: [0.9]}}),
    "spelling": lambda: helpers.draw_spelling(helpers.learn(helpers.Pair("hello", "ohlol"), 4, epochs=5)),
    "success": lambda: helpers.draw_success({1: [7, None, 3], 4: [2, 5, 9]}, epochs=10),
}
