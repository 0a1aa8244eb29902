"""What a learner sees: feedback, hints, solutions, as words with a symbol, never as colour alone."""

import difflib
import html

from helpers.exercises.judging import Verdict
from helpers.words import lookup, say

_SYMBOLS = {"right": "✓", "wrong": "✗", "open": "○", "hint": "?", "solution": "="}
_EDGES = {"right": "#00785a", "wrong": "#b04e00", "open": "#6a6a6a", "hint": "#0072b2", "solution": "#6a6a6a"}


class Feedback:
    """What is said about an answer: `verdict` ("right", "wrong", "open", "hint" or "solution") and `words`."""

    def __init__(self, verdict, words, code=""):
        self.verdict, self.words, self._code = verdict, words, code

    def __repr__(self):
        return f"{_SYMBOLS[self.verdict]} {self.words}" + (f"\n{self._code}" if self._code else "")

    def _repr_html_(self):
        code = f"<pre style='margin:4px 0 0'>{html.escape(self._code)}</pre>" if self._code else ""
        style = f"border-left:4px solid {_EDGES[self.verdict]};padding:4px 10px;margin:0;max-width:60em"
        style += ";white-space:pre-wrap" if "\n" in self.words else ""
        words = f"<b aria-hidden='true'>{_SYMBOLS[self.verdict]}</b> {html.escape(self.words)}"
        return f"<div role='status' style='{style}'>{words}{code}</div>"


def check_exercise(exercise, answer, draw):
    """The `Feedback` on one answer to one exercise; nothing that `answer` is or does makes it raise."""
    sizes = exercise.draw(draw)
    verdict = Verdict(False, open=True) if answer is ... else exercise.judge(answer, sizes)
    if verdict.open:
        return Feedback("open", f"{say('exercises.open')} {exercise.say('question', **sizes)} {say('exercises.put')}")
    if verdict.right:
        return Feedback(
            "right", f"{say('exercises.right')} {exercise.say('right', **sizes, answer=exercise.answer(sizes))}"
        )
    return Feedback("wrong", f"{say('exercises.wrong')} {verdict.words}")


def give_hint(exercise, number, draw):
    """Hint `number` as `Feedback`."""
    hints = lookup(f"exercises.{exercise.id}.hints")
    if type(number) is not int or not 1 <= number <= len(hints):
        return Feedback("hint", say("exercises.no_hint", count=len(hints)))
    words = hints[number - 1].format(**exercise.draw(draw))
    if number < len(hints):
        words += " " + say("exercises.another_hint", exercise=exercise.id, number=number + 1)
    return Feedback("hint", words)


def give_solution(exercise, draw):
    """One solution as `Feedback`, its code apart."""
    return Feedback("solution", say("exercises.solution"), solution_code(exercise, draw))


def solution_code(exercise, draw):
    """The solution in Python: an expression, or one `def` or `class`; a right answer to the same draw."""
    return exercise.say("solution", **exercise.draw(draw)).strip()


def nearest(exercise_id, known):
    """The sentence for an exercise that does not exist."""
    close = difflib.get_close_matches(str(exercise_id)[:100], known, n=1, cutoff=0) or list(known)[:1]
    return say("errors.unknown_exercise", got=exercise_id, nearest=close[0])
