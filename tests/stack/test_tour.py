"""The README's tour, pasted into a shell as a newcomer would, against the real stack."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.native import ports
from deploy.native.places import ROOT
from deploy.native.ports import Ports
from deploy.native.stack import Stack
from tests.stack.tour import documents, toured


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    stack = Stack(tmp_path_factory.mktemp("stack"), Ports.spare())
    stack.start()
    yield stack
    stack.stop()


@pytest.fixture(scope="module")
def said(stack: Stack) -> str:
    """What the tour prints."""
    return toured(stack)


def test_the_streak_moves_when_both_have_checked_in(said: str) -> None:
    streak = next(d for d in documents(said) if "reserve_left" in d)

    assert streak["count"] == 1


def test_the_partner_gets_the_appreciation_as_an_inbox_entry_and_as_a_signed_webhook(said: str) -> None:
    (nudge,) = next(d for d in documents(said) if "nudges" in d)["nudges"]
    told, asked = documents(said)[-1]

    assert (nudge["id"], asked["id"] != nudge["id"]) == (told["id"], True)
    assert all(one["headers"]["webhook-signature"].startswith("v1,") for one in (told, asked))


SIGNALS = {
    "checkin_metrics": ["checkin_http_requests_total", "checkin_produce_seconds", "checkin_inflight"],
    "projector_metrics": ["projector_events_total", "projector_commits_total", "projector_outbox_depth"],
    "streaks_metrics": [
        "streaks_events_total",
        "streaks_shard_watermark_lag_seconds",
        "streaks_commit_seconds",
    ],
    "notifier_metrics": ["notifier_deliveries_total", "notifier_nudges_sent_total", "notifier_shard_paused"],
}
"""Who must emit what."""


@pytest.mark.parametrize("port", SIGNALS)
def test_each_service_emits_its_metrics_without_any_id_in_a_label(stack: Stack, said: str, port: str) -> None:
    address = f"http://127.0.0.1:{getattr(stack.ports, port)}/metrics"
    done = subprocess.run(["curl", "-s", address], capture_output=True, text=True, timeout=10, check=True)

    missing = [name for name in SIGNALS[port] if f"\n{name}" not in done.stdout]
    ids = re.findall(r"[0-9a-f]{8}-[0-9a-f]{4}-", done.stdout)
    assert (missing, ids) == ([], [])


def test_no_log_of_the_stack_has_a_traceback_or_anything_that_a_person_wrote(stack: Stack, said: str) -> None:
    logs = "\n".join(log.read_text() for log in Path(stack.run_dir.made("logs")).glob("*.log"))

    assert "Traceback" not in logs
    assert "Thank you for last night" not in logs
    assert "atw_" not in logs


def test_the_operators_screen_says_that_all_is_well_and_what_was_delivered(stack: Stack, said: str) -> None:
    ports.save(stack.ports, stack.run_dir.ports)
    env = {**os.environ, "ATTUNE_MODE": "native", "ATTUNE_RUN_DIR": str(stack.run_dir.path)}
    command = [sys.executable, "-m", "deploy.native", "ops", "status", "--json"]
    done = subprocess.run(command, check=False, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)
    found = json.loads(done.stdout)

    assert (done.returncode, found["is_well"]) == (0, True), done.stdout
    assert found["deliveries"]["delivered"] == 2
    assert {one["service"] for one in found["workers"]} == {"checkin", "projector", "streaks", "notifier"}
