"""`make up`, `down`, `urls`, `logs` and `nuke`: without Docker here, with it in `deploy.compose_mode`."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from deploy import compose_mode
from deploy.native import follow, pids, services, supervisor
from deploy.native import ports as port_picking
from deploy.native.follow import Followed
from deploy.native.keys import master_key_settings
from deploy.native.pids import Recorded
from deploy.native.places import ROOT, RunDir
from deploy.native.ports import Ports
from deploy.native.workers import NOTIFIER, STREAKS, Worker, workers

_STOP_GRACE_S = 60.0
_GLANCE_S = 0.1


def up(run_dir: RunDir) -> int:
    """Start everything and say where it is; say so if it is up already."""
    if is_up(run_dir):
        print("already up")
        return urls(run_dir)
    began = time.monotonic()
    if not comes_up(run_dir, _supervisor(run_dir) or start_supervisor(run_dir)):
        print(f"not up; all logs are in {run_dir.made('logs')}", file=sys.stderr)
        return 1
    print(f"\nup after {time.monotonic() - began:.0f} s\n")
    urls(run_dir)
    print(f"\ntry\n\n{compose_mode.TRY.format(**addresses(run_dir))}")
    return 0


def demo(run_dir: RunDir) -> int:
    """Start everything with a lived-in site: sixty days of couples. Refuses one with people in it."""
    down(run_dir)
    os.environ["ATTUNE_DEMO"] = "1"
    return up(run_dir)


def down(run_dir: RunDir) -> int:
    """Stop what `up` started, and nothing else."""
    if not stop_recorded(run_dir):
        print("nothing was up")
    return 0


def urls(run_dir: RunDir) -> int:
    """Print `name url` lines of what is up."""
    return compose_mode.show_urls(addresses(run_dir) if is_up(run_dir) else {})


def logs(run_dir: RunDir) -> int:
    """Follow all logs until interrupted."""
    with suppress(KeyboardInterrupt):
        follow.follow(run_dir.made("logs"))
    return 0


def nuke(run_dir: RunDir) -> int:
    """Stop everything and delete its data, its logs and its secrets."""
    down(run_dir)
    shutil.rmtree(run_dir.path, ignore_errors=True)
    return 0


def is_up(run_dir: RunDir) -> bool:
    """Whether a supervisor lives that has seen everything ready."""
    return run_dir.status.exists() and _supervisor(run_dir) is not None


def _supervisor(run_dir: RunDir) -> Recorded | None:
    recorded = {process.name: process for process in pids.recorded(run_dir.made("pids"))}
    return recorded.get(supervisor.NAME)


def start_supervisor(run_dir: RunDir) -> Recorded:
    """Start it detached, after what an earlier one may have left behind has been stopped."""
    stop_recorded(run_dir)
    run_dir.status.unlink(missing_ok=True)
    with run_dir.log(supervisor.NAME).open("wb") as log:
        child = subprocess.Popen(
            (sys.executable, "-m", "deploy.native.supervisor", str(run_dir.path)),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return pids.record(supervisor.NAME, child.pid, run_dir.pid_file(supervisor.NAME))


def comes_up(run_dir: RunDir, started: Recorded) -> bool:
    """Show what the supervisor says until everything is ready (True) or it has ended (False)."""
    said = Followed(run_dir.log(supervisor.NAME), 0)
    try:
        while True:
            alive, ready = started.is_alive(), run_dir.status.exists()
            for line in said.new_lines():
                print(line, flush=True)
            if ready or not alive:
                return ready and alive
            time.sleep(_GLANCE_S)
    except KeyboardInterrupt:
        down(run_dir)
        return False


def stop_recorded(run_dir: RunDir) -> bool:
    """Stop the recorded supervisor, which stops the rest, then what it has left. False: nothing ran."""
    folder = run_dir.made("pids")
    found = bool(pids.recorded(folder))
    if leader := _supervisor(run_dir):
        leader.stop(_STOP_GRACE_S)
    for left_behind in pids.recorded(folder):
        left_behind.stop(grace_s=5)
    shutil.rmtree(folder, ignore_errors=True)
    return found


def addresses(run_dir: RunDir) -> dict[str, str]:
    """Where each part answers."""
    ports = port_picking.load(run_dir.ports) or Ports()
    return {
        "checkin": f"http://127.0.0.1:{ports.checkin}",
        "receiver": f"http://127.0.0.1:{ports.receiver}",
        "prometheus": f"http://127.0.0.1:{ports.prometheus}",
        "dashboards": f"http://127.0.0.1:{ports.prometheus}/consoles/served.html",
        "kafka": f"127.0.0.1:{ports.kafka}",
        "redis": f"redis://127.0.0.1:{ports.redis}/0",
        **{worker.name: f"http://{worker.address}/readyz" for worker in _started(run_dir, ports)},
    }


def _started(run_dir: RunDir, ports: Ports) -> list[Worker]:
    """The workers that this stack was started with, dead or alive."""
    most = workers(ports, {STREAKS: "2", NOTIFIER: "2"})
    return [worker for worker in most if run_dir.pid_file(worker.name).exists()]


def ops(run_dir: RunDir, words: Sequence[str]) -> int:
    """`attune ops` with the addresses of this stack."""
    ports = port_picking.load(run_dir.ports) or Ports()
    own = [("checkin", f"127.0.0.1:{port}") for port in (ports.checkin_metrics, ports.checkin_metrics_b)]
    own += [(worker.service, worker.address) for worker in _started(run_dir, ports)]
    named = {"ATTUNE_SERVICES": ",".join(f"{service}={address}" for service, address in own)}
    # Only of a site that there is: nothing is drawn here.
    keys = master_key_settings(run_dir) if (run_dir.path / "secrets").exists() else {}
    env = services.everyones(ports) | named | keys | supervisor.settings_of_user(os.environ)
    command = (sys.executable, "-m", "cli.main", "ops", *words)
    return subprocess.run(
        command, check=False, cwd=ROOT, env={**os.environ, **env, "PYTHONTZPATH": ""}
    ).returncode


VERBS = {"up": up, "demo": demo, "down": down, "urls": urls, "logs": logs, "nuke": nuke}


def main(words: list[str]) -> int:
    run_dir = RunDir(Path(os.environ.get("ATTUNE_RUN_DIR") or ROOT / ".run"))
    mode = compose_mode.mode(run_dir)
    if mode not in ("native", "compose"):
        print(f"ATTUNE_MODE is {mode!r}; it must be native or compose", file=sys.stderr)
        return 2
    if words[:1] == ["ops"]:
        return (compose_mode.ops if mode == "compose" else ops)(run_dir, words[1:])
    if len(words) != 1 or words[0] not in VERBS:
        print(f"one of: {', '.join(VERBS)}, ops", file=sys.stderr)
        return 2
    return (compose_mode.VERBS if mode == "compose" else VERBS)[words[0]](run_dir)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
