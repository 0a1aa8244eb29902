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


def _of_model(names):
    """How often a note speaks of values of a model, and what it calls them."""
    return {"count": len(names), "names": ", ".join(name or "..." for name in names)}


def _apart(names, text):
    """The assignment that gives each of several values a name."""
    return f"{', '.join(name or f'result_{place}' for place, name in enumerate(names))} = {text}"


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
    return told("tuple_of_model", _apart([first, *names[1:]], call), pair=expr.text, model=maker, **_of_model(names))


def _by_form(incident, text, value):
    """Results whose call is nowhere in the text: their graph, and the sizes of their parts, tell what made them."""
    made = source(incident, value[0]) if is_a(value[0], torch.Tensor) else None
    near = [(rnn, module) for rnn, module in incident.recurrent if made is None or module is made[1]]
    fitting = [(rnn, module, key) for rnn, module in near if (key := _form(value, module))]
    if len({(family(module), key) for _, module, key in fitting}) == 1:
        rnn, module, key = fitting[0]
        rnn = rnn if len(fitting) == 1 else f"nn.{family(module)}"
        yield told(key, f"{_pattern(module)} = {text}" if key == "tuple" else None, pair=text, rnn=rnn)


def _form(value, module):
    """What two values can be by their sizes: "tuple", what a module returns, "state_is_pair", the states of an LSTM."""
    inner, cell = getattr(module, "proj_size", 0) or module.hidden_size, is_a(module, nn.RNNCellBase)
    ways = 2 if getattr(module, "bidirectional", False) else 1
    lead = () if cell else (module.num_layers * ways,)

    def is_state(part, width):
        return is_a(part, torch.Tensor) and (*part.shape[: len(lead)], *part.shape[-1:]) == (*lead, width)

    if len(value) != 2 or is_a(module, (nn.RNNCell, nn.GRUCell)):
        return None
    output, state = value
    if is_a(module, (nn.LSTM, nn.LSTMCell)) and is_state(output, inner) and is_state(state, module.hidden_size):
        return "tuple" if cell else "state_is_pair" * output.requires_grad
    pair = state if type(state) is tuple else (state,)
    axis = int(not getattr(module, "batch_first", False))
    fits = len(pair) == 1 + is_a(module, nn.LSTM) and is_state(pair[0], inner) and is_a(output, torch.Tensor)
    if cell or not fits or output.dim() != pair[0].dim() or output.shape[-1] != inner * ways:
        return None
    return "tuple" if output.dim() == 2 or pair[0].shape[1] == output.shape[axis] else None


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
    yield names and told("results_of_model", _apart(names, code), model=maker, **_of_model(names))
