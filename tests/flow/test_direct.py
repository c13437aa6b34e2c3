"""Check-ins are answered without Flask, but under the path's other spelling with it: nobody may notice."""

from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

from tests.flow.world import Somebody, World

ENTRY = {"kind": "feeling", "visibility": "shared", "note": "Tea."}

Sent = Callable[[Somebody, str], TestResponse]
ASKS: dict[str, Sent] = {
    "taken": lambda who, path: who.ask("POST", path, ENTRY),
    "taken once": lambda who, path: who.ask("POST", path, ENTRY, Idempotency_Key="tea"),
    "another body": lambda who, path: who.ask("POST", path, {"kind": "repair"}, Idempotency_Key="tea"),
    "no JSON": lambda who, path: who.send("POST", path, b"{"),
    "no such kind": lambda who, path: who.ask("POST", path, {"kind": "nonsense"}),
    "too much": lambda who, path: who.send("POST", path, b'"' + b"a" * 70_000 + b'"'),
    "not JSON by name": lambda who, path: who.send("POST", path, b"{}", Content_Type="text/plain"),
    "nobody": lambda who, path: who.ask("POST", path, ENTRY, Authorization="Bearer nonsense"),
}


@pytest.mark.parametrize("ask", ASKS.values(), ids=ASKS.keys())
def test_the_answer_is_the_same_however_the_path_is_spelt(world: World, ana: Somebody, ask: Sent) -> None:
    assert told(ask(ana, "/v1/check-ins")) == told(ask(ana, "/v1/check-ins/"))


@pytest.mark.parametrize("what", ["log", "store"])
def test_what_is_away_is_said_the_same_way(world: World, ana: Somebody, what: str) -> None:
    getattr(world, what).away = True
    answers = [told(ana.ask("POST", path, ENTRY)) for path in ("/v1/check-ins", "/v1/check-ins/")]
    getattr(world, what).away = False

    assert answers[0] == answers[1]
    assert answers[0][0] == 503


def test_a_fault_of_ours_shows_none_of_its_insides(world: World, ana: Somebody) -> None:
    def broken() -> bool:
        raise ZeroDivisionError("secret")

    faulty = Somebody(world.again(is_full=broken), ana.id, ana.token)
    answers = [told(faulty.ask("POST", path, ENTRY)) for path in ("/v1/check-ins", "/v1/check-ins/")]

    assert answers[0] == answers[1]
    assert answers[0][0] == 500
    assert "secret" not in str(answers[0][2])


def told(answer: TestResponse) -> tuple[int, dict[str, str], object]:
    """Status, headers and body, without what differs from entry to entry."""
    body = dict(answer.json or {})
    body.pop("id", None)
    differing = {"RateLimit", "Location", "Content-Length"} if body else {"RateLimit"}
    headers = {name: value for name, value in answer.headers if name not in differing}
    return answer.status_code, headers, body
