"""What a check-in does to a couple: days, the quality clock, an appreciation on its way."""

from shared import days
from shared.events import AppreciationShared, CheckinRecorded, LapseClosed, StreakCorrected
from shared.folding import Output, Record
from streaks import calendar, lapse, moments
from streaks.state import State


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
    present = list(state.present)
    present[author] |= bit
    if present[author] == state.present[author]:
        return []
    state.present = tuple(present)
    if not calendar.kept_days(state) & bit:
        return []
    if day == state.risk_day:
        state.risk_day, state.risk_ms = calendar.next_risk(state, day + 1, 0)
    return [_tell(subject, state, news, record) for news in calendar.look_again(state, day)]


def _tell(subject: str, state: State, news: calendar.News, record: Record) -> Output:
    """What there is to say because of a check-in."""
    data = moments.of_news(state, news, record.append_ms)
    if isinstance(data, StreakCorrected):
        return moments.caused(subject, data, record)
    return moments.dated(subject, data, data.date, record.append_ms)


def _note_quality(subject: str, state: State, day: int, record: Record) -> list[Output]:
    entry: CheckinRecorded = record.event.data
    before = state.lapse
    state.lapse = lapse.after_event(before, day, entry.at_ms)
    if state.lapse.open or not before.open:
        return []
    length_days, expires_ms = lapse.length_days(before, entry.at_ms), record.append_ms + moments.LIVES_MS
    data = LapseClosed(before.lapses_ms, length_days, state.people(), expires_ms)
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
