"""Taking back a check-in within ten minutes: the couple is where it would be if it had never been."""

from shared.batch import LATENESS_MS
from shared.events.couple import CheckinUndone
from shared.folding import Output, Record
from shared.undo import may_undo
from streaks import calendar, checkins, lapse, moments, risk
from streaks.state import Fresh, Lapse, State, digest_of
from streaks.strength import WEEK_BEFORE


def undo_checkin(subject: str, state: State, record: Record) -> list[Output] | None:
    """Take an entry back, and what there is to say; None if its author has none that could be taken back now.

    An id stays known: what was undone is never taken again. What one wrote stays one's own after leaving.
    """
    wish: CheckinUndone = record.event.data
    digest = digest_of(wish.author, wish.checkin)
    entry = next((fresh for fresh in state.fresh if fresh.digest == digest), None)
    if entry is None or not may_undo(entry.append_ms, record.append_ms):
        return None
    place = state.fresh.index(entry)
    del state.fresh[place]
    later, time_ms = state.fresh[place:], record.append_ms - LATENESS_MS
    if calendar.bit_of(state, entry.day):
        _take_back(state, entry)
        _put_last_back(state, entry, later)
        for other in later:
            checkins.note(state, other)
        _without_its_day(state, entry.day, time_ms)
    if entry.clock is not None:
        _set_clock_back(state, entry.clock, later)
    return moments.of_all(subject, state, calendar.look_back(state), record)


def _take_back(state: State, entry: Fresh) -> None:
    """Drop the facts that this entry was the first to tell: what a later one tells too is noted again."""
    place = entry.day - state.frozen.edge
    if entry.present:
        present = list(state.present)
        present[entry.author] ^= 1 << place
        state.present = tuple(present)
    if entry.made_busy:
        state.busy ^= 1 << place
    if entry.of_kind:
        state.kinds[entry.kind] ^= 1 << place + WEEK_BEFORE
        if not state.kinds[entry.kind]:
            del state.kinds[entry.kind]
    for missed in entry.gave:
        _withdraw(state, missed, entry)


def _put_last_back(state: State, entry: Fresh, later: list[Fresh]) -> None:
    """When its author was last here without it: what came later may have been the next step from there."""
    if entry.last is None:
        return
    if state.last[entry.author] == entry.day:
        state.last = checkins.with_last(state.last, entry.author, entry.last)
    for following in later:
        if (following.author, following.last) == (entry.author, entry.day):
            following.last = entry.last


def _withdraw(state: State, missed: int, entry: Fresh) -> None:
    """Drop the kind that it gave to the repair of a day, unless that day has frozen since."""
    offered = dict(state.repairs.pop(missed, {}))
    kinds = list(offered.pop(entry.day, ()))
    if kinds:
        kinds[entry.author] = tuple(kind for kind in kinds[entry.author] if kind != entry.kind)
    if any(kinds):
        offered[entry.day] = tuple(kinds)
    if offered:
        state.repairs = dict(sorted({**state.repairs, missed: dict(sorted(offered.items()))}.items()))


def _without_its_day(state: State, day: int, time_ms: int) -> None:
    """Set right what depends on whether a day is kept, if it is so no more."""
    bit = calendar.bit_of(state, day)
    if calendar.kept_days(state) & bit:
        return
    if day < state.open_day and calendar.is_skipped(state.members, day):
        state.excused |= bit
    if state.warned < day < state.risk_day:
        # It was passed over because it was kept: it is warned of now unless its 19:30 has passed.
        state.risk_day, state.risk_ms = risk.next_risk(state, day, time_ms)


def _set_clock_back(state: State, clock: Lapse, later: list[Fresh]) -> None:
    """The clock of quality time without the entry, then moved by the later ones, as is agreed now."""
    state.lapse = clock
    for entry in later:
        if entry.kind in lapse.QUALITY_KINDS:
            _pass_time(state, entry.append_ms - LATENESS_MS)
            entry.clock = None
            checkins.note_quality(state, entry)


def _pass_time(state: State, time_ms: int) -> None:
    """Open a lapse that fell due meanwhile: it was told to nobody, and counts like any other."""
    due_ms = state.lapse.lapses_ms
    if due_ms is not None and due_ms <= time_ms and not state.lapse.open:
        state.lapse, _ = lapse.opened(state.lapse, due_ms)
