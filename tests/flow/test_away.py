"""Kafka or Redis is away, or the views are behind: 503 with Retry-After, and nothing is left behind."""

import pytest

from tests.flow.endpoints import EVERY, NAMING, PRIVATE, WRITES, Endpoint
from tests.flow.refusals import refusal
from tests.flow.world import Somebody, World

STANDING = {"/livez", "/readyz", "/v1/vocabulary", "/v1/help", "/openapi.json"}
ENTRY = {"kind": "feeling", "note": "Kept?"}
TOLD_BY_THE_FOLD = {"/v1/invites/<code>/accept"}
FIRST_STEPS = {"/v1/couple/members/me", "/v1/people/me"}
OF_AN_ENTRY = {f"/v1/check-ins/<uuid:checkin>{what}" for what in ("", "/reflection", "/felt-heard")}
TOLD_ONE_BY_ONE = {"/v1/check-ins/batch"}
TOLD_WITHOUT_THE_LOG = {
    "/v1/nudges",
    "/v1/tokens/<token>",
    "/v1/channels/<uuid:channel>",
    *TOLD_BY_THE_FOLD,
    *TOLD_ONE_BY_ONE,
    *FIRST_STEPS,
    *OF_AN_ENTRY,
}


@pytest.mark.parametrize("endpoint", [e for e in EVERY if e.template not in STANDING], ids=str)
def test_without_redis_everything_is_503(world: World, ana: Somebody, endpoint: Endpoint) -> None:
    world.store.away = True
    answer = ana.ask(endpoint.method, endpoint.path, endpoint.body)

    assert refusal(answer) == (503, "unavailable")
    assert int(answer.headers["Retry-After"]) > 0
    assert "Redis" not in answer.text


@pytest.mark.parametrize("endpoint", [e for e in WRITES if e.template not in TOLD_WITHOUT_THE_LOG], ids=str)
def test_without_kafka_nothing_is_accepted(world: World, ana: Somebody, endpoint: Endpoint) -> None:
    world.log.away = True
    answer = ana.ask(endpoint.method, endpoint.path, endpoint.body)

    assert refusal(answer) == (503, "unavailable")
    assert int(answer.headers["Retry-After"]) > 0
    assert "Kafka" not in answer.text


@pytest.mark.parametrize(
    "endpoint", [e for e in PRIVATE if e.method == "GET" and "<" not in e.template], ids=str
)
def test_without_kafka_everything_can_still_be_read(world: World, ana: Somebody, endpoint: Endpoint) -> None:
    world.log.away = True

    assert ana.ask("GET", endpoint.path).status_code == 200


def test_nobody_registers_without_kafka(world: World) -> None:
    world.log.away = True
    answer = world.http.post("/v1/people", json={"name": "Ana", "zone": "Europe/Paris"})

    assert refusal(answer) == (503, "unavailable")
    assert world.store.hashes == {}


@pytest.mark.parametrize("how", [{"Idempotency_Key": "k"}, {}])
def test_a_check_in_that_was_not_accepted_leaves_no_mark(
    world: World, ana: Somebody, how: dict[str, str]
) -> None:
    entry = ENTRY | {"id": "0193a000-0000-7000-8000-000000000001"}
    world.log.away = True
    ana.ask("POST", "/v1/check-ins", entry, **how)
    left = dict(world.marks.kept)
    world.log.away = False
    again = ana.ask("POST", "/v1/check-ins", entry, **how)

    assert left == {}
    assert again.status_code == 202
    assert len(ana.get("/v1/check-ins")["check_ins"]) == 1


def test_a_check_in_can_be_entered_while_the_folds_are_behind(world: World, ana: Somebody) -> None:
    world.slow = True
    world.clock.ms += 60_000
    answer = ana.ask("POST", "/v1/check-ins", ENTRY)
    world.settle()

    assert answer.status_code == 202
    assert len(ana.get("/v1/check-ins")["check_ins"]) == 1


def test_while_the_views_are_behind_nobody_is_told_that_they_are_unknown(world: World, ana: Somebody) -> None:
    fresh = Somebody(world.http, ana.id, f"atw_{ana.id[:-1]}0_{'A' * 43}")
    known = fresh.ask("GET", "/v1/people/me")
    world.clock.ms += 5001
    behind = fresh.ask("GET", "/v1/people/me")
    write = fresh.ask("POST", "/v1/check-ins", ENTRY)

    assert refusal(known) == (401, "unauthorized")
    assert refusal(behind) == refusal(write) == (503, "unavailable")
    assert behind.headers["Retry-After"] == "2"


@pytest.mark.parametrize("endpoint", [e for e in NAMING if e.method == "GET"], ids=str)
def test_while_the_views_are_behind_nothing_is_told_to_be_unknown(
    world: World, ana: Somebody, endpoint: Endpoint
) -> None:
    world.clock.ms += 5001

    assert refusal(ana.ask(endpoint.method, endpoint.path)) == (503, "unavailable")


def test_a_shard_that_never_caught_up_is_behind(world: World) -> None:
    for meta in world.store.meta.values():
        meta.clear()
    stranger = Somebody(world.http, "", f"atw_0190e000-0000-7000-8000-00000000000e_{'A' * 43}")

    assert refusal(stranger.ask("GET", "/v1/people/me")) == (503, "unavailable")


def test_when_there_is_no_room_nothing_is_taken_in_and_everything_can_be_read(
    ana: Somebody, world: World
) -> None:
    full = world.again(is_full=lambda: True)
    crowded = Somebody(full, ana.id, ana.token)
    answer = crowded.ask("POST", "/v1/check-ins", ENTRY)

    assert refusal(answer) == (503, "unavailable")
    assert answer.headers["Retry-After"] == "30"
    assert crowded.ask("GET", "/v1/check-ins").status_code == 200


def test_a_lease_is_not_left_when_the_store_goes_away_meanwhile(world: World, ana: Somebody) -> None:
    world.log.away = world.store.away = True
    answer = ana.ask("POST", "/v1/check-ins", ENTRY, Idempotency_Key="k")
    world.log.away = world.store.away = False

    assert refusal(answer) == (503, "unavailable")
    assert ana.ask("POST", "/v1/check-ins", ENTRY, Idempotency_Key="k").status_code == 202
