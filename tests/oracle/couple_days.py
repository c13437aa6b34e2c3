"""What became of each couple-day, from plain sets of dates: slow, and written from the rules alone."""

from functools import lru_cache
from typing import NamedTuple

from shared import days
from tests.oracle.counting import streak
from tests.oracle.histories import DAY, HOUR, LATE, Entry, History, Mode, Pause, PauseEnd, Spans

FROZEN_AFTER = 10 * DAY
REPAIR_WITHIN = 48 * HOUR
BEYOND = 6


class Day(NamedTuple):
    """A word, and the date whose check-ins repaired it."""

    word: str
    repaired_by: int | None = None


Days = dict[int, Day]


# --- plain facts --------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def first_days(history: History) -> tuple[int, int]:
    """The first date of all, and day one."""
    dates = [days.local_date(spans, history.formed) for spans in history.first_timelines()]
    return min(dates), max(dates)


def counting_entries(history: History) -> list[Entry]:
    """Those that stand, and are not `self_love` and not secret."""
    entries = [fact for fact in history.standing().facts if isinstance(fact, Entry)]
    return [entry for entry in entries if not entry.secret and entry.kind != "self_love"]


def kept_dates(history: History) -> set[int]:
    _, day_one = first_days(history)
    entries = counting_entries(history)
    of_each = [{e.date for e in entries if e.author == author} for author in range(len(history.zones))]
    return {date for date in set.intersection(*of_each) if date >= day_one}


def end_of(timelines: list[Spans], date: int) -> int:
    return max(days.end_of(spans, date) for spans in timelines)


def close_of(history: History, date: int) -> tuple[int, list[Spans]]:
    """When a date has ended for both, and the timelines that were known then."""
    known = history.timelines()
    for place, (_, timelines) in enumerate(known):
        close = end_of(timelines, date)
        if place + 1 == len(known) or close <= known[place + 1][0]:
            return close, timelines
    raise AssertionError


@lru_cache(maxsize=64)
def closes(history: History, now: int) -> dict[int, int]:
    """When each date closes, from the first one to a few that are still to come."""
    date, found = first_days(history)[0], dict[int, int]()
    ahead = 0
    while ahead < BEYOND:
        found[date] = close_of(history, date)[0]
        ahead += found[date] > now
        date += 1
    return found


def skipped(history: History, date: int) -> bool:
    """Whether a member's travel left this date without length."""
    _, timelines = close_of(history, date)
    return any(days.start_of(spans, date) == days.end_of(spans, date) for spans in timelines)


def pauses(history: History) -> list[tuple[int, int | None]]:
    """The pauses as they stand after all that was said of them."""
    opened: list[Pause] = [fact for fact in history.facts if isinstance(fact, Pause)]
    spans: list[tuple[int, int | None] | None] = []
    for fact in history.facts:
        if isinstance(fact, Pause):
            sound = fact.first >= fact.today and (fact.last is None or fact.last >= fact.first)
            spans.append((fact.first, fact.last) if sound else None)
        if isinstance(fact, PauseEnd) and fact.number < len(spans):
            span = spans[fact.number]
            if span is None or opened[fact.number].author != fact.author:
                continue
            if span[1] is None or span[1] > fact.today:
                spans[fact.number] = (span[0], fact.today) if span[0] <= fact.today else None
    return [span for span in spans if span is not None]


def paused(history: History, date: int) -> bool:
    return covered(pauses(history), date)


def covered(spans: list[tuple[int, int | None]], date: int) -> bool:
    return any(first <= date and (last is None or date <= last) for first, last in spans)


def excuse(history: History, date: int) -> str | None:
    """Why an unkept date is excused, None if it is not."""
    if date < first_days(history)[1]:
        return "before"
    if paused(history, date):
        return "pause"
    return "skipped" if skipped(history, date) else None


# --- the calendar -------------------------------------------------------------------------------------


def calendar(history: History, now: int) -> Days:
    """Every date from the first one on. A change of mode leaves what was frozen by then as it was kept."""
    frozen: Days = {}
    mode = "daily"
    for place, fact in enumerate(history.facts):
        if isinstance(fact, Mode) and fact.mode != mode:
            frozen = frozen_days(history.before(place), mode, fact.at - LATE, frozen)
            mode = fact.mode
    return judged(history, mode, now, frozen)


def mode_of(history: History) -> str:
    return next((fact.mode for fact in reversed(history.facts) if isinstance(fact, Mode)), "daily")


def frozen_days(history: History, mode: str, now: int, frozen: Days) -> Days:
    """Those that closed ten days before the last close of all."""
    found, ends = judged(history, mode, now, frozen), closes(history, now)
    last_close = max((close for close in ends.values() if close <= now), default=0)
    return {date: day for date, day in found.items() if ends[date] + FROZEN_AFTER <= last_close}


def judged(history: History, mode: str, now: int, frozen: Days) -> Days:
    """The dates in order, under one mode."""
    kept, ends = kept_dates(history), closes(history, now)
    found: Days = {}
    for date in sorted(ends):
        closed = ends[date] <= now
        if date in frozen:
            found[date] = frozen[date]
            if frozen[date].word in ("reserve", "not_kept"):
                found[date] = Day(unkept(mode, found, date))
        elif date in kept:
            found[date] = Day("kept")
        elif excuse(history, date) is not None:
            # A day that a pause covers is shown so at once, another becomes so as it closes.
            found[date] = Day("excused" if closed or paused(history, date) else "open")
        else:
            found[date] = Day(unkept(mode, found, date) if closed else "open")
        if closed and date not in frozen:
            repair(history, mode, found, date, frozen)
    return found


def unkept(mode: str, before: Days, date: int) -> str:
    """Reserve or not kept: what a closed date is that nothing excuses."""
    last_six = [before[other].word for other in range(date - 6, date) if other in before]
    there_is_a_streak = words_streak("daily", before, date - 1) > 0
    if mode == "daily" and there_is_a_streak and last_six.count("reserve") < 2:
        return "reserve"
    return "not_kept"


def words_streak(mode: str, found: Days, closed_through: int) -> int:
    words = {date: day.word for date, day in found.items() if date <= closed_through}
    return streak(mode, words, closed_through)[0]


def repair(history: History, mode: str, found: Days, date: int, frozen: Days) -> None:
    """If the close of this date broke a streak and they made good in time, a missed date is repaired."""
    if words_streak(mode, found, date - 1) == 0 or words_streak(mode, found, date) > 0:
        return
    missed = date
    if mode.startswith("weekly"):
        monday = date - (date - 1) % 7
        missed = max(
            (d for d in range(monday, date + 1) if d in found and found[d].word == "not_kept"), default=0
        )
    if missed not in found or missed in frozen:
        return
    taken = {day.repaired_by for day in [*found.values(), *frozen.values()]}
    offered = [other for other in offers(history, date) if other not in taken]
    if offered and words_streak(mode, {**found, missed: Day("repaired")}, date) > 0:
        found[missed] = Day("repaired", offered[0])


def offers(history: History, broke: int) -> list[int]:
    """The dates after this one on which each member recorded two kinds within 48 hours of its close."""
    close, _ = close_of(history, broke)
    in_time = [e for e in counting_entries(history) if close <= e.at <= close + REPAIR_WITHIN]
    dates = sorted({entry.date for entry in in_time if entry.date > broke})
    members = range(len(history.zones))
    return [
        date
        for date in dates
        if all(len({e.kind for e in in_time if (e.date, e.author) == (date, m)}) >= 2 for m in members)
    ]
