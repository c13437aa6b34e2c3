"""`make fuzz`: thousands of requests made up from the OpenAPI document, and a summary of what came back."""

import argparse
import logging
import sys
import time
import zoneinfo
from collections import Counter

import structlog
from schemathesis.core.failures import FailureGroup

from tests.fuzz.cases import MODES, Fuzzed


def main() -> int:
    """Exits with 1 if anything does not conform."""
    options = argparse.ArgumentParser()
    options.add_argument("--cases", type=int, default=5000)
    options.add_argument("--seed", type=int, default=1)
    asked = options.parse_args()
    zoneinfo.reset_tzpath(to=())
    logging.disable(logging.CRITICAL)
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    began_s = time.monotonic()
    fuzzed, found = Fuzzed(), list[str]()
    while fuzzed.answered.total() < asked.cases:
        found += _round(fuzzed, asked.seed)
        asked.seed += 1
    _tell(fuzzed.answered, found, time.monotonic() - began_s)
    return 1 if found else 0


def _round(fuzzed: Fuzzed, number: int) -> list[str]:
    """Some cases of every operation: what did not conform."""
    found = []
    for operation in fuzzed.operations():
        for mode in MODES:
            try:
                fuzzed.ask(operation, mode, 15, number)
            except FailureGroup as failures:
                found += [f"{operation.label} (seed {number}): {failure}" for failure in failures.exceptions]
    return found


def _tell(answered: Counter[tuple[str, int]], found: list[str], seconds: float) -> None:
    statuses: Counter[int] = Counter()
    for (_, status), count in answered.items():
        statuses[status] += count
    print(
        f"{answered.total()} cases of {len({label for label, _ in answered})} operations in {seconds:.0f} s"
    )
    print("  ".join(f"{status}: {count}" for status, count in sorted(statuses.items())))
    print(f"{len(found)} do not conform")
    for failure in found:
        print(f"\n{failure}")


if __name__ == "__main__":
    sys.exit(main())
