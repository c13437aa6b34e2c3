"""What passes through to be heard of and changes nothing here: signs, invites, a week's end, silence."""

from shared import days, topics
from shared.caps import SILENT_DAYS
from shared.events.couple import PartnerNudged
from shared.events.moments import InviteOffered, InviteTaken, MemberSilent, NudgeAsked, WeekSummed
from shared.events.person import PromiseAnswered
from shared.events.values import SealedText
from shared.folding import Output, Record
from streaks import modes, moments
from streaks.moments import Done
from streaks.state import State

_WEEK = 7


def nudge(subject: str, state: State, record: Record) -> Done | None:
    """A sign to the other. Whether it may be heard is decided when it is to be: it always leaves here."""
    wish: PartnerNudged = record.event.data
    if state.place_of(wish.person) is None:
        return None
    text = None if wish.text is None else SealedText(wish.person, wish.command, wish.text)
    expires_ms = record.append_ms + moments.LIVES_MS
    others = [person for person in state.people() if person != wish.person]
    asked = [(NudgeAsked(wish.person, other, expires_ms, text), other) for other in others]
    return Done([moments.caused(subject, data, record, other) for data, other in asked]) if asked else None


def offer(subject: str, _state: State, record: Record) -> Done:
    """An invite that runs out is heard of by whoever made it, unless they are in a couple by then."""
    until_ms = record.event.data.expires_ms
    data = InviteOffered(topics.id_of(subject), until_ms, until_ms + moments.LIVES_MS)
    return Done([moments.caused(subject, data, record)])


def answer(_subject: str, _state: State, record: Record) -> Done | None:
    """The inviter holds the promise of the one whose stream this is: it is said to the inviter."""
    news: PromiseAnswered = record.event.data
    if not news.held or record.event.sender is None:
        return None
    data = InviteTaken(news.inviter, record.append_ms + moments.LIVES_MS)
    return Done([moments.caused(topics.person(news.inviter), data, record)])


def at_close(subject: str, state: State, day: int, at_ms: int) -> list[Output]:
    """What is to be said besides as this day closes, of its week and of who has been away for long."""
    outputs = []
    if day % _WEEK == 0:
        kept, date = modes.kept_in_week(state.frozen, state.said, day), days.iso(day)
        if kept:
            data = WeekSummed(date, kept, state.people(), at_ms + moments.LIVES_MS)
            outputs.append(moments.dated(subject, data, date, at_ms, due_ms=at_ms))
    for member, last in zip(state.members, state.last, strict=True):
        if day + 1 - last == SILENT_DAYS:
            since, expires_ms = days.iso(last), at_ms + _WEEK * days.DAY_MS
            silent = MemberSilent(member.person, since, expires_ms)
            outputs.append(moments.dated(subject, silent, f"{since} {member.person}", at_ms, due_ms=at_ms))
    return outputs
