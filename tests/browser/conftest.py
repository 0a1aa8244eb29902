"""One JupyterLab for all browser tests of a worker; without a browser they are skipped, and in CI they fail."""

import os

import pytest
from lab import browser_page, find_browser, open_lesson, run_all, running_lab


@pytest.fixture(scope="session")
def browser():
    if find_browser() is None:
        reason = "no Chromium is installed (Debian: apt-get install chromium)"
        if os.environ.get("CI"):
            pytest.fail(f"{reason}, and CI is set")
        pytest.skip(reason)


@pytest.fixture(scope="session")
def lab(browser, tmp_path_factory):
    with running_lab(tmp_path_factory.mktemp("lab")) as address:
        yield address


@pytest.fixture
def page(browser):
    with browser_page() as page:
        yield page


@pytest.fixture
def rain(lab, page):
    """The rain lesson, run from top to bottom."""
    open_lesson(page, lab, "notebooks/01_rain_example.ipynb")
    run_all(page)
    return page
