"""Draw the still figures of the course as SVG files into this folder.

    python images/draw.py

Every figure is a sheet of `helpers`, with numbers from PyTorch and fixed seeds, so the same versions draw the same
bytes. `--check` writes nothing and fails when a file is not what it would write.
"""

import argparse
import sys
from pathlib import Path

import torch
from torch import nn

from helpers import (
    Pair,
    draw_axes,
    draw_cell,
    draw_cell_shapes,
    draw_constructor,
    draw_days,
    draw_layers,
    draw_loop,
    draw_memory,
    draw_networks,
    draw_rnn_shapes,
    draw_sizes,
    draw_spelling,
    learn,
    load_weather,
)
from helpers.drawing.svg import svg
from helpers.forecast import RNNForecast, dense_forecast
from helpers.modules import make, seeded

PAIR = Pair("hello", "ohlol")
INTRODUCTION = """# The still figures

All of them are drawn by `.venv/bin/python images/draw.py` from numbers that PyTorch computed, and each has its title and
its description inside. This page is written by the same script. (`explorer.png` is a photograph; see README.md.)
"""
FOLDER = Path(__file__).resolve().parent


def figures():
    """{file name: (lesson, title, Picture)} of all still figures, in reading order."""
    dense, rnn = dense_forecast(5, 16, seeded(0)), RNNForecast(16, seeded(0))
    weather, generator = load_weather(), seeded(1)
    cell, small = (make(nn.RNNCell, *sizes, generator=generator) for sizes in ((3, 5), (4, 2)))
    shapes = ((2, 3), (2, 5), (4, 3), (3, 4), (3, 2, 4), (5, 2, 4), (3, 2, 2))
    x, h, days, steps, batch, sequence, h_0 = (torch.randn(*shape, generator=generator) for shape in shapes)
    deep = make(nn.RNN, 4, 2, 3, generator=generator)
    single, demo = make(nn.RNN, 4, 2, generator=generator), torch.randn(3, 1, 4, generator=generator)
    zeros = torch.zeros(1, 2, 2)
    return {
        "rain_table.svg": ("01", "Three days of weather, and the day to forecast", draw_days(weather, 9003, 3)),
        "networks.svg": ("01", "A dense network and an RNN", draw_networks(weather, 9003, 5, dense, rnn)),
        "constructor.svg": ("02", "What nn.RNNCell is made of", draw_constructor(cell)),
        "cell.svg": ("02", "The inside of an RNN cell", draw_cell(cell, days, step=2, unit=1)),
        "cell_shapes.svg": ("02", "One step as a formula, with shapes", draw_cell_shapes(cell, x, h.tanh())),
        "sizes.svg": ("03", "batch_size, seq_len, input_size and hidden_size", draw_sizes(small, batch)),
        "loop_start.svg": ("03", "The loop as code, before its first step", draw_loop(small, steps, step=0)),
        "loop.svg": ("03", "The loop over an RNN cell, folded and unrolled", draw_loop(small, steps, step=2)),
        "joined.svg": (
            "04",
            "An RNN is a cell joined to itself, step after step",
            draw_layers(single, sequence[:4], lit="none"),
        ),
        "one_layer_shapes.svg": ("04", "The shapes of an RNN", draw_rnn_shapes(single, sequence, zeros)),
        "demo_one_layer.svg": ("04", "The demo with one layer", draw_layers(single, demo)),
        "demo_three_layers.svg": ("04", "The demo with three layers", draw_layers(deep, demo)),
        "layers.svg": ("04", "The grid of a multi-layer RNN, one hue a layer", draw_layers(deep, sequence, lit="none")),
        "layers_in_and_out.svg": (
            "04",
            "Where h_0, input, output and h_n are",
            draw_layers(deep, sequence, h_0.tanh(), 1),
        ),
        "rnn_shapes.svg": ("04", "The shapes of an RNN with layers", draw_rnn_shapes(deep, sequence, h_0.tanh())),
        "axes_right.svg": ("05", "The order of axes that the RNN takes", draw_axes()),
        "axes_mixed.svg": ("05", "The wrong order of axes, and no error", draw_axes(rnn_batch_first=False)),
        "spelling.svg": ("06", "A network that learns to answer hello with ohlol", draw_spelling(learn(PAIR), 4)),
        "vanishing.svg": ("07", "A gradient that vanishes", draw_memory(weight_scale=0.7)),
        "exploding.svg": ("07", "A gradient that explodes", draw_memory(weight_scale=1.5)),
    }


def _lesson(number):
    return next((FOLDER.parent / "notebooks").glob(f"{number}_*.ipynb")).name


def files():
    """{file name: text} of all that this script writes: the figures, and README.md, which shows them all."""
    drawn = figures()
    texts = {name: svg(picture.sheet, title, picture.alt) for name, (_, title, picture) in drawn.items()}
    parts = [INTRODUCTION]
    for name, (lesson, title, picture) in drawn.items():
        parts.append(
            f"## {title}\n\n[Lesson {lesson}](../notebooks/{_lesson(lesson)}), `{name}`\n\n![{picture.alt}]({name})\n"
        )
    return texts | {"README.md": "\n".join(parts)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare with the files instead of writing them")
    check = parser.parse_args().check
    wrong = []
    for name, text in files().items():
        path = FOLDER / name
        if not check:
            path.write_text(text, encoding="utf-8", newline="\n")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            wrong.append(name)
    if wrong:
        sys.exit(f"Not what images/draw.py draws: {', '.join(wrong)}. Run: python images/draw.py")


if __name__ == "__main__":
    main()
