"""A full disk ends a start with one sentence that says what to do."""

import contextlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from deploy.native.alone import running_redis
from deploy.native.places import ROOT
from tests.deploy.refusing import EVERYONE, LONGEST_START_S, refusal


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 40 MB, which only root can make."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = ["mount", "-t", "tmpfs", "-o", "size=40m", "attune-test", str(folder)]
    if os.getuid() != 0 or subprocess.run(mounted, check=False).returncode != 0:
        pytest.skip("a small disk can be mounted by root alone")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_disk_without_room_for_a_stack(small_disk: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "deploy.native", "up"],
        check=False,
        cwd=ROOT,
        env={**os.environ, "ATTUNE_RUN_DIR": str(small_disk), "ATTUNE_MODE": "native"},
        capture_output=True,
        text=True,
        timeout=LONGEST_START_S,
    )

    assert done.returncode == 1
    assert re.search(
        r"^Only \d+ MB are free in .*, 500 are needed: make room, or name another place in ATTUNE_RUN_DIR\.$",
        done.stdout,
        re.MULTILINE,
    )


@pytest.mark.parametrize("module", EVERYONE)
def test_a_redis_whose_disk_is_full(world: dict[str, str], small_disk: Path, module: str) -> None:
    with running_redis(small_disk) as process:
        client = redis.Redis.from_url(f"redis://{process.address}/0")
        until_full(small_disk)
        refused_to_write(client)
        said = refusal(module, world | {"ATTUNE_REDIS_URL": f"redis://{process.address}/0"})
        (small_disk / "filler").unlink()

    assert "Redis cannot write to its disk: make room there" in said


def until_full(folder: Path) -> None:
    with (folder / "filler").open("wb") as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(65536))
            file.flush()


def refused_to_write(client: redis.Redis) -> None:
    """Redis notices at its next write."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            client.set("key", bytes(100_000))
        except redis.ResponseError:
            return
        time.sleep(0.1)
    raise TimeoutError("Redis goes on writing to a full disk")
