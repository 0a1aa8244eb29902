"""Reading a traceback: where the learner's code ends and PyTorch's begins, and what the learner calls things.

Only identity is asked of a learner's values, and only their type: no method of theirs is called, so
nothing that stands in a notebook can disturb the reading.
"""

import functools
from pathlib import Path
from types import FrameType
from typing import Any

import torch
from torch import nn

from helpers.clinic.call import Call

_TORCH = str(Path(torch.__file__).parent)
_CALLS = ("_wrapped_call_impl", "_call_impl")
_NOT_THE_LEARNERS = {"In", "Out", "exit", "quit", "get_ipython"}
RNNS = (nn.RNN, nn.RNNCell)


def is_a(value, kinds):
    """isinstance, without asking the value itself."""
    return issubclass(type(value), kinds)


def modules_of(module):
    """The modules that `module` holds, itself included, as (path, module); none for one that is half built."""
    try:
        return list(module.named_modules())
    except Exception:
        return []


class Names:
    """The names in one frame and their values: those that its code mentions first, then locals, then globals."""

    def __init__(self, frame: FrameType):
        inner, outer = frame.f_locals, frame.f_globals
        code = frame.f_code
        self.mentioned = {*code.co_names, *code.co_varnames, *code.co_freevars, *code.co_cellvars}
        both = {
            name: value
            for name, value in {**outer, **inner}.items()
            if type(name) is str and not name.startswith("_") and name not in _NOT_THE_LEARNERS
        }
        order = sorted(both, key=lambda name: (name not in self.mentioned, name not in inner))
        self.values = {name: both[name] for name in order}

    def of(self, value):
        """The learner's name for `value`, or None."""
        if value is None:
            return None
        return next((name for name, other in self.values.items() if other is value), None)

    def of_module(self, module):
        """How the learner writes `module`: "rnn", "self.rnn" or "model[0]"; None when it has no name."""
        return self.of(module) or next((name for name, found in self.modules() if found is module), None)

    def modules(self):
        """Every module within reach of a name, as (how it is written, the module)."""
        for name, value in self.values.items():
            if not is_a(value, nn.Module):
                continue
            for path, module in modules_of(value):
                parts = path.split(".") if path else []
                yield name + "".join(f"[{part}]" if part.isdigit() else f".{part}" for part in parts), module

    def rnns(self):
        """Every nn.RNN within reach of a name, as (how it is written, the module)."""
        return [(name, module) for name, module in self.modules() if is_a(module, nn.RNN)]


class Incident:
    """One error and the frames that it went through.

    learner: the last frame that is not PyTorch's, and the `line` where it stood; torch: PyTorch's frames after it;
    place: what it was doing there, as (line, last line, column, last column)
    """

    def __init__(self, error):
        self.error, self.message = error, str(error)
        self.learner: Any = None
        self.line, self.place, self.torch = None, None, []
        step = error.__traceback__
        while step is not None:
            frame = step.tb_frame
            if frame.f_code.co_filename.startswith(_TORCH):
                self.torch.append(frame)
            else:
                places = list(frame.f_code.co_positions())
                self.learner, self.line, self.place = frame, step.tb_lineno, places[step.tb_lasti // 2]
                self.torch = []
            step = step.tb_next

    @functools.cached_property
    def names(self):
        return Names(self.learner)

    @functools.cached_property
    def call(self):
        """The `Call` of an nn.RNN or nn.RNNCell that failed; None when the innermost call was of something else."""
        calls = [frame for frame in self.torch if frame.f_code.co_name in _CALLS]
        if not calls or not is_a(calls[-1].f_locals.get("self"), RNNS):
            return None
        inside = calls[-1].f_locals
        args, kwargs = inside["args"], inside["kwargs"]
        x = args[0] if args else kwargs.get("input")
        h = args[1] if len(args) > 1 else kwargs.get("hx")
        return Call(inside["self"], x, h, kwargs, self)

    @functools.cached_property
    def building(self):
        """PyTorch's frames while an nn.RNN or nn.RNNCell was built; None when nothing of the kind was."""
        frames = [
            frame
            for frame in self.torch
            if frame.f_code.co_name == "__init__" and is_a(frame.f_locals.get("self"), RNNS)
        ]
        return frames if frames and frames[-1] is self.torch[-1] else None

    @functools.cached_property
    def plain(self):
        """The incident itself, for a case that wants no call and no building."""
        return self if self.learner is not None else None
