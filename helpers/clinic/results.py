"""What a recurrent module, or a model around one, returns: a tuple that is taken for a tensor, or taken apart wrongly."""

import ast
import inspect
import textwrap
from typing import Any

import torch
from torch import nn
from torch.nn.utils.rnn import PackedSequence

from helpers.clinic.facts import TENSORS, source, told
from helpers.clinic.names import RECURRENT, Expr, family, is_a, walk

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
    parts = ends[-1].elts if ends and is_a(ends[-1], ast.Tuple) else []
    return [part.id if is_a(part, ast.Name) else None for part in parts]


def _like_results(value):
    """Whether a value has the form of results: a packed sequence, or a tuple of tensors and of pairs of tensors."""
    if type(value) is not tuple or len(value) < 2:
        return is_a(value, PackedSequence)
    return all(is_a(part, TENSORS) or _like_results(part) for part in value)


def _culprit(incident):
    """What was taken for a tensor: (its `Expr`, its value); the value is None where only the text of a call is known."""
    scope, node = incident.scope, incident.node
    value = getattr(incident.error, "obj", None)
    held = [value] if value is not None else []
    for frame in reversed(incident.torch) if value is None else ():
        for inside in frame.f_locals.values():
            held += [inside, *(inside.values() if type(inside) is dict else inside if type(inside) is tuple else ())]
    found = next((entry for entry in held if _like_results(entry)), None)
    parts = list(ast.iter_child_nodes(node)) if node is not None else []
    parts += [part.value for part in parts if is_a(part, ast.keyword)]
    for part in parts:
        same = scope.value(part)
        if same is found if found is not None else _like_results(same):
            return Expr(scope.written(part), part), same
    if found is None and held:
        return None, None
    given = [frame.f_locals.get("args") or [frame.f_locals.get("input")] for frame in incident.torch[:1]]
    if found is not None and any(args[0] is found for args in given):
        return incident.argument(0, "input", found), found
    calls = {id(call): call for call, _ in scope.calls(nn.Module)}
    made = [calls[id(part)] for part in parts if id(part) in calls]
    if made:
        return Expr(scope.written(made[-1]), made[-1]), found
    return (Expr(incident.of(found)), found) if found is not None else (None, None)


def tuple_as_tensor(incident, match):
    yield _tuple_as_tensor(incident, match)


def _tuple_as_tensor(incident, match):
    """A result that is no tensor, used as a tensor."""
    expr, value = _culprit(incident) if incident.recurrent and incident.scope else (None, None)
    if expr is None:
        return None
    if is_a(value, PackedSequence):
        return _packed(incident, expr, value)
    chains = [f.f_locals["self"] for f in incident.torch if is_a(f.f_locals.get("self"), nn.Sequential)]
    for inside in (part for chain in chains for part in chain if is_a(part, nn.RNNBase)):
        return told("sequential", kind=family(inside))
    for scope in reversed(incident.scopes):
        node = expr.node if is_a(expr.node, ast.Call) else None
        for made in [node] if node is not None else [a.value for a in scope.assignments(expr.text)][::-1]:
            module = scope.value(made.func) if is_a(made, ast.Call) else None
            target = getattr(getattr(made, "up", None), "targets", [None])[0]
            if is_a(module, nn.LSTM) and is_a(target, ast.Tuple) and node is None:
                return told("state_is_pair", pair=expr.text)
            if is_a(module, nn.Module):
                return _apart(expr, scope.written(made), scope.written(made.func), module, value)
    first, last = (value[0], value[-1]) if type(value) is tuple else (None, None)
    first = first.data if is_a(first, PackedSequence) else first
    made = source(incident, first) if is_a(first, torch.Tensor) else None
    if made and is_a(made[1], nn.LSTM) and type(last) is not tuple and expr.text:
        return told("state_is_pair", pair=expr.text)
    forms = [(text, m) for text, m in incident.recurrent if is_a(m, nn.RNNBase) and _is_result_of(value, m)]
    fitting = [pair for pair in forms if made is None or pair[1] is made[1]]
    fitting = [made] if made and is_a(made[1], nn.LSTMCell) else fitting
    if not expr.text or len({family(m) for _, m in fitting}) != 1:
        return None
    rnn = fitting[0][0] if len(fitting) == 1 else f"nn.{family(fitting[0][1])}"
    return told("tuple", f"{_pattern(fitting[0][1])} = {expr.text}", pair=expr.text, rnn=rnn)


def _apart(expr, call, maker, module, value):
    """The assignment that gives each result a name of its own."""
    if is_a(module, RECURRENT):
        pattern = _pattern(module)
        return told("tuple", f"{pattern} = {call}", pair=expr.text, rnn=maker) if pattern != "h" else None
    names = _returned(module)
    if len(names) < 2 or (value is not None and len(value) != len(names)):
        return None
    first = names[0] or (expr.text if is_a(expr.node, ast.Name) else "output")
    targets = ", ".join([first, *(name or f"other_{place}" for place, name in enumerate(names[1:], 1))])
    return told("tuple_of_model", f"{targets} = {call}", pair=expr.text, model=maker, **_listed(names))


def _listed(names):
    return {"count": len(names), "names": ", ".join(name or "..." for name in names)}


def _is_result_of(value, module):
    """Whether a tuple has the form of what a module returns: an output and states, whose sizes fit each other and it."""
    parts: Any = value if type(value) is tuple and len(value) == 2 else (None, None)
    output, state = parts
    if is_a(module, nn.LSTM) != (type(state) is tuple):
        return False
    state = state[0] if type(state) is tuple else state
    if not is_a(output, torch.Tensor) or not is_a(state, torch.Tensor) or not 2 <= output.dim() == state.dim() <= 3:
        return False
    directions, inner = 2 if module.bidirectional else 1, module.proj_size or module.hidden_size
    batches = state.dim() == 2 or state.shape[1] == output.shape[int(not module.batch_first)]
    sizes = (module.num_layers * directions, inner, inner * directions)
    return batches and (state.shape[0], state.shape[-1], output.shape[-1]) == sizes


def _packed(incident, expr, value):
    """A packed sequence is no tensor: it is unpacked before a layer that reads tensors."""
    _, module = source(incident, value.data) or (None, None)
    first = ", batch_first=True" if getattr(module, "batch_first", False) else ""
    unpack = f"nn.utils.rnn.pad_packed_sequence({{}}{first})"
    code = incident.fixed((expr, unpack + "[0]")) if incident.torch else None
    code = code or (expr.text and f"output, lengths = {expr.then(unpack)}")
    return told("packed_result", code, packed=expr)


def unpacked(incident, match):
    yield _unpacked(incident, match)


def _unpacked(incident, match):
    """Results of a recurrent module or a model, taken apart into another number of names."""
    scope = incident.scope
    statement = scope.statement(incident.node) if scope and not incident.torch else None
    if not is_a(statement, ast.Assign) or not is_a(statement.value, ast.Call):
        return None
    module, code, maker = scope.value(statement.value.func), scope.written(statement.value), statement.value.func
    maker, kind = scope.written(maker), family(module)
    if is_a(module, RECURRENT):
        names = [part.id for part in walk(statement.targets[0]) if is_a(part, ast.Name)]
        wanted = _pattern(module)
        if wanted == "h":
            return told("one_result", f"{names[-1] if names else 'h'} = {code}", rnn=maker, kind=kind)
        for old, new in zip([part.strip(" ()") for part in wanted.split(",")], names, strict=False):
            wanted = wanted.replace(old, new) if kind != "LSTMCell" else ", ".join(names[:2])
        return told(f"results.{kind}", f"{wanted} = {code}", rnn=maker)
    names = _returned(module) if is_a(module, nn.Module) and incident.recurrent else []
    if len(names) < 2:
        return None
    targets = ", ".join(name or f"result_{place}" for place, name in enumerate(names))
    return told("results_of_model", f"{targets} = {code}", model=maker, **_listed(names))
