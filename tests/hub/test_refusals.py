"""Nobody lands where they do not belong. Every refusal has a twin that is let in, so that the door is what is tested."""

import pytest
import requests
import websocket

LESSON = "course/notebooks/04_multilayer_rnn.ipynb"
PAGES = ("lab", f"files/{LESSON}", "git-pull?repo=x")
API = (f"api/contents/{LESSON}", "api/kernels", "api/sessions", "api/terminals", "api/me")


@pytest.fixture(scope="module")
def ben(hub):
    """A learner at work: server and kernel run, and the kernel holds what nobody else may see."""
    ben = hub.logged_in("ben")
    ben.start_server()
    ben.kernel = ben.open_kernel(LESSON)
    ben.kernel.run("answer = 42")
    yield ben
    ben.kernel.close()


@pytest.fixture(scope="module")
def ana(hub):
    """A learner who has logged in and has a server of her own."""
    ana = hub.logged_in("ana")
    ana.start_server()
    return ana


@pytest.fixture(scope="module")
def ana_by_token(hub, ana):
    """The same learner with the token that the hub gives her on request, and without cookies."""
    answer = ana.send("POST", "/hub/api/users/ana/tokens", {})
    assert answer.status_code == 201
    return bearer(hub, answer.json()["token"])


@pytest.fixture(scope="module")
def ana_by_kernel(hub, ana):
    """Code in her kernel, with the token that stands in its environment."""
    kernel = ana.open_kernel(LESSON)
    token = kernel.printed("import os; print(os.environ['JUPYTERHUB_API_TOKEN'], end='')")
    kernel.close()
    return bearer(hub, token)


@pytest.fixture
def intruder(request):
    return request.getfixturevalue(request.param)


def bearer(hub, token):
    learner = hub.learner("ana")
    learner.session.headers["Authorization"] = f"token {token}"
    return learner


def websocket_status(learner, path):
    """The status code that a websocket's handshake gets; 101 when it is open."""
    try:
        learner.open_websocket(path).close()
    except websocket.WebSocketBadStatusException as refused:
        return refused.status_code
    return 101


def channels(ben, home="/user/ben/"):
    return f"{home}api/kernels/{ben.kernel.number}/channels?session_id=x"


EVERYBODY = ["stranger", "ana", "ana_by_token", "ana_by_kernel"]


@pytest.fixture(scope="module")
def stranger(hub):
    """Somebody who never logged in."""
    return hub.learner("ana")


def test_the_owner_comes_in(ben):
    for path in (*PAGES[:2], *API):
        assert ben.get(ben.home + path).status_code == 200, path
    assert websocket_status(ben, channels(ben)) == 101
    assert ben.kernel.printed("print(answer)") == "42\n"
    assert ben.send("GET", "/hub/api/users/ben").json()["name"] == "ben"
    assert ben.api("PUT", "contents/own.txt", {"type": "file", "format": "text", "content": "x"}).status_code == 201


@pytest.mark.parametrize(
    ("name", "password"),
    [("ana", "wrong"), ("ana", ""), ("eve", None), ("root", None), ("", None), ("ana/../ben", None)],
)
def test_wrong_password_or_unknown_user(hub, name, password):
    learner = hub.learner(name)
    answer = learner.log_in(hub.password if password is None else password)
    assert answer.status_code == 403
    assert not any("login" in cookie.name for cookie in learner.session.cookies)
    assert learner.get("/hub/home", allow_redirects=False).status_code == 302


def test_login_needs_its_own_form(hub):
    form = {"username": "ana", "password": hub.password}
    assert requests.post(f"{hub.address}/hub/login", data=form, timeout=20).status_code == 403


def test_without_login_every_page_leads_to_the_login(hub, ben, stranger):
    for path in ["/hub/home", "/hub/token", "/hub/admin", "/hub/spawn/ben", *(ben.home + page for page in PAGES)]:
        assert stranger.get(path, allow_redirects=False).status_code == 302, path
        landed = stranger.get(path)
        assert landed.url.startswith(f"{hub.address}/hub/login?"), path
        assert 'name="password"' in landed.text


@pytest.mark.parametrize("intruder", EVERYBODY[1:], indirect=True)
def test_pages_of_another_learner(ben, intruder):
    for path in ("", *PAGES):
        assert intruder.get(ben.home + path).status_code == 403, path


@pytest.mark.parametrize("intruder", EVERYBODY, indirect=True)
def test_files_and_kernels_of_another_learner(hub, ben, intruder):
    for path in (*API, f"api/kernels/{ben.kernel.number}"):
        assert intruder.get(ben.home + path).status_code == 403, path
    for method, path in [
        ("PUT", "api/contents/planted.txt"),
        ("DELETE", f"api/contents/{LESSON}"),
        ("POST", "api/kernels"),
        ("POST", f"api/kernels/{ben.kernel.number}/interrupt"),
        ("DELETE", f"api/kernels/{ben.kernel.number}"),
    ]:
        body = {"type": "file", "format": "text", "content": "x"}
        assert intruder.send(method, ben.home + path, body).status_code == 403, (method, path)
    assert not (hub.homes / "ben" / "planted.txt").exists()
    assert (hub.homes / "ben" / LESSON).exists()
    assert ben.kernel.printed("print(answer)") == "42\n"


@pytest.mark.parametrize("intruder", EVERYBODY, indirect=True)
def test_websockets_of_another_learner(ben, intruder):
    assert websocket_status(intruder, channels(ben)) == 403
    assert websocket_status(intruder, f"{ben.home}terminals/websocket/1") == 403


def test_own_server_does_not_lead_to_another(hub, ben, ana):
    assert websocket_status(ana, channels(ben, ana.home)) == 404
    assert ana.get(f"{ana.home}api/contents/..%2Fben%2F{LESSON}").status_code == 404
    assert ana.get(f"{ana.home}files/..%2Fben%2F{LESSON}").status_code == 403
    assert ana.get(f"{ana.home}files/{LESSON}").status_code == 200


@pytest.mark.parametrize(
    ("intruder", "hidden"), [*zip(EVERYBODY, (403, 404, 404, 404), strict=True)], indirect=["intruder"]
)
def test_the_hub_itself(hub, ben, intruder, hidden):
    assert intruder.send("GET", "/hub/api/users").status_code == 403
    assert intruder.send("GET", "/hub/api/proxy").status_code == 403
    assert intruder.send("GET", "/hub/api/users/ben").status_code == hidden  # as if there were no such learner
    for method, path in [
        ("POST", "/hub/api/users/ben/server"),
        ("DELETE", "/hub/api/users/ben/server"),
        ("POST", "/hub/api/users/ben/tokens"),
        ("DELETE", "/hub/api/users/ben"),
        ("POST", "/hub/api/users/eve"),
        ("POST", "/hub/api/shutdown"),
    ]:
        assert intruder.send(method, path, {}).status_code in (403, hidden), (method, path)
    assert hub.server("ben") is not None


def test_pages_of_the_hub_for_others(ana):
    assert ana.get("/hub/admin").status_code == 403
    assert ana.get("/hub/spawn/ben").status_code == 404


def test_the_proxy_takes_orders_from_the_hub_alone(hub, ana_by_token):
    token = {"Authorization": ana_by_token.session.headers["Authorization"]}
    for headers in ({}, token):
        assert requests.get(f"{hub.proxy_api}/api/routes", headers=headers, timeout=20).status_code == 403
        answer = requests.post(
            f"{hub.proxy_api}/api/routes/user/ana", json={"target": "x"}, headers=headers, timeout=20
        )
        assert answer.status_code == 403


def test_what_the_hub_and_the_servers_write_is_closed_to_other_accounts(hub, ben):
    written = [*(hub.log.parent / "state").iterdir(), *(hub.homes / "ben" / "course").iterdir()]
    assert any(path.name == "jupyterhub.sqlite" for path in written)
    assert [path for path in written if path.stat().st_mode & 0o077] == []


def test_kernels_see_no_secret_and_no_one_reads_along(hub, ana):
    kernel = ana.open_kernel(LESSON)
    seen = kernel.printed("import os; print(*os.environ.items(), sep='\\n')")
    hidden = ("COURSE_PASSWORD", "JPY_COOKIE_SECRET", "CONFIGPROXY_AUTH_TOKEN", hub.password)
    assert "OMP_NUM_THREADS" in seen
    assert [name for name in hidden if name in seen] == []
    connection = kernel.printed("import ipykernel; print(open(ipykernel.get_connection_file()).read())")
    assert "curve_secretkey" in connection  # without it anybody on the machine can listen to the kernel's socket
    kernel.close()
