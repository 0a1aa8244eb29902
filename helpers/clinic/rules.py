"""The table: which words of PyTorch's lead to which facts. What is said about them stands in `words/en/clinic.toml`.

A rule is asked when an error is of its class and its message begins as written; it answers with a note, or with
None when the facts are others.
"""

import re

from helpers.clinic import around, building, graphs, results
from helpers.clinic.calls import wrong_call

_SIZES = r"(?:missing \d required positional arguments?: (?P<names>.*)|got an unexpected keyword argument '(?P<word>\w+)')"
_KIND = r"(?P<kind>RNNBase|RNNCell|LSTMCell|GRUCell)"
_TUPLE = r"(?:tuple|PackedSequence)"
CALLS = (RuntimeError, ValueError, TypeError, AttributeError, IndexError)

RULES = [
    (kinds, re.compile(pattern), explain)
    for kinds, pattern, explain in (
        # a call of a recurrent module: whatever the message, the tensors tell what is wrong
        (CALLS, "", wrong_call),
        # building, spelling, weights
        ((TypeError, ValueError, RuntimeError), "", building.wrong_build),
        (TypeError, rf"{_KIND}\.__init__\(\) {_SIZES}", building.wrong_signature),
        (AttributeError, r"module '[\w.]+' has no attribute '(?P<name>\w+)'", building.spelling),
        (ImportError, r"cannot import name '(?P<name>\w+)' from '(?P<module>[\w.]+)'", building.spelling),
        (TypeError, r"(?:type )?'\w+' (?:object )?is not subscriptable", building.brackets),
        (AttributeError, r"'\w+' object has no attribute '\w+'", building.weight_name),
        (RuntimeError, r"mat1 and mat2 shapes cannot be multiplied|size mismatch, got", building.by_hand),
        (RuntimeError, "a (?:view of a )?leaf Variable that requires grad is being used", building.assigned_weight),
        (TypeError, "cannot assign '[\\w.]+' as parameter ", building.assigned_weight),
        ((RuntimeError, TypeError), r"Error\(s\) in loading state_dict for |Expected state_dict to be", building.state_dict),
        # what comes back
        (TypeError, rf"\w+\(\): argument '\w+' \(position \d+\) must be Tensor, not {_TUPLE}", results.tuple_as_tensor),
        (AttributeError, rf"'{_TUPLE}' object has no attribute ", results.tuple_as_tensor),
        (TypeError, "tuple indices must be integers or slices, not ", results.tuple_as_tensor),
        (TypeError, r"unsupported operand type\(s\) for .*'tuple'", results.tuple_as_tensor),
        (TypeError, r"'\S+' not supported between instances of .*'tuple'", results.tuple_as_tensor),
        (TypeError, r"can only concatenate tuple \(not ", results.tuple_as_tensor),
        (TypeError, "can't multiply sequence by non-int of type ", results.tuple_as_tensor),
        (TypeError, r"bad operand type for unary .: 'tuple'", results.tuple_as_tensor),
        (ValueError, r"(?:too many|not enough) values to unpack \(expected \d", results.unpacked),
        # the head, the loss, the data
        (RuntimeError, "mat1 and mat2 shapes cannot be multiplied", around.head),
        ((RuntimeError, ValueError, IndexError, TypeError, NotImplementedError), "", around.loss),
        (RuntimeError, "Boolean value of Tensor with more than one value is ambiguous", around.loss_built),
        (TypeError, r"(?:CrossEntropy|NLL)Loss\.forward\(\) missing \d required positional argument", around.loss_without),
        ((IndexError, RuntimeError, TypeError), "", around.embedding),
        (RuntimeError, "stack expects each tensor to be equal size, but got ", around.unequal),
        (RuntimeError, r"`lengths` array must be sorted|Expected `len\(lengths\)`|Length of all samples|'lengths' arg.* CPU", around.lengths),
        (RuntimeError, r"Expected all tensors to be on the same device|Tensor on device \S+ is not on the expected|Input and \w+ tensors are not at the same device", around.devices),
        # backward()
        (RuntimeError, "Trying to backward through the graph a second time", graphs.second_backward),
        (RuntimeError, "one of the variables needed for gradient computation has been modified", graphs.changed_in_place),
        (RuntimeError, "grad can be implicitly created only for scalar outputs", graphs.many_numbers),
        (RuntimeError, "element 0 of tensors does not require grad", graphs.no_history),
        (AttributeError, "'(?:float|int)' object has no attribute 'backward'", graphs.number_backward),
    )
]


def note_on(incident):
    """The note of the first rule that has one; None for an error that no rule knows."""
    for kinds, pattern, explain in RULES:
        match = pattern.match(incident.message) if isinstance(incident.error, kinds) else None
        note = explain(incident, match) if match else None
        if note:
            return note
    return None
