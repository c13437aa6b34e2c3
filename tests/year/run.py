"""A year of a thousand persons under the policy: `make year`. Exits with 1 if a promise was broken.

python -m tests.year.run --persons 1000 --days 365
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import NamedTuple

from tests.year.audit import complaints, watched
from tests.year.life import home_of, live

ALONE_EVERY = 10
"""Of so many homes one is a person alone."""


class Found(NamedTuple):
    counts: Counter[tuple[str, str]]
    broken: tuple[str, ...]


def year_of(seed: int, length: int) -> Found:
    """One home's year: what became of how many nudges, and what was wrong."""
    home = watched(home_of(seed, alone=is_alone(seed)))
    live(home, seed, length)
    counts = Counter((one.planned.kind, one.rule or _sent(one.pushed)) for one in home.decided)
    return Found(counts, tuple(complaints(home)))


def is_alone(seed: int) -> bool:
    return seed % ALONE_EVERY == 0


def _sent(pushed: bool) -> str:
    return "sent" if pushed else "inbox"


def homes_of(persons: int) -> Iterator[int]:
    """The seeds of so many persons' homes."""
    seed = 0
    while persons > 0:
        yield seed
        persons -= 1 if is_alone(seed) else 2
        seed += 1


def table(counts: Counter[tuple[str, str]]) -> str:
    """By kind and rule. A nudge can be held more than once before it is sent or dropped."""
    kinds = sorted({kind for kind, _ in counts})
    rules = ["sent", "inbox", *sorted({rule for _, rule in counts} - {"sent", "inbox"})]
    lines = [f"{'':20}" + "".join(f"{rule.replace('_', ' '):>19}" for rule in rules)]
    lines += [f"{kind:20}" + "".join(f"{counts[kind, rule]:19}" for rule in rules) for kind in kinds]
    total = [sum(counts[kind, rule] for kind in kinds) for rule in rules]
    return "\n".join([*lines, f"{'all':20}" + "".join(f"{number:19}" for number in total)])


def main(arguments: Sequence[str]) -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--persons", type=int, default=1000)
    options.add_argument("--days", type=int, default=365)
    options.add_argument("--processes", type=int, default=2)
    asked = options.parse_args(arguments)
    began_s, seeds = time.monotonic(), list(homes_of(asked.persons))
    counts: Counter[tuple[str, str]] = Counter()
    broken: list[str] = []
    with ProcessPoolExecutor(asked.processes) as pool:
        for found in pool.map(partial(year_of, length=asked.days), seeds, chunksize=4):
            counts += found.counts
            broken += found.broken
    print(table(counts))
    print(
        f"\n{asked.persons} persons in {len(seeds)} homes, {asked.days} days, "
        f"{time.monotonic() - began_s:.0f} s; promises broken: {len(broken)}"
    )
    print("\n".join(broken[:20]))
    sys.exit(bool(broken))


if __name__ == "__main__":
    main(sys.argv[1:])
