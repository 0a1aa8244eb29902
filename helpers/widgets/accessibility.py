"""What the standard widgets leave out on the page, added in the browser: names that a screen reader says, and a visible focus.

The sliders of ipywidgets have no accessible name, its play buttons neither, and nothing says that the kernel they
belong to has ended. `accessibility.js` stands beside them and adds that; where a front end does not load it, all else
works.
"""

from pathlib import Path

import anywidget
import ipywidgets as widgets
import traitlets

from helpers.environment import require
from helpers.widgets.subshell import answer_beside_cells
from helpers.words import lookup

require("ipywidgets")  # older ones fail later, with words that help nobody

_HERE = Path(__file__).parent


class Accessibility(anywidget.AnyWidget):
    """An invisible part of a `CourseWidget`; it says one sentence when the kernel has ended.

    players: pairs of model ids, a play button and the slider that it walks, whose value the button is told on the page
    """

    # As text: of a path anywidget watches the file, and keeps every widget alive that ever showed it.
    _esm = (_HERE / "accessibility.js").read_text(encoding="utf-8")
    _css = (_HERE / "accessibility.css").read_text(encoding="utf-8")
    words = traitlets.Dict().tag(sync=True)
    players: traitlets.List = traitlets.List().tag(sync=True)


class CourseWidget(widgets.VBox):
    """A box around controls and what they show: they have names for a screen reader, and answer while a cell runs."""

    def __init__(self, children, **options):
        players = [(one.model_id, one.follows.model_id) for one in inside(children) if hasattr(one, "follows")]
        beside = Accessibility(words=lookup("accessibility"), players=players, layout=widgets.Layout(margin="0"))
        super().__init__([beside, *children], **options)
        self.add_class("course-widget")
        answer_beside_cells(self)


def inside(children):
    """All widgets among `children` and in their boxes."""
    for child in children:
        yield child
        yield from inside(getattr(child, "children", ()))


def spoken(words=""):
    """An `ipywidgets.HTML` whose words a screen reader says when they change, inside a `CourseWidget`."""
    return widgets.HTML(words).add_class("course-spoken")
