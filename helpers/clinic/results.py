"""What a recurrent module, or a model around one, returns: a tuple that is taken for a tensor, or taken apart wrongly."""

import ast
import inspect
import textwrap

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
    tree = ast.parse(textwrap.dedent(inspect.getsource(type(module).forward)))
    *_, end = (node.value for node in walk(tree) if is_a(node, ast.Return))
    parts = end.elts if is_a(end, ast.Tuple) and len(end.elts) > 1 else []
    return [part.id if is_a(part, ast.Name) else None for part in parts]


def _like_results(value):
    """Whether a value has the form of results: a packed sequence, or a tuple of tensors and of pairs of tensors."""
    if type(value) is not tuple or len(value) < 2:
        return is_a(value, PackedSequence)
    return all(is_a(part, TENSORS) or _like_results(part) for part in value)


def _culprit(incident):
    """What was taken for a tensor: (its `Expr`, its value); the value is None where only the text of a call is known."""
    scope, node, value = incident.scope, incident.node, getattr(incident.error, "obj", None)
    held = [value] if value is not None else []
    for inside in (i for frame in reversed(incident.torch) if value is None for i in frame.f_locals.values()):
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
    calls = [call for call, _ in scope.calls(nn.Module)]
    made = [part for part in parts if part in calls]
    if made:
        return Expr(scope.written(made[-1]), made[-1]), found
    return (Expr(incident.of(found)), found) if found is not None else (None, None)


def tuple_as_tensor(incident, match):
    """A result that is no tensor, used as a tensor."""
    expr, value = _culprit(incident)
    if is_a(value, PackedSequence):
        _, module = source(incident, value.data) or (None, None)
        first = ", batch_first=True" if getattr(module, "batch_first", False) else ""
        unpack = f"nn.utils.rnn.pad_packed_sequence({{}}{first})"
        code = incident.fixed((expr, unpack + "[0]")) if incident.torch else None
        yield told("packed_result", code or (expr.text and f"output, lengths = {expr.then(unpack)}"), packed=expr)
    chains = [f.f_locals["self"] for f in incident.torch if is_a(f.f_locals.get("self"), nn.Sequential)]
    inside = [part for chain in chains for part in chain if is_a(part, nn.RNNBase)]
    yield inside and expr and told("sequential", kind=family(inside[0]))
    call = expr.node if is_a(expr.node, ast.Call) else None
    for scope in reversed(incident.scopes):
        for made in [call] if call else [node.value for node in scope.assignments(expr.text)][::-1]:
            module = scope.value(made.func) if is_a(made, ast.Call) else None
            if is_a(module, nn.LSTM) and not call and is_a(made.up.targets[0], ast.Tuple):
                yield told("state_is_pair", pair=expr.text)
            if is_a(module, nn.Module):
                yield _apart(expr, scope.written(made), scope.written(made.func), module, value)
                return
    yield from _by_form(incident, expr.text, value)


def _apart(expr, call, maker, module, value):
    """The assignment that gives each result a name of its own."""
    if is_a(module, RECURRENT):
        pattern = _pattern(module)
        return pattern != "h" and told("tuple", f"{pattern} = {call}", pair=expr.text, rnn=maker)
    names = _returned(module)
    if not names or (value is not None and len(value) != len(names)):
        return None
    first = names[0] or (expr.text if is_a(expr.node, ast.Name) else "output")
    return told("tuple_of_model", _assignment([first, *names[1:]], call), pair=expr.text, model=maker, **_listed(names))


def _assignment(names, call):
    return f"{', '.join(name or f'result_{place}' for place, name in enumerate(names))} = {call}"


def _listed(names):
    return {"count": len(names), "names": ", ".join(name or "..." for name in names)}


def _by_form(incident, text, value):
    """Results whose call is nowhere in the text: their graph, or the sizes of their parts, tell what made them."""
    first = value[0].data if is_a(value[0], PackedSequence) else value[0]
    made = source(incident, first)
    yield made and is_a(made[1], nn.LSTM) and type(value[-1]) is not tuple and text and told("state_is_pair", pair=text)
    forms = [pair for pair in incident.recurrent if is_a(pair[1], nn.RNNBase) and _is_result_of(value, pair[1])]
    fitting = [pair for pair in forms if made is None or pair[1] is made[1]]
    fitting = [made] if made and is_a(made[1], nn.LSTMCell) else fitting
    [kind] = {family(module) for _, module in fitting}
    rnn = fitting[0][0] if len(fitting) == 1 else f"nn.{kind}"
    yield text and told("tuple", f"{_pattern(fitting[0][1])} = {text}", pair=text, rnn=rnn)


def _is_result_of(value, module):
    """Whether a tuple has the form of what a module returns: an output and states, whose sizes fit each other and it."""
    if len(value) != 2:
        return False
    output, state, pair = value[0], value[1], type(value[1]) is tuple
    state = state[0] if pair else state
    if is_a(module, nn.LSTM) != pair or not is_a(output, torch.Tensor) or not is_a(state, torch.Tensor):
        return False
    directions, inner = 2 if module.bidirectional else 1, module.proj_size or module.hidden_size
    sizes = (module.num_layers * directions, inner, inner * directions)
    if not 2 <= output.dim() == state.dim() <= 3 or (state.shape[0], state.shape[-1], output.shape[-1]) != sizes:
        return False
    return state.dim() == 2 or state.shape[1] == output.shape[int(not module.batch_first)]


def unpacked(incident, match):
    """Results of a recurrent module or a model, taken apart into another number of names."""
    scope, statement = incident.scope, incident.scope.statement(incident.node)
    if incident.torch or not is_a(statement, ast.Assign):
        return
    code, function = scope.written(statement.value), statement.value.func
    module, maker = scope.value(function), scope.written(function)
    kind, wanted = family(module), _pattern(module)
    if is_a(module, RECURRENT):
        names = [part.id for part in walk(statement.targets[0]) if is_a(part, ast.Name)]
        yield wanted == "h" and told("one_result", f"{(names or ['h'])[-1]} = {code}", rnn=maker, kind=kind)
        for old, new in zip([part.strip(" ()") for part in wanted.split(",")], names, strict=False):
            wanted = wanted.replace(old, new) if kind != "LSTMCell" else ", ".join(names[:2])
        yield told(f"results.{kind}", f"{wanted} = {code}", rnn=maker)
    names = _returned(module)
    yield names and told("results_of_model", _assignment(names, code), model=maker, **_listed(names))
