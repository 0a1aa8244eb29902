"""Every explorer: captions, pictures, reset, wrong arguments; threads, drags, lost messages, a user's own settings."""

import base64
import html
import json
import random
import re
import threading
import time

import numpy as np
import pytest
from ipywidgets import Play
from moves import EXPLORERS, ends, random_value

from helpers.drawing.sheet import STILL, WIDTHS, Sheet
from helpers.widgets.accessibility import inside
from helpers.widgets.controls import slider
from helpers.widgets.explorer import Explorer
from helpers.words import say


def head(explorer):
    """What the newest frame says beside the picture: caption, revision, the controls' values."""
    frame = next(child for child in explorer.children if hasattr(child, "frame")).frame
    return json.loads(frame[4 : 4 + int.from_bytes(frame[:4], "little")])


def page_of(explorer):
    """The canvas widget of an explorer, as its page knows it."""
    return next(child for child in explorer.children if hasattr(child, "frame"))


def look(explorer):
    """All that a sheet shows, to be compared."""
    sheet = explorer.sheet
    fills = [(*fill[:3], fill[3].tolist(), *fill[4:]) if hasattr(fill, "values") else fill for fill in sheet.fills]
    return fills, sheet.lines, sheet.boxes, sheet.spots, sheet.texts


@pytest.mark.parametrize("name", EXPLORERS)
def test_every_control_changes_what_is_shown_and_said(name):
    explorer, chooser = EXPLORERS[name](), random.Random(name)
    said = {explorer.caption}
    for label, control in explorer.controls.items():
        assert control.description == label
        for value in [*ends(control), *(random_value(control, chooser) for _ in range(4))]:
            before, moved = look(explorer), control.value != value
            control.value = value
            assert (look(explorer) != before) == moved
            assert head(explorer)["caption"] == explorer.caption
            said.add(explorer.caption)
    assert len(said) > 2 * len(explorer.controls)


@pytest.mark.parametrize("name", EXPLORERS)
def test_the_caption_says_every_size_that_a_control_sets(name):
    explorer, chooser = EXPLORERS[name](), random.Random(name)
    for _ in range(5):
        for control in explorer.controls.values():
            control.value = random_value(control, chooser)
        for label, control in explorer.controls.items():
            if label in ("hidden_size", "seq_len", "num_layers", "input_size", "batch"):
                assert re.search(rf"(?<![\d.,]){control.value}(?![\d])", explorer.caption), (label, explorer.caption)


@pytest.mark.parametrize("name", EXPLORERS)
def test_bundle_has_a_still_picture_with_alt_text(name):
    explorer = EXPLORERS[name]()
    explorer.width = WIDTHS[-1]  # whatever page it is shown on
    bundle = explorer._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html", "image/png", "application/vnd.jupyter.widget-view+json"}
    assert re.search(r'<img [^>]*alt="[^"]{20,}"', bundle["text/html"])
    assert bundle["text/plain"] == explorer.caption
    assert f"<figcaption>{explorer.caption} {say('explorers.still')}</figcaption>" in html.unescape(bundle["text/html"])
    assert base64.b64decode(bundle["image/png"])[1:4] == b"PNG"
    other = EXPLORERS[name]()._repr_mimebundle_()
    assert (other["text/html"], other["image/png"]) == (bundle["text/html"], bundle["image/png"])


@pytest.mark.parametrize("name", EXPLORERS)
def test_reset_puts_everything_back(name):
    explorer = EXPLORERS[name]()
    start = {label: control.value for label, control in explorer.controls.items()}
    shown, caption = look(explorer), explorer.caption
    for control in explorer.controls.values():
        control.value = ends(control)[-1]
    explorer.reset.click()
    assert {label: control.value for label, control in explorer.controls.items()} == start
    assert (look(explorer), explorer.caption) == (shown, caption)


def test_reset_where_one_slider_bounds_another():
    loop, cell = EXPLORERS["loop"](seq_len=8, step=7), EXPLORERS["cell"](hidden_size=9, unit=8)
    loop.controls["seq_len"].value, cell.controls["hidden_size"].value = 2, 1
    for explorer in (loop, cell):
        explorer.reset.click()
    assert (loop.controls["step"].value, loop.controls["seq_len"].value) == (7, 8)
    assert (cell.controls["unit"].value, cell.controls["hidden_size"].value) == (8, 9)


def counting(pause=0.0, compute=None):
    """An explorer of one slider that draws its value, slowly, and remembers what it was asked to draw."""
    drawn = []

    def draw(n, width):
        drawn.append(n)
        time.sleep(pause)
        sheet = Sheet(width)
        sheet.grid([[float(n)]], 10, 10, 60, 20, name="n", numbers=0, limit=1000)
        return sheet

    controls = {"n": slider("n", 0, 0, 1000)}
    return Explorer(controls, compute or (lambda n: n), draw, lambda n: f"n is {n}", "a number"), drawn


def test_waiting_moves_end_in_one_drawing_of_the_newest_value():
    explorer, drawn = counting(pause=0.05)
    threads = []
    for value in range(1, 31):
        threads.append(threading.Thread(target=setattr, args=(explorer.controls["n"], "value", value)))
        threads[-1].start()
        time.sleep(0.001)
    for thread in threads:
        thread.join()
    newest = explorer.controls["n"].value
    assert (explorer.caption, drawn[-1], head(explorer)["values"]) == (f"n is {newest}", newest, {"n": newest})
    assert len(drawn) < 15


def test_a_callback_that_raises_leaves_the_explorer_usable():
    def compute(n):
        if n == 3:
            raise ArithmeticError
        return n

    explorer, _ = counting(compute=compute)
    with pytest.raises(ArithmeticError):
        explorer.controls["n"].value = 3
    assert explorer.caption == "n is 0"
    explorer.controls["n"].value = 4
    assert (explorer.caption, explorer.sheet.grids[0].values.item()) == ("n is 4", 4)


def answered(explorer, **content):
    """What the kernel sends when the page rests and says `content`: the names of the states, one after the other."""
    sent = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ipywidgets.Widget.send_state", lambda widget, key=None: sent.append(key))
        page_of(explorer)._handle_custom_msg(content, [])
    return sent


def test_what_the_page_missed_is_sent_again():
    explorer, _ = counting()
    explorer.controls["n"].value = 5
    newest = head(explorer)["revision"]
    assert answered(explorer, revision=newest, wanted={}) == []
    assert "frame" in answered(explorer, revision=newest - 1, wanted={})


def test_a_value_that_was_lost_on_the_way_is_taken_over():
    """A slider at 20 beside a picture at 7: whichever message was lost, the next rest of the page ends it."""
    explorer, _ = counting()
    explorer.controls["n"].value = 7
    page_of(explorer)._handle_custom_msg({"revision": head(explorer)["revision"], "wanted": {"n": 20}}, [])
    assert (explorer.controls["n"].value, explorer.caption, head(explorer)["values"]) == (20, "n is 20", {"n": 20})
    explorer.controls["n"].unobserve_all()  # the slider's own callback is lost
    explorer.controls["n"].value = 33
    assert explorer.caption == "n is 20"
    page_of(explorer)._handle_custom_msg({"revision": head(explorer)["revision"], "wanted": {"n": 33}}, [])
    assert explorer.caption == "n is 33"


@pytest.mark.parametrize("wanted", [{"n": 5000}, {"n": "five"}, {"n": None}, {"other": 3}, {}])
def test_nonsense_of_a_page_changes_nothing(wanted):
    explorer, _ = counting()
    explorer.controls["n"].value = 7
    page_of(explorer)._handle_custom_msg({"revision": head(explorer)["revision"], "wanted": wanted}, [])
    page_of(explorer)._handle_custom_msg({}, [])
    assert (explorer.controls["n"].value in (7, 1000), explorer.sheet.grids[0].values.item()) == (
        True,
        explorer.controls["n"].value,
    )


def test_choices_travel_as_places():
    explorer = EXPLORERS["layers"]()
    assert head(explorer)["values"]["show"] == 3
    page_of(explorer)._handle_custom_msg({"revision": 1, "wanted": {"show": 1}}, [])
    assert explorer.controls["show"].value == "output"


def test_the_page_chooses_the_width_and_stills_do_not_care():
    explorer = EXPLORERS["layers"]()
    still = explorer.png
    for width in WIDTHS:
        explorer.width = width
        assert explorer.sheet.width == width
        assert explorer.sheet.size[0] <= width + 8
    assert explorer.png == still
    assert STILL in WIDTHS


def test_the_play_button_stands_beside_its_slider():
    for explorer, name in (
        (EXPLORERS["loop"](), "step"),
        (EXPLORERS["layers"](), "wave"),
        (EXPLORERS["hello"](), "epoch"),
    ):
        boxes = [box for box in inside(explorer.children) if explorer.controls[name] in getattr(box, "children", ())]
        (row,) = boxes
        assert [type(child) for child in row.children] == [type(explorer.controls[name]), Play]


def test_numbers_on_the_sheet_are_exactly_those_of_the_state():
    """In the data to 1e-6, whatever the page's width; what is written follows from them."""
    explorer = EXPLORERS["layers"](hidden_size=3, num_layers=2, seq_len=4)
    rnn_values = {grid.name: grid.values.copy() for grid in explorer.sheet.grids}
    for width in WIDTHS:
        explorer.width = width
        for grid in explorer.sheet.grids:
            if grid.name in rnn_values:
                assert np.allclose(grid.values, rnn_values[grid.name], atol=1e-6)
