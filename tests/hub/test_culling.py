"""Servers that nobody uses are stopped; one with an open page, or with a kernel that is heard of, is not. Files stay."""

import pytest
from hub import LEARNERS, running_hub, wait_for
from learner import execution

IDLE = 24  # seconds; an open page of JupyterLab asks its server something every 10
PATIENCE = 3 * IDLE + 30
LESSON = "course/notebooks/04_multilayer_rnn.ipynb"
AT_WORK = "import time\nfor second in range(600):\n    print(second, flush=True)\n    time.sleep(1)"


@pytest.fixture
def impatient_hub(installed, tmp_path):
    """A hub that stops servers after a few seconds."""
    with running_hub(tmp_path, LEARNERS, COURSE_IDLE_SECONDS=str(IDLE)) as hub:
        yield hub


def running(hub):
    """The learners whose servers run."""
    return {name for name in LEARNERS if hub.server(name) is not None}


def test_idle_servers_are_stopped_and_others_are_not(impatient_hub, page):
    hub = impatient_hub
    ana, ben, cleo = (hub.logged_in(name) for name in LEARNERS)
    for learner in (ben, cleo):
        learner.start_server()
    kernel = cleo.open_kernel(LESSON)
    kernel.send("execute_request", execution(AT_WORK))
    kernel.close()  # cleo leaves her page; what she started goes on
    cookies = [{"name": c.name, "value": c.value, "domain": c.domain, "path": c.path} for c in ben.session.cookies]
    page.context.add_cookies(cookies)
    page.goto(f"{hub.address}/user/ben/lab/tree/{LESSON}")
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
    ana.start_server()
    saved = ana.api("PUT", "contents/kept.txt", {"type": "file", "format": "text", "content": "mine"})
    assert saved.status_code == 201

    # She came last: were the others taken for idle, they would be gone before her.
    wait_for(lambda: "ana" not in running(hub), PATIENCE)
    assert running(hub) == {"ben", "cleo"}
    page.close()
    wait_for(lambda: "ben" not in running(hub), PATIENCE)
    assert running(hub) == {"cleo"}
    ana.start_server()
    assert ana.api("GET", "contents/kept.txt").json()["content"] == "mine"
