"""Pictures: what is drawn, still or moving, from numbers that PyTorch computed.

`sheet` and `lettering` put marks on paper, `canvas` turns them into pixels; the other rooms draw one
subject each. Every `draw_...` returns a `Picture`, a figure with its alt text, for `helpers.show`.
"""

from helpers.pictures.canvas import Picture
from helpers.pictures.layers import draw_layers
from helpers.pictures.tensors import draw_hidden, draw_tensor

__all__ = [
    "Picture",
    "draw_hidden",
    "draw_layers",
    "draw_tensor",
]
