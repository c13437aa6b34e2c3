"""The ways out of the notifier: one file for each, all of one shape. They never import one another."""

from dataclasses import dataclass
from typing import Protocol


class DeliveryError(Exception):
    """An attempt failed; the message names no address. `permanent`: another attempt is of no use.

    `endpoint_down`: the endpoint itself failed, whatever it was asked, so others would fail there too.
    """

    def __init__(
        self,
        message: str,
        *,
        permanent: bool = False,
        retry_after_s: float | None = None,
        endpoint_down: bool = False,
    ) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.retry_after_s = retry_after_s
        self.endpoint_down = endpoint_down


@dataclass(frozen=True)
class Message:
    """What is delivered. `id` is the nudge's: the same at every attempt, over every channel."""

    id: str
    kind: str
    title: str
    body: str
    why: str
    at_ms: int


class Channel(Protocol):
    """One way out. Both methods raise `DeliveryError`."""

    def endpoint(self, address: str) -> str:
        """Whom an address belongs to (`host:port`): endpoints have their own queues and breakers. No I/O."""
        ...

    def send(self, address: str, secret: str, message: Message, now_ms: int) -> None:
        """Deliver, within a bounded time. Returns when the receiver has taken it."""
        ...
