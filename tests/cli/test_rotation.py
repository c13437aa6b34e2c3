"""Rotating the master key: every living person's key is wrapped anew, and nobody's who was erased, ever."""

from collections.abc import Mapping
from contextlib import suppress

import pytest
from cli.rotation import LOT, Rotation, rotate, why_previous_is_needed
from hypothesis import given
from hypothesis import strategies as st

from shared import topics
from shared.events import decode
from shared.keys import Keys
from shared.sealing import CannotOpen, Sealer
from shared.topics import MASTER_KEY
from tests.key_topic import PARTITIONS, KeyTopic

OLD, NEW, OTHER = (Sealer(bytes([n]) * 32) for n in (1, 2, 3))
BOTH = Sealer(b"\2" * 32, b"\1" * 32)
EVENT = "event"


class Interrupted(Exception):
    """The operator's machine dies here."""


def person(number: int) -> str:
    return topics.person(f"0190a000-0000-7000-8000-{number:012}")


def of_people(count: int, sealer: Sealer = OLD) -> KeyTopic:
    """The topic of a site with so many people, from the first on."""
    topic = KeyTopic()
    for number in range(count):
        register(topic, number, sealer)
    return topic


def register(topic: KeyTopic, number: int, sealer: Sealer = OLD) -> None:
    topic.put(person(number), sealer.new_key(topics.id_of(person(number))))


def rotated(topic: KeyTopic, sealer: Sealer = BOTH) -> Rotation:
    return rotate(Keys(topic, range(PARTITIONS), lambda: 0.0), topic.append, sealer)


def last(topic: KeyTopic, number: int) -> bytes | None:
    """The key that stands last in the log for this person."""
    values = [raw.value for raw in topic.records if raw.key == person(number).encode()]
    return None if values[-1] is None else decode(values[-1]).data.wrapped


def opens(topic: KeyTopic, number: int, sealer: Sealer) -> bool:
    wrapped = last(topic, number)
    assert wrapped is not None
    try:
        sealer.seal(topics.id_of(person(number)), wrapped, EVENT, "note", "")
    except CannotOpen:
        return False
    return True


class Meanwhile:
    """A site where, right before a record is appended, others come, are erased, or all of it dies."""

    def __init__(self, happening: list[tuple[str, int]]) -> None:
        self.topic = of_people(6)
        self.living = set(range(6))
        self._left = list(happening)

    def erase(self, number: int) -> None:
        self.living.discard(number)
        self.topic.put(person(number), None)

    def append(self, keys: Mapping[str, bytes | None]) -> None:
        for subject, wrapped in keys.items():
            self._happen()
            self.topic.put(subject, wrapped)

    def _happen(self) -> None:
        what, number = self._left.pop(0) if self._left else ("", 0)
        if what == "erase":
            self.erase(number)
        elif what == "register":
            register(self.topic, 10 + number, NEW)
            self.living.add(10 + number)
        elif what == "die":
            raise Interrupted

    def rotated(self) -> Rotation:
        """What is said by the first rotation that does not die."""
        while True:
            with suppress(Interrupted):
                return rotate(Keys(self.topic, range(PARTITIONS), lambda: 0.0), self.append, BOTH)


def test_every_key_is_wrapped_anew_and_stays_the_same_data_key() -> None:
    topic = of_people(LOT + 3)
    before = last(topic, 7)
    assert before is not None
    sealed = OLD.seal(topics.id_of(person(7)), before, EVENT, "note", "From before.")

    assert rotated(topic) == Rotation(rewrapped=LOT + 3, current=0, erased=0, unopened=0)
    assert all(opens(topic, number, NEW) for number in range(LOT + 3))
    after = last(topic, 7)
    assert after is not None
    assert NEW.open(topics.id_of(person(7)), after, EVENT, "note", sealed) == "From before."


def test_a_second_time_there_is_nothing_to_do() -> None:
    topic = of_people(5)
    rotated(topic)
    written = len(topic.records)

    assert rotated(topic) == rotated(topic, NEW) == Rotation(rewrapped=0, current=5, erased=0, unopened=0)
    assert len(topic.records) == written


def test_only_the_latest_key_of_a_person_counts() -> None:
    topic = of_people(1)
    register(topic, 0, NEW)

    assert rotated(topic) == Rotation(rewrapped=0, current=1, erased=0, unopened=0)


def test_who_was_erased_gets_no_key() -> None:
    topic = of_people(3)
    topic.put(person(1), None)

    assert rotated(topic) == Rotation(rewrapped=2, current=0, erased=1, unopened=0)
    assert last(topic, 1) is None


def test_who_is_erased_after_the_first_reading_gets_no_key() -> None:
    """The second lot's people are looked at again right before it is appended."""
    topic = of_people(LOT + 1)
    gone = LOT
    topic.meanwhile = lambda: topic.put(person(gone), None)
    rotated(topic)

    after = [raw.value for raw in topic.records if raw.key == person(gone).encode()][1:]
    assert after
    assert set(after) == {None}


def test_who_is_erased_between_the_last_look_and_the_append_is_ended_again() -> None:
    topic = of_people(2)
    erasures = iter([1])

    def meanwhile() -> None:
        for number in erasures:
            topic.put(person(number), None)

    topic.meanwhile = meanwhile

    assert rotated(topic) == Rotation(rewrapped=1, current=0, erased=1, unopened=0)
    assert last(topic, 1) is None


def test_what_an_interrupted_rotation_left_after_a_tombstone_is_ended_by_the_next() -> None:
    topic = of_people(2)
    topic.put(person(1), None)
    register(topic, 1, NEW)

    assert rotated(topic) == Rotation(rewrapped=1, current=0, erased=1, unopened=0)
    assert last(topic, 1) is None


def test_who_registers_meanwhile_is_current_already() -> None:
    site = Meanwhile([("register", 0)])

    assert site.rotated() == Rotation(rewrapped=6, current=1, erased=0, unopened=0)


def test_who_registers_meanwhile_where_the_previous_key_is_still_in_use_is_not_left_out() -> None:
    topic, newcomers = of_people(1), iter([1])

    def meanwhile() -> None:
        for number in newcomers:
            register(topic, number, OLD)

    topic.meanwhile = meanwhile

    assert rotated(topic).rewrapped == 2


def test_a_key_of_another_master_key_is_left_alone_and_counted() -> None:
    topic = of_people(2)
    register(topic, 2, OTHER)
    foreign = last(topic, 2)
    done = rotated(topic)

    assert done == Rotation(rewrapped=2, current=0, erased=0, unopened=1)
    assert last(topic, 2) == foreign
    assert (why_previous_is_needed(done, has_read=True) or "").startswith("1 keys open with neither")


def test_without_the_previous_key_nothing_is_written() -> None:
    topic = of_people(3)

    assert rotated(topic, NEW) == Rotation(rewrapped=0, current=0, erased=0, unopened=3)
    assert len(topic.records) == 3


def test_the_sites_own_record_is_wrapped_anew_after_all_others() -> None:
    topic = of_people(LOT + 1)
    topic.put(MASTER_KEY, OLD.new_key(topics.id_of(MASTER_KEY)))

    assert rotated(topic).rewrapped == LOT + 1
    assert topic.records[-1].key == MASTER_KEY.encode()
    assert NEW.opens(topics.id_of(MASTER_KEY), decode(topic.records[-1].value).data.wrapped)


def test_the_sites_own_record_stays_while_a_key_opens_with_neither() -> None:
    topic = of_people(1)
    topic.put(MASTER_KEY, OLD.new_key(topics.id_of(MASTER_KEY)))
    register(topic, 1, OTHER)
    rotated(topic)

    assert [raw.key for raw in topic.records].count(MASTER_KEY.encode()) == 1


def test_the_previous_key_can_go_when_all_is_done_and_read() -> None:
    done = Rotation(rewrapped=2, current=1, erased=1, unopened=0)

    assert why_previous_is_needed(done, has_read=True) is None
    assert "projector" in (why_previous_is_needed(done, has_read=False) or "")


@pytest.mark.parametrize("value", [b"", b"{}", b'{"id":"1"}', b"\xff"])
def test_what_is_no_key_is_passed_over(value: bytes) -> None:
    topic = of_people(1)
    topic.records.append(topic.records[0]._replace(offset=1, value=value))

    assert rotated(topic).rewrapped == 1


numbers = st.integers(0, 5)
happenings = st.lists(st.tuples(st.sampled_from(["erase", "register", "die"]), numbers), max_size=8)


@given(st.lists(numbers, max_size=6), happenings)
def test_whatever_happens_meanwhile_the_living_are_current_and_the_erased_have_no_key(
    erased_before: list[int], happening: list[tuple[str, int]]
) -> None:
    site = Meanwhile(happening)
    for number in erased_before:
        site.erase(number)
    done = site.rotated()

    assert all(opens(site.topic, number, NEW) for number in site.living)
    assert all(last(site.topic, number) is None for number in set(range(6)) - site.living)
    assert done.rewrapped + done.current == len(site.living)
