"""JupyterLab or Notebook 7 on a free port in a temporary folder, and Chromium to drive it."""

import contextlib
import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

ROOT = Path(__file__).resolve().parent.parent.parent
LESSONS = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# For each module that serves notebooks: its application, and the address of a notebook below the server's root.
FRONT_ENDS = {
    "jupyterlab": ("LabApp", "lab/tree/{path}?reset&"),
    "notebook": ("JupyterNotebookApp", "notebooks/{path}?"),
}
# An option that puts the server back to what Jupyter has by itself, without `helpers/serving/`.
HELD_BACK = (
    "--ServerApp.kernel_websocket_connection_class="
    "jupyter_server.services.kernels.connection.channels.ZMQChannelsWebsocketConnection"
)
START_SECONDS, RUN_SECONDS = 120, 300


def find_browser():
    """The path of an installed Chromium, or None. The environment variable COURSE_BROWSER names another place."""
    named = os.environ.get("COURSE_BROWSER")
    return named or next((path for name in BROWSERS if (path := shutil.which(name))), None)


@contextlib.contextmanager
def running_lab(folder, module="jupyterlab", options=()):
    """Start one of `FRONT_ENDS` on a copy of the lessons below `folder`; yield its address, token included.

    options: of the server's command line. Its own settings are read from `folder/config`, and what it says goes to `folder/lab.log`.
    """
    application, address = FRONT_ENDS[module]
    course = folder / "course"
    for name in ("notebooks", "images"):
        shutil.copytree(ROOT / name, course / name)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    token = secrets.token_hex(16)
    places = {f"JUPYTER_{kind}_DIR": str(folder / kind.lower()) for kind in ("CONFIG", "DATA", "RUNTIME")}
    environment = os.environ | places | {"IPYTHONDIR": str(folder / "ipython"), "OMP_NUM_THREADS": "1"}
    own = ["--no-browser", "--ip=127.0.0.1", f"--port={port}", f"--IdentityProvider.token={token}"]
    own += ["--allow-root", f"--{application}.expose_app_in_browser=True"]
    page_config = folder / "config" / "labconfig" / "page_config.json"
    page_config.parent.mkdir(parents=True)
    page_config.write_text(json.dumps({"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}))
    with (folder / "lab.log").open("w", encoding="utf-8") as log:
        command = [sys.executable, "-m", module, *own, *options]
        server = subprocess.Popen(command, cwd=course, env=environment, stdout=log, stderr=log)
        try:
            wait_until_up(f"http://127.0.0.1:{port}/api?token={token}", server, folder / "lab.log")
            yield f"http://127.0.0.1:{port}/{address}token={token}"
        finally:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()


def wait_until_up(address, server, log):
    """Return when the server answers; raise with its log when it ends or stays silent."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            urllib.request.urlopen(address, timeout=5).close()
            return
        time.sleep(0.2)
    raise RuntimeError(log.read_text(encoding="utf-8")[-3000:])


@contextlib.contextmanager
def browser_page(width=1400, height=1000, scale=1, **options):
    """A page in a headless Chromium of its own; options: of Playwright's `new_page`."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=ARGUMENTS)
        viewport = {"width": width, "height": height}
        page = browser.new_page(viewport=viewport, device_scale_factor=scale, **options)
        try:
            yield page
        finally:
            browser.close()


def open_lesson(page, address, path):
    """Open a notebook and wait until its kernel is ready."""
    page.goto(address.format(path=path))
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=START_SECONDS * 1000)
    page.wait_for_function(
        "() => { const panel = window.jupyterapp?.shell.currentWidget;"
        " return panel?.sessionContext?.session?.kernel?.status === 'idle' }",
        timeout=START_SECONDS * 1000,
    )


def run_all(page):
    """Run every cell; return when the last one is done."""
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')", None)
    wait_until_idle(page)


def wait_until_idle(page):
    """Return when no cell is waiting or running."""
    page.wait_for_function(
        "() => { const cells = window.jupyterapp.shell.currentWidget.content.widgets;"
        " return cells.every(cell => cell.model.type !== 'code' || cell.model.executionState !== 'running')"
        " && window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'idle' }",
        timeout=RUN_SECONDS * 1000,
    )


def outputs(page):
    """The outputs of all code cells, as the notebook's model holds them."""
    return page.evaluate(
        "() => window.jupyterapp.shell.currentWidget.content.widgets.filter(c => c.model.type === 'code')"
        ".map(c => c.model.outputs.toJSON())"
    )


def show_cell(page, text):
    """Scroll to the code cell whose source is `text`, and return a locator for it."""
    number = page.evaluate(
        "(text) => { const notebook = window.jupyterapp.shell.currentWidget.content;"
        " const index = notebook.widgets.findIndex(c => c.model.type === 'code' && c.model.sharedModel.source === text);"
        " notebook.activeCellIndex = index; notebook.scrollToItem(index, 'start'); return index }",
        text,
    )
    cell = page.locator(f'.jp-Notebook .jp-Cell[data-windowed-list-index="{number}"]')
    cell.wait_for(timeout=20_000)
    return cell


def sources(page):
    """The sources of all code cells."""
    return page.evaluate(
        "() => window.jupyterapp.shell.currentWidget.content.widgets"
        ".filter(c => c.model.type === 'code').map(c => c.model.sharedModel.source)"
    )


def run_lesson(page, address, path):
    """Open a lesson and run it from top to bottom without an error."""
    open_lesson(page, address, path)
    run_all(page)
    assert [output for cell in outputs(page) for output in cell if output["output_type"] == "error"] == []


def explorers(page):
    """Scroll to each cell that is an explorer or a shape trainer, and yield it with its box on the page."""
    found = [source for source in sources(page) if re.match(r"(explore_\w+|shape_trainer)\(", source)]
    assert found
    for source in found:
        cell = show_cell(page, source)
        box = cell.locator(".course-widget")
        box.locator("button").first.wait_for()
        if source.startswith("explore_"):
            box.locator("canvas[data-drawn]").first.wait_for()
        yield cell, box


def move_every_slider(page, screenshot, held=""):
    """See every slider of a lesson's explorers change picture and caption.

    held: what is held down with the arrow keys, "Shift+" for instance.
    """
    moved = 0
    for _, box in explorers(page):
        handles = box.locator(".noUi-handle")
        for number in range(handles.count()):
            move_and_see(page, box, handles.nth(number), held)
            moved += 1
        page.screenshot(path=screenshot)
        assert screenshot.stat().st_size > 20_000
    assert moved


def move_and_see(page, box, handle, held=""):
    """Move a slider one step with an arrow key: picture, caption and the value that a screen reader says must change."""
    picture, caption = box.locator("canvas").first, box.locator("[role=status]").first
    revision_before, words_before = picture.get_attribute("data-revision"), caption.text_content()
    place, value = caption.element_handle(), handle.get_attribute("aria-valuetext")
    at_end = handle.get_attribute("aria-valuenow") == handle.get_attribute("aria-valuemax")
    handle.focus()
    page.keyboard.press(held + ("ArrowLeft" if at_end else "ArrowRight"))
    expect(picture).not_to_have_attribute("data-revision", revision_before)
    expect(caption).not_to_have_text(words_before)
    assert handle.get_attribute("aria-valuetext") != value
    # A live region is said when its words change; a new one in its place would stay silent.
    assert place.evaluate("node => node.isConnected && node.getAttribute('aria-live') === 'polite'")
