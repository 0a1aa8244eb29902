"""Random wrong calls of recurrent modules: a right program, and one fault, now and then two, put into it."""

import torch
from clinic_learners import execute, tensors
from torch import nn

KINDS = ("RNN", "LSTM", "GRU", "RNNCell", "LSTMCell", "GRUCell")
X_PLACES = (
    ("x", "x = X"),
    ("days", "days = X"),
    ('batch["seq"]', 'batch = {"seq": X}'),
    ("parts[1]", "parts = [0, X]"),
)
H_PLACES = (
    ("h", "h = S"),
    ("keeper.state", "keeper.state = S"),
    ('memory["h"]', 'memory = {"h": S}'),
    ("start", "start = S"),
)


class Keeper(nn.Module):
    pass


class Program:
    """A right program of random sizes, all different: module, x, states (a list), and where the samples lie."""

    def __init__(self, rng):
        self.rng = rng
        self.kind = rng.choice(KINDS)
        self.is_cell, self.lstm = self.kind.endswith("Cell"), self.kind.startswith("LSTM")
        sizes = rng.sample(range(2, 14), 8)
        self.T, self.B, self.I, self.H, self.L, self.W, self.P, self.V = sizes
        self.L = rng.choice((1, 1, self.L % 4 + 1))
        if self.L in (self.T, self.B, self.I, self.H):
            self.L = 1
        if self.P >= self.H:
            self.P = 0
        self.options = {}
        if not self.is_cell:
            if self.L > 1:
                self.options["num_layers"] = self.L
            if rng.random() < 0.4:
                self.options["batch_first"] = True
            if rng.random() < 0.25:
                self.options["bidirectional"] = True
            if self.kind == "LSTM" and self.P and rng.random() < 0.3:
                self.options["proj_size"] = self.P
        self.module = getattr(nn, self.kind)(self.I, self.H, **self.options)
        self.batched = rng.random() < 0.8
        self.first = bool(self.options.get("batch_first"))
        layers = self.L * (2 if self.options.get("bidirectional") else 1)
        self.distinct = layers == 1 or layers not in (self.T, self.B, self.I, self.H, self.P)
        lead = [] if self.is_cell else [layers]
        middle = [self.B] if self.batched else []
        inner = self.options.get("proj_size", self.H)
        self.state_shapes = [(*lead, *middle, inner)] + ([(*lead, *middle, self.H)] if self.lstm else [])
        time = [] if self.is_cell else [self.T]
        shape = (*middle, *time, self.I) if self.first or self.is_cell else (*time, *middle, self.I)
        self.x = torch.randn(shape)
        self.samples = None if not self.batched else 0 if self.first or self.is_cell else 1
        self.states = [torch.randn(shape) for shape in self.state_shapes]
        self.steps = None  # of a cell that is given a whole sequence

    def result(self, x, states):
        """The numbers of the right program, and the gradients of the weights."""
        if self.steps is not None:
            held = (tuple(states) if self.lstm else states[0]) if states else None
            for step in self.steps:
                held = self.module(step, held)
            return numbers(held), gradients(held, self.module)
        given = [tuple(states) if self.lstm else states[0]] if states else []
        made = self.module(x, *given)
        return numbers(made), gradients(made, self.module)


def numbers(made):
    return [tensor.detach() for tensor in tensors(made)]


def gradients(made, module):
    total = sum((tensor * torch.linspace(1, 2, tensor.shape[-1])).sum() for tensor in tensors(made))
    return list(torch.autograd.grad(total, list(module.parameters()), allow_unused=True))


def same(made, right, turned):
    """Whether results are the right ones; turned: the learner's own order of samples and steps was the other one."""
    if len(made[0]) != len(right[0]):
        return False
    pairs = list(zip(made[0] + made[1], right[0] + right[1], strict=True))
    if turned and made[0][0].shape != right[0][0].shape and made[0][0].dim() == 3:
        pairs[0] = (made[0][0].transpose(0, 1), right[0][0])
    return all(a.shape == b.shape and torch.allclose(a, b, atol=1e-5) for a, b in pairs)


# Faults of the input: from the right program to (what the learner holds, the axis of it that counts samples).


def _permuted(program, order):
    x = program.x.permute(order).contiguous()
    return x, None if program.samples is None else order.index(program.samples)


def x_other_order(p):
    return _permuted(p, (1, 0, 2)) if p.x.dim() == 3 else None


def x_moved(p):
    orders = {3: ((0, 2, 1), (2, 0, 1), (2, 1, 0), (1, 2, 0)), 2: ((1, 0),)}.get(p.x.dim(), ())
    return _permuted(p, p.rng.choice(orders)) if orders else None


def x_extra_axis(p):
    if p.is_cell or p.x.dim() != 3:
        return None
    axis = p.rng.randrange(3)
    return p.x.unsqueeze(axis), p.samples + (axis <= p.samples)


def x_double(p):
    return p.x.double(), p.samples


def x_list(p):
    return (p.x.tolist(), p.samples) if p.x.dim() == 3 or p.is_cell else None


def x_pair(p):
    return ([p.x, torch.zeros(p.B).long()], p.samples) if p.x.dim() == 3 else None


def x_stack(p):
    """A list of the samples, or of the steps."""
    if p.x.dim() != 3:
        return None
    p.listed = p.rng.choice(("sample", "step"))
    axis = p.samples if p.listed == "sample" else 1 - p.samples
    return list(p.x.unbind(axis)), p.samples


def x_split(p):
    if p.x.dim() != 3 or p.is_cell or p.I % 2 or p.I < 4:
        return None
    return p.x.reshape(*p.x.shape[:2], 2, p.I // 2), p.samples


def x_size(p):
    """The module was built for another number of features."""
    p.rebuilt = True
    return p.x, p.samples


def x_sequence(p):
    """A whole sequence for a cell, with the samples on either axis; the right program reads it in a loop."""
    if not p.is_cell or not p.batched:
        return None
    steps = torch.randn(p.T, p.B, p.I)
    p.steps, axis = steps, p.rng.choice((0, 1))
    return (steps if axis else steps.transpose(0, 1).contiguous()), axis


X_FAULTS = [x_sequence, x_other_order, x_moved, x_extra_axis, x_double, x_list, x_pair, x_stack, x_split, x_size]


# Faults of the state: from the right program to what the learner holds.


def h_batch_first(p):
    return [s.transpose(0, 1).contiguous() for s in p.states] if p.states[0].dim() == 3 else None


def h_permuted(p):
    if p.states[0].dim() != 3 or p.states[0].shape[0] == 1:
        return None
    order = p.rng.choice(((2, 0, 1), (0, 2, 1), (2, 1, 0)))
    return [s.permute(order).contiguous() for s in p.states]


def h_no_layers(p):
    return [s[0] for s in p.states] if not p.is_cell and p.states[0].shape[0] == 1 else None


def h_no_batch(p):
    if not p.batched:
        return None
    axis = 0 if p.is_cell else 1
    kept = [s.select(axis, 0) for s in p.states]
    p.states = [s.unsqueeze(axis).expand(shape).contiguous() for s, shape in zip(kept, p.state_shapes, strict=True)]
    return kept


def h_one_sample(p):
    if not p.batched:
        return None
    axis = 0 if p.is_cell else 1
    kept = [s.narrow(axis, 0, 1) for s in p.states]
    p.states = [s.expand(shape).contiguous() for s, shape in zip(kept, p.state_shapes, strict=True)]
    return kept


def h_extra_axis(p):
    axis = p.rng.randrange(p.states[0].dim())
    return [s.unsqueeze(axis) for s in p.states]


def _zeros(p, change):
    p.states = [torch.zeros(shape) for shape in p.state_shapes]
    return [torch.zeros(change(shape)) for shape in p.state_shapes]


def h_other_batch(p):
    other = p.rng.choice([p.V, p.W, p.B - 1])
    return _zeros(p, lambda s: (*s[:-2], other, s[-1])) if p.batched and other > 1 else None


def h_layers(p):
    return _zeros(p, lambda s: (s[0] + 1, *s[1:])) if not p.is_cell else None


def h_hidden(p):
    return _zeros(p, lambda s: (*s[:-1], p.W))


def h_double(p):
    return [s.double() for s in p.states]


def h_output(p):
    if p.is_cell or p.lstm or not p.batched:
        return None
    p.states = [p.module(p.x)[1].detach()]
    return [p.module(p.x)[0].detach()]


H_FAULTS = [h_batch_first, h_permuted, h_no_layers, h_no_batch, h_one_sample, h_extra_axis, h_other_batch, h_layers]
H_FAULTS += [h_hidden, h_double]
FORMS = ["single for a pair", "pair for a single", "in a list", "list of layers", "swapped"]


def wrong_call(rng):
    """(names, code, right program, samples axis, what is wrong); None where the draw gives no such fault."""
    p = Program(rng)
    x, samples, faults, form = p.x, p.samples, [], None
    p.rebuilt, p.listed = False, None
    held = p.states
    given = rng.random() < 0.75
    which = rng.random()
    if not p.distinct:
        return None
    if which < 0.45:
        fault = rng.choice(X_FAULTS)
        made = fault(p)
        if made is None:
            return None
        (x, samples), faults = made, [fault.__name__]
    if which >= 0.45 or (given and rng.random() < 0.1):
        given = True
        fault = rng.choice([*H_FAULTS, *H_FAULTS, *FORMS])
        if callable(fault):
            held = fault(p)
            if held is None:
                return None
        else:
            form = fault
        faults.append(fault if form else fault.__name__)
    if form == "single for a pair":
        if not p.lstm or p.options.get("proj_size"):
            return None
        held, p.states = held[:1], [held[0], torch.zeros_like(held[1])]
    if form in ("pair for a single", "in a list", "list of layers") and p.lstm:
        return None
    S = None if not given else held[0] if len(held) == 1 else (held[0], held[1])
    if form == "pair for a single":
        S = (held[0], torch.zeros_like(held[0]))
    if form == "in a list":
        S = [held[0]]
    if form == "list of layers":
        if p.is_cell or held[0].shape[0] < 2:
            return None
        S = list(held[0])
    if form == "swapped" and (p.lstm or "x_" in "".join(faults)):
        return None
    (x_text, x_line), (h_text, h_line) = rng.choice(X_PLACES), rng.choice(H_PLACES)
    module, p.x_line = p.module, x_line
    if p.rebuilt:
        module = getattr(nn, p.kind)(p.I + 20, p.H, **p.options)
    names = {"torch": torch, "nn": nn, "X": x, "S": S, "keeper": Keeper(), "model": module}
    execute(x_line, names)
    if S is not None:
        execute(h_line, names)
    arguments = [x_text] + ([h_text] if S is not None else [])
    if form == "swapped":
        arguments.reverse()
    code = f"result = model({', '.join(arguments)})"
    return names, code, p, samples, " + ".join(faults) + f" of {p.kind}", S is not None
