"""A past for an empty site: only while no service runs."""

from collections.abc import Iterable, Mapping
from typing import Any

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import ConfigResource
from kafka.errors import KafkaError, KafkaTimeoutError
from kafka.structs import OffsetAndMetadata

from shared.faults import LogUnavailable
from shared.kafka.consuming import consumer_settings
from shared.kafka.group import MarkRefused
from shared.kafka.reach import Access, administered, reach, reached
from shared.records import Message, Partition


def set_topic(access: Access, topic: str, settings: Mapping[str, str]) -> None:
    """Change settings of a topic. Raises `ValueError` if Kafka refuses them."""

    def altered(admin: Any) -> str:
        done = admin.alter_configs([ConfigResource("topic", topic, dict(settings))], raise_on_unknown=False)
        return str(done["topic"][topic])

    result = administered(access, altered)
    if result != "OK":
        raise ValueError(f"Kafka refuses {dict(settings)} for {topic}: {result}")


def append_dated(access: Access, client_id: str, dated: Iterable[tuple[Message, int]]) -> list[int]:
    """Append records with instants of their own, for a topic under `CreateTime`; their offsets, in order."""
    producer = reached(
        lambda: KafkaProducer(
            **reach(access),
            client_id=client_id,
            acks="all",
            enable_idempotence=True,
            linger_ms=20,
        )
    )

    def acked() -> list[int]:
        sent = [
            producer.send(m.topic, partition=m.partition, key=m.key, value=m.value, timestamp_ms=at_ms)
            for m, at_ms in dated
        ]
        return [future.get(timeout=60).offset for future in sent]

    try:
        offsets: list[int] = reached(acked)
        return offsets
    finally:
        producer.close(timeout=10)


def set_marks(access: Access, group: str, marks: Mapping[Partition, int]) -> None:
    """Set the committed offsets of a group. Raises `MarkRefused` if it has members, or `LogUnavailable`."""
    offsets = {TopicPartition(*p): OffsetAndMetadata(offset, "", -1) for p, offset in marks.items()}
    settings = consumer_settings(access, f"{group}-marks")
    consumer = reached(lambda: KafkaConsumer(**settings, group_id=group))
    try:
        consumer.assign(list(offsets))
        consumer.commit(offsets, timeout_ms=30000)
    except KafkaTimeoutError as error:
        raise LogUnavailable(f"Kafka: {error}") from error
    except KafkaError as error:
        raise MarkRefused(str(error)) from error
    finally:
        consumer.close(autocommit=False, timeout_ms=5000)
