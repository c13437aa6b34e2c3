"""The topics: made on purpose, and checked at each start."""

import contextlib
from collections.abc import Mapping
from typing import Any

from kafka.errors import TopicAlreadyExistsError

from shared.kafka.reach import Access, administered
from shared.topics import TOPIC_SETTINGS


def make_topics(access: Access, partitions: int, replication: int = 1) -> list[str]:
    """Create what is missing; the names made. Raises `ValueError` if one has another number of partitions."""

    def made(admin: Any) -> list[str]:
        found = _partition_counts(admin)
        _refuse_another_number(found, partitions)
        missing = {
            name: {"num_partitions": partitions, "replication_factor": replication, "configs": settings}
            for name, settings in TOPIC_SETTINGS.items()
            if name not in found
        }
        if missing:
            with contextlib.suppress(TopicAlreadyExistsError):
                admin.create_topics(missing, timeout_ms=15000)
            admin.wait_for_topics(list(missing), timeout_ms=15000)
        return sorted(missing)

    result: list[str] = administered(access, made)
    return result


def refuse_unfit_topics(access: Access, partitions: int) -> None:
    """Raise `ValueError`, a sentence, unless every topic is there with this number of partitions."""
    found: dict[str, int] = administered(access, _partition_counts)
    missing = [name for name in TOPIC_SETTINGS if name not in found]
    if missing:
        raise ValueError(f"Kafka has no topic {', '.join(missing)}: make them with attune ops setup.")
    _refuse_another_number(found, partitions)


def _partition_counts(admin: Any) -> dict[str, int]:
    return {topic["name"]: len(topic["partitions"]) for topic in admin.describe_topics()}


def _refuse_another_number(found: Mapping[str, int], partitions: int) -> None:
    for name in TOPIC_SETTINGS:
        count = found.get(name, partitions)
        if count != partitions:
            raise ValueError(
                f"{name} has {count} partitions and ATTUNE_PARTITIONS is {partitions}. "
                f"The number is fixed when a site is made: set ATTUNE_PARTITIONS={count}."
            )
