"""Wrapping every data key anew by the current master key. The data keys stay, and with them every text."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from shared import topics
from shared.keys import Keys
from shared.sealing import CannotOpen, Sealer
from shared.topics import MASTER_KEY

LOT = 100
"""How many are appended between two looks at the log."""

Append = Callable[[Mapping[str, bytes | None]], None]
"""Append these keys by subject, None for a tombstone; return when all are acknowledged."""


PREVIOUS_CAN_GO = (
    "ATTUNE_MASTER_KEY_PREVIOUS can be taken out of the settings of checkin and notifier. "
    "A backup from before still needs that key."
)


class Rotation(NamedTuple):
    """Of how many people the key was wrapped anew, was so already, has ended, opens with neither key."""

    rewrapped: int
    current: int
    erased: int
    unopened: int


def why_previous_is_needed(done: Rotation, *, has_read: bool) -> str | None:
    """Why the previous key must stay in the settings, as a sentence; None if it need not."""
    if done.unopened:
        return (
            f"{done.unopened} keys open with neither master key: "
            "set ATTUNE_MASTER_KEY_PREVIOUS to the one that wrapped them, and do this again."
        )
    if not has_read:
        return "The projector has not read this yet: see attune ops doctor, and do this again."
    return None


def rotate(keys: Keys, append: Append, sealer: Sealer) -> Rotation:
    """Wrap anew whatever the previous master key wrapped. May be interrupted, and done again.

    Raises `LogUnavailable`.
    """
    keys.read_on()
    _end_again(keys, append)
    anew: set[str] = set()
    while stale := [subject for subject in _people(keys) if _rewrapped(keys, sealer, subject) is not None]:
        for start in range(0, len(stale), LOT):
            anew |= _wrap_anew(keys, append, sealer, stale[start : start + LOT])
    people = _people(keys)
    unopened = sum(not sealer.opens(topics.id_of(subject), keys.wrapped[subject]) for subject in people)
    if not unopened:
        # Last: as long as anything is left to be done, no service starts without the previous key.
        _wrap_anew(keys, append, sealer, [MASTER_KEY])
    rewrapped = len(anew.intersection(people))
    return Rotation(rewrapped, len(people) - rewrapped - unopened, len(keys.ended), unopened)


def _wrap_anew(keys: Keys, append: Append, sealer: Sealer, subjects: Sequence[str]) -> set[str]:
    """Those of these that were still to be done at a last look."""
    keys.read_on()
    found = {subject: _rewrapped(keys, sealer, subject) for subject in subjects}
    anew = {subject: wrapped for subject, wrapped in found.items() if wrapped is not None}
    append(anew)
    keys.read_on()
    _end_again(keys, append)
    return set(anew)


def _end_again(keys: Keys, append: Append) -> None:
    """Who was erased between look and append has a key after the tombstone: another one ends it."""
    after_all = sorted(keys.ended & keys.wrapped.keys())
    if after_all:
        append(dict.fromkeys(after_all))
        keys.read_on()


def _people(keys: Keys) -> list[str]:
    return sorted(subject for subject in keys.wrapped if subject.startswith("person/"))


def _rewrapped(keys: Keys, sealer: Sealer, subject: str) -> bytes | None:
    """None where there is nothing to do, or nothing that could be done."""
    wrapped = None if subject in keys.ended else keys.wrapped.get(subject)
    try:
        return None if wrapped is None else sealer.rewrapped(topics.id_of(subject), wrapped)
    except CannotOpen:
        return None
