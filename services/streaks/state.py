"""What streaks remembers of a couple: facts, how far time has passed for it, and what has been said.

A couple-day is an ordinal. In a set of days, and in a string of day states, place i is the day `edge + i`.
"""

from collections.abc import Callable
from hashlib import blake2b
from typing import Final

import msgspec

from shared.days import DAY_MS
from shared.events.values import Member
from shared.pact import Agreement

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
    `recent` has the states of the last six, `month` those of the edge's month. `missed`: whether the last day
    that was not excused was missed. `taken`: days after the edge whose repair has been used. `kinds` has the
    strength of each kind.
    """

    start: int
    edge: int
    bits: bytes = b""
    count: int = 0
    longest: int = 0
    recent: str = ""
    strength: float = 0.0
    missed: bool = False
    month: str = ""
    taken: tuple[int, ...] = ()
    kinds: dict[str, float] = {}


class Lapse(msgspec.Struct, array_like=True, frozen=True):
    """The clock of quality time, in couple-days: mean and deviation of the gaps, day of the last event.

    `stops` are the days, first and last included, on which a pause stops the clock. `lapses_ms` is when the
    threshold is crossed, None while the clock stands still for good; once it is reached the lapse is `open`.
    `opened_ms`: the lapses of the last sixty days; `outgrown_ms`: when the pact was last called outgrown;
    `returns`: the lengths of the last lapses, in days.
    """

    mean: float
    deviation: float
    last_day: int
    lapses_ms: int | None = None
    open: bool = False
    stops: tuple[tuple[int, int | None], ...] = ()
    opened_ms: tuple[int, ...] = ()
    outgrown_ms: int | None = None
    returns: tuple[float, ...] = ()


class Fresh(msgspec.Struct, array_like=True):
    """A check-in that may still be undone, and which facts it was the first to tell.

    `author` is the place among the members. `present`, `of_kind`, `made_busy`: whether it was the first to
    say so of its day. `gave`: the days to whose repair it gave its kind. `clock`: that of quality time as it
    would be without this entry and the later ones; None if it did not move it. `last`: the author's
    last date before, None if this one is no later.
    """

    digest: bytes
    append_ms: int
    author: int
    day: int
    kind: str
    busy: bool
    present: bool = False
    of_kind: bool = False
    made_busy: bool = False
    gave: tuple[int, ...] = ()
    clock: Lapse | None = None
    last: int | None = None


class State(msgspec.Struct, array_like=True):
    """One couple, or a person who is a couple of one.

    Facts: `present`, for each member in order the days they have checked in for; the days that are `excused`,
    for they came before day one or were skipped, and those that were `paused`; what is agreed; the days of
    each of the `kinds`, from six days before the edge on, and those with a `busy` flag; `repairs`, for a day
    that could break a streak the later days on which members recorded kinds in time, as bits.
    Time: `closes`, when each day has closed, the last of them being the first open day; `risk_day`, the next
    day that can be found at risk, and when. `said`: the state of each day as far as the couple has been told.
    `seen`: digests of the check-ins by day of log time. `passed`: the last number from each sender.
    `kind_days`, `busy_days`: how many such days are frozen. `left`: members who have gone, whose days stay.
    `last`: for each member the latest date of a check-in that was not secret, at first the date it all began.
    `ended`: nothing is judged any more. `fresh`: the check-ins that may still be undone, in order.
    `taken_back`: by day, the states that were told of it until an undo. `warned`: the last day whose 19:30
    came while it was unkept.
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
    agreement: Agreement = Agreement()
    paused: int = 0
    kinds: dict[str, int] = {}
    repairs: dict[int, dict[int, tuple[tuple[str, ...], ...]]] = {}
    busy: int = 0
    busy_days: int = 0
    kind_days: dict[str, int] = {}
    said: str = ""
    seen: dict[int, bytes] = {}
    passed: dict[str, int] = {}
    ended: bool = False
    left: tuple[str, ...] = ()
    fresh: list[Fresh] = []
    taken_back: dict[int, str] = {}
    warned: int = 0
    last: tuple[int, ...] = ()

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
        """The place of a member among the members; None for anybody else, and for one who has left."""
        if person in self.left:
            return None
        for place, member in enumerate(self.members):
            if member.person == person:
                return place
        return None

    def remember(self, digest: bytes, now_ms: int) -> bool:
        """Whether this check-in is new. It is remembered for four days of log time."""
        for digests in self.seen.values():
            if digest in digests:
                return False
        today = now_ms // DAY_MS
        if today not in self.seen:
            self.seen = {day: seen for day, seen in self.seen.items() if day >= today - REMEMBERED_DAYS}
        self.seen[today] = self.seen.get(today, b"") + digest
        return True

    def turn_clocks(self, turned: Callable[[Lapse], Lapse]) -> None:
        """Change the clock of quality time, and with it those that an undo would put in its place."""
        self.lapse = turned(self.lapse)
        for entry in self.fresh:
            if entry.clock is not None:
                entry.clock = turned(entry.clock)


def digest_of(author: str, checkin: str) -> bytes:
    """By what a check-in is known again."""
    return blake2b(f"{author} {checkin}".encode(), digest_size=8).digest()
