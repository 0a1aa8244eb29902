"""What the learner calls things: the frames of an error, the text of the failing line, and expressions in it.

Only identity and type are asked of a learner's values, and no method of theirs is called, so nothing that stands
in a notebook can disturb the reading.
"""

import ast
import functools
import itertools
import linecache
import sysconfig
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from torch import nn

_TORCH = str(Path(torch.__file__).parent)
_HELPERS = str(Path(__file__).resolve().parents[1])
_PYTHON = tuple({sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")})
_NOT_THE_LEARNERS = {"In", "Out", "exit", "quit", "get_ipython"}
_MOST_LINES = 500  # reading a longer text would take more time than a note may
_MOST_ENTRIES = 64
_MOST_REACHED = 2000
_LONGEST = 48  # letters of an expression that still reads well inside a sentence
RECURRENT = (nn.RNNBase, nn.RNNCellBase)
SIMPLE = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr, ast.Return)


def is_a(value, kinds):
    """isinstance, without asking the value itself."""
    return issubclass(type(value), kinds)


def entries(value):
    """What a value of the learner's holds, as (how its place is written, the entry); no property of theirs is run."""
    if is_a(value, nn.Module):
        own = vars(value)
        for part in (own, *(own.get(name) or {} for name in ("_modules", "_buffers", "_parameters"))):
            for name, entry in list(part.items()):
                if type(name) is str and not name.startswith("_"):
                    yield f"[{name}]" if name.isdigit() else f".{name}", entry
    elif type(value) is dict:
        for key in list(value)[:_MOST_ENTRIES]:
            if type(key) in (str, int):
                yield f'["{key}"]' if type(key) is str else f"[{key}]", value[key]
    elif type(value) in (list, tuple):
        yield from ((f"[{place}]", entry) for place, entry in enumerate(value[:_MOST_ENTRIES]))


class Scope:
    """One frame of the learner's: its names with their values, and its text."""

    def __init__(self, frame, lasti):
        self.frame = frame
        self.line = frame.f_lineno
        places = list(frame.f_code.co_positions())
        self.place = places[lasti // 2] if lasti >= 0 else (None,) * 4
        code = frame.f_code
        mentioned = {*code.co_names, *code.co_varnames, *code.co_freevars, *code.co_cellvars}
        inner = frame.f_locals
        both = {**frame.f_globals, **inner}
        names = [name for name in both if type(name) is str and (not name.startswith("_") or name in mentioned)]
        order = sorted(names, key=lambda name: (name not in mentioned, name not in inner))
        self.values = {name: both[name] for name in order if name not in _NOT_THE_LEARNERS}

    @functools.cached_property
    def reached(self):
        """(expression, value) of all that the learner can write: names, then what those hold, three levels deep."""
        found = list(self.values.items())
        plain = [(name, value) for name, value in found if type(value) is not ModuleType]
        for _ in range(3):
            deeper = ((name + place, entry) for name, value in plain for place, entry in entries(value))
            plain = list(itertools.islice(deeper, _MOST_REACHED))
            found += plain
        return found

    def of(self, value):
        """How the learner can write `value`, or None."""
        if value is None:
            return None
        return next((name for name, other in self.reached if other is value), None)

    @property
    def modules(self):
        return [(name, value) for name, value in self.reached if is_a(value, nn.Module)]

    @functools.cached_property
    def text(self):
        lines = linecache.getlines(self.frame.f_code.co_filename, self.frame.f_globals)
        return "".join(lines) if len(lines) <= _MOST_LINES else ""

    @functools.cached_property
    def tree(self):
        """The innermost function around the failing line, or the whole cell; an empty one when its text is gone."""
        try:
            tree = ast.parse(self.text)
        except (SyntaxError, ValueError):
            tree = ast.parse("")
        for node in ast.walk(tree):
            for child in ast.iter_child_nodes(node):
                child.up = node  # type: ignore[attr-defined]
        first = self.frame.f_code.co_firstlineno
        functions = (node for node in ast.walk(tree) if is_a(node, (ast.FunctionDef, ast.AsyncFunctionDef)))
        same = (f for f in functions if f.name == self.frame.f_code.co_name)
        return next((f for f in same if min([f, *f.decorator_list], key=lambda n: n.lineno).lineno == first), tree)

    def nodes(self, kinds):
        return [node for node in ast.walk(self.tree) if is_a(node, kinds)]

    @functools.cached_property
    def node(self):
        """The expression that failed, or None."""
        for node in self.nodes((ast.expr, ast.stmt)):
            if (node.lineno, node.end_lineno, node.col_offset, node.end_col_offset) == self.place:
                return node.value if is_a(node, ast.Expr) else node
        return None

    @functools.cached_property
    def statement(self):
        """The simple statement around what failed, or None."""
        at = self.place[0] or self.line
        around = [node for node in self.nodes(SIMPLE) if node.lineno <= at <= node.end_lineno]
        return around[-1] if around else None

    def written(self, node, changes=None):
        """The learner's own text of a node, with other texts in the places of some nodes inside it."""
        starts = [0]
        for line in self.text.encode().splitlines(keepends=True):
            starts.append(starts[-1] + len(line))
        text = self.text.encode()

        def span(part):
            return starts[part.lineno - 1] + part.col_offset, starts[part.end_lineno - 1] + part.end_col_offset

        first, last = span(node)
        for part, new in sorted((changes or {}).items(), key=lambda change: -span(change[0])[0]):
            left, right = span(part)
            text = text[:left] + new.encode() + text[right:]
            last += len(new.encode()) - (right - left)
        return text[first:last].decode()

    def corrected(self, node, changes):
        """The simple statement around `node` with `changes`; only the node itself where the statement is long."""
        while is_a(getattr(node, "up", None), ast.expr):
            node = node.up
        if is_a(getattr(node, "up", None), SIMPLE):
            node = node.up
        return self.written(node, changes)

    def value(self, node):
        """What an expression stands for, when reading it runs nothing of the learner's; None otherwise."""
        if is_a(node, ast.Name):
            return self.values.get(node.id)
        if is_a(node, ast.Tuple):
            return tuple(self.value(part) for part in node.elts)
        if is_a(node, ast.Attribute):
            holder = self.value(node.value)
            if type(holder) is ModuleType:
                return vars(holder).get(node.attr)
            return next((entry for place, entry in entries(holder) if place == f".{node.attr}"), None)
        if is_a(node, ast.Subscript) and is_a(node.slice, ast.Constant):
            holder, key = self.value(node.value), node.slice.value
            if type(holder) in (list, tuple) and type(key) is int and -len(holder) <= key < len(holder):
                return holder[key]
            return next((entry for place, entry in entries(holder) if place in (f'["{key}"]', f"[{key}]")), None)
        return None

    def calls(self, wanted):
        """Every call in the text whose function stands for something that `wanted` accepts: (the call, that thing)."""
        found = ((node, self.value(node.func)) for node in self.nodes(ast.Call))
        return [(node, value) for node, value in found if value is not None and wanted(value)]

    def assigned(self, name):
        """The values that the text assigns to a plain name, alone or in a tuple."""
        for node in self.nodes((ast.Assign, ast.AugAssign, ast.AnnAssign)):
            targets = node.targets if is_a(node, ast.Assign) else [node.target]
            inside = [part for target in targets for part in ast.walk(target)]
            if any(is_a(part, ast.Name) and part.id == name for part in inside) and node.value is not None:
                yield node

    def loop(self, node, name=None):
        """The innermost loop around a node; with a name, the one that gives that name its values."""
        while (node := getattr(node, "up", None)) is not None:
            if is_a(node, (ast.For, ast.AsyncFor, ast.While)) and name is None:
                return node
            if is_a(node, ast.For) and any(is_a(p, ast.Name) and p.id == name for p in ast.walk(node.target)):
                return node
        return None


def loose(node):
    """Whether a method can be called on the text of this expression without brackets around it."""
    return is_a(node, (ast.Name, ast.Attribute, ast.Subscript, ast.Call))


class Incident:
    """One error: the learner's frames (`scope` is the innermost), and PyTorch's frames after the last of them."""

    def __init__(self, error):
        self.error, self.message = error, str(error)
        self.scopes: list[Any] = []
        self.torch: list[Any] = []
        steps = []
        step = error.__traceback__
        while step is not None:
            steps.append((step.tb_frame, step.tb_lasti, step.tb_lineno))
            step = step.tb_next
        files = [frame.f_code.co_filename for frame, *_ in steps]
        last = max((i for i, file in enumerate(files) if not file.startswith(_TORCH)), default=-1)
        self.torch = [frame for frame, *_ in steps[last + 1 :]]
        for (frame, lasti, line), file in zip(steps[: last + 1], files, strict=False):
            if not file.startswith((_TORCH, _HELPERS, *_PYTHON)):
                self.scopes.append(scope := Scope(frame, lasti))
                scope.line = line
        self.at_learners = last >= 0 and bool(self.scopes) and self.scopes[-1].frame is steps[last][0]

    @functools.cached_property
    def scope(self):
        """The learner's frame whose line failed; None when it was no line of theirs."""
        return self.scopes[-1] if self.scopes else None

    def of(self, value):
        """How the learner writes `value`, in the innermost frame that can; None when there is no way, or a long one."""
        name = next(filter(None, (scope.of(value) for scope in reversed(self.scopes[-2:]))), None)
        return name if name and len(name) <= _LONGEST else None

    @functools.cached_property
    def recurrent(self):
        """Every recurrent module within the learner's reach, as (how it is written, the module)."""
        seen: dict[int, tuple[str, nn.Module]] = {}
        for scope in reversed(self.scopes):
            for name, module in scope.modules:
                if is_a(module, RECURRENT):
                    seen.setdefault(id(module), (name, module))
        return list(seen.values())

    def local(self, function, *names):
        """Locals of PyTorch's innermost frame of that function; None when it was not running."""
        for frame in reversed(self.torch):
            if frame.f_code.co_name == function:
                return [frame.f_locals.get(name) for name in names]
        return None


