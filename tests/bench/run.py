"""`make bench`: the parts named on the command line, else all of them."""

import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

PARTS = ("checkin", "batch", "sealing", "worker", "rules", "streaks", "erasure", "deliveries", "due")


def main(wanted: Sequence[str]) -> None:
    """Run each part in turn, imported only when it is its turn."""
    unknown = [name for name in wanted if name not in PARTS]
    if unknown:
        sys.exit(f"There is no part named {' or '.join(unknown)}; there are: {' '.join(PARTS)}")
    for name in wanted or PARTS:
        import_module(f"tests.bench.{name}").main()


if __name__ == "__main__":
    # Run as a file, Python looks for modules beside it, where `streaks` is a benchmark and not the service.
    sys.path[0] = str(Path(__file__).resolve().parents[2])
    main(sys.argv[1:])
