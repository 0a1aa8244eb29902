"""The clinic: when PyTorch raises an error about an RNN, a plain sentence or two stand below its own message.

In a notebook `%load_ext helpers.clinic` adds them to every error that it knows, and `%unload_ext helpers.clinic`
stops that; `explain(error)` gives them as a string anywhere. An error that the clinic does not know is left
as it is.

`hook` joins it to IPython; `frames`, `call` and `source` read what happened; every other file holds the errors
of one kind. What is said stands in `words/en/clinic.toml`.
"""

from helpers.clinic import building, graphs, pairs, sequences, states, values
from helpers.clinic.expected import ExpectedError
from helpers.clinic.frames import Incident
from helpers.clinic.hook import hook, unhook
from helpers.words import say

# A tuple where a tensor should be is first asked whether an nn.RNN returned it.
CASES = (*pairs.CASES, *sequences.CASES, *states.CASES, *values.CASES, *building.CASES, *graphs.CASES)

__all__ = ["CASES", "expected_error", "explain", "load_ipython_extension", "unload_ipython_extension"]


def explain(error):
    """The note on a caught exception: which tensor, which axis, what was expected, what to change.

    None for an error that the clinic does not know. Nothing that stands in the frames of the error makes it raise.

    Raises TypeError when `error` is no exception.
    """
    if not isinstance(error, BaseException):
        raise TypeError(say("clinic.no_exception", got=type(error).__name__))
    try:
        incident = Incident(error)
        return next(filter(None, (case.note(incident) for case in CASES)), None)
    except Exception:
        return None


def expected_error(kind):
    """`with expected_error(RuntimeError): rnn(x)` prints the error that comes, its note, and goes on.

    kind: a class of exceptions. An error of another kind goes through. Raises AssertionError when no error
    comes, TypeError when `kind` is something else.
    """
    if not isinstance(kind, type) or not issubclass(kind, Exception):
        raise TypeError(say("clinic.no_kind", got=repr(kind)))
    return ExpectedError(kind, explain)


def load_ipython_extension(ip):
    """From now on errors in `ip` get their notes; called by `%load_ext helpers.clinic`."""
    hook(ip, {case.kind for case in CASES}, lambda error: explain(error))


def unload_ipython_extension(ip):
    """Errors in `ip` are shown as before; called by `%unload_ext helpers.clinic`."""
    unhook(ip)
