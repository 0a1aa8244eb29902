"""Where a test may put a control, and all explorers by name."""

import helpers


def _maker(name):
    return lambda **options: getattr(helpers, f"explore_{name}")(**options)


EXPLORERS = {
    name: _maker(name)
    for name in (entry.removeprefix("explore_") for entry in helpers.__all__ if entry.startswith("explore_"))
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
