"""A month's answers, as the fold keeps and shows them."""

import msgspec
from checkin.rules.people import MOST_PULSE_MONTHS

from shared import topics
from shared.events.person import CoupleLeft, PulseAnswered
from shared.views.person import PulseMonth, PulseView
from tests.streams import Streams

ANA = topics.person("ana")


def shown(streams: Streams, name: str = "pulse") -> list[PulseMonth]:
    views = streams.fold.show(ANA, streams.states[ANA], streams.now_ms)
    packed = views.get(f"{name}/{ANA}")
    return [] if packed is None else list(msgspec.msgpack.decode(packed, type=PulseView).months)


def tell(streams: Streams, month: str, *, shared: bool = False, nth: int = 1) -> None:
    streams.write(ANA, PulseAnswered(month, f"{month} {nth}", shared, f"{month} {nth}"), f"event {nth}")


def test_an_answer_is_shown_with_the_event_it_is_bound_to(streams: Streams) -> None:
    tell(streams, "2026-11")

    assert shown(streams) == [PulseMonth("2026-11", "event 1", "2026-11 1")]
    assert streams.result("ana", "2026-11 1") == (200, None)


def test_an_answer_in_the_same_month_takes_the_place_of_the_first(streams: Streams) -> None:
    tell(streams, "2026-10")
    tell(streams, "2026-11")
    tell(streams, "2026-11", nth=2)

    assert [month.answers for month in shown(streams)] == ["2026-10 1", "2026-11 2"]


def test_only_what_is_shared_is_in_the_view_for_the_partner(streams: Streams) -> None:
    streams.pair("ana", "bo")
    tell(streams, "2026-10", shared=True)
    tell(streams, "2026-11")

    assert [month.month for month in shown(streams, "pulse-shared")] == ["2026-10"]


def test_what_is_shared_and_then_kept_to_oneself_is_gone_from_the_partners_view(streams: Streams) -> None:
    streams.pair("ana", "bo")
    tell(streams, "2026-11", shared=True)
    tell(streams, "2026-11", nth=2)

    views = streams.fold.show(ANA, streams.states[ANA], streams.now_ms)
    assert views[f"pulse-shared/{ANA}"] is None


def test_somebody_alone_has_nobody_to_share_with(streams: Streams) -> None:
    tell(streams, "2026-11", shared=True)

    assert shown(streams) == []
    assert streams.result("ana", "2026-11 1") == (409, "nobody_to_share_with")


def test_what_was_shared_with_one_partner_is_not_shared_with_the_next(streams: Streams) -> None:
    streams.register("chi")
    streams.pair("ana", "bo")
    tell(streams, "2026-11", shared=True)
    streams.write(ANA, CoupleLeft("leaving"))
    streams.settle()
    alone = shown(streams, "pulse-shared")
    streams.pair("chi", "ana")

    assert alone == shown(streams, "pulse-shared") == []
    assert len(shown(streams)) == 1


def test_of_very_many_months_the_latest_are_kept(streams: Streams) -> None:
    for nth in range(MOST_PULSE_MONTHS + 1):
        tell(streams, f"{2026 + nth // 12}-{1 + nth % 12:02}")

    months = [month.month for month in shown(streams)]
    assert (len(months), months[0]) == (MOST_PULSE_MONTHS, "2026-02")


def test_what_a_person_answers_crosses_to_nobody_and_is_in_no_other_view(streams: Streams) -> None:
    couple = topics.couple(streams.pair("ana", "bo"))
    others = (couple, topics.person("bo"))
    before = [streams.fold.show(subject, streams.states[subject], streams.now_ms) for subject in others]
    view = streams.person_view("ana")
    change = streams.write(ANA, PulseAnswered("2026-11", "sealed", True, "c"))

    assert change is not None
    assert list(change.outputs) == []
    assert streams.person_view("ana") == view
    assert [streams.fold.show(s, streams.states[s], streams.now_ms) for s in others] == before
