"""What somebody was sent, from all the streams that they are or were in."""

from typing import NamedTuple

import msgspec

from checkin.door.auth import Me
from checkin.door.front import Front
from checkin.reading.couples import Partner
from shared.events.values import SealedText
from shared.kinds import kind_of
from shared.links import PATH, Of, Tap, Wish
from shared.sealing import CannotOpen
from shared.views import NOTIFIER
from shared.views.inbox import InboxNudge, InboxView


class Inboxed(NamedTuple):
    """A nudge, and the stream that it is about."""

    nudge: InboxNudge
    subject: str


_read_inbox = msgspec.msgpack.Decoder(InboxView).decode


def inbox_of(front: Front, me: Me) -> list[Inboxed]:
    """The newest first."""
    subjects = list(dict.fromkeys((me.subject, me.own_subject, *me.view.past)))
    views = front.store.views([(NOTIFIER, subject, f"inbox/{subject}/{me.id}") for subject in subjects])
    found = [
        Inboxed(nudge, subject)
        for subject, view in zip(subjects, views, strict=True)
        if view is not None
        for nudge in _read_inbox(view).nudges
    ]
    return sorted(found, key=lambda inboxed: inboxed.nudge.at_ms, reverse=True)


def text_of(front: Front, me: Me, partner: Partner | None, inboxed: Inboxed) -> str | None:
    """What the partner wrote with it, for who has asked for more, and as long as the two are together."""
    wants_more = me.view.nudges is not None and me.view.nudges.content
    written: SealedText | None = inboxed.nudge.text
    if written is None or partner is None or not wants_more:
        return None
    if (inboxed.subject, written.author) != (me.subject, partner.id) or partner.view.key is None:
        return None
    try:
        return front.sealer.open(partner.id, partner.view.key, written.event, "text", written.sealed)
    except CannotOpen:
        return None


def link_of(front: Front, me: Me, nudge: InboxNudge, wish: Wish) -> str | None:
    """A one-tap link of today's, for it works by itself; None for a token that may only read."""
    if me.view.tokens[me.token].scope != "write":
        return None
    of: Of = "partner" if kind_of(nudge.kind).by_partner else "system"
    signed = front.tokens.links.signed(Tap(me.id, wish, of, me.view.language), front.clock.now_ms())
    return f"{front.rules.public_url}{PATH}{signed}"
