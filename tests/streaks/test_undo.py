"""A mistaken tap is taken back within ten minutes: nothing of it stays, and what was told is put right."""

from collections import Counter
from typing import Any

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shared import days
from shared.events.couple import CheckinUndone, MemberLeft, PactChanged, PauseOpened
from shared.events.person import PersonChanged, TokenRevoked
from shared.folding import Output
from shared.undo import UNDO_MS
from tests.diaries import HOUR_MS, Diary, begin, begin_alone, clock, kinds, later, only
from tests.oracle.chance import random_history
from tests.oracle.histories import DAY, History, Undo
from tests.oracle.playing import begun, played, tell
from tests.people import ANA, BO, CHI, CHI_AND_DEE, DEE, EVE, Person
from tests.streaks.test_invariances import answers, lives

DAY_ONE = "2026-11-24"
SECOND, THIRD, FOURTH, FIFTH = [later(DAY_ONE, place) for place in range(1, 5)]
MINUTE_MS = 60_000


@pytest.fixture
def diary() -> Diary:
    return begin(clock(ANA, f"{DAY_ONE} 10:00"))


def keep(diary: Diary, *dates: str) -> None:
    for date in dates:
        diary.check_in(ANA, date, event_id=f"ana-{date}")
        diary.check_in(BO, date, event_id=f"bo-{date}")


def undo(diary: Diary, person: Person, checkin: str, after_ms: int = MINUTE_MS) -> list[Output]:
    """So long after the last record."""
    return diary.append(diary.records[-1].append_ms + after_ms, CheckinUndone(person.id, checkin, "command"))


def agree(diary: Diary, at: str, **what: Any) -> None:
    diary.append(clock(ANA, at), PactChanged(ANA.id, "command", **what))


def facts(diary: Diary) -> dict[str, Any]:
    """All of the state but what tells repeats, what may yet be taken back, and what has been told."""
    assert diary.state is not None
    told_apart = ("seen", "fresh", "taken_back", "warned")
    state: dict[str, Any] = msgspec.structs.asdict(diary.state)
    return {name: value for name, value in state.items() if name not in told_apart}


# --- it was never there -------------------------------------------------------------------------------


def test_a_day_that_was_kept_by_a_mistaken_tap_is_open_again(diary: Diary) -> None:
    keep(diary, DAY_ONE)
    corrected = only(undo(diary, BO, f"bo-{DAY_ONE}"), "streak.corrected")

    (day,) = diary.view.days
    assert (corrected.date, corrected.count, corrected.members) == (DAY_ONE, 0, (ANA.id, BO.id))
    assert (day.state, day.present, diary.view.count, diary.view.longest) == ("open", (ANA.id,), 0, 0)


def test_of_what_is_taken_back_no_kind_and_no_busy_day_stays(diary: Diary) -> None:
    before = facts(diary)
    diary.check_in(ANA, DAY_ONE, kind="best_thing", busy=2, event_id="one")
    undo(diary, ANA, "one")
    assert facts(diary) == before
    assert (diary.view.kind_days, diary.view.busy_days) == ({}, 0)


@pytest.mark.parametrize("mistaken", ["one", "other"])
@pytest.mark.parametrize("person", [ANA, BO])
def test_what_another_entry_says_too_stays(diary: Diary, mistaken: str, person: Person) -> None:
    twice, once = diary, begin(clock(ANA, f"{DAY_ONE} 10:00"))
    at_ms = clock(ANA, f"{DAY_ONE} 12:00")
    for event_id, author in (("one", ANA), ("other", person)):
        for each in (twice, once) if event_id != mistaken else (twice,):
            each.check_in(author, DAY_ONE, event_id=event_id, busy=1, kind="safe_space", append_ms=at_ms)
    undo(twice, ANA if mistaken == "one" else person, mistaken)
    assert facts(twice) == facts(once)


def test_both_of_two_that_said_the_same_can_be_taken_back(diary: Diary) -> None:
    before = facts(diary)
    for event_id in ("one", "other"):
        diary.check_in(ANA, DAY_ONE, event_id=event_id, busy=1, kind="safe_space")
    for event_id in ("one", "other"):
        undo(diary, ANA, event_id)
    assert facts(diary) == before


def test_a_person_alone_takes_back_too() -> None:
    diary = begin_alone(ANA, clock(ANA, f"{DAY_ONE} 10:00"))
    diary.check_in(ANA, DAY_ONE, event_id="one")
    assert kinds(undo(diary, ANA, "one")) == ["streak.corrected"]
    assert diary.view.count == 0


# --- a closed day -------------------------------------------------------------------------------------


def test_a_reserve_day_that_a_late_entry_had_corrected_is_that_again(diary: Diary) -> None:
    keep(diary, DAY_ONE)
    diary.check_in(ANA, SECOND)
    late_ms = clock(BO, f"{THIRD} 09:00")
    diary.check_in(BO, SECOND, append_ms=late_ms, event_id="late")
    corrected = only(undo(diary, BO, "late"), "streak.corrected")
    assert (corrected.date, corrected.count) == (SECOND, 1)
    assert (diary.states()[SECOND], diary.view.reserve_left) == ("reserve", 1)


def test_a_streak_that_a_late_entry_had_mended_is_broken_again_with_one_correction(diary: Diary) -> None:
    keep(diary, DAY_ONE)
    diary.check_in(ANA, THIRD)
    diary.pass_time(clock(BO, f"{FIFTH} 03:00"))
    diary.check_in(BO, THIRD, append_ms=clock(BO, f"{FIFTH} 03:10"), event_id="late")
    mended = list(diary.states().values())[:4]
    outputs = undo(diary, BO, "late")
    assert mended == ["kept", "reserve", "kept", "reserve"]
    assert list(diary.states().values())[:4] == ["kept", "reserve", "reserve", "not_kept"]
    assert [(o.event.type, o.event.data.date, o.event.data.count) for o in outputs] == [
        ("streak.corrected", THIRD, 0)
    ]


def test_a_date_that_travel_skipped_is_excused_again() -> None:
    diary = begin(clock(CHI, f"{DAY_ONE} 10:00"), CHI_AND_DEE)
    # Dee flies to Kiritimati, 24 hours ahead: at the end of the 24th it is the 26th there.
    end_ms = clock(DEE, f"{SECOND} 00:00")
    move = PersonChanged(zone="Pacific/Kiritimati", person=DEE.id, from_ms=end_ms)
    diary.append(clock(DEE, f"{DAY_ONE} 13:00"), move, sender=DEE.subject, sequence=1)
    closed_ms = clock(CHI, f"{THIRD} 03:00")
    diary.check_in(CHI, SECOND, append_ms=closed_ms - 2 * MINUTE_MS)
    diary.check_in(DEE, SECOND, append_ms=closed_ms - MINUTE_MS, event_id="skipped")
    diary.pass_time(closed_ms)
    kept = diary.states()[SECOND]
    undo(diary, DEE, "skipped", 5 * MINUTE_MS)
    assert (kept, diary.states()[SECOND]) == ("kept", "excused")


# --- repairs ------------------------------------------------------------------------------------------

CLOSED_MS = clock(BO, f"{FIFTH} 03:00")
"""When the fourth day has ended for both: with it the streak of the first is broken."""


@pytest.fixture
def broken(diary: Diary) -> Diary:
    keep(diary, DAY_ONE)
    diary.pass_time(CLOSED_MS)
    return diary


def offer(diary: Diary, person: Person, *offered: str, date: str = FIFTH, append_ms: int = 0) -> None:
    """One kind a minute, by default half an hour after the close."""
    for minute, kind in enumerate(offered):
        at_ms = (append_ms or CLOSED_MS + 30 * MINUTE_MS) + minute * MINUTE_MS
        diary.check_in(person, date, kind=kind, event_id=f"{person.name}-{kind}", append_ms=at_ms)


def test_a_repair_that_is_taken_back_is_told_once(broken: Diary) -> None:
    for person in (ANA, BO):
        offer(broken, person, "feeling", "tango")
    repaired = broken.states()[FOURTH]
    corrected = only(undo(broken, BO, "Bo-tango"), "streak.corrected")
    assert (repaired, broken.states()[FOURTH]) == ("repaired", "not_kept")
    assert (corrected.date, corrected.count, broken.view.count) == (FOURTH, 1, 1)


def test_a_third_kind_takes_the_place_of_one_that_is_taken_back(broken: Diary) -> None:
    offer(broken, ANA, "feeling", "tango")
    offer(broken, BO, "feeling", "tango", "chess")
    assert undo(broken, BO, "Bo-feeling") == []
    assert broken.states()[FOURTH] == "repaired"


def test_the_same_kind_told_again_holds_the_repair(broken: Diary) -> None:
    offer(broken, ANA, "feeling", "tango")
    offer(broken, BO, "feeling", "tango")
    broken.check_in(BO, FIFTH, kind="tango", append_ms=broken.records[-1].append_ms + 1, event_id="again")
    assert undo(broken, BO, "Bo-tango") == []
    assert kinds(undo(broken, BO, "again")) == ["streak.corrected"]


def test_what_is_recorded_while_a_missed_day_is_kept_by_mistake_repairs_it_after(diary: Diary) -> None:
    keep(diary, DAY_ONE)
    diary.check_in(ANA, FOURTH)
    diary.pass_time(CLOSED_MS)
    diary.check_in(BO, FOURTH, append_ms=CLOSED_MS + 29 * MINUTE_MS, event_id="late")
    for person in (ANA, BO):
        offer(diary, person, "feeling", "tango")
    assert (diary.states()[FOURTH], diary.view.count) == ("kept", 3)
    # A repaired day counts as a kept one does: the streak is the same, and nothing is to be told.
    assert undo(diary, BO, "late") == []
    assert (diary.states()[FOURTH], diary.view.count) == ("repaired", 3)


def test_an_offer_that_passed_to_another_entry_outlives_the_mistake_that_kept_the_day(diary: Diary) -> None:
    keep(diary, DAY_ONE)
    diary.check_in(ANA, FOURTH)
    diary.pass_time(CLOSED_MS)
    for minute, (date, event_id) in enumerate([(FIFTH, "one"), (FIFTH, "other"), (FOURTH, "late")]):
        diary.check_in(BO, date, append_ms=CLOSED_MS + minute * MINUTE_MS, event_id=event_id)
    undo(diary, BO, "one", 6 * MINUTE_MS)
    # By now "other" cannot be taken back any more, but "late" can.
    offer(diary, ANA, "feeling", append_ms=CLOSED_MS + 11 * MINUTE_MS + 6_000)
    undo(diary, BO, "late", 30_000)
    offer(diary, ANA, "tango")
    assert diary.states()[FOURTH] == "not_kept"
    offer(diary, BO, "tango")
    assert diary.states()[FOURTH] == "repaired"


# --- modes --------------------------------------------------------------------------------------------


def test_a_week_that_a_mistaken_tap_completed_is_not_kept_any_more() -> None:
    diary = begin(clock(ANA, "2026-11-23 10:00"))
    agree(diary, "2026-11-23 10:30", mode="weekly:3")
    keep(diary, "2026-11-23", "2026-11-24", "2026-11-25")
    corrected = only(undo(diary, BO, "bo-2026-11-25"), "streak.corrected")
    assert (corrected.date, corrected.count) == ("2026-11-25", 0)
    # The week is completed by another day: that is told as ever.
    keep(diary, "2026-11-26")
    assert only(diary.outputs[-1:], "streak.extended").count == 1


def test_a_day_more_than_a_week_needs_is_taken_back_without_a_word() -> None:
    diary = begin(clock(ANA, "2026-11-23 10:00"))
    agree(diary, "2026-11-23 10:30", mode="weekly:2")
    keep(diary, "2026-11-23", "2026-11-24", "2026-11-25")
    assert undo(diary, BO, "bo-2026-11-25") == []
    assert (diary.view.count, diary.states()["2026-11-25"]) == (1, "open")


def test_a_week_that_a_late_tap_had_saved_is_missed_again() -> None:
    diary = begin(clock(ANA, "2026-11-23 10:00"))
    agree(diary, "2026-11-23 10:30", mode="weekly:3")
    keep(diary, "2026-11-23", "2026-11-24")
    diary.check_in(ANA, "2026-11-29")
    late_ms = clock(BO, "2026-11-30 09:00")
    saved = only(diary.check_in(BO, "2026-11-29", append_ms=late_ms, event_id="late"), "streak.corrected")
    lost = only(undo(diary, BO, "late"), "streak.corrected")
    assert (saved.count, lost.count, lost.date) == (1, 0, "2026-11-29")


def test_where_two_misses_break_a_late_tap_that_is_taken_back_lets_them_break(diary: Diary) -> None:
    agree(diary, f"{DAY_ONE} 10:30", mode="two_misses")
    keep(diary, DAY_ONE)
    diary.check_in(ANA, SECOND)
    diary.pass_time(clock(BO, f"{FOURTH} 03:00"))
    diary.check_in(BO, SECOND, append_ms=clock(BO, f"{FOURTH} 03:10"), event_id="late")
    mended = diary.view.count
    lost = only(undo(diary, BO, "late"), "streak.corrected")
    assert (mended, lost.count, lost.date) == (2, 0, SECOND)


# --- the clock of quality time ------------------------------------------------------------------------

LAPSED = later(DAY_ONE, 12)
"""A day on which quality time has been overdue for some hours."""


def quality(diary: Diary, person: Person, date: str = LAPSED, event_id: str = "") -> list[Output]:
    """At noon in Paris."""
    at_ms = clock(ANA, f"{LAPSED} 12:00") + len(diary.records)
    return diary.check_in(person, date, kind="quality_time", append_ms=at_ms, event_id=event_id)


def test_the_lapse_that_a_mistaken_tap_ended_is_open_as_before_and_is_not_told_again(diary: Diary) -> None:
    diary.pass_time(clock(ANA, f"{LAPSED} 11:00"))
    before, counted = facts(diary), diary.tally["lapses_open"]
    assert kinds(quality(diary, ANA, event_id="one")) == ["lapse.closed"]
    assert undo(diary, ANA, "one") == []
    assert facts(diary) == before
    assert (counted, diary.tally["lapses_open"]) == (1, 1)


def test_a_lapse_ends_again_with_a_moment_of_its_own(diary: Diary) -> None:
    quality(diary, ANA, event_id="one")
    undo(diary, ANA, "one")
    quality(diary, ANA)
    told = [output.event.id for output in diary.outputs if output.event.type == "lapse.closed"]
    assert len(set(told)) == 2


def test_the_evening_that_the_other_told_too_ends_the_lapse(diary: Diary) -> None:
    alone = begin(clock(ANA, f"{DAY_ONE} 10:00"))
    for each, people in ((diary, (ANA, BO)), (alone, (BO,))):
        for person in people:
            quality(each, person, event_id=person.name)
    assert kinds(undo(diary, ANA, "Ana")) == ["streak.corrected"]
    assert diary.state is not None
    assert alone.state is not None
    assert diary.state.lapse == alone.state.lapse


def test_an_evening_before_moves_the_clock_when_that_of_today_is_taken_back(diary: Diary) -> None:
    alone = begin(clock(ANA, f"{DAY_ONE} 10:00"))
    quality(diary, ANA, event_id="one")
    for each in (diary, alone):
        quality(each, BO, later(LAPSED, -1))
    undo(diary, ANA, "one")
    assert diary.state is not None
    assert alone.state is not None
    assert diary.state.lapse == alone.state.lapse


def test_a_pause_and_a_cadence_that_came_between_hold(diary: Diary) -> None:
    quiet = begin(clock(ANA, f"{DAY_ONE} 10:00"))
    quality(diary, ANA, event_id="one")
    for each in (diary, quiet):
        at_ms = clock(ANA, f"{LAPSED} 12:01")
        pause = PauseOpened(BO.id, "command", LAPSED, later(LAPSED, 1), later(LAPSED, 3))
        each.append(at_ms, pause, event_id="pause")
        each.append(at_ms + 1, PactChanged(ANA.id, "command", agreed_days=14.0))
    undo(diary, ANA, "one")
    assert diary.view.lapse == quiet.view.lapse
    assert facts(diary)["agreement"] == facts(quiet)["agreement"]


def test_a_lapse_that_fell_due_meanwhile_opens_at_its_instant(diary: Diary) -> None:
    due_ms = diary.view.lapse.lapsed_ms
    assert due_ms is not None
    today = days.iso(days.local_date(ANA.member.spans, due_ms))
    diary.check_in(ANA, today, kind="quality_time", append_ms=due_ms - MINUTE_MS, event_id="one")
    undo(diary, ANA, "one", 3 * MINUTE_MS)
    (opened,) = diary.pass_time(due_ms + 5 * MINUTE_MS)
    assert (only([opened], "lapse.opened").since_ms, opened.due_ms) == (due_ms, due_ms)


def test_a_lapse_that_fell_due_before_the_entry_that_is_left_is_one_that_ended(diary: Diary) -> None:
    due_ms = diary.view.lapse.lapsed_ms
    assert due_ms is not None
    today = days.iso(days.local_date(ANA.member.spans, due_ms))
    for person, after_ms in ((ANA, -MINUTE_MS), (BO, MINUTE_MS)):
        at_ms = due_ms + after_ms
        diary.check_in(person, today, kind="quality_time", append_ms=at_ms, event_id=person.name)
    outputs = undo(diary, ANA, "Ana") + diary.pass_time(due_ms + HOUR_MS)
    assert "lapse.opened" not in kinds(outputs)
    assert diary.state is not None
    assert (diary.state.lapse.opened_ms, len(diary.state.lapse.returns)) == ((due_ms,), 1)


# --- the warning --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("undone_at", "warned"), [("19:29", True), ("19:31", False)])
def test_the_day_is_warned_of_unless_its_half_past_seven_has_passed(
    diary: Diary, undone_at: str, warned: bool
) -> None:
    keep(diary, DAY_ONE)
    diary.check_in(BO, SECOND, append_ms=clock(ANA, f"{SECOND} 19:22"))
    diary.check_in(ANA, SECOND, append_ms=clock(ANA, f"{SECOND} 19:23"), event_id="one")
    diary.append(clock(ANA, f"{SECOND} {undone_at}"), CheckinUndone(ANA.id, "one", "command"))
    assert ("day.at_risk" in kinds(diary.pass_time(clock(ANA, f"{SECOND} 23:00")))) is warned


def test_in_the_seconds_in_which_its_half_past_seven_is_still_to_come_the_day_is_warned_of(
    diary: Diary,
) -> None:
    keep(diary, DAY_ONE)
    half_past_seven_ms = clock(ANA, f"{SECOND} 19:30")
    for person in (ANA, BO):
        diary.check_in(person, SECOND, append_ms=half_past_seven_ms - MINUTE_MS, event_id=person.name)
    diary.append(half_past_seven_ms + 4_999, CheckinUndone(ANA.id, "Ana", "command"))
    assert kinds(diary.pass_time(half_past_seven_ms)) == ["day.at_risk"]


# --- what changes nothing -----------------------------------------------------------------------------


@pytest.mark.parametrize(("after_ms", "count"), [(UNDO_MS, 0), (UNDO_MS + 1, 1)])
def test_it_can_be_taken_back_for_ten_minutes_of_log_time(diary: Diary, after_ms: int, count: int) -> None:
    keep(diary, DAY_ONE)
    undo(diary, BO, f"bo-{DAY_ONE}", after_ms)
    assert diary.view.count == count


def test_what_one_does_for_oneself_can_be_taken_back_too_and_then_one_was_not_here(diary: Diary) -> None:
    keep(diary, DAY_ONE)
    assert diary.state is not None
    before = diary.state.last
    diary.check_in(BO, SECOND, kind="self_love", event_id="self_love")
    assert diary.state.last != before
    undo(diary, BO, "self_love")
    assert diary.state.last == before


def test_an_entry_in_between_shortens_no_ten_minutes(diary: Diary) -> None:
    diary.check_in(BO, DAY_ONE, event_id="one")
    at_ms = diary.records[-1].append_ms + UNDO_MS
    diary.check_in(ANA, DAY_ONE, append_ms=at_ms)
    diary.append(at_ms, CheckinUndone(BO.id, "one", "command"))
    assert diary.view.count == 0


@pytest.mark.parametrize(
    ("person", "checkin", "after_ms"),
    [
        (BO, "nothing", 1),
        (ANA, f"bo-{DAY_ONE}", 1),
        (EVE, f"bo-{DAY_ONE}", 1),
        (BO, f"bo-{DAY_ONE}", UNDO_MS + 1),
        (BO, "secret", 1),
    ],
)
def test_what_is_not_there_to_be_taken_back_changes_no_byte(
    diary: Diary, person: Person, checkin: str, after_ms: int
) -> None:
    keep(diary, DAY_ONE)
    diary.check_in(BO, DAY_ONE, visibility="secret", event_id="secret")
    before = diary.packed()
    assert undo(diary, person, checkin, after_ms) == []
    assert diary.packed() == before


def test_a_repeated_undo_changes_no_byte(diary: Diary) -> None:
    keep(diary, DAY_ONE)
    undo(diary, BO, f"bo-{DAY_ONE}")
    before = diary.packed()
    assert undo(diary, BO, f"bo-{DAY_ONE}") == []
    assert diary.packed() == before


def test_what_was_taken_back_is_never_taken_again(diary: Diary) -> None:
    keep(diary, DAY_ONE)
    undo(diary, BO, f"bo-{DAY_ONE}")
    before = diary.packed()
    diary.check_in(BO, DAY_ONE, event_id=f"bo-{DAY_ONE}", append_ms=diary.records[-1].append_ms + HOUR_MS)
    assert diary.packed() == before


def test_what_one_wrote_can_be_taken_back_by_them_after_leaving(diary: Diary) -> None:
    keep(diary, DAY_ONE)
    at_ms = diary.records[-1].append_ms
    diary.append(at_ms + 1, MemberLeft(BO.id, DAY_ONE), sender=BO.subject, sequence=1)
    undo(diary, BO, f"bo-{DAY_ONE}")
    assert diary.view.count == 0


def test_what_can_be_taken_back_no_more_is_forgotten_at_the_next_entry_or_close(diary: Diary) -> None:
    assert diary.state is not None
    keep(diary, DAY_ONE)
    assert len(diary.state.fresh) == 1
    diary.pass_time(clock(BO, f"{SECOND} 03:00"))
    assert diary.state.fresh == []


# --- told again ---------------------------------------------------------------------------------------


def told(diary: Diary) -> list[tuple[str, int]]:
    """What was told of the streak."""
    other = ("day.at_risk", "week.summed")
    events = [output.event for output in diary.outputs if output.event.type not in other]
    return [(event.type, event.data.count) for event in events]


def test_a_day_that_is_kept_again_is_told_as_a_correction_under_an_id_of_its_own(diary: Diary) -> None:
    """The id of a second `streak.extended` would be that of the first: whoever keeps count would miss it."""
    keep(diary, DAY_ONE)
    for _ in range(2):
        undo(diary, BO, diary.records[-1].event.id)
        diary.check_in(BO, DAY_ONE, append_ms=diary.records[-1].append_ms + MINUTE_MS)
    corrections = [("streak.corrected", 0), ("streak.corrected", 1)] * 2
    assert told(diary) == [("streak.extended", 1), *corrections]
    ids = [output.event.id for output in diary.outputs]
    assert len(ids) == len(set(ids))


def test_a_milestone_is_told_once(diary: Diary) -> None:
    keep(diary, *[later(DAY_ONE, place) for place in range(7)])
    undo(diary, BO, diary.records[-1].event.id)
    diary.check_in(BO, later(DAY_ONE, 6), "21:00")
    assert told(diary)[-4:] == [
        ("streak.extended", 7),
        ("streak.milestone", 7),
        ("streak.corrected", 6),
        ("streak.corrected", 7),
    ]


def test_a_return_is_celebrated_once(broken: Diary) -> None:
    for person in (ANA, BO):
        offer(broken, person, "feeling", "tango")
    undo(broken, BO, "Bo-tango")
    offer(broken, BO, "chess", append_ms=broken.records[-1].append_ms + HOUR_MS)
    assert broken.states()[FOURTH] == "repaired"
    assert told(broken)[-3:] == [("couple.returned", 3), ("streak.corrected", 1), ("streak.corrected", 3)]


def test_the_first_return_is_celebrated_even_of_a_day_that_was_kept_by_mistake(diary: Diary) -> None:
    keep(diary, DAY_ONE)
    at_ms = clock(BO, f"{FOURTH} 22:00")
    for person in (ANA, BO):
        diary.check_in(person, FOURTH, append_ms=at_ms, event_id=person.name)
    undo(diary, BO, "Bo")
    diary.pass_time(CLOSED_MS)
    for person in (ANA, BO):
        offer(diary, person, "feeling", "tango")
    assert kinds(diary.outputs)[-1] == "couple.returned"


# --- always -------------------------------------------------------------------------------------------

lives_with_undos = lives.filter(lambda history: history.standing() != history)
sometimes = settings(max_examples=30, deadline=None)


def as_if_never(history: History) -> Diary:
    """All that stands; where something does not, a record that is nothing to streaks."""
    diary = begun(history)
    gone = Counter(history.facts) - Counter(history.standing().facts)
    for fact in history.facts:
        if gone[fact]:
            gone[fact] -= 1
            diary.append(fact.at, TokenRevoked("token"))
        else:
            tell(diary, history, fact)
    return diary


@sometimes
@given(lives_with_undos, st.booleans())
def test_what_is_taken_back_is_as_if_it_had_never_been(history: History, at_once: bool) -> None:
    """Calendar, streak, strength, kinds, lapse, reserve: the state is the same byte for byte."""
    if at_once:
        history = history.up_to(max(fact.at for fact in history.facts if isinstance(fact, Undo)))
    last = history.facts[-1].at
    taken_back, never = played(history, last), as_if_never(history)
    for wait_ms in (0, 3 * DAY, 15 * DAY):
        taken_back.pass_time(last + wait_ms)
        never.pass_time(last + wait_ms)
        assert facts(taken_back) == facts(never)
        assert answers(taken_back) == answers(never)


@sometimes
@given(lives_with_undos)
@example(random_history(1419)[0]).via(
    "a lapse that another pact takes back opens again while the day is open"
)
@example(random_history(11030371)[0]).via(
    "a week is complete, is not, and is once more as its last day closes"
)
def test_what_is_told_comes_under_ids_of_its_own(history: History) -> None:
    ids = [output.event.id for output in played(history, history.facts[-1].at + 3 * DAY).outputs]
    assert len(ids) == len(set(ids))
