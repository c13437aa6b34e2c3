"""What a check-in does to a couple: days, repairs, kinds, the quality clock, what it sends to the partner."""

from shared import days
from shared.batch import LATENESS_MS
from shared.events.couple import CheckinAmended, CheckinRecorded
from shared.events.moments import AppreciationShared, LapseClosed, ReflectionShared
from shared.folding import Output, Record
from shared.undo import may_undo
from streaks import calendar, lapse, moments, risk
from streaks.state import Fresh, State, digest_of
from streaks.strength import WEEK_BEFORE

REPAIR_MS = 48 * 3_600_000
_SUNDAY = 7
_TOLD_AT_ONCE = {"appreciation": AppreciationShared, "reflection": ReflectionShared}


def record_checkin(subject: str, state: State, record: Record) -> list[Output] | None:
    entry: CheckinRecorded = record.event.data
    author = state.place_of(entry.author)
    if author is None or entry.visibility == "secret":
        return None
    digest = digest_of(entry.author, record.event.id)
    if not state.remember(digest, record.append_ms):
        return None
    settle(state, record.append_ms - LATENESS_MS)
    day = days.ordinal(entry.local_date)
    fresh = Fresh(digest, record.append_ms, author, day, entry.kind, entry.busy is not None)
    matters = note(state, fresh)
    outputs = moments.of_all(subject, state, calendar.look_again(state, day), record) if matters else []
    if entry.kind in lapse.QUALITY_KINDS:
        outputs += _tell_quality(subject, state, fresh, record)
    if entry.kind in _TOLD_AT_ONCE and entry.visibility == "shared":
        outputs += _told_at_once(subject, state, record, record.event.id)
    state.fresh.append(fresh)
    return outputs


def settle(state: State, time_ms: int) -> None:
    """Forget by the log's time what can be undone no more.

    In the log's order: whoever is later may hold a fact that an earlier one leaves.
    """
    while state.fresh and not may_undo(state.fresh[0].append_ms, time_ms):
        del state.fresh[0]


# --- the facts of an entry ----------------------------------------------------------------------------


def note(state: State, entry: Fresh) -> bool:
    """Note the facts of an entry, and in it which of them are new; whether the calendar may differ by them.

    To note one again is harmless: it then holds what nobody else holds any more.
    """
    bit = calendar.bit_of(state, entry.day)
    if not bit:
        return False
    _note_last(state, entry)
    if entry.kind == "self_love":
        return False
    new = not state.present[entry.author] & bit
    if new:
        present = list(state.present)
        present[entry.author] |= bit
        state.present, entry.present = tuple(present), True
    kept = calendar.kept_days(state)
    _note_kind(state, entry)
    mends = _note_repair(state, entry, kept)
    if not (new and kept & bit):
        return mends
    if entry.day == state.risk_day:
        state.risk_day, state.risk_ms = risk.next_risk(state, entry.day + 1, 0)
    return True


def _note_last(state: State, entry: Fresh) -> None:
    """When this member was last here: no more than that is known of what they do for themself."""
    before = state.last[entry.author]
    if entry.day > before:
        state.last = with_last(state.last, entry.author, entry.day)
        entry.last = before


def with_last(last: tuple[int, ...], place: int, day: int) -> tuple[int, ...]:
    """The members' last dates with another one for the member in this place."""
    return (*last[:place], day, *last[place + 1 :])


def _note_kind(state: State, entry: Fresh) -> None:
    place = entry.day - state.frozen.edge
    if entry.busy and not state.busy >> place & 1:
        state.busy |= 1 << place
        entry.made_busy = True
    bits, mark = state.kinds.get(entry.kind, 0), 1 << place + WEEK_BEFORE
    if bits & mark:
        return
    if not bits:
        state.kinds = dict(sorted({**state.kinds, entry.kind: 0}.items()))
    state.kinds[entry.kind] = bits | mark
    entry.of_kind = True


def _note_repair(state: State, entry: Fresh, kept: int) -> bool:
    """Note what could repair a day that closed unkept, or that ended a week; whether that may matter now."""
    matters, edge, closes, append_ms = False, state.frozen.edge, state.closes, entry.append_ms
    for missed in range(entry.day - 1, edge - 1, -1):
        place = missed - edge
        # A day that has just closed is judged once the log's time has passed its close.
        closed_ms = closes[place] if place < len(closes) else calendar.close_of(state.members, missed)
        if closed_ms < append_ms - REPAIR_MS:
            break
        # A kept day breaks no streak but that of weeks, whose last day is a Sunday.
        can_break = (
            not kept >> place & 1 or missed % _SUNDAY == 0 or (state.fresh and _may_lose(state, missed))
        )
        if can_break and closed_ms <= append_ms:
            matters |= _offer(state, missed, entry)
    return matters


def _may_lose(state: State, day: int) -> bool:
    """Whether an undo could yet make this kept day an unkept one."""
    return any(entry.present and entry.day == day for entry in state.fresh)


def _offer(state: State, missed: int, entry: Fresh) -> bool:
    """Whether with this entry everybody has offered enough. More kinds than enough are not remembered."""
    offered = state.repairs.get(missed, {})
    kinds = list(offered.get(entry.day, ((),) * len(state.members)))
    mine = kinds[entry.author]
    if entry.kind in mine or len(mine) >= calendar.KINDS_FOR_A_REPAIR:
        return False
    kinds[entry.author] = tuple(sorted((*mine, entry.kind)))
    offered = dict(sorted({**offered, entry.day: tuple(kinds)}.items()))
    state.repairs = dict(sorted({**state.repairs, missed: offered}.items()))
    entry.gave = (*entry.gave, missed)
    return all(len(names) >= calendar.KINDS_FOR_A_REPAIR for names in kinds)


def note_quality(state: State, entry: Fresh) -> float | None:
    """Let a quality entry move the clock; the length in days of the lapse that it ended, if it ended one."""
    before, agreed = state.lapse, state.agreement.agreed_days
    state.lapse = lapse.after_event(before, entry.day, agreed, state.members)
    if state.lapse is before:
        return None
    entry.clock = before
    if not before.open:
        return None
    length = lapse.length_days(before, entry.day, agreed)
    state.lapse = lapse.returned(state.lapse, length)
    return length


# --- what there is to say -----------------------------------------------------------------------------


def _tell_quality(subject: str, state: State, fresh: Fresh, record: Record) -> list[Output]:
    since_ms, length = state.lapse.lapses_ms, note_quality(state, fresh)
    if length is None:
        return []
    expires_ms = record.append_ms + moments.LIVES_MS
    return [moments.caused(subject, LapseClosed(since_ms or 0, length, state.people(), expires_ms), record)]


def share_later(subject: str, state: State, record: Record) -> list[Output]:
    """What waited until its author was ready is told then, once, as if it had just been written."""
    wish: CheckinAmended = record.event.data
    if not wish.first_shared or wish.kind not in _TOLD_AT_ONCE or state.place_of(wish.author) is None:
        return []
    return _told_at_once(subject, state, record, wish.checkin)


def _told_at_once(subject: str, state: State, record: Record, checkin: str) -> list[Output]:
    entry: CheckinRecorded | CheckinAmended = record.event.data
    told, expires_ms = _TOLD_AT_ONCE[entry.kind], record.append_ms + moments.LIVES_MS
    return [
        moments.caused(subject, told(checkin, entry.author, receiver, expires_ms), record, receiver)
        for receiver in state.people()
        if receiver != entry.author
    ]
