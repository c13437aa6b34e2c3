"""Who is in a couple: how a state begins, moves, and goes on when somebody leaves."""

from shared import days, pact
from shared.events import Event
from shared.events.couple import CoupleFormed, MemberLeft
from shared.events.moments import MemberErased
from shared.events.person import PersonChanged, PersonErased, PersonRegistered
from shared.events.values import Member, Span
from shared.folding import Change, Forget, Record
from shared.pact import Agreement
from shared.topics import id_of
from streaks import agreement, calendar, lapse, moments, risk, shown
from streaks.moments import Done
from streaks.state import Frozen, State


def begun(subject: str, record: Record) -> State | None:
    """The state of whom this record begins, a person or a couple; None if it begins nobody."""
    data = record.event.data
    if isinstance(data, PersonRegistered):
        spans = (Span(0, data.zone, data.day_start),)
        members: tuple[Member, ...] = (Member(id_of(subject), spans),)
    elif isinstance(data, CoupleFormed):
        members = data.members
    else:
        return None
    state = _new(members, Agreement(), record.append_ms)
    note_passed(state, record.event)
    return state


def _new(members: tuple[Member, ...], agreed: Agreement, now_ms: int) -> State:
    dates = [days.local_date(member.spans, now_ms) for member in members]
    start, day_one = min(dates), max(dates)
    state = State(
        members=members,
        day_one=day_one,
        frozen=Frozen(start=start, edge=start),
        lapse=lapse.begun(agreed.agreed_days, day_one, members),
        closes=[calendar.close_of(members, start)],
        present=(0,) * len(members),
        excused=(1 << (day_one - start)) - 1,
        risk_day=start,
        risk_ms=0,
        agreement=agreed,
        last=tuple(dates),
    )
    state.risk_day, state.risk_ms = risk.next_risk(state, start, now_ms)
    return state


def note_passed(state: State, event: Event) -> None:
    """Remember the number of a crossing."""
    if event.sender is not None and event.sequence is not None:
        state.passed[event.sender] = event.sequence


def end(_subject: str, state: State, _record: Record) -> Done:
    """A person's own days end where those of their couple begin."""
    state.ended = True
    return Done([])


def part(_subject: str, state: State, record: Record) -> Done | None:
    """One member has left: for the other it is as if they had paused for good. Nothing is said of it."""
    news: MemberLeft = record.event.data
    if state.place_of(news.person) is None:
        return None
    _leave(state, record.event.id, news.person, news.today)
    return Done([])


def _leave(state: State, event_id: str, person: str, today: str) -> None:
    state.left = (*state.left, person)
    state.ended = len(state.left) == len(state.members)
    agreement.take(state, pact.leave(state.agreement, event_id, person, today), today)


def erase(subject: str, state: State, record: Record) -> Done:
    """A member has erased themself: they have left, and the notifier has to hear of it."""
    news: PersonErased = record.event.data
    person = news.person or ""
    if state.place_of(person) is not None:
        _leave(state, record.event.id, person, news.today)
    told = MemberErased(person, record.append_ms + moments.LIVES_MS)
    return Done([moments.caused(subject, told, record)], {f"last/{subject}/{person}": None})


def erased(subject: str, state: State, record: Record) -> Change[State]:
    """What becomes of a person's own stream as they erase themself: nothing is kept of it."""
    told = MemberErased(id_of(subject), record.append_ms + moments.LIVES_MS)
    lapses = {"lapses_open": -1} if state.lapse.open and not state.ended else None
    months = days.months(days.iso(state.frozen.start), days.iso(state.frozen.edge))
    views: dict[str, bytes | None] = {f"calendar/{subject}/{month}": None for month in months}
    return Change(
        None,
        outputs=[moments.caused(subject, told, record)],
        views=views | {f"streak/{subject}": None, f"last/{subject}/{id_of(subject)}": None},
        forgets=[Forget(f"moments/{subject}", "", "")],
        tally=lapses,
    )


def alone_again(subject: str, state: State, record: Record) -> Done:
    """Who has left a couple begins their own streak anew, under what they had agreed with themselves."""
    fresh = _new(state.members, state.agreement, record.append_ms)
    months = days.months(days.iso(state.frozen.start), days.iso(state.frozen.edge))
    fresh.seen, fresh.passed = state.seen, state.passed
    if fresh.agreement.pauses:
        agreement.take(fresh, fresh.agreement, days.iso(fresh.day_one))
    for name in State.__struct_fields__:
        setattr(state, name, getattr(fresh, name))
    gone: dict[str, bytes | None] = {f"calendar/{subject}/{month}": None for month in months}
    return Done([], gone | shown.last_views(subject, state))


def move_while_away(subject: str, state: State, record: Record) -> Done | None:
    """Where somebody is stays known while they are in a couple."""
    change: PersonChanged = record.event.data
    member = state.members[0]
    if member.person != id_of(subject):
        return None
    state.members = (Member(member.person, _spans_after(member, change, record)),)
    return Done([])


def move(subject: str, state: State, record: Record) -> Done | None:
    """A member's zone or day start changes, from the instant that the record names."""
    change: PersonChanged = record.event.data
    place = state.place_of(change.person or id_of(subject))
    if place is None:
        return None
    member = state.members[place]
    spans = _spans_after(member, change, record)
    if spans == member.spans:
        return None
    state.members = (
        *state.members[:place],
        Member(member.person, spans),
        *state.members[place + 1 :],
    )
    state.closes[-1] = calendar.close_of(state.members, state.open_day)
    state.turn_clocks(lambda clock: lapse.timed(clock, state.agreement.agreed_days, state.members))
    # A day whose 19:30 has passed by the new clock is not warned of.
    state.risk_day, state.risk_ms = risk.next_risk(state, state.risk_day, record.append_ms)
    return Done([])


def _spans_after(member: Member, change: PersonChanged, record: Record) -> tuple[Span, ...]:
    return days.with_change(
        member.spans, record.append_ms, change.zone, change.day_start, change.from_ms or 0
    )
