"""A person's own affairs: registration, settings, tokens, channels, topics, the pulse and the feed."""

from msgspec.structs import replace

from checkin.rules.outcomes import refused
from checkin.rules.states import Code, Crossing, Decision, Person
from shared import days, topics
from shared.events.person import (
    ChannelAdded,
    ChannelRemoved,
    FeedClosed,
    FeedOpened,
    NudgesSet,
    PersonChanged,
    PersonRegistered,
    PulseAnswered,
    TokenIssued,
    TokenRevoked,
    TopicsChanged,
)
from shared.events.values import AMOUNTS, Amount, Span
from shared.folding import Record
from shared.kinds import KINDS
from shared.views import Bound, pack
from shared.views.person import (
    ChannelView,
    FeedView,
    NudgeSettings,
    Outcome,
    PulseMonth,
    PulseView,
    TokenView,
    TopicsView,
)

MOST_CHANNELS = 5
MOST_TOKENS = 20
MOST_TOPIC_CHANGES = 100
MOST_PULSE_MONTHS = 60


def register(person_id: str, record: Record, wish: PersonRegistered) -> Person:
    """The new person, with the first token."""
    return Person(
        id=person_id,
        spans=(Span(0, wish.zone, wish.day_start),),
        language=wish.language,
        name=wish.name,
        name_event=record.event.id,
        registered_ms=record.append_ms,
        tokens={wish.token: TokenView("write", wish.digest, None, wish.last_four, record.append_ms)},
    )


def change(person: Person, record: Record, wish: PersonChanged) -> Decision:
    """Language and name change at once, the zone and the day start when the current date ends."""
    changed = _rename(_relocate(person, record.append_ms, wish), record.event.id, wish)
    moved = changed.spans != person.spans
    crossings: tuple[Crossing, ...] = ()
    if moved and person.couple is not None:
        crossings = (span_crossing(changed, changed.spans[-1], person.couple),)
    if wish.command is None:
        return Decision(changed, crossings=crossings)
    after = (topics.person(person.id), record.offset) if moved else None
    return Decision(changed, {wish.command: Outcome(200, after=after)}, crossings)


def span_crossing(person: Person, span: Span, couple: str) -> Crossing:
    """What tells the couple from when on this span rules the person's dates."""
    news = PersonChanged(zone=span.zone, day_start=span.day_start, person=person.id, from_ms=span.from_ms)
    return Crossing(topics.couple(couple), news, which=str(span.from_ms))


def issue_token(person: Person, record: Record, wish: TokenIssued) -> Decision:
    if len(person.tokens) >= MOST_TOKENS:
        return _answered(person, wish.command, refused("too_many_tokens"))
    token = TokenView(wish.scope, wish.digest, wish.name, wish.last_four, record.append_ms)
    tokens = person.tokens | {wish.token: token}
    return _answered(replace(person, tokens=tokens), wish.command, Outcome(201))


def revoke_token(person: Person, _record: Record, wish: TokenRevoked) -> Decision:
    if wish.token not in person.tokens:
        return _answered(person, wish.command, refused("unknown_token"))
    tokens = {token: view for token, view in person.tokens.items() if token != wish.token}
    return _answered(replace(person, tokens=tokens), wish.command, Outcome(200))


def add_channel(person: Person, record: Record, wish: ChannelAdded) -> Decision:
    if len(person.channels) >= MOST_CHANNELS:
        return Decision(person, {wish.command: refused("too_many_channels")})
    code = None if wish.code is None else Bound(wish.code, record.event.id)
    view = ChannelView(wish.kind, wish.address, wish.secret, record.event.id, code=code)
    channels = person.channels | {wish.channel: view}
    codes = person.codes
    if wish.digest is not None:
        codes = codes | {wish.channel: Code(wish.digest, record.append_ms)}
    return Decision(replace(person, channels=channels, codes=codes), {wish.command: Outcome(201)})


def remove_channel(person: Person, _record: Record, wish: ChannelRemoved) -> Decision:
    if wish.channel not in person.channels:
        return Decision(person, {wish.command: refused("unknown_channel")})
    channels = {channel: view for channel, view in person.channels.items() if channel != wish.channel}
    codes = {channel: code for channel, code in person.codes.items() if channel != wish.channel}
    return Decision(replace(person, channels=channels, codes=codes), {wish.command: Outcome(200)})


def change_topics(person: Person, record: Record, wish: TopicsChanged) -> Decision:
    """From its date on the wish holds; what held before stays, since every later prompt follows from it."""
    before = tuple(held for held in person.topics if held.first < wish.first)
    changed = (*before, TopicsView(wish.first, record.event.id, wish.off))[-MOST_TOPIC_CHANGES:]
    return Decision(replace(person, topics=changed), {wish.command: Outcome(200)})


def set_nudges(person: Person, record: Record, wish: NudgesSet) -> Decision:
    """What is named changes, the rest stays. A tap on a link only ever makes less of it."""
    before = person.nudges or NudgeSettings()
    kinds = {kind: on for kind, on in {**before.kinds, **wish.kinds}.items() if kind in KINDS}
    after = NudgeSettings(
        system=_amount(before.system, wish.system, wish),
        partner=_amount(before.partner, wish.partner, wish),
        quiet=before.quiet if wish.quiet is None else wish.quiet,
        content=before.content if wish.content is None else wish.content,
        kinds={kind: on for kind, on in kinds.items() if on != KINDS[kind].on},
    )
    nudges = None if after == NudgeSettings() else after
    wished_ms = person.wished_ms if after == before else record.append_ms
    return Decision(replace(person, nudges=nudges, wished_ms=wished_ms), {wish.command: Outcome(200)})


def _amount(before: Amount, wished: Amount | None, wish: NudgesSet) -> Amount:
    if wished is None or (wish.only_less and AMOUNTS.index(wished) < AMOUNTS.index(before)):
        return before
    return wished


def answer_pulse(person: Person, record: Record, wish: PulseAnswered) -> Decision:
    """The month's answers take the place of earlier ones. What is shared is so with today's couple alone."""
    if wish.shared and person.couple is None:
        return Decision(person, {wish.command: refused("nobody_to_share_with")})
    couple = person.couple if wish.shared else None
    months = {kept.month: kept for kept in person.pulse}
    months[wish.month] = PulseMonth(wish.month, record.event.id, wish.answers, couple)
    latest = sorted(months.values(), key=lambda kept: kept.month)[-MOST_PULSE_MONTHS:]
    return Decision(replace(person, pulse=tuple(latest)), {wish.command: Outcome(200)})


def pulse_views(subject: str, person: Person) -> dict[str, bytes | None]:
    """What is shown of the pulse: all of it, and apart from it what the partner may see."""
    if not person.pulse:
        return {}
    shared = tuple(m for m in person.pulse if m.couple is not None and m.couple == person.couple)
    return {
        f"pulse/{subject}": pack(PulseView(person.pulse)),
        f"pulse-shared/{subject}": pack(PulseView(shared)) if shared else None,
    }


def open_feed(person: Person, record: Record, wish: FeedOpened) -> Decision:
    feed = FeedView(wish.digest, record.append_ms)
    return Decision(replace(person, feed=feed), {wish.command: Outcome(201)})


def close_feed(person: Person, _record: Record, wish: FeedClosed) -> Decision:
    return Decision(replace(person, feed=None), {wish.command: Outcome(200)})


def _rename(person: Person, event_id: str, wish: PersonChanged) -> Person:
    language = person.language if wish.language is None else wish.language
    if wish.name is None:
        return replace(person, language=language)
    return replace(person, language=language, name=wish.name, name_event=event_id)


def _relocate(person: Person, now_ms: int, wish: PersonChanged) -> Person:
    if wish.zone is None and wish.day_start is None:
        return person
    spans = days.with_change(person.spans, now_ms, wish.zone, wish.day_start)
    return replace(person, spans=spans)


def _answered(person: Person, command: str | None, outcome: Outcome) -> Decision:
    return Decision(person, {} if command is None else {command: outcome})
