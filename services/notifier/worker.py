"""The notifier's work by the wall clock: decide what has fallen due, lease attempts, hear how they ended.

Everything is decided from a state and from views that are read together; what was decided is acted on once
it is stored (`committed`).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from msgspec.structs import replace

from notifier import asked, metrics, policy, reach, schedule
from notifier.channels import DeliveryError, Message
from notifier.delivery import Attempt, Deliveries, Result
from notifier.messages import Facts, text
from notifier.record import Delivery, Sent, State, delivery_key
from notifier.sight import Sight, Views, also, asks, look
from notifier.turn import Turn
from shared.events import Event
from shared.events.nudges import NudgeDelivered, NudgePlanned
from shared.folding import Change
from shared.kinds import kind_of
from shared.links import Links, Of, Tap, Wish
from shared.nudging import Drop, Hold, useful_until
from shared.sealing import CannotOpen
from shared.views import Bound
from shared.views.person import PersonView


class Unsealer(Protocol):
    def open(self, person: str, wrapped: bytes, event_id: str, field: str, sealed: str) -> str:
        """The text. Raises `CannotOpen`."""
        ...


class Worker:
    """Implements `shared.folding.Wake`."""

    def __init__(self, views: Views, unsealer: Unsealer, deliveries: Deliveries, links: Links) -> None:
        self._views = views
        self._unsealer = unsealer
        self._deliveries = deliveries
        self._links = links
        self._leased: dict[int, list[Attempt]] = defaultdict(list)
        self._decided: dict[int, list[Event]] = defaultdict(list)
        self._backlog = metrics.Backlog()

    def ready(self, shard: int) -> Sequence[str]:
        return self._deliveries.with_results(shard)

    def wake(self, shard: int, states: dict[str, Any], now_ms: int) -> dict[str, Change[Any]]:
        turns = self._turns(shard, states, now_ms)
        sight = self._look(turns)
        changes = {}
        for turn in turns:
            self._hear(turn, self._deliveries.results(shard, turn.subject))
            self._decide(turn, sight)
            for delivery in turn.due_deliveries():
                if self._deliveries.room:
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

    def _turns(self, shard: int, states: dict[str, State], now_ms: int) -> list[Turn]:
        """Of the subjects for which something can be done now. Where the pool is full the others stay due."""
        turns, heard, room = [], set(self.ready(shard)), self._deliveries.room
        for subject, state in states.items():
            turn = Turn(subject, state, now_ms)
            due = turn.due_deliveries()
            if subject in heard or turn.due_nudges() or (due and room > 0):
                turns.append(turn)
                room -= len(due)
            else:
                self._backlog.note(shard, subject, [delivery.due_ms for delivery in due])
        return turns

    def _look(self, turns: Iterable[Turn]) -> Sight:
        room = self._deliveries.room > 0
        due = (
            (turn.subject, nudge)
            for turn in turns
            for nudge in (
                *turn.due_nudges(),
                *(delivery.nudge for delivery in (turn.due_deliveries() if room else ())),
            )
        )
        return look(
            self._views, (ask for subject, nudge in due for ask in (*asks(subject, nudge), also(nudge)))
        )

    # --- deciding -----------------------------------------------------------------------------------

    def _decide(self, turn: Turn, sight: Sight) -> None:
        for nudge in turn.due_nudges():
            if _must_wait(turn, nudge, nudge.nudge, nudge.due_ms, sight):
                continue
            person = sight.person(nudge.receiver)
            if nudge.channel is not None:
                language = "" if person is None else person.language
                turn.ask(nudge, language, reach.why_not(turn, nudge, sight, turn.now_ms))
            else:
                turn.decide(nudge, reach.receiver(turn, nudge, sight), sight.couple(turn.subject, nudge))

    # --- attempting ---------------------------------------------------------------------------------

    def _hear(self, turn: Turn, results: Iterable[Result]) -> None:
        for result in results:
            attempt = result.attempt
            delivery = turn.state.deliveries.get(delivery_key(attempt.message.id, attempt.channel))
            if delivery is None:
                continue
            if result.started and result.error is None:
                turn.record(
                    NudgeDelivered(
                        attempt.message.id, attempt.channel, attempt.number, turn.now_ms, result.confirmed
                    )
                )
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
        match self._obstacle(turn, delivery, sight):
            case Drop(rule="removed"):
                turn.fall_back(delivery, "removed")
            case Drop(rule=rule):
                turn.give_up(delivery, rule)
            case Hold(until_ms=until_ms):
                turn.note(replace(delivery, next_ms=until_ms))
            case None if person is not None:
                self._reserve(shard, turn, delivery, person, sight)

    def _obstacle(self, turn: Turn, delivery: Delivery, sight: Sight) -> Hold | Drop | None:
        nudge = delivery.nudge
        if nudge.channel is not None:
            why_not = reach.why_not(turn, nudge, sight, turn.now_ms + schedule.LEASE_MS)
            return None if why_not is None else Drop(why_not)
        receiver, couple = reach.receiver(turn, nudge, sight), sight.couple(turn.subject, nudge)
        return policy.obstacle(nudge, delivery.channel, receiver, couple, turn.now_ms)

    def _reserve(self, shard: int, turn: Turn, delivery: Delivery, person: PersonView, sight: Sight) -> None:
        lease_ms = turn.now_ms + schedule.LEASE_MS
        leased = replace(delivery, attempts=delivery.attempts + 1, lease_ms=lease_ms)
        try:
            attempt = self._attempt(shard, turn, leased, person, sight)
        except DeliveryError as error:
            turn.failed(leased, error)
            return
        rest_ms = self._deliveries.rest(attempt.endpoint)
        if rest_ms:
            turn.rest(delivery, rest_ms)
            return
        pause_ms = self._deliveries.reserve(attempt.endpoint)
        if pause_ms:
            turn.wait(delivery.key, delivery.due_ms, pause_ms)
            return
        self._leased[shard].append(attempt)
        turn.note(leased)

    def _attempt(self, shard: int, turn: Turn, leased: Delivery, person: PersonView, sight: Sight) -> Attempt:
        channel = person.channels[leased.channel]

        def unsealed(field: str, text: Bound | None) -> str:
            return self._unsealed(leased.nudge.receiver, person.key, field, text)

        address = unsealed("address", Bound(channel.address, channel.event))
        secret = unsealed("secret", channel.current_secret)
        if channel.replaced is not None and turn.now_ms < channel.replaced_until_ms:
            secret = f"{secret} {unsealed('secret', channel.replaced)}"
        code = unsealed("code", channel.code) if leased.sent.template == asked.CODE else None
        return Attempt(
            shard=shard,
            subject=turn.subject,
            channel=leased.channel,
            kind=channel.kind,
            endpoint=self._deliveries.endpoint(channel.kind, address),
            address=address,
            secret=secret,
            message=self._message(leased, person, code, sight),
            number=leased.attempts,
            start_by_ms=leased.lease_ms - schedule.ATTEMPT_MS,
        )

    def _unsealed(self, person: str, key: bytes | None, field: str, text: Bound | None) -> str:
        if key is None:
            raise DeliveryError("The key to this channel has not been read yet.")
        if text is None:
            raise DeliveryError("This channel has no code to send.", permanent=True)
        try:
            return self._unsealer.open(person, key, text.event, field, text.sealed)
        except CannotOpen as error:
            raise DeliveryError("This channel cannot be read.", permanent=True) from error

    def _message(self, delivery: Delivery, person: PersonView, code: str | None, sight: Sight) -> Message:
        sent, nudge = delivery.sent, delivery.nudge
        if nudge.channel is None:
            words = text(sent.template, sent.language, self._facts(sent, sight))
        else:
            words = asked.words(sent.template, sent.language, code)
        return Message(
            sent.nudge,
            sent.kind,
            words.title,
            words.body,
            words.why,
            sent.at_ms,
            expires_ms=useful_until(nudge, person.spans),
            language=sent.language,
            fewer=self._link(nudge, sent, "fewer"),
            stop=self._link(nudge, sent, "stop"),
            code=code,
        )

    def _facts(self, sent: Sent, sight: Sight) -> Facts | None:
        """What the words may tell; what a partner wrote is opened for those alone who asked for more."""
        if sent.facts is None or sent.text is None:
            return sent.facts
        written, author = sent.text, sight.person(sent.text.author)
        if author is None or author.key is None:
            return sent.facts
        try:
            opened = self._unsealer.open(written.author, author.key, written.event, "text", written.sealed)
        except CannotOpen:
            return sent.facts
        return {**sent.facts, "text": opened}

    def _link(self, nudge: NudgePlanned, sent: Sent, wish: Wish) -> str | None:
        """The one-tap link for less of what its kind of sender sends; none with what was asked for."""
        if nudge.channel is not None or not self._links.are_public:
            return None
        of: Of = "partner" if kind_of(sent.kind).by_partner else "system"
        return self._links.url(Tap(nudge.receiver, wish, of, sent.language), sent.at_ms)


def _must_wait(turn: Turn, nudge: NudgePlanned, name: str, due_ms: int, sight: Sight) -> bool:
    """Whether a view is not caught up past the instant at which this fell due; then it is looked at again."""
    if nudge.expires_ms <= turn.now_ms or sight.is_later(asks(turn.subject, nudge), due_ms):
        return False
    turn.wait(name, due_ms, schedule.patience(turn.now_ms - due_ms))
    return True
