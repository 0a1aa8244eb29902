"""Three learners in real browsers: the hub's login page, their servers, the first lesson, lesson 04."""

import contextlib
import json
from urllib.parse import urlencode

from hub import LEARNERS, git
from lab import START_SECONDS, explorers, move_and_see, outputs, run_all, run_lesson
from watching import WATCH

from helpers.words import say

START_PAGE = "course/notebooks/00_start_here.ipynb"
LESSON = "course/notebooks/04_multilayer_rnn.ipynb"

# Runs code in the kernel of the open notebook; returns what it prints.
ASK = """
async (code) => {
  const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  const future = kernel.requestExecute({ code });
  let printed = '';
  future.onIOPub = (message) => { if (message.header.msg_type === 'stream') printed += message.content.text };
  await future.done;
  return printed;
}
"""


def own_page(stack, page):
    """A page with cookies of its own in the same Chromium."""
    context = page.context.browser.new_context(viewport={"width": 1400, "height": 1000})
    stack.callback(context.close)
    return context.new_page()


def log_in(page, hub, name):
    """Type name and password into the hub's login page; return when the first lesson is open and its kernel ready."""
    page.goto(hub.address)
    page.get_by_label("Username:").fill(name)
    page.locator("input[name=password]").fill(hub.password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"**/user/{name}/lab/tree/{START_PAGE}*", timeout=START_SECONDS * 1000)
    page.wait_for_function(
        "() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'",
        timeout=START_SECONDS * 1000,
    )


def follow_the_link(page, hub):
    """The teacher has one lesson more, and gives out a link: it pulls, and opens the new lesson."""
    name = "08_new.ipynb"
    notebook = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (hub.repository / "notebooks" / name).write_text(json.dumps(notebook), encoding="utf-8")
    git(hub.repository, "add", "--all")
    git(hub.repository, "commit", "-q", "-m", "One lesson more")
    target = f"lab/tree/course/notebooks/{name}"
    query = {"repo": str(hub.repository), "branch": "main", "targetPath": "course", "urlpath": target}
    page.goto(f"{hub.address}/hub/user-redirect/git-pull?{urlencode(query)}")
    page.wait_for_url(f"**/{target}*", timeout=START_SECONDS * 1000)
    page.wait_for_selector(".jp-Notebook", timeout=START_SECONDS * 1000)


def test_what_kernels_say_goes_out_at_once(hub):
    """The course's setting reaches the servers of the hub as well; a learner's own settings are read beside it."""
    settings = hub.homes / "cleo" / ".jupyter" / "jupyter_server_config.py"
    settings.parent.mkdir(parents=True)
    settings.write_text(WATCH, encoding="utf-8")
    cleo = hub.logged_in("cleo")
    cleo.start_server()
    kernel = cleo.open_kernel(LESSON)
    kernel.run("1")
    kernel.close()
    assert "held back: False\n" in hub.log.read_text(encoding="utf-8")


def test_three_learners_at_once(hub, page):
    with contextlib.ExitStack() as stack:
        pages = {name: own_page(stack, page) for name in LEARNERS}
        for name, own in pages.items():
            log_in(own, hub, name)
        run_all(pages["ana"])
        assert say("environment.ready") in str(outputs(pages["ana"])[0])
        for name, own in pages.items():
            address = f"{hub.address}/user/{name}/lab/tree/{{path}}?reset"
            run_lesson(own, address, LESSON)
            _, box = next(explorers(own))
            move_and_see(own, box, box.locator(".noUi-handle").first)
            seen = own.evaluate(ASK, "import os; print(os.environ['OMP_NUM_THREADS'], os.environ['JUPYTERHUB_USER'])")
            assert seen == f"1 {name}\n"
            assert own.evaluate(ASK, "import torch; print(torch.get_num_threads())") == "1\n"
            assert own.evaluate(ASK, "!git config merge.default").split() == ["binary"]  # for pulls by a link, too
        follow_the_link(pages["ben"], hub)
        servers = [hub.server(name) for name in LEARNERS]
        assert len({server.pid for server in servers}) == len(LEARNERS)
    assert {home.name for home in hub.homes.iterdir()} == set(LEARNERS)
