"""Pictures: what is drawn, still or moving, from numbers that PyTorch computed.

`sheet` and `lettering` put marks on paper, `canvas` turns them into pixels; the other rooms draw one
subject each. Every `draw_...` returns a `Picture`, a figure with its alt text, for `helpers.show`.
"""

from helpers.pictures.axes import draw_axes
from helpers.pictures.canvas import Picture
from helpers.pictures.cell import draw_cell
from helpers.pictures.days import draw_days
from helpers.pictures.layers import draw_layers
from helpers.pictures.loop import draw_loop
from helpers.pictures.memory import draw_memory
from helpers.pictures.networks import draw_networks
from helpers.pictures.recall import draw_recall
from helpers.pictures.sizes import draw_cell_shapes, draw_constructor, draw_rnn_shapes, draw_sizes
from helpers.pictures.skill import draw_skill
from helpers.pictures.spelling import draw_spelling
from helpers.pictures.success import draw_success
from helpers.pictures.tensors import draw_hidden, draw_tensor

__all__ = [
    "Picture",
    "draw_axes",
    "draw_cell",
    "draw_cell_shapes",
    "draw_constructor",
    "draw_days",
    "draw_hidden",
    "draw_layers",
    "draw_loop",
    "draw_memory",
    "draw_networks",
    "draw_recall",
    "draw_rnn_shapes",
    "draw_sizes",
    "draw_skill",
    "draw_spelling",
    "draw_success",
    "draw_tensor",
]
