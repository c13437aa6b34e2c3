"""People: registering, reading and changing one's own settings."""

from typing import Any

import pytest
from checkin.app import create_app
from checkin.door.forwarded import networks
from checkin.door.front import Rules

from tests.flow.refusals import pointers, refusal
from tests.flow.world import Somebody, World, body_of
from tests.people import ANA
from tests.streams import HOUR_MS

BODY = {"name": "Ana", "zone": "Europe/Paris", "day_start": "03:00", "language": "en"}


def test_registering_gives_a_person_and_a_token_that_names_them(world: World) -> None:
    answer = world.http.post("/v1/people", json=BODY)

    made = body_of(answer)
    assert answer.status_code == 201
    assert set(made) == {"person", "token"}
    assert made["token"].startswith(f"atw_{made['person']}_")


def test_the_fresh_token_works_at_once(ana: Somebody) -> None:
    assert ana.get("/v1/people/me")["person"] == ana.id


def test_day_start_and_language_have_defaults(world: World) -> None:
    made = body_of(world.http.post("/v1/people", json={"name": "Ana", "zone": "Europe/Paris"}))

    me = Somebody(world.http, made["person"], made["token"]).get("/v1/people/me")
    assert (me["day_start"], me["language"]) == ("03:00", "en")


def test_ones_settings_are_what_was_registered(ana: Somebody) -> None:
    assert ana.get("/v1/people/me") == {
        "person": ana.id,
        "name": "Ana",
        "zone": "Europe/Paris",
        "day_start": "03:00",
        "in_force_from": None,
        "language": "en",
        "couple": None,
        "registered_at": "2026-11-24T11:00:00.000Z",
        "recovered_at": None,
    }


def test_the_name_is_trimmed(world: World) -> None:
    assert world.register(ANA._replace(name="  Ana ")).get("/v1/people/me")["name"] == "Ana"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"name": ""}, "/name"),
        ({"name": "   "}, "/name"),
        ({"name": "a" * 81}, "/name"),
        ({"name": 1}, "/name"),
        ({"name": None}, "/name"),
        ({"zone": "Mars/Olympus"}, "/zone"),
        ({"zone": "../../etc/passwd"}, "/zone"),
        ({"zone": "localtime"}, "/zone"),
        ({"zone": ""}, "/zone"),
        ({"zone": ["Europe/Paris"]}, "/zone"),
        ({"day_start": "06:01"}, "/day_start"),
        ({"day_start": "3:00"}, "/day_start"),
        ({"day_start": "03:00\n"}, "/day_start"),
        ({"day_start": 180}, "/day_start"),
        ({"language": "tlh"}, "/language"),
        ({"owner": True}, "/owner"),
    ],
)
def test_a_field_that_cannot_be_taken_is_named(world: World, change: Any, pointer: str) -> None:
    assert pointers(world.http.post("/v1/people", json=BODY | change)) == [pointer]


def test_every_field_that_cannot_be_taken_is_named(world: World) -> None:
    found = pointers(world.http.post("/v1/people", json={"day_start": "9", "x": 1}))

    assert sorted(found) == ["/day_start", "/name", "/x", "/zone"]


def test_name_and_language_change_at_once(ana: Somebody) -> None:
    changed = ana.ok("PATCH", "/v1/people/me", {"name": "Anaïs 🌿", "language": "fr"})

    assert (changed["name"], changed["language"]) == ("Anaïs 🌿", "fr")
    assert ana.get("/v1/people/me") == changed


def test_a_zone_comes_into_force_when_the_current_day_ends(world: World, ana: Somebody) -> None:
    changed = ana.ok("PATCH", "/v1/people/me", {"zone": "Asia/Tokyo"})
    before = ana.get("/v1/streak")["today"]["date"]
    world.wait(hours=16)
    after = ana.get("/v1/streak")["today"]["date"]

    assert (changed["zone"], changed["in_force_from"]) == ("Asia/Tokyo", "2026-11-25T02:00:00.000Z")
    assert (before, after) == ("2026-11-24", "2026-11-25")


def test_what_is_left_out_stays(ana: Somebody) -> None:
    before = ana.get("/v1/people/me")

    assert ana.ok("PATCH", "/v1/people/me", {}) == before


@pytest.mark.parametrize("field", ["name", "zone", "day_start", "language"])
def test_a_change_that_cannot_be_taken_is_named(ana: Somebody, field: str) -> None:
    assert pointers(ana.ask("PATCH", "/v1/people/me", {field: "?" * 99})) == [f"/{field}"]


def test_a_text_never_stands_in_the_log(world: World, ana: Somebody) -> None:
    ana.ok("PATCH", "/v1/people/me", {"name": "Rumpelstilzchen"})

    assert not any(b"Rumpelstilzchen" in (raw.value or b"") for raw in world.log.records)


def test_nobody_registers_where_registration_is_closed() -> None:
    world = World(Rules(registration="closed"))

    assert refusal(world.http.post("/v1/people", json=BODY)) == (403, "registration_closed")
    assert world.log.records == []


@pytest.mark.parametrize("code", [None, "", "wrong", "Willkommen ", "wíllkommen"])
def test_a_wrong_registration_code_is_refused(code: str | None) -> None:
    world = World(Rules(registration="code", registration_code="willkommen"))

    answer = world.http.post("/v1/people", json=BODY | {"registration_code": code})

    assert refusal(answer) == (403, "registration_code")


def test_the_right_registration_code_is_welcome() -> None:
    world = World(Rules(registration="code", registration_code="willkommen"))

    answer = world.http.post("/v1/people", json=BODY | {"registration_code": "willkommen"})

    assert answer.status_code == 201


def test_registering_too_often_from_one_address_has_to_wait_for_the_next_hour() -> None:
    world = World(Rules(people_per_hour=2))
    first = [world.http.post("/v1/people", json=BODY).status_code for _ in range(2)]
    answer = world.http.post("/v1/people", json=BODY)
    world.clock.ms += HOUR_MS

    assert first == [201, 201]
    assert refusal(answer) == (429, "too_many_requests")
    assert answer.headers["Retry-After"] == "3600"
    assert world.http.post("/v1/people", json=BODY).status_code == 201


def test_another_household_is_not_held_up() -> None:
    world = World(Rules(people_per_hour=1))

    statuses = [
        world.http.post("/v1/people", json=BODY, environ_base={"REMOTE_ADDR": address}).status_code
        for address in ("2001:db8:1::1", "2001:db8:1::2", "2001:db8:2::1", "192.0.2.1")
    ]

    assert statuses == [201, 429, 201, 201]


def test_households_behind_a_trusted_proxy_are_told_apart() -> None:
    world = World(Rules(people_per_hour=1))
    http = create_app(world.front, networks({"127.0.0.1"})).test_client()

    statuses = [
        http.post("/v1/people", json=BODY, headers={"X-Forwarded-For": said}).status_code
        for said in ("192.0.2.1", "192.0.2.2", "192.0.2.9, 192.0.2.1")
    ]
    assert statuses == [201, 201, 429]


def test_registration_codes_cannot_be_guessed_without_end() -> None:
    world = World(Rules(registration="code", registration_code="willkommen", people_per_hour=3))

    answers = [world.http.post("/v1/people", json=BODY | {"registration_code": f"{n}"}) for n in range(9)]

    assert answers[-1].status_code == 429
