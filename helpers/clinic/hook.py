"""Joining the clinic to IPython: an error gets its note, and is then shown as it would have been without.

IPython has one place for a handler of somebody else's (`set_custom_exc`). A handler that stands there
already keeps its errors and shows them itself; it is put back when the clinic leaves.
"""

import contextlib

_PLACE = "_rnn_course_clinic"
_NOTED = "_rnn_course_noted"


def hook(shell, kinds, explain):
    """Give notes to errors of `kinds` in `shell`; once only, however often it is called."""
    unhook(shell)
    setattr(shell, _PLACE, _Hook(shell, kinds, explain))


def unhook(shell):
    """Undo `hook`; nothing happens when there is nothing to undo."""
    present = getattr(shell, _PLACE, None)
    if present is not None:
        present.leave()
        delattr(shell, _PLACE)


class _Hook:
    def __init__(self, shell, kinds, explain):
        self._shell, self._kinds, self._explain = shell, tuple(sorted(kinds, key=lambda kind: kind.__name__)), explain
        self._theirs, self._their_handler = shell.custom_exceptions, shell.CustomTB
        self._put_in_place()

    def _put_in_place(self):
        self._shell.set_custom_exc((*self._theirs, *self._kinds), self._show)
        self._mine = self._shell.CustomTB

    def leave(self):
        """Put back what was there; a handler that came later stays, and gets errors without notes from here."""
        self._explain = None
        if self._shell.CustomTB is self._mine:
            self._shell.custom_exceptions, self._shell.CustomTB = self._theirs, self._their_handler

    def _show(self, shell, etype, value, tb, tb_offset=None):
        with contextlib.suppress(BaseException):
            self._add_note(value)
        if issubclass(etype, self._theirs):
            shown = self._their_handler(etype, value, tb, tb_offset=tb_offset)
            if shell.custom_exceptions == ():  # theirs failed, and IPython then removes every handler
                self._theirs = ()
                self._put_in_place()
            return shown
        if tb.tb_frame.f_code.co_name == "run_cell_async":  # the cell could not even be compiled
            return shell.showsyntaxerror()
        return shell.showtraceback((etype, value, tb), tb_offset=tb_offset, running_compiled_code=True)

    def _add_note(self, value):
        if self._explain is None or getattr(value, _NOTED, False):
            return
        note = self._explain(value)
        if note:
            value.add_note(f"\n{note}")
            setattr(value, _NOTED, True)
