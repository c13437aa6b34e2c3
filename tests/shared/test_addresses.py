"""Which addresses people may give us, and which IP addresses are called for them."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.addresses import Address, BadAddress, Resolver, Unresolvable, parse_webhook_url, resolve

PUBLIC = "93.184.215.14"
HOOK = parse_webhook_url("https://hooks.example/in")
HOME = parse_webhook_url("http://nas.lan:8080/in", allowed={"nas.lan:8080"})


NUMBERS = """
127.0.0.1 127.1 0x7f.1 2130706433 017700000001 0 10.1 １２７.０.０.１ [::1] [::ffff:10.0.0.1]
[::ffff:a00:1] 169.254.169.254 [fe80::1] [::]
"""

NOT_PUBLIC = """
0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.255 127.0.0.1 127.8.8.8
169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.8 192.0.2.1 192.31.196.1 192.52.193.1
192.88.99.1 192.168.1.1 192.175.48.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1
224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 :: ::1 ::7f00:1 ::ffff:10.0.0.1
::ffff:100.100.0.1 ::ffff:127.0.0.1 ::ffff:0:127.0.0.1 64:ff9b::10.0.0.1 64:ff9b::8.8.8.8
64:ff9b:1::1 100::1 2001::1 2001:2::1 2001:10::1 2001:20::1 2001:db8::1 2002:a00:1::1
2620:4f:8000::1 3fff::1 4000::1 5f00::1 fc00::1 fd12:3456::1 fe80::1 fe80::1%eth0 fec0::1
ff02::1 ff0e::1 not-an-address 127.1
"""

PUBLIC_ONES = """
93.184.215.14 1.1.1.1 100.63.255.255 100.128.0.1 172.32.0.1 172.15.0.1 198.20.0.1
223.255.255.255 2606:4700:4700::1111 2a00:1450:4001::1 2003::1
"""

NOT_LISTED = """
http://nas.lan:8081/ http://nas.lan/ http://evil.nas.lan:8080/ http://192.168.1.20:8080/
http://nas.lan.:8080/
"""


def answering(*addresses: str) -> Resolver:
    def resolver(host: str, port: int) -> Sequence[str]:
        return addresses

    return resolver


# --- parsing --------------------------------------------------------------------------------------------


def test_an_https_address_is_taken_apart() -> None:
    address = parse_webhook_url("https://Hooks.Example:8443/in/box?key=1")

    assert address == Address("https", "hooks.example", 8443, "/in/box?key=1", trusted=False)
    assert address.endpoint == address.host_header == "hooks.example:8443"


def test_a_port_that_goes_without_saying_is_not_in_the_host_header() -> None:
    assert HOOK.endpoint == "hooks.example:443"
    assert HOOK.host_header == "hooks.example"


def test_an_empty_path_is_the_root() -> None:
    assert parse_webhook_url("https://hooks.example").target == "/"


def test_a_public_ipv6_literal_is_kept_without_brackets() -> None:
    address = parse_webhook_url("https://[2606:4700:4700::1111]/in")

    assert address.host == "2606:4700:4700::1111"
    assert address.host_header == "[2606:4700:4700::1111]"


def test_an_international_name_becomes_ascii() -> None:
    assert parse_webhook_url("https://bücher.example/").host == "xn--bcher-kva.example"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hooks.example/in",
        "//hooks.example/in",
        "ftp://hooks.example/in",
        "file:///etc/passwd",
        "gopher://hooks.example:443/",
        "javascript:alert(1)",
        "http://hooks.example/in",
        "https://",
        "https:///in",
        "https://hooks.example:80/",
        "https://hooks.example:6379/",
        "https://hooks.example:0/",
        "https://hooks.example:65536/",
        "https://hooks.example:99999999/",
        "https://hooks.example:443:443/",
        "https://hooks.example:４４３/",
        "https://user@hooks.example/",
        "https://user:secret@hooks.example/",
        "https://hooks.example@10.0.0.1/",
        "https://hooks.example/in#part",
        "https://hooks.example/#",
        "https://hooks.example./",
        "https://.hooks.example/",
        "https://hooks..example/",
        "https://%31%30.0.0.1/",
        "https://hooks.example%00.evil.example/",
        "https://hooks.example\\@10.0.0.1/",
        "https:\\\\hooks.example/",
        "https://hooks.example/in box",
        " https://hooks.example/",
        "https://hooks.example/\r\nHost: evil.example",
        "https://hooks.exa\tmple/",
        "https://hooks.example/ü",
        "https://[hooks.example]/",
        "https://[::1",
        "https://[::1]evil.example/",
        "https://evil.example[::1]/",
        "https://[fe80::1%25eth0]/",
        "https://" + "a" * 64 + ".example/",
        "https://hooks.example/" + "a" * 2048,
    ],
)
def test_a_malformed_or_forbidden_address_is_refused(text: str) -> None:
    with pytest.raises(BadAddress):
        parse_webhook_url(text)


@pytest.mark.parametrize(
    "host",
    NUMBERS.split(),
)
def test_a_host_written_in_numbers_is_vetted_at_once_in_every_notation(host: str) -> None:
    with pytest.raises(BadAddress, match="IP address"):
        parse_webhook_url(f"https://{host}/")


@given(st.text(max_size=60))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    for candidate in (text, f"https://{text}", f"https://hooks.example{text}"):
        try:
            address = parse_webhook_url(candidate)
        except BadAddress:
            continue
        assert address.scheme == "https"
        assert address.port in (443, 8443)
        assert (address.host + address.target).isascii()
        assert not set(address.host + address.target) & set(" \r\n\t\\@#")


# --- vetting --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "ip",
    NOT_PUBLIC.split(),
)
def test_an_address_that_is_not_public_is_refused(ip: str) -> None:
    with pytest.raises(BadAddress):
        resolve(HOOK, answering(ip))


@pytest.mark.parametrize(
    "ip",
    PUBLIC_ONES.split(),
)
def test_a_public_address_is_called(ip: str) -> None:
    assert resolve(HOOK, answering(ip)) == ip


def test_a_mapped_public_address_is_called_as_ipv4() -> None:
    assert resolve(HOOK, answering("::ffff:1.1.1.1")) == "1.1.1.1"


def test_one_private_answer_among_public_ones_refuses_the_host() -> None:
    with pytest.raises(BadAddress, match="private"):
        resolve(HOOK, answering(PUBLIC, "1.1.1.1", "192.168.1.1"))


def test_a_name_that_is_public_at_first_and_private_later_is_refused_later() -> None:
    answers = iter([[PUBLIC], ["127.0.0.1"]])

    assert resolve(HOOK, lambda *_: next(answers)) == PUBLIC
    with pytest.raises(BadAddress):
        resolve(HOOK, lambda *_: next(answers))


def test_a_host_is_resolved_once_per_attempt() -> None:
    asked = []

    def resolver(host: str, port: int) -> Sequence[str]:
        asked.append((host, port))
        return [PUBLIC]

    resolve(HOOK, resolver)

    assert asked == [("hooks.example", 443)]


def test_a_name_without_an_address_may_have_one_later() -> None:
    def nowhere(host: str, port: int) -> Sequence[str]:
        raise OSError("no such name")

    for resolver in (nowhere, answering()):
        with pytest.raises(Unresolvable):
            resolve(HOOK, resolver)


# --- the operator's list ----------------------------------------------------------------------------------


def test_the_operator_may_allow_http_another_port_and_a_private_address() -> None:
    assert resolve(HOME, answering("192.168.1.20")) == "192.168.1.20"
    assert HOME.trusted


@pytest.mark.parametrize(
    "text",
    NOT_LISTED.split(),
)
def test_the_list_is_for_exactly_that_host_and_port(text: str) -> None:
    with pytest.raises(BadAddress):
        parse_webhook_url(text, allowed={"nas.lan:8080"})


def test_a_listed_literal_address_is_allowed() -> None:
    assert parse_webhook_url("http://127.0.0.1:9000/", allowed={"127.0.0.1:9000"}).trusted
    assert parse_webhook_url("http://[::1]:9000/", allowed={"[::1]:9000"}).trusted


@pytest.mark.parametrize("ip", ["169.254.169.254", "0.0.0.0", "224.0.0.1", "fe80::1"])
def test_a_listed_name_still_never_reaches_link_local_or_nobodys_addresses(ip: str) -> None:
    with pytest.raises(BadAddress):
        resolve(HOME, answering(ip))


def test_a_name_that_resolves_to_a_listed_private_address_is_not_itself_listed() -> None:
    address = parse_webhook_url("https://hooks.example:8443/", allowed={"192.168.1.20:8443"})

    with pytest.raises(BadAddress):
        resolve(address, answering("192.168.1.20"))
