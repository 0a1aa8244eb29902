"""One JupyterLab for all browser tests of a worker, and one Notebook 7; what is not installed skips, and fails in CI."""

import pytest
from lab import browser_page, find_browser, open_lesson, run_all, running_lab
from skipping import need, skip_or_fail


@pytest.fixture(scope="session")
def browser():
    if find_browser() is None:
        skip_or_fail("no Chromium is installed (Debian: apt-get install chromium)")


@pytest.fixture(scope="session")
def lab(browser, tmp_path_factory):
    with running_lab(tmp_path_factory.mktemp("lab")) as address:
        yield address


@pytest.fixture(scope="session")
def notebook7(browser, tmp_path_factory):
    need("notebook")
    with running_lab(tmp_path_factory.mktemp("notebook7"), "notebook") as address:
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
