"""What commands come to: the refusals in one table, and how long an outcome is kept."""

from collections.abc import Mapping

from checkin.rules.states import Told
from shared.views.person import Outcome

KEPT_MS = 3_600_000
MOST_KEPT = 100

_REFUSALS = {
    "agreed_days_out_of_range": (422, "`agreed_days` is from 1 to 60."),
    "agreed_elsewhere": (409, "You are in a couple by now; ask again."),
    "already_in_a_couple": (409, "One of you is already in a couple."),
    "cannot_end_pause": (403, "This pause can be ended by whoever opened it."),
    "code_expired": (409, "This code is too old, or was used; ask for another with an empty body."),
    "code_spent": (409, "Too many wrong codes were given; ask for another with an empty body."),
    "confirm_under_way": (409, "You have confirmed already; the couple is being formed."),
    "invite_expired": (409, "This invite has expired."),
    "invite_taken": (409, "Somebody else has accepted an invite of this person."),
    "not_in_a_couple": (409, "You are in no couple."),
    "nobody_to_share_with": (409, "You are in no couple: keep it to yourself, with `shared` false."),
    "nothing_to_confirm": (409, "Nobody has accepted an invite of yours."),
    "own_invite": (409, "This invite is your own."),
    "pause_in_the_past": (422, "A pause begins today or later, and ends no earlier than it begins."),
    "pause_too_far_ahead": (
        422,
        "A pause lies within the next two years; leave `until` out for one without an end.",
    ),
    "pauses_overlap": (422, "Another pause of yours covers some of these days."),
    "promised_elsewhere": (409, "You have accepted an invite and wait for the other's confirmation."),
    "promised_to_each_other": (409, "You have accepted each other's invites; one of the two is enough."),
    "too_many_channels": (409, "You have as many channels as there can be; remove one first."),
    "too_many_invites": (429, "You have as many open invites as there can be; wait until one expires."),
    "too_many_pauses": (409, "There are as many pauses ahead as there can be."),
    "too_many_tokens": (409, "You have as many tokens as there can be; revoke one first."),
    "too_late_to_undo": (409, "An entry can be undone for ten minutes; you can still delete it."),
    "unknown_code": (401, "This code is not, or no longer, one that works; mind that each works once."),
    "too_many_practices": (409, "You have as many practices as there can be; remove one first."),
    "too_many_practices_ever": (
        409,
        "You have had as many practices as there can be; go on with those you have.",
    ),
    "not_a_webhook": (409, "Only a webhook has a secret that can be renewed."),
    "not_all_channels": (422, "The order must name each of your channels once."),
    "unknown_channel": (404, "There is no such channel."),
    "unknown_entry": (404, "There is no such entry."),
    "unknown_invite": (404, "There is no such invite."),
    "unknown_mode": (422, "A mode is `daily`, `weekly:1` to `weekly:7`, or `two_misses`."),
    "unknown_pause": (404, "There is no such pause, or it is over."),
    "unknown_practice": (404, "There is no such practice, or it has been taken away."),
    "unknown_token": (404, "There is no such token."),
    "wrong_code": (422, "This is not the code that was sent."),
}


def refused(error: str) -> Outcome:
    """The outcome of a command that is refused with this word."""
    status, detail = _REFUSALS[error]
    return Outcome(status, error=error, detail=detail)


def kept(before: dict[str, Told], outcomes: Mapping[str, Outcome], now_ms: int) -> dict[str, Told]:
    """These outcomes too; where a command has an outcome already, that one stays. Old ones are forgotten."""
    if not outcomes:
        return before
    told = {command: told for command, told in before.items() if told.at_ms > now_ms - KEPT_MS}
    for command, outcome in outcomes.items():
        told.setdefault(command, Told(now_ms, outcome))
    return dict(list(told.items())[-MOST_KEPT:])
