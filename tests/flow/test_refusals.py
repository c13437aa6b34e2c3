"""Refusals that are the same everywhere: whatever endpoint is added must refuse like this too."""

import pytest
from werkzeug.test import TestResponse

from tests.flow.endpoints import EVERY, NAMING, PRIVATE, WITH_BODY, WRITES, Endpoint
from tests.flow.refusals import pointers, refusal
from tests.flow.world import Somebody, World
from tests.people import ANA

every = pytest.mark.parametrize("endpoint", EVERY, ids=str)
every_private_one = pytest.mark.parametrize("endpoint", PRIVATE, ids=str)
every_write = pytest.mark.parametrize("endpoint", WRITES, ids=str)
every_one_with_a_body = pytest.mark.parametrize("endpoint", WITH_BODY, ids=str)
every_one_that_names_something = pytest.mark.parametrize("endpoint", NAMING, ids=str)

TOO_LONG = b'{"x":"' + b"a" * 65_536 + b'"}'
NO_JSON = [
    b"{",
    b"kind=feeling",
    b"\xff\xfe\x00",
    b"NaN",
    b'{"note":Infinity}',
    b'{"note":"\\ud800"}',
    b"{'kind':'feeling'}",
    b"{}{}",
    b"\xef\xbb\xbf{}",
    b"[" * 60_000,
    b'{"a":' * 12_000,
    b"\x00",
]


@pytest.fixture(scope="module")
def world() -> World:
    """One for all: what is refused changes nothing."""
    return World()


@pytest.fixture(scope="module")
def ana(world: World) -> Somebody:
    return world.register(ANA)


@pytest.fixture(scope="module")
def reader(world: World, ana: Somebody) -> Somebody:
    """Ana, with a token that can only read."""
    return Somebody(world.http, ana.id, ana.ok("POST", "/v1/tokens", {"scope": "read"})["token"])


@every_private_one
def test_without_a_token_401_whatever_is_sent(world: World, endpoint: Endpoint) -> None:
    for body in (b"", b"{}", b'{"nonsense":1}', b"{", b"\xff"):
        answer = anonymous(world, endpoint, body)

        assert refusal(answer) == (401, "unauthorized")
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="attune"'


@every_private_one
def test_a_stranger_learns_no_name_of_a_field(world: World, endpoint: Endpoint) -> None:
    answers = [anonymous(world, endpoint, body) for body in (b"{}", b'{"nonsense":1}', b"{", b"\xff")]

    assert len({answer.data for answer in answers}) == 1
    assert "errors" not in (answers[0].json or {})


@every_private_one
def test_a_token_that_was_made_up_is_refused(world: World, ana: Somebody, endpoint: Endpoint) -> None:
    stranger = Somebody(world.http, ana.id, f"atw_{ana.id}_{'A' * 43}")
    answer = stranger.ask(endpoint.method, endpoint.path, endpoint.body)

    assert refusal(answer) == (401, "unauthorized")


@every_write
def test_a_read_only_token_is_refused_before_the_body_is_looked_at(
    world: World, reader: Somebody, endpoint: Endpoint
) -> None:
    written = world.wishes()

    for body in (b"{}", b"{", b'{"nonsense":1}'):
        assert refusal(reader.send(endpoint.method, endpoint.path, body)) == (403, "read_only")
    assert world.wishes() == written


@every_one_with_a_body
def test_what_is_no_json_is_malformed(world: World, ana: Somebody, endpoint: Endpoint) -> None:
    written = world.wishes()

    for body in NO_JSON:
        assert refusal(ana.send(endpoint.method, endpoint.path, body)) == (400, "malformed")
    assert world.wishes() == written


@every_one_with_a_body
@pytest.mark.parametrize("body", [b"[]", b"1", b'"x"', b"true"])
def test_json_that_is_no_object_is_refused(ana: Somebody, endpoint: Endpoint, body: bytes) -> None:
    assert pointers(ana.send(endpoint.method, endpoint.path, body)) == [""]


@pytest.mark.parametrize("endpoint", [e for e in WITH_BODY if e.body == {}], ids=str)
def test_null_is_no_object_either(ana: Somebody, endpoint: Endpoint) -> None:
    assert pointers(ana.send(endpoint.method, endpoint.path, b"null")) == [""]


@every_one_with_a_body
def test_a_field_that_nobody_knows_is_named(ana: Somebody, endpoint: Endpoint) -> None:
    answer = ana.ask(endpoint.method, endpoint.path, {**endpoint.body, "nonsense": 1})

    assert pointers(answer) == ["/nonsense"]


@every_one_with_a_body
def test_more_than_64_kib_is_too_much(ana: Somebody, endpoint: Endpoint) -> None:
    answer = ana.send(endpoint.method, endpoint.path, TOO_LONG)

    assert refusal(answer)[0] == 413


@every_one_with_a_body
@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "", "application/xml"])
def test_a_body_that_does_not_say_that_it_is_json_is_refused(
    ana: Somebody, endpoint: Endpoint, kind: str
) -> None:
    answer = ana.send(endpoint.method, endpoint.path, b"{}", Content_Type=kind)

    assert refusal(answer) == (415, "unsupported_media_type")


@every_one_with_a_body
def test_a_number_out_of_all_range_is_no_field_error_without_a_field(
    ana: Somebody, endpoint: Endpoint
) -> None:
    answer = ana.send(endpoint.method, endpoint.path, b'{"kind":1e400}')

    assert answer.status_code == 400 or pointers(answer)


@every_one_that_names_something
def test_what_nobody_has_is_not_found(ana: Somebody, endpoint: Endpoint) -> None:
    assert refusal(ana.ask(endpoint.method, endpoint.path, endpoint.body))[0] == 404


@every
def test_another_method_is_refused_with_those_that_there_are(ana: Somebody, endpoint: Endpoint) -> None:
    answer = ana.ask("TRACE", endpoint.path)

    assert refusal(answer) == (405, "method_not_allowed")
    assert endpoint.method in answer.headers["Allow"]


@pytest.mark.parametrize(
    "path",
    ["/", "/v1", "/v2/people", "/v1/people/0190e000-0000-7000-8000-00000000000e", "/v1/check-ins/..", "/%00",
     "/v1/%63heck-ins/%2e%2e/tokens", "/metrics", "/.env", "/static/x", "/v1/people/me/", "//v1/people"],
)  # fmt: skip
def test_a_path_that_there_is_not_is_not_found(ana: Somebody, path: str) -> None:
    if path == "/v1/people/me/":
        assert ana.ask("GET", path).status_code == 200
    else:
        assert refusal(ana.ask("GET", path)) == (404, "not_found")


def anonymous(world: World, endpoint: Endpoint, body: bytes) -> TestResponse:
    headers = {"Content-Type": "application/json"}
    return world.http.open(endpoint.path, method=endpoint.method, data=body, headers=headers)
