"""Which day it is: the facts of the zone database, and timelines of people who travel."""

import pytest

from shared import days
from shared.events.values import Span

HOUR_MS = 3_600_000


def utc(text: str) -> int:
    """The instant of "2026-03-08 07:30" in UTC."""
    date, _, time = text.partition(" ")
    hours, minutes = time.split(":")
    return days.wall_instant("UTC", days.ordinal(date), int(hours) * 60 + int(minutes))


def starts(zone: str, day_start: int, date: str) -> str:
    return days.iso_instant(days.start_of_day(zone, day_start, days.ordinal(date)))[:16].replace("T", " ")


def hours(zone: str, day_start: int, date: str) -> float:
    day = days.ordinal(date)
    length_ms = days.start_of_day(zone, day_start, day + 1) - days.start_of_day(zone, day_start, day)
    return length_ms / HOUR_MS


def test_the_zone_data_is_the_pinned_one() -> None:
    assert starts("America/Vancouver", 0, "2026-11-23") == "2026-11-23 07:00"


@pytest.mark.parametrize(
    ("zone", "day_start", "date", "start", "length_hours"),
    [
        ("Europe/Paris", 180, "2026-11-24", "2026-11-24 02:00", 24),
        ("Africa/Cairo", 0, "2026-04-24", "2026-04-23 22:00", 23),
        ("America/Havana", 0, "2026-03-08", "2026-03-08 05:00", 23),
        ("America/Havana", 0, "2027-11-07", "2027-11-07 04:00", 25),
        ("America/Santiago", 0, "2026-09-06", "2026-09-06 04:00", 23),
        ("Asia/Beirut", 0, "2026-03-29", "2026-03-28 22:00", 23),
        ("Atlantic/Azores", 0, "2026-03-29", "2026-03-29 01:00", 23),
        ("Atlantic/Azores", 0, "2026-10-25", "2026-10-25 00:00", 25),
        ("Antarctica/Troll", 0, "2026-03-29", "2026-03-29 00:00", 22),
        ("Antarctica/Troll", 0, "2026-10-25", "2026-10-24 22:00", 26),
        ("Australia/Lord_Howe", 0, "2026-10-04", "2026-10-03 13:30", 23.5),
        ("Australia/Lord_Howe", 0, "2026-04-05", "2026-04-04 13:00", 24.5),
        ("Pacific/Apia", 0, "2011-12-30", "2011-12-30 10:00", 0),
        ("Pacific/Apia", 180, "2011-12-30", "2011-12-30 13:00", 0),
        ("America/New_York", 150, "2026-03-08", "2026-03-08 07:30", 23),
        ("America/New_York", 90, "2026-11-01", "2026-11-01 05:30", 25),
    ],
)
def test_a_day_starts_and_lasts(
    zone: str, day_start: int, date: str, start: str, length_hours: float
) -> None:
    assert (start, length_hours) == (starts(zone, day_start, date), hours(zone, day_start, date))


@pytest.mark.parametrize(
    ("zone", "day_start", "at", "date"),
    [
        # 03:10 on the wall, past a 02:30 start that the gap has moved to 03:30.
        ("America/New_York", 150, "2026-03-08 07:10", "2026-03-07"),
        ("America/New_York", 150, "2026-03-08 07:30", "2026-03-08"),
        # The second 01:10, before a 01:30 start by the wall; the first 01:30 has begun the day.
        ("America/New_York", 90, "2026-11-01 06:10", "2026-11-01"),
        ("America/New_York", 90, "2026-11-01 05:29", "2026-10-31"),
        # The 30th has no instant in Apia.
        ("Pacific/Apia", 0, "2011-12-30 09:59", "2011-12-29"),
        ("Pacific/Apia", 0, "2011-12-30 10:00", "2011-12-31"),
        ("Europe/Paris", 180, "2026-11-24 01:59", "2026-11-23"),
        ("Europe/Paris", 180, "2026-11-24 02:00", "2026-11-24"),
    ],
)
def test_a_date_is_decided_by_instant_not_by_the_wall(zone: str, day_start: int, at: str, date: str) -> None:
    assert date == days.iso(days.date_at(zone, day_start, utc(at)))


@pytest.mark.parametrize(
    ("zone", "date", "minutes", "at"),
    [
        ("Europe/Paris", "2026-11-24", 1170, "2026-11-24 18:30"),
        ("America/New_York", "2026-03-08", 150, "2026-03-08 07:00"),
        ("America/New_York", "2026-11-01", 90, "2026-11-01 05:30"),
        ("Pacific/Apia", "2011-12-30", 1170, "2011-12-30 10:00"),
    ],
)
def test_a_wall_time_is_the_first_instant_that_shows_or_has_passed_it(
    zone: str, date: str, minutes: int, at: str
) -> None:
    assert utc(at) == days.wall_instant(zone, days.ordinal(date), minutes)


def test_the_local_clock_reads_calendar_date_and_minutes() -> None:
    assert (days.ordinal("2026-11-24"), 21 * 60 + 30) == days.local_clock(
        "Europe/Paris", utc("2026-11-24 20:30")
    )


@pytest.mark.parametrize("name", ["Europe/Paris", "UTC", "America/Argentina/Ushuaia", "Asia/Kolkata"])
def test_a_key_of_the_zone_database_is_a_zone(name: str) -> None:
    assert days.is_zone(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Factory",
        "localtime",
        "posixrules",
        "europe/paris",
        "Europe",
        "Europe/../UTC",
        "../UTC",
        "/usr/share/zoneinfo/UTC",
        "right/UTC",
        "UTC\0",
        "tzdata.zi",
        "\ud800",
        "x" * 70_000,
    ],
)
def test_any_other_string_is_no_zone(name: str) -> None:
    assert not days.is_zone(name)


# --- timelines ----------------------------------------------------------------------------------------


def home(zone: str, day_start: int = 180) -> tuple[Span, ...]:
    return (Span(0, zone, day_start),)


def dates_of(spans: tuple[Span, ...], *instants: str) -> list[str]:
    return [days.iso(days.local_date(spans, utc(instant))) for instant in instants]


def test_a_change_comes_into_force_when_the_current_date_ends() -> None:
    spans = days.with_change(home("Europe/Paris"), utc("2026-11-24 12:00"), "Asia/Tokyo")
    assert spans == (*home("Europe/Paris"), Span(utc("2026-11-25 02:00"), "Asia/Tokyo", 180))


def test_westward_a_date_lasts_until_it_has_ended_in_the_new_zone() -> None:
    spans = days.with_change(home("Europe/Paris"), utc("2026-11-24 12:00"), "America/New_York")
    assert dates_of(spans, "2026-11-25 01:59", "2026-11-25 07:59", "2026-11-25 08:00") == [
        "2026-11-24",
        "2026-11-24",
        "2026-11-25",
    ]


def test_eastward_across_the_date_line_a_date_can_be_skipped() -> None:
    spans = days.with_change(home("Pacific/Honolulu", 360), utc("2026-11-24 20:00"), "Pacific/Auckland", 0)
    assert dates_of(spans, "2026-11-25 15:59", "2026-11-25 16:00") == ["2026-11-24", "2026-11-26"]
    near = range(days.ordinal("2026-11-20"), days.ordinal("2026-11-30"))
    assert [days.iso(day) for day in near if days.is_skipped(spans, day)] == ["2026-11-25"]


def test_back_across_the_date_line_a_date_comes_only_once() -> None:
    spans = days.with_change(home("Pacific/Auckland"), utc("2026-11-24 00:00"), "Pacific/Honolulu")
    assert dates_of(spans, "2026-11-24 13:59", "2026-11-25 12:59", "2026-11-25 13:00") == [
        "2026-11-24",
        "2026-11-24",
        "2026-11-25",
    ]


def test_a_second_change_replaces_one_that_is_not_yet_in_force() -> None:
    paris = home("Europe/Paris")
    once = days.with_change(paris, utc("2026-11-24 12:00"), "Asia/Tokyo")
    twice = days.with_change(once, utc("2026-11-24 13:00"), "America/New_York")
    assert twice == days.with_change(paris, utc("2026-11-24 13:00"), "America/New_York")


def test_a_change_of_the_day_start_keeps_the_zone_that_was_asked_for() -> None:
    once = days.with_change(home("Europe/Paris"), utc("2026-11-24 12:00"), "Asia/Tokyo")
    twice = days.with_change(once, utc("2026-11-24 13:00"), day_start=60)
    assert twice[-1] == Span(utc("2026-11-25 02:00"), "Asia/Tokyo", 60)


def test_a_change_back_before_it_came_into_force_leaves_nothing() -> None:
    paris = home("Europe/Paris")
    once = days.with_change(paris, utc("2026-11-24 12:00"), "Asia/Tokyo")
    assert paris == days.with_change(once, utc("2026-11-24 13:00"), "Europe/Paris")


def test_a_change_that_brings_its_instant_comes_into_force_then() -> None:
    from_ms = utc("2026-11-26 02:00")
    spans = days.with_change(
        home("Europe/Paris"), utc("2026-11-24 12:00"), "Asia/Tokyo", 180, from_ms=from_ms
    )
    assert spans[-1] == Span(from_ms, "Asia/Tokyo", 180)


def test_a_change_that_arrives_after_its_instant_waits_for_the_end_of_the_current_date() -> None:
    from_ms = utc("2026-11-23 02:00")
    spans = days.with_change(
        home("Europe/Paris"), utc("2026-11-24 12:00"), "Asia/Tokyo", 180, from_ms=from_ms
    )
    assert spans[-1] == Span(utc("2026-11-25 02:00"), "Asia/Tokyo", 180)


def test_spans_that_ended_two_weeks_ago_are_forgotten() -> None:
    spans = days.with_change(home("Europe/Paris"), utc("2026-11-01 12:00"), "Asia/Tokyo")
    spans = days.with_change(spans, utc("2026-11-10 12:00"), "America/New_York")
    spans = days.with_change(spans, utc("2026-11-20 12:00"), "Europe/Paris")
    assert [span.zone for span in spans] == ["Asia/Tokyo", "America/New_York", "Europe/Paris"]
