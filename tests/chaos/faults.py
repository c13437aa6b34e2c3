"""The faults: which, when and for how long, drawn from a seed."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

SERVERS = ("kafka", "redis")
TARGETS = ("checkin", "projector", "streaks", "notifier", *SERVERS)
LONG_STOP_S = 46.0
"""Longer than any time-out of a broker's client in this stack."""

Kind = Literal["kill", "stop", "cut"]
"""Killed, frozen, or killed with the last of what it wrote lost: that is for Redis alone."""
_WORDS: dict[Kind, str] = {"kill": "kill -9", "stop": "SIGSTOP", "cut": "tail cut of"}


class Fault(NamedTuple):
    """`after_s`: from the fault before. `lasts_s`: until it is thawed, or started again."""

    target: str
    kind: Kind
    after_s: float
    lasts_s: float

    @property
    def name(self) -> str:
        return f"{_WORDS[self.kind]} {self.target}"


@dataclass
class Struck:
    """A fault that has been struck. Recovery is counted from `over_ms`: the kill, or the thaw.

    `up_ms`: when the server itself, Kafka or Redis, was there again.
    """

    fault: Fault
    struck_ms: int
    over_ms: int = 0
    up_ms: int | None = None


def plan(
    chance: random.Random, count: int, gap_s: float, *, long_stop: bool, cuts: bool = False
) -> list[Fault]:
    """At least one; each kind as often as the others, at random distances, one a long stop of the broker."""
    pairs: list[tuple[str, Kind]] = []
    while len(pairs) < count:
        kinds: list[tuple[str, Kind]] = [(target, kind) for target in TARGETS for kind in ("kill", "stop")]
        kinds += [("redis", "cut")] * cuts
        chance.shuffle(kinds)
        pairs += kinds
    faults = [
        Fault(target, kind, min(4 * gap_s, chance.expovariate(1 / gap_s)), _length_s(chance, kind))
        for target, kind in pairs[:count]
    ]
    if long_stop:
        faults[count // 2] = Fault("kafka", "stop", 0.0, LONG_STOP_S)
    return faults


def _length_s(chance: random.Random, kind: Kind) -> float:
    if kind == "stop":
        return min(10.0, 1.0 + chance.expovariate(1 / 2.5))
    return chance.uniform(0.1, 2.0)


def length_s(faults: Sequence[Fault]) -> float:
    """How long striking them takes."""
    long_s = sum(fault.lasts_s for fault in faults if fault.lasts_s >= LONG_STOP_S)
    return sum(fault.after_s for fault in faults) + long_s + faults[-1].lasts_s


def stretched(faults: Sequence[Fault], least_s: float) -> list[Fault]:
    """The same with longer gaps, so that striking them takes this long at least."""
    gaps_s = sum(fault.after_s for fault in faults)
    factor = max(1.0, (least_s - length_s(faults) + gaps_s) / gaps_s)
    return [fault._replace(after_s=fault.after_s * factor) for fault in faults]
