"""Bytes of any kind are answered, and never with a fault."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.events.values import KINDS
from tests.flow.endpoints import EVERY, WITH_BODY, Endpoint
from tests.flow.refusals import refusal
from tests.flow.world import Somebody, World
from tests.people import ANA, BO

EXPECTED = {200, 201, 202, 400, 401, 403, 404, 409, 413, 415, 422, 429}
FIELDS = ("kind", "at", "day", "note", "feelings", "visibility", "busy", "minutes", "in_reply_to", "id")
OTHERS = ("name", "zone", "day_start", "language", "scope", "url", "registration_code", "")

thorough = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
words = [*KINDS, "webhook", "write", "shared", "today", "2026-11-24", "2026-11-24T08:00:00Z", "Europe/Paris"]
values = [
    0,
    1,
    2**64,
    -1,
    1e308,
    [],
    {},
    ["calm"],
    "https://hooks.example/",
    "0190e000-0000-7000-8000-00000000000e",
]
likely = st.sampled_from([*words, *values])
objects = st.dictionaries(st.sampled_from(FIELDS + OTHERS) | st.text(), likely | anything, max_size=8)
header_text = st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF), max_size=60)


@pytest.fixture(scope="module")
def world() -> World:
    return World()


@pytest.fixture(scope="module")
def ana(world: World) -> Somebody:
    """In a couple, so that every road is open."""
    ana = world.register(ANA)
    world.pair(ana, world.register(BO))
    return ana


def answered(somebody: Somebody, endpoint: Endpoint, body: bytes, **headers: str) -> None:
    answer = somebody.send(endpoint.method, endpoint.path, body, **headers)
    assert answer.status_code in EXPECTED, (body, answer.text)
    if answer.status_code >= 400:
        refusal(answer)


@pytest.mark.parametrize("endpoint", WITH_BODY, ids=str)
@thorough
@given(body=st.binary(max_size=400))
def test_any_bytes_are_answered(ana: Somebody, endpoint: Endpoint, body: bytes) -> None:
    answered(ana, endpoint, body)


@pytest.mark.parametrize("endpoint", WITH_BODY, ids=str)
@thorough
@given(body=objects | anything)
def test_any_json_is_answered(ana: Somebody, endpoint: Endpoint, body: Any) -> None:
    answered(ana, endpoint, json.dumps(body).encode())


@thorough
@given(
    body=st.fixed_dictionaries({"kind": st.sampled_from(KINDS)}, optional=dict.fromkeys(FIELDS[1:], likely))
)
def test_any_likely_check_in_is_answered(ana: Somebody, body: dict[str, Any]) -> None:
    answer = ana.ask("POST", "/v1/check-ins", body)

    assert answer.status_code in {202, 404, 422}, answer.text


@thorough
@given(at=st.text("0123456789-:+.TZW ", max_size=32) | st.datetimes().map(lambda at: at.isoformat() + "Z"))
def test_any_instant_is_answered(ana: Somebody, at: str) -> None:
    assert ana.ask("POST", "/v1/check-ins", {"kind": "feeling", "at": at}).status_code in {202, 422}


@thorough
@given(day=st.text("0123456789-W", max_size=12) | st.dates().map(str))
def test_any_day_is_answered(ana: Somebody, day: str) -> None:
    assert ana.ask("POST", "/v1/check-ins", {"kind": "feeling", "day": day}).status_code in {202, 422}


@thorough
@given(key=header_text, kind=header_text, token=header_text, etag=header_text)
def test_any_headers_are_answered(ana: Somebody, key: str, kind: str, token: str, etag: str) -> None:
    headers = {"Idempotency_Key": key, "Content_Type": kind, "If_None_Match": etag}
    for endpoint in (Endpoint("POST", "/v1/check-ins"), Endpoint("POST", "/v1/tokens")):
        answered(ana, endpoint, b'{"kind":"feeling"}', **headers)
        answered(ana, endpoint, b'{"kind":"feeling"}', Authorization=f"Bearer {token}", **headers)


@thorough
@given(
    query=st.lists(st.tuples(st.sampled_from(["kind", "author", "from", "to", "limit", "cursor"]), st.text()))
)
def test_any_query_is_answered(ana: Somebody, query: list[tuple[str, str]]) -> None:
    answer = ana.query("/v1/check-ins", query)

    assert answer.status_code in {200, 422}, answer.text


@pytest.mark.parametrize("endpoint", [e for e in EVERY if "<" in e.template], ids=str)
@thorough
@given(name=st.text(max_size=50))
def test_any_name_in_a_path_is_answered(ana: Somebody, endpoint: Endpoint, name: str) -> None:
    head, _, tail = endpoint.template.partition("<")
    answer = ana.ask(endpoint.method, head + name + tail.partition(">")[2], endpoint.body)

    assert answer.status_code in EXPECTED | {204, 308, 405}, answer.text
