"""Explorers: sliders bound to a picture that real PyTorch computes anew at every move. One file a lesson."""

from helpers.explorers.axes import explore_batch_first
from helpers.explorers.cell import explore_cell
from helpers.explorers.first import explore_first
from helpers.explorers.layers import explore_layers
from helpers.explorers.loop import explore_echo, explore_loop
from helpers.explorers.memory import explore_memory
from helpers.explorers.rain import explore_rain
from helpers.explorers.spelling import explore_hello

__all__ = [
    "explore_batch_first",
    "explore_cell",
    "explore_echo",
    "explore_first",
    "explore_hello",
    "explore_layers",
    "explore_loop",
    "explore_memory",
    "explore_rain",
]
