"""Still pictures: PNG and SVG, letters that a font lacks, a learner's own figure."""

import io
import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image
from sheet_rules import faults
from still_pictures import PICTURES

from helpers import draw_skill, show
from helpers.drawing import letters, still
from helpers.drawing.sheet import STILL, Sheet
from helpers.drawing.svg import svg

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("name", PICTURES)
def test_every_still_picture_keeps_the_rules_and_has_words(name):
    picture = PICTURES[name]()
    assert list(faults(picture.sheet)) == []
    assert picture.sheet.size[0] <= STILL + 8
    assert len(picture.alt) > 20
    assert "{" not in picture.alt


def test_png_has_its_dots_and_its_ink():
    sheet = PICTURES["layers"]().sheet
    image = Image.open(io.BytesIO(still.png(sheet, scale=2)))
    assert image.size == tuple(2 * edge for edge in sheet.size)
    dots = np.asarray(image.convert("RGB"))
    assert (dots < 128).any()
    assert (dots[:2] == 255).all()


def test_svg_keeps_words_as_text_with_their_widths():
    sheet = Sheet()
    sheet.text(10, 20, 'a < b & "c"', family="mono", bold=True)
    sheet.grid([[0.25, -1.0]], 10, 40, 46, 20, numbers=2)
    root = ElementTree.fromstring(svg(sheet, "A <title>", "An & alt"))
    assert [root.find(f"{SVG}title").text, root.find(f"{SVG}desc").text] == ["A <title>", "An & alt"]
    texts = root.findall(f"{SVG}text")
    assert [text.text for text in texts] == ['a < b & "c"', "0.25", "−1.00"]
    widths = [float(text.get("textLength")) for text in texts]
    assert widths == pytest.approx(
        [letters.width('a < b & "c"', family="mono"), *(letters.width(w) for w in ("0.25", "−1.00"))], abs=0.1
    )
    assert root.get("viewBox") == "0 0 {} {}".format(*sheet.size)


def test_letters_that_the_fonts_lack_become_their_numbers():
    with_letter, with_number = Sheet(), Sheet()
    with_letter.text(10, 20, "好")
    with_number.text(10, 20, "[597D]")
    for sheet in (with_letter, with_number):
        sheet.text(100, 20, "g")
    assert np.array_equal(still.pixels(with_letter), still.pixels(with_number))
    assert not letters.has("好")
    assert letters.width("好", 20) == 20


def test_show_gives_alt_text_and_plain_text(monkeypatch):
    shown = []
    monkeypatch.setattr("helpers.widgets.display.display", lambda data, raw: shown.append(data))
    show(Figure(figsize=(2, 1)), alt='a "plain" <figure>')
    bundle = shown.pop()
    assert bundle["text/plain"] == 'a "plain" <figure>'
    assert re.search(r'<img [^>]*alt="a &quot;plain&quot; &lt;figure&gt;"', bundle["text/html"])
    assert set(bundle) == {"text/plain", "text/html", "image/png"}
    picture = PICTURES["skill"]()
    for words, options in ((picture.alt, {}), ("other words", {"alt": "other words"})):
        show(picture, **options)
        assert shown.pop()["text/plain"] == words


def test_a_figure_of_the_learner_stays_as_it_is():
    import matplotlib as mpl

    figure = Figure(figsize=(2, 1), facecolor=(0, 0, 0, 0))
    figure.text(0.1, 0.5, "0.25")
    canvas = figure.canvas
    with mpl.rc_context({"savefig.bbox": "tight"}):
        image = Image.open(io.BytesIO(still.figure_png(figure)))
    assert image.size == (400, 200)
    assert (np.asarray(image.convert("RGB"))[0, 0] == 255).all()  # what is see-through lies on white
    assert figure.canvas is canvas


WRONG = {
    "no figure": (lambda: show("a figure"), TypeError, "figure must be a Picture or .*, got str"),
    "no alt": (lambda: show(Figure()), ValueError, "alt"),
    "blank alt": (lambda: show(Figure(), alt="  "), ValueError, "alt"),
    "no scores": (lambda: draw_skill([]), ValueError, "scores must be at least one Score"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_input_is_answered_in_a_sentence(case):
    make, error, words = WRONG[case]
    with pytest.raises(error, match=words):
        make()
