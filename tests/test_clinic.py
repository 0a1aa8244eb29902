"""The clinic: every note against the error that this version of PyTorch raises, and its advice carried out."""

import ast
import itertools
import re
import textwrap

import pytest
from clinic_around import TABLE as AROUND
from clinic_cases import TABLE, cases
from clinic_field import FIELD, SETUP
from clinic_learners import alike, caught, execute, learner, outcome
from clinic_more import snippets

from helpers import clinic, words

ALL = cases(TABLE, AROUND)


def noted(case, seed):
    sizes, names = learner(seed)
    sizes |= {"B1": sizes["B"] - 1, "H2": 2 * sizes["H"], "C1": sizes["C"] + 1, "most": sizes["C"] - 1}
    sizes["W3"] = 3 * sizes["W"]
    execute(case["setup"], names)
    return sizes, clinic.explain(caught(case["!"], names))


def program(code, case, seed):
    """What a program leaves behind, in a world of its own."""
    _, names = learner(seed)
    execute(case["setup"], names)
    execute(code, names)
    return outcome(names)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("case", ALL, ids=lambda case: f"{case['kind']} {case['!'][:40]}")
def test_note(case, seed):
    sizes, note = noted(case, seed)
    assert note is not None
    assert [part for part in case["?"].split(" | ") if part.format(**sizes) not in note] == [], note
    code = "\n".join(f"    {line}" for line in case["+"].format(**sizes).splitlines()) if case["+"] else ""
    assert code in note, note
    if case["="]:
        done = case["~"].replace("{code}", case["+"].format(**sizes)) or case["+"].format(**sizes)
        assert alike(program(done, case, seed), program(case["="], case, seed))


@pytest.mark.parametrize("case", FIELD, ids=lambda case: case[0])
def test_what_an_earlier_clinic_got_wrong(case):
    _, setup, *cells = case
    for code, parts in cells:
        names = {}
        execute(SETUP, names)
        execute(setup, names)
        note = clinic.explain(caught(code, names))
        for part in parts.split("|"):
            part = part.strip()
            assert part[1:] not in note if part.startswith("!") else part in note, note


def test_each_kind_has_three_cases_of_our_own_and_a_field_case():
    kinds = [case["kind"] for case in ALL]
    assert {case[0][0] for case in FIELD} == set("ABCDEFGHIJKLMNOP") == set(kinds)
    assert min(kinds.count(kind) for kind in set(kinds)) >= 3


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("snippet", list(snippets()), ids=lambda snippet: snippet[0][:50])
def test_snippet(snippet, seed):
    code, parts = snippet
    sizes, names = learner(seed)
    note = clinic.explain(caught(code, names))
    if parts is None:
        assert note is None
        return
    assert note or not parts
    for part in parts.format(**sizes).split(" | "):
        assert part[1:] not in (note or "") if part.startswith("!") else part in (note or ""), note
    lines = [line for line in (note or "").splitlines() if line.startswith("    ") and not line.rstrip().endswith(":")]
    ast.parse(textwrap.dedent("\n".join(line.strip() for line in lines)))


TEXTLESS = (
    "gru(days * 1, zeros(L, W, H))",
    "gru(days)[0].backward()",
    "F.cross_entropy(head(gru(days)[0]), wanted + 0)",
)


def textless(code):
    """The error of code whose text is nowhere, as under %time."""
    with pytest.raises(Exception, match=".") as caught_:
        exec(compile(code, "<gone>", "exec"), learner(0)[1])
    return caught_.value


def test_without_its_text_a_note_has_words_alone():
    state, root, loss = (clinic.explain(textless(code)) for code in TEXTLESS)
    assert "reads the input as (seq_len " in state
    assert "so the state should be (num_layers " in state
    assert "the tensor has the shape (" in root
    assert loss.startswith("The input has the shape (")
    assert "    " not in state + root + loss


def test_every_sentence_is_said_and_plain(monkeypatch):
    """What is never said is not needed; a sentence before code ends with a colon and no code is waited for in vain."""
    said, look = set(), words.lookup
    monkeypatch.setattr(words, "lookup", lambda key: (said.add(key), look(key))[1])
    told = [noted(case, 0)[1] for case in ALL]
    told += [clinic.explain(caught(code, learner(0)[1])) for code, _ in snippets()]
    told += [clinic.explain(textless(code)) for code in TEXTLESS]
    for _, setup, *cells in FIELD:
        names = {}
        execute(f"{SETUP}\n{setup}", names)
        told += [clinic.explain(caught(code, names)) for code, _ in cells]
    for note in filter(None, told):
        lines = [*note.splitlines(), ""]
        waits = [line.endswith(":") for line in lines if not line.startswith("    ")]
        gets = [after.startswith("    ") for line, after in itertools.pairwise(lines) if not line.startswith("    ")]
        assert all(given or not waiting for waiting, given in zip(waits, gets, strict=False)), note
        plain = re.sub(r"(?m)^ {4}.*|gives None|None is None", "", note)
        assert not re.search(r"[^.(]\.\.[^.]|None", plain), note
    every = set(_keys(look("clinic"), "clinic"))
    outside = {"clinic.no_exception", "clinic.no_kind", "clinic.no_error", "clinic.usage", "clinic.no_file"}
    assert every - said == outside, sorted(every - said - outside)


def _keys(table, name):
    for key, entry in table.items():
        yield from _keys(entry, f"{name}.{key}") if isinstance(entry, dict) else [f"{name}.{key}"]
