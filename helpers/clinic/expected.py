"""A context manager for lessons: an error that is meant to happen is shown in one block, and the lesson goes on."""

from helpers.words import say


class ExpectedError:
    """kind: the class of the error to come; explain: from the error to a note, or None."""

    def __init__(self, kind, explain):
        self._kind, self._explain = kind, explain

    def __enter__(self):
        return None

    def __exit__(self, kind, error, tb):
        if error is None:
            raise AssertionError(say("clinic.no_error", kind=self._kind.__name__))
        if not issubclass(kind, self._kind):
            return False
        note = self._explain(error)
        print(f"{kind.__name__}: {error}" + (f"\n\n{note}" if note else ""))
        return True
