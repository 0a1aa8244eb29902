"""Pictures: the marks on paper, the bitmap, the words."""

import importlib.util
import io
import itertools
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from matplotlib.figure import Figure
from PIL import Image
from still_pictures import PICTURES, SCORES
from torch import nn

from helpers import (
    draw_hidden,
    draw_skill,
    draw_tensor,
    show,
    style,
    trace,
)
from helpers.pictures import lettering
from helpers.pictures.canvas import Canvas, figure_png, picture
from helpers.pictures.layers import LayersScene, layers_state
from helpers.pictures.sheet import Sheet

IMAGES = Path(__file__).resolve().parent.parent / "images"


def pixels(png):
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))


def test_lettering_measures_and_places():
    assert lettering.width("00", 20, "mono") == pytest.approx(2 * lettering.width("0", 20, "mono"))
    assert lettering.width(" ", 20) > 0
    for align, share in (("left", 0), ("center", 0.5), ("right", 1)):
        vertices, _ = lettering.outline("0", 100, 50, 20, align, "mono")
        middle = vertices[:, 0].min() / 2 + vertices[:, 0].max() / 2
        assert middle == pytest.approx(100 + lettering.width("0", 20, "mono") * (0.5 - share), abs=1)
        assert vertices[:, 1].min() / 2 + vertices[:, 1].max() / 2 == pytest.approx(50, abs=1)


def test_no_words_leave_no_marks():
    sheet = Sheet()
    sheet.text(100, 50, "")
    assert (drawn(sheet) == 255).all()


def drawn(sheet, width=200, height=100):
    class Scene:
        size = (width, height)
        still_key = staticmethod(lambda state: 0)
        draw_still = staticmethod(lambda figure, state: None)

        @staticmethod
        def draw_moving(target, state):
            target.__dict__.update(sheet.__dict__)

    return pixels(Canvas(Scene).png(None)).astype(int)


@pytest.mark.parametrize("size", [3, 5])
def test_squares_and_pixels_have_the_colours_of_their_values(size):
    values = torch.linspace(-1, 1, 6).reshape(2, 3).numpy()
    blocks, grid = Sheet(), Sheet()
    blocks.pixels(10, 20, style.fill(values), size)
    grid.squares(10, 20, values, size, size, gap=0)
    for found in (drawn(blocks), drawn(grid)):
        for row, column in itertools.product(range(2), range(3)):
            colour = found[20 + row * size + size // 2, 10 + column * size + size // 2]
            assert np.abs(colour - style.fill(values[row, column]) * 255).max() <= 8
        assert (found[19] == 255).all()
        assert (found[:, 9] == 255).all()


def test_numbers_are_left_out_where_there_is_no_room():
    def ink(width, height):
        with_numbers, without = Sheet(), Sheet()
        with_numbers.squares(5, 5, np.full((1, 1), 0.1), width, height, numbers=lambda value: f"{value:.2f}")
        without.squares(5, 5, np.full((1, 1), 0.1), width, height)
        return (drawn(with_numbers) != drawn(without)).any()

    assert ink(60, 24)
    assert not ink(30, 24)
    assert not ink(60, 12)


SCENES = {
    "layers": lambda: (LayersScene(), layers_state(nn.RNN(4, 2, 3), torch.randn(5, 2, 4), 1, 4, "both")),
}


@pytest.mark.parametrize("name", SCENES)
def test_a_still_figure_shows_the_same_as_the_live_one(name):
    scene, state = SCENES[name]()
    still, live = pixels(figure_png(picture(scene, state, "words").figure, scale=1)), pixels(Canvas(scene).png(state))
    assert (still != live).any(axis=-1).mean() < 0.002


@pytest.mark.parametrize("name", PICTURES)
def test_every_picture_has_words_and_ink(name):
    picture = PICTURES[name]()
    found = pixels(figure_png(picture.figure))
    assert found.shape[1] == 2 * style.WIDTH
    assert (found < 128).any()
    assert (found[:, :2] == 255).all()
    assert (found[:, -2:] == 255).all()
    assert len(picture.alt) > 20
    assert "{" not in picture.alt


def test_pictures_say_their_numbers():
    found = trace(nn.RNN(3, 5), torch.randn(4, 2, 3))
    assert all(f"{v:.2f}".replace("-", "−") in draw_hidden(found, sample=1).alt for v in found.output[-1, 1].tolist())


WRONG = {
    "no tensor": (lambda: draw_tensor([1.0], "h", ("n",)), TypeError, "tensor must be a torch.Tensor, got list"),
    "axes": (lambda: draw_tensor(torch.ones(2, 3), "h", ("n",)), ValueError, r"tensor must be .*got \(2, 3\)"),
    "too large": (
        lambda: draw_tensor(torch.ones(2, 99), "h", ("n", "m")),
        ValueError,
        r"tensor must be .*got \(2, 99\)",
    ),
    "empty": (lambda: draw_tensor(torch.ones(0), "h", ("n",)), ValueError, r"tensor must be .*got \(0,\)"),
    "too long": (
        lambda: draw_hidden(trace(nn.RNN(3, 5), torch.ones(99, 1, 3))),
        ValueError,
        "at most 39 steps, got 99",
    ),
    "no figure": (lambda: show("a figure"), TypeError, "figure must be a Picture or .*, got str"),
    "no alt": (lambda: show(Figure()), ValueError, "alt"),
    "blank alt": (lambda: show(Figure(), alt="  "), ValueError, "alt"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_input_is_answered_in_a_sentence(case):
    make, error, words = WRONG[case]
    with pytest.raises(error, match=words):
        make()


def test_show_gives_alt_text_and_plain_text(monkeypatch):
    shown = []
    monkeypatch.setattr("helpers.still.display", lambda data, raw: shown.append(data))
    show(Figure(figsize=(2, 1)), alt='a "plain" <figure>')
    bundle = shown.pop()
    assert bundle["text/plain"] == 'a "plain" <figure>'
    assert re.search(r'<img [^>]*alt="a &quot;plain&quot; &lt;figure&gt;"', bundle["text/html"])
    assert set(bundle) == {"text/plain", "text/html", "image/png"}
    picture = draw_skill(SCORES)
    for words, options in ((picture.alt, {}), ("other words", {"alt": "other words"})):
        show(picture, **options)
        assert shown.pop()["text/plain"] == words


def test_still_figures_are_what_the_script_draws(monkeypatch):
    spec = importlib.util.spec_from_file_location("draw", IMAGES / "draw.py")
    draw = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(draw)
    made = draw.files()
    assert {path.name for path in IMAGES.iterdir() if path.suffix in (".svg", ".md")} == set(made)
    for name, text in made.items():
        assert (IMAGES / name).read_text(encoding="utf-8") == text, f"{name}: run python images/draw.py"
        assert name.endswith(".md") or ("<title" in text and "<desc" in text)
    assert len(re.findall(r"!\[[^\]]{20,}\]\(\w+\.svg\)", made["README.md"])) == len(made) - 1
