"""One shard of the notifier as the runtime drives it, with views, seals and a channel that are fakes."""

import threading
from dataclasses import dataclass, field
from typing import Any

import msgspec
from notifier.channels import DeliveryError, Message
from notifier.delivery import Deliveries
from notifier.record import NotifierRules, State
from notifier.worker import Worker

from shared.events import Event
from shared.folding import Change
from shared.links import Links
from shared.sealing import CannotOpen
from tests.nudge_world import (
    COUPLE,
    EVENING_MS,
    FakeViews,
    moment,
)

SHARD = 0
SECOND_MS = 1000
LINKS = Links(bytes(32), "https://attune.example")


class FakeSeals:
    """Texts are sealed by a word in front of them."""

    def open(self, person: str, wrapped: bytes, event_id: str, field: str, sealed: str) -> str:
        word, _, text = sealed.partition(" ")
        if word != "sealed" or wrapped != b"key" or not event_id.startswith("added "):
            raise CannotOpen("no")
        return text


def _set() -> threading.Event:
    event = threading.Event()
    event.set()
    return event


@dataclass
class FakeChannel:
    """Answers each message with the next of `answers`, then with success; waits for `go_on` before.

    A code is answered at once, unless it is `silent`.
    """

    go_on: threading.Event = field(default_factory=_set)
    answers: list[DeliveryError] = field(default_factory=list)
    sent: list[tuple[str, Message]] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    silent: bool = False

    def endpoint(self, address: str) -> str:
        return address

    def send(self, address: str, secret: str, message: Message, now_ms: int) -> bool:
        self.sent.append((address, message))
        self.secrets.append(secret)
        assert self.go_on.wait(5)
        if self.answers:
            raise self.answers.pop(0)
        return message.code is not None and not self.silent

    @property
    def nudges(self) -> list[tuple[str, Message]]:
        """What was sent, but for codes and tests."""
        return [(address, message) for address, message in self.sent if message.kind != "channel.asked"]


class Notifier:
    """One shard with the production rules, worker and pool: folds, wakes and commits as the runtime does."""

    def __init__(self) -> None:
        self.now_ms = EVENING_MS
        self.views = FakeViews()
        self.channel = FakeChannel()
        self.deliveries = Deliveries({"webhook": self.channel}, lambda: self.now_ms)
        self.worker = Worker(self.views, FakeSeals(), self.deliveries, LINKS)
        self.rules = NotifierRules(lambda kind: None)
        self.states: dict[str, State] = {}
        self.due_ms: dict[str, int | None] = {}
        self.record: list[Event] = []

    @property
    def state(self) -> State:
        return self.states[COUPLE]

    def hear(self, data: msgspec.Struct, moment_id: str = "m1") -> None:
        change = self.rules.fold(COUPLE, self.states.get(COUPLE), moment(data, moment_id, self.now_ms))
        if change is not None:
            self.keep(COUPLE, change)

    def keep(self, subject: str, change: Change[Any]) -> None:
        assert isinstance(change.state, State)
        self.states[subject] = change.state
        self.due_ms[subject] = change.due_ms
        self.record += [output.event for output in change.outputs]

    def wake(self) -> dict[str, Change[Any]]:
        return self.worker.wake(SHARD, dict(self.states), self.now_ms)

    def turn(self, at_ms: int | None = None) -> list[Any]:
        """Wake at an instant and commit; what was decided."""
        self.now_ms = self.now_ms if at_ms is None else at_ms
        before = len(self.record)
        for subject, change in self.wake().items():
            self.keep(subject, change)
        self.worker.committed(SHARD, dict(self.states))
        return [event.data for event in self.record[before:]]

    def settle(self, at_ms: int | None = None) -> list[Any]:
        """A turn after every attempt that is under way has ended."""
        with self.deliveries._changed:
            assert self.deliveries._changed.wait_for(lambda: self.deliveries._taken == 0, 5)
        return self.turn(at_ms)
