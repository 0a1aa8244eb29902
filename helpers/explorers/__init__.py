"""Explorers: sliders bound to a picture that real PyTorch computes anew at every move. One file a lesson."""

from helpers.explorers.rain import explore_rain

__all__ = ["explore_rain"]
