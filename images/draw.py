"""Draw the still figures of the course as SVG files into this folder.

    python images/draw.py

Every figure comes from `helpers.pictures`, with numbers from PyTorch and fixed seeds, so the same
versions draw the same bytes. `--check` writes nothing and fails when a file is not what it would write.
"""

import argparse
import html
import io
import re
import sys
from pathlib import Path

import matplotlib as mpl
import torch
from torch import nn

from helpers.forecast import RNNForecast, dense_forecast
from helpers.modules import make, seeded
from helpers.pictures import (
    draw_axes,
    draw_cell,
    draw_cell_shapes,
    draw_layers,
    draw_loop,
    draw_memory,
    draw_networks,
    draw_rnn_shapes,
    draw_sizes,
    draw_spelling,
)
from helpers.spelling import Pair, learn
from helpers.weather import load_weather

PAIR = Pair("hello", "ohlol")
FOLDER = Path(__file__).resolve().parent


def figures():
    """{file name: (title, Picture)} of all still figures."""
    dense, rnn = dense_forecast(5, 16, seeded(0)), RNNForecast(16, seeded(0))
    generator = seeded(1)
    cell, small = (make(nn.RNNCell, *sizes, generator=generator) for sizes in ((3, 5), (4, 2)))
    shapes = ((2, 3), (2, 5), (4, 3), (3, 4), (3, 2, 4), (5, 2, 4), (3, 2, 2))
    x, h, days, steps, batch, sequence, h_0 = (torch.randn(*shape, generator=generator) for shape in shapes)
    deep = make(nn.RNN, 4, 2, 3, generator=generator)
    return {
        "cell.svg": ("The inside of an RNN cell", draw_cell(cell, days, step=2, unit=1)),
        "cell_shapes.svg": ("The shapes of one step of an RNN cell", draw_cell_shapes(cell, x, h.tanh())),
        "loop.svg": ("The loop over an RNN cell, folded and unrolled", draw_loop(small, steps, step=2)),
        "layers.svg": ("The grid of a multi-layer RNN, one hue a layer", draw_layers(deep, sequence, lit="none")),
        "layers_in_and_out.svg": ("Where h_0, input, output and h_n are", draw_layers(deep, sequence, h_0.tanh(), 1)),
        "rnn_shapes.svg": ("The shapes of an RNN with layers", draw_rnn_shapes(deep, sequence, h_0.tanh())),
        "axes_right.svg": ("The order of axes that the RNN takes", draw_axes()),
        "axes_mixed.svg": ("The wrong order of axes, and no error", draw_axes(rnn_batch_first=False)),
        "spelling.svg": ("A network that learns to answer hello with ohlol", draw_spelling(learn(PAIR), 4)),
        "vanishing.svg": ("A gradient that vanishes", draw_memory(weight_scale=0.7)),
        "exploding.svg": ("A gradient that explodes", draw_memory(weight_scale=1.5)),
        "sizes.svg": ("batch_size, seq_len, input_size and hidden_size", draw_sizes(small, batch)),
        "networks.svg": ("A dense network and an RNN", draw_networks(load_weather(), 9003, 5, dense, rnn)),
    }


def svg(name, title, picture):
    """The text of one SVG file, with title and description inside for those who do not see it."""
    buffer = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": name}):
        picture.figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    words = f'<title id="title">{html.escape(title)}</title>\n<desc id="desc">{html.escape(picture.alt)}</desc>\n'
    text = re.sub(r"<svg ", '<svg role="img" aria-labelledby="title desc" ', buffer.getvalue(), count=1)
    text = re.sub(r"(<svg [^>]*>\n)", lambda match: match[1] + words, text, count=1)
    text = re.sub(r"-?\d+\.\d{3,}", lambda match: f"{float(match[0]):.2f}", text)  # a hundredth of a point is enough
    return "".join(line.rstrip() + "\n" for line in text.splitlines())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare with the files instead of writing them")
    check = parser.parse_args().check
    wrong = []
    for name, (title, picture) in figures().items():
        text, path = svg(name, title, picture), FOLDER / name
        if not check:
            path.write_text(text, encoding="utf-8", newline="\n")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            wrong.append(name)
    if wrong:
        sys.exit(f"Not what images/draw.py draws: {', '.join(wrong)}. Run: python images/draw.py")


if __name__ == "__main__":
    main()
