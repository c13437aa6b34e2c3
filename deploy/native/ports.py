"""Ports: which are free, which were picked, and whose process holds one."""

import json
import os
import random
import socket
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path

# Below the range from which the kernel takes the ports of outgoing connections: one of those could sit on a
# service's port while the service is being restarted.
_SPARES = range(20_000, 32_000)
_LISTENING = "0A"


@dataclass(frozen=True)
class Ports:
    """Every port of a stack, all on loopback. The defaults are the wanted ones."""

    kafka: int = 9092
    controller: int = 9093
    redis: int = 6379
    checkin: int = 8080
    receiver: int = 8099
    prometheus: int = 9090
    checkin_metrics: int = 9101
    checkin_metrics_b: int = 9105
    projector_metrics: int = 9102
    streaks_metrics: int = 9103
    notifier_metrics: int = 9104
    streaks_metrics_b: int = 9106
    notifier_metrics_b: int = 9107

    @classmethod
    def spare(cls) -> "Ports":
        """Free ports away from the usual ones, for a stack beside others."""
        spares = shuffled_spares()
        return cls(**{field.name: free_port(spares) for field in fields(cls)})


def pick(wanted: Ports, is_free: Callable[[int], bool], spares: Iterator[int]) -> Ports:
    """The wanted ports, each one that is not free replaced by a spare that is."""
    chosen: dict[str, int] = {}
    for name, port in asdict(wanted).items():
        candidates = (p for p in _first(port, spares) if p not in chosen.values() and is_free(p))
        chosen[name] = next(candidates)
    return Ports(**chosen)


def _first(port: int, spares: Iterator[int]) -> Iterator[int]:
    yield port
    yield from spares


def shuffled_spares() -> Iterator[int]:
    """Ports to try, in random order, so that two starts at one time seldom try the same."""
    return iter(random.sample(_SPARES, len(_SPARES)))


def free_port(spares: Iterator[int] | None = None) -> int:
    """A free port away from the usual ones."""
    return next(port for port in spares or shuffled_spares() if is_free(port))


def is_free(port: int) -> bool:
    """Whether nobody listens on this port of the loopback address."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def load(file: Path) -> Ports | None:
    """The ports picked last time, None if there are none or they are of another form."""
    try:
        return Ports(**json.loads(file.read_text()))
    except (FileNotFoundError, TypeError, ValueError):
        return None


def save(ports: Ports, file: Path) -> None:
    file.write_text(json.dumps(asdict(ports), indent=2) + "\n")


def port_of(address: str) -> int:
    """The port in host:port."""
    return int(address.rpartition(":")[2])


def is_held_by_group(port: int, group: int) -> bool:
    """Whether a process of this process group listens on the port: that something answers is no proof."""
    sockets = {f"socket:[{inode}]" for inode in _listening_inodes(port)}
    return bool(sockets) and any(not sockets.isdisjoint(_open_files(pid)) for pid in _members(group))


def _listening_inodes(port: int) -> Iterator[str]:
    for table in ("tcp", "tcp6"):
        for line in Path("/proc/net", table).read_text().splitlines()[1:]:
            columns = line.split()
            local, state, inode = columns[1], columns[3], columns[9]
            if state == _LISTENING and int(local.rpartition(":")[2], 16) == port:
                yield inode


def _members(group: int) -> Iterator[int]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and _group_of(int(entry.name)) == group:
            yield int(entry.name)


def _group_of(pid: int) -> int | None:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return None


def _open_files(pid: int) -> Iterator[str]:
    try:
        for descriptor in Path(f"/proc/{pid}/fd").iterdir():
            yield str(descriptor.readlink())
    except OSError:
        return  # it ended, or closed the file, while we looked
