"""A learner who does what the notes on random wrong calls say.

For each call there is a right program: the tensors that were meant, in the order that the module reads. Where a note
names a condition ("If axis 0 of x counts your samples"), the learner knows the answer. Carried out, the advice must
give the output and the gradients of the right program, and mix no samples.
"""

import collections
import random
import re
import textwrap

import torch
from clinic_faults import gradients, numbers, same, wrong_call
from clinic_learners import caught, execute, tensors

from helpers import clinic
from helpers.mixing import mixes_samples


def true_condition(line, p, samples):
    """Whether what a note asks is so: the learner knows."""
    if match := re.search(r"If axis (\d) of .* counts your samples", line):
        return samples == int(match[1])
    if "counts time steps" in line:
        return False
    if "is a single sample" in line:
        return samples is None
    if "each of them is one sample" in line:
        return p.listed == "sample"
    if "each of them is one time step" in line:
        return p.listed == "step"
    if "the last axis does hold" in line:
        return p.rebuilt
    if "If you swapped" in line:
        return False
    return None


def chosen_code(note, p, samples):
    """The code that the learner carries out: below the condition that is so, or below no condition at all."""
    code, take, asked = [], True, False
    for line in note.splitlines():
        if line.startswith("    "):
            if take:
                code.append(line)
            continue
        truth = true_condition(line, p, samples)
        asked = asked or truth is not None
        take = truth is not False if truth is not None else not asked
    return textwrap.dedent("\n".join(code))


def judged(names, code, p, samples, with_state):
    """("good" | "silent" | "words" | "error" | "none", the notes) for one wrong call, following its notes."""
    error = caught(code, names)
    notes, loop = [], ""
    for _ in range(3):
        note = clinic.explain(error)
        notes.append(note)
        if not note:
            return "none", notes
        code = chosen_code(note, p, samples)
        if not code:
            return "words", notes
        if loop and "for step in" not in code:
            code = re.sub(r"(?m)^    .* = model.*", lambda found, line=code: f"    {line}", loop)
        loop = code if "for step in" in code else ""
        try:
            if code.startswith("model ="):
                torch.manual_seed(0)
                execute(code, names)
                code = "result = model(X, S)" if with_state else "result = model(X)"
            execute(code, names)
        except Exception as another:
            error = another
            continue
        module = names["model"]
        if p.rebuilt:
            p.module = module
        right = p.result(p.x, p.states if with_state else [])
        if "for step in" in code:
            names["result"] = (
                execute("made = " + re.findall(r"^    (.*) = model", code, re.M)[0], names) or names["made"]
            )
        made = names["result"]
        good = same((numbers(made), gradients(made, module)), right, True)
        return ("silent" if not good or mixes(code, names, p, samples) else "good"), notes
    return "error", notes


def mixes(code, names, p, samples):
    """Whether one sample reaches another in the advice that was carried out: asked now and then, of one call."""
    x = names["X"]
    if not torch.is_tensor(x) or x.dtype != torch.float32 or samples is None or p.is_cell or p.rng.random() > 0.1:
        return False

    def run(probe):
        inner = names | {"X": probe}
        execute(f"{p.x_line}\n{code}", inner)
        return tensors(inner["result"])[0].movedim(0 if p.first else 1, min(samples, 1))

    return mixes_samples(run, x, samples) if samples < 2 else False


def campaign(count, seed=0):
    """The verdicts on so many wrong calls: a Counter, and the (what, notes) of each that is not good."""
    rng = random.Random(seed)
    torch.manual_seed(seed)
    verdicts, failures = collections.Counter(), []
    while sum(verdicts.values()) < count:
        drawn = wrong_call(rng)
        if drawn is None:
            continue
        names, code, p, samples, what, with_state = drawn
        try:
            caught(code, names)
        except AssertionError:
            continue  # PyTorch takes it: no error, no note
        verdict, notes = judged(names, code, p, samples, with_state)
        verdicts[verdict] += 1
        if verdict != "good":
            failures.append((verdict, what, code, notes))
    return verdicts, failures
