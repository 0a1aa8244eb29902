"""One hub with the classroom's configuration for the tests of a file; what is not installed skips, and fails in CI."""

import os

import pytest
from hub import LEARNERS, running_hub, what_is_missing
from lab import browser_page, find_browser
from skipping import skip_or_fail

if os.name == "nt":
    collect_ignore_glob = ["test_*.py"]  # JupyterHub runs on Linux and macOS


@pytest.fixture(scope="session")
def installed():
    missing = what_is_missing()
    if missing is not None:
        skip_or_fail(missing)


@pytest.fixture(scope="module")
def hub(installed, tmp_path_factory):
    with running_hub(tmp_path_factory.mktemp("hub"), LEARNERS) as hub:
        yield hub


@pytest.fixture
def page():
    if find_browser() is None:
        skip_or_fail("no Chromium is installed (Debian: apt-get install chromium)")
    with browser_page() as page:
        yield page
