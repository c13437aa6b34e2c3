"""E-mail against a real SMTP server with STARTTLS and a log-in."""

import email
import email.policy
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from notifier.channels import DeliveryError, Message
from notifier.channels.email import Email, Server, composed

from deploy.native.ports import free_port
from tests.mail_server import MailServer
from tests.notifier.test_webhook_tls import certificate_for

NOW_MS = 1_795_518_000_123
NUDGE = "7f1c9a52-3f0a-5d38-9a53-7b1f6d2c8e40"
FEWER, STOP = "https://attune.example/n/few", "https://attune.example/n/abc.def"
MESSAGE = Message(
    NUDGE, "day.at_risk", "A small reminder", "Today is still open.", "A streak stands on today.", NOW_MS
)
ANA = "ana@mail.example"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate_for("localhost", tmp_path_factory.mktemp("tls"))


@pytest.fixture
def server(certificate: Path) -> Iterator[MailServer]:
    with MailServer(certificate) as running:
        yield running


@pytest.fixture
def channel(server: MailServer, certificate: Path) -> Email:
    return Email(
        Server(
            "localhost",
            server.port,
            "starttls",
            "attune@site.example",
            username="attune",
            password="right",
            cafile=str(certificate),
        ),
        total_s=5,
    )


def changed(channel: Email, **changes: Any) -> Email:
    return Email(replace(channel._server, **changes), total_s=5)


def mailed(channel: Email, server: MailServer, message: Message = MESSAGE, to: str = ANA) -> EmailMessage:
    channel.send(to, "", message, NOW_MS)
    content = server.arrived[-1].content
    assert isinstance(content, bytes)
    found = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    return found


def failure(channel: Email, to: str = ANA) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        channel.send(to, "", MESSAGE, NOW_MS)
    return caught.value


# --- what is sent ---------------------------------------------------------------------------------------


def test_it_goes_encrypted_to_its_one_receiver(channel: Email, server: MailServer) -> None:
    mailed(channel, server)

    assert server.encrypted == [True]
    assert server.arrived[0].rcpt_tos == [ANA]
    assert server.arrived[0].mail_from == "attune@site.example"


def test_the_id_is_the_nudges_at_every_attempt(channel: Email, server: MailServer) -> None:
    ids = [mailed(channel, server)["message-id"] for _ in range(2)]

    assert ids == [f"<{NUDGE}@site.example>"] * 2


def test_it_says_the_same_as_text_and_as_html(channel: Email, server: MailServer) -> None:
    mail = mailed(channel, server)

    assert mail["subject"] == MESSAGE.title
    for kind in ("plain", "html"):
        part = mail.get_body((kind,))
        assert part is not None
        assert MESSAGE.body in part.get_content()
        assert MESSAGE.why in part.get_content()


def test_nothing_in_it_is_fetched_when_it_is_read(channel: Email, server: MailServer) -> None:
    part = mailed(channel, server).get_body(("html",))

    assert part is not None
    assert not any(word in part.get_content() for word in ("<img", "<script", "<link", "url(", "http"))


def test_it_offers_fewer_and_stop_and_programs_find_the_latter(channel: Email, server: MailServer) -> None:
    mail = mailed(channel, server, replace(MESSAGE, fewer=FEWER, stop=STOP))

    assert mail["list-unsubscribe"] == f"<{STOP}>"
    assert mail["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
    for kind in ("plain", "html"):
        part = mail.get_body((kind,))
        assert part is not None
        assert FEWER in part.get_content()
        assert STOP in part.get_content()


def test_the_links_are_named_in_the_readers_language(channel: Email, server: MailServer) -> None:
    part = mailed(channel, server, replace(MESSAGE, fewer=FEWER, stop=STOP, language="fr")).get_body(
        ("plain",)
    )

    assert part is not None
    assert f"Moins de ces messages\n{FEWER}" in part.get_content().replace("\r\n", "\n")


def test_without_a_link_there_is_no_such_header(channel: Email, server: MailServer) -> None:
    mail = mailed(channel, server)

    assert mail["list-unsubscribe"] is None
    assert mail["list-unsubscribe-post"] is None


def test_it_is_marked_as_written_by_a_machine(channel: Email, server: MailServer) -> None:
    assert mailed(channel, server)["auto-submitted"] == "auto-generated"


def test_words_in_french_arrive_as_they_were_written(channel: Email, server: MailServer) -> None:
    french = replace(MESSAGE, title="Un petit rappel à l'été", body="La journée est ouverte.", language="fr")

    mail = mailed(channel, server, french)

    part = mail.get_body(("plain",))
    assert mail["subject"] == french.title
    assert part is not None
    assert french.body in part.get_content()


def test_no_text_can_add_a_header() -> None:
    with pytest.raises(ValueError, match="Header"):
        composed("a@b.example", ANA, replace(MESSAGE, title="x\r\nBcc: eve@evil.example"))


@pytest.mark.parametrize(
    "to", ["", "ana", "ana@mail.example>\r\nRCPT TO:<eve@evil.example", "a@b.example, eve@evil.example"]
)
def test_what_is_no_mail_address_is_not_mailed(channel: Email, server: MailServer, to: str) -> None:
    assert failure(channel, to).permanent
    assert server.arrived == []


# --- what is answered -----------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", ["550 5.1.1 No such user", "550 Unknown", "551 Not here", "553 5.1.3 Bad"])
def test_a_mailbox_that_is_no_more_is_gone(channel: Email, server: MailServer, answer: str) -> None:
    server.answers = {"RCPT": answer}

    error = failure(channel)

    assert (error.gone, error.permanent, error.endpoint_down) == (True, True, False)
    assert channel.fault is None


@pytest.mark.parametrize("answer", ["550 5.7.1 Relaying denied", "552 5.2.2 Mailbox full", "554 5.7.1 Spam"])
def test_a_refusal_that_is_not_about_the_address_switches_nothing_off(
    channel: Email, server: MailServer, answer: str
) -> None:
    server.answers = {"RCPT": answer}

    error = failure(channel)

    assert (error.gone, error.permanent) == (False, True)


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
def test_a_server_that_asks_to_come_back_later_is_asked_again(
    channel: Email, server: MailServer, command: str
) -> None:
    server.answers = {command: "451 4.7.1 Greylisted"}

    error = failure(channel)

    assert (error.gone, error.permanent) == (False, False)


def test_a_message_that_is_refused_is_not_sent_again(channel: Email, server: MailServer) -> None:
    server.answers = {"DATA": "554 5.6.0 No"}

    assert (failure(channel).permanent, channel.fault) == (True, None)


# --- what the operator has to mend ----------------------------------------------------------------------


def test_a_wrong_password_is_a_fault_of_the_site_and_not_of_the_channel(
    channel: Email, server: MailServer
) -> None:
    wrong = changed(channel, password="wrong")

    error = failure(wrong)

    assert (error.permanent, error.gone, error.endpoint_down) == (False, False, True)
    assert "password" in (wrong.fault or "")
    assert "wrong" not in (wrong.fault or "")


def test_a_fault_is_found_before_anybody_has_a_nudge_and_ends_with_its_cause(
    channel: Email, server: MailServer
) -> None:
    wrong = changed(channel, password="wrong")
    wrong.check()
    assert wrong.fault is not None

    wrong._server = channel._server
    wrong.check()

    assert wrong.fault is None


def test_a_sender_that_the_server_refuses_is_a_fault_of_the_site(channel: Email, server: MailServer) -> None:
    server.answers = {"MAIL": "550 5.7.1 Not yours"}

    assert (failure(channel).gone, "sender" in (channel.fault or "")) == (False, True)


def test_a_certificate_that_nobody_vouches_for_is_refused(channel: Email, server: MailServer) -> None:
    stranger = changed(channel, cafile=None)

    assert failure(stranger).endpoint_down
    assert "certificate" in (stranger.fault or "")
    assert server.arrived == []


def test_a_server_without_tls_gets_neither_password_nor_mail(server: MailServer, channel: Email) -> None:
    plain = Controller(server, hostname="127.0.0.1", port=free_port())
    plain.start()
    try:
        assert failure(changed(channel, port=plain.port)).endpoint_down
    finally:
        plain.stop()
    assert server.arrived == []


def test_a_server_that_is_away_is_a_fault_of_the_site(channel: Email) -> None:
    away = changed(channel, port=free_port())

    assert failure(away).endpoint_down
    assert "reached" in (away.fault or "")


def test_all_mail_shares_one_endpoint(channel: Email, server: MailServer) -> None:
    assert channel.endpoint(ANA) == channel.endpoint("bo@other.example") == f"localhost:{server.port}"
