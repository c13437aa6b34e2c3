"""Accepting events: acknowledged by the broker, marked, and only then answered."""

from collections.abc import Iterator, Sequence

import pytest
from checkin.door.accept import Acceptance
from checkin.door.front import Mark

from shared.events import Event
from shared.events.person import TokenRevoked
from shared.faults import LogUnavailable
from shared.records import Message
from shared.topics import JOURNAL, shard_of
from tests.people import ANA

MARK = Mark(ANA.id, "key", b"first answer")


class Broker:
    """Acknowledges what it is given, unless it is `away`."""

    def __init__(self) -> None:
        self.log: list[Message] = []
        self.away = False

    def publish(self, batch: Sequence[Message], timeout_s: float) -> list[int | None]:
        if self.away:
            return [None] * len(batch)
        self.log += batch
        return list(range(len(self.log) - len(batch), len(self.log)))


@pytest.fixture
def broker() -> Broker:
    return Broker()


@pytest.fixture
def kept() -> list[Mark]:
    return []


@pytest.fixture
def acceptance(broker: Broker, kept: list[Mark]) -> Iterator[Acceptance]:
    made = Acceptance(broker, 12, kept.extend)
    made.lots.start()
    yield made
    made.lots.close()


def event() -> Event:
    return Event("1", "token.revoked", "test", "", ANA.subject, TokenRevoked("t"))


def test_an_event_is_appended_to_its_subjects_shard_under_its_subject(
    acceptance: Acceptance, broker: Broker
) -> None:
    offset = acceptance.append(JOURNAL, event())

    (message,) = broker.log
    where = (message.topic, message.partition, message.key)
    assert (offset, where) == (0, (JOURNAL, shard_of(ANA.subject, 12), ANA.subject.encode()))


def test_the_mark_is_kept_before_the_answer_is_given(acceptance: Acceptance, kept: list[Mark]) -> None:
    acceptance.append(JOURNAL, event(), MARK)

    assert kept == [MARK]


def test_what_the_broker_does_not_acknowledge_is_refused_and_leaves_no_mark(
    acceptance: Acceptance, broker: Broker, kept: list[Mark]
) -> None:
    broker.away = True

    with pytest.raises(LogUnavailable):
        acceptance.append(JOURNAL, event(), MARK)
    assert kept == []
