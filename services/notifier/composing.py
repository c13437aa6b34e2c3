"""What an attempt carries: the address and its secrets, opened, and the message in the reader's words."""

from typing import Protocol

from notifier import asked
from notifier.channels import DeliveryError, Message
from notifier.messages import Facts, text
from notifier.record import Delivery, Sent
from notifier.sight import Sight
from shared.events.nudges import NudgePlanned
from shared.kinds import kind_of
from shared.links import Links, Of, Tap, Wish
from shared.nudging import useful_until
from shared.sealing import CannotOpen
from shared.views import Bound
from shared.views.person import PersonView


class Unsealer(Protocol):
    def open(self, person: str, wrapped: bytes, event_id: str, field: str, sealed: str) -> str:
        """The text. Raises `CannotOpen`."""
        ...


class Composer:
    """Of one delivery to this person. What it opens raises `DeliveryError` where it cannot be opened."""

    def __init__(self, unsealer: Unsealer, links: Links) -> None:
        self._unsealer = unsealer
        self._links = links

    def address(self, delivery: Delivery, person: PersonView) -> str:
        """Where it goes."""
        channel = person.channels[delivery.channel]
        return self._opened(delivery, person, "address", Bound(channel.address, channel.event))

    def secret(self, delivery: Delivery, person: PersonView, now_ms: int) -> str:
        """What the channel signs or encrypts with; for a day after a rotation two, with a space between."""
        channel = person.channels[delivery.channel]
        secret = self._opened(delivery, person, "secret", channel.current_secret)
        if channel.replaced is None or now_ms >= channel.replaced_until_ms:
            return secret
        return f"{secret} {self._opened(delivery, person, 'secret', channel.replaced)}"

    def message(self, delivery: Delivery, person: PersonView, sight: Sight) -> Message:
        """What is said. The same at every attempt."""
        sent, nudge, code = delivery.sent, delivery.nudge, None
        if sent.template == asked.CODE:
            code = self._opened(delivery, person, "code", person.channels[delivery.channel].code)
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

    def _opened(self, delivery: Delivery, person: PersonView, field: str, text: Bound | None) -> str:
        if person.key is None:
            raise DeliveryError("The key to this channel has not been read yet.")
        if text is None:
            raise DeliveryError("This channel has no code to send.", permanent=True)
        try:
            return self._unsealer.open(delivery.nudge.receiver, person.key, text.event, field, text.sealed)
        except CannotOpen as error:
            raise DeliveryError("This channel cannot be read.", permanent=True) from error

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
