"""Channels: added, listed, removed, and what goes out over them."""

import pytest
from checkin.rules.people import MOST_CHANNELS

from tests.flow.refusals import pointers, refusal
from tests.flow.world import Somebody, World, body_of

URL = "https://hooks.example/ana?room=1"
CHANNEL = {"kind": "webhook", "url": URL}


def settled(world: World) -> None:
    """Every attempt that is under way has ended."""
    with world.deliveries._changed:
        assert world.deliveries._changed.wait_for(lambda: world.deliveries._taken == 0, 5)


def go_on(world: World) -> None:
    """What is due is sent, and what became of it is heard of."""
    world.wait(seconds=5)
    settled(world)
    world.wait(seconds=1)


def test_a_webhook_is_added_with_its_secret(ana: Somebody) -> None:
    answer = ana.ask("POST", "/v1/channels", CHANNEL)

    made = body_of(answer)
    assert answer.status_code == 201
    assert made == {"id": made["id"], "secret": made["secret"]}
    assert made["secret"].startswith("whsec_")


def test_the_list_shows_the_address_and_no_secret(ana: Somebody) -> None:
    made = ana.ok("POST", "/v1/channels", CHANNEL)

    shown = {"id": made["id"], **CHANNEL, "state": "unverified", "address": None}
    nothing_yet = {"delivered_at": None, "failed_at": None, "reason": None}
    assert ana.get("/v1/channels") == {"channels": [shown | nothing_yet]}


def test_a_removed_channel_is_gone(ana: Somebody) -> None:
    made = ana.ok("POST", "/v1/channels", CHANNEL)
    answer = ana.ask("DELETE", f"/v1/channels/{made['id']}")

    assert (answer.status_code, answer.text) == (204, "")
    assert ana.get("/v1/channels") == {"channels": []}


@pytest.mark.parametrize("channel", ["0190e000-0000-7000-8000-00000000000e", "x", "%00"])
def test_an_unknown_channel_cannot_be_removed(ana: Somebody, channel: str) -> None:
    assert refusal(ana.ask("DELETE", f"/v1/channels/{channel}"))[0] == 404


def test_somebody_elses_channel_cannot_be_removed(couple: str, ana: Somebody, bo: Somebody) -> None:
    made = ana.ok("POST", "/v1/channels", CHANNEL)

    assert refusal(bo.ask("DELETE", f"/v1/channels/{made['id']}")) == (404, "unknown_channel")
    assert len(ana.get("/v1/channels")["channels"]) == 1


def test_channels_are_not_added_without_end(ana: Somebody) -> None:
    for n in range(MOST_CHANNELS):
        ana.ok("POST", "/v1/channels", CHANNEL | {"url": f"{URL}{n}"})

    assert refusal(ana.ask("POST", "/v1/channels", CHANNEL)) == (409, "too_many_channels")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://hooks.example/",
        "https://hooks.example:8080/",
        "https://ana:secret@hooks.example/",
        "https://hooks.example/#top",
        "https://hooks.example/ space",
        "https://hooks.example\\@127.0.0.1/",
        "https:///path",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[fe80::1%25eth0]/",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f.0.0.1/",
        "https://0177.0.0.1/",
        "https://１２７.０.０.１/",
        "https://169.254.169.254/latest/meta-data",
        "https://10.0.0.1/",
        "https://100.64.0.1/",
        "https://[64:ff9b::7f00:1]/",
        "https://0/",
        "https://hooks.example:0/",
        "https://hooks.example:99999/",
        "https://exa\nmple.org/",
        "https://" + "a" * 2050,
        "https://a..b/",
        "https://hooks.example/\u0000",
        "file:///etc/passwd",
        "gopher://hooks.example/",
        "javascript:alert(1)",
    ],
)
def test_an_address_that_must_not_be_called_is_refused(ana: Somebody, url: str) -> None:
    assert pointers(ana.ask("POST", "/v1/channels", {"kind": "webhook", "url": url})) == ["/url"]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"kind": "pigeon"}, "/kind"),
        ({"kind": "email"}, "/kind"),
        ({"kind": "web_push"}, "/kind"),
        ({"address": "ana@mail.example"}, "/address"),
        ({"url": 1}, "/url"),
        ({"url": None}, "/url"),
        ({"secret": "x"}, "/secret"),
    ],
)
def test_a_field_that_cannot_be_taken_is_named(
    ana: Somebody, change: dict[str, object], pointer: str
) -> None:
    assert pointers(ana.ask("POST", "/v1/channels", CHANNEL | change)) == [pointer]


def test_neither_address_nor_secret_stands_in_the_log(world: World, ana: Somebody) -> None:
    secret = ana.ok("POST", "/v1/channels", CHANNEL)["secret"]

    texts = [raw.value or b"" for raw in world.log.records]
    assert not any(word.encode() in text for text in texts for word in ("hooks.example", secret))


def test_a_nudge_goes_out_over_the_channel(world: World, couple: str, ana: Somebody, bo: Somebody) -> None:
    ana.ok("POST", "/v1/channels", CHANNEL)
    go_on(world)
    bo.check_in("appreciation", note="For the tea.")
    go_on(world)

    (inboxed,) = ana.get("/v1/nudges")["nudges"]
    ((address, message),) = world.channel.nudges
    assert (address, message.id, message.body) == (URL, inboxed["id"], inboxed["body"])


def test_nothing_goes_out_over_a_removed_channel(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    made = ana.ok("POST", "/v1/channels", CHANNEL)
    ana.ok("DELETE", f"/v1/channels/{made['id']}")
    bo.check_in("appreciation")
    go_on(world)

    assert world.channel.sent == []
