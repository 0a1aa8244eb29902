"""The benchmark is no part of the tests; that its one command can start each of its parts is."""

import runpy
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARK = Path(__file__).resolve().parent / "benchmark"
PARTS = runpy.run_path(str(BENCHMARK / "__main__.py"), run_name="parts")["PARTS"]
# As the one command does it, but asking each part for its help.
START = "import importlib, sys; sys.path.insert(0, sys.argv[1]); importlib.import_module(sys.argv[2]).main(['--help'])"


@pytest.mark.parametrize("part", PARTS)
def test_part_starts(part):
    told = subprocess.run([sys.executable, "-c", START, BENCHMARK, part], capture_output=True, text=True, timeout=60)
    assert told.returncode == 0, told.stderr
    assert "usage:" in told.stdout


def test_unknown_part_gets_a_sentence():
    told = subprocess.run([sys.executable, BENCHMARK, "slider"], capture_output=True, text=True, timeout=60)
    assert told.returncode == 2
    assert "there is no part slider; there are sliders, growth" in told.stderr
