"""What the course asks of Jupyter's server: a kernel's messages go out at once, in either front end."""

import json
import subprocess
import sys
import urllib.request
from urllib.parse import urlsplit

import pytest
import websocket
from lab import FRONT_ENDS, HELD_BACK, running_lab
from skipping import need
from watching import WATCH

SECONDS = 60


def say_something_to_a_kernel(address):
    """Start a kernel on the server at `address`, send it one message, and wait for what it answers."""
    parts = urlsplit(address)
    token = parts.query.partition("token=")[2]
    place = f"{parts.netloc}/api/kernels"
    request = urllib.request.Request(f"http://{place}", b"{}", {"Authorization": f"token {token}"})
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:
        number = json.load(answer)["id"]
    connection = websocket.create_connection(f"ws://{place}/{number}/channels?token={token}", timeout=SECONDS)
    header = {"msg_id": "1", "msg_type": "kernel_info_request", "session": "s", "username": "u", "version": "5.3"}
    message = {"channel": "shell", "header": header, "parent_header": {}, "metadata": {}, "content": {}}
    connection.send(json.dumps(message))
    while json.loads(connection.recv())["parent_header"].get("msg_id") != "1":
        pass
    connection.close()


@pytest.mark.parametrize("module", FRONT_ENDS)
@pytest.mark.parametrize(("options", "held_back"), [((), False), ((HELD_BACK,), True)])
def test_messages_are_not_held_back(tmp_path, module, options, held_back):
    need(module)
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "jupyter_server_config.py").write_text(WATCH, encoding="utf-8")
    with running_lab(tmp_path, module, options) as address:
        say_something_to_a_kernel(address)
    assert f"held back: {held_back}\n" in (tmp_path / "lab.log").read_text(encoding="utf-8")


def test_the_server_does_not_load_pytorch():
    """It reads the settings, and starts as quickly as without them."""
    script = "import sys; from jupyterlab.labapp import main; main(['--show-config'])"
    script += "; raise SystemExit(int('torch' in sys.modules))"
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=SECONDS)
    assert "PromptConnection" in told.stdout
    assert told.returncode == 0
