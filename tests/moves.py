"""Where a test may put a control, and all explorers by name."""

from helpers import explore_cell, explore_echo, explore_loop, explore_rain

EXPLORERS = {"rain": explore_rain, "cell": explore_cell, "loop": explore_loop, "echo": explore_echo}


def random_value(control, chooser):
    """A value that a learner could drag this slider to."""
    places = round((control.max - control.min) / control.step)
    return control.min + control.step * chooser.randint(0, places)
