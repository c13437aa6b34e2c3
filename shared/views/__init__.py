"""What services publish for one another in Redis: a contract, like an event.

Every view is MessagePack of one structure below, stored in the hash `{<service>:<shard>}:v` under the name
given beside it, where the shard is that of the subject. `{<service>:<shard>}:x` holds the lists.
"""

from hashlib import blake2b

import msgspec

from shared.events.values import Sealed

PROJECTOR, STREAKS, NOTIFIER = "c", "s", "n"


class Bound(msgspec.Struct, frozen=True, array_like=True):
    """A sealed text, and the id of the event that it is bound to."""

    sealed: Sealed
    event: str


def place_of(author: str, checkin: str) -> str:
    """Where an entry is found: `<author>/<hash>`. The ids themselves would stand in order of time."""
    return f"{author}/{blake2b(f'{author} {checkin}'.encode(), digest_size=16).hexdigest()}"


def pack(view: msgspec.Struct) -> bytes:
    """A view as bytes."""
    return msgspec.msgpack.encode(view)
