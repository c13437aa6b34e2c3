"""One subject at one instant of the wall clock: what is decided about its nudges. No I/O."""

from msgspec.structs import replace

from notifier import retries
from notifier.channels import DeliveryError
from notifier.record import Delivery, Outcome, Received, State, applied, first_due, nudge_event
from shared.events import Event
from shared.events.nudges import NudgeDropped, NudgeFailed, NudgeHeld, NudgePlanned, NudgeSent
from shared.folding import Change, Output
from shared.nudging import Couple, Drop, Hold, Receiver, Send, decide, order_of
from shared.topics import NUDGES


class Turn:
    """`events` are the outcomes; `waiting_since` says since when what had to wait has been due."""

    def __init__(self, subject: str, state: State, now_ms: int) -> None:
        self.subject = subject
        self.state = state
        self.now_ms = now_ms
        self.events: list[Event] = []
        self.waiting_since: list[int] = []
        self._before = state
        self._later: dict[str, int] = {}

    def decide(self, nudge: NudgePlanned, receiver: Receiver | None, couple: Couple) -> None:
        """Send, hold or drop a nudge that is due."""
        received = self.state.received.get(nudge.receiver, Received())
        match decide(nudge, receiver, couple, received.history, self.now_ms):
            case Send(channels, language, full, rule):
                self.record(
                    NudgeSent(nudge.nudge, nudge.receiver, self.now_ms, language, channels, full, rule)
                )
            case Hold(until_ms=until_ms, rule=rule):
                self.record(NudgeHeld(nudge.nudge, nudge.receiver, until_ms, rule))
            case Drop(rule=rule):
                self.record(NudgeDropped(nudge.nudge, nudge.receiver, rule))

    def ask(self, nudge: NudgePlanned, language: str, obstacle: str | None) -> None:
        """Send what was asked for over its one channel, or drop it."""
        if nudge.channel is None or obstacle is not None:
            self.record(NudgeDropped(nudge.nudge, nudge.receiver, obstacle or "removed"))
        else:
            self.record(NudgeSent(nudge.nudge, nudge.receiver, self.now_ms, language, (nudge.channel,)))

    def record(self, outcome: Outcome) -> None:
        """Publish an outcome, and fold it at once."""
        self.events.append(nudge_event(self.subject, outcome, self.now_ms))
        self.state = applied(self.state, outcome)

    def note(self, delivery: Delivery) -> None:
        """How far a delivery has come: kept in the state alone."""
        self.state = replace(self.state, deliveries={**self.state.deliveries, delivery.key: delivery})

    def wait(self, name: str, due_ms: int, pause_ms: int) -> None:
        """Look again later at what could not be decided now."""
        self._later[name] = self.now_ms + pause_ms
        self.waiting_since.append(due_ms)

    def rest(self, delivery: Delivery, pause_ms: int) -> None:
        """Its endpoint is left alone after failures: on to the next channel, or wait, which is no backlog."""
        if delivery.rest:
            self.fall_back(delivery, "This way has failed again and again, and is left alone for a while.")
        else:
            self._later[delivery.key] = self.now_ms + pause_ms

    def give_up(self, delivery: Delivery, reason: str) -> None:
        """No further attempt: what stands in the inbox is all there is."""
        nudge, channel = delivery.nudge.nudge, delivery.channel
        self.record(NudgeFailed(nudge, channel, delivery.attempts, reason, self.now_ms))

    def fall_back(self, delivery: Delivery, reason: str, *, gone: bool = False) -> None:
        """No further attempt over this channel; on to the next, if there is one."""
        nudge, channel, following = delivery.nudge.nudge, delivery.channel, next(iter(delivery.rest), None)
        self.record(
            NudgeFailed(nudge, channel, delivery.attempts, reason, self.now_ms, gone=gone, next=following)
        )

    def failed(self, delivery: Delivery, error: DeliveryError) -> None:
        """After a failed attempt: the next one, or the end."""
        pause_ms = retries.pause_after(
            delivery.nudge.nudge, delivery.attempts, error.retry_after_s, another=bool(delivery.rest)
        )
        if error.permanent or pause_ms is None or self.now_ms + pause_ms >= delivery.nudge.expires_ms:
            self.fall_back(delivery, str(error), gone=error.gone)
        else:
            self.note(replace(delivery, next_ms=self.now_ms + pause_ms, lease_ms=0))

    def due_nudges(self) -> list[NudgePlanned]:
        """In the order in which they fell due, so that the caps count the earlier ones first."""
        due = [nudge for nudge in self.state.pending.values() if nudge.due_ms <= self.now_ms]
        return sorted(due, key=order_of)

    def due_deliveries(self) -> list[Delivery]:
        due = [delivery for delivery in self.state.deliveries.values() if delivery.due_ms <= self.now_ms]
        return sorted(due, key=lambda delivery: (delivery.due_ms, delivery.key))

    def change(self) -> Change[State] | None:
        if self.state is self._before and not self._later:
            return None
        outputs = [Output(NUDGES, event) for event in self.events]
        return Change(self.state, first_due(self.state, self._later), outputs)
