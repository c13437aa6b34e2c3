"""The kill loop in its short form: ten faults, and the audit. `make chaos` does more of them."""

from pathlib import Path

import pytest

from tests.chaos import report
from tests.chaos.arrivals import KINDS
from tests.chaos.campaign import Campaign, Plan


@pytest.mark.timeout(900)
def test_ten_faults_lose_nothing_and_make_nothing_wrong(tmp_path: Path) -> None:
    plan = Plan(seed=20261124, faults=10, gap_s=3.0, size=6, long_stop=False)
    campaign = Campaign(plan, tmp_path, print)
    outcome = campaign.run()
    print(report.table(outcome, campaign.ledger))

    assert outcome.complaints == []
    assert len(outcome.struck) == 10
    assert len(campaign.ledger.entries) > 20
    assert all(outcome.nudges.channels[kind]["nudges"] > 0 for kind in ("inbox", *KINDS))
    assert outcome.findings.figures["day.at_risk"] > 0
