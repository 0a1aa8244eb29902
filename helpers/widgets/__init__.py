"""What a learner moves: the explorer and its controls, progress bars, text entry, and what makes them accessible."""
