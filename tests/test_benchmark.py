"""The benchmark is no part of the tests; that its one command can start each of its parts is."""

import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARK = Path(__file__).resolve().parent / "benchmark"
PARTS = runpy.run_path(str(BENCHMARK / "__main__.py"), run_name="parts")["PARTS"]


def asked(*arguments):
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("part", PARTS)
def test_part_starts(part):
    told = asked(BENCHMARK / f"{part}.py", "--help")
    assert told.returncode == 0, told.stderr
    assert "usage:" in told.stdout


def test_a_part_that_fails_does_not_end_the_others(tmp_path):
    shutil.copy(BENCHMARK / "__main__.py", tmp_path)
    for part in PARTS:
        (tmp_path / f"{part}.py").write_text(f"print('measured {part}')" if part != "growth" else "raise SystemExit(3)")
    told = asked(tmp_path)
    assert told.returncode == 1
    assert told.stderr == "failed: growth\n"
    assert [line for line in told.stdout.splitlines() if line.startswith("measured")] == [
        f"measured {part}" for part in PARTS if part != "growth"
    ]


def test_unknown_part_gets_a_sentence():
    told = asked(BENCHMARK, "slider")
    assert told.returncode == 2
    assert "there is no part slider; there are sliders, inside, dragging, growth" in told.stderr
