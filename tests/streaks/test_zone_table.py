"""Zones, daylight saving and the date line: when a couple-day begins for the first of two, and closes.

Each row is a couple; `begins` and `closes` are UTC. `Member.goes` is a journey that is said at the start of
the date, or of the date before with `a_day_early`, and comes into force when that date ends.
"""

from typing import NamedTuple

import pytest

from shared import days
from shared.events.person import PersonChanged
from tests.diaries import HOUR_MS, Diary, begin, clock
from tests.people import ANA, ANA_AND_BO, BO, Couple, Person


class Member(NamedTuple):
    zone: str
    day_start: str
    goes: str = ""
    a_day_early: bool = False


class Row(NamedTuple):
    """`hours`: how long the date lasts for each of them. `unkept`: what it is if nobody checks in for it."""

    name: str
    ana: Member
    bo: Member
    date: str
    begins: str
    closes: str
    hours: tuple[float, float]
    unkept: str = "reserve"

    @property
    def day(self) -> int:
        return days.ordinal(self.date)


PARIS, NEW_YORK = Member("Europe/Paris", "03:00"), Member("America/New_York", "03:00")
TABLE = [
    # --- daylight saving, both ways, in one of two zones ---
    Row("Paris loses an hour three weeks after New York", PARIS, NEW_YORK,
        "2026-03-28", "2026-03-28 02:00", "2026-03-29 07:00", (23, 24)),
    Row("New York loses an hour", PARIS, NEW_YORK,
        "2026-03-07", "2026-03-07 02:00", "2026-03-08 07:00", (24, 23)),
    Row("Paris gains an hour a week before New York", PARIS, NEW_YORK,
        "2026-10-24", "2026-10-24 01:00", "2026-10-25 07:00", (25, 24)),
    Row("New York gains an hour", PARIS, NEW_YORK,
        "2026-10-31", "2026-10-31 02:00", "2026-11-01 08:00", (24, 25)),
    Row("an ordinary day in two zones is open for thirty hours", PARIS, NEW_YORK,
        "2026-11-24", "2026-11-24 02:00", "2026-11-25 08:00", (24, 24)),
    # --- clocks that move by something else than an hour ---
    Row("Troll loses two hours", Member("Antarctica/Troll", "00:00"), Member("Europe/Paris", "00:00"),
        "2026-03-29", "2026-03-28 23:00", "2026-03-29 22:00", (22, 23)),
    Row("Troll gains two hours, Lord Howe is far ahead",
        Member("Antarctica/Troll", "00:00"), Member("Australia/Lord_Howe", "00:00"),
        "2026-10-25", "2026-10-24 13:00", "2026-10-26 00:00", (26, 24)),
    Row("Lord Howe loses half an hour",
        Member("Australia/Lord_Howe", "00:00"), Member("Asia/Kolkata", "00:00"),
        "2026-10-04", "2026-10-03 13:30", "2026-10-04 18:30", (23.5, 24)),
    Row("Lord Howe gains half an hour", Member("Australia/Lord_Howe", "00:00"), Member("Asia/Tokyo", "00:00"),
        "2026-04-05", "2026-04-04 13:00", "2026-04-05 15:00", (24.5, 24)),
    # --- zones that change their rules ---
    Row("Vancouver puts its clocks back in 2025", Member("America/Vancouver", "00:00"), NEW_YORK,
        "2025-11-02", "2025-11-02 07:00", "2025-11-03 08:00", (25, 24)),
    Row("Vancouver does not any more in 2026", Member("America/Vancouver", "00:00"), NEW_YORK,
        "2026-11-01", "2026-11-01 07:00", "2026-11-02 08:00", (24, 24)),
    Row("Pyongyang goes forward by half an hour for good",
        Member("Asia/Pyongyang", "00:00"), Member("Asia/Tokyo", "00:00"),
        "2018-05-04", "2018-05-03 15:00", "2018-05-04 15:00", (23.5, 24)),
    # --- a country crosses the date line ---
    Row("Apia has no 30th of December",
        Member("Pacific/Apia", "03:00"), Member("Pacific/Pago_Pago", "03:00"),
        "2011-12-30", "2011-12-30 13:00", "2011-12-31 14:00", (0, 24), "excused"),
    Row("the day after that, the two are 25 hours apart",
        Member("Pacific/Apia", "03:00"), Member("Pacific/Pago_Pago", "03:00"),
        "2011-12-31", "2011-12-30 13:00", "2012-01-01 14:00", (24, 24)),
    Row("Kiritimati has no 31st of December",
        Member("Pacific/Kiritimati", "03:00"), Member("Pacific/Honolulu", "03:00"),
        "1994-12-31", "1994-12-31 13:00", "1995-01-01 13:00", (0, 24), "excused"),
    # --- as far apart as can be ---
    Row("Kiritimati and Pago Pago share a day of 49 hours",
        Member("Pacific/Kiritimati", "03:00"), Member("Pacific/Pago_Pago", "03:00"),
        "2026-11-24", "2026-11-23 13:00", "2026-11-25 14:00", (24, 24)),
    Row("day starts six hours apart in one zone",
        Member("Europe/Paris", "00:00"), Member("Europe/Paris", "06:00"),
        "2026-11-24", "2026-11-23 23:00", "2026-11-25 05:00", (24, 24)),
    # --- day starts that a gap leaves out: the day begins where the clocks are after it ---
    Row("midnight in Cairo", Member("Africa/Cairo", "00:00"), Member("Europe/Paris", "00:00"),
        "2026-04-24", "2026-04-23 22:00", "2026-04-24 22:00", (23, 24)),
    Row("midnight in Havana", Member("America/Havana", "00:00"), Member("America/Santiago", "00:00"),
        "2026-03-08", "2026-03-08 03:00", "2026-03-09 04:00", (23, 24)),
    Row("midnight in Santiago", Member("America/Santiago", "00:00"), Member("America/Havana", "00:00"),
        "2026-09-06", "2026-09-06 04:00", "2026-09-07 04:00", (23, 24)),
    Row("midnight in Beirut and an hour of Paris",
        Member("Asia/Beirut", "00:00"), Member("Europe/Paris", "00:00"),
        "2026-03-29", "2026-03-28 22:00", "2026-03-29 22:00", (23, 23)),
    Row("midnight in the Azores", Member("Atlantic/Azores", "00:00"), Member("UTC", "00:00"),
        "2026-03-29", "2026-03-29 00:00", "2026-03-30 00:00", (23, 24)),
    Row("half past two in New York", Member("America/New_York", "02:30"), Member("UTC", "00:00"),
        "2026-03-08", "2026-03-08 00:00", "2026-03-09 06:30", (23, 24)),
    # --- day starts that come twice: the first of the two begins the day ---
    Row("midnight in the Azores comes twice", Member("Atlantic/Azores", "00:00"), Member("UTC", "00:00"),
        "2026-10-25", "2026-10-25 00:00", "2026-10-26 01:00", (25, 24)),
    Row("midnight in Havana comes twice", Member("America/Havana", "00:00"), Member("UTC", "00:00"),
        "2027-11-07", "2027-11-07 00:00", "2027-11-08 05:00", (25, 24)),
    Row("half past one in New York comes twice", Member("America/New_York", "01:30"), Member("UTC", "00:00"),
        "2026-11-01", "2026-11-01 00:00", "2026-11-02 06:30", (25, 24)),
    # --- journeys ---
    Row("from Honolulu to Auckland a date is left with an hour",
        Member("Pacific/Auckland", "00:00"),
        Member("Pacific/Honolulu", "06:00", "Pacific/Auckland", a_day_early=True),
        "2026-11-25", "2026-11-24 11:00", "2026-11-25 17:00", (24, 1)),
    Row("from Pago Pago to Kiritimati a date is skipped",
        Member("Pacific/Kiritimati", "03:00"),
        Member("Pacific/Pago_Pago", "03:00", "Pacific/Kiritimati", a_day_early=True),
        "2026-11-25", "2026-11-24 13:00", "2026-11-25 14:00", (24, 0), "excused"),
    Row("from Auckland to Honolulu a date comes twice and counts once",
        Member("Pacific/Auckland", "03:00"), Member("Pacific/Auckland", "03:00", "Pacific/Honolulu"),
        "2026-11-24", "2026-11-23 14:00", "2026-11-25 13:00", (24, 47)),
    Row("from Paris to New York the day of the flight lasts thirty hours",
        PARIS, Member("Europe/Paris", "03:00", "America/New_York"),
        "2026-11-24", "2026-11-24 02:00", "2026-11-25 08:00", (24, 30)),
    Row("from New York to Paris the day after the flight lasts eighteen hours",
        PARIS, Member("America/New_York", "03:00", "Europe/Paris", a_day_early=True),
        "2026-11-25", "2026-11-25 02:00", "2026-11-26 02:00", (24, 18)),
    Row("a flight on the night in which the clocks go back",
        PARIS, Member("Europe/Paris", "03:00", "America/New_York"),
        "2026-10-24", "2026-10-24 01:00", "2026-10-25 07:00", (25, 30)),
]  # fmt: skip
rows = pytest.mark.parametrize("row", TABLE, ids=[row.name for row in TABLE])


def utc(text: str) -> int:
    return clock(ANA._replace(zone="UTC"), text)


def person(who: Person, member: Member) -> Person:
    hours, minutes = member.day_start.split(":")
    return who._replace(zone=member.zone, day_start=int(hours) * 60 + int(minutes))


def travelled(row: Row) -> tuple[Diary, tuple[Person, ...]]:
    """The couple, formed two days before, with the journeys of the row."""
    people = person(ANA, row.ana), person(BO, row.bo)
    starts = [days.start_of(who.member.spans, row.day - 2) for who in people]
    diary = begin(max(starts), Couple(ANA_AND_BO.id, people))
    for who, member in zip(people, (row.ana, row.bo), strict=True):
        if member.goes:
            said_on = row.day - member.a_day_early
            at_ms = days.start_of(who.member.spans, said_on) + 1
            move = PersonChanged(zone=member.goes, person=who.id, from_ms=0)
            diary.append(at_ms, move, sender=who.subject, sequence=2)
    return diary, people


def check_in_at_the_end(diary: Diary, people: tuple[Person, ...], day: int) -> None:
    """Each in the last moment of this date of theirs."""
    spans = [member.spans for member in diary.view.members]
    ends = sorted((days.end_of(each, day) - 1, who) for each, who in zip(spans, people, strict=True))
    for at_ms, who in ends:
        diary.check_in(who, days.iso(day), append_ms=at_ms)


@rows
def test_a_couple_day_begins_for_the_first_and_closes_for_the_last(row: Row) -> None:
    diary, _ = travelled(row)
    spans = [member.spans for member in diary.view.members]
    starts, ends = ([edge(each, row.day) for each in spans] for edge in (days.start_of, days.end_of))

    hours = tuple((end - start) / HOUR_MS for start, end in zip(starts, ends, strict=True))
    assert (min(starts), max(ends), hours) == (utc(row.begins), utc(row.closes), row.hours)


@rows
def test_the_last_moment_belongs_to_the_date_and_the_next_one_does_not(row: Row) -> None:
    diary, _ = travelled(row)
    spans = [member.spans for member in diary.view.members]

    for each, hours in zip(spans, row.hours, strict=True):
        end_ms = days.end_of(each, row.day)
        last = row.day if hours else row.day - 1
        assert (days.local_date(each, end_ms - 1), days.local_date(each, end_ms)) == (last, row.day + 1)


@rows
def test_a_day_that_nobody_kept_is_judged_at_its_close_and_not_before(row: Row) -> None:
    diary, people = travelled(row)
    check_in_at_the_end(diary, people, row.day - 1)
    closes_ms = utc(row.closes)

    diary.pass_time(closes_ms - 1)
    before = diary.states().get(row.date, "open")
    diary.pass_time(closes_ms)
    assert (before, diary.states()[row.date], diary.view.count) == ("open", row.unkept, 1)


@pytest.mark.parametrize("row", [row for row in TABLE if all(row.hours)], ids=lambda row: row.name)
def test_entries_in_the_last_moment_of_each_keep_the_day(row: Row) -> None:
    diary, people = travelled(row)
    for day in (row.day - 1, row.day):
        check_in_at_the_end(diary, people, day)

    diary.pass_time(utc(row.closes) + HOUR_MS)
    assert (diary.states()[row.date], diary.view.count) == ("kept", 2)
