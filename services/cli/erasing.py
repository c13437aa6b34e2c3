"""Erasing somebody at their word, or once more after a restored backup has brought them back."""

import time
import uuid
from collections.abc import Mapping

from shared import days, env, topics
from shared.events import TYPE_NAMES, Event, encode
from shared.events.person import PersonErased
from shared.faults import LogUnavailable
from shared.kafka import SupervisedProducer
from shared.published import Published
from shared.records import Message
from shared.store import connect
from shared.topics import JOURNAL, shard_of
from shared.views import PROJECTOR

WAIT_S = 30.0


def erase_person(environ: Mapping[str, str], partitions: int, person: str, now_ms: int) -> None:
    """Write it to the person's stream and wait until their view is gone.

    Raises `ValueError` if there is nobody of this id, or if it is not folded in time.
    """
    subject = topics.person(person)
    cluster = env.text(environ, "ATTUNE_REDIS_CLUSTER", "0", ("0", "1")) == "1"
    published = Published(connect(env.secret(environ, "ATTUNE_REDIS_URL"), cluster=cluster), partitions)
    if _is_gone(published, subject):
        raise ValueError("There is nobody of this id, or nobody any more.")
    command = str(uuid.uuid4())  # noqa: TID251 a command is its own wiring
    data = PersonErased(command)
    event = Event(command, TYPE_NAMES[type(data)], "attune/ops", days.iso_instant(now_ms), subject, data)
    producer = SupervisedProducer(env.kafka(environ), "attune-ops", time.monotonic)
    try:
        message = Message(JOURNAL, shard_of(subject, partitions), subject.encode(), encode(event))
        if producer.publish([message], WAIT_S) == [None]:
            raise LogUnavailable("Kafka did not acknowledge in time; ask again.")
    finally:
        producer.close()
    until_s = time.monotonic() + WAIT_S
    while not _is_gone(published, subject):
        if time.monotonic() > until_s:
            raise ValueError("It is in the log, but not read yet: see attune ops doctor.")
        time.sleep(0.05)


def _is_gone(published: Published, subject: str) -> bool:
    return published.views([(PROJECTOR, subject, subject)]) == [None]
