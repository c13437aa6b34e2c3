"""The prompt of the day: which one it is follows from the couple, the date and what was switched off.

The prompts come in rounds. In a round every prompt has its place, in an order of this couple's and of this
round's own; each day goes on to the next place whose prompt is eligible on that day. So none comes again
until all that stayed eligible have come, and a topic that is switched on again comes back one prompt at a
time. If every round had the same order, a partner who knows it would see a switch on the very day.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import cache
from hashlib import blake2b
from itertools import pairwise
from typing import NamedTuple

History = Sequence["Off"]
"""What one person has switched off over time, in order of `first`; nothing before the first of these."""


class Prompt(NamedTuple):
    """`topics`: eligible while nobody in the couple has switched off one of these. `texts` by language.

    `step` is the rung of the ladder on which a prompt for intimacy stands, 1 to 4; None elsewhere.
    `source`: the study that the text tells of, by its authors and year.
    """

    id: str
    deck: str
    texts: dict[str, str]
    topics: frozenset[str] = frozenset()
    step: int | None = None
    source: str | None = None


class Off(NamedTuple):
    """From this date (an ordinal) on these topics are off, and no others."""

    first: int
    topics: frozenset[str]


class Rounds:
    """The order of each round for one couple. `seed`, at most 64 bytes, is all that it is drawn from.

    At least one of the prompts has no topic, so that there is always one eligible.
    """

    def __init__(self, prompts: Iterable[Prompt], seed: bytes) -> None:
        self._seed = seed
        drawn = sorted(prompts, key=lambda prompt: self._lot(prompt, "half"))
        middle = len(drawn) // 2
        self._halves = (drawn[:middle], drawn[middle:])
        self.order = cache(self._order)

    def _order(self, number: int) -> list[Prompt]:
        """Half of the prompts come in the first half of a round, always the same: none comes back at once.

        The ladder takes the places that were drawn for its prompts, lowest step first, so that it rises over
        the whole round.
        """
        drawn = [p for half in self._halves for p in sorted(half, key=lambda p: self._lot(p, f"{number}"))]
        ladder = iter(
            sorted((prompt for prompt in drawn if prompt.step), key=lambda prompt: prompt.step or 0)
        )
        return [next(ladder) if prompt.step else prompt for prompt in drawn]

    def _lot(self, prompt: Prompt, drawing: str) -> bytes:
        return blake2b(f"{drawing} {prompt.id}".encode(), key=self._seed, digest_size=16).digest()


class Turn(NamedTuple):
    """How far the rounds have come: the place of the last prompt in the order of its round."""

    round: int = 0
    place: int = -1


def chosen(rounds: Rounds, day_one: int, day: int, histories: Sequence[History]) -> Prompt:
    """The prompt of a date, not before day one, for whom these are the histories. Dates are ordinals."""
    turn = turn_on(rounds, day_one, day, histories)
    return rounds.order(turn.round)[turn.place]


def turn_on(rounds: Rounds, day_one: int, day: int, histories: Sequence[History]) -> Turn:
    """Where the rounds are on a date."""
    switches = {off.first for history in histories for off in history if day_one < off.first <= day}
    turn = Turn()
    for start, end in pairwise((day_one, *sorted(switches), day + 1)):
        off = frozenset[str]().union(*(off_on(history, start) for history in histories))
        turn = _after(rounds, turn, off, end - start)
    return turn


def off_on(history: History, day: int) -> frozenset[str]:
    """What is off on this date."""
    return next((off.topics for off in reversed(history) if off.first <= day), frozenset())


def _after(rounds: Rounds, turn: Turn, off: frozenset[str], days: int) -> Turn:
    """So many days, one or more, with the same topics off."""
    eligible = _eligible(rounds.order(turn.round), off)
    done = bisect_right(eligible, turn.place)
    more, nth = divmod(done + days - 1, len(eligible))
    if more:
        eligible = _eligible(rounds.order(turn.round + more), off)
    return Turn(turn.round + more, eligible[nth])


def _eligible(order: Sequence[Prompt], off: frozenset[str]) -> list[int]:
    """The places of what may come."""
    return [place for place, prompt in enumerate(order) if not prompt.topics & off]
