"""Limits: what is counted, what is told of it, and what they leave of guessing."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from checkin.app import create_app
from checkin.door.forwarded import networks
from checkin.door.front import Rules
from werkzeug.test import TestResponse

from tests.flow.endpoints import EVERY, PRIVATE, Endpoint
from tests.flow.refusals import refusal
from tests.flow.world import Somebody, World
from tests.people import ANA, BO

ENTRY = {"kind": "feeling"}
WRONG = "A" * 43
CODE = f"0190e000-0000-7000-8000-00000000000e.{WRONG}"
RULES = Rules(requests_per_minute=5, address_requests_per_minute=40, guesses_per_minute=4, accepts_per_hour=3)
UNCOUNTED = {"/livez", "/readyz", "/openapi.json"}

Asking = Callable[[Somebody], TestResponse]
HOT: Asking = lambda who: who.ask("POST", "/v1/check-ins", ENTRY)  # noqa: E731
READ: Asking = lambda who: who.ask("GET", "/v1/people/me")  # noqa: E731
BOTH = pytest.mark.parametrize("asking", [HOT, READ], ids=["check in", "read"])


@pytest.fixture
def world() -> World:
    """It is 11:00:00 UTC: a minute, and an hour, have just begun."""
    return World(RULES)


@pytest.fixture
def ana(world: World) -> Somebody:
    return world.register(ANA)


def left(answer: TestResponse) -> dict[str, tuple[int, ...]]:
    """What the answer tells of each budget: quota, window, what is left, seconds until it is whole again."""
    policies = items(answer.headers["RateLimit-Policy"], "q", "w")
    limits = items(answer.headers["RateLimit"], "r", "t") if "RateLimit" in answer.headers else {}
    assert limits.keys() <= policies.keys()
    return {name: (*policy, *limits.get(name, ())) for name, policy in policies.items()}


def items(field: str, first: str, second: str) -> dict[str, tuple[int, int]]:
    """A List of Strings, each with these two parameters (RFC 9651)."""
    found = [re.fullmatch(rf'"(\w+)";{first}=(\d+);{second}=(\d+)', item) for item in field.split(", ")]
    return {item[1]: (int(item[2]), int(item[3])) for item in found if item is not None and len(found)}


@BOTH
def test_an_answer_tells_what_is_left_of_the_minute(world: World, ana: Somebody, asking: Asking) -> None:
    world.clock.ms += 18_500

    assert left(asking(ana)) == {"token": (5, 60, 4, 42), "address": (40, 60)}


@BOTH
def test_a_token_is_used_too_often_until_the_next_minute(world: World, ana: Somebody, asking: Asking) -> None:
    world.clock.ms += 30_000
    statuses = [asking(ana).status_code for _ in range(5)]
    answer = asking(ana)
    world.clock.ms += 30_000

    assert set(statuses) <= {200, 202}
    assert refusal(answer) == (429, "too_many_requests")
    assert answer.headers["Retry-After"] == "30"
    assert left(answer)["token"] == (5, 60, 0, 30)
    assert asking(ana).status_code < 300


def test_reads_and_check_ins_are_counted_together_and_refused_ones_too(ana: Somebody) -> None:
    asked = [READ(ana), HOT(ana), ana.ask("POST", "/v1/check-ins", {}), ana.ask("GET", "/v1/lapse?x=1")]

    assert [left(answer)["token"][2] for answer in asked] == [4, 3, 2, 1]


def test_what_was_refused_leaves_no_lease(world: World, ana: Somebody) -> None:
    for _ in range(5):
        READ(ana)
    refused = ana.ask("POST", "/v1/check-ins", ENTRY, Idempotency_Key="k")
    world.clock.ms += 60_000 - 9_000
    world.beat()
    world.clock.ms += 9_000

    assert refused.status_code == 429
    assert ana.ask("POST", "/v1/check-ins", ENTRY, Idempotency_Key="k").status_code == 202


def test_another_token_has_a_budget_of_its_own(world: World) -> None:
    people = [world.register(person) for person in (ANA, BO)]

    asked = [HOT(who) for who in (people[0], people[0], people[1])]
    assert [left(answer)["token"][2] for answer in asked] == [4, 3, 4]


def test_an_address_has_one_budget_for_all_its_tokens(world: World, ana: Somebody) -> None:
    tokens = [ana.token, *(ana.ok("POST", "/v1/tokens", {})["token"] for _ in range(4))]
    world.clock.ms += 60_000
    world.beat()
    many = [Somebody(world.http, ana.id, token) for token in tokens * 2]
    answers = [READ(who) for _ in range(5) for who in many]

    assert [answer.status_code for answer in answers[:25]] == [200] * 25
    assert left(answers[-1])["address"] == (40, 60, 0, 60)


@pytest.mark.parametrize(
    "ask",
    [
        READ,
        HOT,
        lambda bo: bo.ask("GET", "/v1/vocabulary"),
        lambda bo: bo.ask("GET", "/v1/streak", Authorization=""),
        lambda bo: bo.ask("POST", "/v1/people", {"name": "Chi", "zone": "Europe/Paris"}),
        lambda bo: bo.ask("POST", "/v1/recovery", {"code": "nonsense"}),
    ],
)
def test_who_shares_an_address_is_not_told_that_the_other_was_here(ask: Asking) -> None:
    seen = []
    for times in (0, 1, 2):
        world = World(RULES)
        ana, bo = world.register(ANA), world.register(BO)
        for _ in range(times):
            HOT(ana)
            ana.ask("POST", "/v1/recovery", {"code": "nonsense"})
        seen.append({n: v for n, v in ask(bo).headers if n.startswith("RateLimit")})

    assert seen[0] == seen[1] == seen[2]
    assert "RateLimit-Policy" in seen[0]


def test_a_made_up_token_uses_up_nothing_of_its_persons(world: World, ana: Somebody) -> None:
    stranger = Somebody(world.http, ana.id, f"atw_{ana.id}_{WRONG}")
    READ(stranger)
    HOT(stranger)

    assert left(READ(ana))["token"][2] == 4


@BOTH
@pytest.mark.parametrize(
    "token", ["", "Bearer nonsense", f"Bearer atw_0190e000-0000-7000-8000-00000000000e_{WRONG}"]
)
def test_wrong_tokens_soon_use_up_the_minute_of_their_address(
    world: World, ana: Somebody, asking: Asking, token: str
) -> None:
    class Guesser(Somebody):
        def ask(self, method: str, path: str, json: Any = None, **headers: str) -> TestResponse:
            return super().ask(method, path, json, Authorization=token, **headers)

    guesser = Guesser(world.http, "", "")
    guesses = [asking(guesser) for _ in range(6)]

    statuses = [answer.status_code for answer in guesses]
    assert statuses[:3] == [401, 401, 401]
    assert statuses[-1] == 429
    assert refusal(READ(ana)) == (429, "too_many_requests")
    world.clock.ms += 60_000
    world.beat()
    assert READ(ana).status_code == 200


def test_a_right_token_is_not_found_by_guessing_on(world: World, ana: Somebody) -> None:
    """Who has guessed too often is not told of a guess that is right."""
    for _ in range(5):
        READ(Somebody(world.http, ana.id, f"atw_{ana.id}_{WRONG}"))

    assert READ(ana).status_code == 429


def test_guesses_from_elsewhere_hold_up_nobody(world: World, ana: Somebody) -> None:
    http = create_app(world.front, networks({"127.0.0.1"})).test_client()
    guesser = Somebody(http, ana.id, f"atw_{ana.id}_{WRONG}")
    guesses = [guesser.ask("GET", "/v1/people/me", X_Forwarded_For="192.0.2.1") for _ in range(9)]

    assert guesses[-1].status_code == 429
    assert READ(ana).status_code == 200


@pytest.mark.parametrize("code", [CODE, "nonsense"])
def test_unknown_invite_codes_soon_use_up_the_minute_of_their_address(
    world: World, ana: Somebody, code: str
) -> None:
    answers = [ana.ask("POST", f"/v1/invites/{code}/accept", {}) for _ in range(4)]

    assert [answer.status_code for answer in answers] in ([404, 404, 404, 429], [404, 404, 429, 429])


def test_an_invite_can_be_tried_so_often_in_an_hour(world: World, ana: Somebody) -> None:
    code = ana.ok("POST", "/v1/invites", {})["code"]
    bo = world.register(BO)
    answers = [bo.ask("POST", f"/v1/invites/{code}/accept", {}) for _ in range(4)]

    assert [answer.status_code for answer in answers[:2]] == [200, 200]
    assert refusal(answers[3]) == (429, "too_many_requests")
    assert left(answers[3])["accepts"] == (3, 3600, 0, 3600)


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (lambda ana: ana.ask("POST", "/v1/invites", {}), {"invites": (20, 3600, 19, 3600)}),
        (
            lambda ana: ana.ask("POST", "/v1/people", {"name": "Bo", "zone": "Europe/Paris"}),
            {"people": (60, 3600)},
        ),
    ],
)
def test_what_is_limited_by_the_hour_tells_so_too(
    ana: Somebody, ask: Asking, told: dict[str, object]
) -> None:
    assert told.items() <= left(ask(ana)).items()


@pytest.mark.parametrize("endpoint", EVERY, ids=str)
def test_every_answer_of_the_api_tells_what_is_left(world: World, ana: Somebody, endpoint: Endpoint) -> None:
    answer = ana.ask(endpoint.method, endpoint.path, endpoint.body)

    assert ("RateLimit-Policy" in answer.headers) == (endpoint.template not in UNCOUNTED)
    assert ("RateLimit" in answer.headers) == (endpoint in PRIVATE)


def test_what_there_is_not_is_counted_too(world: World) -> None:
    assert left(world.http.get("/v1/nothing")) == {"address": (40, 60)}


def test_an_answer_that_has_not_changed_tells_what_is_left(ana: Somebody) -> None:
    etag = READ(ana).headers["ETag"]
    answer = ana.ask("GET", "/v1/people/me", If_None_Match=etag)

    assert answer.status_code == 304
    assert left(answer)["token"][2] == 3


def test_an_address_can_ask_so_often_without_a_token(world: World) -> None:
    statuses = [world.http.get("/v1/vocabulary").status_code for _ in range(41)]

    assert statuses == [200] * 40 + [429]


def test_what_is_known_without_redis_is_told_without_redis(world: World) -> None:
    world.store.away = True
    answers = [world.http.get("/v1/vocabulary") for _ in range(50)]

    assert {answer.status_code for answer in answers} == {200}
    assert READ(Somebody(world.http, "", "nonsense")).status_code == 401
