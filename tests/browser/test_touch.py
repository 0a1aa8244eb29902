"""A number of a picture is pointed at, walked to and kept, by mouse and by keyboard, in JupyterLab and Notebook 7."""

import json

import pytest
from lab import browser_page
from playwright.sync_api import expect
from touching import Touched, around, explained, in_kernel, open_notebook, squares, written

import helpers

NETWORK = "torch.manual_seed(0)\nrnn, inputs = torch.nn.RNN(4, 2, 3), torch.randn(5, 6, 4)"
MAKER = "explore_layers(rnn=rnn, inputs=inputs)"
EXPLORER, AGAIN, AFTER = f"layers = {MAKER}\nlayers", "layers", "print('after')"
# PyTorch's own h_3 of layer 1, unit 0, for a sample.
STATE = "rnn(inputs[:3, {sample}:{sample} + 1])[1][1, 0, 0].item()"
FOCUSED = "(canvas) => document.activeElement === canvas"


@pytest.fixture(scope="module", params=["lab", "notebook7"])
def notebook(request):
    """A notebook with an explorer of a network of its own, shown twice, in either front end."""
    address = request.getfixturevalue(request.param)
    with browser_page() as page:
        open_notebook(page, address, NETWORK, EXPLORER, AGAIN, AFTER)
        yield page


@pytest.fixture
def layers(notebook):
    notebook.mouse.move(2, 2)
    in_kernel(notebook, "None", "layers.select(None); layers.controls['sample'].value = 0")
    touched = Touched(notebook, EXPLORER, "layers")
    expect(touched.explanation).to_have_text("")
    expect(touched.cell.get_by_role("slider", name="sample")).to_have_attribute("aria-valuetext", "0")
    return touched


def tab_until(page, canvas, key="Tab", most=40):
    """Press Tab until the canvas has the focus."""
    for _ in range(most):
        if canvas.evaluate(FOCUSED):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{key} does not reach the picture")


def test_the_mouse_points_keeps_and_lets_go(notebook, layers):
    assert in_kernel(notebook, "helpers.__file__", "import helpers") == helpers.__file__
    known, tip, explanation = squares(notebook, "layers"), layers.tip, layers.explanation
    assert written(known["h[1, 3][0]"].value) == written(in_kernel(notebook, STATE.format(sample=0)))
    for label in ("x[2][3]", "W_hh[1][1, 0]", "h[0, 0][1]", "h[2, 5][1]", "h[1, 3][0]"):
        notebook.mouse.move(*layers.middle(known[label]))
        expect(tip).to_have_text(f"{label} = {written(known[label].value)}")
        assert layers.words == f"{label} = {written(known[label].value)}"
        assert around(layers.frames("here"), [known[label].place])
        assert around(layers.frames("source"), known[label].sources)
    assert len(known["h[1, 3][0]"].sources) == 4
    expect(explanation).to_have_text("")

    place = known["h[1, 3][0]"].place
    notebook.mouse.click(*layers.middle(known["h[1, 3][0]"]))
    notebook.mouse.move(2, 2)
    first = explained(notebook, MAKER, "h[1, 3]", 0)
    expect(explanation).to_have_text(first)
    assert written(in_kernel(notebook, STATE.format(sample=0))) in first
    assert around(layers.frames("kept"), [place])
    assert layers.frames("here") == []

    handle = layers.cell.get_by_role("slider", name="sample")
    handle.focus()
    notebook.keyboard.press("Shift+ArrowRight")
    expect(handle).to_have_attribute("aria-valuetext", "1")
    second = explained(notebook, MAKER, "h[1, 3]", 0, sample=1)
    assert second != first
    expect(explanation).to_have_text(second)
    expect(tip).to_have_text(f"h[1, 3][0] = {written(in_kernel(notebook, STATE.format(sample=1)))}")
    assert around(layers.frames("kept"), [place])
    assert in_kernel(notebook, "layers.selected") == ("h[1, 3]", 0)

    layers.canvas.focus()
    notebook.keyboard.press("Escape")
    expect(explanation).to_have_text("")
    expect(tip).to_be_hidden()
    assert layers.frames("kept") == layers.frames("source") == []
    assert in_kernel(notebook, "layers.selected") is None


def test_the_keyboard_alone_walks_keeps_and_lets_go(notebook, layers):
    known, canvas, spoken = squares(notebook, "layers"), layers.canvas, layers.cell.locator(".course-hidden").first
    notebook.keyboard.press("Escape")
    tab_until(notebook, canvas)
    expect(spoken).to_have_attribute("aria-live", "polite")

    def walk(key):
        notebook.keyboard.press(key)
        label, _, number = layers.words.partition(" = ")
        assert number == written(known[label].value)
        assert around(layers.frames("here"), [known[label].place])
        expect(layers.tip).to_have_text(layers.words)
        expect(spoken).to_have_text(layers.words)
        return label

    start = walk("ArrowRight")
    name, (row, column) = known[start].name, known[start].index
    inside = [(key, walk(key)) for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp")]
    places = [(row, column + 1), (row + 1, column + 1), (row + 1, column), (row, column)]
    assert [label for _, label in inside] == [f"{name}[{row}, {column}]" for row, column in places]
    seen = [known[walk("ArrowRight")].name for _ in range(12)]
    assert list(dict.fromkeys(seen)) == [name, "W_hh[0]", "h[0, 0]", *(f"h[0, {t}]" for t in range(1, 6))]
    assert [known[walk("ArrowUp")].name for _ in range(2)][-1] == "h[1, 5]"
    assert known[walk("ArrowLeft")].name == "h[1, 4]"

    label = layers.words.partition(" = ")[0]
    notebook.keyboard.press("Enter")
    expect(layers.explanation).to_have_text(explained(notebook, MAKER, known[label].name, known[label].index))
    assert around(layers.frames("kept"), [known[label].place])
    assert in_kernel(notebook, "layers.selected") == (known[label].name, known[label].index)
    for key, index in (("End", 1), ("Home", 0)):  # what is kept goes along
        notebook.keyboard.press(key)
        expect(layers.explanation).to_have_text(explained(notebook, MAKER, "h[1, 4]", index))
        assert in_kernel(notebook, "layers.selected") == ("h[1, 4]", index)
        assert around(layers.frames("kept"), [known[f"h[1, 4][{index}]"].place])
    notebook.keyboard.press("Escape")
    expect(layers.explanation).to_have_text("")
    expect(layers.tip).to_be_hidden()
    assert in_kernel(notebook, "layers.selected") is None

    notebook.keyboard.press("Tab")
    assert not canvas.evaluate(FOCUSED)
    tab_until(notebook, canvas, "Shift+Tab", 5)  # past the next cell, which has become the active one, and its toolbar


# All that a command key could touch: cells and what they show, which of them is active and selected, the mode, dialogs.
NOTEBOOK_STATE = """
() => {
  const { shell } = window.jupyterapp, notebook = shell.currentWidget.content;
  const cells = notebook.widgets.map((cell) => [cell.model.type, cell.model.sharedModel.source, cell.model.outputs?.toJSON(),
    cell.model.executionCount, cell.model.getMetadata(), cell.inputHidden, cell.outputHidden, notebook.isSelected(cell)]);
  return JSON.stringify({ cells, active: notebook.activeCellIndex, mode: notebook.mode, tabs: [...shell.widgets('main')].map((one) => one.id),
    dialogs: document.querySelectorAll('.jp-Dialog').length, palette: document.querySelector('.jp-ModalCommandPalette:not(.lm-mod-hidden)') !== null,
    kernel: shell.currentWidget.sessionContext.session.kernel.id,
    collapsed: [shell.leftCollapsed, shell.rightCollapsed, shell.mode] });
}
"""
# The key bindings that would act here: their selector fits the picture or what it stands in.
BINDINGS = """
(canvas) => window.jupyterapp.commands.keyBindings.filter((binding) => canvas.closest(binding.selector))
  .map((binding) => [binding.command, [...binding.keys]])
"""
OTHERS = [["ArrowUp"], ["ArrowDown"], ["ArrowLeft"], ["ArrowRight"], ["Enter"], [" "], ["Shift+ "], ["Home"], ["End"],
          *([key] for key in "abcdefhijklmnopqrstuvwxyz0123456789/?"), ["d", "d"], ["0", "0"], ["i", "i"]]  # fmt: skip


def as_pressed(chord):
    """A chord of a key binding as Playwright takes it."""
    *held, key = chord.split(" ")
    held = ["Control" if name in ("Accel", "Ctrl") else name for name in held]
    return "+".join([*held, key.lower() if len(key) == 1 and "Shift" not in held else key])


def test_no_command_key_of_the_notebook_acts_in_the_picture(notebook, layers):
    notebook.mouse.click(*layers.middle(squares(notebook, "layers")["h[1, 3][0]"]))
    expect(layers.explanation).not_to_have_text("")
    bindings = notebook.evaluate(BINDINGS, layers.canvas.element_handle())
    assert {"notebook:delete-cell", "notebook:move-cursor-down", "kernelmenu:restart"} <= {name for name, _ in bindings}
    assert len(bindings) > 50
    before = json.loads(notebook.evaluate(NOTEBOOK_STATE))
    for command, keys in [*bindings, *(("none", keys) for keys in OTHERS)]:
        layers.canvas.focus()
        for chord in keys:
            notebook.keyboard.press(as_pressed(chord))
        notebook.wait_for_timeout(40)
        after = json.loads(notebook.evaluate(NOTEBOOK_STATE))
        assert {name: after[name] for name in after if after[name] != before[name]} == {}, (command, keys)
        assert layers.canvas.evaluate(FOCUSED), (command, keys)


def test_a_notebook_is_saved_from_the_picture(notebook, layers):
    model = "window.jupyterapp.shell.currentWidget.context.model"
    notebook.evaluate(f"() => {{ {model}.dirty = true }}")
    layers.canvas.focus()
    notebook.keyboard.press("Control+s")
    notebook.wait_for_function(f"() => !{model}.dirty")
    assert layers.canvas.evaluate(FOCUSED)


def test_what_is_walked_to_comes_into_view(notebook, layers):
    notebook.set_viewport_size({"width": 1400, "height": 380})
    layers.canvas.evaluate("canvas => canvas.scrollIntoView({ block: 'start' })")
    layers.canvas.focus()
    try:
        for _ in range(4):
            notebook.keyboard.press("ArrowRight")
        for key in ("ArrowUp",) * 6 + ("ArrowDown",) * 20:
            notebook.keyboard.press(key)
            for part in (layers.tip, layers.cell.locator(".course-here").first):
                expect(part).to_be_in_viewport(ratio=0.95)
        assert layers.words.startswith("x[")
    finally:
        notebook.keyboard.press("Escape")
        notebook.set_viewport_size({"width": 1400, "height": 1000})


def test_two_views_of_one_explorer(notebook, layers):
    known, other = squares(notebook, "layers"), Touched(notebook, AGAIN, "layers")
    for one, silent, label in ((layers, other, "h[1, 3][0]"), (other, layers, "h[2, 5][1]")):
        words = f"{label} = {written(known[label].value)}"
        notebook.mouse.move(2, 2)
        in_kernel(notebook, "None", "layers.select(None)")
        expect(silent.explanation).to_have_text("")
        notebook.mouse.move(*one.middle(known[label]))
        expect(one.tip).to_have_text(words)
        expect(silent.tip).to_be_hidden()
        notebook.mouse.click(*one.middle(known[label]))
        for view in (silent, one):
            expect(view.explanation).to_have_text(explained(notebook, MAKER, known[label].name, known[label].index))
            expect(view.tip).to_have_text(words)
            assert around(view.frames("kept"), [known[label].place])
