"""Errors of backward(): what was used twice, what was changed in between, what backward() cannot start from.

The graph itself is asked which modules took part in it, how often each was called, and which of the learner's
tensors were computed by the same steps. What cannot be told from it and from the text is left open.
"""

import ast
import re

import torch
from torch import nn

from helpers.clinic.facts import history, told
from helpers.clinic.names import is_a, walk
from helpers.words import say

_MOST_NODES = 2500


def _root(incident):
    """(the tensor that backward() was called on, its text); None for what cannot be told."""
    found = incident.local("backward", "tensors") or [None]
    tensors = found[0] if type(found[0]) in (tuple, list) else found
    tensor = tensors[0] if len(tensors) == 1 and is_a(tensors[0], torch.Tensor) else None
    function = getattr(incident.node, "func", None)
    return tensor, incident.scope.written(function.value) if is_a(function, ast.Attribute) else None


class _Graph:
    """The graph that one tensor was computed by: its nodes, and how often each weight was used in it."""

    def __init__(self, tensor):
        self.nodes, self.uses = {tensor.grad_fn}, []
        waiting = [tensor.grad_fn]
        while waiting and len(self.nodes) < _MOST_NODES:
            for following, _ in waiting.pop().next_functions:
                if type(following).__name__ == "AccumulateGrad":
                    self.uses.append(id(following.variable))
                elif following is not None and following not in self.nodes:
                    self.nodes.add(following)
                    waiting.append(following)

    def calls(self, module):
        """How many calls of a recurrent module the tensor was computed by."""
        return self.uses.count(
            id(getattr(module, "weight_ih", None) if is_a(module, nn.RNNCellBase) else module.weight_ih_l0)
        )

    def holds(self, value):
        """Whether a tensor, or one of a pair, was computed by the same steps: their histories meet."""
        tensors = [t for t in (value if type(value) is tuple else (value,)) if is_a(t, torch.Tensor)]
        return any(node in self.nodes for tensor in tensors for node in history(tensor, 40))


def _handed_over(incident, modules):
    """What the learner's texts hand to these modules: (scope, call, argument)s."""
    owners = {id(module) for _, module in modules}
    for scope in reversed(incident.scopes):
        for call, holder in scope.calls(nn.Module):
            if any(id(part) in owners for part in holder.modules()):
                yield from ((scope, call, node) for node in (*call.args, *(word.value for word in call.keywords)))


def _together(incident, scope, call):
    """Whether the call comes again before this backward(): in one loop with it, or before it in a text without loops."""
    if scope is not incident.scope:
        return True
    failing, loop = incident.node, scope.loop(call)
    plain = loop is None and scope.loop(failing) is None
    while loop is not None and all(part is not failing for part in walk(loop)):
        loop = scope.loop(loop)
    return loop is not None or (plain and failing is not None and call.lineno <= failing.lineno)


def _carried(incident, modules, graph):
    """The text of a state that one call makes and the next is given, or that a model keeps; None when none is seen."""
    near = False
    for scope, call, part in _handed_over(incident, modules):
        if not _together(incident, scope, call):
            continue
        near, text = True, scope.written(part)
        targets = [scope.written(target) for node in scope.nodes(ast.Assign) for target in node.targets]
        renewed = any(text.strip("()").split("[")[0] in target for target in targets)
        if renewed and graph.holds(scope.value(part)):
            return text
    kept: dict[int, str] = {}
    for text, value in (pair for scope in incident.scopes[::-1] for pair in scope.reached if near):
        state = value[0] if type(value) is tuple and value else value
        if re.search(r"[.[]", text) and is_a(state, torch.Tensor) and state.grad_fn is not None:
            fits = any(state.shape[-1:] == (module.hidden_size,) for _, module in modules)
            kept |= {id(value): text} if fits and graph.holds(state) and id(value) not in kept else {}
    return next(iter(kept.values())) if len(kept) == 1 else None


def second_backward(incident, match):
    yield _second_backward(incident, match)


def _second_backward(incident, match):
    """backward() came to steps that an earlier backward() had used up."""
    root, text = _root(incident) if incident.scope else (None, None)
    if root is None or root.grad_fn is None:
        return None
    graph = _Graph(root)
    if len(graph.nodes) >= _MOST_NODES:
        return None  # the rest of it may tell otherwise
    used = [(name, module) for name, module in incident.recurrent if graph.calls(module)]
    several = [(name, module) for name, module in used if graph.calls(module) > 1]
    if several and (state := _carried(incident, several, graph)):
        return "\n".join([told("carried", h=state, rnn=several[0][0]), told("sum_losses"), _cut(incident, state)])
    if not used:
        return None
    if once := _made_once(incident, used, graph):
        return told("made_once", name=once)
    return _same_steps(incident, text, used[0][0])


def _cut(incident, name):
    """How the history of a state, or of a pair of states, is cut off."""
    parts = [part.strip() for part in name.strip("()").split(",")] if name.startswith("(") else [name]
    cut = ", ".join(f"{part}.detach()" for part in parts)
    if any(type(value) is tuple for scope in incident.scopes for text, value in scope.reached if text == name):
        cut = f"tuple(part.detach() for part in {name})"
    return told("cut_history", f"{', '.join(parts)} = {cut}", h=name)


def _made_once(incident, used, graph):
    """What a loop hands over in each round, with a history, and makes in none."""
    names = set()
    for scope, call, part in _handed_over(incident, used):
        loop = scope.loop(call)
        if loop is not None and _together(incident, scope, call) and is_a(part, ast.Name):
            inside = [id(node) for node in walk(loop)]
            made = any(id(node) in inside for node in scope.assignments(part.id)) or scope.loop(call, part.id)
            names |= {part.id} if not made and graph.holds(scope.value(part)) else set()
    return names.pop() if len(names) == 1 else None


def _same_steps(incident, text, rnn):
    """The same loss again, or another one from the same steps."""
    calls = [call.func for call in incident.scope.nodes(ast.Call) if getattr(call.func, "attr", "") == "backward"]
    losses = list(dict.fromkeys(incident.scope.written(function.value) for function in calls))
    plain = len(losses) == 2 and text in losses and all(is_a(function.value, ast.Name) for function in calls)
    both = f"({losses[0]} + {losses[1]}).backward()" if plain else None
    return "\n".join([told("same_steps", rnn=rnn), told("add_losses", both), told("run_again", rnn=rnn)])


def changed_in_place(incident, match):
    yield _changed_in_place(incident, match)


def _changed_in_place(incident, match):
    """A tensor that backward() needs was written into after it was used."""
    root, scope = _root(incident)[0] if incident.scope else None, incident.scope
    found = re.search(r"\[torch\.\w+ \[([\d, ]*)\]\].* is at version (\d+)", incident.message)
    if root is None or not found:
        return None
    graph = _Graph(root)
    if not any(graph.calls(module) for _, module in incident.recurrent):
        return None
    shape, version = tuple(int(size) for size in re.findall(r"\d+", found[1])), int(found[2])
    for rnn, module in incident.recurrent:
        weights = [w for w in module.parameters() if w._version == version]
        if any(tuple(weight.shape) in (shape, shape[::-1]) for weight in weights):
            state = _carried(incident, [(rnn, module)], graph)
            notes = [told("weights_moved", rnn=rnn), told("step_last")]
            return "\n".join([*notes, _cut(incident, state)] if state else notes)
    writes = []
    for node, target, instead in _writes(scope):
        tensor = scope.value(target)
        if is_a(tensor, torch.Tensor) and tensor.shape[-1:] == shape[-1:] and tensor._version in (version, 0):
            writes.append((scope.written(target), scope.written(node), instead))
    if len({target for target, *_ in writes}) != 1:
        return None
    target, line, instead = writes[0]
    return told("in_place" if instead else "slots", instead, h=target, line=line)


_SIGNS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}


def _writes(scope):
    """Every statement that writes into a tensor: (it, the tensor's expression, what to write instead, if anything)."""
    for node in scope.nodes((ast.AugAssign, ast.Assign, ast.Expr)):
        target = node.targets[0] if is_a(node, ast.Assign) else getattr(node, "target", None)
        function = getattr(node.value, "func", None)
        if is_a(target, ast.Subscript):
            yield node, target.value, None
        elif is_a(node, ast.AugAssign) and type(node.op) in _SIGNS:
            value = scope.written(node.value)
            value = f"({value})" if is_a(node.value, (ast.BinOp, ast.IfExp)) else value
            yield node, target, f"{scope.written(target)} = {scope.written(target)} {_SIGNS[type(node.op)]} {value}"
        elif is_a(function, ast.Attribute) and re.search("[a-z]_$", function.attr) and target is None:
            text, rest = scope.written(function.value), scope.written(node)[len(scope.written(function)) :]
            plain = function.attr not in ("zero_", "fill_", "copy_", "requires_grad_")
            yield node, function.value, f"{text} = {text}.{function.attr[:-1]}{rest}" if plain else None


def many_numbers(incident, match):
    yield _many_numbers(incident, match)


def _many_numbers(incident, match):
    """backward() on a tensor of more than one number."""
    root, text = _root(incident) if incident.scope and incident.recurrent else (None, None)
    if root is None:
        return None
    code = f"{text}.sum().backward()" if text else None
    return told("many_numbers", code, name=text or say("clinic.the.tensor"), shape=tuple(root.shape))


def no_history(incident, match):
    yield _no_history(incident, match)


def _no_history(incident, match):
    """backward() on a number that depends on no weights."""
    if incident.scope is None or not incident.recurrent:
        return None
    if not any(weight.requires_grad for _, module in incident.recurrent for weight in module.parameters()):
        return told("frozen", rnn=incident.recurrent[0][0])
    return told("no_history", name=_root(incident)[1] or say("clinic.the.tensor"))
