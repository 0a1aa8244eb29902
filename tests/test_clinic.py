"""The clinic: every note against the error that this version of PyTorch raises, and its advice carried out."""

import pytest
from clinic_around import TABLE as AROUND
from clinic_cases import TABLE, cases
from clinic_field import FIELD, SETUP
from clinic_learners import alike, caught, execute, learner, outcome

from helpers import clinic

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
    assert [words for words in case["?"].split(" | ") if words.format(**sizes) not in note] == [], note
    code = "\n".join(f"    {line}" for line in case["+"].format(**sizes).splitlines()) if case["+"] else ""
    assert code in note, note
    if case["="]:
        done = case["~"].replace("{code}", case["+"].format(**sizes)) or case["+"].format(**sizes)
        assert alike(program(done, case, seed), program(case["="], case, seed))


@pytest.mark.parametrize("case", FIELD, ids=lambda case: case[0])
def test_what_an_earlier_clinic_got_wrong(case):
    _, setup, *cells = case
    for code, words in cells:
        names = {}
        execute(SETUP, names)
        execute(setup, names)
        note = clinic.explain(caught(code, names))
        for part in words.split("|"):
            part = part.strip()
            assert part[1:] not in note if part.startswith("!") else part in note, note


def test_each_kind_has_three_cases_of_our_own_and_a_field_case():
    kinds = [case["kind"] for case in ALL]
    assert {case[0][0] for case in FIELD} == set("ABCDEFGHIJKLMNOP") == set(kinds)
    assert min(kinds.count(kind) for kind in set(kinds)) >= 3
