"""Where a test may put a control, and all explorers by name."""

from helpers import (
    explore_batch_first,
    explore_cell,
    explore_echo,
    explore_first,
    explore_hello,
    explore_layers,
    explore_loop,
    explore_memory,
    explore_rain,
)

EXPLORERS = {
    "first": explore_first,
    "rain": explore_rain,
    "cell": explore_cell,
    "loop": explore_loop,
    "echo": explore_echo,
    "layers": explore_layers,
    "batch_first": explore_batch_first,
    "hello": explore_hello,
    "memory": explore_memory,
}


def ends(control):
    """The values at both ends of a slider, or all values of a row of buttons."""
    if hasattr(control, "options"):
        return [value for _, value in control.options]
    return [control.min, control.max]


def random_value(control, chooser):
    """A value that a learner could drag this slider to, or a button that could be pressed."""
    if hasattr(control, "options"):
        return chooser.choice(ends(control))
    places = round((control.max - control.min) / control.step)
    return control.min + control.step * chooser.randint(0, places)
