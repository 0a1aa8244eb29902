"""One question of the shape trainer: how it is drawn, and how an answer to it is judged.

The sizes of a question are all different, so every number that a learner writes can be named. What is asked
stands in `kinds`, as data.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch

from helpers.exercises.judging import Verdict
from helpers.shapes import named_sizes
from helpers.words import say

PICKS = 4
_SIZES = range(2, 10)  # 1 is left to what there is one of
_MOST_AXES, _MOST_TEXT = 8, 60
_NUMBERS = re.compile(r"\d{1,9}(?:(?:\s*,\s*|\s+)\d{1,9})*(?:\s*,)?")
_TYPED = str.maketrans("，、（）［］", ",,()[]")  # as a Chinese keyboard types them

_CELL = "cell = nn.RNNCell({input_size}, {hidden_size})"
_CALL = "output, h_n = rnn(x, h_0)  # {steps}"
CODE = {
    "cell": (_CELL, "h_new = cell(x, h)  # {one_step}"),
    "loop": (
        _CELL,
        "states = []",
        "for x in dataset:  # {dataset}",
        "    h = cell(x, h)",
        "    states.append(h)",
        "all_states = torch.stack(states)",
    ),
    "rnn": ("rnn = nn.RNN({input_size}, {hidden_size})", _CALL),
    "layers": ("rnn = nn.RNN({input_size}, {hidden_size}, num_layers={num_layers})", _CALL),
    "order": (
        "rnn = nn.RNN({input_size}, {hidden_size}, num_layers={num_layers}, batch_first={batch_first})",
        _CALL,
    ),
}


@dataclass(frozen=True)
class Kind:
    """What is asked about which code.

    code: a key of `CODE`; asked: the expression; right: from batch_first and the sizes to the right shape;
    reason: the words for why; mistakes: by name, the axes of a wrong answer; batch_first: that of the code
    """

    code: str
    asked: str
    right: Callable
    reason: str
    mistakes: Mapping[str, str]
    batch_first: bool = False


@dataclass(frozen=True)
class Question:
    """One drawn question.

    sizes: those in its code, by name; layer: the later layer that is asked about, if one is;
    picks: the right shape and three wrong ones
    """

    kind: Kind
    sizes: Mapping[str, int]
    layer: int
    picks: tuple = ()

    @property
    def asked(self):
        """The expression whose shape is asked."""
        return self.kind.asked.format(layer=self.layer)

    @property
    def text(self):
        """The code and the question below it."""
        values = {**self.sizes, "batch_first": self.kind.batch_first}
        comments = {name: say(f"trainer.comment.{name}", **values) for name in ("one_step", "dataset", "steps")}
        lines = [line.format(**values, **comments) for line in CODE[self.kind.code]]
        return "\n".join([*lines, say("trainer.ask", asked=self.asked)])

    @property
    def right(self):
        """The right shape."""
        return self.kind.right(self.kind.batch_first, **self.sizes)

    @property
    def mistakes(self):
        """The wrong shapes that have a name, by name."""
        return {name: named_sizes(axes, self.sizes) for name, axes in self.kind.mistakes.items()}

    def axis(self, size):
        """The name of the axis that has this size here, or None."""
        return next((name for name, other in self.sizes.items() if other == size), None)

    def explain(self):
        """The right answer with its axes named, and why."""
        axes = ", ".join(f"{self.axis(size)} {size}" for size in self.right)
        return f"{say('trainer.named', asked=self.asked, axes=axes)} {self._say(f'trainer.reason.{self.kind.reason}')}"

    def judge(self, shape):
        """The `Verdict` on a shape, a tuple of whole numbers; its words say why."""
        if shape == self.right:
            return Verdict(True, self.explain())
        words = self._difference(shape)
        words += [self._say(f"trainer.mistake.{name}") for name, wrong in self.mistakes.items() if wrong == shape]
        return Verdict(False, " ".join(words))

    def _say(self, key):
        first = self.axis(self.right[0])
        return say(key, asked=self.asked, layer=self.layer, first=first, batch_first=self.kind.batch_first)

    def _difference(self, shape):
        missing, extra = Counter(self.right) - Counter(shape), Counter(shape) - Counter(self.right)
        if not missing and not extra:
            return [say("trainer.order", asked=self.asked, names=self._names(self.right), yours=self._names(shape))]
        if len(shape) == len(self.right):
            pairs = enumerate(zip(self.right, shape, strict=True))
            wrong = [self._wrong_axis(number, *pair) for number, pair in pairs if pair[0] != pair[1]]
            return [*wrong, say("trainer.from_zero")]
        words = [self._extra(size) for size in extra]
        if missing:
            names = self._names(missing.elements())
            words.append(say("trainer.missing", count=missing.total(), names=names))
        return words

    def _names(self, sizes):
        return ", ".join(self.axis(size) for size in sizes)

    def _wrong_axis(self, number, size, got):
        key = "trainer.axis" if self.axis(got) else "trainer.axis_unknown"
        return say(key, number=number, axis=self.axis(size), size=size, got=got, got_axis=self.axis(got))

    def _extra(self, size):
        if self.axis(size) is None:
            names = self._names(self.right)
            return say("trainer.unknown", count=len(self.right), got=size, asked=self.asked, names=names)
        key = "trainer.too_often" if size in self.right else "trainer.extra"
        return say(key, axis=self.axis(size), asked=self.asked)


def draw(kind, generator):
    """A `Question` of this kind with sizes from `generator`."""
    sizes = {}
    left = [_SIZES[i] for i in _shuffled(len(_SIZES), generator)]
    if kind.code in ("layers", "order"):
        sizes["num_layers"] = 2 + _below(3, generator)
        left.remove(sizes["num_layers"])
    elif kind.code == "rnn":
        sizes["num_layers"] = 1
    sizes |= dict(zip(("seq_len", "batch", "input_size", "hidden_size"), left, strict=False))
    if kind.code == "cell":
        sizes["seq_len"] = 1
    question = Question(kind, sizes, 1 + _below(max(1, sizes.get("num_layers", 1) - 1), generator))
    wrong = list(question.mistakes.values())
    picks = [question.right, *(wrong[i] for i in _shuffled(len(wrong), generator)[: PICKS - 1])]
    return Question(kind, sizes, question.layer, tuple(picks[i] for i in _shuffled(PICKS, generator)))


def questions(kinds, generator):
    """Yield questions without end: every kind once before one comes again, and never one twice in a row."""
    last = None
    while True:
        order = [kinds[i] for i in _shuffled(len(kinds), generator)]
        if order[0] is last:
            order.append(order.pop(0))
        for last in order:
            yield draw(last, generator)


def read_shape(answer):
    """The shape that `answer` stands for, as a tuple, or None when it stands for none.

    answer: a tuple, list or torch.Size of whole numbers, or a text such as "3, 4" or "(3, 4)"; may be anything.
    """
    if type(answer) is str and len(answer) <= _MOST_TEXT:
        text = answer.translate(_TYPED).strip().removeprefix("torch.Size").strip("()[] \t")
        answer = [int(number) for number in re.findall(r"\d+", text)] if _NUMBERS.fullmatch(text) else []
    if type(answer) not in (tuple, list, torch.Size) or not 1 <= len(answer) <= _MOST_AXES:
        return None
    return tuple(answer) if all(type(size) is int and 0 <= size < 10**9 for size in answer) else None


def _shuffled(count, generator):
    return torch.randperm(count, generator=generator, device="cpu").tolist()


def _below(limit, generator):
    return int(torch.randint(limit, (), generator=generator, device="cpu"))
