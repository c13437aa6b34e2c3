"""The settings of a consumer, and its records as the rest of Attune knows them."""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.kafka.reach import RECONNECT_MS, Access, reach
from shared.records import Partition, RawRecord


def consumer_settings(access: Access, client_id: str) -> dict[str, Any]:
    return {
        **reach(access),
        "client_id": client_id,
        "enable_auto_commit": False,
        "auto_offset_reset": "earliest",
        "fetch_max_wait_ms": 100,
        "max_partition_fetch_bytes": 1048576,
        "request_timeout_ms": 20000,
        "bootstrap_timeout_ms": 5000,
        "reconnect_backoff_max_ms": RECONNECT_MS,
        "check_crcs": True,
        "allow_auto_create_topics": False,
        "metrics_enabled": False,
    }


def as_records(polled: Mapping[Any, Sequence[Any]]) -> dict[Partition, list[RawRecord]]:
    return {
        (tp.topic, tp.partition): [
            RawRecord(r.topic, r.partition, r.offset, r.timestamp, r.key, r.value, r.headers) for r in batch
        ]
        for tp, batch in polled.items()
    }
