"""What a recurrent module, or a model around one, returns: a tuple that is taken for a tensor, or taken apart wrongly."""

import ast
import inspect
import re
import textwrap

import torch
from torch import nn
from torch.nn.utils.rnn import PackedSequence

from helpers.clinic.facts import TENSORS, source, told
from helpers.clinic.names import RECURRENT, Expr, Unknown, entries, family, is_a, sure, walk

_NAMES = {"LSTM": "output, (h_n, c_n)", "LSTMCell": "h, c", "RNNCell": "h", "GRUCell": "h"}


def _pattern(module):
    return _NAMES.get(family(module), "output, h_n")


def _returned(module):
    """The names of what the forward of a learner's own module returns, None for what has no name; [] for one value."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(type(module).forward)))
    except (OSError, TypeError, SyntaxError):
        return []
    ends = [node.value for node in walk(tree) if is_a(node, ast.Return)]
    parts = ends[-1].elts if ends and all(is_a(end, ast.Tuple) for end in ends) else []
    return [part.id if is_a(part, ast.Name) else None for part in parts] if len(parts) > 1 else []


def _told_of_model(key, names, code, first=None, **values):
    """A note on the values of a model, and the assignment that gives each of them a name."""
    said = ", ".join(name or "..." for name in names)
    given = [first or names[0], *names[1:]]
    code = f"{', '.join(name or f'result_{place}' for place, name in enumerate(given))} = {code}"
    return told(key, code, count=len(names), names=said, **values)


def _like_results(value):
    """Whether a value has the form of results: a packed sequence, or a tuple of tensors and of pairs of tensors."""
    if type(value) is not tuple or len(value) < 2:
        return is_a(value, PackedSequence)
    return all(is_a(part, TENSORS) or _like_results(part) for part in value)


def _culprit(incident):
    """What was taken for a tensor: (its `Expr`, its value); the value is None where only the text of a call is known."""
    scope, node, obj = incident.scope, incident.node, getattr(incident.error, "obj", None)
    frames = [frame.f_locals for frame in reversed(incident.torch)] if obj is None else [{"obj": obj}]
    values = [value for inside in frames for value in inside.values()]
    inner = [entry for value in values if type(value) in (dict, tuple) for _, entry in entries(value)]
    found = next(filter(_like_results, values + inner), None)
    if frames and found is None:
        raise Unknown
    parts = list(ast.iter_child_nodes(node)) if node is not None else []
    parts += [part.value for part in parts if is_a(part, ast.keyword)]
    for part in parts:
        value = scope.value(part)
        if value is found if found is not None else _like_results(value):
            return Expr(scope.written(part), part), value
    outer = incident.torch[0].f_locals if incident.torch else {}
    if found is not None and (outer.get("args") or [outer.get("input")])[0] is found:
        return incident.argument(0, "input", found), found
    calls = [call for call, _ in scope.calls(nn.Module) if call in parts]
    return (Expr(scope.written(calls[0]), calls[0]), found) if calls else (Expr(incident.of(found)), sure(found))


def tuple_as_tensor(incident, match):
    """A result that is no tensor, used as a tensor."""
    expr, value = _culprit(incident)
    if is_a(value, PackedSequence):
        _, module = source(incident, value.data) or (None, None)
        first = ", batch_first=True" if getattr(module, "batch_first", False) else ""
        unpack = f"nn.utils.rnn.pad_packed_sequence({{}}{first})"
        code = incident.fixed((expr, unpack + "[0]")) if incident.torch else None
        yield told("packed_result", code or (expr.text and f"output, lengths = {expr.then(unpack)}"), packed=expr)
        return
    chains = [f.f_locals["self"] for f in incident.torch if is_a(f.f_locals.get("self"), nn.Sequential)]
    inside = [part for chain in chains for part in chain if is_a(part, nn.RNNBase)]
    yield inside and told("sequential", kind=family(inside[0]))
    call = expr.node if is_a(expr.node, ast.Call) else None
    for scope in reversed(incident.scopes):
        for made in [call] if call else [node.value for node in scope.assignments(expr.text)][::-1]:
            module = scope.value(made.func) if is_a(made, ast.Call) else None
            if is_a(module, nn.Module):
                several = not call and is_a(getattr(made.up, "targets", [None])[0], ast.Tuple)
                yield is_a(module, nn.LSTM) and several and told("state_is_pair", pair=expr.text)
                yield _of_call(expr, scope.written(made), scope.written(made.func), module, value)
                return
    yield from _by_form(incident, sure(expr.text), value)


def _of_call(expr, call, maker, module, value):
    """A call that stands in the text: each of its results gets a name."""
    if is_a(module, RECURRENT):
        pattern = _pattern(module)
        return pattern != "h" and told("tuple", f"{pattern} = {call}", pair=expr.text, rnn=maker)
    names = _returned(module)
    if not names or (value is not None and len(value) != len(names)):
        return None
    first = names[0] or (expr.text if is_a(expr.node, ast.Name) else "output")
    return _told_of_model("tuple_of_model", names, call, first, pair=expr.text, model=maker)


def _by_form(incident, text, value):
    """Results whose call is nowhere in the text: their graphs tell what made them, their sizes whether they are all of it."""
    parts = [part for entry in value for part in (entry if type(entry) is tuple else (entry,))]
    made = [source(incident, part) for part in parts if is_a(part, torch.Tensor)]
    if len(made) < len(parts) or made[0] is None or any(maker is not made[0] for maker in made):
        return
    rnn, module = made[0]
    lstm, dims = is_a(module, nn.LSTM), {part.dim() for part in parts}
    if is_a(module, nn.RNNBase):
        layers = module.num_layers * (2 if module.bidirectional else 1)
        states = [len(part) == layers for part in parts if len(dims) == 1]
        yield lstm and len(value) == len(parts) and states == [True, True] and told("state_is_pair", pair=text)
        if states[1:] != [True] * (1 + lstm):
            return
    yield len(value) == 2 and told("tuple", f"{_pattern(module)} = {text}", pair=text, rnn=rnn)


def unpacked(incident, match):
    """Results of a recurrent module or a model, taken apart into another number of names."""
    scope, statement = incident.scope, sure(incident.statement, ast.Assign)
    call, targets = sure(statement.value, ast.Call), walk(statement.targets[0])
    if incident.node not in targets:
        return
    module, maker, code = scope.value(call.func), scope.written(call.func), scope.written(call)
    if is_a(module, RECURRENT):
        kind, names = family(module), [part.id for part in targets if is_a(part, ast.Name)]
        yield _pattern(module) == "h" and told("one_result", f"{(names or ['h'])[-1]} = {code}", rnn=maker, kind=kind)
        left = iter(names)
        wanted = re.sub(r"\w+", lambda name: next(left, name[0]), _pattern(module))
        yield told(f"results.{kind}", f"{wanted} = {code}", rnn=maker)
    names = _returned(sure(module, nn.Module))
    yield names and _told_of_model("results_of_model", names, code, model=maker)
