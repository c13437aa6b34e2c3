"""A person's channels: verified by a code that was sent over them, put in order, given another secret."""

from msgspec.structs import replace

from checkin.rules.outcomes import refused
from checkin.rules.states import Code, Decision, Person
from shared.events.person import (
    ChannelCodeAsked,
    ChannelCodeGiven,
    ChannelSecretRotated,
    ChannelsOrdered,
    ChannelTestAsked,
)
from shared.folding import Record
from shared.views import Bound
from shared.views.person import ChannelView, Outcome

CODE_LASTS_MS = 3_600_000
MOST_WRONG = 5
BOTH_SIGN_MS = 24 * 3_600_000
"""For so long after a rotation the secret before signs beside the new one."""

_ACTIVE = Outcome(200, {"state": "active"})


def ask_code(person: Person, record: Record, wish: ChannelCodeAsked) -> Decision:
    """Another code is sent; the one before is not taken any more."""
    channel = person.channels.get(wish.channel)
    if channel is None:
        return _refused(person, wish.command, "unknown_channel")
    codes = person.codes | {wish.channel: Code(wish.digest, record.append_ms)}
    asked = _with(person, wish.channel, replace(channel, code=Bound(wish.code, record.event.id)))
    return Decision(replace(asked, codes=codes), {wish.command: Outcome(200, {"state": "asked"})})


def give_code(person: Person, record: Record, wish: ChannelCodeGiven) -> Decision:
    """The right code, in time and before too many wrong ones, verifies the address."""
    channel, code = person.channels.get(wish.channel), person.codes.get(wish.channel)
    if channel is None:
        return _refused(person, wish.command, "unknown_channel")
    if code is None or record.append_ms > code.asked_ms + CODE_LASTS_MS:
        return _refused(person, wish.command, "code_expired")
    if code.wrong >= MOST_WRONG:
        return _refused(person, wish.command, "code_spent")
    if code.digest != wish.digest:
        codes = person.codes | {wish.channel: replace(code, wrong=code.wrong + 1)}
        return _refused(replace(person, codes=codes), wish.command, "wrong_code")
    codes = {name: kept for name, kept in person.codes.items() if name != wish.channel}
    verified = _with(person, wish.channel, replace(channel, verified_ms=record.append_ms))
    return Decision(replace(verified, codes=codes), {wish.command: _ACTIVE})


def ask_test(person: Person, _record: Record, wish: ChannelTestAsked) -> Decision:
    if wish.channel not in person.channels:
        return _refused(person, wish.command, "unknown_channel")
    return Decision(person, {wish.command: Outcome(200, {"state": "asked"})})


def rotate_secret(person: Person, record: Record, wish: ChannelSecretRotated) -> Decision:
    """For a day two secrets sign: so many, and no more, however often it is asked for."""
    channel = person.channels.get(wish.channel)
    if channel is None:
        return _refused(person, wish.command, "unknown_channel")
    if channel.kind != "webhook":
        return _refused(person, wish.command, "not_a_webhook")
    rotated = replace(
        channel,
        renewed=Bound(wish.secret, record.event.id),
        replaced=channel.current_secret,
        replaced_until_ms=record.append_ms + BOTH_SIGN_MS,
    )
    return Decision(_with(person, wish.channel, rotated), {wish.command: Outcome(200)})


def put_in_order(person: Person, _record: Record, wish: ChannelsOrdered) -> Decision:
    if sorted(wish.channels) != sorted(person.channels):
        return _refused(person, wish.command, "not_all_channels")
    ordered = {channel: person.channels[channel] for channel in wish.channels}
    return Decision(replace(person, channels=ordered), {wish.command: Outcome(200)})


def _with(person: Person, name: str, channel: ChannelView) -> Person:
    return replace(person, channels=person.channels | {name: channel})


def _refused(person: Person, command: str, word: str) -> Decision:
    return Decision(person, {command: refused(word)})
