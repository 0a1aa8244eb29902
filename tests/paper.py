"""Whether all that a scene draws lies on its paper."""

import numpy as np

from helpers.pictures.sheet import Sheet


def stays_on_the_paper(scene, state):
    """Fail when a word, a square or a box of what moves leaves the picture."""
    sheet = Sheet()
    scene.draw_moving(sheet, state)
    width, height = scene.size
    words = np.concatenate([vertices for group in sheet._words.values() for vertices, _ in group])
    squares = np.concatenate(sheet._squares).reshape(-1, 2)
    boxes = np.concatenate([points for points, *_ in sheet._boxes])
    for points in (words, squares, boxes):
        assert (points >= 0).all()
        assert (points <= (width, height)).all()
