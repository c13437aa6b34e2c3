"""The couple's own practices, as their stream decides about them."""

import msgspec
from checkin.rules.practising import MOST_EVER, MOST_PRACTICES, practice_id
from hypothesis import given
from hypothesis import strategies as st

from shared import topics
from shared.events.couple import PracticeAdded, PracticeRemoved
from shared.views.couple import PracticesView, PracticeView
from shared.views.person import OutcomesView
from tests.streams import Streams

ANA = topics.person("ana")


def add(streams: Streams, subject: str, nth: int = 1, person: str = "ana") -> str:
    """The id of the practice, if it is one."""
    event_id = f"adding {nth}"
    streams.write(subject, PracticeAdded(person, f"add {nth}", f"sealed {nth}"), event_id)
    return practice_id(event_id)


def remove(streams: Streams, subject: str, practice: str, person: str = "ana") -> None:
    streams.write(subject, PracticeRemoved(person, f"remove {practice}", practice))


def shown(streams: Streams, subject: str) -> list[PracticeView]:
    packed = streams.views.get(f"practices/{subject}")
    return [] if packed is None else list(msgspec.msgpack.decode(packed, type=PracticesView).practices)


def result(streams: Streams, subject: str, command: str) -> tuple[int, str | None]:
    views = streams.fold.show(subject, streams.states[subject], streams.now_ms)
    outcomes = msgspec.msgpack.decode(views[f"outcomes/{subject}"] or b"", type=OutcomesView).outcomes
    return outcomes[command].status, outcomes[command].error


def test_a_practice_is_shown_with_the_event_that_its_name_is_bound_to(streams: Streams) -> None:
    practice = add(streams, ANA)

    assert shown(streams, ANA) == [PracticeView(practice, "ana", "adding 1", "sealed 1")]


def test_either_member_takes_one_up_and_either_takes_it_away(streams: Streams) -> None:
    couple = topics.couple(streams.pair("ana", "bo"))
    first, second = add(streams, couple, 1, "ana"), add(streams, couple, 2, "bo")
    remove(streams, couple, first, "bo")

    assert [practice.id for practice in shown(streams, couple)] == [second]


def test_a_stranger_has_no_say(streams: Streams) -> None:
    couple = topics.couple(streams.pair("ana", "bo"))
    streams.register("eve")
    add(streams, couple, person="eve")

    assert shown(streams, couple) == []


def test_what_one_did_alone_is_not_the_couples(streams: Streams) -> None:
    add(streams, ANA)
    couple = topics.couple(streams.pair("ana", "bo"))

    assert shown(streams, couple) == []
    add(streams, ANA, 2)
    assert result(streams, ANA, "add 2") == (409, "agreed_elsewhere")


def test_what_is_not_there_cannot_be_taken_away(streams: Streams) -> None:
    practice = add(streams, ANA)
    remove(streams, ANA, practice)
    streams.write(ANA, PracticeRemoved("ana", "again", practice))

    assert result(streams, ANA, "again") == (404, "unknown_practice")
    assert shown(streams, ANA) == []


def test_there_are_so_many_at_once_and_so_many_ever(streams: Streams) -> None:
    for nth in range(MOST_PRACTICES + 1):
        add(streams, ANA, nth)
    one_too_many = result(streams, ANA, f"add {MOST_PRACTICES}")
    for nth in range(MOST_PRACTICES + 1, MOST_EVER + 2):
        remove(streams, ANA, shown(streams, ANA)[0].id)
        add(streams, ANA, nth)

    assert one_too_many == (409, "too_many_practices")
    assert result(streams, ANA, f"add {MOST_EVER + 1}") == (409, "too_many_practices_ever")
    assert len(shown(streams, ANA)) == MOST_PRACTICES - 1


def test_a_repeated_wish_makes_no_second_practice(streams: Streams) -> None:
    add(streams, ANA)

    assert streams.write(ANA, PracticeAdded("ana", "add 1", "sealed"), "adding 1") is None


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 30)), max_size=60))
def test_whatever_is_wished_there_are_never_too_many_and_none_stands_twice(
    wishes: list[tuple[bool, int]],
) -> None:
    streams = Streams()
    streams.register("ana")
    for wanted, nth in wishes:
        if wanted:
            add(streams, ANA, nth)
        else:
            remove(streams, ANA, practice_id(f"adding {nth}"))
        ids = [practice.id for practice in shown(streams, ANA)]
        assert len(set(ids)) == len(ids) <= MOST_PRACTICES
