"""Redis' memory, watched: nothing more is taken in before the folds would be hurt."""

import threading

import redis
import structlog
from redis.cluster import RedisCluster

from checkin.door import metrics
from shared.store import Client

FULL_SHARE = 0.95
_EVERY_S = 2.0

log = structlog.get_logger(__name__)


class Pressure:
    """Looks every two seconds, in a thread of its own, once started."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._share = 0.0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="pressure", daemon=True)

    @property
    def is_full(self) -> bool:
        """Whether new events would soon find no place in the views."""
        return self._share >= FULL_SHARE

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()

    def _watch(self) -> None:
        while not self._stopping.wait(_EVERY_S):
            try:
                share = used_share(self._client)
            except redis.RedisError:
                continue
            if (share >= FULL_SHARE) != self.is_full:
                log.warning("memory of Redis", share=round(share, 3), full=share >= FULL_SHARE)
            self._share = share
            metrics.redis_memory_share.set(share)


def used_share(client: Client) -> float:
    """The used share of maxmemory, of the fullest primary; 0 where there is no limit."""
    where = {"target_nodes": RedisCluster.PRIMARIES} if isinstance(client, RedisCluster) else {}
    found = client.info("memory", **where)
    nodes = [found] if "used_memory" in found else found.values()
    return max((n["used_memory"] / n["maxmemory"] for n in nodes if n["maxmemory"]), default=0.0)
