"""Errors of backward(): what was used twice, what was changed in between, what backward() cannot start from.

The graph itself is asked which modules took part in it, how often each was called, and which of the learner's
tensors were computed by the same steps. What cannot be told from it and from the text is left open.
"""

import ast
import re
from types import ModuleType
from typing import Any

import torch
from torch import nn

from helpers.clinic.facts import history, leaves, told
from helpers.clinic.names import Expr, is_a, sure, walk

_MOST_NODES = 2500
_OF_WEIGHTS = (None, "T", "Transpose", "AsStrided")  # what PyTorch writes about a weight, itself or turned


def _root(incident):
    """The tensor that backward() was called on, and its `Expr`."""
    [found] = incident.local("backward", "tensors")
    scope = incident.scope
    function: Any = getattr(incident.node, "func", None)
    method = is_a(function, ast.Attribute) and type(scope.value(function.value)) is not ModuleType
    text = scope.written(function.value) if method else None
    return sure(found[0] if type(found) in (tuple, list) else found, torch.Tensor), Expr(text, None, "tensor")


class _Graph:
    """The graph that one tensor was computed by: its nodes, and each use of a weight in it."""

    def __init__(self, incident, tensor):
        nodes = history(tensor, _MOST_NODES)
        self.nodes, self.uses = {node for node in nodes if not hasattr(node, "variable")}, leaves(nodes)
        self.used = [pair for pair in incident.recurrent if self.calls(pair[1])]

    def calls(self, module):
        """How many calls of a recurrent module the tensor was computed by."""
        return self.uses.count(id(next(module.parameters())))

    def holds(self, value):
        """Whether a tensor, or one of a pair, was computed by the same steps: their histories meet."""
        tensors = [t for t in (value if type(value) is tuple else (value,)) if is_a(t, torch.Tensor)]
        return any(node in self.nodes for tensor in tensors for node in history(tensor, 40))


def _repeated(incident, modules):
    """What calls that come again before this backward() hand to these modules: (scope, call, argument)s."""
    owners = {id(module) for _, module in modules}
    for scope in reversed(incident.scopes):
        for call, holder in scope.calls(nn.Module):
            if any(id(part) in owners for part in holder.modules()) and _together(incident, scope, call):
                yield from ((scope, call, node) for node in (*call.args, *(word.value for word in call.keywords)))


def _together(incident, scope, call):
    """Whether a call comes again before this backward(): in one loop with it, or before it in a text without loops."""
    failing, loop = incident.node, scope.loop(call)
    plain = loop is None and scope.loop(failing) is None
    while loop is not None and failing not in walk(loop):
        loop = scope.loop(loop)
    before = plain and failing is not None and call.lineno <= failing.lineno
    return scope is not incident.scope or loop is not None or before


def _carried(incident, modules, graph):
    """The text of a state that one call makes and the next is given, or that a model keeps; None when none is seen."""
    handed = list(_repeated(incident, modules))
    for scope, _, part in handed:
        text = scope.written(part)
        targets = [scope.written(target) for node in scope.nodes(ast.Assign) for target in node.targets]
        renewed = any(text.strip("()").split("[")[0] in target for target in targets)
        if renewed and graph.holds(scope.value(part)):
            return text
    sizes, kept = {module.hidden_size for _, module in modules}, {}
    for text, value in (pair for scope in incident.scopes for pair in reversed(scope.reached.items()) if handed):
        state = value[0] if type(value) is tuple and value else value
        fits = is_a(state, torch.Tensor) and sizes & {*state.shape[-1:]}
        if fits and re.search(r"[.[]", text) and graph.holds(state):
            kept[id(value)] = text
    return next(iter(kept.values())) if len(kept) == 1 else None


def _cut(incident, name):
    """How the history of a state, or of a pair of states, is cut off."""
    parts = [part.strip() for part in name.strip("()").split(",")] if name.startswith("(") else [name]
    cut = ", ".join(f"{part}.detach()" for part in parts)
    if any(type(scope.reached.get(name)) is tuple for scope in incident.scopes):
        cut = f"tuple(part.detach() for part in {name})"
    return told("cut_history", f"{', '.join(parts)} = {cut}", h=name)


def second_backward(incident, match):
    """backward() came to steps that an earlier backward() had used up."""
    root, expr = _root(incident)
    graph, scope = _Graph(incident, root), incident.scope
    if not graph.used or len(graph.nodes) + len(set(graph.uses)) >= _MOST_NODES:
        return  # the rest of a longer graph may tell otherwise
    several = [pair for pair in graph.used if graph.calls(pair[1]) > 1]
    if several and (state := _carried(incident, several, graph)):
        yield "\n".join([told("carried", h=state, rnn=several[0][0]), told("sum_losses"), _cut(incident, state)])
    once = _made_once(incident, graph)
    yield once and told("made_once", name=once)
    calls = [call.func for call in scope.nodes(ast.Call) if getattr(call.func, "attr", "") == "backward"]
    losses = list(dict.fromkeys(scope.written(function.value) for function in calls))
    plain = len(losses) == 2 and expr.text in losses and all(is_a(function.value, ast.Name) for function in calls)
    both, rnn = f"({' + '.join(losses)}).backward()" if plain else None, graph.used[0][0]
    yield "\n".join([told("same_steps", rnn=rnn), told("add_losses", both), told("run_again", rnn=rnn)])


def _made_once(incident, graph):
    """What a loop hands over in each round, with a history, and makes in none."""
    names = set()
    for scope, call, part in _repeated(incident, graph.used):
        if (loop := scope.loop(call)) is not None and is_a(part, ast.Name):
            inside = walk(loop)
            made = any(node in inside for node in scope.assignments(part.id)) or scope.loop(call, part.id)
            names |= {part.id} if not made and graph.holds(scope.value(part)) else set()
    return names.pop() if len(names) == 1 else None


def changed_in_place(incident, match):
    """A tensor that backward() needs was written into after it was used."""
    graph, scope = _Graph(incident, _root(incident)[0]), incident.scope
    pattern = r"\[torch\.\w+ \[([\d, ]*)\]\](?:, which is output \d of (\w+),)? is at version (\d+)"
    found = re.search(pattern, incident.message)
    if not graph.used or not found:
        return
    shape, version = tuple(map(int, re.findall(r"\d+", found[1]))), int(found[3])
    for rnn, module in graph.used if found[2] in _OF_WEIGHTS else ():
        weights = [w for w in module.parameters() if w._version == version]
        if any(tuple(weight.shape) in (shape, shape[::-1]) for weight in weights):
            state = _carried(incident, [(rnn, module)], graph)
            notes = [told("weights_moved", rnn=rnn), told("step_last")]
            yield "\n".join([*notes, _cut(incident, state)] if state else notes)
    writes: dict[str, Any] = {}
    for node, target, instead in _writes(scope):
        tensor = scope.value(target)
        if is_a(tensor, torch.Tensor) and tensor.shape[-1:] == shape[-1:] and tensor._version in (version, 0):
            writes.setdefault(scope.written(target), (node, instead))
    for target, (node, instead) in writes.items() if len(writes) == 1 else ():
        part = any(is_a(place, ast.Subscript) for place in getattr(node, "targets", [getattr(node, "target", None)]))
        yield told("slots" if part else "in_place", instead, h=target, line=scope.written(node))


_SIGNS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}


def _writes(scope):
    """Every statement that writes into a tensor: (it, the tensor's expression, what to write instead, if anything)."""
    for node in scope.nodes((ast.AugAssign, ast.Assign, ast.Expr)):
        target = node.targets[0] if is_a(node, ast.Assign) else getattr(node, "target", None)
        function = getattr(node.value, "func", None)
        if is_a(target, ast.Subscript):
            yield node, target.value, None
        elif is_a(node, ast.AugAssign) and type(node.op) in _SIGNS:
            value, name = scope.written(node.value), scope.written(target)
            value = f"({value})" if is_a(node.value, (ast.BinOp, ast.IfExp)) else value
            yield node, target, f"{name} = {name} {_SIGNS[type(node.op)]} {value}"
        elif is_a(function, ast.Attribute) and re.search("[a-z]_$", function.attr) and target is None:
            text, rest = scope.written(function.value), scope.written(node)[len(scope.written(function)) :]
            plain = function.attr not in ("zero_", "fill_", "copy_", "requires_grad_")
            yield node, function.value, f"{text} = {text}.{function.attr[:-1]}{rest}" if plain else None


def many_numbers(incident, match):
    """backward() on a tensor of more than one number."""
    root, expr = _root(incident)
    yield told("many_numbers", expr.text and f"{expr.text}.sum().backward()", name=expr, shape=root.shape)


def no_history(incident, match):
    """backward() on a number that depends on no weights."""
    asked = any(weight.requires_grad for _, module in incident.recurrent for weight in module.parameters())
    yield not asked and told("frozen", rnn=incident.recurrent[0][0])
    yield told("no_history", name=_root(incident)[1])
