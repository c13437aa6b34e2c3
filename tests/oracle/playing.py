"""A history as the engine folds it, and where its answers differ from the oracle's."""

import math
from typing import Any

import msgspec

from shared import days, pact
from shared.events.couple import CheckinRecorded, CheckinUndone, PactChanged, PauseEnded, PauseOpened
from shared.events.person import PersonChanged
from shared.events.values import Visibility
from tests import diaries
from tests.diaries import Diary
from tests.oracle import lapses
from tests.oracle.counting import streak
from tests.oracle.couple_days import calendar, closes, mode_of
from tests.oracle.histories import DAY, Cadence, Entry, Fact, History, Mode, Move, Pause, Undo
from tests.oracle.strengths import COUPLE, strengths
from tests.oracle.telling import Told
from tests.people import ANA, ANA_AND_BO, BO, Couple, Person

OF_THE_STREAK = frozenset(
    {"streak.extended", "streak.milestone", "streak.broken", "streak.corrected", "couple.returned"}
)


def cast(history: History) -> tuple[Person, ...]:
    zones = zip((ANA, BO), history.zones, strict=False)
    return tuple(person._replace(zone=zone, day_start=day_start) for person, (zone, day_start) in zones)


def begun(history: History) -> Diary:
    people = cast(history)
    if len(people) == 1:
        return diaries.begin_alone(people[0], history.formed)
    return diaries.begin(history.formed, Couple(ANA_AND_BO.id, (people[0], people[1])))


def played(history: History, now: int) -> Diary:
    """All of a history, and then time up to now."""
    diary = begun(history)
    for fact in history.facts:
        tell(diary, history, fact)
    diary.pass_time(now)
    return diary


def tell(diary: Diary, history: History, fact: Fact) -> None:
    """Append one fact. Its id counts what is not secret: a secret entry gives no other fact another id."""
    person = cast(history)[fact.author]
    number = sum(not record.event.id.startswith("secret") for record in diary.records)
    event_id = f"secret-{len(diary.records)}" if _is_secret(fact) else f"event-{number}"
    data = _data(diary, history, fact)
    if isinstance(fact, Move):
        diary.append(fact.at, data, event_id, person.subject, sequence=number + 1)
    else:
        diary.append(fact.at, data, event_id)


def _is_secret(fact: Fact) -> bool:
    return isinstance(fact, Entry) and fact.secret


def _data(diary: Diary, history: History, fact: Fact) -> msgspec.Struct:
    person = cast(history)[fact.author].id
    if isinstance(fact, Entry):
        return _entry(person, fact)
    if isinstance(fact, Undo):
        entry = _entry(cast(history)[fact.entry.author].id, fact.entry)
        of_entry = [
            r.event.id for r in diary.records if (r.append_ms, r.event.data) == (fact.entry.at, entry)
        ]
        return CheckinUndone(person, next(iter(of_entry), "none"), "command")
    if isinstance(fact, Move):
        return PersonChanged(fact.zone, fact.day_start, person=person, from_ms=fact.from_ms)
    if isinstance(fact, Mode):
        return PactChanged(person, "command", mode=fact.mode)
    if isinstance(fact, Cadence):
        return PactChanged(person, "command", agreed_days=fact.agreed)
    if isinstance(fact, Pause):
        last = None if fact.last is None else days.iso(fact.last)
        return PauseOpened(person, "command", days.iso(fact.today), days.iso(fact.first), last)
    return PauseEnded(person, "command", days.iso(fact.today), _pause_id(history, fact.number))


def _entry(person: str, entry: Entry) -> CheckinRecorded:
    """A day with chess is a busy day."""
    visibility: Visibility = "secret" if entry.secret else "sealed"
    date, busy = days.iso(entry.date), 1 if entry.kind == "chess" else None
    return CheckinRecorded(person, entry.kind, date, entry.at, "UTC", 180, "2026f", visibility, busy)


def _pause_id(history: History, number: int) -> str:
    facts = [fact for fact in history.facts if not _is_secret(fact)]
    places = [place for place, fact in enumerate(facts) if isinstance(fact, Pause)]
    # The first event of a diary is the one that begins it.
    return pact.pause_id(f"event-{places[number] + 1}" if number < len(places) else "")


# --- what differs -------------------------------------------------------------------------------------


def differences(history: History, now: int) -> dict[str, tuple[Any, Any]]:
    """What the engine shows and what is true, where they are not the same."""
    diary = played(history, now)
    shown, true = engine_says(diary), oracle_says(history, now)
    # The engine stops at the last day that anybody has reached, and keeps no close of what is frozen.
    true["calendar"] = true["calendar"][: len(shown["calendar"])]
    true["closes"] = {date: true["closes"][date] for date in shown["closes"]}
    if history.standing().facts != tuple(fact for fact in history.facts if not isinstance(fact, Undo)):
        # What was told of a lapse is not untold; only what is true now is the same.
        for name in ("lapses opened", "lapses closed", "outgrown"):
            del true[name]
    return {name: (shown[name], true[name]) for name in true if not _same(shown[name], true[name])}


def engine_says(diary: Diary) -> dict[str, Any]:
    view, state = diary.view, diary.state
    assert state is not None
    data = [output.event.data for output in diary.outputs]
    kinds = diaries.kinds(diary.outputs)
    told = list(zip(kinds, data, strict=True))
    return {
        "calendar": diary.letters(),
        "closes": {day.date: day.closes_ms for day in view.days},
        "streak": view.count,
        "longest": view.longest,
        "reserve left": view.reserve_left,
        "strength": {COUPLE: view.strength, **view.kinds},
        "threshold": view.lapse.threshold_days,
        "drifting": view.lapse.drifting_ms,
        "lapsed": view.lapse.lapsed_ms,
        "lapse is open": state.lapse.open,
        "lapses counted": list(state.lapse.opened_ms),
        "returns": list(state.lapse.returns),
        "lapses opened": [moment.since_ms for kind, moment in told if kind == "lapse.opened"],
        "lapses closed": [(m.since_ms, m.length_days) for kind, m in told if kind == "lapse.closed"],
        "outgrown": kinds.count("pact.outgrown"),
    }


def oracle_says(history: History, now: int) -> dict[str, Any]:
    found, ends = calendar(history, now), closes(history, now)
    words = {date: day.word for date, day in found.items()}
    closed_through = max((date for date, end in ends.items() if end <= now), default=min(words) - 1)
    mode = mode_of(history)
    count, longest = streak(mode, words, closed_through)
    last_six = [words.get(date) for date in range(closed_through - 5, closed_through + 1)]
    clock = lapses.clock(history, now)
    lapsed = lapses.crossing(clock, history, clock.threshold)
    return {
        "calendar": "".join(diaries._LETTERS[words[date]] for date in sorted(words)),
        "closes": {days.iso(date): end for date, end in ends.items()},
        "streak": count,
        "longest": longest,
        "reserve left": 2 - last_six.count("reserve") if mode == "daily" else 0,
        "strength": {kind: value for kind, value in strengths(history, now).items() if value},
        "threshold": clock.threshold,
        "drifting": lapses.crossing(clock, history, 0.75 * clock.threshold),
        "lapsed": lapsed if clock.open_since is None else clock.open_since,
        "lapse is open": clock.open_since is not None,
        "lapses counted": [since for since in clock.opened if since > clock.opened[-1] - 60 * DAY],
        "returns": [length for _, length in clock.closed][-10:],
        "lapses opened": clock.opened,
        "lapses closed": clock.closed,
        "outgrown": len(clock.outgrown),
    }


def risks(diary: Diary) -> list[tuple[int, int]]:
    """The dates of which was warned, and the streak that stood on them."""
    told = [o.event.data for o in diary.outputs if o.event.type == "day.at_risk"]
    return [(days.ordinal(moment.date), moment.count) for moment in told]


def news(diary: Diary) -> list[Told]:
    """What was said of the streak."""
    outputs = [output for output in diary.outputs if output.event.type in OF_THE_STREAK]
    told = [(output.event.type, output.event.data) for output in outputs]
    return [Told(kind, days.ordinal(data.date), data.count) for kind, data in told]


def _same(shown: Any, true: Any) -> bool:
    """Equal, but for what two ways to add floats may make of them."""
    if isinstance(true, dict):
        return all(_same(shown.get(k, 0.0), true.get(k, 0.0)) for k in {*shown, *true})
    if isinstance(true, list | tuple):
        return len(shown) == len(true) and all(map(_same, shown, true))
    if isinstance(true, float):
        return math.isclose(shown, true, abs_tol=1e-6)
    if isinstance(true, int) and isinstance(shown, int) and abs(true) > 10**9:
        return math.isclose(shown, true, rel_tol=0, abs_tol=1)
    return bool(shown == true)
