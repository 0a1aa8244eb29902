"""What a recurrent module, or a model around one, returns: a tuple that is taken for a tensor, or taken apart wrongly."""

import ast
import inspect

import torch
from torch import nn
from torch.nn.utils.rnn import PackedSequence

from helpers.clinic.facts import TENSORS
from helpers.clinic.names import RECURRENT, Scope, is_a
from helpers.clinic.shapes import with_code
from helpers.words import say


def _family(module):
    return next((k.__name__ for k in type(module).__mro__ if k.__module__ == "torch.nn.modules.rnn"), None)


def _pattern(module):
    """How the results of a recurrent module are named."""
    kind = _family(module)
    return {"LSTM": "output, (h_n, c_n)", "LSTMCell": "h, c"}.get(kind, "h" if kind.endswith("Cell") else "output, h_n")


def _returned(module):
    """The names that the forward of a learner's own module returns: ["logits", "h"]; None when it does not say."""
    try:
        source = inspect.getsource(type(module).forward)
        tree = ast.parse(inspect.cleandoc(source) if source[0] != " " else "if 1:\n" + source)
    except (OSError, TypeError, SyntaxError):
        return None
    tuples = [n.value for n in ast.walk(tree) if is_a(n, ast.Return) and is_a(n.value, ast.Tuple)]
    return [part.id if is_a(part, ast.Name) else None for part in tuples[-1].elts] if tuples else None


def _maker(incident, name, value):
    """The assignment (or call) and the module that made a tuple, from the text of the learner's frames."""
    for scope in reversed(incident.scopes):
        if name is None and scope is incident.scope:
            calls = scope.calls(lambda found: is_a(found, nn.Module))
            inside = [(node, module) for node, module in calls if _covers(scope.node, node)]
            if inside:
                return scope, None, *min(inside, key=lambda pair: len(scope.written(pair[0])))
        for node in scope.assigned(name) if name else ():
            module = scope.value(node.value.func) if is_a(node.value, ast.Call) else None
            if is_a(module, nn.Module):
                return scope, node, node.value, module
    return None


def _covers(outer, inner):
    return outer is not None and inner is not outer and any(part is inner for part in ast.walk(outer))


def _culprit(incident):
    """The tuple that was taken for a tensor: (its expression or None, its value)."""
    scope, node = incident.scope, incident.scope.node
    value = getattr(incident.error, "obj", None)
    if value is not None:
        return (incident.of(value), value) if type(value) is tuple or is_a(value, PackedSequence) else (None, None)
    if incident.torch:  # a tuple handed to a layer or a function
        for frame in reversed(incident.torch):
            for inside in frame.f_locals.values():
                for entry in (inside, *inside.values()) if type(inside) is dict else (inside, *inside) if type(inside) is tuple else (inside,):
                    if _result_like(entry):
                        return incident.of(entry), entry
        return None, None
    for part in ast.iter_child_nodes(node) if node is not None else ():
        found = scope.value(part)
        if type(found) is tuple or is_a(found, PackedSequence):
            return scope.written(part), found
    calls = scope.calls(lambda found: is_a(found, nn.Module)) if node is not None else []
    return (None, ()) if any(_covers(node, call) for call, _ in calls) else (None, None)


def _result_like(value):
    """Whether a value has the form of results: a packed sequence, or a tuple of tensors and pairs of tensors."""
    if is_a(value, PackedSequence):
        return True
    return type(value) is tuple and len(value) > 1 and all(is_a(part, TENSORS) or type(part) is tuple and _result_like(part) for part in value)


def tuple_as_tensor(incident, match):
    """A result that is a tuple, used as a tensor."""
    if incident.scope is None:
        return None
    name, value = _culprit(incident)
    if value is None or not incident.recurrent:
        return None
    if is_a(value, PackedSequence):
        return _packed(incident, name)
    holders = [frame.f_locals.get("self") for frame in incident.torch]
    for holder in holders:
        if is_a(holder, nn.Sequential) and (inside := next((m for m in holder if is_a(m, nn.RNNBase)), None)):
            return say("clinic.sequential", kind=_family(inside))
    if name and _is_state_of_lstm(incident, name, value):
        return say("clinic.state_is_pair", pair=name)
    made = _maker(incident, name, value)
    if made is None:
        return _by_form(incident, name, value)
    scope, assignment, call, module = made
    return _take_apart(scope, name, assignment, call, module, value)


def _take_apart(scope, name, assignment, call, module, value):
    """The assignment that gives each result a name of its own."""
    code, maker = scope.written(call), scope.written(call.func)
    if is_a(module, RECURRENT):
        if _family(module) in ("RNNCell", "GRUCell"):
            return None
        return with_code(say("clinic.tuple", pair=name or code, rnn=maker, results=_pattern(module)), f"{_pattern(module)} = {code}")
    names = _returned(module) or [None] * len(value)
    if len(names) < 2 or (value and len(names) != len(value)):
        return None
    targets = [name or names[0] or "output", *(part or f"other_{place}" for place, part in enumerate(names[1:], 1))]
    words = say("clinic.tuple_of_model", pair=name or code, model=maker, count=len(names), names=", ".join(n or "..." for n in names))
    return with_code(words, f"{', '.join(targets)} = {code}")


def _is_state_of_lstm(incident, name, value):
    """Whether a name was given to the second result of an LSTM, the pair of its states."""
    for node in incident.scope.assigned(name):
        parts = getattr(node.targets[0], "elts", []) if is_a(node, ast.Assign) else []
        module = incident.scope.value(node.value.func) if is_a(node.value, ast.Call) else None
        if len(parts) == 2 and is_a(parts[1], ast.Name) and parts[1].id == name and is_a(module, nn.LSTM):
            return True
    return False


def _by_form(incident, name, value):
    """A tuple without its call: which recurrent module returns tensors of these sizes?"""
    fitting = [(text, m) for text, m in incident.recurrent if is_a(m, nn.RNNBase) and _is_result_of(value, m)]
    if not name or not fitting or len({_family(m) for _, m in fitting}) > 1:
        return None
    text, module = fitting[0]
    rnn = text if len(fitting) == 1 else f"nn.{_family(module)}"
    return with_code(say("clinic.tuple", pair=name, rnn=rnn, results=_pattern(module)), f"{_pattern(module)} = {name}")


def _is_result_of(value, module):
    """Whether a tuple has the form of what a module returns: an output and states, whose sizes fit each other and it."""
    output, state = value if len(value) == 2 else (None, None)
    pair = type(state) is tuple
    if is_a(module, nn.LSTM) != pair or not is_a(output, torch.Tensor):
        return False
    state = state[0] if pair else state
    if not is_a(state, torch.Tensor) or output.dim() != state.dim() or output.dim() not in (2, 3):
        return False
    directions, inner = 2 if module.bidirectional else 1, module.proj_size or module.hidden_size
    batches = state.dim() == 2 or state.shape[1] == output.shape[0 if module.batch_first else 1]
    sizes = (module.num_layers * directions, inner, inner * directions)
    return batches and (state.shape[0], state.shape[-1], output.shape[-1]) == sizes


def _packed(incident, name):
    """A packed sequence is no tensor: it is unpacked before a layer that reads tensors."""
    first = any(is_a(m, nn.RNNBase) and m.batch_first for _, m in incident.recurrent)
    scope, options = incident.scope, ", batch_first=True" if first else ""
    part = scope.node.args[0] if is_a(scope.node, ast.Call) and scope.node.args and incident.torch else None
    text = scope.written(part) if part is not None else name
    if part is not None:
        code = scope.corrected(scope.node, {part: f"nn.utils.rnn.pad_packed_sequence({text}{options})[0]"})
    else:
        code = text and f"output, lengths = nn.utils.rnn.pad_packed_sequence({text}{options})"
    return with_code(say("clinic.packed_result", packed=text or say("clinic.the_input")), code)


def unpacked(incident, match):
    """Results of a recurrent module or a model, taken apart into another number of names."""
    scope: Scope = incident.scope
    statement = scope.statement if scope and not incident.torch else None
    if not is_a(statement, ast.Assign) or not is_a(statement.value, ast.Call):
        return None
    module, code = scope.value(statement.value.func), scope.written(statement.value)
    maker, written = scope.written(statement.value.func), scope.written(statement.targets[0])
    if is_a(module, RECURRENT):
        names = [part.id for part in ast.walk(statement.targets[0]) if is_a(part, ast.Name)]
        kind, pattern = _family(module), _pattern(module)
        if pattern == "h":
            return with_code(say("clinic.one_result", rnn=maker, kind=kind), f"{names[-1] if names else 'h'} = {code}")
        wanted = dict(zip(("output", "h_n", "c_n") if kind == "LSTM" else ("h", "c") if kind == "LSTMCell" else ("output", "h_n"), names, strict=False))
        for old, new in wanted.items():
            pattern = pattern.replace(old, new) if len(old) > 1 else ", ".join(names[:2])
        return with_code(say(f"clinic.results.{kind}", rnn=maker, written=written), f"{pattern} = {code}")
    names = _returned(module) if is_a(module, nn.Module) and incident.recurrent else None
    if not names or len(names) < 2:
        return None
    words = say("clinic.results_of_model", model=maker, count=len(names), names=", ".join(n or "..." for n in names))
    return with_code(words, f"{', '.join(n or f'result_{i}' for i, n in enumerate(names))} = {code}")
