"""Reading the learner's own lines: where a recurrent module is called, with what, and what takes the result.

IPython keeps the text of every cell where Python looks for the lines of a file, so a cell reads like a file.
"""

import ast
import linecache
from dataclasses import dataclass

from torch import nn


@dataclass(frozen=True)
class Line:
    """One call in the source: the module that is called, the call itself, and the target that takes the result.

    loop: the innermost loop around both the call and the line of the error; scope: the function or cell around both
    """

    module: nn.Module
    call: ast.Call
    target: ast.expr | None
    loop: ast.For | ast.While | None
    scope: ast.AST

    @property
    def code(self):
        return ast.unparse(self.call)

    def arguments(self):
        """The plain names among the arguments, after the first."""
        values = [*self.call.args[1:], *(keyword.value for keyword in self.call.keywords)]
        return [value.id for value in values if isinstance(value, ast.Name)]

    def targets(self):
        """Every plain name that is assigned the result, or a part of it."""
        return _names(self.target) if self.target is not None else []

    def renewals(self, name):
        """What the loop assigns to `name` in each round, whatever happens: a list of expressions."""
        return [value for value, always in _assigned(self.loop, name) if always]

    def is_renewed(self, name):
        """True when the loop assigns anything to `name`, if only sometimes."""
        return bool(_assigned(self.loop, name))


def calls(incident):
    """Every call of a module in the function, or the cell, where the error happened: a list of `Line`."""
    scope = _scope(incident)
    if scope is None:
        return []
    taken = {id(node.value): node.targets[0] for node in ast.walk(scope) if isinstance(node, ast.Assign)}
    found = []
    for node in ast.walk(scope):
        if isinstance(node, ast.Call):
            module = resolve(node.func, incident.names)
            if module is not None:
                loop = _innermost(scope, (ast.For, ast.While), node.lineno, incident.line)
                found.append(Line(module, node, taken.get(id(node)), loop, scope))
    return found


def _names(node):
    return [part.id for part in ast.walk(node) if isinstance(part, ast.Name)]


def _assigned(node, name, always=True):
    """(expression, whether it is certain to be assigned) for each assignment to `name` below `node`."""
    found = []
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Assign) and name in _names(child.targets[0]):
            found.append((child.value, always))
        found += _assigned(child, name, always and not isinstance(child, ast.If))
    return found


def _innermost(tree, kinds, *lines):
    """The smallest node of `kinds` around all `lines`, or None."""
    around = [
        node
        for node in ast.walk(tree)
        if isinstance(node, kinds) and all(node.lineno <= line <= node.end_lineno for line in lines)
    ]
    return min(around, key=lambda node: node.end_lineno - node.lineno, default=None)


def operands(incident):
    """What the learner's code was working on when it failed: `out` in `out[:, -1]`, both sides of `out - y`."""
    first, last, left, right = incident.place
    for node in ast.walk(_tree(incident) or ast.Module(body=[], type_ignores=[])):
        if not isinstance(node, (ast.expr, ast.AugAssign)):
            continue
        where = [getattr(node, name, None) for name in ("lineno", "end_lineno", "col_offset", "end_col_offset")]
        if where != [first, last, left, right]:
            continue
        if isinstance(node, ast.Call):
            return [*node.args, *(keyword.value for keyword in node.keywords)]
        parts = (getattr(node, name, None) for name in ("value", "left", "right", "operand", "target"))
        return [part for part in parts if part is not None]
    return []


def stands_at(line, incident):
    """True when the call stands in the very line of the error."""
    return line.call.lineno <= incident.line <= line.call.end_lineno


def _scope(incident):
    """The innermost function around the line of the error, or the whole cell; None when its text is not known."""
    tree = _tree(incident)
    if tree is None:
        return None
    return _innermost(tree, (ast.FunctionDef, ast.AsyncFunctionDef), incident.line) or tree


def _tree(incident):
    frame = incident.learner
    try:
        return ast.parse("".join(linecache.getlines(frame.f_code.co_filename, frame.f_globals)))
    except SyntaxError:
        return None


def resolve(expression, names):
    """The module that `expression` ("rnn", "self.rnn") stands for, or None; no attribute of a learner's is run."""
    if isinstance(expression, ast.Name):
        value = names.values.get(expression.id)
    elif isinstance(expression, ast.Attribute):
        holder = resolve(expression.value, names)
        value = None if holder is None else vars(holder).get("_modules", {}).get(expression.attr)
    else:
        return None
    return value if issubclass(type(value), nn.Module) else None
