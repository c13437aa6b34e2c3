"""Who asks behind reverse proxies: nobody who is not trusted can choose the address that is seen."""

from typing import Any

import pytest
from checkin.config import Settings
from checkin.door.forwarded import Forwarded, address_of, client, networks, scheme
from hypothesis import given
from hypothesis import strategies as st

from shared.env import BadSetting

TRUSTED = networks({"127.0.0.1", "10.0.0.0/8", "fd00::/8"})
PROXIES = ("127.0.0.1", "10.1.2.3", "10.255.255.255", "fd00::1")
STRANGERS = ("192.0.2.1", "11.0.0.1", "2001:db8::1", "::1", "127.0.0.2")


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "seen"),
    [
        ("192.0.2.1", "", "192.0.2.1"),
        ("192.0.2.1", "198.51.100.7", "192.0.2.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("127.0.0.1", "198.51.100.7, 10.9.9.9", "198.51.100.7"),
        ("127.0.0.1", "203.0.113.9, 198.51.100.7", "198.51.100.7"),
        ("127.0.0.1", "203.0.113.9, 198.51.100.7, 10.0.0.1,10.0.0.2", "198.51.100.7"),
        ("127.0.0.1", "10.0.0.1, 10.0.0.2", "10.0.0.1"),
        ("::ffff:127.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("127.0.0.1", "::ffff:198.51.100.7", "198.51.100.7"),
        ("fd00::1", "2001:DB8:0::7", "2001:db8::7"),
        ("127.0.0.1", "198.51.100.7:4711", "198.51.100.7"),
        ("127.0.0.1", "[2001:db8::7]:4711", "2001:db8::7"),
        ("127.0.0.1", "[2001:db8::7]", "2001:db8::7"),
        # What is no address ends the search: whatever stands left of it is anybody's.
        ("127.0.0.1", "unknown", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.7, unknown", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.7, unknown, 10.0.0.1", "10.0.0.1"),
        ("127.0.0.1", "198.51.100.7,", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.7 10.0.0.1", "127.0.0.1"),
        ("127.0.0.1", "fe80::1%eth0", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.7:http", "127.0.0.1"),
        ("127.0.0.1", "010.0.0.1", "127.0.0.1"),
        ("", "198.51.100.7", ""),
        ("@", "198.51.100.7", "@"),
    ],
)
def test_the_client_is_the_right_most_that_is_no_trusted_proxy(
    peer: str, forwarded_for: str, seen: str
) -> None:
    assert client(peer, forwarded_for, TRUSTED) == seen


anything = st.text(st.characters(max_codepoint=0xFF)) | st.lists(
    st.sampled_from([*PROXIES, *STRANGERS, "unknown", "", " ", "[::1]:80", "%"])
).map(", ".join)


@given(
    stranger=st.sampled_from(STRANGERS),
    claim=st.none() | anything,
    proxies=st.lists(st.sampled_from(PROXIES), max_size=4),
)
def test_nobody_who_is_not_trusted_can_choose_the_address_that_is_seen(
    stranger: str, claim: str | None, proxies: list[str]
) -> None:
    """Each proxy adds whom it heard; what the stranger wrote beforehand stands left of it all."""
    heard = stranger
    for proxy in proxies:
        claim = heard if claim is None else f"{claim}, {heard}"
        heard = proxy

    assert client(heard, claim or "", TRUSTED) == stranger


@given(peer=st.sampled_from(STRANGERS + PROXIES), claim=anything)
def test_where_nobody_is_trusted_nobody_is_believed(peer: str, claim: str) -> None:
    assert client(peer, claim, ()) == peer


@given(text=anything)
def test_no_text_is_too_odd_to_be_looked_at(text: str) -> None:
    found = address_of(text)

    assert found is None or address_of(str(found)) == found


@pytest.mark.parametrize(
    ("said", "over"),
    [
        ("https", "https"),
        ("HTTPS", "https"),
        ("http", "http"),
        ("http, https", "https"),
        ("https, http", "http"),
        ("", None),
        ("https,", None),
        ("ftp", None),
        ("https http", None),
    ],
)
def test_the_scheme_is_what_the_nearest_proxy_says(said: str, over: str | None) -> None:
    assert scheme(said) == over


def heard(peer: str, **said: str) -> tuple[str, str]:
    """The address and the scheme that an application behind it is told."""
    told: dict[str, Any] = {}

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        told.update(environ)
        return []

    environ = {"REMOTE_ADDR": peer, "wsgi.url_scheme": "http"}
    environ |= {f"HTTP_X_FORWARDED_{name.upper()}": value for name, value in said.items()}
    Forwarded(application, TRUSTED)(environ, None)  # type: ignore[arg-type] # nothing is answered
    return told["REMOTE_ADDR"], told["wsgi.url_scheme"]


def test_a_trusted_proxy_says_who_asks_and_over_what() -> None:
    assert heard("127.0.0.1", **{"for": "192.0.2.1", "proto": "https"}) == ("192.0.2.1", "https")


def test_a_trusted_proxy_that_says_nothing_changes_nothing() -> None:
    assert heard("127.0.0.1", proto="gopher") == ("127.0.0.1", "http")


def test_a_stranger_says_neither_who_asks_nor_over_what() -> None:
    assert heard("192.0.2.9", **{"for": "192.0.2.1", "proto": "https"}) == ("192.0.2.9", "http")


@pytest.mark.parametrize("word", ["proxy.example", "10.0.0.1/8", "10.0.0.0/99", "1"])
def test_what_is_no_network_is_refused_in_a_sentence(word: str) -> None:
    with pytest.raises(ValueError, match="write networks like"):
        networks({word})


def test_the_setting_is_named_when_it_makes_no_sense() -> None:
    key = "A" * 43 + "="
    environ = {
        "ATTUNE_KAFKA": "127.0.0.1:9092",
        "ATTUNE_REDIS_URL": "redis://127.0.0.1",
        "ATTUNE_MASTER_KEY": key,
        "ATTUNE_TOKEN_KEY": key,
    }

    assert Settings.read(environ).trusted_proxies == ()
    assert len(Settings.read(environ | {"ATTUNE_TRUSTED_PROXIES": "10.0.0.0/8, ::1"}).trusted_proxies) == 2
    with pytest.raises(BadSetting, match=r"^ATTUNE_TRUSTED_PROXIES: '10\.0\.0' "):
        Settings.read(environ | {"ATTUNE_TRUSTED_PROXIES": "10.0.0"})
