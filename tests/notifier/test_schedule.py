"""Quiet hours, local days and weeks, and the pauses between attempts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from notifier import schedule

from shared.events import Span
from tests.nudge_world import DAY_MS, HOUR_MS, at, spans

INSTANTS = st.integers(at("2026-01-01 00:00"), at("2028-01-01 00:00"))
ZONES = st.sampled_from(
    (
        "Africa/Cairo",
        "America/New_York",
        "Antarctica/Troll",
        "Asia/Kathmandu",
        "Australia/Lord_Howe",
        "Europe/Paris",
        "Pacific/Auckland",
        "Pacific/Kiritimati",
    )
)


@pytest.mark.parametrize(
    ("clock", "end"),
    [
        ("2026-11-24 21:29", None),
        ("2026-11-24 21:30", "2026-11-25 08:00"),
        ("2026-11-24 23:59", "2026-11-25 08:00"),
        ("2026-11-25 00:00", "2026-11-25 08:00"),
        ("2026-11-25 07:59", "2026-11-25 08:00"),
        ("2026-11-25 08:00", None),
        ("2026-11-25 12:00", None),
    ],
)
def test_quiet_hours_are_from_half_past_nine_until_eight(clock: str, end: str | None) -> None:
    assert schedule.quiet_until(spans(), at(clock)) == (None if end is None else at(end))


@pytest.mark.parametrize(
    ("zone", "evening", "hours"),
    [
        ("Europe/Paris", "2026-03-28 22:00", 9),  # clocks go forward in the night
        ("Europe/Paris", "2026-10-24 22:00", 11),  # and back
        ("Europe/Paris", "2026-11-24 22:00", 10),
        ("Antarctica/Troll", "2026-03-28 22:00", 8),
        ("Australia/Lord_Howe", "2026-04-04 22:00", 10.5),
        ("Africa/Cairo", "2026-04-23 22:00", 9),  # midnight does not exist
    ],
)
def test_quiet_hours_end_by_the_clock_on_the_wall_when_it_is_changed(
    zone: str, evening: str, hours: float
) -> None:
    began_ms = at(evening, zone)

    assert schedule.quiet_until(spans(zone), began_ms) == began_ms + hours * HOUR_MS


def test_quiet_hours_are_those_of_the_zone_the_receiver_is_in_now() -> None:
    moved_ms = at("2026-11-24 12:00")
    travelled = (Span(0, "Europe/Paris", 180), Span(moved_ms, "America/New_York", 180))

    assert schedule.quiet_until(travelled, at("2026-11-24 23:00")) is None
    assert schedule.quiet_until(travelled, at("2026-11-23 23:00")) == at("2026-11-24 08:00")


@given(ZONES, INSTANTS)
def test_the_end_of_quiet_hours_is_near_ahead_and_not_quiet(zone: str, at_ms: int) -> None:
    end_ms = schedule.awake_from(spans(zone), at_ms)

    assert at_ms <= end_ms <= at_ms + 14 * HOUR_MS
    assert schedule.quiet_until(spans(zone), end_ms) is None


def test_a_local_day_begins_at_the_day_start() -> None:
    late, early, next_day = at("2026-11-24 23:00"), at("2026-11-25 02:59"), at("2026-11-25 03:00")

    assert schedule.same_day(spans(), late, early)
    assert not schedule.same_day(spans(), late, next_day)
    assert schedule.next_day(spans(), late) == next_day


def test_a_week_begins_on_monday_at_the_day_start() -> None:
    sunday, monday = at("2026-11-29 23:00"), at("2026-11-30 03:00")

    assert schedule.same_week(spans(), at("2026-11-23 03:00"), sunday)
    assert not schedule.same_week(spans(), at("2026-11-23 02:59"), sunday)
    assert not schedule.same_week(spans(), sunday, monday)
    assert schedule.next_week(spans(), sunday) == monday


@given(ZONES, INSTANTS)
def test_the_next_day_and_week_are_ahead_and_others(zone: str, at_ms: int) -> None:
    day_ms, week_ms = schedule.next_day(spans(zone), at_ms), schedule.next_week(spans(zone), at_ms)

    assert at_ms < day_ms <= week_ms <= at_ms + 7 * DAY_MS + 3 * HOUR_MS
    assert not schedule.same_day(spans(zone), at_ms, day_ms)
    assert not schedule.same_week(spans(zone), at_ms, week_ms)
    assert schedule.same_week(spans(zone), at_ms, week_ms - 1)


def test_patience_grows_with_the_wait() -> None:
    assert [schedule.patience(waited) for waited in (-5, 0, 4_000, 10**9)] == [200, 200, 500, 5_000]
