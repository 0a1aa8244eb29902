"""Settings for the notebooks that pytest runs through nbval; the tests' own stand in `tests/`."""

import os

# The kernels inherit this. With more threads than one, networks as small as ours slow down many times over
# as soon as another process is busy, as it is when tests run side by side.
os.environ.setdefault("OMP_NUM_THREADS", "1")


def pytest_collectstart(collector):
    """Leave HTML out of the comparison: it holds the pixels of a picture. Its words stand in text/plain, which is compared."""
    if hasattr(collector, "skip_compare"):
        collector.skip_compare += ("text/html",)
