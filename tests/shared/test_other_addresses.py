"""Mail addresses, addresses of Apprise, keys of web push: what is taken, and what is refused."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from shared.addresses import BadAddress
from shared.apprise_urls import SCHEMES, parse_apprise_url, shown
from shared.mailboxes import parse_mailbox
from shared.webpush import BadKey, encode, public_key_of, read_auth, read_point, site_key

POINT = (
    ec.derive_private_key(5, ec.SECP256R1())
    .public_key()
    .public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
)

# --- mail ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given_", "used"),
    [
        ("ana@mail.example", "ana@mail.example"),
        ("Ana.Lee+attune@Mail.Example", "Ana.Lee+attune@mail.example"),
        ("ana@bücher.example", "ana@xn--bcher-kva.example"),
    ],
)
def test_a_mail_address_is_taken_as_servers_have_it(given_: str, used: str) -> None:
    assert parse_mailbox(given_) == used


@pytest.mark.parametrize(
    "text",
    [
        "",
        "@",
        "ana",
        "ana@",
        "@mail.example",
        "ana@localhost",
        "ana@mail",
        "ana@127.0.0.1",
        "ana@[127.0.0.1]",
        "ana lee@mail.example",
        "ana@mail.example\r\nBcc: eve@evil.example",
        "ana@mail..example",
        ".ana@mail.example",
        "ana@@mail.example",
        "a" * 65 + "@mail.example",
        "ana@" + "m" * 64 + ".example",
        "ana@" + "m." * 130 + "example",
        "<ana@mail.example>",
        "ana@mail.example>",
        "änä@mail.example",
        "ana@mail.example,eve@evil.example",
    ],
)
def test_what_is_no_mail_address_is_refused(text: str) -> None:
    with pytest.raises(BadAddress):
        parse_mailbox(text)


@given(st.text(max_size=80))
def test_any_text_is_a_mail_address_of_plain_letters_or_refused(text: str) -> None:
    for candidate in (text, f"{text}@mail.example", f"ana@{text}"):
        try:
            used = parse_mailbox(candidate)
        except BadAddress:
            continue
        assert used.isascii()
        assert not set(used) & set(' \r\n\t<>,;:"()[]\\')
        assert used.count("@") == 1


# --- Apprise ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "endpoint"),
    [
        ("ntfys://ntfy.example/topic", "ntfy.example:443"),
        ("ntfys://user:pass@ntfy.example:8443/topic?priority=high", "ntfy.example:8443"),
        ("ntfys://topic", "ntfy.sh:443"),
        ("gotifys://gotify.example/token", "gotify.example:443"),
        ("matrixs://token@matrix.example/%23room", "matrix.example:443"),
        ("tgram://123456789:abc/987", "api.telegram.org:443"),
    ],
)
def test_an_address_of_apprise_belongs_to_an_endpoint(text: str, endpoint: str) -> None:
    assert parse_apprise_url(text).endpoint == endpoint


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ntfys",
        "ntfys://",
        "ntfys:///topic",
        "ntfy://ntfy.example/topic",
        "gotify://gotify.example/token",
        "json://ntfy.example/",
        "xml://ntfy.example/",
        "mailto://a:b@c.example",
        "syslog://",
        "exec://rm",
        "file:///etc",
        "https://ntfy.example/topic",
        "ntfys://127.0.0.1/topic",
        "ntfys://[::1]/topic",
        "ntfys://2130706433/topic",
        "ntfys://169.254.169.254/topic",
        "ntfys://10.0.0.1/topic",
        "ntfys://ntfy.example:22/topic",
        "ntfys://ntfy.example:99999/topic",
        "ntfys://ntfy.example/to pic",
        "ntfys://ntfy.example\\@10.0.0.1/topic",
        "ntfys://ntfy.example/\r\nX: y",
        "ntfys://ntfy.example/" + "a" * 2100,
        "NTFYS://ntfy.example/topic",
    ],
)
def test_an_address_of_apprise_that_must_not_be_called_is_refused(text: str) -> None:
    with pytest.raises(BadAddress):
        parse_apprise_url(text)


def test_a_server_on_the_operators_list_may_speak_http_and_be_private() -> None:
    allowed = {"nas.lan:8080", "10.0.0.5:80"}

    assert parse_apprise_url("ntfy://nas.lan:8080/topic", allowed).endpoint == "nas.lan:8080"
    assert parse_apprise_url("gotify://10.0.0.5/token", allowed).endpoint == "10.0.0.5:80"


def test_a_scheme_that_is_refused_is_told_which_there_are() -> None:
    with pytest.raises(BadAddress, match="ntfys") as caught:
        parse_apprise_url("json://evil.example/")

    assert all(scheme in str(caught.value) for scheme in SCHEMES)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("ntfys://user:secret@ntfy.example/topic", "ntfys://ntfy.example/…"),
        ("ntfys://topic", "ntfys://…"),
        ("tgram://123:secret/456", "tgram://…"),
        ("pover://user@secret", "pover://…"),
    ],
)
def test_no_secret_of_an_address_is_shown(text: str, what: str) -> None:
    assert shown(text) == what


# --- web push --------------------------------------------------------------------------------------------


def test_the_keys_of_a_subscription_are_read_with_padding_or_without() -> None:
    assert read_point(encode(POINT)) == read_point(encode(POINT) + "=") == POINT
    assert read_auth(encode(bytes(16))) == bytes(16)


@pytest.mark.parametrize(
    "text", ["", "A", "!" * 87, encode(b"\x04" + bytes(64)), encode(POINT[:33]), "A" * 500]
)
def test_what_is_no_point_of_the_curve_is_refused(text: str) -> None:
    with pytest.raises(BadKey):
        read_point(text)


@pytest.mark.parametrize("text", ["", "AA", encode(bytes(15)), encode(bytes(17)), "ü" * 22, "A" * 500])
def test_what_is_no_secret_of_sixteen_bytes_is_refused(text: str) -> None:
    with pytest.raises(BadKey):
        read_auth(text)


def test_a_site_has_one_key_and_without_a_file_none() -> None:
    raw = "A" * 42 + "E="

    key = site_key({"ATTUNE_VAPID_KEY": raw})

    assert key is not None
    assert len(public_key_of(key)) == 87
    assert site_key({}) is None


@pytest.mark.parametrize("raw", ["A" * 43 + "=", "/" * 42 + "8=", "short"])
def test_a_key_that_is_none_says_what_to_do(raw: str) -> None:
    with pytest.raises(ValueError, match="ATTUNE_VAPID_KEY"):
        site_key({"ATTUNE_VAPID_KEY": raw})
