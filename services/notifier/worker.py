"""The notifier's work by the wall clock: decide what has fallen due, lease attempts, hear how they ended.

Everything is decided from a state and from views that are read together; what was decided is acted on once
it is stored (`committed`).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from msgspec.structs import replace

from notifier import metrics, policy, reach, schedule
from notifier.channels import DeliveryError
from notifier.composing import Composer, Unsealer
from notifier.delivery import Attempt, Deliveries, Result
from notifier.record import Delivery, State, delivery_key
from notifier.sight import Sight, Views, also, asks, look
from notifier.turn import Turn
from shared.events import Event
from shared.events.nudges import NudgeDelivered, NudgePlanned
from shared.folding import Change
from shared.links import Links
from shared.nudging import Drop, Hold
from shared.views.person import PersonView


class Worker:
    """Implements `shared.folding.Wake`."""

    def __init__(self, views: Views, unsealer: Unsealer, deliveries: Deliveries, links: Links) -> None:
        self._views = views
        self._deliveries = deliveries
        self._composer = Composer(unsealer, links)
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
            address = self._composer.address(leased, person)
            endpoint = self._deliveries.endpoint(person.channels[leased.channel].kind, address)
        except DeliveryError as error:
            turn.failed(leased, error)
            return
        # Asked before the attempt is composed, which costs more.
        rest_ms = self._deliveries.rest(endpoint)
        if rest_ms:
            turn.rest(delivery, rest_ms)
            return
        pause_ms = self._deliveries.reserve(endpoint)
        if pause_ms:
            turn.wait(delivery.key, delivery.due_ms, pause_ms)
            return
        try:
            attempt = Attempt(
                shard=shard,
                subject=turn.subject,
                channel=leased.channel,
                kind=person.channels[leased.channel].kind,
                endpoint=endpoint,
                address=address,
                secret=self._composer.secret(leased, person, turn.now_ms),
                message=self._composer.message(leased, person, sight),
                number=leased.attempts,
                start_by_ms=leased.lease_ms - schedule.ATTEMPT_MS,
            )
        except DeliveryError as error:
            self._deliveries.release(endpoint)
            turn.failed(leased, error)
            return
        self._leased[shard].append(attempt)
        turn.note(leased)


def _must_wait(turn: Turn, nudge: NudgePlanned, name: str, due_ms: int, sight: Sight) -> bool:
    """Whether a view is not caught up past the instant at which this fell due; then it is looked at again."""
    if nudge.expires_ms <= turn.now_ms or sight.is_later(asks(turn.subject, nudge), due_ms):
        return False
    turn.wait(name, due_ms, schedule.patience(turn.now_ms - due_ms))
    return True
