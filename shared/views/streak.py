"""What streaks publishes of a couple."""

import msgspec

from shared.events.values import Member


class DayView(msgspec.Struct, frozen=True, array_like=True):
    """`state` is open, kept, excused, reserve, repaired or not_kept; an open day in a pause is excused.

    `present`: who has checked in. `reason` of an excused day: before, pause or skipped.
    """

    date: str
    state: str
    closes_ms: int
    present: tuple[str, ...] = ()
    reason: str | None = None


class LapseView(msgspec.Struct, frozen=True):
    """Drifting and lapsed follow from the two instants without another event; None: not before a pause ends.

    `last_ms` is when the day of the last quality event had begun for both, `stops_ms` from when to when
    pauses stop the clock, `returns` how many days the last lapses lasted.
    """

    agreed_days: float
    threshold_days: float
    last_ms: int
    drifting_ms: int | None
    lapsed_ms: int | None
    stops_ms: tuple[tuple[int, int | None], ...] = ()
    returns: tuple[float, ...] = ()

    def is_paused(self, now_ms: int) -> bool:
        """Whether a pause covers this instant."""
        return any(first <= now_ms and (end is None or now_ms < end) for first, end in self.stops_ms)

    def is_lapsed(self, now_ms: int) -> bool:
        """Whether quality time is overdue, pause or not."""
        return self.lapsed_ms is not None and self.lapsed_ms <= now_ms


class AheadView(msgspec.Struct, frozen=True, array_like=True):
    """What the next days bring if nobody does anything, as far as only the calendar knows. By date.

    `at_risk`: days that will be found at risk; `reached`: days whose close reaches a milestone. `kept`: how
    many days of the week of the first open day count so far. `outgrows`: the next lapse is the third.
    """

    at_risk: tuple[str, ...] = ()
    reached: tuple[str, ...] = ()
    kept: int = 0
    outgrows: bool = False


class StreakView(msgspec.Struct, frozen=True):
    """By streaks, name `streak/<subject>`: the streak, and the days that can still change.

    `frozen_from` is the first date of all; what lies between it and the first of `days` is in the months.
    `kinds` has the strength of each kind, `kind_days` on how many days it occurred.

    `days` are in order and end with the last day that anybody has reached or checked in for; a later date is
    open with nobody present. `present` and the spans let checkin tell a member their own state and the close
    of a day; the other's are never shown. `ahead` is what the next days bring if nobody does anything.
    """

    members: tuple[Member, ...]
    day_one: str
    mode: str
    unit: str
    count: int
    longest: int
    strength: float
    reserve_left: int
    days: tuple[DayView, ...]
    lapse: LapseView
    frozen_from: str = ""
    kinds: dict[str, float] = {}
    kind_days: dict[str, int] = {}
    busy_days: int = 0
    ahead: AheadView | None = None


class LastView(msgspec.Struct, frozen=True, array_like=True):
    """By streaks, name `last/<subject>/<person>`: the latest date that this member has checked in for.

    For nudges to this person alone: it is shown to nobody, least of all to the partner.
    """

    date: str


class MonthView(msgspec.Struct, frozen=True):
    """By streaks, name `calendar/<subject>/<year>-<month>`: days that nothing can change any more.

    One letter a day from `first` on: k kept, e excused, r reserve, R repaired, m not kept.
    """

    first: str
    letters: str
