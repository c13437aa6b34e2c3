"""Pairing step by step: who promises, who holds, who confirms, and what each is told."""

import pytest
from checkin.rules.states import Subject

from shared import topics
from shared.events.couple import MemberLeft
from shared.events.person import CoupleLeft, PersonChanged
from shared.events.values import Span
from shared.views.couple import CoupleView
from tests.streams import HOUR_MS, MINUTE_MS, NOON_MS, Streams

ANA, BO, CHI = topics.person("ana"), topics.person("bo"), topics.person("chi")
ACCEPTED = (200, None)


@pytest.fixture
def streams() -> Streams:
    streams = Streams()
    streams.register("ana", "bo", "chi")
    return streams


@pytest.fixture
def held(streams: Streams) -> Streams:
    """Ana has invited Bo with the code "a", and holds Bo's promise."""
    streams.invite("ana", "a")
    streams.accept("bo", "ana", "a")
    streams.settle()
    return streams


# --- invites ----------------------------------------------------------------------------------------


def test_an_invite_is_created(streams: Streams) -> None:
    assert streams.result("ana", streams.invite("ana", "a")) == (201, None)


def test_an_eleventh_open_invite_is_refused(streams: Streams) -> None:
    commands = [streams.invite("ana", f"a{nth}") for nth in range(11)]
    assert streams.result("ana", commands[9]) == (201, None)
    assert streams.result("ana", commands[10]) == (429, "too_many_invites")


def test_expired_invites_are_not_counted(streams: Streams) -> None:
    for nth in range(10):
        streams.invite("ana", f"a{nth}", hours=1)
    streams.now_ms += HOUR_MS
    assert streams.result("ana", streams.invite("ana", "late")) == (201, None)


def test_a_member_of_a_couple_cannot_invite(streams: Streams) -> None:
    streams.pair("ana", "bo")
    assert streams.result("ana", streams.invite("ana", "a")) == (409, "already_in_a_couple")


# --- accepting --------------------------------------------------------------------------------------


def test_accept_waits_for_the_inviters_answer(streams: Streams) -> None:
    streams.invite("ana", "a")
    command = streams.accept("bo", "ana", "a")
    assert streams.result("bo", command) is None
    streams.settle()
    outcome = streams.outcome("bo", command)
    assert outcome is not None
    assert (outcome.status, outcome.body) == (200, {"state": "accepted"})


def test_ones_own_invite_cannot_be_accepted(streams: Streams) -> None:
    streams.invite("ana", "a")
    assert streams.result("ana", streams.accept("ana", "ana", "a")) == (409, "own_invite")


def test_an_unknown_invite_is_refused_and_frees_the_joiner(streams: Streams) -> None:
    command = streams.accept("bo", "ana", "unknown")
    streams.settle()
    assert streams.result("bo", command) == (404, "unknown_invite")
    assert streams.person("bo").promise is None


def test_an_invite_of_nobody_is_refused_each_time(streams: Streams) -> None:
    for again in ("", " again"):
        command = streams.accept("bo", "nobody", "unknown", again)
        streams.settle()
        assert streams.result("bo", command) == (404, "unknown_invite")


def test_who_registers_after_a_promise_was_refused_can_still_invite(streams: Streams) -> None:
    streams.accept("bo", "dee", "early")
    streams.settle()
    streams.register("dee")
    assert streams.pair("dee", "bo")


def test_an_expired_invite_is_refused(streams: Streams) -> None:
    streams.invite("ana", "a", hours=1)
    streams.now_ms += HOUR_MS
    command = streams.accept("bo", "ana", "a")
    streams.settle()
    assert streams.result("bo", command) == (409, "invite_expired")


def test_the_second_joiner_of_an_invite_is_refused(held: Streams) -> None:
    command = held.accept("chi", "ana", "a")
    held.settle()
    assert held.result("chi", command) == (409, "invite_taken")
    assert held.person("chi").promise is None


def test_an_inviter_holds_one_promise_whatever_the_invite(held: Streams) -> None:
    held.invite("ana", "b")
    command = held.accept("chi", "ana", "b")
    held.settle()
    assert held.result("chi", command) == (409, "invite_taken")


def test_who_is_promised_cannot_promise_elsewhere(held: Streams) -> None:
    held.invite("chi", "c")
    assert held.result("bo", held.accept("bo", "chi", "c")) == (409, "promised_elsewhere")


def test_accepting_the_same_invite_again_is_still_accepted(held: Streams) -> None:
    assert held.result("bo", held.accept("bo", "ana", "a", " again")) == ACCEPTED


def test_a_promise_lapses_one_hour_after_its_invite(held: Streams) -> None:
    held.now_ms += 49 * HOUR_MS - 1
    assert held.result("bo", held.accept("bo", "chi", "c")) == (409, "promised_elsewhere")
    held.now_ms += 1
    held.invite("chi", "c")
    command = held.accept("bo", "chi", "c", " later")
    held.settle()
    assert held.result("bo", command) == ACCEPTED


def test_a_hold_ends_with_its_invite(held: Streams) -> None:
    held.now_ms += 48 * HOUR_MS
    held.invite("ana", "b")
    command = held.accept("chi", "ana", "b")
    held.settle()
    assert held.result("chi", command) == ACCEPTED


def test_neither_a_member_joins_nor_is_a_member_joined(streams: Streams) -> None:
    streams.invite("chi", "c")
    streams.pair("ana", "bo")
    assert streams.result("bo", streams.accept("bo", "chi", "c")) == (409, "already_in_a_couple")
    command = streams.accept("chi", "ana", "a")
    streams.settle()
    assert streams.result("chi", command) == (404, "unknown_invite")


def test_a_repeated_accept_is_decided_once(streams: Streams) -> None:
    streams.invite("ana", "a")
    streams.accept("bo", "ana", "a")
    repeated = streams.records[-1].event
    assert streams.append(repeated) is None
    streams.settle()
    assert streams.append(repeated) is None


# --- confirming -------------------------------------------------------------------------------------


def test_confirm_is_answered_when_the_couple_has_been_formed(held: Streams) -> None:
    command = held.confirm("ana")
    assert held.result("ana", command) is None
    held.settle()
    couple = held.person("ana").couple
    outcome = held.outcome("ana", command)
    assert couple is not None
    assert outcome is not None
    assert outcome.body == {"couple": couple, "members": ["ana", "bo"], "day_one": "2026-11-24"}
    formed = next(record for record in held.records if record.event.type == "couple.formed")
    assert (outcome.status, outcome.after) == (200, (topics.couple(couple), formed.offset))


def test_both_members_and_the_couple_agree(streams: Streams) -> None:
    couple = streams.pair("ana", "bo")
    assert streams.person_view("ana").couple == streams.person_view("bo").couple == couple
    assert streams.couple_view(couple) == CoupleView(couple, ("ana", "bo"), "2026-11-24", NOON_MS)


def test_the_days_before_stay_in_a_past_subject(streams: Streams) -> None:
    streams.pair("ana", "bo")
    assert streams.person_view("bo").past == (BO,)


def test_day_one_is_the_later_of_the_members_dates() -> None:
    streams = Streams()
    streams.now_ms += 6 * HOUR_MS
    streams.register("ana", zone="Pacific/Kiritimati")
    streams.register("bo", zone="America/Los_Angeles")
    assert streams.couple_view(streams.pair("bo", "ana")).day_one == "2026-11-25"


def test_nothing_can_be_confirmed_before_somebody_has_accepted(streams: Streams) -> None:
    streams.invite("ana", "a")
    assert streams.result("ana", streams.confirm("ana")) == (409, "nothing_to_confirm")


def test_a_confirm_after_the_invites_expiry_is_refused(held: Streams) -> None:
    held.now_ms += 48 * HOUR_MS
    assert held.result("ana", held.confirm("ana")) == (409, "invite_expired")


def test_a_promised_person_cannot_confirm(held: Streams) -> None:
    held.invite("chi", "c")
    held.accept("ana", "chi", "c")
    assert held.result("ana", held.confirm("ana")) == (409, "promised_elsewhere")


def test_a_member_cannot_confirm_again(streams: Streams) -> None:
    streams.pair("ana", "bo")
    assert streams.result("ana", streams.confirm("ana", " again")) == (409, "already_in_a_couple")


def test_while_the_couple_is_being_formed_its_inviter_decides_nothing_else(held: Streams) -> None:
    held.invite("chi", "c")
    held.confirm("ana")
    assert held.result("ana", held.confirm("ana", " again")) == (409, "confirm_under_way")
    assert held.result("ana", held.accept("ana", "chi", "c")) == (409, "confirm_under_way")
    late = held.accept("chi", "ana", "a")
    held.carry(CHI, ANA)
    held.carry(ANA, CHI)
    assert held.result("chi", late) == (409, "invite_taken")


def test_a_repeated_confirm_is_decided_once(held: Streams) -> None:
    held.confirm("ana")
    repeated = held.records[-1].event
    assert held.append(repeated) is None
    held.settle()
    assert held.append(repeated) is None


def test_with_the_couple_ones_other_invites_die(held: Streams) -> None:
    held.invite("bo", "b")
    held.confirm("ana")
    held.settle()
    command = held.accept("chi", "bo", "b")
    held.settle()
    assert held.result("chi", command) == (409, "already_in_a_couple")


# --- races ------------------------------------------------------------------------------------------


def test_the_couples_word_may_overtake_the_inviters_answer(streams: Streams) -> None:
    streams.invite("ana", "a")
    command = streams.accept("bo", "ana", "a")
    streams.carry(BO, ANA)
    streams.confirm("ana")
    couple = next(receiver for sender, receiver in streams.waiting() if receiver.startswith("couple/"))
    streams.carry(ANA, couple)
    streams.carry(couple, BO)
    assert streams.result("bo", command) == ACCEPTED
    streams.settle()
    assert len(streams.told[command]) == 1
    assert streams.person("bo").couple == streams.person("ana").couple


def promise_each_other(streams: Streams) -> tuple[str, str]:
    """Ana and Bo accept each other's invites before either hears of the other's promise."""
    streams.invite("ana", "a")
    streams.invite("bo", "b")
    return streams.accept("ana", "bo", "b"), streams.accept("bo", "ana", "a")


@pytest.mark.parametrize("first", [(ANA, BO), (BO, ANA)])
def test_of_two_promised_to_each_other_the_smaller_id_holds(streams: Streams, first: tuple[str, str]) -> None:
    anas, bos = promise_each_other(streams)
    streams.carry(*first)
    streams.settle()
    assert streams.result("ana", anas) == (409, "promised_to_each_other")
    assert streams.result("bo", bos) == ACCEPTED
    streams.confirm("ana")
    streams.settle()
    assert streams.person("ana").couple is not None
    assert streams.person("ana").couple == streams.person("bo").couple


def test_who_holds_and_then_promises_to_the_same_one_gives_up_the_hold(streams: Streams) -> None:
    streams.invite("ana", "a")
    streams.invite("bo", "b")
    streams.accept("ana", "bo", "b")
    streams.settle()
    streams.accept("bo", "ana", "a")
    streams.settle()
    assert streams.person("bo").held is None
    assert streams.person("ana").promise is None
    assert streams.result("ana", "ana accepts b") == ACCEPTED


def test_a_late_word_of_the_couple_finds_the_promise_lapsed(held: Streams) -> None:
    held.now_ms += 48 * HOUR_MS - MINUTE_MS
    held.confirm("ana")
    held.now_ms += HOUR_MS + MINUTE_MS
    held.settle()
    couple = held.person("ana").couple
    assert couple is not None
    assert held.person("bo").couple is None
    assert held.crossed[BO, topics.couple(couple)][-1].data == MemberLeft("bo", "2026-11-26")
    # Who keeps Bo's own days had taken the couple's word for true.
    assert held.crossed[BO, BO][-1].data == CoupleLeft()
    formed = held.states[topics.couple(couple)].couple
    assert formed is not None
    assert formed.left == ("bo",)


def test_a_zone_changed_since_the_promise_crosses_on_joining(held: Streams) -> None:
    held.write(BO, PersonChanged(zone="Asia/Tokyo", command="c"))
    held.confirm("ana")
    held.settle()
    couple = topics.couple(held.person("bo").couple or "")
    assert [event.data for event in held.crossed[BO, couple]] == [
        PersonChanged(zone="Asia/Tokyo", day_start=180, person="bo", from_ms=NOON_MS + 15 * HOUR_MS)
    ]


def test_two_changes_since_the_promise_cross_as_two(held: Streams) -> None:
    held.write(BO, PersonChanged(zone="Asia/Tokyo", command="c"))
    held.now_ms += 24 * HOUR_MS
    held.write(BO, PersonChanged(zone="Asia/Seoul", command="d"))
    held.confirm("ana")
    held.settle()
    crossed = held.crossed[BO, topics.couple(held.person("bo").couple or "")]
    assert [event.data.zone for event in crossed] == ["Asia/Tokyo", "Asia/Seoul"]
    assert len({event.id for event in crossed}) == 2


def test_a_change_taken_back_since_the_promise_crosses_too(streams: Streams) -> None:
    streams.write(BO, PersonChanged(zone="Asia/Tokyo", command="c"))
    streams.invite("ana", "a")
    streams.accept("bo", "ana", "a")
    streams.settle()
    streams.write(BO, PersonChanged(zone="Europe/Paris", command="d"))
    streams.confirm("ana")
    streams.settle()
    (news,) = streams.crossed[BO, topics.couple(streams.person("bo").couple or "")]
    assert news.data.zone == "Europe/Paris"
    assert streams.person("bo").spans == (Span(0, "Europe/Paris", 180),)


def test_a_couple_is_formed_once(streams: Streams) -> None:
    couple = topics.couple(streams.pair("ana", "bo"))
    before: Subject = streams.states[couple]
    (formed,) = streams.crossed[ANA, couple]
    streams.write(couple, formed.data)
    assert streams.states[couple] == before
