"""Errors of backward(): what was used twice, what was changed in between, what backward() cannot start from.

The graph itself is asked: which of its parts an earlier backward() has used up, which weights they belong to, and
which of the learner's tensors lead into them. What cannot be told from it is left open.
"""

import ast
import re

import torch

from helpers.clinic.facts import history
from helpers.clinic.names import is_a
from helpers.clinic.shapes import with_code
from helpers.words import say

_MOST_NODES = 1500


def _root(incident):
    """The tensor that backward() was called on; None when there were several."""
    found = incident.local("backward", "tensors") or [None]
    tensors = found[0] if type(found[0]) in (tuple, list) else found
    return tensors[0] if len(tensors) == 1 and is_a(tensors[0], torch.Tensor) else None


class _Graph:
    """The graph that one tensor was computed by: its nodes, and how often each weight was used in it."""

    def __init__(self, tensor):
        self.nodes, self.uses = set(), {}
        waiting = [tensor.grad_fn]
        while waiting and len(self.nodes) < _MOST_NODES:
            node = waiting.pop()
            if node is None or node in self.nodes:
                continue
            self.nodes.add(node)
            for following, _ in node.next_functions:
                if hasattr(following, "variable"):
                    weight = id(following.variable)
                    self.uses[weight] = self.uses.get(weight, 0) + 1
                else:
                    waiting.append(following)

    def calls(self, module):
        """How many calls of a recurrent module the tensor was computed by."""
        return self.uses.get(id(module.weight_ih if hasattr(module, "weight_ih") else module.weight_ih_l0), 0)

    def holds(self, tensor):
        """Whether a tensor was computed by the same steps: its own history meets these nodes a few steps back."""
        return is_a(tensor, torch.Tensor) and any(node in self.nodes for node in history(tensor, 40))


def _handed_over(incident, modules):
    """What the learner's texts hand to these modules as a state or an input: (scope, call, expression) for each."""
    owners = {id(module) for _, module in modules}
    for scope in reversed(incident.scopes):
        holders = {id(m) for _, m in scope.modules if any(id(part) in owners for part in _parts(m))}
        for call, _ in scope.calls(lambda found, holders=holders: id(found) in holders):
            for node in (*call.args, *(keyword.value for keyword in call.keywords)):
                yield scope, call, node


def _parts(module):
    try:
        return list(module.modules())
    except Exception:
        return []


def _of_several(graph, value):
    return any(graph.holds(tensor) for tensor in (value if type(value) is tuple else [value]))


def _kept(incident, modules, graph):
    """The expression of the only state with a history in this graph that a model, a dict or a list keeps."""
    found = {}
    for scope in reversed(incident.scopes):
        for text, value in scope.reached:
            tensor = value[0] if type(value) is tuple and value else value
            if ("." in text or "[" in text) and is_a(tensor, torch.Tensor) and tensor.grad_fn is not None:
                fits = any(tensor.shape[-1:] == (module.hidden_size,) for _, module in modules)
                if fits and graph.holds(tensor):
                    found.setdefault(id(value), text)
    return next(iter(found.values())) if len(found) == 1 else None


def _carried(incident, modules, graph):
    """(scope, call, expression) of a state that an earlier call made and the next one is given; None when none is seen."""
    for scope, call, part in _handed_over(incident, modules):
        value = scope.value(part)
        if part is not call.args[:1] and _of_several(graph, value) and _again(incident, scope, call, part):
            return scope.written(part)
    near = any(_together(incident, scope, call) for scope, call, _ in _handed_over(incident, modules))
    return _kept(incident, modules, graph) if near else None


def _together(incident, scope, call):
    """Whether the call comes again before each backward(): in one loop with it, or before it in one text without loops."""
    outer = scope.loop(call)
    if scope is not incident.scope:
        return True
    failing = scope.node
    while outer is not None:
        if any(part is failing for part in ast.walk(outer)):
            return True
        outer = scope.loop(outer)
    return failing is not None and scope.loop(call) is None and scope.loop(failing) is None and call.lineno <= failing.lineno


def _again(incident, scope, call, part):
    """Whether what is handed over is given a new value in the same round, by the call itself or after it."""
    root = scope.written(part).split("[")[0].strip("()")
    renewed = any(scope.written(node).startswith(root) or root in scope.written(node).split("=")[0] for node in scope.nodes((ast.Assign,)))
    return _together(incident, scope, call) and renewed


def second_backward(incident, match):
    """backward() came to steps that an earlier backward() had used up."""
    root = _root(incident)
    if root is None or root.grad_fn is None or incident.scope is None:
        return None
    graph = _Graph(root)
    used = [(name, module) for name, module in incident.recurrent if graph.calls(module)]
    if not used:
        return None
    several = [(name, module) for name, module in used if graph.calls(module) > 1]
    if several and (name := _carried(incident, several, graph)):
        return _carried_on(incident, several[0][0], name)
    return _made_once(incident, used, graph) or _one_graph(incident, _root_text(incident), used[0][0])


def _root_text(incident):
    node = incident.scope.node
    return incident.scope.written(node.func.value) if is_a(getattr(node, "func", None), ast.Attribute) else None


def _one_graph(incident, text, rnn):
    """Nothing was computed anew: the same loss again, or another one from the same steps."""
    scope = incident.scope
    calls = [n for n in scope.nodes(ast.Call) if is_a(n.func, ast.Attribute) and n.func.attr == "backward"]
    losses = list(dict.fromkeys(scope.written(call.func.value) for call in calls))
    both = None
    if len(losses) == 2 and text in losses and all(is_a(call.func.value, ast.Name) for call in calls):
        both = f"({losses[0]} + {losses[1]}).backward()"
    words = say("clinic.same_steps", rnn=rnn)
    return f"{words}\n{with_code(say('clinic.add_losses'), both)}\n{say('clinic.run_again', rnn=rnn)}"


def _carried_on(incident, rnn, name):
    """A state came along with its history: from an earlier step of the same sequence, or from another batch."""
    words = say("clinic.carried", h=name, rnn=rnn)
    return f"{words}\n{say('clinic.sum_losses')}\n{_cut(incident, name)}"


def _cut(incident, name):
    value = next((v for scope in reversed(incident.scopes) for text, v in scope.reached if text == name), None)
    cut = f"tuple(part.detach() for part in {name})" if type(value) is tuple else f"{name}.detach()"
    if name.startswith("("):
        cut = ", ".join(f"{part.strip()}.detach()" for part in name[1:-1].split(","))
    return with_code(say("clinic.cut_history", h=name), f"{name.strip('()')} = {cut}")


def _made_once(incident, used, graph):
    """What a loop hands over in each round, with a history, and makes in none."""
    names = []
    for scope, call, part in _handed_over(incident, used):
        loop = scope.loop(call)
        if loop is None or not _together(incident, scope, call) or not is_a(part, ast.Name):
            continue
        inside = {id(node) for node in ast.walk(loop)}
        made = any(id(node) in inside for node in scope.assigned(part.id)) or scope.loop(call, part.id) is not None
        if not made and _of_several(graph, scope.value(part)):
            names.append(part.id)
    return say("clinic.made_once", name=names[0]) if len(set(names)) == 1 else None


def changed_in_place(incident, match):
    """A tensor that backward() needs was written into after it was used."""
    root, scope = _root(incident), incident.scope
    if root is None or scope is None or not incident.recurrent:
        return None
    found = re.search(r"\[torch\.\w+ \[([\d, ]*)\]\].* is at version (\d+)", incident.message)
    if not found:
        return None
    shape, version = tuple(int(size) for size in found[1].split(", ") if size), int(found[2])
    for rnn, module in incident.recurrent:
        for weight in module.parameters():
            if weight._version == version and tuple(weight.shape) in (shape, shape[::-1]):
                return _weights_moved(incident, rnn, module, _Graph(root))
    writes = []
    for statement, target, instead in _writes(scope):
        tensor = scope.value(target)
        if is_a(tensor, torch.Tensor) and (tensor._version == version or is_a(statement, ast.Assign)):
            if math_suffix(tuple(tensor.shape), shape):
                writes.append((statement, target, instead))
    targets = list(dict.fromkeys(scope.written(target) for _, target, _ in writes))
    if len(targets) != 1:
        return None
    statement, target, instead = writes[0]
    if instead is None:
        return say("clinic.slots", h=targets[0], line=scope.written(statement))
    lines = "\n".join(instead for *_, instead in writes)
    return with_code(say("clinic.in_place", h=targets[0], line=scope.written(statement)), lines)


def math_suffix(shape, part):
    """Whether a tensor of this shape can have a part of that shape."""
    return shape == part or (len(shape) >= len(part) and shape[len(shape) - len(part) :][-1:] == part[-1:])


def _writes(scope):
    """Every statement that writes into a tensor: (the statement, the tensor's expression, the statement to write instead)."""
    symbols = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
    for node in scope.nodes((ast.AugAssign, ast.Assign, ast.Expr)):
        if is_a(node, ast.AugAssign) and type(node.op) in symbols:
            if is_a(node.target, ast.Subscript):
                yield node, node.target.value, None
            else:
                text, value = scope.written(node.target), scope.written(node.value)
                value = value if not is_a(node.value, (ast.BinOp, ast.IfExp, ast.Compare)) else f"({value})"
                yield node, node.target, f"{text} = {text} {symbols[type(node.op)]} {value}"
        elif is_a(node, ast.Assign) and is_a(node.targets[0], ast.Subscript):
            yield node, node.targets[0].value, None
        elif is_a(node, ast.Expr) and is_a(node.value, ast.Call) and is_a(node.value.func, ast.Attribute):
            function = node.value.func
            if function.attr.endswith("_") and not function.attr.startswith("_") and function.attr != "requires_grad_":
                target, rest = scope.written(function.value), scope.written(node.value)[len(scope.written(function)) :]
                plain = function.attr not in ("zero_", "fill_", "copy_")
                yield node, function.value, f"{target} = {target}.{function.attr[:-1]}{rest}" if plain else None


def _weights_moved(incident, rnn, module, graph):
    """The weights were changed by a step of the optimizer between the steps and this backward()."""
    name = _carried(incident, [(rnn, module)], graph)
    words = f"{say('clinic.weights_moved', rnn=rnn)}\n{say('clinic.step_last')}"
    return f"{words}\n{_cut(incident, name)}" if name else words


def many_numbers(incident, match):
    """backward() on a tensor of more than one number."""
    root, text = _root(incident), incident.scope and _root_text(incident)
    if root is None or not incident.recurrent:
        return None
    words = say("clinic.many_numbers", name=text or say("clinic.the_tensor"), shape=tuple(root.shape))
    code = f"{text}.sum().backward()" if text else None
    return with_code(words, code)


_CUTS = {"detach": ".detach()", "item": ".item()", "argmax": "argmax", "no_grad": "torch.no_grad()", "tensor": "torch.tensor(...)"}
_CUTS |= {"inference_mode": "torch.inference_mode()", "data": ".data", "numpy": ".numpy()", "round": "round", "tolist": ".tolist()"}


def no_history(incident, match):
    """backward() on a number that depends on no weights."""
    scope = incident.scope
    if scope is None or not incident.recurrent or not incident.torch:
        return None
    text = _root_text(incident)
    if all(not p.requires_grad for _, m in incident.recurrent for p in m.parameters()):
        return say("clinic.frozen", rnn=incident.recurrent[0][0])
    cuts = _cuts(scope, text)
    words = say("clinic.no_history", name=text or say("clinic.the_tensor"))
    if len(cuts) == 1:
        return f"{words} {say('clinic.cut_by', cut=cuts[0])}"
    return f"{words} {say('clinic.cut_somewhere')}"


def _cuts(scope, text):
    """What cuts the history on the way to an expression, as far as the text shows."""
    found, waiting, seen = [], [text.split(".")[0].split("[")[0]] if text else [], set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        for node in scope.assigned(name):
            for part in ast.walk(node.value):
                word = part.attr if is_a(part, ast.Attribute) else None
                found += [_CUTS[word]] if word in _CUTS and _CUTS[word] not in found else []
                waiting += [part.id] if is_a(part, ast.Name) else []
            around = node
            while (around := getattr(around, "up", None)) is not None:
                for item in around.items if is_a(around, ast.With) else ():
                    function = getattr(item.context_expr, "func", None)
                    word = getattr(function, "attr", None)
                    found += [_CUTS[word]] if word in ("no_grad", "inference_mode") and _CUTS[word] not in found else []
    return found


def number_backward(incident, match):
    """backward() on a Python number: it was taken out of the graph before."""
    scope = incident.scope
    text = scope and is_a(scope.node, ast.Attribute) and scope.written(scope.node.value)
    if not text or not incident.recurrent or not any(cut == ".item()" for cut in _cuts(scope, text)) and ".item()" not in text:
        return None
    return with_code(say("clinic.number_backward", name=text.removesuffix(".item()")), f"{text.removesuffix('.item()')}.backward()" if ".item()" in text else None)
