"""The helpers of the course: what would distract from the PyTorch code in a lesson.

Imports only go down: exercises and clinic, topics (one file a subject), widgets, drawing, numbers. What the helpers say
stands in `words`. A lesson imports by name: `from helpers import explore_rain, show`. Each name is loaded when it
is first asked for, so that a lesson pays only for what it uses.
"""

import importlib
import sys

from helpers.words import say

try:
    import torch
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(say("environment.no_torch", python=sys.executable), name="torch") from error

# The networks of this course are so small that a second thread costs more than it brings: handing work
# over takes longer than the work. On a busy machine one thread is many times as fast, and sliders stay
# smooth. This is the one place that sets it.
torch.set_num_threads(1)

_HOMES = {
    "trace": "recurrence",
    "count_parameters": "recurrence",
    "influence": "mixing",
    "mixes_samples": "mixing",
    "load_weather": "weather",
    "load_rainfall": "weather",
    "Pair": "spelling",
    "learn": "spelling",
    "draw_days": "topics.days",
    "draw_tensor": "drawing.tensors",
    "draw_networks": "topics.rain",
    "draw_hidden": "drawing.tensors",
    "draw_skill": "topics.forecast",
    "draw_cell": "topics.cell",
    "draw_loop": "topics.loop",
    "draw_axes": "topics.batch_first",
    "draw_layers": "topics.layers",
    "draw_cell_shapes": "topics.sizes",
    "draw_constructor": "topics.sizes",
    "draw_rnn_shapes": "topics.sizes",
    "draw_sizes": "topics.sizes",
    "draw_memory": "topics.memory",
    "draw_recall": "topics.memory",
    "draw_spelling": "topics.hello",
    "draw_success": "topics.hello",
    "check_environment": "environment",
    "show": "widgets.display",
    "progress": "widgets.progress",
    "explore_first": "topics.start",
    "explore_rain": "topics.rain",
    "explore_cell": "topics.cell",
    "explore_loop": "topics.loop",
    "explore_layers": "topics.layers",
    "explore_batch_first": "topics.batch_first",
    "explore_hello": "topics.hello",
    "explore_memory": "topics.memory",
    "explore_echo": "topics.echo",
    "check": "exercises",
    "hint": "exercises",
    "solution": "exercises",
    "shape_trainer": "exercises",
}

__all__ = sorted(_HOMES)


def __getattr__(name):
    if name not in _HOMES:
        raise AttributeError(f"module 'helpers' has no attribute {name!r}")
    try:
        home = importlib.import_module(f"helpers.{_HOMES[name]}")
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package == "helpers":
            raise
        raise ModuleNotFoundError(
            say("environment.missing", name=package, python=sys.executable), name=package
        ) from error
    return getattr(home, name)


def __dir__():
    return sorted({*globals(), *_HOMES})
