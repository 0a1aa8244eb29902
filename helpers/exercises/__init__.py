"""Exercises: `check` says right, or what is wrong and why; `hint` and `solution` wait until asked.

`judging` holds the three kinds and how an answer is judged; every other file holds the exercises of one
lesson as data. What is said stands in `words/en/exercises.toml`.
"""

from helpers.exercises import axes, cell, layers, loop, memory, rain, spelling, start
from helpers.exercises.answers import check_exercise, give_hint, give_solution, nearest
from helpers.exercises.trainer import shape_trainer
from helpers.modules import own_settings

_LESSONS = (start, rain, cell, loop, layers, axes, spelling, memory)
EXERCISES = {exercise.id: exercise for lesson in _LESSONS for exercise in lesson.EXERCISES}

__all__ = ["EXERCISES", "check", "hint", "shape_trainer", "solution"]


def _find(exercise_id):
    if not isinstance(exercise_id, str) or exercise_id not in EXERCISES:
        raise ValueError(nearest(exercise_id, EXERCISES))
    return EXERCISES[exercise_id]


def check(exercise_id, answer=..., draw=0):
    """Judge `answer`: a `Feedback` that says right, or what is wrong and why, or asks the question for `...`.

    draw: the same exercise with other sizes, for practice; 0 is the one of the lesson.
    No answer makes it raise. Raises ValueError, naming the nearest, when there is no such exercise.
    """
    with own_settings(dtype=True):
        return check_exercise(_find(exercise_id), answer, draw)


def hint(exercise_id, number=1, draw=0):
    """Hint `number` of an exercise, and how to ask for the next one.

    Raises ValueError when there is no such exercise.
    """
    return give_hint(_find(exercise_id), number, draw)


def solution(exercise_id, draw=0):
    """One solution of an exercise.

    Raises ValueError when there is no such exercise.
    """
    return give_solution(_find(exercise_id), draw)
