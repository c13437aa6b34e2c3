"""The evenings on which a streak was at risk, from the rules alone."""

from shared import days
from tests.oracle.counting import COUNTS, streak
from tests.oracle.couple_days import calendar, closes, mode_of, paused, skipped
from tests.oracle.histories import LATE, History, Spans

EVENING = 19 * 60 + 30


def at_risk(history: History, now: int) -> list[tuple[int, int]]:
    """Each date that was at risk at its half past seven, and the streak that stood on it."""
    found = []
    for date in closes(history, now):
        at = evening(history, date, now)
        if at is not None:
            count = standing(history.up_to(at + LATE - 1), date, at)
            if count:
                found.append((date, count))
    return found


def evening(history: History, date: int, now: int) -> int | None:
    """Half past seven as it came; None if by the clocks that were known then it was never to come."""
    known = history.timelines()
    for place, (since, timelines) in enumerate(known):
        until = known[place + 1][0] - LATE if place + 1 < len(known) else now
        at = half_past_seven(timelines, date)
        if at is not None and max(since, history.formed) < at <= min(until, now):
            return at
    return None


def half_past_seven(timelines: list[Spans], date: int) -> int | None:
    """On the wall of whose date ends first; None if their date has no such time."""
    spans = min(timelines, key=lambda spans: days.end_of(spans, date))
    end = days.end_of(spans, date)
    at = days.wall_instant(days.in_force(spans, end - 1).zone, date, EVENING)
    return at if days.start_of(spans, date) <= at < end else None


def standing(known: History, date: int, at: int) -> int:
    """The streak that would be lost with this date, 0 if none."""
    found, mode, ends = calendar(known, at), mode_of(known), closes(known, at)
    closed_through = max((other for other in ends if ends[other] <= at), default=0)
    before = {other: day.word for other, day in found.items() if other < date}
    if found[date].word in COUNTS or paused(known, date) or skipped(known, date) or not before:
        return 0
    count, _ = streak(mode, before, min(closed_through, date - 1))
    if mode == "two_misses":
        last = [word for _, word in sorted(before.items()) if word != "excused"][-1:]
        return count if last == ["not_kept"] else 0
    if mode.startswith("weekly") and could_do_without(int(mode[-1]), before, date, closed_through):
        return 0
    return count


def could_do_without(n: int, before: dict[int, str], date: int, closed_through: int) -> bool:
    """Whether the week could still reach what it needs if this date were not kept."""
    monday = date - (date - 1) % 7
    earlier = {other: before.get(other, "excused") for other in range(monday, date)}
    excused = [
        d for d, word in earlier.items() if word == "excused" and (d <= closed_through or d < min(before))
    ]
    counted = [d for d, word in earlier.items() if word in COUNTS]
    still = [d for d, word in earlier.items() if d > closed_through and word not in COUNTS]
    return len(counted) + len(still) + (monday + 6 - date) >= min(n, 7 - len(excused))
