"""The clinic at large: random wrong calls, programs that are right, errors that it must leave alone, and its time."""

import time

import pytest
from clinic_campaign import campaign
from clinic_cases import TABLE, cases
from clinic_learners import caught, execute, learner
from clinic_odd import ODD
from clinic_silence import RIGHT, UNRELATED, Nasty

from helpers import clinic

pytestmark = pytest.mark.filterwarnings("ignore:LSTM with projections")  # PyTorch says that they are slower
MOST_SECONDS = 0.010


def test_random_wrong_calls():
    verdicts, failures = campaign(500, seed=11)
    assert verdicts["silent"] == verdicts["none"] == 0, failures
    assert verdicts["good"] >= 0.98 * 500, failures


def test_a_wrong_note_would_be_seen(monkeypatch):
    """The same notes with one axis for the other: advice that runs and is wrong is counted as such."""
    explain = clinic.explain

    def turned(error):
        return (
            str(explain(error))
            .replace("If axis 0", "If axis 9")
            .replace("If axis 1", "If axis 0")
            .replace("axis 9", "axis 1")
        )

    monkeypatch.setattr(clinic, "explain", turned)
    assert campaign(100, seed=11)[0]["silent"] > 3


@pytest.mark.parametrize("case", RIGHT)
def test_a_right_program_gets_no_note(case):
    names = learner(0)[1]
    execute(RIGHT[case], names)
    execute("failed = None\ntry: 1 / 0\nexcept ZeroDivisionError as error: failed = error", names)
    assert clinic.explain(names["failed"]) is None


@pytest.mark.parametrize("case", UNRELATED)
def test_an_unrelated_error_gets_no_note(case):
    names = learner(0)[1] | {"Nasty": Nasty}
    error = caught(UNRELATED[case], names)
    assert clinic.explain(error) is None
    clinic.add_note(error)
    assert not getattr(error, "__notes__", [])


@pytest.mark.parametrize("code", ODD.strip().splitlines())
def test_no_rule_stumbles(code):
    """A rule that raised would be seen here; once with the text of the code, and once without."""
    clinic.explain(caught(code, learner(1)[1]))
    with pytest.raises(Exception, match=".") as textless:
        exec(compile(code, "<gone>", "exec"), learner(1)[1])
    clinic.explain(textless.value)


LONG = "\n".join(f"value_{i} = {i} + 1  # a line of the learner's own" for i in range(1000))
SLOW = {
    "a long text": f"{LONG}\nnet(days, zeros(L, W, H))",
    "a long text after it": f"net(days, zeros(L, W, H))\n{LONG}",
    "a long function": "def wrong():\n    " + LONG.replace("\n", "\n    ") + "\n    net(days, zeros(L, W, H))\nwrong()",
    "many steps": "for _ in 'ab':\n    out, state = one(zeros(200, B, I), zeros(1, B, H) if _ == 'a' else state); out.sum().backward()",
    "more steps": "loss = one(zeros(3000, B, I))[0].sum(); loss.backward(); loss.backward()",
    "a long list": "net([[[0.5] * I] * B] * 200_000)",
    "many sequences": "net([days[:1 + i % 2, 0] for i in range(1000)])",
    "a large array": "net(np.zeros((3000, 1000, I)))",
    "many values": "kept = [[[zeros(1)] * 50] * 50] * 50\nnet(days, zeros(L, W, H))",
}
SLOW |= {f"{case['kind']} {case['!'][:30]}": f"{case['setup']}\n{case['!']}" for case in cases(TABLE)}


@pytest.mark.parametrize("case", SLOW)
def test_time(case):
    error = caught(SLOW[case], learner(0)[1])

    def seconds():
        start = time.thread_time()
        clinic.explain(error)
        return time.thread_time() - start

    assert any(seconds() <= MOST_SECONDS for _ in range(20))  # a busy neighbour makes single ones longer
