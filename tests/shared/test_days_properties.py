"""For all zones: days never go back and tile time, whatever the clocks do and wherever people go."""

from collections.abc import Iterator
from itertools import pairwise
from zoneinfo import available_timezones

from hypothesis import given
from hypothesis import strategies as st

from shared import days
from shared.events.values import Span

HOUR_MS = 3_600_000
QUARTER_MS = HOUR_MS // 4
DAY_STARTS = (0, 90, 150, 180, 360)
FIRST, LAST = days.ordinal("2026-01-01"), days.ordinal("2027-12-31")
FIRST_MS = days.start_of_day("UTC", 0, FIRST)
ZONES = sorted(zone for zone in available_timezones() if days.is_zone(zone))
FAR_APART = ["Pacific/Auckland", "Pacific/Honolulu", "Pacific/Kiritimati", "Pacific/Pago_Pago"]

zones = st.sampled_from(ZONES) | st.sampled_from(FAR_APART)
day_starts = st.sampled_from(DAY_STARTS)
instants = st.integers(FIRST_MS, FIRST_MS + 2 * 365 * days.DAY_MS)


def days_about_changes(zone: str) -> Iterator[int]:
    """The days about which the clocks of a zone are changed: elsewhere a day is just 24 hours."""
    noons = {day: days.wall_instant(zone, day, 720) for day in range(FIRST, LAST)}
    for day in range(FIRST + 2, LAST - 2):
        if noons[day] - noons[day - 1] != days.DAY_MS:
            yield from range(day - 2, day + 3)


def test_in_every_zone_days_follow_one_another_when_the_clocks_change() -> None:
    for zone in ZONES:
        for day in days_about_changes(zone):
            for day_start in DAY_STARTS:
                start = days.start_of_day(zone, day_start, day)
                assert start < days.start_of_day(zone, day_start, day + 1), (zone, day_start, day)
                assert days.date_at(zone, day_start, start) == day, (zone, day_start, day)
                assert days.date_at(zone, day_start, start - 1) == day - 1, (zone, day_start, day)


@given(zones, day_starts, instants)
def test_an_instant_lies_within_its_date(zone: str, day_start: int, at_ms: int) -> None:
    day = days.date_at(zone, day_start, at_ms)
    assert days.start_of_day(zone, day_start, day) <= at_ms < days.start_of_day(zone, day_start, day + 1)


@given(zones, st.integers(FIRST, LAST), st.integers(0, 1439))
def test_a_wall_time_is_the_first_instant_that_has_reached_it(zone: str, day: int, minutes: int) -> None:
    at_ms = days.wall_instant(zone, day, minutes)
    assert days.local_clock(zone, at_ms) >= (day, minutes)
    assert days.local_clock(zone, at_ms - 1) < (day, minutes) or days.local_clock(
        zone, at_ms - 1
    ) > days.local_clock(zone, at_ms)


@given(st.text() | st.text("./\\abUTC0-~"))
def test_any_string_may_be_asked_about(name: str) -> None:
    assert days.is_zone(name) == (name in ZONES)


# --- timelines ----------------------------------------------------------------------------------------

moves = st.lists(
    st.tuples(st.integers(0, 60 * HOUR_MS), zones, day_starts, st.integers(-60 * HOUR_MS, 60 * HOUR_MS)),
    max_size=5,
)


def travelled(
    start_ms: int, zone: str, steps: list[tuple[int, str, int, int]]
) -> list[tuple[int, tuple[Span, ...]]]:
    """The timeline after each change, with when it was decided; some bring an instant that may be past."""
    spans: tuple[Span, ...] = (Span(0, zone, 180),)
    now_ms = start_ms
    timelines = [(now_ms, spans)]
    for after_ms, to_zone, day_start, from_ms in steps:
        now_ms += after_ms
        spans = days.with_change(spans, now_ms, to_zone, day_start, max(0, now_ms + from_ms))
        timelines.append((now_ms, spans))
    return timelines


@given(instants, zones, moves)
def test_dates_never_go_back(start_ms: int, zone: str, steps: list[tuple[int, str, int, int]]) -> None:
    _, spans = travelled(start_ms, zone, steps)[-1]
    reached = 0
    for at_ms in range(start_ms, start_ms + 15 * days.DAY_MS, HOUR_MS):
        span = days.in_force(spans, at_ms)
        expected = max(reached, days.date_at(span.zone, span.day_start, at_ms))
        reached = days.local_date(spans, at_ms)
        assert expected == reached


@given(instants, zones, moves, st.integers(0, 15 * 24 * 4))
def test_on_a_timeline_an_instant_lies_within_its_date(
    start_ms: int, zone: str, steps: list[tuple[int, str, int, int]], quarters: int
) -> None:
    _, spans = travelled(start_ms, zone, steps)[-1]
    at_ms = start_ms + quarters * QUARTER_MS
    day = days.local_date(spans, at_ms)
    assert days.start_of(spans, day) <= at_ms < days.end_of(spans, day)
    assert days.local_date(spans, days.end_of(spans, day)) > day
    assert days.local_date(spans, days.end_of(spans, day) - 1) == day


@given(instants, zones, moves)
def test_a_change_moves_no_end_that_has_passed_and_no_date_that_was_reached(
    start_ms: int, zone: str, steps: list[tuple[int, str, int, int]]
) -> None:
    timelines = travelled(start_ms, zone, steps)
    for (_, before), (now_ms, after) in pairwise(timelines):
        today = days.local_date(before, now_ms)
        assert days.local_date(after, now_ms) == today
        assert days.end_of(after, today) >= days.start_of(after, today)
        for day in range(today - 3, today):
            assert days.end_of(before, day) == days.end_of(after, day)
