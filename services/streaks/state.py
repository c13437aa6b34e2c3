"""What streaks remembers of a couple: facts, how far time has passed for it, and what has been said.

A couple-day is an ordinal. In a set of days, and in a string of day states, place i is the day `edge + i`.
"""

from hashlib import blake2b
from typing import Final

import msgspec

from shared.days import DAY_MS
from shared.events import Member

OPEN: Final = "o"
KEPT: Final = "k"
EXCUSED: Final = "e"
RESERVE: Final = "r"
REPAIRED: Final = "R"
MISSED: Final = "m"
"""What a couple-day can be: one letter, so that days in a row are a string."""

REMEMBERED_DAYS = 4


class Frozen(msgspec.Struct, array_like=True):
    """The days before `edge`, which nothing can change any more, and what they add up to.

    `bits` holds two bits a day from `start` on, without who: 0 unkept, 1 kept, 2 excused, 3 repaired.
    `recent` has the states of the last six.
    """

    start: int
    edge: int
    bits: bytes = b""
    count: int = 0
    longest: int = 0
    recent: str = ""
    strength: float = 0.0


class Lapse(msgspec.Struct, array_like=True, frozen=True):
    """The clock of quality time: the agreed gap, mean and deviation of the gaps, all in days.

    `last_day` and `last_ms` are those of the last quality event, `lapses_ms` is the instant of the threshold
    after it; once that is reached the lapse is `open`.
    """

    agreed: float
    mean: float
    deviation: float
    last_day: int
    last_ms: int
    lapses_ms: int
    open: bool = False


class State(msgspec.Struct, array_like=True):
    """One couple, or a person who is a couple of one.

    Facts: `present`, for each member in order the days they have checked in for, and the days that are
    `excused`. Time: `closes`, when each day has closed, the last of them being the first open day;
    `risk_day`, the next day that can be found at risk, and when. `said`: the state of each day as far as the
    couple has been told. `seen`: digests of the check-ins by day of log time. `passed`: the last number from
    each sender. `ended`: nothing is judged any more.
    """

    members: tuple[Member, ...]
    day_one: int
    frozen: Frozen
    lapse: Lapse
    closes: list[int]
    present: tuple[int, ...]
    excused: int
    risk_day: int
    risk_ms: int
    said: str = ""
    seen: dict[int, bytes] = {}
    passed: dict[str, int] = {}
    ended: bool = False

    @property
    def closed(self) -> int:
        """How many days have closed since the frozen edge."""
        return len(self.closes) - 1

    @property
    def open_day(self) -> int:
        """The first day that has not closed."""
        return self.frozen.edge + len(self.closes) - 1

    def people(self) -> tuple[str, ...]:
        return tuple([member.person for member in self.members])

    def place_of(self, person: str) -> int | None:
        """The place of a member among the members; None for anybody else."""
        for place, member in enumerate(self.members):
            if member.person == person:
                return place
        return None

    def remember(self, author: str, checkin: str, now_ms: int) -> bool:
        """Whether this check-in is new. It is remembered for four days of log time."""
        digest = blake2b(f"{author} {checkin}".encode(), digest_size=8).digest()
        for digests in self.seen.values():
            if digest in digests:
                return False
        today = now_ms // DAY_MS
        if today not in self.seen:
            self.seen = {day: seen for day, seen in self.seen.items() if day >= today - REMEMBERED_DAYS}
        self.seen[today] = self.seen.get(today, b"") + digest
        return True
