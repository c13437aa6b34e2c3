"""Whether what was sent over a year was right, from the clocks on the wall and from what people did alone.

Nothing of the policy is asked: what it promises is worked out anew, as slowly as it takes.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from shared import days
from shared.events.values import Span
from shared.views.person import NudgeSettings
from tests.year.home import Decided, Home

HOUR_MS = 3_600_000
PARTNERS = frozenset({"appreciation.shared", "reflection.shared", "nudge.asked"})
ANSWERS = frozenset({"invite.taken", "invite.expired", "member.silent"})


@dataclass
class Watched(Home):
    """A home that notes, for each nudge that leaves, what was so for its receiver at that instant."""

    seen: list["Seen"] = field(default_factory=list)

    def _decide(self) -> None:
        before = len(self.decided)
        super()._decide()
        for one in self.decided[before:]:
            if one.outcome == "sent":
                person = one.planned.receiver
                settings = self.settings.get(person, NudgeSettings())
                self.seen.append(Seen(one, self.spans(person), settings, self._dates_of(person)))

    def _dates_of(self, person: str) -> tuple[str, ...]:
        return tuple(entry.local_date for entry in self.entries.values() if entry.author == person)


def watched(home: Home) -> Watched:
    """The same home under watch; nothing has happened there yet."""
    return Watched(home.who, home.couple, home.formed_ms, home.settings, home.channels)


@dataclass(frozen=True)
class Seen:
    """`dates`: those that the receiver had checked in for by then."""

    decided: Decided
    spans: tuple[Span, ...]
    settings: NudgeSettings
    dates: tuple[str, ...]

    @property
    def at_ms(self) -> int:
        return self.decided.at_ms

    @property
    def kind(self) -> str:
        return self.decided.planned.kind

    @property
    def day(self) -> int:
        """The receiver's date."""
        return days.local_date(self.spans, self.at_ms)


def complaints(home: Watched) -> Iterator[str]:
    """Every promise that was broken, as a sentence."""
    yield from _twice(home)
    by_person: dict[str, list[Seen]] = defaultdict(list)
    for seen in home.seen:
        by_person[seen.decided.planned.receiver].append(seen)
        if _in_quiet_hours(seen):
            yield f"in quiet hours: {seen}"
        if seen.kind in ("day.at_risk", "day.last_chance") and not _was_open(home, seen):
            yield f"a warning that was false: {seen}"
        if _unwanted(seen):
            yield f"not wanted: {seen}"
        if seen.at_ms >= seen.decided.planned.expires_ms:
            yield f"after its expiry: {seen}"
    for sent in by_person.values():
        system = [seen for seen in sent if seen.kind not in PARTNERS]
        yield from _over_the_caps(system)
        yield from _too_soon(home, system)
        yield from _over_the_partners_caps(
            [seen for seen in sent if seen.kind in PARTNERS and seen.decided.pushed]
        )


def _twice(home: Watched) -> Iterator[str]:
    sent = Counter(one.planned.nudge for one in home.decided if one.outcome == "sent")
    ended = Counter(one.planned.nudge for one in home.decided if one.outcome != "held")
    about = Counter(
        (one.planned.kind, one.planned.receiver, one.planned.date)
        for one in home.decided
        if one.outcome == "sent" and one.planned.date and one.planned.kind != "member.silent"
    )
    for what in (sent, ended, about):
        yield from (f"more than once: {name}" for name, times in what.items() if times > 1)


def _in_quiet_hours(seen: Seen) -> bool:
    """By the clock on the wall where the receiver says they are, and where their date still is."""
    first, last = seen.settings.quiet
    for zone in {seen.spans[-1].zone, _zone_in_force(seen)}:
        wall = datetime.fromtimestamp(seen.at_ms / 1000, UTC).astimezone(ZoneInfo(zone))
        minutes = wall.hour * 60 + wall.minute
        inside = first <= minutes < last if first <= last else minutes >= first or minutes < last
        if inside:
            return True
    return False


def _zone_in_force(seen: Seen) -> str:
    return [span.zone for span in seen.spans if span.from_ms <= seen.at_ms][-1]


def _was_open(home: Watched, seen: Seen) -> bool:
    """Whether somebody's entry for the day was still missing, and the day not over for both."""
    date = seen.decided.planned.date
    here = {
        entry.author
        for entry in home.entries.values()
        if entry.local_date == date and entry.kind != "self_love" and entry.at_ms <= seen.at_ms
    }
    return len(here) < len(home.who) and seen.at_ms < seen.decided.planned.expires_ms


def _unwanted(seen: Seen) -> bool:
    amount = seen.settings.partner if seen.kind in PARTNERS else seen.settings.system
    usual = seen.kind not in ("day.last_chance", "week.summed")
    return amount == "none" or not seen.settings.kinds.get(seen.kind, usual)


def _over_the_caps(system: list[Seen]) -> Iterator[str]:
    """One a day and three a week; of who wants fewer, at the time of sending, in twice the time."""
    for place, seen in enumerate(system):
        span = 2 if seen.settings.system == "fewer" else 1
        before = system[: place + 1]
        if sum(0 <= seen.day - other.day < span for other in before) > 1:
            yield f"over the day's cap: {seen}"
        weeks = [(other.day - 1) // 7 for other in before]
        if sum(0 <= weeks[-1] - week < span for week in weeks) > 3:
            yield f"over the week's cap: {seen}"


def _over_the_partners_caps(pushed: list[Seen]) -> Iterator[str]:
    for place, seen in enumerate(pushed):
        fewer = seen.settings.partner == "fewer"
        before = pushed[: place + 1]
        if sum(other.day == seen.day for other in before) > (1 if fewer else 2):
            yield f"over the partner's cap of a day: {seen}"
        if place and seen.at_ms - pushed[place - 1].at_ms < (8 if fewer else 4) * HOUR_MS:
            yield f"too soon after the partner's last: {seen}"


def _too_soon(home: Watched, system: list[Seen]) -> Iterator[str]:
    """An unanswered one puts off the next; after sixty days there is one note, until they are here again."""
    began = days.local_date(system[0].spans, home.formed_ms) if system else 0
    notes: list[int] = []
    for before, seen in pairwise([system[0], *system] if system else []):
        last = max([days.ordinal(date) for date in seen.dates], default=began)
        away = seen.day - last
        if seen.kind == "member.silent":
            if away < 60 or last in notes:
                yield f"a note that is not due: {seen}"
            notes.append(last)
        elif seen.kind not in ANSWERS and away >= 60:
            yield f"not silent after sixty days: {seen}"
        unanswered = before is not seen and last < before.day
        pause = next((days_ for below, days_ in ((2, 3), (10, 2), (30, 6), (60, 15)) if away < below), 15)
        if unanswered and seen.kind not in ANSWERS and seen.day - before.day < pause:
            yield f"too soon after an unanswered one: {seen} after {before}"
