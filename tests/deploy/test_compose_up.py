"""The stack in containers, brought up, toured and taken down, where a Docker engine answers."""

import json
import re
import subprocess
import time
from collections.abc import Iterator

import pytest

from deploy import compose_mode
from deploy.native import ports as port_picking
from deploy.native.places import ROOT, RunDir
from deploy.native.ports import Ports
from tests.deploy.compose_file import read

COMPOSE = read()
OURS = ("checkin", "projector", "streaks", "notifier")
MIB = 1024 * 1024
LARGEST_IMAGE_ABOVE_ITS_BASE = 200 * MIB
MOST_MEMORY_WHEN_IDLE = 120 * MIB

pytestmark = [
    pytest.mark.timeout(600),
    pytest.mark.skipif(
        (why_not := compose_mode.why_not()) is not None,
        reason=f"{why_not}: the compose file was checked (test_compose), not run",
    ),
]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunDir]:
    """The running stack's run directory."""
    run_dir = RunDir(tmp_path_factory.mktemp("compose"))
    compose_mode.prepare(run_dir)
    if missing := images_that_cannot_be_had(run_dir):
        compose_mode.nuke(run_dir)
        pytest.skip(f"cannot be had here, so the compose file was checked, not run: {', '.join(missing)}")
    try:
        assert compose_mode.up(run_dir) == 0
        yield run_dir
    finally:
        compose_mode.nuke(run_dir)


def images_that_cannot_be_had(run_dir: RunDir) -> list[str]:
    """Of the images that come from elsewhere, those that are neither here nor in a registry."""
    used = docker_compose(run_dir, "config", "--images").split()
    built = {f"{name}" for name in used if name.startswith("attune-")}
    wanted = [name for name in used if name not in built]
    return [
        name
        for name in wanted
        if asked("docker", "image", "inspect", name).returncode != 0
        and asked("docker", "pull", "--quiet", name).returncode != 0
    ]


def asked(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, check=False, capture_output=True, text=True, timeout=180)


def docker_compose(run_dir: RunDir, *words: str) -> str:
    done = asked(*compose_mode.command(run_dir, *words))
    assert done.returncode == 0, done.stderr
    return done.stdout


def ports(run_dir: RunDir) -> Ports:
    found = port_picking.load(run_dir.ports)
    assert found is not None
    return found


def states(run_dir: RunDir) -> dict[str, str]:
    """Each container's health, "" where it has none."""
    form = "{{.Name}} {{.State}} {{.Health}}"
    lines = docker_compose(run_dir, "ps", "--format", form).splitlines()
    return {name: f"{state} {health}" for name, state, health in (line.split(" ") for line in lines)}


def test_everything_is_healthy(stack: RunDir) -> None:
    found = states(stack)

    assert set(found.values()) == {"running healthy"}
    assert len(found) == len([s for s in COMPOSE.services.values() if not s.is_job and not s.profiles])


def test_the_tour_goes_through(stack: RunDir) -> None:
    """The README's, with the addresses that `make urls` prints."""
    found = re.search(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert found is not None
    addresses = compose_mode.addresses(stack)
    script = re.sub(r"(?m)^base=.*$", f"base={addresses['checkin']}", found[1])
    script = re.sub(r"(?m)^receiver=.*$", f"receiver={addresses['receiver']}", script)
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=60, check=True)

    assert '"count":1' in done.stdout.replace(" ", "")
    nudge, code = json.loads(done.stdout[done.stdout.rindex('[{"at"') :])
    assert all(one["headers"]["webhook-signature"].startswith("v1,") for one in (nudge, code))


def test_prometheus_scrapes_every_service(stack: RunDir) -> None:
    query = f"http://127.0.0.1:{ports(stack).prometheus}/api/v1/query?query=up"

    def up() -> set[tuple[str, str]]:
        found = json.loads(asked("curl", "-s", query).stdout)["data"]["result"]
        return {(one["metric"]["service"], one["value"][1]) for one in found if "service" in one["metric"]}

    assert eventually(lambda: up() == {(name, "1") for name in OURS}), up()


def test_the_images_are_small(stack: RunDir) -> None:
    used = docker_compose(stack, "config", "--images").split()
    sizes = {name: int(asked("docker", "image", "inspect", "-f", "{{.Size}}", name).stdout) for name in used}
    base = min(size for name, size in sizes.items() if name.startswith("attune-"))

    assert (
        max(size - base for name, size in sizes.items() if "attune-" in name) < LARGEST_IMAGE_ABOVE_ITS_BASE
    )


def test_the_services_need_little_memory_when_idle(stack: RunDir) -> None:
    for service in OURS:
        container = docker_compose(stack, "ps", "--quiet", service).strip()
        used = asked("docker", "stats", "--no-stream", "--format", "{{.MemUsage}}", container).stdout
        amount, unit = re.findall(r"^([\d.]+)(\w+)", used)[0]
        assert unit == "MiB"
        assert float(amount) * MIB < MOST_MEMORY_WHEN_IDLE, service


def test_two_workers_of_one_service_share_its_partitions(stack: RunDir) -> None:
    docker_compose(stack, "up", "--detach", "--no-recreate", "--scale", "streaks=2", "--wait", "streaks")

    def owned() -> list[int]:
        workers = docker_compose(stack, "ps", "--quiet", "streaks").split()
        asking = ("python", "-c", _OWNED)
        return sorted(int(asked("docker", "exec", worker, *asking).stdout or -1) for worker in workers)

    assert eventually(lambda: owned() == [6, 6]), owned()
    docker_compose(stack, "up", "--detach", "--no-recreate", "--scale", "streaks=1", "--wait", "streaks")


_OWNED = """
import http.client, json
connection = http.client.HTTPConnection("127.0.0.1", 9100, timeout=3)
connection.request("GET", "/readyz")
print(len(json.load(connection.getresponse())["shards"]))
"""


def test_down_keeps_the_data_and_up_finds_it_again(stack: RunDir) -> None:
    assert compose_mode.down(stack) == 0
    assert states(stack) == {}
    assert compose_mode.up(stack) == 0

    assert '"created"' not in docker_compose(stack, "logs", "--no-log-prefix", "topics")
    assert "all topics are there" in docker_compose(stack, "logs", "--no-log-prefix", "topics")


def eventually(true: object, limit_s: float = 60) -> bool:
    assert callable(true)
    deadline = time.monotonic() + limit_s
    while not true() and time.monotonic() < deadline:
        time.sleep(1)
    return bool(true())
