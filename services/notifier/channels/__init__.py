"""The ways out of the notifier: one file for each, all of one shape. They never import one another."""

from dataclasses import dataclass
from typing import Protocol


class DeliveryError(Exception):
    """An attempt failed; the message names no address. `permanent`: another attempt is of no use.

    `endpoint_down`: the endpoint itself failed, whatever it was asked, so others would fail there too.
    `gone`: the address is no more; when the delivery ends with this, the channel is switched off.
    """

    def __init__(
        self,
        message: str,
        *,
        permanent: bool = False,
        retry_after_s: float | None = None,
        endpoint_down: bool = False,
        gone: bool = False,
    ) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.retry_after_s = retry_after_s
        self.endpoint_down = endpoint_down
        self.gone = gone


@dataclass(frozen=True)
class Message:
    """What is delivered. `id` is the nudge's: the same at every attempt, over every channel.

    After `expires_ms` it is of no use. `fewer`, `stop`: links that, POSTed to, make such messages fewer, or
    end them (RFC 8058). `code`: this message verifies the channel, and has it in its body.
    """

    id: str
    kind: str
    title: str
    body: str
    why: str
    at_ms: int
    expires_ms: int = 2**53
    language: str = "en"
    fewer: str | None = None
    stop: str | None = None
    code: str | None = None

    @property
    def links(self) -> list[tuple[str, str]]:
        """The links that it has, each with what it is for in the reader's language."""
        labels = _LINKS.get(self.language, _LINKS["en"])
        return [
            (label, link)
            for label, link in zip(labels, (self.fewer, self.stop), strict=True)
            if link is not None
        ]


_LINKS = {
    "en": ("Fewer of these", "Stop these messages"),
    "fr": ("Moins de ces messages", "Arrêter ces messages"),
}


class Channel(Protocol):
    """One way out. Both methods raise `DeliveryError`."""

    def endpoint(self, address: str) -> str:
        """Whom an address belongs to (`host:port`): endpoints have their own queues and breakers. No I/O."""
        ...

    def send(self, address: str, secret: str, message: Message, now_ms: int) -> bool:
        """Deliver, within a bounded time. Returns, when it is taken, whether the receiver answered the code.

        `secret` is the channel's own; of a webhook those that sign now, with a space between.
        """
        ...
