"""A past for an empty site: in order, paired by the projector's own fold, readable with the site's keys."""

import random
from uuid import UUID

import msgspec
import pytest
from checkin.door.tokens import Tokens
from checkin.rules.projection import Projection
from cli.backdating import Dated
from cli.history import CROSSING_MS, STEP_MS, Checkin, Desk, Pairing, Past, Person

from shared import topics
from shared.days import DAY_MS
from shared.events import decode
from shared.events.couple import CheckinRecorded
from shared.records import RawRecord
from shared.sealing import Sealer
from shared.topics import JOURNAL, KEYS
from shared.views.couple import CoupleView
from shared.views.person import PersonView
from tests.chaos.oracle import Folded, fold

PARTITIONS = 3
NOON_MS = 1_795_518_000_000
"""2026-11-24 11:00 UTC, noon in Paris."""
ANA, BO, EVE = (f"0190{letter}000-0000-7000-8000-00000000000{letter}" for letter in "abe")


@pytest.fixture
def desk() -> Desk:
    chance = random.Random(7)
    return Desk(
        Sealer(b"m" * 32),
        Tokens(b"t" * 32),
        lambda: str(UUID(int=chance.getrandbits(128), version=4)),
        "2026.3",
    )


@pytest.fixture
def past(desk: Desk) -> Past:
    """Ana and Bo registered ten days ago and paired nine days ago; Eve is alone."""
    past = Past(desk, PARTITIONS)
    for person, name in ((ANA, "Ana"), (BO, "Bo"), (EVE, "Eve")):
        past.register(Person(person, name, "Europe/Paris", NOON_MS - 10 * DAY_MS))
    past.pair(Pairing(ANA, BO, NOON_MS - 9 * DAY_MS))
    return past


def raws(dated: list[Dated]) -> list[RawRecord]:
    """The records where they will stand, with the keys before the journal."""
    ends: dict[tuple[str, int], int] = {}
    found = []
    for message, at_ms in dated:
        where = (message.topic, message.partition)
        offset = ends[where] = ends.get(where, -1) + 1
        found.append(RawRecord(*where, offset, at_ms, message.key, message.value))
    return sorted(found, key=lambda raw: raw.topic != KEYS)


def folded(dated: list[Dated]) -> dict[int, Folded]:
    return {
        n: fold(Projection(), JOURNAL, [r for r in raws(dated) if r.partition == n])
        for n in range(PARTITIONS)
    }


def view(shards: dict[int, Folded], subject: str) -> bytes:
    return shards[topics.shard_of(subject, PARTITIONS)].views[subject]


def person_view(shards: dict[int, Folded], person: str) -> PersonView:
    return msgspec.msgpack.decode(view(shards, topics.person(person)), type=PersonView)


def test_two_become_a_couple_when_they_were_to(past: Past) -> None:
    shards = folded(past.written(NOON_MS))

    couple = person_view(shards, ANA).couple
    assert couple is not None
    formed = msgspec.msgpack.decode(view(shards, topics.couple(couple)), type=CoupleView)
    assert formed.members == (ANA, BO)
    assert formed.formed_ms == NOON_MS - 9 * DAY_MS + 2 * STEP_MS + CROSSING_MS


def test_every_crossing_that_the_fold_makes_is_in_the_past_once(past: Past) -> None:
    dated = past.written(NOON_MS)

    made = sorted(s.event.id for shard in folded(dated).values() for s in shard.said)
    events = [decode(message.value) for message, _ in dated]
    assert made == sorted(event.id for event in events if event.sender is not None)


def test_records_stand_in_order_of_time_and_end_with_time_passed_in_each_partition(past: Past) -> None:
    past.check_in(Checkin(EVE, NOON_MS - DAY_MS, "feeling"))
    past.check_in(Checkin(EVE, NOON_MS - 2 * DAY_MS, "feeling"))
    dated = past.written(NOON_MS)

    assert [at_ms for _, at_ms in dated] == sorted(at_ms for _, at_ms in dated)
    last = [(decode(m.value).type, m.partition, at_ms) for m, at_ms in dated[-PARTITIONS:]]
    assert last == [("time.passed", n, NOON_MS) for n in range(PARTITIONS)]


def test_check_ins_go_to_the_couple_and_secret_ones_to_the_author(past: Past) -> None:
    at_ms = NOON_MS - DAY_MS
    past.check_in(Checkin(ANA, at_ms, "feeling"))
    past.check_in(Checkin(ANA, at_ms, "best_thing", visibility="secret"))
    past.check_in(Checkin(ANA, NOON_MS - 10 * DAY_MS + 1000, "repair"))
    events = [decode(message.value) for message, _ in past.written(NOON_MS)]

    where = {e.data.kind: str(e.subject) for e in events if isinstance(e.data, CheckinRecorded)}
    assert where["feeling"].startswith("couple/")
    assert where["best_thing"] == where["repair"] == f"person/{ANA}"


def test_a_late_entry_is_dated_by_the_instant_it_tells_of(past: Past) -> None:
    past.check_in(Checkin(BO, NOON_MS - DAY_MS, "feeling", at_ms=NOON_MS - 2 * DAY_MS))
    events = [decode(message.value) for message, _ in past.written(NOON_MS)]

    assert [e.data.local_date for e in events if isinstance(e.data, CheckinRecorded)] == ["2026-11-22"]


def test_names_notes_and_tokens_are_real(past: Past, desk: Desk) -> None:
    past.check_in(Checkin(EVE, NOON_MS - DAY_MS, "feeling", note="We walked.", feelings=("calm",)))
    dated = past.written(NOON_MS)
    eve = person_view(folded(dated), EVE)
    assert eve.key is not None
    note = next(e for m, _ in dated if isinstance((e := decode(m.value)).data, CheckinRecorded))

    assert desk.sealer.open(EVE, eve.key, eve.name_event, "name", eve.name) == "Eve"
    assert desk.sealer.open(EVE, eve.key, note.id, "note", note.data.note) == "We walked."
    assert desk.sealer.open(EVE, eve.key, note.id, "feelings", note.data.feelings) == '["calm"]'
    assert [token.digest for token in eve.tokens.values()] == [desk.tokens.digest(past.tokens[EVE])]


def test_what_is_planned_after_the_end_is_refused(past: Past) -> None:
    past.check_in(Checkin(EVE, NOON_MS + 1, "feeling"))

    with pytest.raises(ValueError, match="after the end"):
        past.written(NOON_MS)


def test_two_who_cannot_become_a_couple_are_refused(past: Past) -> None:
    past.pair(Pairing(EVE, BO, NOON_MS - DAY_MS))

    with pytest.raises(ValueError, match="did not become a couple"):
        past.written(NOON_MS)


def test_nobody_acts_before_they_have_registered(past: Past) -> None:
    past.check_in(Checkin(EVE, NOON_MS - 11 * DAY_MS, "feeling"))

    with pytest.raises(ValueError, match="had not registered"):
        past.written(NOON_MS)
