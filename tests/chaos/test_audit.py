"""The audit complains about everything that it is there for, and about nothing that is right."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from msgspec import structs

from shared.events import Event, encode
from shared.events.couple import PartnerNudged
from shared.topics import DEAD_LETTERS, JOURNAL, MOMENTS
from shared.views import PROJECTOR, STREAKS
from tests.chaos.audit import Findings, audit, unequal_outputs
from tests.chaos.logbook import Shard
from tests.chaos.rebuilding import arrived_again, compare
from tests.chaos.small_site import ANA, EVENING_MS, Site


@pytest.fixture
def site() -> Site:
    return Site()


def found_in(site: Site) -> Findings:
    return audit(site.evidence())[0]


def test_what_is_right_raises_no_complaint(site: Site) -> None:
    found = found_in(site)

    assert (found.complaints, found.repeats) == ([], [])
    assert found.figures["day.at_risk"] == found.figures["appreciation.shared"] == 1


def test_an_acknowledged_check_in_that_is_not_in_the_log_is_lost(site: Site) -> None:
    evidence = site.evidence()
    absent = replace(evidence, ledger=[evidence.ledger[0]._replace(checkin="not there")])

    assert "acknowledged and not in the log" in audit(absent)[0].lost[0]


def test_a_check_in_under_another_date_is_lost(site: Site) -> None:
    evidence = site.evidence()
    misdated = replace(evidence, ledger=[evidence.ledger[0]._replace(local_date="2020-01-01")])

    assert len(audit(misdated)[0].lost) == 1


def test_a_sign_that_was_taken_and_is_not_in_the_log_is_lost(site: Site) -> None:
    sign = Event("c1", "partner.nudged", "attune/checkin", "", "couple/c", PartnerNudged(ANA, "c1"))
    site.append(JOURNAL, 0, encode(sign), EVENING_MS)
    evidence = replace(site.evidence(), signs=[(ANA, "c1"), (ANA, "c2")])

    assert [line for line in audit(evidence)[0].lost if "a sign was taken" in line] == [
        f"a sign was taken and is not in the log: {(ANA, 'c2')}"
    ]


@pytest.mark.parametrize("service", [PROJECTOR, STREAKS])
def test_one_altered_byte_of_a_state_is_found(site: Site, service: str) -> None:
    key = next(k for k, shard in site.shards.items() if k[0] == service and shard.states)
    subject, packed = next(iter(site.shards[key].states.items()))
    spoilt = {**site.shards[key].states, subject: packed[:-1] + bytes([packed[-1] ^ 1])}
    site.shards[key] = replace(site.shards[key], states=spoilt)

    assert subject in found_in(site).wrong[0]


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda shard: replace(shard, views={}),
        lambda shard: replace(shard, due={"couple/x": 1}),
        lambda shard: replace(shard, lists=frozenset({"x"})),
        lambda shard: replace(shard, outbox=1),
        lambda shard: replace(shard, paused="why"),
    ],
)
def test_whatever_else_differs_in_a_shard_is_found(site: Site, spoilt: Callable[[Shard], Shard]) -> None:
    key = next(k for k, shard in site.shards.items() if k[0] == STREAKS and shard.states)
    site.shards[key] = spoilt(site.shards[key])

    assert found_in(site).wrong


def test_a_moment_that_was_never_published_is_lost(site: Site) -> None:
    site.drop(MOMENTS, "day.at_risk")

    assert "never published" in found_in(site).lost[0]


def test_a_moment_that_was_not_to_be_is_wrong(site: Site) -> None:
    value = site.log[MOMENTS, site.busy()][0].value or b""
    site.append(MOMENTS, 0, value.replace(b'"id":"', b'"id":"f'), EVENING_MS)

    assert "not expected" in found_in(site).wrong[0]


def test_a_moment_that_says_something_else_is_wrong(site: Site) -> None:
    site.spoil(MOMENTS, b'"count":1', b'"count":9')

    assert len(found_in(site).wrong) == 1


def test_what_came_of_a_record_that_stands_twice_may_say_either_instant_and_no_other(site: Site) -> None:
    said = next(said for folded in site.folded.values() for said in folded.said)
    early, late, other = (said._replace(event=structs.replace(said.event, time=time)) for time in "123")
    published = [(one.event.id, one.bytes) for one in (early, late, other)]
    twice = [early, late]

    assert unequal_outputs(MOMENTS, twice, published[:2]) == ([], [])
    lost, wrong = unequal_outputs(MOMENTS, twice, published)
    assert (lost, len(wrong)) == ([], 1)
    assert repr(other.bytes) in wrong[0]


def test_a_crossing_that_was_never_published_is_lost(site: Site) -> None:
    site.drop(JOURNAL, '"member.joined"')

    assert any("member.joined" in line for line in found_in(site).lost)


def test_a_moment_published_twice_is_counted_as_a_repeat(site: Site) -> None:
    number = site.busy()
    site.append(MOMENTS, number, site.log[MOMENTS, number][0].value, EVENING_MS)
    found = found_in(site)

    assert (found.complaints, found.repeats) == ([], [(MOMENTS, EVENING_MS)])


def test_a_dead_letter_is_wrong(site: Site) -> None:
    site.append(DEAD_LETTERS, 0, b"?", EVENING_MS)

    assert len(found_in(site).wrong) == 1


def test_a_moment_published_again_after_redis_was_emptied_is_wrong(site: Site) -> None:
    before, number = site.evidence(), site.busy()
    assert compare(before, before, EVENING_MS).complaints == []
    site.append(MOMENTS, number, site.log[MOMENTS, number][0].value, EVENING_MS + 1)

    assert compare(before, site.evidence(), EVENING_MS).complaints == [f"published again to {MOMENTS}"]


def test_a_shard_that_comes_back_otherwise_is_wrong(site: Site) -> None:
    before = site.evidence()
    key = next(k for k, shard in site.shards.items() if k[0] == STREAKS and shard.states)
    after = replace(before, shards={**site.shards, key: replace(site.shards[key], views={})})

    assert "came back otherwise" in compare(before, after, EVENING_MS).complaints[0]


def test_a_nudge_that_arrives_again_after_redis_was_emptied_is_wrong(site: Site) -> None:
    first = site.arrivals[0]

    assert arrived_again(site.arrivals, [*site.arrivals, first]) == [f"arrived again: {first}"]
