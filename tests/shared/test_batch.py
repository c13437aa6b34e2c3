"""A batch of one shard's records: which record an output is caused by, and so whether it is published yet."""

import msgspec
import pytest

from shared.batch import LATENESS_MS, Batch, Held, Moved
from shared.events import Event
from shared.events.couple import TimePassed
from shared.events.person import TokenRevoked
from shared.folding import Change, Output, Record
from shared.records import RawRecord
from shared.topics import JOURNAL, MOMENTS
from tests.people import ANA

TIME_MS = 1_800_000_000_000
BEFORE, NOW = 6, 7
"""Offsets: of the record that brought the time to where it is, and of the one that is read."""


class Overdue(msgspec.Struct):
    due_ms: int


class Rules:
    """A record finds out that something fell due at an instant, which time then says."""

    state_type = Overdue
    layout = 1

    def __init__(self, due_ms: int) -> None:
        self.due_ms = due_ms

    def fold(self, subject: str, state: Overdue | None, record: Record) -> Change[Overdue]:
        return Change(Overdue(self.due_ms), self.due_ms)

    def advance(self, subject: str, state: Overdue, until_ms: int) -> Change[Overdue]:
        said = Event("said", "time.passed", "test", "", subject, TimePassed())
        return Change(state, None, [Output(MOMENTS, said, state.due_ms)])

    def show(self, subject: str, state: Overdue, now_ms: int) -> dict[str, bytes | None]:
        return {}


def read(due_ms: int, after_ms: int, mark: int) -> list[tuple[str | None, int]]:
    """What a batch of one record publishes, by its cause; the time was at `TIME_MS`, the mark is this."""
    batch = Batch(
        Rules(due_ms), JOURNAL, 1, {ANA.subject: Held(None, None)}, Moved(TIME_MS, BEFORE), {JOURNAL: mark}
    )
    event = Event("one", "token.revoked", "test", "", ANA.subject, TokenRevoked("token"))
    batch.add(RawRecord(JOURNAL, 0, NOW, TIME_MS + after_ms + LATENESS_MS, None, b""), event)
    batch.pass_time(())
    return [(output.cause_topic, output.cause_offset) for output in batch.outputs]


@pytest.mark.parametrize("after_ms", [-LATENESS_MS, 0, 1_000])
def test_what_a_record_finds_to_be_overdue_is_caused_by_that_record(after_ms: int) -> None:
    """All that the record before it caused is published: what is found only now is not."""
    assert read(TIME_MS - 60_000, after_ms, mark=NOW) == [(JOURNAL, NOW)]


def test_what_was_found_to_be_overdue_is_not_published_again() -> None:
    assert read(TIME_MS - 60_000, 1_000, mark=NOW + 1) == []
