"""The clinic: when PyTorch raises an error around an RNN, a plain note stands below its own message.

In a notebook `%load_ext helpers.clinic` adds notes to every error that it knows, and `%unload_ext helpers.clinic`
stops that; `python -m helpers.clinic script.py` does the same for a file; `explain(error)` gives a note as a string
anywhere. An error that the clinic does not know is left as it is.

`rules` is the table from PyTorch's message to what explains it; `facts` reads what a module was given, `names` what
the learner calls it. What is said stands in `words/en/clinic.toml`.

A fault of the clinic itself never reaches a learner: the error stays as PyTorch wrote it. Authors want to see it:
with `helpers.clinic.rules.STRICT = True`, as in the tests, it is raised.
"""

import contextlib

from helpers.clinic import rules
from helpers.words import say

__all__ = ["add_note", "expected_error", "explain", "load_ipython_extension", "unload_ipython_extension"]

_NOTED = "_rnn_course_noted"
_PLACE = "_rnn_course_clinic"


@contextlib.contextmanager
def _silent():
    """What goes wrong inside is nothing to trouble a learner with."""
    try:
        yield
    except BaseException:
        if rules.STRICT:
            raise


def explain(error):
    """The note on a caught exception: which tensor, which axis, what was expected, what to change.

    None for an error that the clinic does not know. Nothing that stands in the frames of the error makes it raise.

    Raises TypeError when `error` is no exception.
    """
    if not isinstance(error, BaseException):
        raise TypeError(say("clinic.no_exception", got=type(error).__name__))
    note = None
    with _silent():
        note = rules.note_on(error)
    return f"T{note[1:]}" if note and note.startswith("the ") else note


def add_note(error):
    """Put the note on an exception below its message, once; nothing happens when there is none, or none can be put."""
    with _silent():
        note = None if getattr(error, _NOTED, False) else explain(error)
        if note:
            error.add_note(f"\n{note}")
            setattr(error, _NOTED, True)


@contextlib.contextmanager
def expected_error(kind):
    """`with expected_error(RuntimeError): rnn(x)` prints the error that comes, its note, and goes on.

    kind: a class of exceptions. An error of another kind goes through. Raises AssertionError when no error
    comes, TypeError when `kind` is something else.
    """
    if not isinstance(kind, type) or not issubclass(kind, Exception):
        raise TypeError(say("clinic.no_kind", got=repr(kind)))
    try:
        yield
    except kind as error:
        note = explain(error)
        print(f"{type(error).__name__}: {error}" + (f"\n\n{note}" if note else ""))
    else:
        raise AssertionError(say("clinic.no_error", kind=kind.__name__))


def load_ipython_extension(ip):
    """From now on errors in `ip` get their notes; called by `%load_ext helpers.clinic`.

    Cells, `%run`, `interact` and `Output` all show an error through `showtraceback`, so that is where it gets its note.
    """
    unload_ipython_extension(ip)
    shown = ip.showtraceback

    def showtraceback(exc_tuple=None, *args, **kwargs):
        if getattr(ip, _PLACE, None) is showtraceback:
            with _silent():
                add_note(ip._get_exc_info(exc_tuple)[1])
        return shown(exc_tuple, *args, **kwargs)

    ip.showtraceback = showtraceback
    setattr(ip, _PLACE, showtraceback)


def unload_ipython_extension(ip):
    """Errors in `ip` are shown as before; called by `%unload_ext helpers.clinic`."""
    mine = vars(ip).pop(_PLACE, None)
    if mine is not None and vars(ip).get("showtraceback") is mine:
        del ip.showtraceback
