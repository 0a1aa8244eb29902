"""What to do with a test that this machine cannot run."""

import importlib.util
import os

import pytest


def skip_or_fail(reason, allow_module_level=False):
    """Skip the test, or with `allow_module_level` all tests of the module; where CI is set, fail."""
    if os.environ.get("CI"):
        pytest.fail(f"{reason}, and CI is set")
    pytest.skip(reason, allow_module_level=allow_module_level)


def need(package):
    """Skip the test, or fail it, where a package of the tests is not installed."""
    if importlib.util.find_spec(package) is None:
        skip_or_fail(f"{package} is not installed (pip install -r tests/requirements.txt)")
