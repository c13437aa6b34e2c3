"""The audit complains where what a nudge came to over its channels, or in the inbox, is wrong."""

from dataclasses import replace

import msgspec
import pytest

from shared.days import iso_instant
from shared.events import Event, encode
from shared.events.nudges import NudgeDelivered, NudgeFailed, NudgePlanned, NudgeSent
from shared.topics import NUDGES, shard_of
from tests.chaos.arrivals import Arrival, Kind, key_over
from tests.chaos.small_site import ANA, BO, EVENING_MS, HOOK, MAIL, PARTITIONS, WAYS, Site, facts, found_in

HOUR_MS = 3_600_000


@pytest.fixture
def site() -> Site:
    return Site()


# --- over their channels --------------------------------------------------------------------------------


def fall_back(site: Site, *, to: str | None = MAIL) -> NudgePlanned:
    """A nudge about today whose first channel has failed for good, and which has arrived over the second."""
    subject, nudge = site.at_risk()
    site.drop(NUDGES, "nudge.delivered", nudge.nudge)
    failed_ms = nudge.due_ms + 2000
    site.tell(NudgeFailed(nudge.nudge, HOOK, 3, "It answered 410.", failed_ms, next=to), subject, failed_ms)
    site.tell(NudgeDelivered(nudge.nudge, MAIL, 1, failed_ms + 1000), subject, failed_ms + 1000)
    site.settle()
    site.forget(nudge)
    site.arrivals.append(by_mail(nudge, failed_ms + 900))
    return nudge


def by_mail(nudge: NudgePlanned, at_ms: int) -> Arrival:
    return Arrival("email", key_over("email", nudge.nudge), nudge.nudge, nudge.receiver, at_ms)


def test_falling_back_is_right_where_the_first_channel_has_failed_for_good(site: Site) -> None:
    fall_back(site)
    found = found_in(site)

    assert (found.lost, found.wrong) == ([], [])
    assert found.channels["webhook"] == {"nudges": 2, "arrivals": 2, "again": 0, "failed for good": 1}
    assert found.channels["email"] == {"nudges": 1, "arrivals": 1, "again": 0}


def test_a_first_channel_that_took_it_and_failed_all_the_same_is_right(site: Site) -> None:
    nudge = fall_back(site)
    site.arrivals.insert(0, Arrival("webhook", nudge.nudge, nudge.nudge, nudge.receiver, nudge.due_ms + 1500))
    found = found_in(site)

    assert (found.lost, found.wrong, found.figures["arrived again"]) == ([], [], 0)


def test_an_arrival_over_a_second_channel_while_the_first_had_not_failed_is_wrong(site: Site) -> None:
    _, nudge = site.at_risk()
    site.arrivals.append(by_mail(nudge, EVENING_MS))

    assert any("the channel before it had not failed" in line for line in found_in(site).wrong)


def test_a_second_channel_that_was_not_named_as_the_next_is_wrong(site: Site) -> None:
    fall_back(site, to=None)

    assert any("the channel before it had not failed" in line for line in found_in(site).wrong)


def test_an_arrival_before_the_channel_before_had_failed_is_wrong(site: Site) -> None:
    nudge = fall_back(site)
    site.arrivals[-1] = by_mail(nudge, nudge.due_ms)

    assert any("before the channel before it had failed" in line for line in found_in(site).wrong)


def test_an_arrival_over_a_channel_that_it_was_not_sent_over_is_wrong(site: Site) -> None:
    _, nudge = site.at_risk()
    key = key_over("apprise", nudge.nudge)
    site.arrivals.append(Arrival("apprise", key, nudge.nudge, nudge.receiver, EVENING_MS))

    assert any("tried over apprise, and never sent over it" in line for line in found_in(site).wrong)


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("webhook", "7f1c9a52-0000-5d38-9a53-7b1f6d2c8e40"),
        ("web_push", "7f1c9a52-3f0a-5d38-9a53-7b1f6d2c8e40"),
        ("email", "<7f1c9a52-3f0a-5d38-9a53-7b1f6d2c8e40@elsewhere.example>"),
        ("apprise", "7f1c9a52-3f0a-5d38-9a53-7b1f6d2c8e40"),
    ],
)
def test_an_arrival_under_another_id_is_wrong(site: Site, kind: Kind, key: str) -> None:
    known = facts(site)
    site.arrivals[0] = site.arrivals[0]._replace(kind=kind, key=key)

    assert any(f"under the id {key!r}" in line for line in found_in(site, replace(known)).wrong)


def test_a_delivery_of_which_nothing_arrived_is_lost_though_something_came_over_another(site: Site) -> None:
    nudge = fall_back(site)
    site.arrivals[-1] = Arrival("webhook", nudge.nudge, nudge.nudge, nudge.receiver, nudge.due_ms + 1500)

    assert any("delivered over email, and never arrived" in line for line in found_in(site).lost)


def test_a_delivery_that_came_to_no_end_is_lost(site: Site) -> None:
    _, nudge = site.at_risk()
    site.drop(NUDGES, "nudge.delivered", nudge.nudge)

    assert any("came to no end over webhook" in line for line in found_in(site).lost)


def test_a_delivery_that_came_to_two_ends_is_wrong(site: Site) -> None:
    subject, nudge = site.at_risk()
    site.tell(NudgeFailed(nudge.nudge, HOOK, 3, "It answered 410.", EVENING_MS), subject, EVENING_MS)

    assert any("more than one end over webhook" in line for line in found_in(site).wrong)


def test_what_was_given_up_on_every_channel_is_lost(site: Site) -> None:
    subject, nudge = site.at_risk()
    site.drop(NUDGES, "nudge.delivered", nudge.nudge)
    site.forget(nudge)
    site.tell(NudgeFailed(nudge.nudge, HOOK, 1, "expired", EVENING_MS), subject, EVENING_MS)

    assert any("given up as 'expired'" in line for line in found_in(site).lost)


def test_a_nudge_that_was_sent_over_other_channels_than_the_receivers_is_wrong(site: Site) -> None:
    known = facts(site)

    assert any("sent over" in line for line in found_in(site, replace(known, ways={BO: [MAIL]})).wrong)


def test_a_channel_that_was_found_gone_may_be_left_out(site: Site) -> None:
    known = facts(site)
    ways = {person: ["old", *WAYS] for person in (ANA, BO)}

    assert any("sent over" in line for line in found_in(site, replace(known, ways=ways)).wrong)
    assert found_in(site, replace(known, ways=ways, gone=frozenset({"old"}))).wrong == []


def test_what_a_partner_sends_may_stay_in_the_inbox_only_above_the_cap(site: Site) -> None:
    subject, nudge = site.planned("appreciation.shared")
    for word in ("nudge.sent", "nudge.delivered"):
        site.drop(NUDGES, word, nudge.nudge)
    site.tell(NudgeSent(nudge.nudge, nudge.receiver, nudge.due_ms + 1000, "en", ()), subject, EVENING_MS)
    site.forget(nudge)

    assert any("sent over ()" in line for line in found_in(site).wrong)


def appreciate_again(site: Site, channels: tuple[str, ...]) -> None:
    """One more of a partner's, some minutes after the first."""
    subject, nudge = site.planned("appreciation.shared")
    again = msgspec.structs.replace(nudge, nudge="another", due_ms=EVENING_MS + 1000)
    planned = Event("another", "nudge.planned", "attune/notifier", iso_instant(EVENING_MS), subject, again)
    site.append(NUDGES, shard_of(subject, PARTITIONS), encode(planned), EVENING_MS)
    at_ms = EVENING_MS + HOUR_MS // 10
    site.tell(NudgeSent("another", nudge.receiver, at_ms, "en", channels), subject, at_ms)


def test_two_of_a_partners_within_four_hours_are_above_the_cap(site: Site) -> None:
    appreciate_again(site, tuple(WAYS))

    assert any("above the cap" in line for line in found_in(site).wrong)


def test_the_second_of_a_partners_within_four_hours_rightly_stays_in_the_inbox(site: Site) -> None:
    appreciate_again(site, ())

    assert not [line for line in found_in(site).wrong if "sent over" in line or "above the cap" in line]


# --- in the inbox ---------------------------------------------------------------------------------------


def test_what_was_sent_and_is_not_in_the_inbox_is_lost(site: Site) -> None:
    gone = site.inboxes[ANA].pop()

    assert f"sent, and not in the inbox of {ANA}: {gone}" in found_in(site).lost


def test_what_is_twice_in_the_inbox_is_wrong(site: Site) -> None:
    site.inboxes[ANA] *= 2

    assert any("2 times in the inbox" in line for line in found_in(site).wrong)


def test_what_is_in_the_inbox_and_was_not_sent_is_wrong(site: Site) -> None:
    site.inboxes[BO].append("who knows")

    assert any("not sent: who knows" in line for line in found_in(site).wrong)
