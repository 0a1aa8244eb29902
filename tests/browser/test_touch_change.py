"""A kept number takes a new value below the picture: typed, by a tenth more, while sliders move, and undone."""

import base64
import json

import pytest
from accessibility import THEMES, choose_theme, grave_findings, show_every_cell
from lab import browser_page, run_lesson
from playwright.sync_api import expect
from touching import SQUARES, Touched, in_kernel, open_notebook, squares, written

from helpers.words import lookup, say

EXPLORER = "cell = explore_cell()\ncell"
# The same settings, change and selection in a new explorer.
FRESH = """
fresh = explore_cell()
fresh.width = cell.width
for _ in range(2):  # one slider bounds another
    for name, control in cell.controls.items():
        fresh.controls[name].value = control.value
for (name, index), value in {changes}.items():
    fresh.change(name, index, value)
fresh.select(*cell.selected)
"""
# The frame that the page has of a live picture: its model is known to the manager of the widgets below a cell's output.
FRAME = """
async (id) => {
  const found = [], look = (widget) => { if (widget._manager?.promise) found.push(widget); for (const child of widget.children?.() ?? []) look(child); };
  look(window.jupyterapp.shell.currentWidget.content);
  const model = await (await found[0]._manager.promise).get_model(id), { buffer, byteOffset, byteLength } = model.get('frame');
  return btoa(String.fromCharCode(...new Uint8Array(buffer, byteOffset, byteLength)));
}
"""


@pytest.fixture(scope="module")
def notebook(lab):
    with browser_page() as page:
        open_notebook(page, lab, EXPLORER)
        yield page


@pytest.fixture
def cell(notebook):
    """The explorer as it was made, with W_ih[1, 1] kept."""
    touched = Touched(notebook, EXPLORER, "cell")
    in_kernel(notebook, "None", "cell.reset.click(); cell.select(None)")
    expect(touched.explanation).to_have_text("")
    notebook.mouse.click(*touched.middle(squares(notebook, "cell")["W_ih[1, 1]"]))
    expect(touched.explanation).to_contain_text("W_ih[1, 1] = ")
    return touched


def field(cell):
    return cell.cell.locator("input[type=text]")


def button(cell, name):
    return cell.cell.get_by_role("button", name=name, exact=True)


def unpacked(frame):
    """A frame's head without its number, and all its numbers."""
    data = base64.b64decode(frame)
    start = 4 + int.from_bytes(data[:4], "little")
    return {name: part for name, part in json.loads(data[4:start]).items() if name != "revision"}, data[start:]


def frame_on_page(notebook):
    """The frame that the page has, once kernel and page have come to rest."""
    before = None
    while before != (before := in_kernel(notebook, "cell._picture._revision")):
        notebook.wait_for_timeout(1000)
    expect(notebook.locator(f"canvas[data-revision='{before}']")).to_have_count(1)
    return unpacked(notebook.evaluate(FRAME, in_kernel(notebook, "cell._picture.widget.model_id")))


def frame_of_a_fresh_one(notebook, changes):
    frame = "__import__('base64').b64encode(fresh._picture.widget.frame).decode()"
    return unpacked(in_kernel(notebook, frame, FRESH.format(changes=changes)))


def weight(notebook):
    return in_kernel(notebook, "cell.weights['weight_ih'][1, 1].item()")


def test_a_change_and_a_slider_at_the_same_time(notebook, cell):
    start, more, handle = weight(notebook), button(cell, "+"), cell.cell.get_by_role("slider", name="hidden_size")
    handle.focus()
    for press in range(24):
        more.evaluate("button => button.click()")
        notebook.keyboard.press("ArrowRight" if press % 8 < 5 else "ArrowLeft")
    shown = frame_on_page(notebook)
    assert weight(notebook) == pytest.approx(start + 2.4, abs=1e-4)
    assert shown == frame_of_a_fresh_one(notebook, {("W_ih", (1, 1)): weight(notebook)})
    assert str(shown[0]["values"]["hidden_size"]) == handle.get_attribute("aria-valuetext")

    field(cell).fill("-0.75")
    notebook.keyboard.press("Enter")
    handle.focus()
    for _ in range(6):
        notebook.keyboard.press("ArrowLeft")
    expect(cell.tip).to_have_text("W_ih[1, 1] = −0.7500")
    shown = frame_on_page(notebook)
    assert shown == frame_of_a_fresh_one(notebook, {("W_ih", (1, 1)): -0.75})
    assert str(shown[0]["values"]["hidden_size"]) == handle.get_attribute("aria-valuetext")


def test_a_number_is_typed_and_undone(notebook, cell):
    known, start = squares(notebook, "cell"), weight(notebook)
    untouched = frame_on_page(notebook)
    field(cell).fill("abc")
    notebook.keyboard.press("Enter")
    expect(cell.cell.get_by_text(say("explorers.change.no_number", got="'abc'"))).to_be_visible()
    assert frame_on_page(notebook) == untouched
    assert weight(notebook) == start

    field(cell).fill("1,5")
    notebook.keyboard.press("Enter")
    expect(cell.tip).to_have_text("W_ih[1, 1] = 1.5000")
    expect(cell.explanation).to_contain_text("W_ih[1, 1] = 1.5000")
    expect(cell.cell.get_by_text(say("explorers.change.no_number", got="'abc'"))).to_have_count(0)
    assert frame_on_page(notebook) == frame_of_a_fresh_one(notebook, {("W_ih", (1, 1)): 1.5})
    left, top, right, bottom = known["W_ih[1, 1]"].place
    marks = in_kernel(notebook, "[tuple(map(int, box.rect)) for box in cell.sheet.boxes if box.dashed]")
    assert len(marks) == 1
    assert left <= marks[0][0] < marks[0][2] <= right
    assert top <= marks[0][1] < marks[0][3] <= bottom
    assert squares(notebook, "cell")["new h[1]"].value != known["new h[1]"].value

    button(cell, lookup("explorers.change")["code"]).click()
    lines = cell.cell.locator("pre", has_text="torch.tensor").text_content()
    same = "all(torch.allclose(made[name], tensor, atol=1e-4) for name, tensor in cell.weights.items())"
    assert in_kernel(notebook, same, f"made = {{'torch': torch}}\nexec({lines!r}, made)")
    assert in_kernel(notebook, "made['weight_ih'][1, 1].item()") == 1.5

    cell.canvas.focus()
    notebook.keyboard.press("+")
    expect(cell.tip).to_have_text("W_ih[1, 1] = 1.6000")
    notebook.keyboard.press("-")
    expect(cell.tip).to_have_text("W_ih[1, 1] = 1.5000")

    button(cell, lookup("explorers")["reset"]).click()
    expect(cell.tip).to_have_text(f"W_ih[1, 1] = {written(start)}")
    assert frame_on_page(notebook) == untouched
    assert float(field(cell).input_value()) == pytest.approx(start, abs=1e-3)


def test_axe_finds_nothing_grave_with_a_number_kept_and_changed(lab, notebook):
    run_lesson(notebook, lab, "notebooks/02_rnn_cell.ipynb")
    show_every_cell(notebook)
    source = "explore_cell()"
    cell = Touched(notebook, source, "_explorer")
    in_kernel(notebook, "None", f"{SQUARES}\n_explorer = next(out for out in Out.values() if hasattr(out, 'sheet'))")
    notebook.mouse.click(*cell.middle(squares(notebook, "_explorer")["W_ih[1, 1]"]))
    field(cell).fill("1.5")
    notebook.keyboard.press("Enter")
    expect(cell.explanation).to_contain_text("W_ih[1, 1] = 1.5000")
    button(cell, lookup("explorers.change")["code"]).click()
    expect(cell.cell.locator("pre", has_text="torch.tensor")).to_be_visible()
    field(cell).fill("abc")
    notebook.keyboard.press("Enter")
    expect(cell.cell.get_by_text(say("explorers.change.no_number", got="'abc'"))).to_be_visible()
    for theme in THEMES:
        choose_theme(notebook, theme)
        expect(cell.canvas).to_have_attribute("data-theme", "dark" if "Dark" in theme else "light")
        expect(cell.tip).to_be_visible()
        assert grave_findings(notebook) == [], theme
