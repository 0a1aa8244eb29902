"""The controls of an explorer: sliders, toggles, play buttons, and the columns in which they stand.

Each is named like the argument of PyTorch that it sets, and checks its own start value.
"""

import ipywidgets as widgets

from helpers.shapes import whole_number
from helpers.words import say

_WIDE = {"description_width": "96px"}
# As many columns of one width as there is room for, three at the most, so that tracks are long.
_COLUMNS = "repeat(auto-fill, minmax(min(max(270px, 30%), 100%), 1fr))"


def slider(name, value, least, most):
    """A slider for whole numbers. Raises ValueError when `value` is none from `least` to `most`."""
    whole_number(name, value, least, most)
    return widgets.IntSlider(value, least, most, description=name, style=_WIDE, layout=_whole_width())


def factor_slider(name, most=10.0, step=0.25):
    """A slider for a factor from 0 to `most`, 1 at the start."""
    return widgets.FloatSlider(1.0, min=0.0, max=most, step=step, description=name, style=_WIDE, layout=_whole_width())


def choices_slider(name, value, choices):
    """A slider for a few numbers. Raises ValueError when `value` is not one of `choices`."""
    if isinstance(value, bool) or value not in choices:
        expected = ", ".join(f"{choice:g}" for choice in choices)
        raise ValueError(say("errors.one_of", name=name, expected=expected, got=repr(value)))
    options = [(f"{choice:g}", choice) for choice in choices]
    return widgets.SelectionSlider(options=options, value=value, description=name, style=_WIDE, layout=_whole_width())


def toggle(name, value, options):
    """A row of buttons of which one is pressed. options: pairs (words, value).

    Raises ValueError when `value` is not one of them.
    """
    if not any(type(value) is type(option) and value == option for _, option in options):
        expected = ", ".join(str(option) for _, option in options)
        raise ValueError(say("errors.one_of", name=name, expected=expected, got=repr(value)))
    style = _WIDE | {"button_width": "auto"}
    return widgets.ToggleButtons(options=options, value=value, description=name, style=style, layout=_whole_width())


def _whole_width():
    return widgets.Layout(width="auto", min_width="0", margin="1px 8px 1px 0")


def bounded(part, most, *sizes, end_stays=False):
    """Let the slider `part` never go beyond `most()`, which the sliders `sizes` decide.

    end_stays: whether a value that is the greatest possible one stays the greatest
    """

    def follow(_change):
        at_end = part.value == part.max
        part.max = most()
        if at_end and end_stays:
            part.value = part.max

    for size in sizes:
        size.observe(follow, names="value")


def with_player(steps, interval=1000):
    """Give the slider `steps` a play button that walks it from its least to its greatest value.

    interval: how long it stays at each value, in milliseconds
    """
    play = widgets.Play(value=steps.value, min=steps.min, max=steps.max, interval=interval, show_repeat=False)
    widgets.link((steps, "max"), (play, "max"))
    widgets.jsdlink((play, "value"), (steps, "value"))
    play.follows = steps  # the way back is the page's: the kernel need not hear of it at every move
    play.layout = widgets.Layout(width="auto", flex="0 0 auto", margin="0 8px 0 0")
    steps.player = play
    return steps


def columns(controls, reset):
    """The controls in columns of one width, a play button beside the slider that it walks, `reset` at the end of the last row."""
    cells = []
    for control in controls:
        play = getattr(control, "player", None)
        if play is not None:
            control.layout.flex = "1 1 auto"
            cells.append(widgets.HBox([control, play], layout=widgets.Layout(align_items="center", min_width="0")))
        else:
            cells.append(control)
    layout = widgets.Layout(grid_template_columns=_COLUMNS, flex="1 1 auto", align_items="center", overflow="hidden")
    grid = widgets.GridBox(cells, layout=layout)
    return widgets.HBox([grid, reset], layout=widgets.Layout(width="100%", align_items="flex-end"))
