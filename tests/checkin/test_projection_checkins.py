"""Check-ins: shown once, in the stream of their subject, to nobody else."""

import msgspec
import pytest

from shared import topics
from shared.events.couple import CheckinRecorded, MemberLeft
from shared.folding import Entry
from shared.views import place_of
from shared.views.couple import CheckinView
from tests.streams import HOUR_MS, Streams

ANA, BO = topics.person("ana"), topics.person("bo")


def feeling(author: str, note: str = "sealed note") -> CheckinRecorded:
    return CheckinRecorded(
        author=author,
        kind="feeling",
        local_date="2026-11-24",
        at_ms=1_795_518_000_000,
        zone="Europe/Paris",
        day_start=180,
        tzdata="2026.6",
        visibility="sealed",
        note=note,
    )


@pytest.fixture
def couple(streams: Streams) -> str:
    return topics.couple(streams.pair("ana", "bo"))


def part(streams: Streams, couple: str, person: str) -> None:
    """This member leaves the couple."""
    streams.write(couple, MemberLeft(person))


def test_a_checkin_is_listed_and_shown_in_its_stream(streams: Streams) -> None:
    streams.write(ANA, feeling("ana"), "x")
    assert streams.entries == [Entry("checkins/person/ana", f"2026-11-24/{place_of('ana', 'x')}")]
    packed = streams.views[f"checkin/person/ana/{place_of('ana', 'x')}"]
    assert packed is not None
    view = msgspec.msgpack.decode(packed, type=CheckinView)
    assert (view.id, view.author, view.note, view.visibility) == ("x", "ana", "sealed note", "sealed")


def test_a_repeated_checkin_changes_nothing(streams: Streams, couple: str) -> None:
    streams.write(couple, feeling("ana"), "x")
    assert streams.write(couple, feeling("ana", "another note"), "x") is None


def test_nobody_suppresses_the_checkin_of_another_with_its_id(streams: Streams, couple: str) -> None:
    streams.write(couple, feeling("ana"), "x")
    assert streams.write(couple, feeling("bo"), "x") is not None
    assert [entry.key for entry in streams.entries] == [
        f"2026-11-24/{place_of('ana', 'x')}",
        f"2026-11-24/{place_of('bo', 'x')}",
    ]


def test_a_checkin_is_remembered_for_four_days(streams: Streams) -> None:
    streams.write(ANA, feeling("ana"), "x")
    streams.now_ms += 96 * HOUR_MS
    assert streams.write(ANA, feeling("ana"), "x") is None


def test_the_memory_of_checkins_does_not_grow_for_ever(streams: Streams) -> None:
    for day in range(30):
        streams.write(ANA, feeling("ana"), f"x{day}")
        streams.now_ms += 24 * HOUR_MS
    assert len(streams.states[ANA].seen) == 5


def test_a_checkin_of_nobody_is_not_shown() -> None:
    streams = Streams()
    assert streams.write(ANA, feeling("ana"), "x") is None
    assert streams.write("couple/unknown", feeling("ana"), "x") is None


def test_a_persons_own_stream_takes_no_entry_of_another(streams: Streams) -> None:
    assert streams.write(ANA, feeling("bo"), "x") is None


def test_the_checkin_of_somebody_who_left_goes_to_their_own_stream(streams: Streams, couple: str) -> None:
    part(streams, couple, "bo")
    streams.write(couple, feeling("bo"), "x")
    assert streams.entries == []
    streams.settle()
    assert streams.entries == [Entry("checkins/person/bo", f"2026-11-24/{place_of('bo', 'x')}")]
    (handed_on,) = streams.crossed[couple, BO][1:]
    assert (handed_on.id, handed_on.type, handed_on.data) == ("x", "checkin.recorded", feeling("bo"))


def test_the_checkin_of_a_stranger_is_not_shown_to_the_couple(streams: Streams, couple: str) -> None:
    streams.register("eve")
    streams.write(couple, feeling("eve"), "x")
    streams.settle()
    assert streams.entries == [Entry("checkins/person/eve", f"2026-11-24/{place_of('eve', 'x')}")]


def test_a_checkin_is_handed_on_once(streams: Streams, couple: str) -> None:
    part(streams, couple, "bo")
    streams.write(couple, feeling("bo"), "x")
    assert streams.write(couple, feeling("bo"), "x") is None


def test_who_left_changes_nothing_of_what_the_couple_shows(streams: Streams, couple: str) -> None:
    before = streams.couple_view(topics.id_of(couple))
    part(streams, couple, "bo")
    assert streams.couple_view(topics.id_of(couple)) == before
