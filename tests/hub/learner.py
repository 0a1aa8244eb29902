"""A learner as the network sees one: a browser's cookies, pages, and the kernel's websocket. No browser is needed."""

import contextlib
import json
import struct
import time
import uuid

import requests
import websocket

PATIENCE = 120  # seconds for one answer


class Learner:
    """Somebody with cookies of their own who speaks to a hub at `address` as `name`."""

    def __init__(self, address, name):
        self.address, self.name = address, name
        self.session = requests.Session()
        self.session.trust_env = False  # a proxy of the machine has no business on loopback

    def is_served(self):
        """Whether the hub answers."""
        try:
            return self.get("/hub/login").status_code == 200
        except requests.RequestException:
            return False

    def get(self, path, **options):
        """GET a path of the hub or of a server, following redirects."""
        return self.session.get(self.address + path, timeout=PATIENCE, **options)

    def xsrf(self, path):
        """The token against forged requests that was given for a path, as a header."""
        tokens = [cookie.value for cookie in self.session.cookies if cookie.name == "_xsrf" and cookie.path == path]
        return {"X-XSRFToken": tokens[0]} if tokens else {}

    def send(self, method, path, body=None, home="/hub/"):
        """POST, PUT or DELETE with JSON, as the pages of JupyterHub and JupyterLab do."""
        return self.session.request(
            method, self.address + path, json=body, headers=self.xsrf(home), timeout=PATIENCE, allow_redirects=False
        )

    def log_in(self, password):
        """Fill in the login page; return the page that follows, without starting a server."""
        self.get("/hub/login")
        token = self.xsrf("/hub/").get("X-XSRFToken", "")
        form = {"username": self.name, "password": password, "_xsrf": token}
        address = f"{self.address}/hub/login?next=%2Fhub%2Ftoken"
        return self.session.post(address, data=form, timeout=PATIENCE)

    @property
    def home(self):
        """The path of this learner's server."""
        return f"/user/{self.name}/"

    def start_server(self, seconds=PATIENCE):
        """Press "Start My Server" and wait until it answers; return where the browser lands."""
        self.get(f"/hub/spawn/{self.name}", allow_redirects=False)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            model = self.send("GET", f"/hub/api/users/{self.name}").json()
            if model.get("servers", {}).get("", {}).get("ready"):
                return self.get(self.home)
            time.sleep(0.5)
        raise TimeoutError(f"the server of {self.name} did not start in {seconds} s: {model}")

    def api(self, method, path, body=None):
        """A request to the learner's own server's API."""
        return self.send(method, f"{self.home}api/{path}", body, self.home)

    def cookies_for(self, path):
        """The header with the cookies that a browser sends to `path`."""
        request = self.session.prepare_request(requests.Request("GET", self.address + path))
        return request.headers.get("Cookie", "")

    def open_websocket(self, path):
        """A websocket to a path, with this learner's cookies."""
        address = self.address.replace("http://", "ws://") + path
        return websocket.create_connection(
            address, timeout=PATIENCE, cookie=self.cookies_for(path), origin=self.address, enable_multithread=True
        )

    def open_kernel(self, lesson):
        """Open a lesson: its kernel starts, or the one that it has is found; return a `Kernel` that is connected to it."""
        body = {"path": lesson, "name": lesson, "type": "notebook", "kernel": {"name": "python3"}}
        answer = self.api("POST", "sessions", body)
        answer.raise_for_status()
        return Kernel(self, answer.json()["kernel"]["id"])


class KernelDied(Exception):
    """The server says that a kernel came to an end by itself."""


class Kernel:
    """The websocket to one kernel, and the widgets that it has made known."""

    def __init__(self, learner, number):
        self.learner, self.number, self.session = learner, number, uuid.uuid4().hex
        self.widgets = {}
        self.connect()

    def connect(self):
        """Open the websocket, or open it again."""
        path = f"{self.learner.home}api/kernels/{self.number}/channels?session_id={self.session}"
        self.socket = self.learner.open_websocket(path)

    def close(self):
        """Close the websocket."""
        with contextlib.suppress(OSError, websocket.WebSocketException):
            self.socket.close()

    def send(self, kind, content):
        """Send a message on the shell channel; return its id."""
        header = {
            "msg_id": uuid.uuid4().hex,
            "msg_type": kind,
            "session": self.session,
            "username": self.learner.name,
            "version": "5.3",
        }
        message = {"channel": "shell", "header": header, "parent_header": {}, "metadata": {}, "content": content}
        self.socket.send(json.dumps(message))
        return header["msg_id"]

    def messages(self, seconds):
        """All that comes in these seconds, one message after the other; TimeoutError at the end."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            self.socket.settimeout(left)
            try:
                message = read(self.socket.recv())
            except websocket.WebSocketTimeoutException:
                break
            if message["content"].get("execution_state") in ("restarting", "dead"):
                raise KernelDied(self.learner.name)
            if message["msg_type"] == "comm_open":
                self.widgets[message["content"]["comm_id"]] = message["content"]["data"].get("state", {})
            yield message
        raise TimeoutError(f"nothing more from the kernel of {self.learner.name} in {seconds} s")

    def run(self, code, seconds=PATIENCE):
        """Run code; return its outputs as a list of messages when it is done. RuntimeError when it raises."""
        number, found, idle, replied = self.send("execute_request", execution(code)), [], False, False
        for message in self.messages(seconds):
            if message["parent_header"].get("msg_id") != number:
                continue
            kind, content = message["msg_type"], message["content"]
            if kind == "error":
                raise RuntimeError(f"{content['ename']}: {content['evalue']}")
            if kind in ("stream", "execute_result", "display_data"):
                found.append(message)
            idle = idle or (kind == "status" and content["execution_state"] == "idle")
            replied = replied or kind == "execute_reply"
            if idle and replied:
                return found

    def printed(self, code):
        """What a piece of code prints."""
        return "".join(message["content"].get("text", "") for message in self.run(code))

    def widget(self, kind, **state):
        """The id of the newest widget of a model's kind with these values in its state."""
        return [
            number
            for number, known in self.widgets.items()
            if known.get("_model_name") == kind and state.items() <= known.items()
        ][-1]

    def move(self, slider, value, seconds=PATIENCE):
        """Set a slider; return the seconds until its explorer has sent the frame that answers it."""
        started = time.monotonic()
        data = {"method": "update", "state": {"value": value}, "buffer_paths": []}
        number = self.send("comm_msg", {"comm_id": slider, "data": data})
        for message in self.messages(seconds):
            answers = message["msg_type"] == "comm_msg" and message["parent_header"].get("msg_id") == number
            if answers and ["frame"] in message["content"]["data"].get("buffer_paths", []):
                return time.monotonic() - started


def read(data):
    """A message of a server's websocket; one with buffers is binary, and its buffers are left out.

    Source: `serialize_binary_message` in jupyter_server's `services/kernels/connection/base.py`.
    """
    if isinstance(data, str):
        return json.loads(data)
    count = struct.unpack("!I", data[:4])[0]
    starts = struct.unpack(f"!{count}I", data[4 : 4 + 4 * count])
    return json.loads(data[starts[0] : starts[1] if count > 1 else None])


def execution(code):
    """The content of an execute_request."""
    return {
        "code": code,
        "silent": False,
        "store_history": True,
        "user_expressions": {},
        "allow_stdin": False,
        "stop_on_error": True,
    }
