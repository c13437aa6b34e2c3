"""Channels in use: verified before anything is sent, in their order, tested, switched off, renewed."""

from typing import Any

import pytest
from checkin.api.channels import ASKED_PER_HOUR
from checkin.door.front import Rules
from checkin.rules.channels import MOST_WRONG
from notifier.channels import DeliveryError
from notifier.delivery import Deliveries

from tests.flow.refusals import pointers, refusal
from tests.flow.test_channels import CHANNEL, URL, go_on
from tests.flow.world import Somebody, World
from tests.people import ANA, BO

OTHER = {"kind": "webhook", "url": "https://other.example/ana"}
HOUR_S = 3600


@pytest.fixture
def world() -> World:
    """A site with every kind of channel."""
    world = World(Rules(sends_mail=True, web_push_key="BKEY", webhook_hosts=frozenset({"nas.lan:8080"})))
    kinds = ("webhook", "web_push", "email", "apprise")
    world.deliveries._channels = dict.fromkeys(kinds, world.channel)
    assert isinstance(world.deliveries, Deliveries)
    return world


def added(somebody: Somebody, channel: dict[str, Any] = CHANNEL) -> str:
    return str(somebody.ok("POST", "/v1/channels", channel)["id"])


def states(somebody: Somebody) -> list[str]:
    return [channel["state"] for channel in somebody.get("/v1/channels")["channels"]]


def verify(somebody: Somebody, channel: str, code: str | None) -> Any:
    return somebody.ask("POST", f"/v1/channels/{channel}/verify", {} if code is None else {"code": code})


def code_sent(world: World) -> str:
    go_on(world)
    return str(world.channel.sent[-1][1].code)


# --- verifying ------------------------------------------------------------------------------------------


def test_a_code_is_sent_to_the_address_and_nowhere_else(world: World, ana: Somebody) -> None:
    added(ana)
    go_on(world)

    ((address, message),) = world.channel.sent
    assert address == URL
    assert message.code is not None
    assert len(message.code) == 6
    assert ana.get("/v1/nudges")["nudges"] == []


def test_the_code_given_back_verifies_the_channel(world: World, ana: Somebody) -> None:
    world.channel.silent = True
    channel = added(ana)
    code = code_sent(world)

    assert states(ana) == ["unverified"]
    assert verify(ana, channel, f" {code[:3]} {code[3:]} ").json == {"state": "active"}
    assert states(ana) == ["active"]


def test_a_webhook_that_answers_the_code_is_verified_without_a_word(world: World, ana: Somebody) -> None:
    added(ana)
    go_on(world)

    assert states(ana) == ["active"]


def test_an_unverified_address_is_sent_nothing_but_its_code(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    world.channel.silent = True
    added(ana)
    go_on(world)
    bo.check_in("appreciation")
    go_on(world)

    assert len(world.channel.sent) == 1
    assert world.channel.nudges == []
    assert len(ana.get("/v1/nudges")["nudges"]) == 1


def test_somebody_in_a_couple_can_add_a_channel_too(world: World, couple: str, ana: Somebody) -> None:
    added(ana)
    go_on(world)

    assert states(ana) == ["active"]


def test_a_wrong_code_verifies_nothing_and_too_many_end_it(world: World, ana: Somebody) -> None:
    world.channel.silent = True
    channel = added(ana)
    code = code_sent(world)
    wrong = "111111" if code != "111111" else "222222"

    answers = [refusal(verify(ana, channel, wrong)) for _ in range(MOST_WRONG)]

    assert answers == [(422, "wrong_code")] * MOST_WRONG
    assert refusal(verify(ana, channel, code)) == (409, "code_spent")
    assert states(ana) == ["unverified"]


def test_a_code_is_good_for_an_hour(world: World, ana: Somebody) -> None:
    world.channel.silent = True
    channel = added(ana)
    code = code_sent(world)
    world.wait(seconds=HOUR_S)

    assert refusal(verify(ana, channel, code)) == (409, "code_expired")


def test_another_code_takes_the_place_of_the_first(world: World, ana: Somebody) -> None:
    world.channel.silent = True
    channel = added(ana)
    first = code_sent(world)

    assert verify(ana, channel, None).json == {"state": "asked"}
    second = code_sent(world)

    assert first != second
    assert refusal(verify(ana, channel, first)) == (422, "wrong_code")
    assert verify(ana, channel, second).json == {"state": "active"}


def test_the_code_of_one_channel_verifies_no_other(world: World, ana: Somebody) -> None:
    world.channel.silent = True
    added(ana)
    code = code_sent(world)
    other = added(ana, OTHER)
    go_on(world)

    assert refusal(verify(ana, other, code)) == (422, "wrong_code")


def test_nobody_can_have_strangers_sent_codes_without_end(world: World, ana: Somebody) -> None:
    channel = added(ana)
    for _ in range(ASKED_PER_HOUR - 1):
        assert verify(ana, channel, None).status_code == 200

    answer = verify(ana, channel, None)

    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_no_code_stands_in_the_log(world: World, ana: Somebody) -> None:
    added(ana)
    code = code_sent(world)

    assert not any(code.encode() in (raw.value or b"") for raw in world.log.records)


@pytest.mark.parametrize("what", ["verify", "test", "rotate-secret"])
def test_nobody_elses_channel_can_be_used(world: World, ana: Somebody, bo: Somebody, what: str) -> None:
    channel = added(ana)

    assert refusal(bo.ask("POST", f"/v1/channels/{channel}/{what}", {})) == (404, "unknown_channel")


# --- testing --------------------------------------------------------------------------------------------


def test_a_test_goes_over_a_verified_channel_and_into_no_inbox(world: World, ana: Somebody) -> None:
    channel = added(ana)
    go_on(world)

    assert ana.ok("POST", f"/v1/channels/{channel}/test", {}) == {"state": "asked"}
    go_on(world)

    assert [message.code is None for _, message in world.channel.sent] == [False, True]
    assert ana.get("/v1/nudges")["nudges"] == []


def test_an_unverified_channel_cannot_be_tested(world: World, ana: Somebody) -> None:
    world.channel.silent = True
    channel = added(ana)
    go_on(world)

    assert refusal(ana.ask("POST", f"/v1/channels/{channel}/test", {})) == (409, "not_verified")


def test_what_became_of_a_test_is_shown(world: World, ana: Somebody) -> None:
    channel = added(ana)
    go_on(world)
    world.channel.answers = [DeliveryError("The receiver answered 413.", permanent=True)]
    ana.ok("POST", f"/v1/channels/{channel}/test", {})
    go_on(world)

    (shown,) = ana.get("/v1/channels")["channels"]
    assert (shown["state"], shown["reason"]) == ("active", "The receiver answered 413.")
    assert shown["failed_at"] > shown["delivered_at"]


# --- gone -----------------------------------------------------------------------------------------------


GONE = DeliveryError("The receiver answered 410.", permanent=True, gone=True)


def test_an_address_that_is_gone_is_switched_off_and_said_so(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    added(ana)
    go_on(world)
    world.channel.answers = [GONE]
    bo.check_in("appreciation")
    go_on(world)
    bo.check_in("appreciation")
    world.wait(hours=5)
    bo.check_in("appreciation")
    go_on(world)

    assert states(ana) == ["gone"]
    assert len(world.channel.nudges) == 1


def test_what_is_gone_can_be_verified_again(world: World, couple: str, ana: Somebody) -> None:
    channel = added(ana)
    go_on(world)
    world.channel.answers = [GONE]
    ana.ok("POST", f"/v1/channels/{channel}/test", {})
    go_on(world)
    assert states(ana) == ["gone"]

    verify(ana, channel, None)
    go_on(world)

    assert states(ana) == ["active"]


def test_a_partner_is_not_told(world: World, couple: str, ana: Somebody, bo: Somebody) -> None:
    added(ana)
    go_on(world)

    assert bo.get("/v1/channels") == {"channels": []}


# --- order ----------------------------------------------------------------------------------------------


def test_channels_are_tried_in_the_order_that_was_asked_for(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    first, second = added(ana), added(ana, OTHER)
    go_on(world)

    listed = ana.ok("PUT", "/v1/channels/order", {"channels": [second, first]})["channels"]
    bo.check_in("appreciation")
    go_on(world)

    assert [channel["id"] for channel in listed] == [second, first]
    assert [address for address, _ in world.channel.nudges] == [OTHER["url"]]


def test_the_next_in_order_is_tried_when_one_refuses(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    added(ana)
    added(ana, OTHER)
    go_on(world)
    world.channel.answers = [DeliveryError("The receiver answered 413.", permanent=True)]
    bo.check_in("appreciation")
    for _ in range(2):
        go_on(world)

    assert [address for address, _ in world.channel.nudges] == [URL, OTHER["url"]]


@pytest.mark.parametrize("pick", [[], [0], [0, 0], [0, 1, 1], [1, 0, 2]])
def test_an_order_names_each_channel_once(ana: Somebody, pick: list[int]) -> None:
    ids = [added(ana), added(ana, OTHER), "0190e000-0000-7000-8000-00000000000e"]

    answer = ana.ask("PUT", "/v1/channels/order", {"channels": [ids[i] for i in pick]})

    assert refusal(answer) == (422, "not_all_channels")


# --- secrets --------------------------------------------------------------------------------------------


def test_for_a_day_two_secrets_sign_and_then_the_new_one(world: World, ana: Somebody) -> None:
    made = ana.ok("POST", "/v1/channels", CHANNEL)
    go_on(world)
    renewed = ana.ok("POST", f"/v1/channels/{made['id']}/rotate-secret", {})
    for hours in (0, 24):
        world.wait(hours=hours)
        ana.ok("POST", f"/v1/channels/{made['id']}/test", {})
        go_on(world)

    old, new = made["secret"], renewed["secret"]
    assert renewed["id"] == made["id"]
    assert old != new
    assert world.channel.secrets == [old, f"{new} {old}", new]


def test_a_repeat_shows_the_secret_again(ana: Somebody) -> None:
    channel = added(ana)
    path = f"/v1/channels/{channel}/rotate-secret"

    first, again = (ana.ok("POST", path, {}, Idempotency_Key="k") for _ in range(2))

    assert first == again


def test_only_a_webhook_has_a_secret_to_renew(ana: Somebody) -> None:
    channel = added(ana, {"kind": "email", "address": "ana@mail.example"})

    answer = ana.ask("POST", f"/v1/channels/{channel}/rotate-secret", {})

    assert refusal(answer) == (409, "not_a_webhook")


# --- kinds ----------------------------------------------------------------------------------------------

POINT = "BGsX0fLhLEJH-Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWT-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU"
AUTH = "AAAAAAAAAAAAAAAAAAAAAA"
SUBSCRIPTION = {"endpoint": "https://push.example/s/1", "keys": {"p256dh": POINT, "auth": AUTH}}
PUSH = {"kind": "web_push", "subscription": SUBSCRIPTION}
KINDS = [
    (PUSH, "url", "https://push.example/…"),
    ({"kind": "email", "address": "ana@Mail.example"}, "address", "ana@mail.example"),
    ({"kind": "apprise", "url": "ntfys://tk_secret@ntfy.example/topic"}, "url", "ntfys://ntfy.example/…"),
    ({"kind": "apprise", "url": "tgram://123:abc/456"}, "url", "tgram://…"),
    ({"kind": "apprise", "url": "ntfy://nas.lan:8080/topic"}, "url", "ntfy://nas.lan:8080/…"),
]


@pytest.mark.parametrize(("channel", "field", "shown"), KINDS)
def test_of_an_address_that_is_a_secret_only_the_beginning_is_shown(
    world: World, ana: Somebody, channel: dict[str, Any], field: str, shown: str
) -> None:
    made = ana.ok("POST", "/v1/channels", channel)
    go_on(world)

    (listed,) = ana.get("/v1/channels")["channels"]
    assert made == {"id": listed["id"], "secret": None}
    assert (listed["kind"], listed[field]) == (channel["kind"], shown)
    assert listed["state"] == "active"


def test_a_site_says_which_kinds_it_has(ana: Somebody) -> None:
    kinds = {kind["kind"]: kind for kind in ana.get("/v1/channels/kinds")["kinds"]}

    assert list(kinds) == ["webhook", "web_push", "email", "apprise"]
    assert kinds["web_push"]["public_key"] == "BKEY"
    assert "ntfys" in kinds["apprise"]["schemes"]


def test_a_site_without_mail_or_push_has_neither() -> None:
    stranger = World().register(ANA)

    assert [kind["kind"] for kind in stranger.get("/v1/channels/kinds")["kinds"]] == ["webhook", "apprise"]
    for channel in (PUSH, {"kind": "email", "address": "ana@mail.example"}):
        assert pointers(stranger.ask("POST", "/v1/channels", channel)) == ["/kind"]


@pytest.mark.parametrize(
    ("channel", "pointer"),
    [
        ({"kind": "email"}, "/address"),
        ({"kind": "email", "address": "ana"}, "/address"),
        ({"kind": "email", "address": "ana@mail.example\r\nBcc: eve@evil.example"}, "/address"),
        ({"kind": "email", "address": "a" * 65 + "@mail.example"}, "/address"),
        ({"kind": "email", "address": "ana@mail.example", "url": URL}, "/url"),
        ({"kind": "apprise", "url": "json://evil.example/"}, "/url"),
        ({"kind": "apprise", "url": "file:///etc/passwd"}, "/url"),
        ({"kind": "apprise", "url": "ntfys://10.0.0.1/topic"}, "/url"),
        ({"kind": "apprise", "url": "ntfys://[::ffff:127.0.0.1]/topic"}, "/url"),
        ({"kind": "apprise", "url": "ntfys://ntfy.example:22/topic"}, "/url"),
        ({"kind": "apprise", "url": "gotify://gotify.example/token"}, "/url"),
        ({"kind": "web_push"}, "/subscription"),
        ({"kind": "web_push", "subscription": {}}, "/subscription/endpoint"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_with_its_field(
    ana: Somebody, channel: dict[str, Any], pointer: str
) -> None:
    assert pointer in pointers(ana.ask("POST", "/v1/channels", channel))


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"endpoint": "http://push.example/"}, "/subscription/endpoint"),
        ({"endpoint": "https://192.168.1.1/"}, "/subscription/endpoint"),
        ({"keys": {"p256dh": POINT[:-4], "auth": AUTH}}, "/subscription/keys/p256dh"),
        ({"keys": {"p256dh": "A" * 87, "auth": AUTH}}, "/subscription/keys/p256dh"),
        ({"keys": {"p256dh": "A" * 201, "auth": AUTH}}, "/subscription/keys/p256dh"),
        ({"keys": {"p256dh": POINT, "auth": "AA"}}, "/subscription/keys/auth"),
        ({"keys": {"p256dh": POINT, "auth": "ÄÄ"}}, "/subscription/keys/auth"),
    ],
)
def test_a_subscription_that_cannot_be_used_is_refused_with_its_field(
    ana: Somebody, change: dict[str, Any], pointer: str
) -> None:
    answer = ana.ask("POST", "/v1/channels", {"kind": "web_push", "subscription": SUBSCRIPTION | change})

    assert pointers(answer) == [pointer]


def test_two_people_share_no_limit(world: World, ana: Somebody) -> None:
    channel = added(ana)
    for _ in range(ASKED_PER_HOUR):
        verify(ana, channel, None)

    assert added(world.register(BO))
