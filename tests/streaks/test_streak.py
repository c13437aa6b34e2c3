"""The streak of Ana in Paris and Bo in New York: what is kept, judged, corrected, and said of it."""

from typing import Any
from uuid import uuid5

import pytest
from streaks import moments

from shared import days
from tests.diaries import HOUR_MS, Diary, begin, begin_alone, clock, kinds, later, only
from tests.people import ANA, ANA_AND_BO, BO, CHI, CHI_AND_DEE, DEE, EVE

DAY_ONE = "2026-11-24"
FORMED_MS = clock(ANA, f"{DAY_ONE} 10:00")


@pytest.fixture
def diary() -> Diary:
    return begin(FORMED_MS)


def keep(diary: Diary, *dates: str) -> None:
    for date in dates:
        diary.check_in(ANA, date, "12:00")
        diary.check_in(BO, date, "12:00")


def close(diary: Diary, date: str) -> list[str]:
    """Pass the later end of a date, Bo's 03:00; the kinds of what was said."""
    return kinds(diary.pass_time(clock(BO, f"{later(date, 1)} 03:00")))


def week(count: int, first: str = DAY_ONE) -> list[str]:
    return [later(first, i) for i in range(count)]


# --- kept ---------------------------------------------------------------------------------------------


def test_day_one_is_the_later_of_the_members_dates() -> None:
    assert begin(clock(ANA, "2026-11-24 03:30")).view.day_one == "2026-11-24"


def test_a_day_is_kept_at_once_when_both_have_checked_in(diary: Diary) -> None:
    assert kinds(diary.check_in(ANA, DAY_ONE)) == []
    moment = only(diary.check_in(BO, DAY_ONE), "streak.extended")
    assert (moment.date, moment.count, moment.members) == (DAY_ONE, 1, (ANA.id, BO.id))
    assert (diary.view.count, diary.states()[DAY_ONE]) == (1, "kept")


def test_two_entries_of_one_member_keep_no_day(diary: Diary) -> None:
    diary.check_in(ANA, DAY_ONE, "11:00")
    assert kinds(diary.check_in(ANA, DAY_ONE, "12:00")) == []
    assert diary.states()[DAY_ONE] == "open"


@pytest.mark.parametrize("what", [{"kind": "self_love"}, {"visibility": "secret"}])
def test_self_love_and_secret_entries_keep_no_day(diary: Diary, what: dict[str, Any]) -> None:
    diary.check_in(ANA, DAY_ONE)
    assert kinds(diary.check_in(BO, DAY_ONE, **what)) == []
    assert diary.view.days[0].present == (ANA.id,)


def test_a_stranger_keeps_no_day(diary: Diary) -> None:
    diary.check_in(ANA, DAY_ONE)
    before = diary.packed()
    assert kinds(diary.check_in(EVE, DAY_ONE)) == []
    assert diary.packed() == before


def test_a_person_alone_keeps_a_day_by_checking_in() -> None:
    diary = begin_alone(ANA, FORMED_MS)
    assert only(diary.check_in(ANA, DAY_ONE), "streak.extended").count == 1


def test_with_two_dates_open_the_later_may_be_kept_first() -> None:
    diary = begin(clock(CHI, "2026-11-24 10:00"), CHI_AND_DEE)
    # The 25th begins in Auckland 20 hours before the 24th ends in Honolulu.
    diary.check_in(CHI, "2026-11-24")
    diary.check_in(CHI, "2026-11-25", "09:00")
    diary.check_in(DEE, "2026-11-24", "23:00")
    assert only(diary.check_in(DEE, "2026-11-25", "00:30"), "streak.extended").count == 2
    assert list(diary.states().values()) == ["excused", "kept", "kept"]


# --- judged -------------------------------------------------------------------------------------------


def test_a_day_is_open_until_it_has_ended_for_both(diary: Diary) -> None:
    keep(diary, DAY_ONE)
    second = later(DAY_ONE, 1)
    diary.pass_time(clock(BO, f"{later(second, 1)} 03:00") - 1)
    assert diary.states()[second] == "open"
    close(diary, second)
    assert diary.states()[second] == "reserve"


def test_without_a_streak_a_day_is_missed_and_nothing_is_said(diary: Diary) -> None:
    assert close(diary, DAY_ONE) == []
    assert diary.states()[DAY_ONE] == "not_kept"


def test_a_reserve_day_neither_breaks_nor_lengthens(diary: Diary) -> None:
    keep(diary, *week(2))
    close(diary, later(DAY_ONE, 2))
    assert (diary.view.count, diary.view.reserve_left) == (2, 1)
    keep(diary, later(DAY_ONE, 3))
    assert diary.view.count == 3


def test_a_third_unkept_day_in_seven_breaks_the_streak(diary: Diary) -> None:
    keep(diary, *week(2))
    third, fourth, fifth = week(3, later(DAY_ONE, 2))
    assert "streak.broken" not in close(diary, third) + close(diary, fourth)
    broken = only(diary.pass_time(clock(BO, f"{later(fifth, 1)} 03:00")), "streak.broken")
    assert (broken.date, broken.count) == (fifth, 2)
    assert (diary.view.count, diary.view.longest) == (0, 2)


def test_a_reserve_day_is_free_again_six_days_later(diary: Diary) -> None:
    keep(diary, DAY_ONE)
    close(diary, later(DAY_ONE, 2))
    keep(diary, *week(5, later(DAY_ONE, 3)))
    # Both reserve days are among the six before the eighth day, one is among those before the ninth.
    assert diary.view.reserve_left == 0
    close(diary, later(DAY_ONE, 7))
    assert diary.view.reserve_left == 1


def test_a_kept_day_after_a_break_begins_a_new_streak(diary: Diary) -> None:
    keep(diary, DAY_ONE)
    close(diary, later(DAY_ONE, 3))
    diary.check_in(ANA, later(DAY_ONE, 4))
    assert only(diary.check_in(BO, later(DAY_ONE, 4)), "streak.extended").count == 1


# --- excused ------------------------------------------------------------------------------------------


def test_a_date_before_day_one_is_excused_and_cannot_be_kept() -> None:
    # The 25th in Auckland, still the 24th in Honolulu.
    diary = begin(clock(CHI, "2026-11-25 08:00"), CHI_AND_DEE)
    diary.check_in(DEE, "2026-11-24", "23:00")
    diary.check_in(CHI, "2026-11-24", append_ms=clock(DEE, "2026-11-24 23:30"))
    diary.pass_time(clock(DEE, "2026-11-25 00:00"))
    assert diary.view.day_one == "2026-11-25"
    assert (diary.view.count, diary.states()["2026-11-24"]) == (0, "excused")


# --- late entries -------------------------------------------------------------------------------------


def test_a_late_entry_turns_a_reserve_day_into_a_kept_one(diary: Diary) -> None:
    keep(diary, DAY_ONE)
    second = later(DAY_ONE, 1)
    diary.check_in(ANA, second)
    close(diary, second)
    late_ms = clock(BO, f"{later(second, 1)} 09:00")
    corrected = only(diary.check_in(BO, second, append_ms=late_ms), "streak.corrected")
    assert (corrected.date, corrected.count) == (second, 2)
    assert (diary.view.count, diary.view.reserve_left, diary.states()[second]) == (2, 2, "kept")


def test_what_a_correction_gives_back_can_mend_the_streak(diary: Diary) -> None:
    first, second, third, fourth = week(4)
    keep(diary, first)
    for date in (second, third):
        diary.check_in(ANA, date)
    assert "streak.broken" in close(diary, fourth)
    late_ms = clock(BO, f"{later(fourth, 1)} 03:10")
    outputs = diary.check_in(BO, third, append_ms=late_ms)
    assert kinds(outputs) == ["streak.corrected"]
    assert [*diary.states().values()][:4] == ["kept", "reserve", "kept", "reserve"]
    assert diary.view.count == 2


def test_a_correction_that_changes_no_streak_is_not_told(diary: Diary) -> None:
    keep(diary, *week(3))
    missed = later(DAY_ONE, 5)
    diary.check_in(ANA, missed)
    close(diary, later(DAY_ONE, 8))
    assert diary.view.count == 0
    late_ms = clock(BO, f"{later(DAY_ONE, 9)} 04:00")
    assert kinds(diary.check_in(ANA, later(DAY_ONE, 8), append_ms=late_ms)) == []


def test_a_late_entry_for_a_frozen_day_changes_nothing(diary: Diary) -> None:
    diary.check_in(ANA, DAY_ONE)
    close(diary, later(DAY_ONE, 11))
    assert DAY_ONE not in diary.states()
    late_ms = clock(BO, f"{later(DAY_ONE, 12)} 12:00")
    assert kinds(diary.check_in(BO, DAY_ONE, append_ms=late_ms)) == []
    assert diary.view.count == 0


# --- what freezes -------------------------------------------------------------------------------------


def test_a_streak_goes_on_over_the_frozen_edge(diary: Diary) -> None:
    keep(diary, *week(30))
    view = diary.view
    assert (view.count, view.longest, len(view.days)) == (30, 30, 11)


def test_a_frozen_day_leaves_two_bits(diary: Diary) -> None:
    keep(diary, *week(2))
    close(diary, later(DAY_ONE, 18))
    assert diary.state is not None
    frozen = diary.state.frozen
    assert frozen.edge - frozen.start == 9
    assert frozen.bits == bytes([0b00_00_01_01, 0, 0])


# --- ids ----------------------------------------------------------------------------------------------


def test_moments_have_the_same_ids_in_every_replay(diary: Diary) -> None:
    keep(diary, *week(5))
    close(diary, later(DAY_ONE, 8))
    again = Diary(diary.subject)
    for record in diary.records:
        again.add(record)
    again.pass_time(diary.time_ms)
    assert again.outputs == diary.outputs
    ids = [output.event.id for output in diary.outputs]
    assert len(set(ids)) == len(ids)


def test_the_id_of_what_occurs_once_for_a_date_names_couple_kind_and_date(diary: Diary) -> None:
    keep(diary, DAY_ONE)
    (extended,) = diary.outputs
    assert extended.event.id == str(
        uuid5(moments.NAMESPACE, f"{ANA_AND_BO.subject}\nstreak.extended\n{DAY_ONE}")
    )


def test_an_output_of_time_says_when_it_became_true(diary: Diary) -> None:
    keep(diary, DAY_ONE)
    close(diary, later(DAY_ONE, 3))
    broken = next(output for output in diary.outputs if output.event.type == "streak.broken")
    closed_ms = clock(BO, f"{later(DAY_ONE, 4)} 03:00")
    assert (broken.due_ms, broken.event.time) == (closed_ms, days.iso_instant(closed_ms))
    assert broken.event.data.expires_ms == closed_ms + 24 * HOUR_MS
