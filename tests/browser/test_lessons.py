"""Every lesson as a learner has it: JupyterLab in Chromium, Run All, arrow keys on every slider."""

import pytest
from lab import LESSONS, run_all_and_move_every_slider


@pytest.mark.parametrize("name", LESSONS)
def test_run_all_and_move_every_slider(lab, page, tmp_path, name):
    run_all_and_move_every_slider(page, lab, f"notebooks/{name}", tmp_path / "explorer.png")
