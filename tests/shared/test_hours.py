"""Quiet hours, evenings, local days and weeks."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import hours
from shared.days import local_clock, local_date
from shared.events.values import Span
from shared.hours import NO_QUIET, USUAL_QUIET
from tests.nudge_world import HOUR_MS, at, spans

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
    assert hours.quiet_until(spans(), USUAL_QUIET, at(clock)) == (None if end is None else at(end))


@pytest.mark.parametrize(
    ("zone", "evening", "later_h"),
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
    zone: str, evening: str, later_h: float
) -> None:
    began_ms = at(evening, zone)

    assert hours.quiet_until(spans(zone), USUAL_QUIET, began_ms) == began_ms + later_h * HOUR_MS


@pytest.mark.parametrize(
    ("zone", "night", "until"),
    [
        ("America/New_York", "2026-11-01T01:10-05:00", (1, 30)),
        ("Europe/Paris", "2026-10-25T02:10+01:00", (2, 30)),
        ("Atlantic/Azores", "2026-10-25T00:10-01:00", (0, 30)),
        ("Australia/Lord_Howe", "2026-04-05T01:40+10:30", (1, 50)),
    ],
)
@pytest.mark.parametrize("first", [0, 21 * 60 + 30])
def test_quiet_hours_that_end_in_an_hour_that_comes_twice_end_ahead_the_second_time_too(
    zone: str, night: str, until: tuple[int, int], first: int
) -> None:
    second_ms = round(datetime.fromisoformat(night).timestamp() * 1000) + 1
    minutes = local_clock(zone, second_ms)[1]
    last = until[0] * 60 + until[1]

    end_ms = hours.quiet_until(spans(zone), (first, last), second_ms)

    assert end_ms == second_ms - 1 + (last - minutes) * 60_000


MOVES_MS = at("2026-11-25 03:00")
TO_TOKYO = (Span(0, "Europe/Paris", 180), Span(MOVES_MS, "Asia/Tokyo", 180))
"""Asked for on the 24th; in force when that date has ended in Paris, which is 11:00 in Tokyo."""


@pytest.mark.parametrize(
    ("clock", "end"),
    [
        ("2026-11-24 12:00", None),  # in Tokyo it is 20:00
        (
            "2026-11-24 13:30",
            "2026-11-25 08:00",
        ),  # in Tokyo it is 21:30, and until 08:00 there it is night here
        (
            "2026-11-24 23:00",
            "2026-11-25 03:00",
        ),  # in Tokyo it is 07:00, and here quiet until that zone holds
        ("2026-11-25 03:00", None),  # only Tokyo counts, and there it is 11:00
    ],
)
def test_who_has_asked_for_another_zone_has_quiet_by_both_clocks_until_it_is_in_force(
    clock: str, end: str | None
) -> None:
    found = hours.quiet_until(TO_TOKYO, USUAL_QUIET, at(clock))

    assert (found is None) == (end is None)
    if found is not None:
        assert hours.quiet_until(TO_TOKYO, USUAL_QUIET, found) is None


@pytest.mark.parametrize(
    ("clock", "end"),
    [
        ("2026-11-24 12:59", None),
        ("2026-11-24 13:00", "2026-11-24 15:00"),
        ("2026-11-24 14:59", "2026-11-24 15:00"),
        ("2026-11-24 15:00", None),
        ("2026-11-24 23:00", None),
    ],
)
def test_quiet_hours_can_lie_within_one_day(clock: str, end: str | None) -> None:
    assert hours.quiet_until(spans(), (13 * 60, 15 * 60), at(clock)) == (None if end is None else at(end))


@given(ZONES, INSTANTS)
def test_without_quiet_hours_every_instant_will_do(zone: str, at_ms: int) -> None:
    assert hours.quiet_until(spans(zone), NO_QUIET, at_ms) is None


@given(ZONES, INSTANTS, st.integers(0, 1439), st.integers(0, 1439))
def test_the_end_of_quiet_hours_is_near_ahead_and_not_quiet(
    zone: str, at_ms: int, first: int, last: int
) -> None:
    end_ms = hours.awake_from(spans(zone), (first, last), at_ms)

    assert at_ms <= end_ms <= at_ms + 26 * HOUR_MS
    assert hours.quiet_until(spans(zone), (first, last), end_ms) is None


@given(ZONES, INSTANTS, st.integers(0, 1439), st.integers(0, 1439))
def test_an_instant_is_quiet_exactly_if_the_wall_clock_says_so(
    zone: str, at_ms: int, first: int, last: int
) -> None:
    _, minutes = local_clock(zone, at_ms)
    quiet = first <= minutes < last if first <= last else minutes >= first or minutes < last

    assert (hours.quiet_until(spans(zone), (first, last), at_ms) is not None) == quiet


def test_a_local_day_begins_at_the_day_start() -> None:
    late, early, next_day = at("2026-11-24 23:00"), at("2026-11-25 02:59"), at("2026-11-25 03:00")

    assert hours.same_day(spans(), late, early)
    assert not hours.same_day(spans(), late, next_day)


def test_a_week_begins_on_monday() -> None:
    monday = local_date(spans(), at("2026-11-23 03:00"))

    assert hours.week_of(monday) == hours.week_of(monday + 6) == hours.week_of(monday - 1) + 1
    assert hours.first_of(hours.week_of(monday + 3)) == monday


def test_an_evening_is_that_of_whose_day_ends_first() -> None:
    day = local_date(spans(), at("2026-11-24 12:00"))
    both = [spans(), spans("America/New_York")]

    assert hours.evening_of(both, day, hours.AT_RISK_MINUTES) == at("2026-11-24 19:30")
    assert hours.evening_of(both[1:], day, hours.LAST_CHANCE_MINUTES) == at(
        "2026-11-24 21:00", "America/New_York"
    )


def test_a_date_that_travel_skipped_has_no_evening() -> None:
    leaves_ms = at("2026-11-25 03:00", "Pacific/Honolulu")
    westward = (Span(0, "Pacific/Honolulu", 180), Span(leaves_ms, "Pacific/Kiritimati", 180))
    skipped = local_date(westward, leaves_ms - 1) + 1

    assert local_date(westward, leaves_ms) == skipped + 1
    assert hours.evening_of([westward], skipped, hours.AT_RISK_MINUTES) is None
