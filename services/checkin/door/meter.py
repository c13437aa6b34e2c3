"""Counting requests in a pipeline that goes to Redis anyway: two commands more for each."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import redis

from checkin.door.rates import MINUTE_S, Use, Used, address_place
from shared import topics
from shared.published import Published
from shared.views import PROJECTOR

_Place = tuple[str, str]
"""A hash in Redis and a field of it. A token's is in the slot of its person, an address's in its own."""

_MOST_REMEMBERED = 1000


class Meter:
    """What goes to the same place is counted at once. A hash is given its end once by each worker."""

    def __init__(self, published: Published) -> None:
        self._published = published
        self._ending: set[str] = set()

    def add(self, pipe: Any, uses: Sequence[tuple[str, Use]]) -> "Counts":
        """Append the commands that count these uses, each by a person's token."""
        counts = Counts()
        for person, use in uses:
            key = self._published.key(PROJECTOR, topics.person(person), f"u:{use.minute}")
            counts.add((key, use.token), address_place(use.address, use.minute))
        for (key, field), more in counts.more.items():
            pipe.execute_command("HINCRBY", key, field, more)
        counts.ending = list({key for key, _ in counts.more} - self._ending)
        for key in counts.ending:
            pipe.execute_command("EXPIRE", key, 2 * MINUTE_S)
        return counts

    def read(self, counts: "Counts", replies: Sequence[Any]) -> list[Used]:
        """How much each had used, itself included. None where Redis would not count, as when it is full."""
        totals = dict(zip(counts.more, replies, strict=False))
        ended = zip(counts.ending, replies[len(totals) :], strict=True)
        if len(self._ending) > _MOST_REMEMBERED:
            self._ending.clear()
        self._ending.update(key for key, reply in ended if not isinstance(reply, redis.RedisError))
        return [
            Used(*(_nth(totals[place], counts.more[place], nth) for place, nth in places))
            for places in counts.places
        ]


class Counts:
    """The uses of one lot: how many more each place gets, and which of them each use is, from 1 on."""

    def __init__(self) -> None:
        self.more: Counter[_Place] = Counter()
        self.places: list[list[tuple[_Place, int]]] = []
        self.ending: list[str] = []

    def add(self, *places: _Place) -> None:
        found = []
        for place in places:
            self.more[place] += 1
            found.append((place, self.more[place]))
        self.places.append(found)


def _nth(total: Any, more: int, nth: int) -> int | None:
    return None if isinstance(total, redis.RedisError) else int(total) - more + nth
