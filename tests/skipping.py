"""What to do with a test that this machine cannot run."""

import os

import pytest


def skip_or_fail(reason):
    """Skip the test; where CI is set, fail it."""
    if os.environ.get("CI"):
        pytest.fail(f"{reason}, and CI is set")
    pytest.skip(reason)
