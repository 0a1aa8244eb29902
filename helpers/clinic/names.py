"""What the learner calls things: the frames of an error, the text of the failing line, and expressions in it.

Only identity and type are asked of a learner's values, and no method of theirs is called, so nothing that stands
in a notebook can disturb the reading.
"""

import ast
import contextlib
import functools
import itertools
import linecache
import re
import sysconfig
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple, TypeGuard

import torch
from torch import nn

from helpers.words import say

_TORCH = str(Path(torch.__file__).parent)
_HELPERS = str(Path(__file__).resolve().parents[1])
_NOT_THE_LEARNERS = (_TORCH, _HELPERS, *map(sysconfig.get_path, ("stdlib", "purelib", "platlib")))
_MOST_LINES = 160
_MOST_REACHED = 2000
_LONGEST = 60  # letters of an expression that still reads well inside a sentence
RECURRENT = (nn.RNNBase, nn.RNNCellBase)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_SIMPLE = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr, ast.Return)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)


class Unknown(Exception):
    """A rule misses a fact that it needs, and so has no note."""


def sure(value: Any, kinds: Any = object) -> Any:
    """`value`, which must be something of these kinds."""
    if value is None or not is_a(value, kinds):
        raise Unknown
    return value


def walk(node) -> list[Any]:
    """Every node of a syntax tree, outermost first."""
    return list(ast.walk(node))


def is_a(value: Any, kinds) -> TypeGuard[Any]:
    """isinstance, without asking the value itself."""
    return issubclass(type(value), kinds)


def family(module):
    """The name of PyTorch's own class of a module: "LSTM", also for a class of the learner's that is one."""
    return next((kind.__name__ for kind in type(module).__mro__ if kind.__module__.startswith("torch.nn.")), None)


def entries(value):
    """What a value of the learner's holds, as (how its place is written, the entry); no property of theirs is run."""
    if is_a(value, nn.Module):
        own = dict(vars(value))
        for part in ("_modules", "_buffers", "_parameters"):
            own |= own.get(part) or {}
        shown = [name for name in own if type(name) is str and not name.startswith("_")]
        yield from ((f"[{name}]" if name.isdigit() else f".{name}", own[name]) for name in shown)
    elif type(value) is dict:
        keys = [key for key in itertools.islice(value, 64) if type(key) in (str, int)]
        yield from ((f'["{key}"]' if type(key) is str else f"[{key}]", value[key]) for key in keys)
    elif type(value) in (list, tuple):
        yield from ((f"[{place}]", entry) for place, entry in enumerate(value[:64]))


class Expr(NamedTuple):
    """An expression of the learner's: its text, None where there is none, its place in the line, PyTorch's word for it."""

    text: str | None = None
    node: Any = None
    keyword: str = "input"

    def __str__(self):
        return self.text if self.text and len(self.text) <= _LONGEST else say(f"clinic.the.{self.keyword}")

    def then(self, change):
        """The text with a method behind it (".flatten()"), set into another ("torch.stack({})"), or replaced ("=x")."""
        if change.startswith("=") or "{}" in change:
            return change.removeprefix("=").replace("{}", self.text or "")
        loose = self.node is None or is_a(self.node, (ast.Name, ast.Attribute, ast.Subscript, ast.Call))
        return (self.text if loose else f"({self.text})") + change


class Scope:
    """One frame of the learner's: its names with their values, and its text."""

    def __init__(self, frame, lasti):
        self.frame, code, inner = frame, frame.f_code, frame.f_locals
        self.place = next(itertools.islice(code.co_positions(), lasti // 2, None))
        mentioned = {*code.co_names, *code.co_varnames, *code.co_freevars, *code.co_cellvars}
        both = {**frame.f_globals, **inner}
        names = [name for name in both if type(name) is str and (name in mentioned or not name.startswith("_"))]
        names.sort(key=lambda name: (name not in mentioned, name not in inner))
        self.values = {name: both[name] for name in names if name not in ("In", "Out")}

    @functools.cached_property
    def reached(self):
        """{text: value} of all that the learner can write: names, then what those hold, three levels deep."""
        found = dict(self.values)
        last = [(name, value) for name, value in found.items() if type(value) is not ModuleType]
        for _ in range(3):
            deeper = ((name + place, entry) for name, value in last for place, entry in entries(value))
            last = list(itertools.islice(deeper, _MOST_REACHED))
            found.update(last)
        return found

    def of(self, value):
        """How the learner can write `value`, or None."""
        return next((name for name, other in self.reached.items() if other is value and value is not None), None)

    @functools.cached_property
    def text(self):
        """The lines of the frame's file; of many those around the failing one, as reading them all would take too long."""
        code, at = self.frame.f_code, self.place[0] or 1
        lines = linecache.getlines(code.co_filename, self.frame.f_globals)
        if len(lines) <= _MOST_LINES:
            return "".join(lines)
        first, last = code.co_firstlineno, max(line or 1 for *_, line in code.co_lines())
        if code.co_name == "<module>":
            near = range(max(1, at - _MOST_LINES // 2), at)
            first = next((line for line in near if re.match(r"\w", lines[line - 1])), at)
            last = at + _MOST_LINES // 2
        if at - first > _MOST_LINES:
            return ""
        before = "if 1:\n" if lines[first - 1][:1].isspace() else "\n"  # a method stays indented below something
        return ("\n" * (first - 2) + before) * (first > 1) + "".join(lines[first - 1 : last])

    @functools.cached_property
    def tree(self) -> Any:
        """The innermost function around the failing line, or the whole cell; an empty one when its text is gone."""
        try:
            found: Any = ast.parse(self.text)
        except (SyntaxError, ValueError):
            return ast.parse("")
        first, name = self.frame.f_code.co_firstlineno, self.frame.f_code.co_name
        for node in walk(found):
            for child in ast.iter_child_nodes(node):
                child.up = node  # type: ignore[attr-defined]
            if is_a(node, _FUNCTIONS) and node.name == name:
                found = node if first in [part.lineno for part in (node, *node.decorator_list)] else found
        return found

    def nodes(self, kinds) -> list[Any]:
        return [node for node in walk(self.tree) if is_a(node, kinds)]

    @functools.cached_property
    def node(self) -> Any:
        """The expression that failed, or None."""
        for node in self.nodes((ast.expr, ast.stmt)):
            if (node.lineno, node.end_lineno, node.col_offset, node.end_col_offset) == self.place:
                return node.value if is_a(node, ast.Expr) else node
        return None

    def _span(self, node):
        """Where the text of a node begins and ends, in bytes."""
        lines = self.text.encode().split(b"\n")
        starts = [sum(len(line) + 1 for line in lines[: number - 1]) for number in (node.lineno, node.end_lineno)]
        return starts[0] + node.col_offset, starts[1] + node.end_col_offset

    def written(self, node, changes=()):
        """The learner's own text of a node, with other texts in the places of some nodes inside it."""
        text, (first, last) = self.text.encode(), self._span(node)
        for part, new in sorted(changes, key=lambda change: -self._span(change[0])[0]):
            left, right = self._span(part)
            text = text[:left] + new.encode() + text[right:]
            last += len(new.encode()) - (right - left)
        return text[first:last].decode()

    def corrected(self, *changes):
        """The statement around some nodes with other texts in their places."""
        outer = changes[0][0]
        while is_a(getattr(outer, "up", None), (ast.expr, ast.keyword, *_SIMPLE)):
            outer = outer.up
        return self.written(outer, changes)

    def value(self, node):
        """What an expression stands for, when reading it runs nothing of the learner's; None otherwise."""
        if is_a(node, ast.Tuple):
            return tuple(self.value(part) for part in node.elts)
        holder = self.value(node.value) if is_a(node, ast.Attribute) else None
        if type(holder) is ModuleType:
            return vars(holder).get(node.attr)
        return self.reached.get(ast.unparse(node).replace("'", '"')) if is_a(node, ast.expr) else None

    def calls(self, kinds):
        """Every call in the text of something that is of these kinds: (the call, that thing)s."""
        found = ((node, self.value(node.func)) for node in self.nodes(ast.Call))
        return [(node, value) for node, value in found if is_a(value, kinds)]

    def assignments(self, name):
        """The assignments that give a plain name a value, alone or among others."""
        for node in self.nodes((ast.Assign, ast.AugAssign)):
            targets = node.targets if is_a(node, ast.Assign) else [node.target]
            if any(getattr(part, "id", None) == name for target in targets for part in walk(target)):
                yield node

    def loop(self, node, name=None) -> Any:
        """The innermost loop around a node, or None; with a name, the one that gives this name its values."""
        while (node := getattr(node, "up", None)) is not None:
            names = [getattr(part, "id", None) for part in walk(node.target)] if is_a(node, ast.For) else []
            if is_a(node, _LOOPS) and (name is None or name in names):
                return node
        return None


class Incident:
    """One error: the learner's frames (`scope` is the innermost), and PyTorch's frames after the last of them."""

    def __init__(self, error):
        self.error, self.message = error, ""
        with contextlib.suppress(Exception):  # its class may be the learner's
            self.message = str(error)
        steps, step = [], error.__traceback__
        while step is not None:
            steps.append((step.tb_frame, step.tb_lasti))
            step = step.tb_next
        files = [frame.f_code.co_filename for frame, _ in steps]
        last = max((i for i, file in enumerate(files) if not file.startswith(_TORCH)), default=-1)
        self.torch: list[Any] = [frame for frame, _ in steps[last + 1 :]]
        own = [steps[i] for i in range(last + 1) if not files[i].startswith(_NOT_THE_LEARNERS)]
        self.scopes: list[Any] = [Scope(*step) for step in own]
        self.scope = sure(self.scopes[-1] if own else None)
        self.node: Any = self.scope.node if own[-1] == steps[last] else None

    @property
    def statement(self) -> Any:
        """The simple statement that failed, or None."""
        node = self.node
        while node is not None and not is_a(node, _SIMPLE):
            node = getattr(node, "up", None)
        return node

    def of(self, value) -> str | None:
        """How the learner writes `value`, in the innermost frames; None when there is no way."""
        return next(filter(None, (scope.of(value) for scope in self.scopes[:-3:-1])), None)

    def called(self, module):
        """A module as the learner calls it, or by its class."""
        return self.of(module) or f"nn.{family(module)}"

    @functools.cached_property
    def modules(self):
        """Every module within the learner's reach, as (how it is written, the module)."""
        reached = [pair for scope in self.scopes for pair in reversed(scope.reached.items())]
        return list({id(value): (name, value) for name, value in reached if is_a(value, nn.Module)}.values())

    @functools.cached_property
    def recurrent(self):
        return [pair for pair in self.modules if is_a(pair[1], RECURRENT)]

    def local(self, function, *names) -> Any:
        """Locals of PyTorch's innermost frame of that function, a pattern; it must have been running."""
        found = [frame.f_locals for frame in self.torch if re.fullmatch(function, frame.f_code.co_name)]
        inner = sure(found[-1] if found else None)
        return [inner.get(name) for name in names]

    def argument(self, place, keyword, value=None, module=None):
        """The `Expr` of an argument of the failing call, which calls `module`; without its text, a name for its value."""
        direct = module is None or self.torch[0].f_locals.get("self") is module
        if direct and is_a(self.node, ast.Call):
            given = dict(enumerate(self.node.args)) | {part.arg: part.value for part in self.node.keywords}
            node = given.get(place, given.get(keyword))
            if node is not None and None not in given and not any(is_a(part, ast.Starred) for part in self.node.args):
                return Expr(self.scope.written(node), node, keyword)
        return Expr(self.of(value), None, keyword)

    def fixed(self, *changes):
        """The failing statement with (expression, change)s made; None where an expression has no place in it."""
        made = [(expr, change) for expr, change in changes if change]
        if not made or any(expr.node is None for expr, _ in made):
            return None
        return self.scope.corrected(*((expr.node, expr.then(change)) for expr, change in made))
