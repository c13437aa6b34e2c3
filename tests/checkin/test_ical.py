"""The calendar as a file: what calendar programs read of it."""

from datetime import date, timedelta
from itertools import pairwise

from checkin.reading.ical import AllDay, as_calendar, fingerprint, in_rows, joined
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from shared import days

SEED = bytes(32)
FIRST = days.ordinal("2026-11-24")
KEPT = AllDay(FIRST, FIRST + 2, "kept", "Kept")
PAUSE = AllDay(FIRST + 3, FIRST + 3, "pause", "Pause")

spans = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20)).map(lambda s: (s[0], s[0] + s[1])))
letters = st.lists(st.sampled_from("kem"), max_size=40)


def test_an_event_covers_whole_days_and_hides_no_time_of_anybody() -> None:
    calendar = Calendar.from_ical(as_calendar([KEPT, PAUSE], SEED))

    first, second = calendar.events
    assert (first.start, first.end) == (date(2026, 11, 24), date(2026, 11, 27))
    assert (second.start, second.end) == (date(2026, 11, 27), date(2026, 11, 28))
    assert (first["summary"], second["summary"]) == ("Kept", "Pause")
    assert (first["transp"], first["class"]) == ("TRANSPARENT", "PRIVATE")


def test_it_says_how_often_to_ask_again() -> None:
    made = as_calendar([], SEED)

    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT6H\r\n" in made
    assert Calendar.from_ical(made).refresh_interval == timedelta(hours=6)


def test_the_same_days_are_the_same_bytes() -> None:
    assert as_calendar([KEPT, PAUSE], SEED) == as_calendar([KEPT, PAUSE], SEED)


def test_ids_differ_by_day_by_kind_and_from_one_couple_to_another() -> None:
    another = KEPT._replace(kind="not_kept")
    made = [*Calendar.from_ical(as_calendar([KEPT, another, PAUSE], SEED)).events]
    made += Calendar.from_ical(as_calendar([KEPT], bytes([1]) * 32)).events

    assert len({event["uid"] for event in made}) == 4


def test_what_calendar_programs_take_for_structure_is_text() -> None:
    odd = KEPT._replace(summary="Tenu ; été\nEND:VCALENDAR, à deux")

    (event,) = Calendar.from_ical(as_calendar([odd], SEED)).events
    assert event["summary"] == odd.summary


@given(letters)
def test_days_in_a_row_are_one_event_and_no_day_is_lost(days_: list[str]) -> None:
    rows = in_rows((nth, letter, letter.upper()) for nth, letter in enumerate(days_))

    assert [row.kind for row in rows for _ in range(row.first, row.last + 1)] == days_
    assert all(one.kind != other.kind for one, other in pairwise(rows))


def test_days_with_a_gap_between_them_are_two_events() -> None:
    assert len(in_rows([(1, "k", "Kept"), (3, "k", "Kept")])) == 2


@given(spans)
def test_joined_spans_cover_the_same_days_and_do_not_touch(found: list[tuple[int, int]]) -> None:
    whole = joined(found)

    def covered(all_of: list[tuple[int, int]]) -> set[int]:
        return {day for first, last in all_of for day in range(first, last + 1)}

    assert covered(whole) == covered(found)
    assert all(one[1] + 1 < other[0] for one, other in pairwise(whole))


def test_a_fingerprint_tells_calendars_apart() -> None:
    assert fingerprint([KEPT]) == fingerprint([AllDay(*KEPT)])
    assert len({fingerprint(events) for events in ([], [KEPT], [PAUSE], [KEPT, PAUSE])}) == 4
