"""Rotating the master key of a site that runs: in its log, until its projector has read it."""

import time
from collections.abc import Callable, Mapping

from checkin.rules.projection import SOURCE

from cli.rotation import Append, Rotation, rotate
from shared import days, env
from shared.faults import LogUnavailable
from shared.kafka import Reader, SupervisedProducer
from shared.keys import Keys, message
from shared.master_key import read_sealer
from shared.store import ShardStore

_NAME = "attune-ops-keys"
_APPEND_S = 10.0
_SHOWN_S = 60.0
_POLL_S = 0.2

NowMs = Callable[[], int]


def rotate_site(
    environ: env.Environment, partitions: int, projector: ShardStore, now_ms: NowMs
) -> tuple[Rotation, bool]:
    """What was done, and whether the projector has read it. Raises `ValueError`, `LogUnavailable`."""
    sealer, access = read_sealer(environ), env.kafka(environ)
    reader, producer = Reader(access, _NAME), SupervisedProducer(access, _NAME, time.monotonic)
    try:
        keys = Keys(reader, range(partitions), time.monotonic)
        done = rotate(keys, _appending(producer, partitions, now_ms), sealer)
    finally:
        reader.close()
        producer.close()
    return done, _has_read(projector, partitions, now_ms)


def _appending(producer: SupervisedProducer, partitions: int, now_ms: NowMs) -> Append:
    def append(keys: Mapping[str, bytes | None]) -> None:
        at = days.iso_instant(now_ms())
        messages = [message(subject, wrapped, partitions, SOURCE, at) for subject, wrapped in keys.items()]
        if None in producer.publish(messages, _APPEND_S):
            raise LogUnavailable("Kafka did not acknowledge in time. Do it again: what is done stays done.")

    return append


def _has_read(projector: ShardStore, partitions: int, now_ms: NowMs) -> bool:
    """Whether every shard of the projector has read its log to the end as it is now, in time."""
    since_ms, until_s = now_ms(), time.monotonic() + _SHOWN_S
    while True:
        looks = projector.look_all([(shard, "", None, 0) for shard in range(partitions)])
        if all(int(look.meta.get("caught_up_at", 0)) >= since_ms for look in looks):
            return True
        if time.monotonic() > until_s:
            return False
        time.sleep(_POLL_S)
