"""The workers of projector, streaks and notifier: how many of each, and where each one answers."""

from collections.abc import Mapping
from typing import NamedTuple

from deploy.native.ports import Ports
from deploy.native.process import StartFailed
from shared import env

STREAKS, NOTIFIER = "ATTUNE_STREAKS_WORKERS", "ATTUNE_NOTIFIER_WORKERS"


class Worker(NamedTuple):
    """A process; `instance` tells the workers of one service apart, and stays when one is restarted."""

    service: str
    instance: int
    port: int

    @property
    def name(self) -> str:
        """The service's own for the first, then `streaks-1`."""
        return self.service if self.instance == 0 else f"{self.service}-{self.instance}"

    @property
    def address(self) -> str:
        """Where it answers /metrics, /livez and /readyz: host:port."""
        return f"127.0.0.1:{self.port}"


def workers(ports: Ports, settings: Mapping[str, str]) -> list[Worker]:
    """One each, or two where the settings say so. Raises `StartFailed` if they say anything else."""
    return [
        Worker("projector", 0, ports.projector_metrics),
        *_of("streaks", (ports.streaks_metrics, ports.streaks_metrics_b), settings, STREAKS),
        *_of("notifier", (ports.notifier_metrics, ports.notifier_metrics_b), settings, NOTIFIER),
    ]


def _of(service: str, ports: tuple[int, ...], settings: Mapping[str, str], name: str) -> list[Worker]:
    try:
        count = env.number(settings, name, 1, most=len(ports))
    except env.BadSetting as error:
        raise StartFailed(f"{error} More than that are for several machines, or for Docker.") from error
    return [Worker(service, instance, port) for instance, port in enumerate(ports[:count])]
