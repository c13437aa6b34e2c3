"""Headers that every answer has, whatever it is, and what opens for pages of other origins."""

import json

import pytest
from checkin.app import create_app
from checkin.door.cors import origins
from checkin.door.forwarded import networks
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.flow.endpoints import EVERY, Endpoint
from tests.flow.world import Somebody, World
from tests.people import ANA

APP = "https://app.example"
EVIL = "https://evil.example"
EXPOSED = {"ETag", "Link", "Location", "Preference-Applied", "RateLimit", "RateLimit-Policy", "Retry-After"}

every = pytest.mark.parametrize("endpoint", EVERY, ids=str)


@pytest.fixture(scope="module")
def world() -> World:
    return World()


@pytest.fixture(scope="module")
def ana(world: World) -> Somebody:
    return world.register(ANA)


@pytest.fixture(scope="module")
def opened(world: World) -> FlaskClient:
    """A front door that pages of one other origin may use."""
    return create_app(world.front, networks({"10.0.0.1"}), origins({APP})).test_client()


@every
def test_every_answer_forbids_sniffing_framing_and_use_by_other_sites(
    ana: Somebody, endpoint: Endpoint
) -> None:
    for answer in (
        ana.ask(endpoint.method, endpoint.path, endpoint.body),
        ana.ask(endpoint.method, endpoint.path, endpoint.body, Authorization=""),
        ana.ask("TRACE", endpoint.path),
    ):
        guarded(answer)
        assert "Access-Control-Allow-Origin" not in answer.headers


@every
def test_what_can_be_kept_is_the_readers_alone_and_nothing_else_is_kept(
    ana: Somebody, endpoint: Endpoint
) -> None:
    answer = ana.ask(endpoint.method, endpoint.path, endpoint.body)

    tagged = "ETag" in answer.headers
    assert answer.headers["Cache-Control"] == ("private, no-cache" if tagged else "no-store")
    assert tagged == (endpoint.method == "GET" and answer.status_code == 200)


def test_an_answer_that_has_not_changed_is_as_guarded(ana: Somebody) -> None:
    etag = ana.ask("GET", "/v1/people/me").headers["ETag"]
    answer = ana.ask("GET", "/v1/people/me", If_None_Match=etag)

    assert (answer.status_code, answer.data) == (304, b"")
    assert answer.headers["Cache-Control"] == "private, no-cache"
    guarded(answer)


def test_what_shows_a_secret_is_never_kept(world: World, ana: Somebody) -> None:
    registered = world.http.post("/v1/people", json={"name": "Bo", "zone": "Europe/Paris"})
    made = [
        ana.ask("POST", "/v1/tokens", {}),
        ana.ask("POST", "/v1/invites", {}),
        ana.ask("POST", "/v1/channels", {"kind": "webhook", "url": "https://hooks.example/"}),
    ]

    assert [answer.status_code for answer in (registered, *made)] == [201] * 4
    assert {answer.headers["Cache-Control"] for answer in (registered, *made)} == {"no-store"}


def test_a_check_in_that_is_taken_below_flask_is_as_guarded(ana: Somebody) -> None:
    taken, refused = (ana.ask("POST", "/v1/check-ins", {"kind": kind}) for kind in ("feeling", "nonsense"))

    assert (taken.status_code, refused.status_code) == (202, 422)
    guarded(taken)
    guarded(refused)


def test_a_fault_is_as_guarded(world: World, ana: Somebody) -> None:
    def broken() -> bool:
        raise ZeroDivisionError

    answer = Somebody(world.again(is_full=broken), ana.id, ana.token).ask("POST", "/v1/invites", {})

    assert answer.status_code == 500
    guarded(answer)


@pytest.mark.parametrize(
    ("peer", "proto", "strict"),
    [("10.0.0.1", "https", True), ("10.0.0.1", "http", False), ("192.0.2.1", "https", False)],
)
def test_https_is_asked_for_where_the_request_came_over_it(
    opened: FlaskClient, peer: str, proto: str, strict: bool
) -> None:
    said = {"X-Forwarded-Proto": proto}
    answers = [
        opened.get("/v1/vocabulary", headers=said, environ_base={"REMOTE_ADDR": peer}),
        opened.post("/v1/check-ins", headers=said, environ_base={"REMOTE_ADDR": peer}),
    ]

    assert {"Strict-Transport-Security" in answer.headers for answer in answers} == {strict}


# --- pages of other origins


@every
def test_nothing_opens_for_another_origin_unless_it_is_named(ana: Somebody, endpoint: Endpoint) -> None:
    for answer in (
        ana.ask("OPTIONS", endpoint.path, Origin=APP, Access_Control_Request_Method=endpoint.method),
        ana.ask(endpoint.method, endpoint.path, endpoint.body, Origin=APP),
    ):
        assert not allowed(answer)


@every
def test_a_page_of_a_named_origin_may_ask_first(opened: FlaskClient, endpoint: Endpoint) -> None:
    wanted = {"Origin": APP, "Access-Control-Request-Method": endpoint.method}
    answer = opened.options(endpoint.path, headers=wanted)

    if not endpoint.template.startswith(("/v1/", "/openapi.json")):
        assert not allowed(answer)
        return
    assert (answer.status_code, answer.data) == (204, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == APP
    assert endpoint.method in listed(answer, "Access-Control-Allow-Methods")
    needed = {"Authorization", "Content-Type", "Idempotency-Key", "If-None-Match", "Prefer"}
    assert needed <= listed(answer, "Access-Control-Allow-Headers")
    guarded(answer)


@pytest.mark.parametrize("path", ["/v1/people/me", "/v1/check-ins", "/v1/nothing"])
def test_a_page_of_a_named_origin_can_read_the_answer_and_what_it_says(
    opened: FlaskClient, ana: Somebody, path: str
) -> None:
    page = Somebody(opened, ana.id, ana.token)
    answer = page.ask("POST" if "check" in path else "GET", path, {"kind": "feeling"}, Origin=APP)

    assert answer.headers["Access-Control-Allow-Origin"] == APP
    assert "Origin" in listed(answer, "Vary")
    assert listed(answer, "Access-Control-Expose-Headers") >= EXPOSED
    assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize(
    "origin",
    [EVIL, "http://app.example", "https://app.example:8443", "https://app.example.evil", "null", "*", ""],
)
def test_every_other_origin_stays_outside(opened: FlaskClient, ana: Somebody, origin: str) -> None:
    page = Somebody(opened, ana.id, ana.token)
    for answer in (
        page.ask("OPTIONS", "/v1/check-ins", Origin=origin, Access_Control_Request_Method="POST"),
        page.ask("POST", "/v1/check-ins", {"kind": "feeling"}, Origin=origin),
    ):
        assert not allowed(answer)
        assert "Origin" in listed(answer, "Vary")


def test_asking_without_a_page_is_answered_as_ever(opened: FlaskClient, ana: Somebody) -> None:
    answer = Somebody(opened, ana.id, ana.token).ask("GET", "/v1/people/me")

    assert answer.status_code == 200
    assert not allowed(answer)


@pytest.mark.parametrize(
    "word",
    [
        "*",
        "null",
        "app.example",
        "https://app.example/",
        "https://*.example",
        "https://App.example",
        "https://",
    ],
)
def test_what_is_no_origin_is_refused_in_a_sentence(word: str) -> None:
    with pytest.raises(ValueError, match="write each in full"):
        origins({word})


def allowed(answer: TestResponse) -> list[str]:
    return [name for name, _ in answer.headers if name.lower().startswith("access-control")]


def listed(answer: TestResponse, name: str) -> set[str]:
    return {word.strip() for word in answer.headers.get(name, "").split(",")}


def guarded(answer: TestResponse) -> None:
    said = dict(answer.headers)
    assert said["X-Content-Type-Options"] == "nosniff"
    assert said["Referrer-Policy"] == "no-referrer"
    assert said["Cross-Origin-Resource-Policy"] == "same-origin"
    assert said["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert "Strict-Transport-Security" not in said
    assert len(said) == len(list(answer.headers)), json.dumps(list(answer.headers))
