"""What a person has switched off, as the fold keeps it."""

from checkin.rules.people import MOST_TOPIC_CHANGES

from shared import topics
from shared.events.person import TopicsChanged
from shared.views.person import TopicsView
from tests.streams import Streams

ANA = topics.person("ana")


def test_a_wish_is_shown_with_the_event_it_is_bound_to(streams: Streams) -> None:
    streams.write(ANA, TopicsChanged("2026-11-25", "sealed", "c"), "changing")

    assert streams.person_view("ana").topics == (TopicsView("2026-11-25", "changing", "sealed"),)
    assert streams.result("ana", "c") == (200, None)


def test_what_held_before_stays(streams: Streams) -> None:
    streams.write(ANA, TopicsChanged("2026-11-25", "first", "c1"))
    streams.write(ANA, TopicsChanged("2026-11-28", "second", "c2"))

    held = [(view.first, view.off) for view in streams.person_view("ana").topics]
    assert held == [("2026-11-25", "first"), ("2026-11-28", "second")]


def test_a_wish_replaces_what_would_have_held_from_its_day_on(streams: Streams) -> None:
    for nth, first in enumerate(["2026-11-25", "2026-11-27", "2026-11-26"]):
        streams.write(ANA, TopicsChanged(first, f"{nth}", f"c{nth}"))

    assert [view.off for view in streams.person_view("ana").topics] == ["0", "2"]


def test_a_repeated_wish_changes_nothing(streams: Streams) -> None:
    streams.write(ANA, TopicsChanged("2026-11-25", "sealed", "c"))

    assert streams.write(ANA, TopicsChanged("2026-11-26", "sealed", "c")) is None


def test_of_very_many_wishes_the_latest_are_kept(streams: Streams) -> None:
    for nth in range(MOST_TOPIC_CHANGES + 1):
        streams.write(ANA, TopicsChanged(f"2027-{1 + nth // 28:02}-{1 + nth % 28:02}", f"{nth}", f"c{nth}"))

    shown = streams.person_view("ana").topics
    assert (len(shown), shown[0].off, shown[-1].off) == (100, "1", "100")


def test_what_a_person_switches_off_crosses_to_nobody(streams: Streams) -> None:
    couple = topics.couple(streams.pair("ana", "bo"))
    before = streams.fold.show(couple, streams.states[couple], streams.now_ms)
    change = streams.write(ANA, TopicsChanged("2026-11-25", "sealed", "c"))

    assert change is not None
    assert list(change.outputs) == []
    assert streams.fold.show(couple, streams.states[couple], streams.now_ms) == before
    assert streams.person_view("bo").topics == ()
