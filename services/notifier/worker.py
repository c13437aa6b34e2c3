"""The notifier's work by the wall clock: decide what has fallen due, lease attempts, hear how they ended.

Everything is decided from a state and from views that are read together; what was decided is acted on once
it is stored (`committed`).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from msgspec.structs import replace

from notifier import metrics, policy, schedule
from notifier.channels import DeliveryError, Message
from notifier.delivery import Attempt, Deliveries, Result
from notifier.messages import text
from notifier.policy import Drop, Hold
from notifier.record import Delivery, delivery_key
from notifier.sight import Sight, Views, asks, look
from notifier.turn import Turn
from shared.events import Event, NudgeDelivered, NudgePlanned
from shared.folding import Change
from shared.sealing import CannotOpen
from shared.views import ChannelView, PersonView


class Unsealer(Protocol):
    def open(self, person: str, wrapped: bytes, event_id: str, field: str, sealed: str) -> str:
        """The text. Raises `CannotOpen`."""
        ...


class Worker:
    """Implements `shared.folding.Wake`."""

    def __init__(self, views: Views, unsealer: Unsealer, deliveries: Deliveries) -> None:
        self._views = views
        self._unsealer = unsealer
        self._deliveries = deliveries
        self._leased: dict[int, list[Attempt]] = defaultdict(list)
        self._decided: dict[int, list[Event]] = defaultdict(list)
        self._backlog = metrics.Backlog()

    def ready(self, shard: int) -> Sequence[str]:
        return self._deliveries.with_results(shard)

    def wake(self, shard: int, states: dict[str, Any], now_ms: int) -> dict[str, Change[Any]]:
        turns = [Turn(subject, state, now_ms) for subject, state in states.items()]
        sight = self._look(turns)
        changes = {}
        for turn in turns:
            self._hear(turn, self._deliveries.results(shard, turn.subject))
            self._decide(turn, sight)
            for delivery in turn.due_deliveries():
                self._lease(shard, turn, delivery, sight)
            self._decided[shard] += turn.events
            self._backlog.note(shard, turn.subject, turn.waiting_since)
            change = turn.change()
            if change is not None:
                changes[turn.subject] = change
        self._backlog.show(now_ms)
        return changes

    def committed(self, shard: int, states: dict[str, Any]) -> None:  # noqa: ARG002 the protocol's
        for attempt in self._leased.pop(shard, []):
            self._deliveries.start(attempt)
        for event in self._decided.pop(shard, []):
            metrics.count(event.data)

    def abandoned(self, shard: int) -> None:
        for attempt in self._leased.pop(shard, []):
            self._deliveries.release(attempt.endpoint)
        self._decided.pop(shard, None)
        self._deliveries.forget(shard)
        self._backlog.forget(shard)

    def close(self, timeout_s: float) -> bool:
        """Send nothing more and wait for what is under way; whether it has ended. The rest stays leased."""
        return self._deliveries.close(timeout_s)

    def _look(self, turns: Iterable[Turn]) -> Sight:
        due = (
            (turn.subject, nudge)
            for turn in turns
            for nudge in (*turn.due_nudges(), *(delivery.nudge for delivery in turn.due_deliveries()))
        )
        return look(self._views, (ask for subject, nudge in due for ask in asks(subject, nudge)))

    # --- deciding -----------------------------------------------------------------------------------

    def _decide(self, turn: Turn, sight: Sight) -> None:
        for nudge in turn.due_nudges():
            if not _must_wait(turn, nudge, nudge.nudge, nudge.due_ms, sight):
                receiver = policy.receiver_of(sight.person(nudge.receiver))
                turn.decide(nudge, receiver, self._true(turn, nudge, sight))

    def _true(self, turn: Turn, nudge: NudgePlanned, sight: Sight) -> bool:
        person, streak = sight.person(nudge.receiver), sight.streak(turn.subject)
        return policy.still_true(nudge, turn.subject, person, streak, turn.now_ms)

    # --- attempting ---------------------------------------------------------------------------------

    def _hear(self, turn: Turn, results: Iterable[Result]) -> None:
        for result in results:
            attempt = result.attempt
            delivery = turn.state.deliveries.get(delivery_key(attempt.message.id, attempt.channel))
            if delivery is None:
                continue
            if result.started and result.error is None:
                turn.record(NudgeDelivered(attempt.message.id, attempt.channel, attempt.number))
            elif attempt.number != delivery.attempts:
                continue  # its lease ran out, and another attempt has taken its place
            elif result.error is None:
                turn.note(replace(delivery, attempts=delivery.attempts - 1, lease_ms=0))
            else:
                turn.failed(delivery, result.error)

    def _lease(self, shard: int, turn: Turn, delivery: Delivery, sight: Sight) -> None:
        """Lease an attempt, if one may be made now."""
        nudge, person = delivery.nudge, sight.person(delivery.nudge.receiver)
        if _must_wait(turn, nudge, delivery.key, delivery.due_ms, sight):
            return
        receiver, true = policy.receiver_of(person), self._true(turn, nudge, sight)
        match policy.obstacle(nudge, delivery.channel, receiver, true, turn.now_ms):
            case Drop(rule=rule):
                turn.give_up(delivery, rule)
            case Hold(until_ms=until_ms):
                turn.note(replace(delivery, next_ms=until_ms))
            case None if person is not None:
                self._reserve(shard, turn, delivery, person)

    def _reserve(self, shard: int, turn: Turn, delivery: Delivery, person: PersonView) -> None:
        lease_ms = turn.now_ms + schedule.LEASE_MS
        leased = replace(delivery, attempts=delivery.attempts + 1, lease_ms=lease_ms)
        try:
            attempt = self._attempt(shard, turn.subject, leased, person)
        except DeliveryError as error:
            turn.failed(leased, error)
            return
        pause_ms = self._deliveries.reserve(attempt.endpoint)
        if pause_ms:
            turn.wait(delivery.key, delivery.due_ms, pause_ms)
            return
        self._leased[shard].append(attempt)
        turn.note(leased)

    def _attempt(self, shard: int, subject: str, leased: Delivery, person: PersonView) -> Attempt:
        channel = person.channels[leased.channel]
        address = self._unsealed(leased.nudge.receiver, person.key, channel, "address", channel.address)
        return Attempt(
            shard=shard,
            subject=subject,
            channel=leased.channel,
            kind=channel.kind,
            endpoint=self._deliveries.endpoint(channel.kind, address),
            address=address,
            secret=self._unsealed(leased.nudge.receiver, person.key, channel, "secret", channel.secret),
            message=_message(leased),
            number=leased.attempts,
            start_by_ms=leased.lease_ms - schedule.ATTEMPT_MS,
        )

    def _unsealed(self, person: str, key: bytes | None, channel: ChannelView, field: str, sealed: str) -> str:
        if key is None:
            raise DeliveryError("The key to this channel has not been read yet.")
        try:
            return self._unsealer.open(person, key, channel.event, field, sealed)
        except CannotOpen as error:
            raise DeliveryError("This channel cannot be read.", permanent=True) from error


def _must_wait(turn: Turn, nudge: NudgePlanned, name: str, due_ms: int, sight: Sight) -> bool:
    """Whether a view is not caught up past the instant at which this fell due; then it is looked at again."""
    if nudge.expires_ms <= turn.now_ms or sight.is_later(asks(turn.subject, nudge), due_ms):
        return False
    turn.wait(name, due_ms, schedule.patience(turn.now_ms - due_ms))
    return True


def _message(delivery: Delivery) -> Message:
    sent = delivery.sent
    words = text(sent.template, sent.language)
    return Message(sent.nudge, sent.kind, words.title, words.body, words.why, sent.at_ms)
