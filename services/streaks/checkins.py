"""What a check-in does to a couple: days, repairs, kinds, the quality clock, an appreciation on its way."""

from shared import days
from shared.events import AppreciationShared, CheckinRecorded, LapseClosed
from shared.folding import Output, Record
from streaks import calendar, lapse, moments, risk
from streaks.state import State
from streaks.strength import WEEK_BEFORE

REPAIR_MS = 48 * 3_600_000
_SUNDAY = 7


def record_checkin(subject: str, state: State, record: Record) -> list[Output] | None:
    entry: CheckinRecorded = record.event.data
    author = state.place_of(entry.author)
    if author is None or entry.visibility == "secret" or entry.kind == "self_love":
        return None
    if not state.remember(entry.author, record.event.id, record.append_ms):
        return None
    day = days.ordinal(entry.local_date)
    outputs = _mark_present(subject, state, author, day, record)
    if entry.kind in lapse.QUALITY_KINDS:
        outputs += _note_quality(subject, state, day, record)
    if entry.kind == "appreciation" and entry.visibility == "shared":
        outputs += _appreciations(subject, state, record)
    return outputs


def _mark_present(subject: str, state: State, author: int, day: int, record: Record) -> list[Output]:
    bit = calendar.bit_of(state, day)
    if not bit:
        return []
    _note_kind(state, day, record.event.data)
    mends = _note_repair(state, author, day, record)
    present = list(state.present)
    present[author] |= bit
    new = present[author] != state.present[author]
    state.present = tuple(present)
    kept = new and calendar.kept_days(state) & bit
    if kept and day % _SUNDAY:
        # What was offered for this day while it was missing can repair nothing any more.
        state.repairs.pop(day, None)
    if not kept and not mends:
        return []
    if kept and day == state.risk_day:
        state.risk_day, state.risk_ms = risk.next_risk(state, day + 1, 0)
    return moments.of_all(subject, state, calendar.look_again(state, day), record)


def _note_kind(state: State, day: int, entry: CheckinRecorded) -> None:
    place = day - state.frozen.edge
    if entry.busy is not None:
        state.busy |= 1 << place
    bits = state.kinds.get(entry.kind, 0)
    if not bits:
        state.kinds = dict(sorted({**state.kinds, entry.kind: 0}.items()))
    state.kinds[entry.kind] = bits | 1 << place + WEEK_BEFORE


def _note_repair(state: State, author: int, day: int, record: Record) -> bool:
    """Note what could repair a day that closed unkept, or that ended a week; whether that may matter now."""
    matters, kept, kind = False, calendar.kept_days(state), record.event.data.kind
    for missed in range(day - 1, state.frozen.edge - 1, -1):
        place = missed - state.frozen.edge
        # A day that has just closed is judged once the log's time has passed its close.
        closed_ms = state.closes[place] if place <= state.closed else calendar.close_of(state.members, missed)
        if closed_ms < record.append_ms - REPAIR_MS:
            break
        # A kept day breaks no streak but that of weeks, whose last day is a Sunday.
        can_break = not kept >> place & 1 or missed % _SUNDAY == 0
        if can_break and closed_ms <= record.append_ms:
            matters |= _offer(state, missed, day, author, kind)
    return matters


def _offer(state: State, missed: int, day: int, author: int, kind: str) -> bool:
    offered = state.repairs.get(missed, {})
    kinds = list(offered.get(day, ((),) * len(state.members)))
    kinds[author] = tuple(sorted({*kinds[author], kind}))[: calendar.KINDS_FOR_A_REPAIR]
    offered = dict(sorted({**offered, day: tuple(kinds)}.items()))
    state.repairs = dict(sorted({**state.repairs, missed: offered}.items()))
    return all(len(names) >= calendar.KINDS_FOR_A_REPAIR for names in kinds)


def _note_quality(subject: str, state: State, day: int, record: Record) -> list[Output]:
    before = state.lapse
    state.lapse = lapse.after_event(before, day, state.agreement.agreed_days, state.members)
    if state.lapse.open or not before.open:
        return []
    length, expires_ms = (
        lapse.length_days(before, day, state.agreement.agreed_days),
        record.append_ms + moments.LIVES_MS,
    )
    state.lapse = lapse.returned(state.lapse, length)
    data = LapseClosed(before.lapses_ms or 0, length, state.people(), expires_ms)
    return [moments.caused(subject, data, record)]


def _appreciations(subject: str, state: State, record: Record) -> list[Output]:
    author, expires_ms = record.event.data.author, record.append_ms + moments.LIVES_MS
    return [
        moments.caused(
            subject, AppreciationShared(record.event.id, author, receiver, expires_ms), record, receiver
        )
        for receiver in state.people()
        if receiver != author
    ]
