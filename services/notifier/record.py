"""The notifier's record: what a subject's nudges have come to, as a fold of `attune.nudges`. Pure.

What a moment plans is folded at once and ignored when it comes back from the log. Every nudge event may be
repeated: the first outcome of a nudge stays. Attempts and leases are the worker's notes, kept in the state
and in no event: after a rebuild what has no outcome is attempted again, under the same id.
"""

import uuid
from collections.abc import Callable, Mapping
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from notifier import policy, seen
from notifier.messages import text
from shared.caps import History, remembered
from shared.days import iso_instant
from shared.events import TYPE_NAMES, Event
from shared.events.moments import MemberErased
from shared.events.nudges import NudgeDelivered, NudgeDropped, NudgeFailed, NudgeHeld, NudgePlanned, NudgeSent
from shared.events.values import SealedText
from shared.folding import Change, Output, Record
from shared.topics import MOMENTS, NUDGES
from shared.views import pack
from shared.views.inbox import ChannelSeen, ChannelsView, InboxNudge, InboxView, OutlookView

T = TypeVar("T")
Outcome = NudgeSent | NudgeHeld | NudgeDropped | NudgeDelivered | NudgeFailed

SOURCE = "attune/notifier"
INBOX_SIZE = 100
_OUTCOMES = uuid.UUID("0d9f2b7a-6f0b-5c6e-8e0e-0c7d3d1f9b52")


class Sent(msgspec.Struct, frozen=True, array_like=True):
    """A nudge that stands in the inbox, in the receiver's language of that instant.

    `facts` is None where they had not asked for fuller words. `text` is what a partner wrote, still sealed.
    """

    nudge: str
    kind: str
    template: str
    language: str
    at_ms: int
    facts: dict[str, float] | None = None
    text: SealedText | None = None


class Received(msgspec.Struct, frozen=True, array_like=True):
    """What one person was sent, oldest first, what the caps count, and what was seen of their channels."""

    inbox: tuple[Sent, ...] = ()
    history: History = History()
    channels: dict[str, ChannelSeen] = {}


class Delivery(msgspec.Struct, frozen=True, array_like=True):
    """A nudge that is still to be delivered over one channel, from `next_ms` on.

    Until `lease_ms` an attempt may be under way. `rest`: the channels that are tried when this one fails.
    """

    nudge: NudgePlanned
    sent: Sent
    channel: str
    next_ms: int
    attempts: int = 0
    lease_ms: int = 0
    rest: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Its name in the state."""
        return delivery_key(self.nudge.nudge, self.channel)

    @property
    def due_ms(self) -> int:
        return max(self.next_ms, self.lease_ms)


class State(msgspec.Struct, frozen=True):
    """A subject's nudges. `pending` wait for a decision; `known` ids are remembered until they expire.

    `used_ms`: when each template was last planned, for whomever: the words come in turn for the couple.
    """

    pending: dict[str, NudgePlanned] = {}
    known: dict[str, int] = {}
    received: dict[str, Received] = {}
    deliveries: dict[str, Delivery] = {}
    used_ms: dict[str, int] = {}


def delivery_key(nudge: str, channel: str) -> str:
    """The name of a delivery in the state."""
    return f"{nudge}/{channel}"


def applied(state: State, data: object) -> State:
    """The state after one nudge event; the same object if it changes nothing."""
    match data:
        case NudgePlanned(nudge=nudge) if nudge not in state.known:
            return _planned(state, data)
        case NudgeSent(nudge=nudge) if nudge in state.pending:
            return _sent(state, state.pending[nudge], data)
        case NudgeHeld(nudge=nudge, until_ms=until_ms) if nudge in state.pending:
            held = state.pending[nudge]
            if until_ms > held.due_ms:
                return replace(state, pending={**state.pending, nudge: replace(held, due_ms=until_ms)})
        case NudgeDropped(nudge=nudge) if nudge in state.pending:
            return replace(state, pending=_without(state.pending, nudge))
        case NudgeDelivered(nudge=nudge, channel=channel) | NudgeFailed(nudge=nudge, channel=channel):
            delivery = state.deliveries.get(delivery_key(nudge, channel))
            if delivery is not None:
                return _ended(state, delivery, data)
    return state


def _planned(state: State, nudge: NudgePlanned) -> State:
    used_ms = max(nudge.planned_ms, state.used_ms.get(nudge.template, 0))
    return replace(
        state,
        pending={**state.pending, nudge.nudge: nudge},
        known={**state.known, nudge.nudge: nudge.expires_ms},
        received={nudge.receiver: Received(), **state.received},
        used_ms={**state.used_ms, nudge.template: used_ms},
    )


def _sent(state: State, nudge: NudgePlanned, data: NudgeSent) -> State:
    """In the inbox, and on its way over the first channel; what was asked for is in no inbox."""
    facts = nudge.facts if data.full else None
    sent = Sent(nudge.nudge, nudge.kind, nudge.template, data.language, data.at_ms, facts, nudge.text)
    before = state.received.get(nudge.receiver, Received())
    after = before
    if nudge.channel is None:
        after = replace(
            before,
            inbox=(*before.inbox, sent)[-INBOX_SIZE:],
            history=remembered(before.history, nudge.kind, data.channels, data.at_ms),
        )
    return replace(
        state,
        pending=_without(state.pending, nudge.nudge),
        received={**state.received, nudge.receiver: after},
        deliveries={**state.deliveries, **_on_its_way(nudge, sent, data.channels)},
    )


def _on_its_way(nudge: NudgePlanned, sent: Sent, channels: tuple[str, ...]) -> dict[str, Delivery]:
    """Over the first of these channels, if there is one, with the others behind it."""
    deliveries = [Delivery(nudge, sent, c, nudge.due_ms, rest=channels[1:]) for c in channels[:1]]
    return {delivery.key: delivery for delivery in deliveries}


def _ended(state: State, delivery: Delivery, data: NudgeDelivered | NudgeFailed) -> State:
    """No more over this channel: on to the next, if that was decided; and what was seen of it."""
    more: dict[str, Delivery] = {}
    if isinstance(data, NudgeFailed) and data.next in delivery.rest:
        channels = delivery.rest[delivery.rest.index(data.next) :]
        more = _on_its_way(delivery.nudge, delivery.sent, channels)
    receiver = delivery.nudge.receiver
    before = state.received.get(receiver, Received())
    return replace(
        state,
        received={**state.received, receiver: replace(before, channels=seen.after(before.channels, data))},
        deliveries={**_without(state.deliveries, delivery.key), **more},
    )


def _without(values: Mapping[str, T], key: str) -> dict[str, T]:
    return {name: value for name, value in values.items() if name != key}


def first_due(state: State, later: Mapping[str, int]) -> int | None:
    """The earliest instant at which something is to be decided or attempted, by the wall clock.

    `later` puts off, by the nudge's id or the delivery's key, what had to wait.
    """
    due = [later.get(name, nudge.due_ms) for name, nudge in state.pending.items()]
    due += [later.get(name, delivery.due_ms) for name, delivery in state.deliveries.items()]
    return min(due, default=None)


def nudge_event(subject: str, data: Outcome, at_ms: int) -> Event:
    """The event that records an outcome. Its id follows from the nudge and from what came of it."""
    kind = TYPE_NAMES[type(data)]
    match data:
        case NudgeHeld(until_ms=until_ms):
            which = f"{kind}/{until_ms}"
        case NudgeDelivered(channel=channel) | NudgeFailed(channel=channel):
            which = f"{kind}/{channel}"
        case _:
            which = kind
    return _event(str(uuid.uuid5(_OUTCOMES, f"{data.nudge}/{which}")), subject, data, at_ms)


def _event(event_id: str, subject: str, data: msgspec.Struct, at_ms: int) -> Event:
    return Event(event_id, TYPE_NAMES[type(data)], SOURCE, iso_instant(at_ms), subject, data)


class NotifierRules:
    """The fold of moments and of the notifier's own record.

    `count_late` is told the kind of a moment that came after its expiry: it plans nothing.
    """

    state_type = State
    layout = 2

    def __init__(self, count_late: Callable[[str], None]) -> None:
        self._count_late = count_late

    def fold(self, subject: str, state: State | None, record: Record) -> Change[State] | None:
        before = State() if state is None else state
        if isinstance(record.event.data, MemberErased):
            return _forget(subject, before, record.event.data.person)
        events = self._planned(subject, before, record) if record.topic == MOMENTS else [record.event]
        after = before
        for event in events:
            after = applied(after, event.data)
        if after is before:
            return None
        outputs = [Output(NUDGES, event) for event in events] if record.topic == MOMENTS else []
        after = _without_expired(after, record.append_ms)
        return Change(after, first_due(after, {}), outputs)

    def advance(self, subject: str, state: State, until_ms: int) -> Change[State]:  # noqa: ARG002 the protocol's
        """Unchanged: everything here falls due by the wall clock."""
        return Change(state, first_due(state, {}))

    def show(self, subject: str, state: State, now_ms: int) -> dict[str, bytes | None]:  # noqa: ARG002 the protocol's
        """The inbox of each who was sent something, what is still to be decided for each, their channels."""
        views: dict[str, bytes | None] = {}
        for person, received in state.received.items():
            if received.inbox:
                inbox = tuple(_in_words(s) for s in reversed(received.inbox))
                views[f"inbox/{subject}/{person}"] = pack(InboxView(inbox))
            views[f"outlook/{subject}/{person}"] = _outlook(state, person, received.history)
            if received.channels:
                views[f"channels/{subject}/{person}"] = pack(ChannelsView(received.channels))
        return views

    def _planned(self, subject: str, state: State, record: Record) -> list[Event]:
        nudges = policy.plan(record.event, record.append_ms, state.used_ms)
        if nudges and nudges[0].expires_ms <= record.append_ms:
            self._count_late(record.event.type)
            return []
        return [
            _event(nudge.nudge, subject, nudge, record.append_ms)
            for nudge in nudges
            if nudge.nudge not in state.known
        ]


def _forget(subject: str, state: State, person: str) -> Change[State]:
    after = forgotten(state, person)
    gone = dict.fromkeys(f"{name}/{subject}/{person}" for name in ("inbox", "outlook", "channels"))
    return Change(after, first_due(after, {}), views=gone)


def forgotten(state: State, person: str) -> State:
    """Nothing of this person's stays: not what waits, nor what is on its way, nor what they were sent."""
    return replace(
        state,
        pending={nudge: planned for nudge, planned in state.pending.items() if planned.receiver != person},
        received=_without(state.received, person),
        deliveries={key: d for key, d in state.deliveries.items() if d.nudge.receiver != person},
    )


def _without_expired(state: State, now_ms: int) -> State:
    known = {nudge: expires_ms for nudge, expires_ms in state.known.items() if expires_ms > now_ms}
    return state if len(known) == len(state.known) else replace(state, known=known)


def _in_words(sent: Sent) -> InboxNudge:
    words = text(sent.template, sent.language, sent.facts)
    return InboxNudge(sent.nudge, sent.kind, words.title, words.body, words.why, sent.at_ms, sent.text)


def _outlook(state: State, person: str, history: History) -> bytes | None:
    pending = tuple(n for n in state.pending.values() if n.receiver == person and n.channel is None)
    view = OutlookView(pending, history.system_ms, history.partner_ms)
    return None if view == OutlookView() else pack(view)
