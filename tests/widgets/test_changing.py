"""Numbers set by hand: all that follows is a real cell's, what was set is marked and can be taken out, Reset undoes it."""

import random

import numpy as np
import pytest
import torch
from endurance import shown
from moves import EXPLORERS, ends, random_value
from torch import nn

from helpers import explore_cell, explore_loop
from helpers.modules import make, normal, seeded
from helpers.widgets.changing import ChangeRow

PARAMETERS = {"W_ih": "weight_ih", "W_hh": "weight_hh", "b_ih": "bias_ih", "b_hh": "bias_hh"}


class Twin:
    """A cell explorer and a loop explorer done another way: what was set, and a real `nn.RNNCell` with it.

    set_by_hand: {(tensor, row, column): value}; a vector has the column 0, and the x of each step is its own tensor.
    """

    def __init__(self, kind, own=None):
        self.kind, self.own, self.set_by_hand = kind, own, {}

    def tensors(self, input_size=4, hidden_size=None, seq_len=None, weight_scale=1.0, **_):
        """The tensors by name, with what was set in them as far as they are large enough."""
        if self.own:
            cell, x = self.own
        else:
            cell = make(nn.RNNCell, input_size, hidden_size, generator=seeded(0))
            x = normal(6, 8, generator=seeded(2))[:, :input_size] if self.kind == "cell" else None
            x = normal(8, 4, generator=seeded(3))[:seq_len] if x is None else x
        found = {name: parameter.detach() * weight_scale for name, parameter in cell.named_parameters()}
        found |= {f"x[{t}]": row.clone() for t, row in enumerate(x, start=1)}
        found["h_0"] = torch.zeros(cell.hidden_size, dtype=x.dtype)
        for (tensor, row, column), value in self.set_by_hand.items():
            part = found.get(tensor)
            if part is not None and row < len(part) and (part.dim() == 1 or column < part.shape[1]):
                part[(row, column)[: part.dim()]] = value
        return found

    @torch.no_grad()
    def grids(self, values):
        """{name of a grid: its values}, the tensor that is behind it: {name of a grid: name of a tensor}."""
        found, step = self.tensors(**values), values["step"]
        cell = nn.RNNCell(len(found["x[1]"]), len(found["h_0"]), bias="bias_ih" in found, dtype=found["h_0"].dtype)
        cell.nonlinearity = self.own[0].nonlinearity if self.own else "tanh"
        cell.load_state_dict({name: found[name] for name in PARAMETERS.values() if name in found})
        x = torch.stack([found[name] for name in found if name.startswith("x[")])
        states = [found["h_0"]]
        for row in x:
            states.append(cell(row, states[-1]))
        behind = {name: tensor for name, tensor in PARAMETERS.items() if tensor in found}
        if self.kind == "loop":
            behind = {name: behind[name] for name in ("W_ih", "W_hh")}
            shown = {f"x[{t}]": row for t, row in enumerate(x, start=1)}
            behind |= {name: name for name in shown} | {"h[0]": "h_0"}
            shown |= {f"h[{t}]": state for t, state in enumerate(states[: step + 1])}
        else:
            before = states[step - 1]
            shown = {"x": x[step - 1], "h": before, "new h": states[step]}
            shown |= {"W_ih x": cell.weight_ih @ x[step - 1], "W_hh h": cell.weight_hh @ before}
            shown["sum"] = sum(shown[name] for name in ("W_ih x", "W_hh h"))
            shown["sum"] = shown["sum"] + (cell.bias_ih + cell.bias_hh if cell.bias else 0)
            behind |= {"x": f"x[{step}]"} | ({"h": "h_0"} if step == 1 else {})
        return shown | {name: found[behind[name]] for name in behind if name in PARAMETERS}, behind


def values_of(explorer):
    return {label: control.value for label, control in explorer.controls.items()}


def agree(explorer, twin):
    """Every grid is the real cell's, exactly the numbers that were set are marked; returns what can be changed."""
    wanted, behind = twin.grids(values_of(explorer))
    grids = {grid.name: grid for grid in explorer.sheet.grids if grid.name}
    assert set(grids) == set(wanted)
    marks = set()
    for name, tensor in wanted.items():
        found = grids[name].values
        np.testing.assert_allclose(found, tensor.reshape(found.shape), rtol=2e-5, atol=2e-5, err_msg=name)
        rows, columns = found.shape
        for tensor_name, row, column in twin.set_by_hand:
            if tensor_name == behind.get(name) and row < rows and column < columns:
                marks.add(tuple(grids[name].square(row, column).grown(-2)))
    assert {tuple(box.rect) for box in explorer.sheet.boxes if box.dashed} == marks
    return {name: grids[name] for name in behind}, behind


def own_cell(bias, nonlinearity, dtype):
    cell = nn.RNNCell(3, 5, bias=bias, nonlinearity=nonlinearity, dtype=dtype)
    return cell, torch.randn(7, 3, dtype=dtype)


CASES = {
    "cell": ("cell", None),
    "loop": ("loop", None),
    "own cell": ("cell", (False, "relu", torch.float64)),
    "own loop": ("loop", (True, "relu", torch.float32)),
}


@pytest.mark.parametrize("case", CASES)
def test_all_that_follows_from_what_was_set_is_a_real_cells(case):
    """Random changes and random moves: tensors become smaller and larger again, and what was set is there again."""
    (kind, own), chooser, changed = CASES[case], random.Random(case), set()
    torch.manual_seed(len(case))
    own = own and own_cell(*own)
    before = own and {name: part.clone() for name, part in own[0].state_dict().items()}
    explore = {"cell": explore_cell, "loop": explore_loop}[kind]
    explorer, twin = explore(cell=own[0], inputs=own[1]) if own else explore(), Twin(kind, own)
    fresh = shown(explorer)
    for number in range(160):
        open_, behind = agree(explorer, twin)
        if number % 2:
            control = explorer.controls[chooser.choice(list(explorer.controls))]
            control.value = random_value(control, chooser) if chooser.random() < 0.7 else ends(control)[0]
            continue
        name = chooser.choice(sorted(open_))
        row, column = (chooser.randrange(size) for size in open_[name].values.shape)
        value = chooser.choice([0, 1, -0.25, 3.5, np.float32(0.125), chooser.gauss(0, 2)])
        explorer.change(name, (row, column) if open_[name].values.shape[1] > 1 else row, value)
        twin.set_by_hand[behind[name], row, column] = float(value)
        changed.add(behind[name].partition("[")[0])
    agree(explorer, twin)
    assert changed >= {"weight_ih", "weight_hh", "x", "h_0"} | ({"bias_ih", "bias_hh"} if case == "cell" else set())
    _what_is_taken_out_is_what_is_shown(explorer, twin)
    explorer.reset.click()
    assert shown(explorer) == fresh
    assert own is None or all(torch.equal(part, before[name]) for name, part in own[0].state_dict().items())


def _what_is_taken_out_is_what_is_shown(explorer, twin):
    tensors, step, seen, names = twin.tensors(**values_of(explorer)), values_of(explorer)["step"], shown(explorer), {}
    exec(explorer.code, {"torch": torch}, names)
    x = [tensors[name] for name in tensors if name.startswith("x[")]
    wanted = {name: tensors[name] for name in PARAMETERS.values() if name in tensors}
    if twin.kind == "loop":
        wanted |= {"inputs": torch.stack(x), "h_0": tensors["h_0"]}
    else:
        wanted |= {"x": x[step - 1], "h": twin.grids(values_of(explorer))[0]["h"]}
    assert list(explorer.weights) == list(names) == list(wanted)
    for name, tensor in explorer.weights.items():
        torch.testing.assert_close(tensor, wanted[name], rtol=2e-5, atol=2e-5)
        torch.testing.assert_close(names[name].to(tensor), tensor, rtol=0, atol=5.1e-5)
        tensor.fill_(7)
    assert shown(explorer) == seen
    assert all(not (tensor == 7).all() for tensor in explorer.weights.values())


def test_a_matrix_that_shrinks_to_a_column_keeps_one_number_in_one_place():
    explorer, size = explore_cell(input_size=2), "input_size"
    for input_size, index, value in ((1, 3, 0.5), (2, (3, 0), 0.75), (1, 3, -0.5), (2, (3, 1), 2.0)):
        explorer.controls[size].value = input_size
        explorer.change("W_ih", index, value)
        assert explorer.weights["weight_ih"][index] == value
    assert explorer.weights["weight_ih"][3].tolist() == [-0.5, 2.0]


WRONG = [float("nan"), float("inf"), -float("inf"), 1e400, 10**400, 1e39, "0.5", "", True, None, 1j, b"1", [0.5], {}, np.bool_(True)]  # fmt: skip


@pytest.mark.parametrize("name", ["cell", "loop"])
def test_what_is_no_number_is_answered_in_a_sentence_and_changes_nothing(name):
    explorer = EXPLORERS[name]()
    explorer.change("W_hh", (1, 0), 0.5)
    before = shown(explorer), explorer.code
    for wrong in WRONG:
        with pytest.raises(ValueError, match=r"is no number, so nothing has changed\. Type something like") as said:
            explorer.change("W_hh", (1, 0), wrong)
        assert str(said.value).startswith(f"{wrong!r} is")
    for wrong, words in (("nothing", "There is no 'nothing'"), (None, "There is no None"), (3, "There is no 3")):
        with pytest.raises(ValueError, match=words):
            explorer.change(wrong, 0, 0.5)
    for wrong in ((1, 99), 1, (1, True), (1, 0.0)):
        with pytest.raises(ValueError, match="W_hh has no number"):
            explorer.change("W_hh", wrong, 0.5)
    assert (shown(explorer), explorer.code) == before


@pytest.mark.parametrize("value", [3.4e38, -3.4e38, 1e-45])
def test_the_largest_numbers_are_drawn(value):
    for explorer in (explore_cell(step=1), explore_loop(step=3)):
        for name in ("W_hh", "W_ih"):
            for index in ((0, 0), (0, 1), (1, 0), (1, 1)):
                explorer.change(name, index, value)
        for grid in explorer.sheet.grids:
            if grid.name:
                explorer.select(grid.name, (0, 0) if grid.values.shape[1] > 1 else 0)
                assert explorer.explanation
        assert explorer.png


@pytest.mark.parametrize(("name", "step"), [("cell", 1), ("cell", 4), ("loop", 2)])
def test_what_follows_from_others_cannot_be_changed(name, step):
    explorer = EXPLORERS[name]()
    explorer.controls["step"].value = step
    fixed = {"cell": ["W_ih x", "W_hh h", "sum", "new h"] + ["h"] * (step > 1), "loop": ["h[1]", "h[2]"]}[name]
    open_ = [grid.name for grid in explorer.sheet.grids if grid.name and grid.name not in fixed]
    before = shown(explorer)
    for grid in fixed:
        with pytest.raises(ValueError, match="cannot be changed: it follows from the others") as said:
            explorer.change(grid, 0, 0.5)
        assert str(said.value).endswith(f"What can be changed: {', '.join(open_)}.")
    assert shown(explorer) == before


@pytest.mark.parametrize("name", sorted(EXPLORERS.keys() - {"cell", "loop"}))
def test_other_pictures_say_that_nothing_can_be_changed(name):
    explorer = EXPLORERS[name]()
    grid = next((grid for grid in explorer.sheet.grids if grid.name), None) or explorer.sheet.curves[0]
    index = grid.indices[0] if hasattr(grid, "indices") else (0, 0) if grid.values.shape[1] > 1 else 0
    with pytest.raises(ValueError, match=r"Nothing can be changed in this picture\."):
        explorer.change(grid.name, index, 0.5)
    assert (explorer.weights, explorer.code) == ({}, "")


def row_of(explorer):
    return next(child for child in explorer.children if isinstance(child, ChangeRow))


def test_what_is_typed_below_the_picture_is_set():
    explorer = explore_cell()
    row = row_of(explorer)
    assert row.layout.display == "none"
    explorer.select("W_ih", (2, 1))
    assert (row.layout.display, float(row.entry.value)) == (None, pytest.approx(explorer.weights["weight_ih"][2, 1].item(), abs=1e-4))  # fmt: skip
    for text, value in (("0.5", 0.5), (" −1,25 ", -1.25), ("-2e-1", -0.2)):
        row.entry._on_enter(text)
        assert explorer.weights["weight_ih"][2, 1].item() == pytest.approx(value)
        assert (float(row.entry.value), row.answer.value) == (value, "")
    row.more.click()
    row.more.click()
    row.less.click()
    assert explorer.weights["weight_ih"][2, 1].item() == pytest.approx(-0.1)
    for text in ("<b>much</b>", "", "1e39", "nan", "0.5.", "a" * 900):
        row.entry._on_enter(text)
        assert "is no number, so nothing has changed" in row.answer.value
        assert "<b>" not in row.answer.value
        assert len(row.answer.value) < 300
        assert explorer.weights["weight_ih"][2, 1].item() == pytest.approx(-0.1)
    row.show_code.click()
    explorer.change("b_hh", 0, 0.0625)
    assert "bias_hh = torch.tensor([0.0625, " in row.lines.value
    row.show_code.click()
    assert row.lines.value == ""
    explorer.select("sum", 0)
    assert row.layout.display == "none"
