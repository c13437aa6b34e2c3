"""People, their tokens, channels and keys, and how crossings are numbered."""

import msgspec
from checkin.rules.outcomes import MOST_KEPT
from checkin.rules.projection import Projection

from shared import topics
from shared.events import decode, encode
from shared.events.couple import TimePassed
from shared.events.person import (
    ChannelAdded,
    ChannelRemoved,
    KeyWrapped,
    PersonChanged,
    PersonRegistered,
    TokenIssued,
    TokenRevoked,
)
from shared.events.values import Span
from shared.folding import AnyFold
from shared.views.person import ChannelView, TokenView
from tests.streams import HOUR_MS, MINUTE_MS, NOON_MS, Streams

ANA = topics.person("ana")


def test_the_projection_is_a_fold() -> None:
    fold: AnyFold = Projection()
    assert fold.layout == 1


def test_a_registered_person_is_shown_with_their_first_token(streams: Streams) -> None:
    view = streams.person_view("ana")
    assert view.tokens == {"ana-1": TokenView("write", "digest", issued_ms=NOON_MS)}
    assert view.spans[-1].zone == "Europe/Paris"
    assert view.registered_ms == NOON_MS


def test_a_second_registration_changes_nothing(streams: Streams) -> None:
    assert streams.write(ANA, PersonRegistered("Asia/Tokyo", 0, "fr", "other", "t", "d")) is None


def test_what_nobody_knows_and_what_tells_the_time_changes_nothing(streams: Streams) -> None:
    assert streams.write(ANA, TimePassed()) is None


def test_a_name_and_a_language_change_at_once(streams: Streams) -> None:
    streams.write(ANA, PersonChanged(name="new", language="fr", command="c"), "renaming")
    view = streams.person_view("ana")
    assert (view.name, view.name_event, view.language) == ("new", "renaming", "fr")
    assert streams.result("ana", "c") == (200, None)


def test_a_zone_changes_when_the_date_ends(streams: Streams) -> None:
    streams.write(ANA, PersonChanged(zone="Asia/Tokyo", command="c"))
    spans = streams.person_view("ana").spans
    assert [span.zone for span in spans] == ["Europe/Paris", "Asia/Tokyo"]
    assert spans[1].from_ms == NOON_MS + 15 * HOUR_MS


def test_a_zone_of_somebody_alone_is_answered_after_streaks_has_read_it(streams: Streams) -> None:
    streams.write(ANA, PersonChanged(zone="Asia/Tokyo", command="c"))
    outcome = streams.outcome("ana", "c")
    assert outcome is not None
    assert outcome.after == (ANA, streams.records[-1].offset)


def test_a_zone_of_a_member_crosses_to_the_couple(streams: Streams) -> None:
    couple = topics.couple(streams.pair("ana", "bo"))
    streams.write(ANA, PersonChanged(zone="Asia/Tokyo", command="c"))
    news = streams.crossed[ANA, couple][-1].data
    assert news == PersonChanged(
        zone="Asia/Tokyo", day_start=180, person="ana", from_ms=NOON_MS + 15 * HOUR_MS
    )


def test_a_name_of_a_member_does_not_cross(streams: Streams) -> None:
    streams.pair("ana", "bo")
    change = streams.write(ANA, PersonChanged(name="new", command="c"))
    assert change is not None
    assert list(change.outputs) == []


def test_tokens_come_and_go(streams: Streams) -> None:
    streams.write(ANA, TokenIssued("ana-2", "read", "other", "issue"))
    assert set(streams.person_view("ana").tokens) == {"ana-1", "ana-2"}
    streams.write(ANA, TokenRevoked("ana-1", "revoke"))
    assert streams.person_view("ana").tokens == {"ana-2": TokenView("read", "other", issued_ms=NOON_MS)}
    assert (streams.result("ana", "issue"), streams.result("ana", "revoke")) == ((201, None), (200, None))


def test_a_token_in_a_state_from_before_names_is_read() -> None:
    packed = msgspec.msgpack.encode(["write", "digest"])
    assert msgspec.msgpack.decode(packed, type=TokenView) == TokenView("write", "digest")


def test_an_unknown_token_cannot_be_revoked(streams: Streams) -> None:
    streams.write(ANA, TokenRevoked("nope", "revoke"))
    assert streams.result("ana", "revoke") == (404, "unknown_token")


def test_a_channel_is_shown_with_the_event_its_secrets_are_bound_to(streams: Streams) -> None:
    streams.write(ANA, ChannelAdded("ch", "webhook", "address", "secret", "add"), "adding")
    assert streams.person_view("ana").channels == {
        "ch": ChannelView("webhook", "address", "secret", "adding")
    }
    assert streams.result("ana", "add") == (201, None)


def test_a_sixth_channel_is_refused(streams: Streams) -> None:
    for nth in range(6):
        streams.write(ANA, ChannelAdded(f"ch{nth}", "webhook", "a", "s", f"add{nth}"))
    assert streams.result("ana", "add4") == (201, None)
    assert streams.result("ana", "add5") == (409, "too_many_channels")


def test_a_channel_is_removed_once(streams: Streams) -> None:
    streams.write(ANA, ChannelAdded("ch", "webhook", "a", "s", "add"))
    streams.write(ANA, ChannelRemoved("ch", "remove"))
    streams.write(ANA, ChannelRemoved("ch", "remove again"))
    assert streams.person_view("ana").channels == {}
    assert streams.result("ana", "remove") == (200, None)
    assert streams.result("ana", "remove again") == (404, "unknown_channel")


def test_a_key_may_come_before_or_after_its_person() -> None:
    before, after = Streams(), Streams()
    before.write(ANA, KeyWrapped(b"wrapped"), topic=topics.KEYS)
    before.register("ana")
    after.register("ana")
    after.write(ANA, KeyWrapped(b"wrapped"), topic=topics.KEYS)
    assert before.person_view("ana").key == after.person_view("ana").key == b"wrapped"


def test_a_key_in_the_journal_is_no_key(streams: Streams) -> None:
    assert streams.write(ANA, KeyWrapped(b"wrapped")) is None


def test_only_keys_are_read_from_the_topic_of_keys(streams: Streams) -> None:
    assert streams.write(ANA, TokenRevoked("ana-1", "revoke"), topic=topics.KEYS) is None


def test_a_repeated_command_keeps_its_first_outcome(streams: Streams) -> None:
    streams.write(ANA, ChannelRemoved("ch", "remove"))
    streams.write(ANA, ChannelAdded("ch", "webhook", "a", "s", "add"))
    assert streams.write(ANA, ChannelRemoved("ch", "remove")) is None
    assert streams.result("ana", "remove") == (404, "unknown_channel")


def test_outcomes_are_kept_for_an_hour(streams: Streams) -> None:
    streams.write(ANA, TokenRevoked("nope", "first"))
    streams.now_ms += HOUR_MS - MINUTE_MS
    streams.write(ANA, TokenRevoked("nope", "second"))
    assert streams.outcome("ana", "first") is not None
    streams.now_ms += MINUTE_MS
    streams.write(ANA, TokenRevoked("nope", "third"))
    assert streams.outcome("ana", "first") is None
    assert streams.outcome("ana", "second") is not None


def test_of_many_outcomes_the_latest_are_kept(streams: Streams) -> None:
    for nth in range(MOST_KEPT + 1):
        streams.write(ANA, TokenRevoked("nope", f"command {nth}"))
    assert streams.outcome("ana", "command 0") is None
    assert streams.outcome("ana", "command 1") is not None


def test_the_commands_of_nobody_change_nothing() -> None:
    assert Streams().write(ANA, TokenRevoked("ana-1", "revoke")) is None


def test_crossings_are_numbered_and_bear_the_time_of_their_cause(streams: Streams) -> None:
    streams.invite("bo", "code")
    streams.accept("ana", "bo", "code")
    streams.settle()
    first, second = streams.crossed[ANA, "person/bo"], streams.crossed["person/bo", ANA]
    assert [event.sequence for event in (*first, *second)] == [1, 1]
    assert {event.time for event in (*first, *second)} == {"2026-11-24T11:00:00.000Z"}
    assert {event.sender for event in first} == {ANA}


def test_the_same_cause_gives_the_same_ids() -> None:
    def ids() -> list[str]:
        streams = Streams()
        streams.register("ana", "bo")
        streams.pair("ana", "bo")
        return [event.id for events in streams.crossed.values() for event in events]

    assert ids() == ids()
    assert len(set(ids())) == len(ids()) == 5


def test_every_crossing_survives_its_journey_as_json(streams: Streams) -> None:
    streams.pair("ana", "bo")
    for events in streams.crossed.values():
        for event in events:
            assert decode(encode(event)) == event


def test_a_crossing_that_comes_again_changes_nothing(streams: Streams) -> None:
    streams.pair("ana", "bo")
    for events in list(streams.crossed.values()):
        for event in events:
            assert streams.append(event) is None


def test_the_first_span_covers_what_lies_before_the_registration(streams: Streams) -> None:
    assert streams.person_view("ana").spans == (Span(0, "Europe/Paris", 180),)


def test_a_state_is_the_same_after_a_stay_in_the_store(streams: Streams) -> None:
    streams.pair("ana", "bo")
    for state in streams.states.values():
        packed = msgspec.msgpack.encode(state)
        assert msgspec.msgpack.encode(msgspec.msgpack.decode(packed, type=type(state))) == packed
