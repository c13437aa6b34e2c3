"""What streaks takes from the journal, what it ignores, and what it passes on."""

import pytest
from msgspec.structs import replace

from shared.events.couple import CheckinRecorded, CoupleFormed, MemberLeft
from shared.events.person import MemberJoined, PersonChanged, TokenRevoked
from tests.diaries import HOUR_MS, Diary, begin, begin_alone, clock, kinds, later, only
from tests.people import ANA, ANA_AND_BO, BO, EVE

DAY_ONE = "2026-11-24"
FORMED_MS = clock(ANA, f"{DAY_ONE} 10:00")


@pytest.fixture
def diary() -> Diary:
    return begin(FORMED_MS)


# --- repeats and crossings ----------------------------------------------------------------------------


def test_a_repeated_check_in_says_nothing_again(diary: Diary) -> None:
    for _ in range(2):
        diary.check_in(ANA, DAY_ONE, event_id="one", kind="appreciation", visibility="shared")
    assert kinds(diary.outputs) == ["appreciation.shared"]


def test_a_partner_cannot_suppress_an_entry_by_using_its_id_first(diary: Diary) -> None:
    diary.check_in(BO, DAY_ONE, "11:00", event_id="one")
    diary.check_in(ANA, DAY_ONE, "20:00", event_id="one")
    assert diary.states()[DAY_ONE] == "kept"


def test_a_check_in_is_known_again_for_four_days_of_log_time(diary: Diary) -> None:
    diary.check_in(ANA, DAY_ONE, event_id="one")
    diary.pass_time(FORMED_MS + 4 * 24 * HOUR_MS)
    before = diary.packed()
    diary.check_in(ANA, DAY_ONE, event_id="one", append_ms=FORMED_MS + 4 * 24 * HOUR_MS)
    assert diary.packed() == before


def test_check_ins_of_more_than_five_days_ago_are_forgotten(diary: Diary) -> None:
    diary.check_in(ANA, DAY_ONE)
    diary.check_in(ANA, later(DAY_ONE, 6))
    assert diary.state is not None
    assert len(diary.state.seen) == 1


def test_a_crossing_that_has_passed_is_ignored(diary: Diary) -> None:
    east = PersonChanged(zone="Asia/Tokyo", person=BO.id, from_ms=0)
    west = PersonChanged(zone="America/Denver", person=BO.id, from_ms=0)
    diary.append(FORMED_MS + 1, west, sender=BO.subject, sequence=2)
    before = diary.packed()
    diary.append(FORMED_MS + 2, east, sender=BO.subject, sequence=1)
    diary.append(FORMED_MS + 3, east, sender=BO.subject, sequence=2)
    assert diary.packed() == before


def test_a_couple_is_formed_once(diary: Diary) -> None:
    diary.check_in(ANA, DAY_ONE)
    before = diary.packed()
    members = tuple(person.member for person in ANA_AND_BO.members)
    diary.append(FORMED_MS + 1, CoupleFormed("i", members, "c"), sender=ANA.subject, sequence=1)
    assert diary.packed() == before


def test_nothing_is_kept_of_a_stream_that_has_not_begun() -> None:
    diary = Diary(ANA_AND_BO.subject)
    diary.check_in(ANA, DAY_ONE)
    assert diary.state is None


def test_other_events_change_nothing(diary: Diary) -> None:
    before = diary.packed()
    diary.append(FORMED_MS + 1, TokenRevoked("token"))
    assert diary.packed() == before


# --- a person's zone ----------------------------------------------------------------------------------


def test_a_person_alone_moves_when_their_date_ends() -> None:
    diary = begin_alone(ANA, FORMED_MS)
    diary.append(FORMED_MS + 1, PersonChanged(zone="America/New_York", command="c"))
    assert diary.view.days[0].closes_ms == clock(BO, f"{later(DAY_ONE, 1)} 03:00")


def test_a_change_of_name_or_language_is_nothing_to_streaks() -> None:
    diary = begin_alone(ANA, FORMED_MS)
    before = diary.packed()
    diary.append(FORMED_MS + 1, PersonChanged(language="fr", command="c"))
    assert diary.packed() == before


def test_a_stranger_moves_nobody(diary: Diary) -> None:
    before = diary.packed()
    move = PersonChanged(zone="Asia/Tokyo", person=EVE.id, from_ms=0)
    diary.append(FORMED_MS + 1, move, sender=EVE.subject, sequence=1)
    assert diary.packed() == before


# --- the end ------------------------------------------------------------------------------------------


def test_when_both_members_have_left_nothing_is_judged_or_said_any_more(diary: Diary) -> None:
    diary.check_in(ANA, DAY_ONE)
    diary.append(FORMED_MS + 4 * HOUR_MS, MemberLeft(BO.id, DAY_ONE), sender=BO.subject, sequence=1)
    diary.append(FORMED_MS + 4 * HOUR_MS, MemberLeft(ANA.id, DAY_ONE), sender=ANA.subject, sequence=9)
    assert diary.due_ms is None
    diary.check_in(ANA, DAY_ONE, "20:00", kind="appreciation", visibility="shared")
    assert (diary.outputs, diary.states()) == ([], {DAY_ONE: "excused"})


def test_a_person_who_has_joined_a_couple_is_judged_there_alone() -> None:
    diary = begin_alone(ANA, FORMED_MS)
    diary.check_in(ANA, DAY_ONE)
    shown = diary.view
    members = tuple(person.member for person in ANA_AND_BO.members)
    joined = MemberJoined(ANA_AND_BO.id, "i", members, DAY_ONE, FORMED_MS, 7)
    diary.append(FORMED_MS + 4 * HOUR_MS, joined, sender=ANA_AND_BO.subject, sequence=1)
    diary.check_in(ANA, later(DAY_ONE, 1))
    assert (diary.due_ms, diary.view) == (None, replace(shown, ahead=None))


# --- appreciations ------------------------------------------------------------------------------------


def test_a_shared_appreciation_is_passed_on_to_the_partner(diary: Diary) -> None:
    outputs = diary.check_in(ANA, DAY_ONE, event_id="one", kind="appreciation", visibility="shared")
    moment = only(outputs, "appreciation.shared")
    assert (moment.checkin, moment.author, moment.receiver) == ("one", ANA.id, BO.id)
    assert moment.expires_ms == diary.records[-1].append_ms + 24 * HOUR_MS


@pytest.mark.parametrize("visibility", ["sealed", "secret"])
def test_an_appreciation_that_is_not_shared_stays(diary: Diary, visibility: str) -> None:
    assert diary.check_in(ANA, DAY_ONE, kind="appreciation", visibility=visibility) == []


def test_an_appreciation_of_a_person_alone_goes_nowhere() -> None:
    diary = begin_alone(ANA, FORMED_MS)
    outputs = diary.check_in(ANA, DAY_ONE, kind="appreciation", visibility="shared")
    assert kinds(outputs) == ["streak.extended"]


def test_two_appreciations_are_two_moments(diary: Diary) -> None:
    for time in ("12:00", "13:00"):
        diary.check_in(ANA, DAY_ONE, time, kind="appreciation", visibility="shared")
    first, second = diary.outputs
    assert first.event.id != second.event.id


# --- odd entries --------------------------------------------------------------------------------------


def test_a_date_that_nobody_has_reached_counts_for_nothing(diary: Diary) -> None:
    entry = CheckinRecorded(ANA.id, "feeling", "2099-01-01", FORMED_MS, ANA.zone, 180, "2026f", "sealed")
    diary.append(FORMED_MS + 1, entry)
    assert list(diary.states()) == [DAY_ONE]
