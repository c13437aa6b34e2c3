"""What each worker says of itself on its own port: whether it is ready, and its figures."""

import http.client
import json
import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from prometheus_client.parser import text_string_to_metric_families

from shared import env

_TIMEOUT_S = 3.0


@dataclass(frozen=True)
class Figure:
    """One sample of a worker's /metrics."""

    name: str
    labels: dict[str, str]
    value: float


@dataclass(frozen=True)
class Worker:
    """`why_not` is None if it is ready, else a sentence."""

    service: str
    address: str
    why_not: str | None
    shards: list[int] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list, repr=False)


def addresses(environ: env.Environment) -> list[tuple[str, str]]:
    """The (service, host:port) pairs of `ATTUNE_SERVICES`; a host name stands for every address it has.

    Raises `env.BadSetting`.
    """
    pairs = [word.strip().partition("=") for word in env.text(environ, "ATTUNE_SERVICES").split(",")]
    bad = [service for service, _, address in pairs if not address.rpartition(":")[2].isdigit()]
    if bad:
        raise env.BadSetting("ATTUNE_SERVICES must be like streaks=127.0.0.1:9103,notifier=127.0.0.1:9104.")
    return [(service, one) for service, _, address in pairs for one in _resolved(address)]


def _resolved(address: str) -> Iterator[str]:
    host, _, port = address.rpartition(":")
    try:
        found = socket.getaddrinfo(host, int(port), socket.AF_INET, socket.SOCK_STREAM)
    except OSError:
        yield address
        return
    yield from sorted({f"{sockaddr[0]}:{port}" for *_, sockaddr in found})


def ask_all(pairs: Sequence[tuple[str, str]]) -> list[Worker]:
    """One line for each worker, whether it answers or not."""
    return [_ask(service, address) for service, address in pairs]


def _ask(service: str, address: str) -> Worker:
    try:
        ready = json.loads(_get(address, "/readyz"))
        figures = list(_figures(_get(address, "/metrics").decode()))
        return Worker(service, address, _why_not(ready), list(ready.get("shards", [])), figures)
    except (OSError, http.client.HTTPException) as error:
        return Worker(service, address, f"It does not answer ({error or type(error).__name__}).")
    except (ValueError, AttributeError):
        return Worker(service, address, "Something else answers there: mend ATTUNE_SERVICES.")


def _get(address: str, path: str) -> bytes:
    connection = http.client.HTTPConnection(address, timeout=_TIMEOUT_S)
    try:
        connection.request("GET", path)
        return connection.getresponse().read()
    finally:
        connection.close()


def _why_not(ready: dict[str, object]) -> str | None:
    """The sentence in what /readyz shows; the most telling one first."""
    if ready["ready"]:
        return None
    if isinstance(paused := ready.get("paused"), dict) and paused:
        return " ".join(f"Partition {shard} is paused: {reason}" for shard, reason in paused.items())
    if fault := ready.get("fault"):
        return str(fault)
    if isinstance(checks := ready.get("checks"), dict):
        return " ".join(problem for problem in checks.values() if problem != "ok")
    if behind := ready.get("behind"):
        return f"It has not caught up with partitions {behind}."
    return "It owns no partition yet."


def _figures(text: str) -> Iterator[Figure]:
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            yield Figure(sample.name, dict(sample.labels), sample.value)
