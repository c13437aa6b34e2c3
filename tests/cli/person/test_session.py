"""Which addresses are spoken to, and how."""

import pytest
from cli.person.session import parse_site
from cli.person.trouble import Trouble


@pytest.mark.parametrize(
    ("typed", "used"),
    [
        ("https://attune.example", "https://attune.example"),
        ("https://attune.example/", "https://attune.example"),
        (" attune.example ", "https://attune.example"),
        ("attune.example:8443", "https://attune.example:8443"),
        ("https://home.example/attune/", "https://home.example/attune"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("localhost:8080", "http://localhost:8080"),
        ("127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_an_address_is_completed(typed: str, used: str) -> None:
    assert parse_site(typed, insecure=False) == used


@pytest.mark.parametrize(
    "typed", ["http://attune.example", "http://192.168.1.7:8080", "http://127.0.0.1.example"]
)
def test_without_encryption_only_this_machine_is_spoken_to(typed: str) -> None:
    with pytest.raises(Trouble, match="--insecure"):
        parse_site(typed, insecure=False)


def test_who_knows_the_network_may_do_without_encryption() -> None:
    assert parse_site("http://192.168.1.7:8080", insecure=True) == "http://192.168.1.7:8080"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "https://",
        "ftp://attune.example",
        "https://ana:secret@attune.example",
        "https://attune.example?token=1",
        "https://attune.example#now",
        "https://attune.example:nine",
        "file:///etc/passwd",
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(Trouble, match="A site's address"):
        parse_site(typed, insecure=False)
