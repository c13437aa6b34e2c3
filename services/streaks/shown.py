"""What streaks shows of a couple: it depends on the state alone, so that a rebuild shows the same."""

from shared import days
from shared.views import pack
from shared.views.streak import DayView, LapseView, LastView, StreakView
from streaks import ahead, calendar, lapse, modes, strength
from streaks.state import EXCUSED, KEPT, MISSED, OPEN, REPAIRED, RESERVE, State

WORDS = {
    OPEN: "open",
    KEPT: "kept",
    EXCUSED: "excused",
    RESERVE: "reserve",
    REPAIRED: "repaired",
    MISSED: "not_kept",
}
UNSURE = (OPEN, EXCUSED)
"""Of these the letter does not say everything."""


def streak_view(state: State) -> StreakView:
    """The streak, and the days that can still change."""
    frozen, said, mode = state.frozen, state.said, state.agreement.mode
    total = modes.total(mode, frozen, said, state.closed)
    closed = said[: state.closed]
    return StreakView(
        members=state.members,
        day_one=days.iso(state.day_one),
        mode=mode,
        unit="day" if modes.days_at_stake(mode) == 1 else "week",
        count=total.streak,
        longest=total.longest,
        strength=strength.after(frozen.strength, mode, frozen.recent, said),
        reserve_left=calendar.reserve_left(frozen, closed) if mode == "daily" else 0,
        days=_days(state),
        lapse=lapse_view(state),
        frozen_from=days.iso(frozen.start),
        kinds=strength.of_kinds(state, closed),
        kind_days={kind: state.kind_days.get(kind, 0) + n for kind, n in _kind_days(state).items()},
        busy_days=state.busy_days + state.busy.bit_count(),
        ahead=ahead.coming(state),
    )


def last_views(subject: str, state: State, before: tuple[int, ...] | None = None) -> dict[str, bytes]:
    """When each member was last here, or each of whom that is new: a view of one, for nobody else."""
    if state.last is before:
        return {}
    known = before or (0,) * len(state.last)
    return {
        f"last/{subject}/{member.person}": pack(LastView(days.iso(last)))
        for member, last, old in zip(state.members, state.last, known, strict=True)
        if last != old
    }


def lapse_view(state: State) -> LapseView:
    """The clock of quality time."""
    return lapse.shown(state.lapse, state.agreement, state.members)


def _kind_days(state: State) -> dict[str, int]:
    """On how many of the days that can still change each kind occurred."""
    open_days = {kind: (bits >> strength.WEEK_BEFORE).bit_count() for kind, bits in state.kinds.items()}
    return dict(sorted({**dict.fromkeys(state.kind_days, 0), **open_days}.items()))


def _days(state: State) -> tuple[DayView, ...]:
    """Up to the last day that anybody has reached or checked in for."""
    edge, members = state.frozen.edge, state.members
    length = max(len(state.closes), *[present.bit_length() for present in state.present])
    states = state.said.ljust(length, OPEN)
    closes = state.closes + [calendar.close_of(members, edge + i) for i in range(len(state.closes), length)]
    everybody, kept = state.people(), calendar.kept_days(state)
    views = []
    for i in range(length):
        present = everybody if kept >> i & 1 else _present(state, i)
        date = days.iso(edge + i)
        word, reason = _word(state, i, states[i], date) if states[i] in UNSURE else (WORDS[states[i]], None)
        views.append(DayView(date, word, closes[i], present, reason))
    return tuple(views)


def _word(state: State, place: int, letter: str, date: str) -> tuple[str, str | None]:
    """The state in words, and why a day is excused: an open one, too, while a pause covers it."""
    if letter == OPEN:
        return ("open", None) if state.agreement.pause_on(date) is None else ("excused", "pause")
    if state.frozen.edge + place < state.day_one:
        return "excused", "before"
    return "excused", "pause" if state.paused >> place & 1 else "skipped"


def _present(state: State, place: int) -> tuple[str, ...]:
    entries = zip(state.people(), state.present, strict=True)
    return tuple([person for person, present in entries if present >> place & 1])
