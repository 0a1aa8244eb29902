"""Explorers: sliders bound to a picture that real PyTorch computes anew at every move. One file a lesson."""

from helpers.explorers.layers import explore_layers

__all__ = [
    "explore_layers",
]
