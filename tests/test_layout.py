"""The house: floors, sizes of files, no copies, the README's words."""

import ast
import itertools
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from readme import README, command

import helpers
from helpers.environment import CHECKED, OLDEST_PYTHON

ROOT = Path(__file__).resolve().parent.parent
HELPERS = ROOT / "helpers"
WORKFLOW = ROOT / ".github" / "workflows" / "tests.yml"
# Imports go down this list, never up.
FLOORS = {
    "numbers": {
        "modules",
        "recurrence",
        "shapes",
        "mixing",
        "weather",
        "forecast",
        "spelling",
        "backward",
        "environment",
    },
    "drawing": {"drawing"},
    "widgets": {"widgets"},
    "topics": {"topics"},
    "judging": {"exercises", "clinic"},
}
ORDER = list(FLOORS)
SHOWING = {"matplotlib", "PIL", "ipywidgets", "anywidget", "IPython"}
FORBIDDEN = {"numbers": SHOWING, "drawing": {"torch"}, "topics": {"matplotlib", "PIL"}, "judging": {"matplotlib"}}
CODE = sorted(path for folder in ("helpers", "tests", "images") for path in (ROOT / folder).rglob("*.py"))


def imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room(path):
    return path.relative_to(HELPERS).parts[0].removesuffix(".py")


def test_every_room_has_a_floor():
    rooms = {room(path) for path in HELPERS.rglob("*.py")} - {"__init__", "words", "data", "classroom", "serving"}
    assert rooms == set().union(*FLOORS.values())


@pytest.mark.parametrize("floor", ORDER)
def test_imports_only_go_down(floor):
    above = set().union(*(FLOORS[other] for other in ORDER[ORDER.index(floor) + 1 :]))
    for path in HELPERS.rglob("*.py"):
        if room(path) not in FLOORS[floor]:
            continue
        for name in imports(path):
            assert not any(name == f or name.startswith(f + ".") for f in FORBIDDEN.get(floor, ())), (
                f"{path.name} imports {name}"
            )
            assert not (name.startswith("helpers.") and name.split(".")[1] in above), f"{path.name} imports {name}"


@pytest.mark.parametrize("name", ["sheet", "parts", "colours", "letters", "geometry", "wire", "svg"])
def test_a_sheet_knows_nothing_of_how_it_is_shown(name):
    for imported in imports(HELPERS / "drawing" / f"{name}.py"):
        assert imported.split(".")[0] not in SHOWING, f"{name} imports {imported}"
        assert imported not in ("helpers.drawing.still", "helpers.drawing.live")


def test_no_pyplot_and_no_global_generator():
    for path in HELPERS.rglob("*.py"):
        assert not any(name.startswith("matplotlib.pyplot") for name in imports(path)), path.name
        tree = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        used = {ast.unparse(node) for node in tree if isinstance(node, ast.Attribute)}
        assert not used & {"torch.manual_seed", "torch.seed", "np.random", "numpy.random"}, path.name


def test_numbers_load_without_pictures():
    names = [f"helpers.{name}" for name in FLOORS["numbers"]]
    script = (
        f"import sys, {', '.join(names)}; print(sorted({{'matplotlib', 'ipywidgets', 'IPython'}} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout == "[]\n"


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_file_holds_one_idea(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 310


def test_no_six_lines_stand_twice():
    seen = {}
    for path in CODE:
        lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
        lines = [line for line in lines if len(line) > 3 and not line.startswith(("#", "import ", "from "))]
        for start in range(len(lines) - 5):
            run = tuple(lines[start : start + 6])
            place = (path.name, start)
            assert run not in seen, f"{place} and {seen[run]}"
            seen[run] = place


def test_ruff():
    for arguments in (["check"], ["format", "--check"]):
        found = subprocess.run(
            [sys.executable, "-m", "ruff", *arguments, "."], cwd=ROOT, capture_output=True, text=True
        )
        assert found.returncode == 0, found.stdout


def test_types():
    """A type checker finds no fault in the helpers; nothing is kept of its work."""
    command = [sys.executable, "-m", "mypy", f"--cache-dir={os.devnull}", "helpers", "images"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert found.returncode == 0, found.stdout


def test_readme_commands_install_what_the_files_pin():
    requirements = (ROOT / "requirements.txt").read_text(encoding="utf-8").split("\n")
    assert requirements[-2:] == ["-e .", ""]
    assert all(re.fullmatch(r"[a-z]+==[\d.]+", line) for line in requirements[:-2])
    assert "-r requirements.txt" in command("Start")
    assert "-r requirements.txt -r tests/requirements.txt" in command("Test")
    for heading in ("Start", "Test"):
        windows = command(heading, 1).replace("py -m venv", "python3 -m venv").replace("\\Scripts\\", "/bin/")
        assert windows == command(heading)
    assert 'eval "$(python3 tests/readme.py test)"' in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_versions_that_are_named_twice_are_the_same():
    pins = dict(
        line.split("==") for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").split() if "==" in line
    )
    assert CHECKED.items() <= pins.items()
    oldest = ".".join(str(number) for number in OLDEST_PYTHON)
    assert f'requires-python = ">={oldest}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (named,) = set(re.findall(r"notebook==[\d.]+", README.read_text(encoding="utf-8")))
    assert named in (ROOT / "tests" / "requirements.txt").read_text(encoding="utf-8").split()


def test_workflow_is_one_that_the_host_understands():
    script = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows"]
    found = subprocess.run([*script, str(WORKFLOW)], capture_output=True, text=True)
    assert found.returncode == 0, found.stdout
    text = WORKFLOW.read_text(encoding="utf-8")
    assert "python tests/readme.py test" in text
    oldest = re.search(r'requires-python = ">=([\d.]+)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"))[1]
    assert f'python: ["{oldest}", ' in text
    assert all(f"{system}-latest" in text for system in ("ubuntu", "macos", "windows"))


def test_lessons_are_linked_both_ways():
    lessons = sorted((ROOT / "notebooks").glob("*.ipynb"))
    for lesson, following in itertools.pairwise(lessons):
        assert f"]({following.name})" in lesson.read_text(encoding="utf-8")
        assert f"]({lesson.name})" in following.read_text(encoding="utf-8")


def test_readme_links_and_files():
    for target in re.findall(r"\]\((?!https:)([^)]+)\)", README.read_text(encoding="utf-8")):
        assert (ROOT / target).exists(), target
    for name in re.findall(r"`?((?:notebooks|tests)/[\w/]+\.(?:py|ipynb))", README.read_text(encoding="utf-8")):
        assert (ROOT / name).exists(), name


def test_names_and_rooms_do_not_collide():
    rooms = {path.stem for path in HELPERS.iterdir()}
    assert not rooms & set(helpers.__all__)
    assert all(getattr(helpers, name) is not None for name in helpers.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = helpers.nothing
