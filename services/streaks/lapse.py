"""The busyness lapse: quality time overdue by this couple's own measure.

The clock counts couple-days and nothing finer, so it never tells at which hour somebody wrote. Mean and
deviation of the gaps adapt as a TCP retransmission timer does (RFC 6298), each gap cut at the threshold. The
clock starts when the couple is formed, so that is where the first gap begins.
"""

from msgspec.structs import replace

from shared import days
from shared.days import DAY_MS
from shared.events.values import Member
from shared.pact import Agreement, Pause
from shared.views.streak import LapseView
from streaks.state import Lapse

DRIFTING_SHARE = 0.75
QUALITY_KINDS = frozenset({"quality_time", "safe_space"})
OUTGROWN_LAPSES, OUTGROWN_MS = 3, 60 * DAY_MS
_RETURNS = 10
_FAR = 10_000_000


def begun(agreed: float, day_one: int, members: tuple[Member, ...]) -> Lapse:
    """The clock of a couple that was formed on this day."""
    return timed(Lapse(agreed, agreed / 2, day_one), agreed, members)


def timed(lapse: Lapse, agreed: float, members: tuple[Member, ...]) -> Lapse:
    """The clock with the instant of its threshold: to be asked for when what it depends on has changed.

    A lapse that is open keeps the instant at which it was told.
    """
    if lapse.open:
        return lapse
    due_ms = _instant(lapse, members, threshold(lapse.mean, lapse.deviation, agreed))
    return replace(lapse, lapses_ms=due_ms)


def after_event(lapse: Lapse, day: int, agreed: float, members: tuple[Member, ...]) -> Lapse:
    """The clock after a quality entry for a couple-day: the same if that day, or a later one, has had one."""
    if day <= lapse.last_day:
        return lapse
    limit = threshold(lapse.mean, lapse.deviation, agreed)
    error = min(float(_elapsed(lapse, day)), limit) - lapse.mean
    moved = replace(
        lapse,
        mean=lapse.mean + error / 8,
        deviation=lapse.deviation + (abs(error) - lapse.deviation) / 4,
        last_day=day,
        open=False,
        stops=tuple(stop for stop in lapse.stops if stop[1] is None or stop[1] >= day),
    )
    return timed(moved, agreed, members)


def with_pauses(lapse: Lapse, pauses: tuple[Pause, ...], today: int) -> Lapse:
    """The clock with these pauses; those that were over before today have stopped it for good."""
    past = tuple(stop for stop in lapse.stops if stop[1] is not None and stop[1] < today)
    spans = {(days.ordinal(p.first), None if p.last is None else days.ordinal(p.last)) for p in pauses}
    return replace(lapse, stops=(*past, *sorted(spans.difference(past), key=lambda s: (s[0], s[1] or _FAR))))


def outgrows(lapse: Lapse, at_ms: int | None) -> bool:
    """Whether with a lapse that opens now the pact is outgrown: the third in sixty days."""
    if at_ms is None or len(lapse.opened_ms) < OUTGROWN_LAPSES - 1:
        return False
    recent = [ms for ms in lapse.opened_ms if ms > at_ms - OUTGROWN_MS]
    said_lately = lapse.outgrown_ms is not None and lapse.outgrown_ms > at_ms - OUTGROWN_MS
    return len(recent) >= OUTGROWN_LAPSES - 1 and not said_lately


def opened(lapse: Lapse, at_ms: int) -> tuple[Lapse, bool]:
    """The clock as a lapse opens, and whether with it the pact is outgrown."""
    recent = (*(ms for ms in lapse.opened_ms if ms > at_ms - OUTGROWN_MS), at_ms)
    outgrown = outgrows(lapse, at_ms)
    return (
        replace(lapse, open=True, opened_ms=recent, outgrown_ms=at_ms if outgrown else lapse.outgrown_ms),
        outgrown,
    )


def under_another(lapse: Lapse, agreed: float, members: tuple[Member, ...], now_ms: int) -> Lapse:
    """The clock under another cadence: a lapse that by it has not come yet is taken back."""
    again = timed(replace(lapse, open=False), agreed, members)
    come = again.lapses_ms is not None and again.lapses_ms <= now_ms
    return replace(again, open=lapse.open and come)


def length_days(lapse: Lapse, day: int, agreed: float) -> float:
    """How long a lapse has lasted at the start of this day, pauses not counted."""
    return max(0.0, _elapsed(lapse, day) - threshold(lapse.mean, lapse.deviation, agreed))


def returned(lapse: Lapse, length: float) -> Lapse:
    """The clock with one more lapse that has ended."""
    return replace(lapse, returns=(*lapse.returns, length)[-_RETURNS:])


def shown(lapse: Lapse, agreement: Agreement, members: tuple[Member, ...]) -> LapseView:
    """The clock, with the instants from which the couple drifts and has lapsed."""
    limit = threshold(lapse.mean, lapse.deviation, agreement.agreed_days)
    return LapseView(
        agreed_days=agreement.agreed_days,
        threshold_days=limit,
        last_ms=start_of(members, lapse.last_day),
        drifting_ms=_instant(lapse, members, DRIFTING_SHARE * limit),
        lapsed_ms=lapse.lapses_ms,
        stops_ms=tuple(_stop_ms(members, stop) for stop in lapse.stops),
        returns=lapse.returns,
    )


def threshold(mean: float, deviation: float, agreed: float) -> float:
    """The gap in days at which a lapse opens."""
    return max(3.0, min(max(mean + 4 * deviation, 1.5 * agreed), 3 * agreed))


def start_of(members: tuple[Member, ...], day: int) -> int:
    """The instant at which a couple-day has begun for every member."""
    return max([days.start_of(member.spans, day) for member in members])


def _stopped(lapse: Lapse, day: int) -> bool:
    if not lapse.stops:  # nearly always, and asked for many days
        return False
    return any(first <= day and (last is None or day <= last) for first, last in lapse.stops)


def _elapsed(lapse: Lapse, day: int) -> int:
    """Days from the last event to the start of this one, without those on which the clock stood."""
    return sum(not _stopped(lapse, d) for d in range(lapse.last_day, day))


def _instant(lapse: Lapse, members: tuple[Member, ...], after_days: float) -> int | None:
    """When so many days have passed since the last event; None if a pause without an end comes before."""
    for_ever = min((first for first, last in lapse.stops if last is None), default=None)
    day, left = lapse.last_day, after_days
    while for_ever is None or day < for_ever:
        if not _stopped(lapse, day):
            if left < 1:
                return start_of(members, day) + round(left * DAY_MS)
            left -= 1
        day += 1
    return None


def _stop_ms(members: tuple[Member, ...], stop: tuple[int, int | None]) -> tuple[int, int | None]:
    first, last = stop
    return start_of(members, first), None if last is None else start_of(members, last + 1)
