"""What somebody was sent, from all the streams that they are or were in."""

import msgspec

from checkin.auth import Me
from checkin.front import Front
from shared.views import NOTIFIER, InboxNudge, InboxView

_read_inbox = msgspec.msgpack.Decoder(InboxView).decode


def inbox_of(front: Front, me: Me) -> list[InboxNudge]:
    """The newest first."""
    subjects = dict.fromkeys((me.subject, me.own_subject, *me.view.past))
    views = front.store.views([(NOTIFIER, subject, f"inbox/{subject}/{me.id}") for subject in subjects])
    nudges = [nudge for view in views if view is not None for nudge in _read_inbox(view).nudges]
    return sorted(nudges, key=lambda nudge: nudge.at_ms, reverse=True)
