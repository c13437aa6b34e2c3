"""`make up`, `down`, `urls`, `logs`, `nuke` and `ops` with Docker: the compose file, its keys and its ports.

The run directory holds what tells two stacks of one machine apart: `compose.env`, the ports and the keys. The
data is in volumes that are named for the run directory. Only the standard library is needed:
`python3 -m deploy.compose_mode prepare` makes these files for somebody who runs `docker compose` by hand.
"""

import os
import shutil
import subprocess
import sys
import time
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from deploy.native import keys
from deploy.native import ports as port_picking
from deploy.native.places import DEPLOY, ROOT, RunDir, settings_in
from deploy.native.ports import Ports, port_of

_FILE = DEPLOY / "docker-compose.yml"
_READY_WITHIN_S = 120
_KEYS = ("master", "token", "vapid", "log")
_OURS = ("checkin", "projector", "streaks", "notifier")
_ATTUNE_OPS = ("python", "-m", "cli.main", "ops")
TRY = """curl -s -X POST {checkin}/v1/people -H 'Content-Type: application/json' \\
     -d '{{"name":"Ana","zone":"Europe/Paris","day_start":"03:00","language":"en"}}'"""
_FINE = (["running", "healthy", "0"], ["exited", "", "0"])
# Nobody's on the host: where root starts the stack, this is who runs in the containers and owns the keys.
_NOBODYS_ID = 10001


def mode(run_dir: RunDir) -> str:
    """`compose` or `native`: what the user chose, else what holds the data, else what can be had here."""
    chosen = os.environ.get("ATTUNE_MODE") or settings_in(DEPLOY / ".env").get("ATTUNE_MODE")
    if chosen:
        return chosen
    if is_used(run_dir) or (run_dir.path / "kafka").exists():
        return "compose" if is_used(run_dir) else "native"
    return "native" if why_not() else "compose"


def why_not() -> str | None:
    """Why Docker cannot be used here, as a sentence; None if it can."""
    for words, sentence in (
        (("docker", "version"), "no Docker engine answers"),
        (("docker", "compose", "version"), "Docker has no compose plug-in"),
    ):
        try:
            done = subprocess.run(words, check=False, capture_output=True, timeout=10)
        except (OSError, subprocess.TimeoutExpired):
            return sentence
        if done.returncode != 0:
            return sentence
    return None


def is_used(run_dir: RunDir) -> bool:
    """Whether this run directory is of a stack in containers."""
    return env_file(run_dir).exists()


def is_up(run_dir: RunDir) -> bool:
    """Whether its API's container runs."""
    return is_used(run_dir) and bool(_asked(run_dir, "ps", "--quiet", "--status", "running", "checkin"))


def up(run_dir: RunDir) -> int:
    """Build what has changed, start everything, return when it is healthy or will not be; 0: it is."""
    if (reason := why_not()) is not None:
        print(f"{reason}: start one, or set ATTUNE_MODE=native", file=sys.stderr)
        return 2
    prepare(run_dir)
    began = time.monotonic()
    waiting = ("--wait", "--wait-timeout", str(_READY_WITHIN_S))
    if _compose(run_dir, "up", "--detach", "--build", "--remove-orphans", *waiting) != 0:
        _say_what_is_wrong(run_dir)
        return 1
    print(f"\nup after {time.monotonic() - began:.0f} s\n")
    urls(run_dir)
    print(f"\ntry\n\n{TRY.format(**addresses(run_dir))}")
    return 0


def demo(run_dir: RunDir) -> int:
    """Start everything with a lived-in site: sixty days of couples. Refuses one with people in it."""
    prepare(run_dir)
    _compose(run_dir, "stop", *_OURS)
    written = _compose(run_dir, "run", "--rm", "--build", "checkin", *_ATTUNE_OPS, "demo")
    return up(run_dir) if written == 0 else written


def urls(run_dir: RunDir) -> int:
    """Print `name url` lines of what is up."""
    return show_urls(addresses(run_dir) if is_up(run_dir) else {})


def show_urls(found: Mapping[str, str]) -> int:
    """Print these as `name url` lines; 1 if there are none, for nothing is up."""
    if not found:
        print("nothing is up: make up", file=sys.stderr)
        return 1
    for name, url in found.items():
        print(name, url)
    return 0


def down(run_dir: RunDir) -> int:
    """Remove the containers; the data stays in its volumes."""
    return _compose(run_dir, "down", "--remove-orphans")


def nuke(run_dir: RunDir) -> int:
    """Remove the containers, the data, the logs and the keys."""
    code = _compose(run_dir, "down", "--remove-orphans", "--volumes")
    if code == 0:
        shutil.rmtree(run_dir.path, ignore_errors=True)
    return code


def logs(run_dir: RunDir) -> int:
    """Follow all logs until interrupted."""
    return _compose(run_dir, "logs", "--follow", "--tail", "20")


def ops(run_dir: RunDir, words: Sequence[str]) -> int:
    """`attune ops` inside the stack."""
    terminal = () if sys.stdin.isatty() else ("--no-TTY",)
    return _compose(run_dir, "exec", *terminal, "checkin", *_ATTUNE_OPS, *words)


def addresses(run_dir: RunDir) -> dict[str, str]:
    """Where each part answers. Kafka and Redis are reached by the containers alone."""
    ports = port_picking.load(run_dir.ports) or Ports()
    return {
        "checkin": f"http://127.0.0.1:{ports.checkin}",
        # The same name inside: what somebody registers as a webhook from here, the notifier finds there.
        "receiver": f"http://receiver.localhost:{ports.receiver}",
        "prometheus": f"http://127.0.0.1:{ports.prometheus}",
        "dashboards": f"http://127.0.0.1:{ports.prometheus}/consoles/served.html",
    }


def env_file(run_dir: RunDir) -> Path:
    """What tells this stack from another, for `docker compose --env-file`."""
    return run_dir.path / "compose.env"


def prepare(run_dir: RunDir) -> None:
    """Draw the keys that are not there and write down who owns them, the ports and the name of the stack."""
    owner, group = _container_ids()
    for name in _KEYS:
        _give(keys.key_file(run_dir, name), owner, group)
    # Compose mounts no file that is not there; an empty one stands for no key.
    previous = run_dir.made("secrets", mode=0o700) / "master.previous.key"
    previous.touch(mode=0o600)
    _give(previous, owner, group)
    ports = _picked_ports(run_dir)
    settings = {
        "COMPOSE_PROJECT_NAME": f"attune-{zlib.crc32(str(run_dir.path.resolve()).encode()):08x}",
        "ATTUNE_UID": owner,
        "ATTUNE_GID": group,
        "ATTUNE_SECRETS": run_dir.made("secrets").resolve(),
        "ATTUNE_BIND": f"127.0.0.1:{ports.checkin}",
        "ATTUNE_RECEIVER_PORT": ports.receiver,
        "ATTUNE_PROMETHEUS_PORT": ports.prometheus,
    }
    if (restored := run_dir.path / "cluster-id").exists():
        settings["ATTUNE_CLUSTER_ID"] = restored.read_text()
    env_file(run_dir).write_text("".join(f"{name}={value}\n" for name, value in settings.items()))


def _container_ids() -> tuple[int, int]:
    """Who starts the stack, so that the files are theirs; never root."""
    return (os.getuid(), os.getgid()) if os.getuid() != 0 else (_NOBODYS_ID, _NOBODYS_ID)


def _give(file: Path, owner: int, group: int) -> None:
    """Compose mounts a secret with the owner and the mode that its file has on the host."""
    if os.getuid() == 0:
        os.chown(file, owner, group)


def _picked_ports(run_dir: RunDir) -> Ports:
    """Last time's ports while the stack is up, else those of them that are free."""
    wanted = port_picking.load(run_dir.ports) or Ports()
    if is_up(run_dir):
        return wanted
    ports = port_picking.pick(wanted, port_picking.is_free, port_picking.shuffled_spares())
    if bind := os.environ.get("ATTUNE_BIND") or settings_in(DEPLOY / ".env").get("ATTUNE_BIND"):
        ports = replace(ports, checkin=port_of(bind))
    port_picking.save(ports, run_dir.ports)
    return ports


def command(run_dir: RunDir, *words: str) -> tuple[str, ...]:
    """`docker compose` for this stack, with these words."""
    # The later file wins, and the environment over both.
    files = [file for file in (env_file(run_dir), DEPLOY / ".env") if file.exists()]
    named = (word for file in files for word in ("--env-file", str(file)))
    return ("docker", "compose", *named, "--file", str(_FILE), *words)


def _compose(run_dir: RunDir, *words: str) -> int:
    try:
        return subprocess.run(command(run_dir, *words), check=False, cwd=ROOT).returncode
    except KeyboardInterrupt:
        return 130


def _asked(run_dir: RunDir, *words: str) -> str:
    done = subprocess.run(
        command(run_dir, *words), check=False, cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    return done.stdout.strip()


def _say_what_is_wrong(run_dir: RunDir) -> None:
    """The last words of each service that is not as it should be."""
    form = "{{.Service}} {{.State}} {{.Health}} {{.ExitCode}}"
    for line in _asked(run_dir, "ps", "--all", "--format", form).splitlines():
        service, state, *_ = line.split(" ")
        if line.split(" ")[1:] not in _FINE:
            print(f"\n{service} is {state}; its last words:", file=sys.stderr)
            print(_asked(run_dir, "logs", "--no-log-prefix", "--tail", "5", service), file=sys.stderr)


VERBS = {"up": up, "demo": demo, "down": down, "urls": urls, "logs": logs, "nuke": nuke}


def main(words: list[str]) -> int:
    run_dir = RunDir(Path(os.environ.get("ATTUNE_RUN_DIR") or ROOT / ".run"))
    if words == ["prepare"]:
        prepare(run_dir)
    elif words == ["mode"]:
        print(mode(run_dir))
    else:
        print("one of: prepare, mode", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
