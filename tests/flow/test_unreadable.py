"""A text that was altered in the log: its own entry says so, and no other."""

import base64
import json
from typing import Any

import msgspec
import pytest
from checkin.door.auth import Me
from checkin.reading.presenting import Sight
from structlog.testing import capture_logs

from shared.logs import hashed
from shared.views import PROJECTOR
from shared.views.couple import CheckinView
from shared.views.person import PersonView
from tests.flow.partners import others
from tests.flow.world import Somebody, World

SPOILT = "0193a000-0000-7000-8000-00000000000f"


def spoil(world: World, *fields: str) -> str:
    """Write the last entry again under another id, with one bit of these texts altered; that id."""
    event: Any = json.loads(world.journal()[-1].value or b"")
    person, key = event["data"]["author"], key_of(world, event["data"]["author"])
    for name in ("note", "feelings"):
        text = world.front.sealer.open(person, key, event["id"], name, event["data"][name])
        sealed = bytearray(base64.b64decode(world.front.sealer.seal(person, key, SPOILT, name, text)))
        sealed[-1] ^= name in fields
        event["data"][name] = base64.b64encode(sealed).decode()
    world.plant(json.dumps(event | {"id": SPOILT}).encode())
    return SPOILT


def key_of(world: World, person: str) -> bytes:
    (found,) = world.store.views([(PROJECTOR, f"person/{person}", f"person/{person}")])
    key = msgspec.msgpack.decode(found or b"", type=PersonView).key
    assert key is not None
    return key


def by_id(somebody: Somebody) -> dict[str, Any]:
    return {entry["id"]: entry for entry in somebody.get("/v1/check-ins")["check_ins"]}


def test_the_entry_is_shown_with_a_flag_and_the_rest_of_the_page_as_usual(
    world: World, ana: Somebody
) -> None:
    first = ana.check_in(note="Before.", feelings=["calm"])
    spoilt = spoil(world, "note", "feelings")
    last = ana.check_in(note="After.")

    seen = by_id(ana)
    told = {
        entry: (seen[entry]["note"], seen[entry]["feelings"], seen[entry]["unreadable"]) for entry in seen
    }
    assert told == {
        first: ("Before.", ["calm"], None),
        spoilt: (None, None, True),
        last: ("After.", None, None),
    }
    assert ana.get(f"/v1/check-ins/{spoilt}") == seen[spoilt]


def test_what_still_opens_of_it_is_shown(world: World, ana: Somebody) -> None:
    ana.check_in(note="Fine.", feelings=["calm"])
    spoilt = spoil(world, "note")

    entry = ana.get(f"/v1/check-ins/{spoilt}")
    assert (entry["note"], entry["feelings"], entry["unreadable"]) == (None, ["calm"], True)


def test_the_partner_is_told_the_same_of_what_is_shared(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    ana.check_in(note="For you.", feelings=["calm"], visibility="shared")
    spoil(world, "note")

    assert sorted((entry["note"] or "", entry["unreadable"]) for entry in others(bo)) == [
        ("", True),
        ("For you.", None),
    ]


def test_of_a_sealed_entry_the_partner_is_not_told(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    ana.check_in(note="Not yet.", feelings=["calm"], visibility="sealed")
    spoil(world, "note")

    assert [entry["unreadable"] for entry in others(bo)] == [None, None]


def test_the_log_of_the_service_warns_once_and_names_no_id(world: World, ana: Somebody) -> None:
    ana.check_in(note="Before.", feelings=["calm"])
    spoilt = spoil(world, "note", "feelings")
    with capture_logs() as lines:
        ana.get("/v1/check-ins")

    assert lines == [{"event": "entry unreadable", "log_level": "warning", "entry": hashed(spoilt)}]


@pytest.mark.parametrize("note", [None, "sealed"])
def test_without_the_authors_key_nothing_is_called_a_fault(
    world: World, ana: Somebody, note: str | None
) -> None:
    """The author was erased."""
    entry = CheckinView(SPOILT, ana.id, "feeling", "2026-11-24", "shared", 0, note=note)
    sight = Sight(world.front, Me(ana.id, PersonView((), "en", "", "", 0), ""), None)
    with capture_logs() as lines:
        texts = sight.texts(entry, None)

    assert set(texts.values()) == {None}
    assert lines == []
