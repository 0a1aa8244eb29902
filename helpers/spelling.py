"""Learn to answer one word with another, letter by letter, and keep what was learned at every epoch."""

import collections
import math
from dataclasses import dataclass

import torch
from torch import nn

from helpers.modules import make, seeded
from helpers.recurrence import count_parameters
from helpers.shapes import whole_number
from helpers.words import say

EPOCHS = 100
LONGEST = 1000  # letters


@dataclass(frozen=True)
class Pair:
    """A word to read and a word to answer with, of the same length.

    Raises TypeError when one is no text, ValueError when they are empty, too long or of different lengths.
    """

    source: str
    target: str

    def __post_init__(self):
        for name in ("source", "target"):
            word = getattr(self, name)
            if not isinstance(word, str):
                raise TypeError(say("errors.word_text", name=name, got=type(word).__name__))
            if not 0 < len(word) <= LONGEST:
                raise ValueError(say("errors.word_length", name=name, got=len(word), most=LONGEST))
        if len(self.source) != len(self.target):
            raise ValueError(say("errors.word_lengths", source=len(self.source), target=len(self.target)))

    @property
    def letters(self):
        """All letters of both words, each once, in a fixed order."""
        return sorted(set(self.source + self.target))

    @property
    def floor(self):
        """The least loss without a memory: the mean over the letters of the entropy of what each must become."""
        total = 0.0
        for letter in set(self.source):
            wanted = collections.Counter(t for s, t in zip(self.source, self.target, strict=True) if s == letter)
            total -= sum(count * math.log(count / wanted.total()) for count in wanted.values())
        return total / len(self.source)

    def inputs(self):
        """The source as one-hot vectors, (seq_len, letters)."""
        return nn.functional.one_hot(self._numbers(self.source), len(self.letters)).float()

    def targets(self):
        """The target as numbers of letters, (seq_len,)."""
        return self._numbers(self.target)

    def _numbers(self, word):
        number = {letter: place for place, letter in enumerate(self.letters)}
        return torch.tensor([number[letter] for letter in word])


class Speller(nn.Module):
    """An `nn.RNN` and an `nn.Linear` head: one-hot letters (seq_len, letters) to logits of the same shape."""

    def __init__(self, letters, hidden_size, num_layers, generator):
        super().__init__()
        self.rnn = make(nn.RNN, letters, hidden_size, num_layers, generator=generator)
        self.head = make(nn.Linear, hidden_size, letters, generator=generator)

    def forward(self, x):
        output, _ = self.rnn(x)
        return self.head(output)


@dataclass(frozen=True, eq=False)
class Record:
    """What one training brought, epoch by epoch; entry 0 is before training.

    Shapes: loss (epochs + 1,), the mean cross-entropy of a letter in nats; logits and probability
    (epochs + 1, seq_len, letters). solved: the first epoch whose answer is right, None when there is none. hidden_size, num_layers,
    parameters: of the network.
    """

    pair: Pair
    loss: torch.Tensor
    logits: torch.Tensor
    hidden_size: int
    num_layers: int
    parameters: int

    @property
    def probability(self):
        """The softmax of the logits over the letters."""
        return self.logits.softmax(-1)

    def answer(self, epoch):
        """The word spelled out after `epoch` epochs, the likeliest letter at each step."""
        return "".join(self.pair.letters[place] for place in self.logits[epoch].argmax(-1).tolist())

    @property
    def solved(self):
        right = (self.logits.argmax(-1) == self.pair.targets()).all(-1)
        return int(right.int().argmax()) if right.any() else None


def learn(pair, hidden_size=8, num_layers=1, lr=0.05, seed=0, epochs=EPOCHS, on_epoch=None):
    """Train a `Speller` on `pair` with Adam and return its `Record`.

    lr: Adam's learning rate; seed: of the first weights; on_epoch: called with the number of every epoch done.
    Raises ValueError when a size is no whole number of at least 1.
    """
    for name, value in (("hidden_size", hidden_size), ("num_layers", num_layers), ("epochs", epochs)):
        whole_number(name, value)
    inputs, targets = pair.inputs(), pair.targets()
    model = Speller(len(pair.letters), hidden_size, num_layers, seeded(seed))
    optimizer = torch.optim.Adam(model.parameters(), lr=lr, fused=True)  # fused: the same steps, a quarter less time
    losses, every = [], []
    for epoch in range(epochs + 1):
        logits = model(inputs)
        loss = nn.functional.cross_entropy(logits, targets)
        losses.append(loss.detach())
        every.append(logits.detach())
        if epoch < epochs:
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            if on_epoch is not None:
                on_epoch(epoch + 1)
    return Record(pair, torch.stack(losses), torch.stack(every), hidden_size, num_layers, count_parameters(model))
