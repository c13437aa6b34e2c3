"""Entering a check-in: what is taken, how it is stamped, what is refused."""

from typing import Any

import pytest
from checkin.words.decks import PROMPTS
from checkin.writing.recording import MOST_CHARACTERS, MOST_FEELINGS

from shared.events.values import KINDS
from tests.flow.refusals import pointers, refusal
from tests.flow.world import Somebody, World, body_of
from tests.streams import MINUTE_MS

UUID7 = "0193a000-0000-7000-8000-000000000001"


def test_a_check_in_is_accepted_with_its_id_and_local_date(ana: Somebody) -> None:
    answer = ana.ask("POST", "/v1/check-ins", {"kind": "feeling"})

    made = body_of(answer)
    assert answer.status_code == 202
    assert made == {"id": made["id"], "local_date": "2026-11-24"}


def test_everything_that_was_entered_can_be_read_again(ana: Somebody) -> None:
    entry = {
        "kind": "quality_time",
        "note": "À la mer 🌊\n\u0000 done",
        "feelings": ["calm", "playful"],
        "visibility": "shared",
        "busy": 3,
        "minutes": 1440,
        "what": "swimming",
        "prompt": PROMPTS[0].id,
        "id": UUID7,
    }
    ana.ok("POST", "/v1/check-ins", entry | {"at": "2026-11-24T10:00:00+02:00"})

    assert ana.get(f"/v1/check-ins/{UUID7}") == entry | {
        "author": ana.id,
        "local_date": "2026-11-24",
        "at": "2026-11-24T08:00:00.000Z",
        **dict.fromkeys(
            ("in_reply_to", "step", "felt_heard", "amended_at", "deleted", "awaits_reply", "unreadable")
        ),
    }


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_taken_with_its_default_visibility(ana: Somebody, kind: str) -> None:
    entry = ana.get(f"/v1/check-ins/{ana.check_in(kind)}")

    default = "shared" if kind in {"appreciation", "reflection"} else "sealed"
    assert (entry["kind"], entry["visibility"]) == (kind, default)


@pytest.mark.parametrize(
    ("when", "local_date"),
    [
        ({}, "2026-11-24"),
        ({"day": "today"}, "2026-11-24"),
        ({"day": "yesterday"}, "2026-11-23"),
        ({"day": "2026-11-22"}, "2026-11-22"),
        ({"at": "2026-11-24T01:59:59Z"}, "2026-11-23"),
        ({"at": "2026-11-24T02:00:00Z"}, "2026-11-24"),
        ({"at": "2026-11-24T15:59:00+05:00"}, "2026-11-24"),
    ],
)
def test_the_local_date_is_the_authors(ana: Somebody, when: dict[str, str], local_date: str) -> None:
    assert ana.ok("POST", "/v1/check-ins", {"kind": "feeling", **when})["local_date"] == local_date


def test_a_clock_that_is_a_little_ahead_is_taken_as_now(world: World, ana: Somebody) -> None:
    entry = ana.get(f"/v1/check-ins/{ana.check_in(at='2026-11-24T11:05:00Z')}")

    assert entry["at"] == "2026-11-24T11:00:00.000Z"


@pytest.mark.parametrize(
    ("when", "pointer"),
    [
        ({"at": "2026-11-24T11:05:01Z"}, "/at"),
        ({"at": "2026-11-22T01:59:59Z"}, "/at"),
        ({"at": "2026-11-24T08:00:00"}, "/at"),
        ({"at": "2026-11-24"}, "/at"),
        ({"at": "2026-11-24T10:59:60Z"}, "/at"),
        ({"at": "0000-01-01T00:00:00Z"}, "/at"),
        ({"at": "0001-01-01T00:00:00+23:59"}, "/at"),
        ({"at": "9999-12-31T23:59:59-23:59"}, "/at"),
        ({"at": "+12026-11-24T08:00:00Z"}, "/at"),
        ({"at": "2026-11-24T08:00:00+24:00"}, "/at"),
        ({"at": ""}, "/at"),
        ({"at": "9" * 5000}, "/at"),
        ({"at": 1795518000000}, "/at"),
        ({"day": "2026-11-21"}, "/day"),
        ({"day": "2026-11-25"}, "/day"),
        ({"day": "tomorrow"}, "/day"),
        ({"day": "0000-00-00"}, "/day"),
        ({"day": "0001-01-01"}, "/day"),
        ({"day": "9999-12-31"}, "/day"),
        ({"day": "10000-01-01"}, "/day"),
        ({"day": "2026-02-30"}, "/day"),
        ({"day": 20261124}, "/day"),
        ({"day": "today", "at": "2026-11-24T08:00:00Z"}, "/day"),
    ],
)
def test_a_time_that_cannot_be_entered_is_named(ana: Somebody, when: dict[str, Any], pointer: str) -> None:
    assert pointers(ana.ask("POST", "/v1/check-ins", {"kind": "feeling", **when})) == [pointer]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"kind": "FEELING"}, "/kind"),
        ({"kind": ["feeling"]}, "/kind"),
        ({"kind": None}, "/kind"),
        ({"note": "a" * (MOST_CHARACTERS + 1)}, "/note"),
        ({"note": 1}, "/note"),
        ({"feelings": "calm"}, "/feelings"),
        ({"feelings": ["calm", "meh"]}, "/feelings/1"),
        ({"feelings": [None]}, "/feelings/0"),
        ({"feelings": ["calm"] * (MOST_FEELINGS + 1)}, "/feelings"),
        ({"visibility": "public"}, "/visibility"),
        ({"busy": 0}, "/busy"),
        ({"busy": 4}, "/busy"),
        ({"busy": "1"}, "/busy"),
        ({"busy": True}, "/busy"),
        ({"minutes": 0}, "/minutes"),
        ({"minutes": 1441}, "/minutes"),
        ({"minutes": 1.5}, "/minutes"),
        ({"minutes": 10**400}, "/minutes"),
        ({"id": "1"}, "/id"),
        ({"id": 1}, "/id"),
        ({"in_reply_to": "1", "kind": "reflection"}, "/in_reply_to"),
        ({"in_reply_to": UUID7}, "/in_reply_to"),
        ({"author": UUID7}, "/author"),
        ({"local_date": "2026-11-24"}, "/local_date"),
        ({"a/b~c é": 1}, "/a~1b~0c é"),
        ({"": 1}, "/"),
    ],
)
def test_a_field_that_cannot_be_taken_is_named(ana: Somebody, change: dict[str, Any], pointer: str) -> None:
    assert pointers(ana.ask("POST", "/v1/check-ins", {"kind": "feeling"} | change)) == [pointer]


def test_what_is_refused_leaves_nothing_in_the_log(world: World, ana: Somebody) -> None:
    before = len(world.log.records)
    ana.ask("POST", "/v1/check-ins", {"kind": "nothing"}, Idempotency_Key="k")

    assert len(world.log.records) == before
    assert world.marks.kept == {}


def test_the_longest_note_is_taken(ana: Somebody) -> None:
    note = "é" * MOST_CHARACTERS

    assert ana.get(f"/v1/check-ins/{ana.check_in(note=note)}")["note"] == note


def test_no_text_or_feeling_stands_in_the_log_or_in_the_views(world: World, ana: Somebody) -> None:
    ana.check_in(note="Rumpelstilzchen", feelings=["lonely"])

    written = [raw.value or b"" for raw in world.log.records]
    shown = [packed for views in world.store.hashes.values() for packed in views.values()]
    assert not any(word in text for text in (*written, *shown) for word in (b"Rumpelstilzchen", b"lonely"))


def test_a_reflection_answers_the_partners_shared_entry(couple: str, ana: Somebody, bo: Somebody) -> None:
    told = ana.check_in(visibility="shared", note="A long day.")
    (seen,) = bo.get("/v1/check-ins")["check_ins"]
    answer = bo.check_in("reflection", in_reply_to=seen["id"], note="I hear you.")

    heard = next(e for e in ana.get("/v1/check-ins")["check_ins"] if e["author"] == bo.id)
    assert (heard["in_reply_to"], heard["note"]) == (told, "I hear you.")
    assert bo.get(f"/v1/check-ins/{answer}")["in_reply_to"] == seen["id"]


@pytest.mark.parametrize("visibility", ["sealed", "secret"])
def test_an_entry_that_is_not_shared_cannot_be_answered(
    couple: str, ana: Somebody, bo: Somebody, world: World, visibility: str
) -> None:
    hidden = world.front.masks.mask(ana.check_in(visibility=visibility))
    answer = bo.ask("POST", "/v1/check-ins", {"kind": "reflection", "in_reply_to": hidden})

    assert refusal(answer) == (404, "unknown_entry")


def test_nobody_answers_themselves_or_a_stranger(couple: str, ana: Somebody, eve: Somebody) -> None:
    mine = ana.check_in(visibility="shared")

    for somebody in (ana, eve):
        answer = somebody.ask("POST", "/v1/check-ins", {"kind": "reflection", "in_reply_to": mine})
        assert refusal(answer) == (404, "unknown_entry")


def test_the_newest_zone_data_is_noted_with_each_entry(world: World, ana: Somebody) -> None:
    ana.check_in()

    assert b'"tzdata":"2026f"' in (world.journal()[-1].value or b"")


def test_an_entry_of_the_other_side_of_the_world_has_its_own_date(world: World) -> None:
    dates = []
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        made = body_of(world.http.post("/v1/people", json={"name": "Far", "zone": zone}))
        somebody = Somebody(world.http, made["person"], made["token"])
        dates.append(somebody.ok("POST", "/v1/check-ins", {"kind": "feeling"})["local_date"])

    assert dates == ["2026-11-24", "2026-11-23"]


def test_a_day_that_has_just_ended_is_yesterday(world: World, ana: Somebody) -> None:
    world.wait(hours=15)
    world.clock.ms -= MINUTE_MS
    before = ana.ok("POST", "/v1/check-ins", {"kind": "feeling"})["local_date"]
    world.clock.ms += MINUTE_MS

    assert before == "2026-11-24"
    assert ana.ok("POST", "/v1/check-ins", {"kind": "feeling"})["local_date"] == "2026-11-25"
