"""What is agreed in the stream of whoever is asking."""

import msgspec

from checkin.door.auth import Me
from checkin.door.errors import Problem
from checkin.door.front import Front
from shared import days
from shared.pact import Agreement
from shared.views import PROJECTOR

_read_agreement = msgspec.msgpack.Decoder(Agreement).decode


def agreement_of(front: Front, me: Me) -> Agreement:
    """The pact and the pauses of the couple, or of the person alone."""
    otherwise = Problem(404, "unknown_couple", "There is no such couple.")
    return _read_agreement(front.view(PROJECTOR, me.subject, f"agreement/{me.subject}", otherwise))


def today_of(front: Front, me: Me) -> str:
    """The reader's own date."""
    return days.iso(days.local_date(me.view.spans, front.clock.now_ms()))
