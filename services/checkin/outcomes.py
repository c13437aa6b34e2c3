"""What commands come to: the refusals in one table, and how long an outcome is kept."""

from collections.abc import Mapping

from msgspec.structs import replace

from checkin.states import Person, Told
from shared.views import Outcome

KEPT_MS = 3_600_000
MOST_KEPT = 32

_REFUSALS = {
    "already_in_a_couple": (409, "One of you is already in a couple."),
    "confirm_under_way": (409, "You have confirmed already; the couple is being formed."),
    "invite_expired": (409, "This invite has expired."),
    "invite_taken": (409, "Somebody else has accepted an invite of this person."),
    "nothing_to_confirm": (409, "Nobody has accepted an invite of yours."),
    "own_invite": (409, "This invite is your own."),
    "promised_elsewhere": (409, "You have accepted an invite and wait for the other's confirmation."),
    "promised_to_each_other": (409, "You have accepted each other's invites; one of the two is enough."),
    "too_many_channels": (409, "You have as many channels as there can be; remove one first."),
    "too_many_invites": (429, "You have as many open invites as there can be; wait until one expires."),
    "unknown_channel": (404, "There is no such channel."),
    "unknown_invite": (404, "There is no such invite."),
    "unknown_token": (404, "There is no such token."),
}


def refused(error: str) -> Outcome:
    """The outcome of a command that is refused with this word."""
    status, detail = _REFUSALS[error]
    return Outcome(status, error=error, detail=detail)


def keep(person: Person, outcomes: Mapping[str, Outcome], now_ms: int) -> Person:
    """The person with these outcomes kept; where a command has an outcome already, that one stays."""
    if not outcomes:
        return person
    kept = {command: told for command, told in person.outcomes.items() if told.at_ms > now_ms - KEPT_MS}
    for command, outcome in outcomes.items():
        kept.setdefault(command, Told(now_ms, outcome))
    return replace(person, outcomes=dict(list(kept.items())[-MOST_KEPT:]))
