"""The clock of quality time, walked through a history day by day, from the rules alone."""

from dataclasses import dataclass, field

from shared import days
from tests.oracle.couple_days import covered, first_days, pauses
from tests.oracle.histories import DAY, LATE, Cadence, Entry, History

SIXTY_DAYS = 60 * DAY
QUALITY = ("quality_time", "safe_space")
FAR = 400


@dataclass
class Clock:
    """`open_since` is the crossing of the lapse that is open, None while none is."""

    agreed: float
    mean: float
    deviation: float
    last: int
    open_since: int | None = None
    opened: list[int] = field(default_factory=list)
    closed: list[tuple[int, float]] = field(default_factory=list)
    outgrown: list[int] = field(default_factory=list)

    @property
    def threshold(self) -> float:
        by_habit = max(self.mean + 4 * self.deviation, 1.5 * self.agreed)
        return max(3.0, min(by_habit, 3 * self.agreed))


def clock(history: History, now: int) -> Clock:
    """The clock after all of a history, at this time."""
    history = history.standing()
    _, day_one = first_days(history)
    found = Clock(3.5, 3.5, 1.75, day_one)
    for place, fact in enumerate(history.facts):
        if isinstance(fact, Entry) and (fact.secret or fact.kind not in QUALITY):
            continue
        known = history.before(place)
        pass_time(found, known, fact.at - LATE)
        if isinstance(fact, Entry):
            quality(found, known, fact.date)
        if isinstance(fact, Cadence) and fact.agreed != found.agreed:
            found.agreed = fact.agreed
            if found.open_since is not None:
                since = crossing(found, known, found.threshold)
                found.open_since = since if since is not None and since <= fact.at else None
    pass_time(found, history, now)
    return found


def pass_time(found: Clock, known: History, now: int) -> None:
    """A lapse opens at the threshold; the third in sixty days says that the pact is outgrown."""
    since = crossing(found, known, found.threshold)
    if found.open_since is not None or since is None or since > now:
        return
    found.open_since = since
    found.opened.append(since)
    recent = [instant for instant in found.opened if instant > since - SIXTY_DAYS]
    if len(recent) >= 3 and not any(instant > since - SIXTY_DAYS for instant in found.outgrown):
        found.outgrown.append(since)


def quality(found: Clock, known: History, date: int) -> None:
    """A quality entry for a date: the first such of a date after the last one moves the averages."""
    if date <= found.last:
        return
    if found.open_since is not None:
        found.closed.append((found.open_since, length(found, known, date)))
    gap = min(float(len(running_days(known, found.last, date))), found.threshold)
    error = gap - found.mean
    found.mean += error / 8
    found.deviation += (abs(error) - found.deviation) / 4
    found.last = date
    found.open_since = None


def running_days(known: History, first: int, end: int) -> list[int]:
    """The dates on which no pause stops the clock."""
    stops = pauses(known)
    return [date for date in range(first, end) if not covered(stops, date)]


def crossing(found: Clock, known: History, after: float) -> int | None:
    """When so many days have passed since the last event; None if a pause without an end comes before."""
    stopped = sum(FAR if last is None else last - first + 1 for first, last in pauses(known))
    dates = running_days(known, found.last, found.last + int(after) + min(stopped, FAR) + 1)
    if len(dates) <= int(after):
        return None
    return begins(known, dates[int(after)]) + round((after - int(after)) * DAY)


def length(found: Clock, known: History, back: int) -> float:
    """From the crossing to the start of the day of the return, in days of which none was paused."""
    whole = running_days(known, found.last, back)
    return max(0.0, len(whole) - found.threshold)


def begins(known: History, date: int) -> int:
    """When a date has begun for both."""
    _, timelines = known.timelines()[-1]
    return max(days.start_of(spans, date) for spans in timelines)
