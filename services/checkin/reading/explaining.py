"""Why a day is what it is: the rule by its number, in a sentence. Pure.

The numbers are those of the product's rules of the couple-day. Nothing here tells who was missing.
"""

from typing import NamedTuple

from shared import days
from shared.events.values import Member
from shared.views.streak import DayView


class Reason(NamedTuple):
    rule: str
    sentence: str


class Boundary(NamedTuple):
    """When a couple-day begins and ends for one member; the same instant where it was skipped."""

    person: str
    zone: str
    starts_ms: int
    ends_ms: int


_REASONS = {
    "open": Reason("3.2", "This day has not ended for both yet; it is judged once, when it has."),
    "kept": Reason("3.2", "Kept: everybody checked in with this as their own local date."),
    "reserve": Reason(
        "3.3", "Not kept, and saved by the reserve: a streak stood on it and a reserve day was left."
    ),
    "repaired": Reason("3.5", "Missed, and made good for within 48 hours of its close: it counts."),
    "not_kept": Reason("3.3", "Not kept: it closed without, and nothing excused or saved it."),
    "excused": Reason("3.3", "Excused: it neither breaks nor lengthens a streak."),
}
_EXCUSED = {
    "before": Reason("3.4", "Excused: it came before day one."),
    "pause": Reason("3.3", "Excused: a pause covers it."),
    "skipped": Reason("3.9", "Excused: travel left a member without this date."),
}
_FROZEN = " Nothing can change it any more."


def reason_for(state: str, view: DayView | None, *, frozen: bool) -> Reason:
    """The rule that decided, or will decide."""
    reason = _EXCUSED.get(view.reason or "") if view is not None else None
    reason = reason or _REASONS[state]
    return reason._replace(sentence=reason.sentence + _FROZEN) if frozen else reason


def boundaries(members: tuple[Member, ...], date: str) -> list[Boundary]:
    """Of each member."""
    day = days.ordinal(date)
    return [
        Boundary(m.person, _zone(m, day), days.start_of(m.spans, day), days.end_of(m.spans, day))
        for m in members
    ]


def _zone(member: Member, day: int) -> str:
    return days.in_force(member.spans, days.end_of(member.spans, day) - 1).zone
