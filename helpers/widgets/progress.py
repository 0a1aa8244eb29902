"""A bar that fills while something takes its time."""

import ipywidgets as widgets
from IPython.display import display

from helpers.shapes import whole_number
from helpers.words import say


class Progress(widgets.HBox):
    """A bar with a label and a count; its plain text is the label alone, the same on every run."""

    def __init__(self, label, total):
        self.label = label
        self._bar = widgets.IntProgress(0, 0, total, layout=widgets.Layout(width="280px"))
        self._count = widgets.Label()
        super().__init__([widgets.Label(label), self._bar, self._count], layout=widgets.Layout(flex_flow="row wrap"))
        self.update(0)

    def update(self, done):
        """Show that `done` steps are done."""
        self._bar.value = done
        self._count.value = say("explorers.progress.count", done=done, total=self._bar.max)

    def _repr_mimebundle_(self, **options):
        return {**(super()._repr_mimebundle_(**options) or {}), "text/plain": self.label}


def progress(steps, label, total=None):
    """Yield every item of `steps`, and show a bar with `label` that says how many are done.

    total: how many there will be; needed when `steps` has no length, as a generator has none.
    Raises ValueError when the total is neither given nor known.
    """
    if total is None and hasattr(steps, "__len__"):
        total = len(steps)
    bar = Progress(label, whole_number("total", total, least=0))
    display(bar)
    for done, step in enumerate(steps, start=1):
        yield step
        bar.update(done)
