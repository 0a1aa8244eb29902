"""The table: which words of PyTorch's lead to which facts. What is said about them stands in `words/en/clinic.toml`.

A rule is asked when an error is of its class and its message begins as written; those of `NEAR` only when a recurrent
module is within the learner's reach. It is a generator that yields `condition and note` for one fault after another:
the first note counts. A rule that misses a fact has no note (`Unknown`). A sentence's name in the place of a rule needs
no facts but what was being built.
"""

import contextlib
import re
from typing import Any

from helpers.clinic import around, building, graphs, results
from helpers.clinic.calls import wrong_call
from helpers.clinic.facts import told
from helpers.clinic.names import Incident, Unknown

STRICT = False  # whether a fault of the clinic's own is raised, as authors want it
_ANY = (RuntimeError, ValueError, TypeError, AttributeError, IndexError, NotImplementedError)
_NOT_A_TENSOR = (
    r"\w+\(\): argument '\w+' \(position \d+\) must be Tensor, not (?:tuple|PackedSequence)",
    r"tuple indices must be integers or slices, not |unsupported operand type\(s\) for .*'tuple'",
    r"'\S+' not supported between instances of .*'tuple'|can only concatenate tuple \(not ",
    r"can't multiply sequence by non-int of type |bad operand type for unary .: 'tuple'",
)
_CELL = r"(?P<kind>\w+Cell)\.__init__\(\) (?:missing .*: (?P<names>.*)|got an unexpected .* '(?P<word>\w+)')"
_UNEQUAL = r"stack expects .* but got \[(?P<first>\d+)([\d, ]*)\] at entry \d+ and \[(?P<second>\d+)\2\]"
_DEVICES = (
    r"Expected all tensors to be on the same device|Tensor on device \S+ is not on the expected device",
    r"Input and \w+ tensors are not at the same device",
)

RULES: list[tuple[Any, str, Any]] = [
    # A call, and how a module is built: whatever the message, the tensors and the arguments tell what is wrong.
    (_ANY, "", wrong_call),
    (_ANY, "", building.wrong_build),
    (ValueError, "Unknown nonlinearity '(?:True|False)'", "build.fourth"),
    (ValueError, "Unknown nonlinearity '", "build.nonlinearity"),
    (TypeError, "'<=' not supported between instances of 'str' and 'int'", "build.third"),
    (TypeError, r"(?P<name>\w+) should be of type bool, got: ", "build.bool"),
    (ValueError, "dropout should be a number in range", "build.dropout"),
    (ValueError, "proj_size has to be smaller than hidden_size", "build.proj_small"),
    (ValueError, "proj_size argument is only supported for LSTM", "build.proj_size"),
    (TypeError, _CELL, building.wrong_cell),
    (AttributeError, r"module '[\w.]+' has no attribute '(?P<name>\w+)'", building.spelling),
    (ImportError, r"cannot import name '(?P<name>\w+)' from '(?P<module>[\w.]+)'", building.spelling),
    (TypeError, r"(?:type )?'\w+' (?:object )?is not subscriptable", building.brackets),
    # Weights by hand, and lengths.
    (AttributeError, r"'\w+' object has no attribute '\w+'", building.weight_name),
    (RuntimeError, "mat1 and mat2 shapes cannot be multiplied|size mismatch, got", building.by_hand),
    (_ANY, r"Error\(s\) in loading state_dict for |Expected state_dict to be", building.state_dict),
    (RuntimeError, r"`lengths` array must be sorted|Expected `len\(lengths\)` to be equal to batch", around.lengths),
]

NEAR: list[tuple[Any, str, Any]] = [
    (RuntimeError, r"Unknown nonlinearity: (?P<got>\w+)", "cell_nonlinearity"),
    (RuntimeError, "a (?:view of a )?leaf Variable that requires grad is being used", building.assigned_weight),
    (TypeError, r"cannot assign '[\w.]+Tensor' as parameter ", building.assigned_weight),
    # What a module returns.
    (TypeError, "|".join(_NOT_A_TENSOR), results.tuple_as_tensor),
    (AttributeError, r"'(?:tuple|PackedSequence)' object has no attribute ", results.tuple_as_tensor),
    (ValueError, r"(?:too many|not enough) values to unpack \(expected \d", results.unpacked),
    # Before and behind it.
    (RuntimeError, "mat1 and mat2 shapes cannot be multiplied", around.head),
    (_ANY, "", around.loss),
    (RuntimeError, "Boolean value of Tensor with more than one value is ambiguous", around.loss_built),
    (TypeError, r"\w+Loss\.forward\(\) missing \d required positional argument", "loss_without"),
    (_ANY, "", around.embedding),
    (RuntimeError, _UNEQUAL, around.unequal),
    (RuntimeError, "Length of all samples has to be greater than 0", "lengths_zero"),
    (RuntimeError, "'lengths' argument should be a 1D CPU int64 tensor", "lengths_device"),
    (RuntimeError, "|".join(_DEVICES), around.devices),
    # backward().
    (RuntimeError, "Trying to backward through the graph a second time", graphs.second_backward),
    (RuntimeError, "one of the variables needed for gradient computation has been mod", graphs.changed_in_place),
    (RuntimeError, "grad can be implicitly created only for scalar outputs", graphs.many_numbers),
    (RuntimeError, "element 0 of tensors does not require grad", graphs.no_history),
    (AttributeError, "'(?:float|int)' object has no attribute 'backward'", "number_backward"),
]


def note_on(error):
    """The note of the first rule that has one; None for an error that no rule knows."""
    with contextlib.suppress(Unknown):
        incident = Incident(error)
        return _first(RULES, incident) or (_first(NEAR, incident) if incident.recurrent else None)


def _first(table, incident):
    for kinds, pattern, rule in table:
        match = re.match(pattern, incident.message) if isinstance(incident.error, kinds) else None
        with contextlib.suppress(Unknown):
            notes = _sentence(incident, match, rule) if isinstance(rule, str) else rule(incident, match)
            if match and (note := next(filter(None, notes), None)):
                return note
    return None


def _sentence(incident, match, key):
    kind, given = building.being_built(incident)
    yield (kind or not key.startswith("build.")) and told(key, kind=kind, **given | match.groupdict())
