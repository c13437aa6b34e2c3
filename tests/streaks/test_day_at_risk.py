"""The warning at 19:30 that a day, and the streak on it, are at risk."""

import pytest

from shared.events.person import PersonChanged
from tests.diaries import Diary, begin, clock, kinds, only
from tests.people import ANA, BO, CHI, CHI_AND_DEE, DEE, Couple

FIRST, SECOND, THIRD = "2026-11-24", "2026-11-25", "2026-11-26"


@pytest.fixture
def diary() -> Diary:
    """A streak of one."""
    diary = begin(clock(ANA, f"{FIRST} 10:00"))
    diary.check_in(ANA, FIRST)
    diary.check_in(BO, FIRST)
    diary.pass_time(clock(BO, f"{SECOND} 03:00"))
    return diary


def test_it_comes_at_half_past_seven_on_the_wall_of_whose_day_ends_first(diary: Diary) -> None:
    half_past_seven_ms = clock(ANA, f"{SECOND} 19:30")
    assert diary.pass_time(half_past_seven_ms - 1) == []
    (warning,) = diary.pass_time(half_past_seven_ms)
    moment = only([warning], "day.at_risk")
    assert (moment.date, moment.count) == (SECOND, 1)
    assert (warning.due_ms, moment.expires_ms) == (half_past_seven_ms, clock(BO, f"{THIRD} 03:00"))


def test_it_comes_once(diary: Diary) -> None:
    diary.pass_time(clock(ANA, f"{SECOND} 19:30"))
    assert diary.pass_time(clock(BO, f"{THIRD} 03:00") - 1) == []


def test_a_kept_day_is_not_at_risk(diary: Diary) -> None:
    diary.check_in(ANA, SECOND)
    diary.check_in(BO, SECOND, "08:00")
    assert diary.pass_time(clock(BO, f"{THIRD} 03:00")) == []


def test_a_day_that_one_member_has_kept_is_at_risk(diary: Diary) -> None:
    diary.check_in(ANA, SECOND)
    assert kinds(diary.pass_time(clock(ANA, f"{SECOND} 19:30"))) == ["day.at_risk"]


def test_without_a_streak_nothing_is_at_risk() -> None:
    diary = begin(clock(ANA, f"{FIRST} 10:00"))
    assert diary.pass_time(clock(ANA, f"{FIRST} 23:00")) == []


def test_a_streak_of_kept_and_reserve_days_is_at_risk_with_its_count(diary: Diary) -> None:
    diary.pass_time(clock(BO, f"{THIRD} 03:00"))
    assert only(diary.pass_time(clock(ANA, f"{THIRD} 19:30")), "day.at_risk").count == 1


def test_across_the_date_line_it_comes_while_the_day_before_is_still_open() -> None:
    diary = begin(clock(CHI, f"{FIRST} 10:00"), CHI_AND_DEE)
    diary.check_in(CHI, FIRST)
    diary.check_in(DEE, FIRST, "12:00")
    # 19:30 on the 25th in Auckland is 20:30 on the 24th in Honolulu.
    (warning,) = diary.pass_time(clock(DEE, f"{FIRST} 20:30"))
    assert (warning.event.data.date, warning.due_ms) == (SECOND, clock(CHI, f"{SECOND} 19:30"))


def test_a_couple_formed_in_the_evening_is_not_warned_that_day() -> None:
    diary = begin(clock(ANA, f"{FIRST} 21:00"))
    assert diary.due_ms == clock(BO, f"{SECOND} 03:00")


def test_it_follows_a_member_to_another_zone(diary: Diary) -> None:
    move = PersonChanged(zone="Asia/Tokyo", person=BO.id, from_ms=clock(BO, f"{SECOND} 03:00"))
    diary.append(clock(BO, f"{SECOND} 02:00"), move, sender=BO.subject, sequence=1)
    tokyo = BO._replace(zone="Asia/Tokyo")
    assert kinds(diary.pass_time(clock(tokyo, f"{SECOND} 19:30"))) == ["day.at_risk"]


def test_a_date_that_travel_skips_is_excused_without_a_warning() -> None:
    diary = begin(clock(CHI, f"{FIRST} 10:00"), CHI_AND_DEE)
    diary.check_in(CHI, FIRST)
    diary.check_in(DEE, FIRST)
    # Dee flies to Kiritimati, 24 hours ahead: at the end of the 24th it is the 26th there.
    move = PersonChanged(zone="Pacific/Kiritimati", person=DEE.id, from_ms=clock(DEE, f"{SECOND} 00:00"))
    diary.append(clock(DEE, f"{FIRST} 13:00"), move, sender=DEE.subject, sequence=1)
    diary.check_in(CHI, SECOND, "20:00", append_ms=clock(DEE, f"{FIRST} 22:00"))
    assert kinds(diary.pass_time(clock(CHI, f"{THIRD} 03:00"))) == []
    assert (diary.states()[SECOND], diary.view.count) == ("excused", 1)


def test_a_day_that_a_decided_journey_will_skip_is_not_at_risk() -> None:
    chi, dee = CHI._replace(zone="Pacific/Kiritimati", day_start=0), DEE._replace(day_start=360)
    diary = begin(clock(chi, f"{FIRST} 10:00"), Couple(CHI_AND_DEE.id, (chi, dee)))
    diary.check_in(chi, FIRST)
    diary.check_in(dee, FIRST, "07:00")
    move = PersonChanged(zone="Pacific/Kiritimati", day_start=0, person=dee.id, from_ms=0)
    diary.append(clock(dee, f"{FIRST} 08:00"), move, sender=dee.subject, sequence=1)
    # Chi's 25th ends first, with nobody there; Dee goes from the 24th to the 26th.
    assert kinds(diary.pass_time(clock(dee, f"{SECOND} 06:00"))) == []
    assert diary.states()[SECOND] == "excused"
