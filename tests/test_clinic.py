"""The clinic: every note against the error that this version of PyTorch raises, and its advice carried out."""

import functools
import re
import sys
import textwrap

import nbformat
import pytest
import torch
from clinic_cases import UNKNOWN, cases, caught, execute, learner
from IPython.core.interactiveshell import InteractiveShell
from nbclient import NotebookClient
from torch import nn
from traitlets.config import Config

from helpers import clinic
from helpers.words import lookup

ALL = list(cases())


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("case", ALL, ids=lambda case: f"{case[1]} {case[3][:30]}")
def test_note(case, seed):
    setup, failing, after, message, expected = case
    sizes, names = learner(seed)
    sizes["L2"] = 2 * sizes["L"]
    error = caught(f"{setup}\n{failing}", names)
    assert f"{type(error).__name__}: {error}".startswith(message.format(**sizes))
    note = clinic.explain(error)
    assert [words for words in expected if words.format(**sizes) not in note] == [], note
    assert len(re.findall(r"[.] |[.:]$", note.split("\n    ")[0])) <= 3
    code = textwrap.dedent("\n".join(re.findall("^    .*", note, re.M)))
    if code:
        execute(code, names)
        execute(after, names)


def test_every_case_is_raised():
    messages = [str(caught(f"{setup}\n{failing}", learner(0)[1])) for setup, failing, *_ in ALL]
    unseen = [case.pattern for case in clinic.CASES if not any(re.match(case.pattern, text) for text in messages)]
    assert unseen == []


def test_sentences_with_a_name_that_may_be_missing_do_not_begin_with_it():
    for key, words in lookup("clinic").items():
        assert isinstance(words, dict) or not re.search(r"(^|[.] )\{input\}", words), key


LOOP = "for _ in 'ab':\n    "
RUN = LOOP + "output, state = net(days, state); loss = output.sum()\n    "
ROUNDS = {
    "renewed later": (LOOP + "y, h_n = net(days, state); y.sum().backward(); state = h_n", "through state into"),
    "a part": (LOOP + "state = net(days, state)[1]; state.sum().backward()", "through state into"),
    "by steps": (LOOP + "for day in days: h = cell(day, h)\n    h.sum().backward()", "through h into"),
    "cut, but twice": (RUN + "loss.backward(); loss.backward(); state = state.detach()", "add the losses up"),
    "new, but twice": (LOOP + "h = None; h = cell(days[0], h); h.sum().backward(); h.mean().backward()", "add"),
    "not in the loop": ("for day in days: h = cell(day, h)\nh.sum().backward(); h.sum().backward()", "If h goes"),
    "beside a call of something else": (
        f"mix = nn.Bilinear(I, I, 1)\n{LOOP}warm = nn.Linear(I, I)(days); mix(warm, warm); {RUN[len(LOOP) :]}loss.backward()",
        "through state into",
    ),
    "beside one without a history": (
        f"start = zeros(L, B, H)\n{LOOP}net(days, start); {RUN[len(LOOP) :]}loss.backward()",
        "through state into",
    ),
    "made in the loop": (LOOP + "output, h_n = net(days); output.sum().backward(); output.mean().backward()", "If h_n"),
}


@pytest.mark.parametrize("case", ROUNDS)
def test_why_backward_comes_a_second_time(case):
    code, words = ROUNDS[case]
    sizes, names = learner(0)
    names["h"] = torch.zeros(sizes["B"], sizes["H"])
    note = clinic.explain(caught(code, names))
    assert words in note, note


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.recurrent = nn.RNN(3, 5)
        self.head = nn.Linear(5, 1)

    def forward(self, weather, start=None):
        output = self.recurrent(weather, start)
        return self.head(output)


def in_a_loop():
    cell = nn.RNNCell(3, 5)
    return [cell(day) for day in torch.zeros(4, 7, 6)]


def by_another_name():
    _hidden = inputs = sequence = torch.zeros(4, 7, 6)
    del inputs
    return nn.RNN(3, 5)(sequence)


NAMED = {
    "an attribute": (lambda: Net()(torch.zeros(4, 7, 6)), "axis of weather,.*self.recurrent expects 3 and got 6"),
    "in a method": (lambda: Net()(torch.zeros(4, 7, 3)), r"output, h_n = self.recurrent\(weather, start\)"),
    "a loop's variable": (in_a_loop, "axis of day, of shape .7, 6., must be input_size: cell expects 3"),
    "an underscore": (by_another_name, "axis of sequence,.*nn.RNN expects 3"),
    "a training loop": (lambda: train(nn.RNN(3, 5)), r"hidden = hidden.detach\(\)"),
}


def train(model, hidden=None):
    for _ in range(2):
        output, hidden = model(torch.zeros(4, 7, 3), hx=hidden)
        output.sum().backward()


@pytest.mark.parametrize("case", NAMED)
def test_names_are_the_learners(case):
    run, words = NAMED[case]
    note = clinic.explain(caught("run()", {"run": run}))
    assert re.search(words, note), note


@pytest.mark.parametrize("case", UNKNOWN)
def test_an_unknown_error_has_no_note(case):
    names = learner(0)[1]
    assert clinic.explain(caught(UNKNOWN[case], names)) is None


def test_the_name_in_the_failing_line_comes_first():
    names = learner(0)[1]
    execute("other = sequence = last = zeros(T, B, W)", names)
    assert "axis of sequence," in clinic.explain(caught("net(sequence)", names))


def test_explain_takes_exceptions_only():
    with pytest.raises(TypeError, match="error must be an exception.*got str"):
        clinic.explain("input.size(-1)")
    assert clinic.explain(RuntimeError()) is None


def test_expected_error_shows_message_and_note(capsys):
    names = learner(0)[1] | {"expected_error": clinic.expected_error}
    execute("with expected_error(RuntimeError): net(zeros(T, B, W))", names)
    execute("with expected_error(ZeroDivisionError): 1 / 0", names)
    known, unknown = capsys.readouterr().out.split("ZeroDivisionError: ")
    assert re.match(r"RuntimeError: input\.size\(-1\) must be .*, got \d+\n\nThe last axis of the input, ", known)
    assert unknown == "division by zero\n"


def test_expected_error_misses_an_error_and_lets_others_through():
    with pytest.raises(AssertionError, match="A RuntimeError was to be shown.*no longer fails"), RUNTIME_ERROR():
        pass
    with pytest.raises(KeyError, match="days"), RUNTIME_ERROR():
        {}["days"]
    for kind in ("RuntimeError", RuntimeError("x"), (RuntimeError, KeyError), int, KeyboardInterrupt, None):
        with pytest.raises(TypeError, match="kind must be a class of exceptions, such as RuntimeError, got"):
            clinic.expected_error(kind)


RUNTIME_ERROR = functools.partial(clinic.expected_error, RuntimeError)
WRONG = "net(zeros(T, B, W))"
NOTE = "The last axis of the input"


@pytest.fixture
def shell(monkeypatch):
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
    config = Config()
    config.HistoryManager.enabled = False
    made = InteractiveShell(config=config, user_ns=learner(0)[1])
    yield made
    made.restore_sys_module_state()


@pytest.fixture
def shown(shell, capsys):
    """A function that runs a cell and returns what IPython shows."""

    def run(code):
        shell.run_cell(code)
        printed = capsys.readouterr()
        return re.sub(r"\x1b\[[\d;]*m|0x[0-9a-f]+", "", printed.out + printed.err)

    return run


def test_loading_and_unloading(shell, shown):
    before = shell.CustomTB, shell.custom_exceptions
    clinic.unload_ipython_extension(shell)
    plain = shown(WRONG)
    for _ in range(2):
        clinic.load_ipython_extension(shell)
    noted = shown(WRONG)
    assert (plain.count(NOTE), noted.count(NOTE)) == (0, 1)
    assert noted.replace("In[2]", "In[1]").startswith(plain.rstrip())
    assert shown("import sys; raise sys.last_value").count(NOTE) == 1
    assert shown("%tb").count(NOTE) == 1
    for _ in range(2):
        clinic.unload_ipython_extension(shell)
    assert NOTE not in shown(WRONG)
    assert (shell.CustomTB, shell.custom_exceptions) == before
    for command in ("load_ext", "reload_ext", "reload_ext"):
        shell.run_line_magic(command, "helpers.clinic")
    assert shown(WRONG).count(NOTE) == 1
    shell.run_line_magic("unload_ext", "helpers.clinic")
    assert (shell.CustomTB, shell.custom_exceptions) == before


@pytest.mark.parametrize("case", UNKNOWN)
def test_what_is_unknown_is_shown_as_ever(case, shell, shown):
    code = UNKNOWN[case]
    plain, last = shown(code), sys.last_value
    clinic.load_ipython_extension(shell)
    assert shown(code).replace("In[2]", "In[1]") == plain
    assert type(sys.last_value) is type(last)
    assert not hasattr(sys.last_value, "__notes__")


def test_a_cell_that_cannot_be_compiled_is_shown_as_ever(shell, shown, monkeypatch):
    monkeypatch.setattr(shell.compile, "ast_parse", lambda *arguments, **options: int("no number"))
    plain = shown("days")
    clinic.load_ipython_extension(shell)
    assert shown("days").replace("In[2]", "In[1]") == plain


@pytest.mark.parametrize("failure", [ValueError, RecursionError, KeyboardInterrupt, SystemExit])
def test_a_broken_clinic_does_not_show(failure, shell, shown, monkeypatch):
    def broken(error):
        raise failure

    plain = shown(WRONG)
    clinic.load_ipython_extension(shell)
    monkeypatch.setattr(clinic, "explain", broken)
    assert shown(WRONG).replace("In[2]", "In[1]") == plain
    monkeypatch.undo()
    monkeypatch.setattr(clinic, "Incident", broken)
    if issubclass(failure, Exception):
        assert shown(WRONG).replace("In[3]", "In[1]") == plain


def test_a_handler_of_somebody_else_stays(shell, shown):
    seen = []

    def handler(self, etype, value, tb, tb_offset=None):
        seen.append((etype, getattr(value, "__notes__", [])))

    shell.set_custom_exc((KeyError, RuntimeError), handler)
    before = shell.CustomTB, shell.custom_exceptions
    clinic.load_ipython_extension(shell)
    assert shown("{}['days']") + shown(WRONG) == ""
    (first, none), (second, (note,)) = seen
    assert (first, none, second) == (KeyError, [], RuntimeError)
    assert NOTE in note
    assert "RNN: Expected input" in shown("net(zeros(I))")
    clinic.unload_ipython_extension(shell)
    assert (shell.CustomTB, shell.custom_exceptions) == before


def test_a_handler_that_fails_takes_only_itself_away(shell, shown):
    shell.set_custom_exc((KeyError,), lambda *arguments, **options: 1 / 0)
    clinic.load_ipython_extension(shell)
    assert "Handler failed" in shown("{}['days']")
    assert "Handler failed" not in shown("{}['days']")
    assert NOTE in shown(WRONG)
    clinic.unload_ipython_extension(shell)
    assert shell.custom_exceptions == ()


def test_a_handler_that_comes_later_stays(shell, shown):
    clinic.load_ipython_extension(shell)
    mine = shell.CustomTB
    shell.set_custom_exc((RuntimeError,), lambda self, *error, tb_offset=None: mine(*error, tb_offset))
    assert NOTE in shown(WRONG)
    later = shell.CustomTB
    clinic.unload_ipython_extension(shell)
    assert shell.CustomTB is later
    assert "got" in (without := shown(WRONG))
    assert NOTE not in without


def test_in_a_real_kernel():
    setup = "import torch\nfrom torch import nn\n%load_ext helpers.clinic\nrnn = nn.RNN(3, 5)\nx = torch.zeros(4, 7, 6)"
    cells = [
        setup,
        "rnn(x)",
        "1 / 0",
        "out = rnn(x[:, :, :3])\nout[:, -1]",
        "out.shape",
        "%unload_ext helpers.clinic",
        "rnn(x)",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    NotebookClient(notebook, allow_errors=True, timeout=120, kernel_name="python3").execute()
    outputs = [cell.outputs for cell in notebook.cells]
    assert outputs[0] == outputs[5] == []
    known, division, pair, older, unloaded = ("\n".join(outputs[i][-1].traceback) for i in (1, 2, 3, 4, 6))
    message = "input.size(-1) must be equal to input_size. Expected 3, got 6"
    assert outputs[1][0].evalue == message
    assert (
        known.index("check_input") < known.index(message) < known.index("\n\nThe last axis of x, of shape (4, 7, 6),")
    )
    assert known.rstrip().endswith("rnn = nn.RNN(6, 5)")
    assert division.rstrip().endswith("division by zero")
    assert pair.rstrip().endswith("output, h_n = rnn(x[:, :, :3])")
    assert older.rstrip().endswith("output, h_n = out")
    assert unloaded.rstrip().endswith(message)
