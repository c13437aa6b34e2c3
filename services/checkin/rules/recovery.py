"""Recovery codes, for a person who has no token any more: made, and each used once."""

from msgspec.structs import replace

from checkin.rules.outcomes import refused
from checkin.rules.states import Decision, Person
from shared.events.person import PersonRecovered, RecoveryCodesMade
from shared.folding import Record
from shared.views.person import Outcome, RecoveryView, TokenView


def make_codes(person: Person, record: Record, wish: RecoveryCodesMade) -> Decision:
    """These codes and no others, used or not."""
    made = RecoveryView(record.append_ms, dict.fromkeys(wish.codes))
    return Decision(replace(person, recovery=made), {wish.command: Outcome(201)})


def recover(person: Person, record: Record, wish: PersonRecovered) -> Decision:
    """The first to come with a code gets a token, and never too many are there for that."""
    codes = {} if person.recovery is None else person.recovery.codes
    if person.recovery is None or wish.code not in codes or codes[wish.code] is not None:
        return Decision(person, {wish.command: refused("unknown_code")})
    token = TokenView("write", wish.digest, None, wish.last_four, record.append_ms, recovered=True)
    recovered = replace(
        person,
        tokens=(person.tokens if wish.keep_tokens else {}) | {wish.token: token},
        feed=person.feed if wish.keep_tokens else None,
        recovery=replace(person.recovery, codes=codes | {wish.code: wish.command}),
        recovered_ms=record.append_ms,
    )
    return Decision(recovered, {wish.command: Outcome(201)})
