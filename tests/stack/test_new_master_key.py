"""A new master key for a site with people in it, as the operator's page has it, over the real stack."""

import base64
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from deploy.native import ports, services
from deploy.native.places import ROOT
from deploy.native.ports import Ports
from deploy.native.stack import Stack, stop_together
from shared.store import connect
from tests.chaos.client import Client
from tests.chaos.takeover import until

pytestmark = pytest.mark.timeout(300)

NOTE = "From before the new key."
KEY_HOLDERS = ("checkin", "notifier")


@dataclass(frozen=True)
class Changed:
    """What `attune ops rotate-master-key` said the first and the second time, and what Ana read at last."""

    first: dict[str, Any]
    second: dict[str, Any]
    entries: list[dict[str, Any]]


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Changed]:
    folder = tmp_path_factory.mktemp("site")
    key, previous = (folder / "secrets" / f"master{name}.key" for name in ("", ".previous"))
    with up(folder) as stack:
        ana = registered(stack)
        checks_in(stack, ana, NOTE)
        with key_holders_down(stack):
            key.rename(previous)
            key.write_bytes(base64.b64encode(secrets.token_bytes(32)))
        registered(stack)
        checks_in(stack, ana, "Between the keys.")
        first, second = (ops(stack, "rotate-master-key", "--json") for _ in range(2))
        with key_holders_down(stack):
            previous.unlink()
            # So that what is read in the end comes from the log alone.
            connect(f"redis://127.0.0.1:{stack.ports.redis}/0", cluster=False).flushall()
        until(lambda: bool(entries_of(stack, ana)))
        yield Changed(first, second, entries_of(stack, ana))


@contextmanager
def up(folder: Path) -> Iterator[Stack]:
    stack = Stack(folder, Ports.spare())
    stack.start()
    ports.save(stack.ports, stack.run_dir.ports)
    try:
        yield stack
    finally:
        stack.stop()


@contextmanager
def key_holders_down(stack: Stack) -> Iterator[None]:
    """Stop those who hold the master key, and start them anew in the end."""
    stop_together([stack.processes[name] for name in KEY_HOLDERS])
    yield
    parts = services.ours(stack.ports, stack.run_dir, stack.extra_env)
    stack.await_ready(stack.launch([part for part in parts if part.name in KEY_HOLDERS]))


def registered(stack: Stack) -> str:
    """The token of somebody who registers."""
    made = Client(stack.ports.checkin, timeout_s=15).post(
        "/v1/people", {"name": "Ana", "zone": "Europe/Paris"}
    )
    return str(made.body["token"])


def checks_in(stack: Stack, token: str, note: str) -> None:
    client = Client(stack.ports.checkin, timeout_s=15)
    assert client.post("/v1/check-ins", {"kind": "feeling", "note": note}, token).status == 202


def entries_of(stack: Stack, token: str) -> list[dict[str, Any]]:
    """All that somebody has entered; nothing while the views are behind."""
    return list(
        Client(stack.ports.checkin, timeout_s=15).get("/v1/check-ins", token).body.get("check_ins", ())
    )


def ops(stack: Stack, *words: str) -> dict[str, Any]:
    """What `make ops` prints, which must end well."""
    env = {**os.environ, "ATTUNE_MODE": "native", "ATTUNE_RUN_DIR": str(stack.run_dir.path)}
    command = [sys.executable, "-m", "deploy.native", "ops", *words]
    done = subprocess.run(command, check=False, cwd=ROOT, env=env, capture_output=True, text=True, timeout=90)
    assert done.returncode == 0, done.stdout + done.stderr
    return dict(json.loads(done.stdout))


def test_whoever_registered_under_the_previous_key_is_wrapped_anew(changed: Changed) -> None:
    assert changed.first == {
        "rewrapped": 1,
        "current": 1,
        "erased": 0,
        "unopened": 0,
        "previous_needed": False,
    }


def test_a_second_time_there_is_nothing_to_do(changed: Changed) -> None:
    assert changed.second == changed.first | {"rewrapped": 0, "current": 2}


def test_every_text_opens_without_the_previous_key(changed: Changed) -> None:
    assert sorted(entry["note"] for entry in changed.entries) == ["Between the keys.", NOTE]
