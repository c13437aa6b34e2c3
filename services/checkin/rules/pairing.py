"""Pairing and leaving, and the crossings by which three streams agree on one couple.

The joiner promises itself to one invite, the inviter holds one promise, the couple forms itself, and both
learn of it from the couple. Each decides from its own stream alone.
"""

from uuid import NAMESPACE_URL, uuid5

from msgspec.structs import replace

from checkin.rules.outcomes import refused
from checkin.rules.people import span_crossing
from checkin.rules.states import Confirming, Couple, Crossing, Decision, Held, Person, Promise
from shared import days, pact, topics
from shared.events.couple import CoupleFormed, MemberLeft
from shared.events.person import (
    CoupleConfirmed,
    CoupleLeft,
    InviteAccepted,
    InviteCreated,
    JoinerPromised,
    MemberJoined,
    PromiseAnswered,
)
from shared.events.values import Member
from shared.folding import Record
from shared.pact import Agreement
from shared.views.person import Outcome

MOST_INVITES = 10

_COUPLES = uuid5(NAMESPACE_URL, "attune/couple")
_ACCEPTED = Outcome(200, {"state": "accepted"})


def invite(person: Person, record: Record, wish: InviteCreated) -> Decision:
    """Keep the invite, and forget those that have expired."""
    if person.couple is not None:
        return Decision(person, {wish.command: refused("already_in_a_couple")})
    live = {invite: until for invite, until in person.invites.items() if until > record.append_ms}
    if len(live) >= MOST_INVITES:
        return Decision(replace(person, invites=live), {wish.command: refused("too_many_invites")})
    invites = live | {wish.invite: wish.expires_ms}
    return Decision(replace(person, invites=invites), {wish.command: Outcome(201)})


def accept(person: Person, record: Record, wish: InviteAccepted) -> Decision:
    """The joiner, if free, promises itself; the inviter's answer is the outcome."""
    promise = person.promise
    if wish.inviter == person.id:
        return Decision(person, {wish.command: refused("own_invite")})
    if person.couple is not None:
        return Decision(person, {wish.command: refused("already_in_a_couple")})
    if person.confirming is not None:
        return Decision(person, {wish.command: refused("confirm_under_way")})
    if promise is not None and promise.stands(record.append_ms):
        again = promise.invite == wish.invite and promise.expires_ms is not None
        return Decision(person, {wish.command: _ACCEPTED if again else refused("promised_elsewhere")})
    crossing = Crossing(
        topics.person(wish.inviter), JoinerPromised(person.id, wish.invite, person.spans, wish.command)
    )
    promised = replace(person, promise=Promise(wish.inviter, wish.invite, wish.command))
    return Decision(promised, crossings=(crossing,))


def hold(person: Person, record: Record, news: JoinerPromised) -> Decision:
    """The inviter holds the first promise to a live invite and refuses the others.

    Of two who are promised to each other the one with the smaller id drops their promise for the other's.
    """
    reason = _why_not_hold(person, record.append_ms, news)
    if reason is not None:
        return Decision(person, crossings=(refusal(person.id, news, reason),))
    expires_ms = person.invites[news.invite]
    held = Held(news.joiner, news.invite, expires_ms, news.spans)
    answer = PromiseAnswered(person.id, news.invite, held=True, expires_ms=expires_ms, command=news.command)
    crossings = (Crossing(topics.person(news.joiner), answer),)
    dropped = person.promise
    if dropped is None or dropped.inviter != news.joiner:
        return Decision(replace(person, held=held), crossings=crossings)
    unanswered = dropped.expires_ms is None
    outcomes = {dropped.command: refused("promised_to_each_other")} if unanswered else {}
    return Decision(replace(person, held=held, promise=None), outcomes, crossings)


def refusal(inviter: str, news: JoinerPromised, reason: str) -> Crossing:
    """The inviter's answer to a promise that is not held."""
    answer = PromiseAnswered(
        inviter, news.invite, held=False, expires_ms=0, command=news.command, reason=reason
    )
    return Crossing(topics.person(news.joiner), answer)


def _why_not_hold(person: Person, now_ms: int, news: JoinerPromised) -> str | None:
    # First of all: a made-up code must not tell whether somebody is in a couple.
    expires_ms = person.invites.get(news.invite)
    if expires_ms is None:
        return "unknown_invite"
    if person.couple is not None:
        return "already_in_a_couple"
    if expires_ms <= now_ms:
        return "invite_expired"
    if person.confirming is not None or (person.held is not None and person.held.stands(now_ms)):
        return "invite_taken"
    mine = person.promise
    if mine is not None and mine.inviter == news.joiner and mine.stands(now_ms) and person.id > news.joiner:
        return "promised_to_each_other"
    return None


def hear_answer(person: Person, _record: Record, news: PromiseAnswered) -> Decision:
    """The joiner learns whether the promise is held; a refusal frees them."""
    promise = person.promise
    if promise is None or promise.command != news.command:
        return Decision(person)
    if not news.held:
        outcome = refused(news.reason or "unknown_invite")
        return Decision(replace(person, promise=None), {news.command: outcome})
    # Who holds my promise has dropped the one they had made to me, so I no longer hold theirs.
    mutual = person.held is not None and person.held.joiner == news.inviter
    held = None if mutual else person.held
    promise = replace(promise, expires_ms=news.expires_ms)
    return Decision(replace(person, promise=promise, held=held), {news.command: _ACCEPTED})


def confirm(person: Person, record: Record, wish: CoupleConfirmed) -> Decision:
    """The inviter takes the joiner they hold; the outcome waits for the couple's word."""
    held = person.held
    reason = _why_not_confirm(person, record.append_ms)
    if reason is not None or held is None:
        return Decision(person, {wish.command: refused(reason or "nothing_to_confirm")})
    couple_id = str(uuid5(_COUPLES, f"{person.id} {held.invite}"))
    members = (Member(person.id, person.spans), Member(held.joiner, held.spans))
    crossing = Crossing(topics.couple(couple_id), CoupleFormed(held.invite, members, wish.command))
    confirming = Confirming(couple_id, wish.command)
    return Decision(replace(person, confirming=confirming, promise=None), crossings=(crossing,))


def _why_not_confirm(person: Person, now_ms: int) -> str | None:
    if person.couple is not None:
        return "already_in_a_couple"
    if person.confirming is not None:
        return "confirm_under_way"
    if person.promise is not None and person.promise.stands(now_ms):
        return "promised_elsewhere"
    if person.held is None:
        return "nothing_to_confirm"
    return None if person.held.stands(now_ms) else "invite_expired"


def form(couple_id: str, record: Record, news: CoupleFormed) -> tuple[Couple, tuple[Crossing, ...]]:
    """The couple, and its word to both members. Day one is the later of their local dates."""
    dates = [days.local_date(member.spans, record.append_ms) for member in news.members]
    day_one = days.iso(max(dates))
    people = tuple(member.person for member in news.members)
    joined = MemberJoined(
        couple_id, news.invite, news.members, day_one, record.append_ms, record.offset, news.command
    )
    crossings = tuple(Crossing(topics.person(person), joined) for person in people)
    return Couple(couple_id, people, day_one, record.append_ms), crossings


def join(person: Person, record: Record, news: MemberJoined) -> Decision:
    """A member enters the couple, or leaves it at once if they are no longer promised to it."""
    if not _expects(person, record.append_ms, news):
        return Decision(person, crossings=_not_joined(person, record, news))
    alone = topics.person(person.id)
    joined = replace(
        person,
        couple=news.couple,
        past=person.past if alone in person.past else (*person.past, alone),
        promise=None,
        held=None,
        confirming=None,
    )
    return Decision(joined, _outcomes_of_joining(person, news), _news_of_spans(person, news))


def _not_joined(person: Person, record: Record, news: MemberJoined) -> tuple[Crossing, ...]:
    """The couple hears that this one is not in it, and who keeps this person's days that they go on alone."""
    today = days.iso(days.local_date(person.spans, record.append_ms))
    left = Crossing(topics.couple(news.couple), MemberLeft(person.id, today))
    return (left,) if person.couple is not None else (left, Crossing(topics.person(person.id), CoupleLeft()))


def leave(person: Person, record: Record, wish: CoupleLeft) -> Decision:
    """Alone again, at once. The couple is told by a crossing and tells nobody."""
    command = wish.command or ""
    if person.couple is None:
        return Decision(person, {command: refused("not_in_a_couple")})
    stream = topics.couple(person.couple)
    today = days.iso(days.local_date(person.spans, record.append_ms))
    alone = replace(person, couple=None, past=(*person.past, stream), invites={})
    outcome = Outcome(200, after=(topics.person(person.id), record.offset))
    return Decision(alone, {command: outcome}, (Crossing(stream, MemberLeft(person.id, today)),))


def part(couple: Couple, agreed: Agreement, record: Record, news: MemberLeft) -> tuple[Couple, Agreement]:
    """The couple without a member: for the other it is as if that one had paused for good."""
    if news.person not in couple.members or news.person in couple.left:
        return couple, agreed
    gone = replace(couple, left=(*couple.left, news.person))
    return gone, pact.leave(agreed, record.event.id, news.person, news.today)


def _expects(person: Person, now_ms: int, news: MemberJoined) -> bool:
    if person.couple is not None:
        return False
    if person.confirming is not None:
        return person.confirming.couple == news.couple
    promise = person.promise
    return (
        promise is not None
        and (promise.inviter, promise.invite) == (news.members[0].person, news.invite)
        and promise.stands(now_ms)
    )


def _outcomes_of_joining(person: Person, news: MemberJoined) -> dict[str, Outcome]:
    if person.confirming is not None:
        members = [member.person for member in news.members]
        body: dict[str, object] = {"couple": news.couple, "members": members, "day_one": news.day_one}
        after = (topics.couple(news.couple), news.offset)
        return {person.confirming.command: Outcome(200, body, after=after)}
    # The couple's word may overtake the inviter's answer: they come from different shards.
    promise = person.promise
    return {promise.command: _ACCEPTED} if promise is not None and promise.expires_ms is None else {}


def _news_of_spans(person: Person, news: MemberJoined) -> tuple[Crossing, ...]:
    carried = next(member.spans for member in news.members if member.person == person.id)
    if carried == person.spans:
        return ()
    unknown = [span for span in person.spans if span not in carried] or [person.spans[-1]]
    return tuple(span_crossing(person, span, news.couple) for span in unknown)
