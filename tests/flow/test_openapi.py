"""The OpenAPI document: the committed one is served, and the application does what it says."""

import json
from collections.abc import Callable
from typing import Any

import jsonschema_rs
import pytest
from werkzeug.test import TestResponse

from tests.flow.endpoints import (
    EVERY,
    NAMING,
    PRIVATE,
    PUBLIC,
    RECOVER,
    REGISTER,
    WITH_BODY,
    WRITES,
    Endpoint,
)
from tests.flow.examples import RECORDED, recorded
from tests.flow.openapi import COMMITTED, as_committed
from tests.flow.world import Somebody, World
from tests.people import ANA, BO

PROBES = {"/livez", "/readyz"}
UNLISTED = {"/openapi.json"}


@pytest.fixture(scope="module")
def world() -> World:
    return World()


@pytest.fixture(scope="module")
def ana(world: World) -> Somebody:
    ana = world.register(ANA)
    world.pair(ana, world.register(BO))
    return ana


@pytest.fixture(scope="module")
def document(world: World) -> Any:
    return world.http.get("/openapi.json").json


def test_the_committed_document_is_the_one_that_is_served(world: World) -> None:
    same = COMMITTED.read_text() == as_committed(world.http)

    assert same, "The API has changed: run `make openapi` and look at the difference."


def test_every_endpoint_is_in_the_document(document: Any) -> None:
    listed = {(method.upper(), path) for path, there in document["paths"].items() for method in there}

    assert listed == {(e.method, documented(e)) for e in EVERY if e.template not in UNLISTED}


@pytest.mark.parametrize("endpoint", [e for e in EVERY if e.template not in UNLISTED], ids=str)
def test_the_document_says_who_must_sign_in(document: Any, endpoint: Endpoint) -> None:
    signed_in = endpoint in PRIVATE

    operation = operation_of(document, endpoint)
    assert operation.get("security") == ([{"token": []}] if signed_in else None)
    assert ("401" in operation["responses"]) == (signed_in or endpoint == RECOVER)


def test_what_is_public_is_meant_to_be() -> None:
    """An endpoint that forgets to ask who is there shows up here."""
    assert {e for e in EVERY if e not in PRIVATE} == {*PUBLIC, REGISTER, RECOVER}


@pytest.mark.parametrize("endpoint", WRITES, ids=str)
def test_every_write_takes_an_idempotency_key(document: Any, endpoint: Endpoint) -> None:
    names = [parameter["name"] for parameter in operation_of(document, endpoint)["parameters"]]

    assert "Idempotency-Key" in names


@pytest.mark.parametrize("endpoint", WITH_BODY, ids=str)
def test_every_body_is_described_and_closed(document: Any, endpoint: Endpoint) -> None:
    content = operation_of(document, endpoint)["requestBody"]["content"]
    schema = resolved(document, content["application/json"]["schema"])

    assert schema["additionalProperties"] is False
    assert set(endpoint.body) <= set(schema.get("properties", {}))


@pytest.mark.parametrize("endpoint", [e for e in EVERY if e.template not in UNLISTED | PROBES], ids=str)
def test_an_answer_has_a_documented_status_and_form(
    world: World, ana: Somebody, document: Any, endpoint: Endpoint
) -> None:
    for answer in answers(world, ana, endpoint):
        agrees(document, endpoint, answer)


@pytest.mark.parametrize(
    "endpoint", [e for e in WRITES if e not in NAMING and "check-ins" not in e.path], ids=str
)
def test_a_pending_command_is_documented(document: Any, endpoint: Endpoint) -> None:
    late = World()
    ana = late.register(ANA)
    late.slow = True

    agrees(document, endpoint, ana.ask(endpoint.method, endpoint.path, endpoint.body))


def test_an_unknown_entry_to_answer_is_documented(ana: Somebody, document: Any) -> None:
    body = {"kind": "reflection", "in_reply_to": ana.id}

    agrees(document, Endpoint("POST", "/v1/check-ins"), ana.ask("POST", "/v1/check-ins", body))


def test_an_unready_service_answers_as_documented(world: World, document: Any) -> None:
    answer = world.again(checks={"kafka": lambda: "away"}).get("/readyz")

    agrees(document, Endpoint("GET", "/readyz"), answer)


def test_the_document_is_the_same_whoever_asks_first() -> None:
    answer = World().http.get("/openapi.json", headers={"Host": "evil.example"})

    assert "evil.example" not in answer.text


def answers(world: World, ana: Somebody, endpoint: Endpoint) -> list[TestResponse]:
    """A sample: a right request, and the ways to be refused."""

    def ask(**headers: str) -> TestResponse:
        return ana.send(endpoint.method, endpoint.path, json.dumps(endpoint.body).encode(), **headers)

    found = [ask(), ask(Authorization="")]
    if endpoint in WITH_BODY:
        bodies = (b"{", b"[]", b'{"nonsense":1}', b"[" * 65_537)
        found += [ana.send(endpoint.method, endpoint.path, body) for body in bodies]
        found.append(ask(Content_Type="text/plain"))
    if endpoint not in PUBLIC:
        found += [during(world.store, ask), during(world.log, ask)]
    return found


def during(absence: Any, ask: Callable[[], TestResponse]) -> TestResponse:
    absence.away = True
    answer = ask()
    absence.away = False
    return answer


def agrees(document: Any, endpoint: Endpoint, answer: TestResponse) -> None:
    """The status is documented, with this type of content and these fields."""
    responses = operation_of(document, endpoint)["responses"]
    assert str(answer.status_code) in responses, (str(endpoint), answer.status_code, answer.text)
    if answer.status_code == 204:
        return
    content = resolved(document, responses[str(answer.status_code)])["content"]
    assert answer.mimetype in content
    schema, body = resolved(document, content[answer.mimetype]["schema"]), answer.json
    assert isinstance(body, dict)
    forms = [resolved(document, form) for form in schema.get("anyOf", [schema])]
    assert any(set(form.get("required", ())) <= set(body) <= set(form["properties"]) for form in forms)


def documented(endpoint: Endpoint) -> str:
    """The path as OpenAPI writes it."""
    return endpoint.template.replace("uuid:", "").replace("<", "{").replace(">", "}")


def operation_of(document: Any, endpoint: Endpoint) -> Any:
    return document["paths"][documented(endpoint)][endpoint.method.lower()]


def resolved(document: Any, schema: Any) -> Any:
    _, _, section, name = ("///" + schema.get("$ref", "")).rsplit("/", 3)
    return document["components"][section][name] if name else schema


# --- what makes it a reference


OPERATIONS = [e for e in EVERY if e.template not in UNLISTED | PROBES]
NO_EXAMPLE = {
    # What they ask about takes a moment that no example waits for, a code from elsewhere, or a secret file.
    "GET /v1/commands/{command}",
    "POST /v1/recovery",
    "POST /v1/calendar-feed",
    "GET /feeds/{key}.ics",
    "POST /v1/channels/{channel}/verify",
    "POST /v1/channels/{channel}/test",
    "POST /v1/channels/{channel}/rotate-secret",
    "PUT /v1/channels/order",
    "GET /v1/people/me/export",
    "GET /v1/vocabulary",
}


def test_the_examples_are_what_is_really_said() -> None:
    assert RECORDED.read_text() == recorded(), (
        "An answer has changed: run `make openapi`, look at the difference."
    )


@pytest.mark.parametrize("endpoint", OPERATIONS, ids=str)
def test_every_operation_has_an_example(document: Any, endpoint: Endpoint) -> None:
    name = f"{endpoint.method} {documented(endpoint)}"
    responses = operation_of(document, endpoint)["responses"]
    shown = [r for r in responses.values() if "example" in r.get("content", {}).get("application/json", {})]

    told_without_a_body = "204" in responses
    assert shown or told_without_a_body or name in NO_EXAMPLE, (
        f"Ask for {name} once in tests/flow/examples.py."
    )


@pytest.mark.parametrize("name", sorted(json.loads(RECORDED.read_text())))
def test_an_example_fits_its_schema(document: Any, name: str) -> None:
    method, path = name.split()
    example = json.loads(RECORDED.read_text())[name]
    operation = document["paths"][path][method.lower()]

    if example["sent"] is not None and "requestBody" in operation:
        fits(document, operation["requestBody"]["content"]["application/json"]["schema"], example["sent"])
    if example["answered"] is not None:
        content = operation["responses"][example["status"]]["content"]["application/json"]
        fits(document, content["schema"], example["answered"])


@pytest.mark.parametrize("endpoint", OPERATIONS, ids=str)
def test_every_operation_says_what_it_does_under_a_tag_that_is_explained(
    document: Any, endpoint: Endpoint
) -> None:
    operation = operation_of(document, endpoint)
    explained = {tag["name"] for tag in document["tags"]}

    assert operation["summary"].endswith(".")
    assert set(operation["tags"]) <= explained, "Explain the tag in services/checkin/words/guide.toml."


def test_every_operation_has_a_name_of_its_own(document: Any) -> None:
    names = [operation_of(document, e)["operationId"] for e in EVERY if e.template not in UNLISTED]

    assert len(set(names)) == len(names)


@pytest.mark.parametrize("endpoint", OPERATIONS, ids=str)
def test_every_header_that_comes_is_documented(
    world: World, ana: Somebody, document: Any, endpoint: Endpoint
) -> None:
    told = {"ETag", "Link", "Location", "RateLimit", "RateLimit-Policy", "Retry-After", "WWW-Authenticate"}
    answer = ana.ask(endpoint.method, endpoint.path, endpoint.body)
    response = resolved(document, operation_of(document, endpoint)["responses"][str(answer.status_code)])

    assert told & set(answer.headers.keys()) <= set(response["headers"])


def test_the_document_says_how_to_wait_for_what_was_written(document: Any) -> None:
    assert "## How to wait for what you wrote" in document["info"]["description"]
    for path in ("/v1/check-ins", "/v1/check-ins/{checkin}/reflection"):
        operation = document["paths"][path]["post"]
        assert "Prefer" in {parameter["name"] for parameter in operation["parameters"]}
        assert {"Location", "Preference-Applied"} <= set(operation["responses"]["202"]["headers"])


def fits(document: Any, schema: Any, body: Any) -> None:
    """Raises `jsonschema_rs.ValidationError` where a body is not as its schema says."""
    jsonschema_rs.validate({**schema, "components": document["components"]}, body)
