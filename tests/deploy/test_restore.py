"""A site from its backup alone: `deploy/backup.sh`, an empty run directory, `deploy/restore.sh`.

Redis is in no backup, so all that the second site shows was folded again from the log.
"""

import os
import subprocess
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy.native.places import DEPLOY, ROOT
from deploy.native.ports import Ports
from deploy.native.stack import Stack
from shared.records import Partition
from shared.store import connect
from shared.topics import DEFAULT_PARTITIONS, MOMENTS, NUDGES
from shared.views import PROJECTOR, STREAKS
from tests.chaos import logbook
from tests.chaos.client import Client
from tests.chaos.logbook import Shard, Shards
from tests.chaos.settling import until_settled

pytestmark = pytest.mark.timeout(300)

COUPLES = 3


@dataclass(frozen=True)
class Site:
    """What a stack holds once it has nothing left to do."""

    shards: Shards
    ends: Mapping[Partition, int]


@dataclass(frozen=True)
class Moved:
    """A site, its backup, and the site made of it. `token` is of somebody who registered in the first."""

    before: Site
    backup: Path
    after: Site
    token: str
    entries: list[object]
    entries_after: list[object]


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Moved]:
    folder = tmp_path_factory.mktemp("site")
    first = Stack(folder / "first", Ports.spare())
    first.start()
    try:
        token = people_check_in(first.ports.checkin)
        before, entries = look_at(first), listed(first, token)
    finally:
        first.stop()
    ours = run(folder / "first", "backup.sh", str(folder / "backup"))
    assert ours.returncode == 0, ours.stderr
    files = sorted(map(str, (folder / "backup").iterdir()), reverse=True)
    restored = run(folder / "second", "restore.sh", *files)
    assert restored.returncode == 0, restored.stderr

    second = Stack(folder / "second", Ports.spare())
    second.start()
    try:
        yield Moved(before, folder / "backup", look_at(second), token, entries, listed(second, token))
    finally:
        second.stop()


def people_check_in(port: int) -> str:
    """Couples that form and check in; the token of one of them."""
    client = Client(port, timeout_s=15)
    for _ in range(COUPLES):
        ana, bo = (registered(client, name) for name in ("Ana", "Bo"))
        code = client.post("/v1/invites", {}, ana).body["code"]
        client.post(f"/v1/invites/{code}/accept", {}, bo)
        assert client.post("/v1/couple/confirm", {}, ana).status == 200
        for token, kind in ((ana, "appreciation"), (bo, "quality_time"), (bo, "feeling")):
            assert client.post("/v1/check-ins", {"kind": kind, "note": "kept"}, token).status == 202
    client.close()
    return ana


def registered(client: Client, name: str) -> str:
    return str(client.post("/v1/people", {"name": name, "zone": "Europe/Paris"}).body["token"])


def look_at(stack: Stack) -> Site:
    kafka = f"127.0.0.1:{stack.ports.kafka}"
    redis = connect(f"redis://127.0.0.1:{stack.ports.redis}/0", cluster=False)
    left = until_settled(kafka, redis, DEFAULT_PARTITIONS, timeout_s=60)
    assert left == []
    return Site(logbook.shards(redis, DEFAULT_PARTITIONS), logbook.ends(kafka, DEFAULT_PARTITIONS))


def listed(stack: Stack, token: str) -> list[object]:
    client = Client(stack.ports.checkin, timeout_s=15)
    found: list[object] = client.get("/v1/check-ins", token).body["check_ins"]
    client.close()
    return found


def run(run_dir: Path, script: str, *words: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "ATTUNE_RUN_DIR": str(run_dir), "ATTUNE_MODE": "native"}
    command = [str(DEPLOY / script), *words]
    return subprocess.run(command, check=False, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)


def content(shard: Shard) -> tuple[object, ...]:
    return shard.positions, shard.states, shard.views, shard.due, shard.lists


@pytest.mark.parametrize("service", [PROJECTOR, STREAKS])
def test_a_restored_site_has_the_same_states_byte_for_byte(moved: Moved, service: str) -> None:
    """A shard whose log has grown since (a day fell due meanwhile) says nothing; there are few of those."""
    same = [
        content(shard) == content(moved.before.shards[service, number])
        for (name, number), shard in moved.after.shards.items()
        if name == service and shard.positions == moved.before.shards[service, number].positions
    ]

    assert all(same)
    assert len(same) > DEFAULT_PARTITIONS / 2


def test_nothing_is_published_or_sent_a_second_time(moved: Moved) -> None:
    for topic in (MOMENTS, NUDGES):
        ends = [
            [site.ends[topic, n] for n in range(DEFAULT_PARTITIONS)] for site in (moved.before, moved.after)
        ]
        assert sum(ends[1]) - sum(ends[0]) <= COUPLES, topic


def test_a_token_opens_the_same_entries_as_before(moved: Moved) -> None:
    assert moved.entries
    assert moved.entries_after == moved.entries


def test_the_backup_holds_the_log_and_apart_from_it_the_keys(moved: Moved) -> None:
    keys, log = sorted(moved.backup.iterdir())
    with tarfile.open(log) as file:
        assert {name.split("/")[0] for name in file.getnames()} == {"data"}
    with tarfile.open(keys) as file:
        wanted = {f"secrets/{name}.key" for name in ("master", "token", "log", "vapid")}
        assert set(file.getnames()) == {"secrets", *wanted}
    assert {file.stat().st_mode & 0o077 for file in (keys, log)} == {0}


def test_a_site_is_not_overwritten_by_a_backup(moved: Moved, tmp_path: Path) -> None:
    (tmp_path / "kafka").mkdir()
    keys, log = sorted(moved.backup.iterdir())
    refused = run(tmp_path, "restore.sh", str(log), str(keys))

    assert refused.returncode == 1
    assert "There is a site in" in refused.stderr


def test_a_backup_of_no_site_is_refused(tmp_path: Path) -> None:
    refused = run(tmp_path, "backup.sh", str(tmp_path / "backup"))

    assert refused.returncode == 1
    assert "There is no site in" in refused.stderr
