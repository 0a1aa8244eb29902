"""A case: an error that the clinic knows, and who explains it."""

import re
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """kind: the class of the error; pattern: how PyTorch's message begins; explain: from (subject, match) to the
    note, or None. on: which part of the incident is the subject: "call", "building" or "plain"."""

    kind: type
    pattern: str
    explain: Callable
    on: str = "call"

    def note(self, incident):
        """The note on `incident`, or None when it is not this case."""
        match = re.match(self.pattern, incident.message)
        if not match or not isinstance(incident.error, self.kind):
            return None
        subject = getattr(incident, self.on)
        return None if subject is None else self.explain(subject, match)
