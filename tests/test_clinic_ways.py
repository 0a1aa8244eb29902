"""The ways into the clinic: cells, %run, Output, interact, scripts; and how it comes and goes without a trace."""

import functools
import re
import subprocess
import sys

import nbformat
import pytest
from clinic_learners import caught, execute, learner
from IPython.core.interactiveshell import InteractiveShell
from nbclient import NotebookClient
from traitlets.config import Config

from helpers import check, clinic

WRONG = "net(zeros(T, B, W))"
NOTE = "The last axis of zeros"
EXPECTED = functools.partial(clinic.expected_error, RuntimeError)


def test_explain_takes_exceptions_only():
    with pytest.raises(TypeError, match="error must be an exception.*got str"):
        clinic.explain("input.size(-1)")
    assert clinic.explain(RuntimeError()) is None


def test_expected_error_shows_message_and_note(capsys):
    names = learner(0)[1] | {"expected_error": clinic.expected_error}
    execute(f"with expected_error(RuntimeError): {WRONG}", names)
    execute("with expected_error(ZeroDivisionError): 1 / 0", names)
    known, unknown = capsys.readouterr().out.split("ZeroDivisionError: ")
    assert re.match(r"RuntimeError: input\.size\(-1\) must be .*, got \d+\n\nThe last axis of zeros\(", known)
    assert unknown == "division by zero\n"


def test_expected_error_misses_an_error_and_lets_others_through():
    with pytest.raises(AssertionError, match="A RuntimeError was expected.*no longer fails"), EXPECTED():
        pass
    with pytest.raises(KeyError, match="days"), EXPECTED():
        {}["days"]
    for kind in ("RuntimeError", RuntimeError("x"), (RuntimeError, KeyError), int, KeyboardInterrupt, None):
        said = "kind must be a class of exceptions, such as RuntimeError, got"
        with pytest.raises(TypeError, match=said), clinic.expected_error(kind):
            pass


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
        return re.sub(r"\x1b\[[\d;]*m|0x[0-9a-f]+|(?<=In\[)\d+", "", printed.out + printed.err)

    return run


def test_loading_and_unloading(shell, shown):
    plain, before = shown(WRONG), {"showtraceback", clinic._PLACE} & set(vars(shell))
    clinic.unload_ipython_extension(shell)
    for _ in range(2):
        clinic.load_ipython_extension(shell)
    noted = shown(WRONG)
    assert (plain.count(NOTE), noted.count(NOTE)) == (0, 1)
    assert noted.startswith(plain.rstrip())
    assert shown("import sys; raise sys.last_value").count(NOTE) == 1
    assert shown("%tb").count(NOTE) == 1
    for _ in range(2):
        clinic.unload_ipython_extension(shell)
    assert NOTE not in shown(WRONG)
    assert {"showtraceback", clinic._PLACE} & set(vars(shell)) == before == set()
    for command in ("load_ext", "reload_ext", "reload_ext"):
        shell.run_line_magic(command, "helpers.clinic")
    assert shown(WRONG).count(NOTE) == 1
    shell.run_line_magic("unload_ext", "helpers.clinic")
    assert {"showtraceback", clinic._PLACE} & set(vars(shell)) == set()


def test_who_came_later_stays(shell, shown):
    clinic.load_ipython_extension(shell)
    mine = shell.showtraceback
    shell.showtraceback = lambda *error, **options: mine(*error, **options)
    later = shell.showtraceback
    assert NOTE in shown(WRONG)
    clinic.unload_ipython_extension(shell)
    assert shell.showtraceback is later
    assert "got" in (without := shown(WRONG))
    assert NOTE not in without


def test_a_handler_of_somebody_else_stays(shell, shown):
    seen = []
    shell.set_custom_exc((KeyError,), lambda self, *error, tb_offset=None: seen.append(error[0]))
    clinic.load_ipython_extension(shell)
    assert shown("{}['days']") == ""
    assert seen == [KeyError]
    assert NOTE in shown(WRONG)


@pytest.mark.parametrize("failure", [ValueError, RecursionError, KeyboardInterrupt, SystemExit])
def test_a_broken_clinic_does_not_show(failure, shell, shown, monkeypatch):
    def broken(*arguments):
        raise failure

    plain = shown(WRONG)
    clinic.load_ipython_extension(shell)
    monkeypatch.setattr(clinic.rules, "note_on", broken)
    monkeypatch.setattr(clinic.rules, "STRICT", False)
    assert shown(WRONG) == plain


def test_a_rule_that_fails_is_seen_by_authors_and_not_by_learners(monkeypatch):
    def failing(incident, match):
        yield None
        raise ZeroDivisionError("a rule's own fault")

    monkeypatch.setattr(clinic.rules, "RULES", [(RuntimeError, "", failing), *clinic.rules.RULES])
    error = caught(WRONG, learner(0)[1])
    for way in (clinic.explain, clinic.add_note):
        with pytest.raises(ZeroDivisionError, match="own fault"):
            way(error)
    monkeypatch.setattr(clinic.rules, "STRICT", False)
    assert clinic.explain(error) is None
    clinic.add_note(error)
    assert not hasattr(error, "__notes__")


def test_an_error_that_takes_no_note_stays_as_it_is(monkeypatch):
    class Unnoted(RuntimeError):
        def add_note(self, note):
            raise ValueError("no notes")

    error = caught(WRONG, learner(0)[1])
    other = Unnoted(str(error)).with_traceback(error.__traceback__)
    assert NOTE in clinic.explain(other)
    monkeypatch.setattr(clinic.rules, "STRICT", False)
    clinic.add_note(other)
    assert not hasattr(other, "__notes__")


def test_what_cannot_be_compiled_is_shown_as_ever(shell, shown):
    plain = shown("net(days")
    clinic.load_ipython_extension(shell)
    assert shown("net(days") == plain


SETUP = """import torch
import ipywidgets
from torch import nn
%load_ext helpers.clinic
rnn = nn.LSTM(3, 5)
def wrong(size):
    rnn(torch.zeros(7, 4, size))
output = ipywidgets.Output()"""
WAYS = {
    "a cell": "wrong(6)",
    "a script": "%run mine.py",
    "an Output": "with output:\n    wrong(6)",
    "interact": "ipywidgets.interactive(wrong, size=ipywidgets.IntSlider(6, 1, 9)).update()",
    "a timed statement": "%time wrong(6)",
}


def test_in_a_real_kernel(tmp_path):
    (tmp_path / "mine.py").write_text("import torch\nfrom torch import nn\nnn.LSTM(3, 5)(torch.zeros(7, 4, 6))\n")
    cells = [
        SETUP,
        *WAYS.values(),
        "for shown in output.outputs: print(shown)",
        "1 / 0",
        "%unload_ext helpers.clinic",
        "wrong(6)",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    resources = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(notebook, allow_errors=True, timeout=120, kernel_name="python3", resources=resources).execute()
    shown = dict(
        zip(
            ["setup", *WAYS, "captured", "other", "unload", "after"],
            map(str, [c.outputs for c in notebook.cells]),
            strict=True,
        )
    )
    for way in ("a cell", "a script", "captured", "a timed statement"):
        assert "got 6" in shown[way], way
        assert "reads input_size 3, and gets 6" in shown[way], way
    inside = str(notebook.metadata["widgets"])
    assert "reads input_size 3, and gets 6" in inside  # the output of interactive is a widget of its own
    assert "division by zero" in shown["other"]
    assert "gets 6" not in shown["other"] + shown["after"]
    assert "got 6" in shown["after"]


def run(*arguments, cwd):
    command = [sys.executable, "-m", "helpers.clinic", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, timeout=120)


def test_a_script(tmp_path):
    (tmp_path / "beside.py").write_text("SIZE = 6\n")
    lines = ["import sys, torch", "from beside import SIZE", "from torch import nn", "print(sys.argv[1:], __name__)"]
    (tmp_path / "mine.py").write_text("\n".join([*lines, "gru = nn.GRU(3, 5)", "gru(torch.zeros(7, 4, SIZE))", ""]))
    told = run("mine.py", "a", "b", cwd=tmp_path)
    assert (told.returncode, told.stdout) == (1, "['a', 'b'] __main__\n")
    assert told.stderr.splitlines()[1] == f'  File "{tmp_path / "mine.py"}", line 6, in <module>'
    assert "got 6\n\nThe last axis of torch.zeros(7, 4, SIZE), (7, 4, 6)," in told.stderr
    assert told.stderr.rstrip().endswith("gru = nn.GRU(6, 5)")
    (tmp_path / "mine.py").write_text("print('done')")
    assert run("mine.py", cwd=tmp_path).stdout == "done\n"
    (tmp_path / "mine.py").write_text("raise SystemExit(3)")
    assert run("mine.py", cwd=tmp_path).returncode == 3
    (tmp_path / "mine.py").write_text("{}['days']")
    assert run("mine.py", cwd=tmp_path).stderr.rstrip().endswith("KeyError: 'days'")


def test_no_script(tmp_path):
    assert "There is no file other.py." in run("other.py", cwd=tmp_path).stderr
    assert "python -m helpers.clinic script.py" in run("--help", cwd=tmp_path).stdout


def test_check_shows_the_note_too():
    names = learner(0)[1] | {"check": check}
    execute("def states(cell, dataset, h):\n    return cell(dataset, h)", names)
    said = check("loop_all_states", names["states"]).words
    assert "Your code raised ValueError: RNNCell: Expected input to be 1D or 2D, got 3D instead" in said
    assert "\n\ndataset has three axes, (" in said
    assert "\n    for step in dataset:\n        h = cell(step, h)" in said


def test_a_script_whose_text_is_gone():
    names = learner(0)[1]
    execute("def wrong():\n    return lstm(days, (state.transpose(0, 1), state.transpose(0, 1)))", names)
    import linecache

    file = names["wrong"].__code__.co_filename
    linecache.cache[file] = (9, None, ["%%a magic\n"], file)
    note = clinic.explain(caught("wrong()", names))
    assert note.startswith("lstm reads days as (seq_len ")
    assert "    " not in note
