"""`make chaos`: the kill loop, its figures, and its exit code."""

import argparse
import signal
import sys
import tempfile
import zoneinfo
from pathlib import Path
from random import SystemRandom

from tests.chaos import report
from tests.chaos.campaign import Campaign, Plan


def main() -> int:
    chosen = _options()
    if zoneinfo.TZPATH != ():
        zoneinfo.reset_tzpath(to=())
    plan = Plan(
        seed=chosen.seed,
        faults=chosen.faults,
        gap_s=chosen.gap,
        size=chosen.couples,
        long_stop=not chosen.no_long_stop,
        until_risk=chosen.until_risk,
        cuts=chosen.cuts,
    )
    print(f"seed {plan.seed}", flush=True)
    # Told to end, it stops what it has started first.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("called off"))
    folder = chosen.folder or Path(tempfile.mkdtemp(prefix="attune-chaos-"))
    folder.mkdir(parents=True, exist_ok=True)
    campaign = Campaign(plan, folder, say=lambda line: print(line, flush=True))
    outcome = campaign.run()
    print(report.table(outcome, campaign.ledger))
    if chosen.json is not None:
        report.write(outcome, campaign.ledger, chosen.json)
    print(f"logs, ledgers: {folder}")
    return 1 if outcome.complaints else 0


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(
        description="Break things while people check in, then audit the outcome."
    )
    options.add_argument("--faults", type=int, default=30)
    options.add_argument("--seed", type=int, default=SystemRandom().randrange(10**6))
    options.add_argument("--gap", type=float, default=6.0, help="seconds between two faults, on average")
    options.add_argument("--couples", type=int, default=16, help="in each group of the cast")
    options.add_argument("--until-risk", action="store_true", help="go on until it is 19:30 somewhere")
    options.add_argument("--cuts", action="store_true", help="Redis also loses the last of what it wrote")
    options.add_argument("--no-long-stop", action="store_true", help="leave out the broker's stop of 46 s")
    options.add_argument("--json", type=Path, help="write the figures to this file")
    options.add_argument("--folder", type=Path, help="where logs and ledgers are kept; empty or new")
    return options.parse_args()


if __name__ == "__main__":
    sys.exit(main())
