"""The couple's own practices: to streaks each is one more kind."""

import pytest

from tests.diaries import Diary, begin, clock, kinds, later
from tests.people import ANA, BO

DAY_ONE = "2026-11-24"
WALK, TEA = (f"practice:0190f000-0000-7000-8000-00000000000{nth}" for nth in (1, 2))


@pytest.fixture
def diary() -> Diary:
    return begin(clock(ANA, f"{DAY_ONE} 10:00"))


def both(diary: Diary, date: str, *done: str) -> list[str]:
    said = [
        output
        for nth, kind in enumerate(done)
        for person in (ANA, BO)
        for output in diary.check_in(person, date, f"12:0{nth}", kind=kind)
    ]
    return kinds(said)


def test_a_day_is_kept_by_practices(diary: Diary) -> None:
    assert "streak.extended" in both(diary, DAY_ONE, WALK)
    assert diary.view.kind_days == {WALK: 1}


def test_two_practices_are_two_kinds_that_make_good_for_a_missed_day(diary: Diary) -> None:
    both(diary, DAY_ONE, "feeling")
    diary.pass_time(clock(BO, f"{later(DAY_ONE, 4)} 05:00"))

    assert "couple.returned" in both(diary, later(DAY_ONE, 4), WALK, TEA)


def test_one_practice_done_twice_makes_good_for_nothing(diary: Diary) -> None:
    both(diary, DAY_ONE, "feeling")
    diary.pass_time(clock(BO, f"{later(DAY_ONE, 4)} 05:00"))

    assert "couple.returned" not in both(diary, later(DAY_ONE, 4), WALK, WALK)


def test_a_practice_has_a_strength_of_its_own(diary: Diary) -> None:
    for nth in range(14):
        both(diary, later(DAY_ONE, nth), "feeling", *([WALK] if nth < 7 else []))
    diary.pass_time(clock(BO, f"{later(DAY_ONE, 14)} 05:00"))

    strengths = diary.view.kinds
    assert 0 < strengths[WALK] < strengths["feeling"]


def test_a_practice_is_no_quality_time(diary: Diary) -> None:
    before = diary.view.lapse.last_ms
    both(diary, later(DAY_ONE, 1), WALK)

    assert diary.view.lapse.last_ms == before
