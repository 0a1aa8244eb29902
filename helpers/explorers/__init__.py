"""Explorers: sliders bound to a picture that real PyTorch computes anew at every move. One file a lesson."""

from helpers.explorers.cell import explore_cell
from helpers.explorers.loop import explore_echo, explore_loop
from helpers.explorers.rain import explore_rain

__all__ = ["explore_cell", "explore_echo", "explore_loop", "explore_rain"]
