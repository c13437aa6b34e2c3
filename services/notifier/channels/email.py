"""E-mail over the operator's SMTP server: text and HTML, content-free, nothing in it that is fetched.

A refusal of the receiver's address in the dialogue ends the channel; one of ours, or of the password, is a
fault of the site, which `fault` tells the operator, and waits.
"""

import html
import smtplib
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate
from typing import Literal

from notifier.channels import DeliveryError, Message
from notifier.channels.calling import Deadlines
from shared.addresses import BadAddress
from shared.mailboxes import parse_mailbox

_TOTAL_S = 15.0
_NO_SUCH_MAILBOX = (550, 551, 553)
_REFUSED, _REFUSED_FOR_GOOD = 400, 500
_POLICY = ("5.7.", "5.2.")
"""Refusals of what is sent, and of full mailboxes: the address itself is right."""


Security = Literal["starttls", "tls", "none"]


@dataclass(frozen=True)
class Server:
    """The operator's. `security`: starttls, tls from the first byte, or none (on this machine alone)."""

    host: str
    port: int
    security: Security
    sender: str
    username: str | None = None
    password: str | None = None
    cafile: str | None = None

    @property
    def endpoint(self) -> str:
        return f"{self.host}:{self.port}"


class Email:
    """Implements `notifier.channels.Channel`."""

    def __init__(self, server: Server, total_s: float = _TOTAL_S) -> None:
        self._server = server
        self._total_s = total_s
        self._tls = ssl.create_default_context(cafile=server.cafile)
        self._deadlines = Deadlines()
        self.fault: str | None = None

    def endpoint(self, address: str) -> str:  # noqa: ARG002 all mail goes over the one server
        return self._server.endpoint

    def send(self, address: str, secret: str, message: Message, now_ms: int) -> bool:  # noqa: ARG002
        mail = composed(self._server.sender, _parsed(address), message)
        with self._session() as session:
            _hand_over(session, self._server.sender, _parsed(address), mail)
        return False

    def check(self) -> None:
        """Whether mail could be sent now: `fault` says what is wrong."""
        with suppress(DeliveryError), self._session() as session:
            session.noop()

    @contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        """A session after the log-in. Raises `DeliveryError`, also for what goes wrong inside."""
        server, session = self._server, self._unconnected()
        until_s = time.monotonic() + self._total_s
        try:
            with session, self._deadlines.cut_off_at(until_s, lambda: session.sock):
                session.connect(server.host, server.port)
                self._log_in(session)
                self.fault = None
                yield session
        except smtplib.SMTPAuthenticationError as error:
            raise self._at_fault("The SMTP server refuses the user name or the password.") from error
        except (smtplib.SMTPNotSupportedError, ssl.SSLError) as error:
            raise self._at_fault(
                "The SMTP server offers no TLS, or no log-in, or its certificate is not valid."
            ) from error
        except smtplib.SMTPSenderRefused as error:
            raise self._at_fault("The SMTP server refuses this site's sender address.") from error
        except (smtplib.SMTPException, OSError) as error:
            raise self._at_fault("The SMTP server cannot be reached, or broke off the dialogue.") from error

    def _unconnected(self) -> smtplib.SMTP:
        if self._server.security == "tls":
            session: smtplib.SMTP = smtplib.SMTP_SSL(timeout=self._total_s, context=self._tls)
        else:
            session = smtplib.SMTP(timeout=self._total_s)
        # The name for SNI, which smtplib takes from its constructor alone, and that would connect at once.
        session._host = self._server.host  # type: ignore[attr-defined] # noqa: SLF001
        return session

    def _log_in(self, session: smtplib.SMTP) -> None:
        if self._server.security == "starttls":
            session.starttls(context=self._tls)
        if self._server.username is not None:
            session.login(self._server.username, self._server.password or "")

    def _at_fault(self, sentence: str) -> DeliveryError:
        self.fault = sentence
        return DeliveryError("This site's mail server cannot be used at present.", endpoint_down=True)


class Watch:
    """Looks at once, and every minute while something is wrong, so that nobody's nudge has to find it."""

    def __init__(self, email: Email, every_s: float = 60.0) -> None:
        self._email = email
        self._every_s = every_s
        threading.Thread(target=self._run, name="mail watch", daemon=True).start()

    def _run(self) -> None:
        self._email.check()
        while True:
            time.sleep(self._every_s)
            if self._email.fault is not None:
                self._email.check()


def _parsed(address: str) -> str:
    try:
        return parse_mailbox(address)
    except BadAddress as error:
        raise DeliveryError(str(error), permanent=True) from error


def _hand_over(session: smtplib.SMTP, sender: str, receiver: str, mail: EmailMessage) -> None:
    """The dialogue about one mail. Raises `DeliveryError` for what the server says of it."""
    session.ehlo_or_helo_if_needed()
    if session.mail(sender)[0] >= _REFUSED:
        raise smtplib.SMTPSenderRefused(0, b"", sender)
    code, said = session.rcpt(receiver)
    if code in _NO_SUCH_MAILBOX and not said.decode(errors="replace").lstrip().startswith(_POLICY):
        raise DeliveryError("There is no such mailbox.", permanent=True, gone=True)
    _expect((code, said), "The mail server does not take mail for this address.")
    try:
        answer = session.data(mail.as_bytes(policy=SMTP))
    except smtplib.SMTPDataError as error:
        answer = (error.smtp_code, b"")
    _expect(answer, "The mail server does not take this message.")


def _expect(answer: tuple[int, bytes], sentence: str) -> None:
    code, _ = answer
    if code >= _REFUSED:
        raise DeliveryError(sentence, permanent=code >= _REFUSED_FOR_GOOD)


# --- what is sent -----------------------------------------------------------------------------------------


def composed(sender: str, receiver: str, message: Message) -> EmailMessage:
    """The mail: the same at every attempt but for its date."""
    mail = EmailMessage()
    mail["From"] = f"Attune <{sender}>"
    mail["To"] = receiver
    mail["Subject"] = message.title
    mail["Date"] = formatdate(message.at_ms / 1000)
    mail["Message-ID"] = f"<{message.id}@{sender.rpartition('@')[2]}>"
    # Nobody answers this by machine: no notes of absence.
    mail["Auto-Submitted"] = "auto-generated"
    if message.stop is not None:
        mail["List-Unsubscribe"] = f"<{message.stop}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(_text(message), cte="quoted-printable")
    mail.add_alternative(_html(message), subtype="html", cte="quoted-printable")
    mail["Content-Language"] = message.language
    return mail


def _text(message: Message) -> str:
    parts = [message.body, message.why, *(f"{label}\n{link}" for label, link in message.links)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _html(message: Message) -> str:
    """No image, no style sheet, no script: nothing that is fetched when it is read."""
    e = html.escape
    links = " · ".join(f'<a href="{e(link)}">{e(label)}</a>' for label, link in message.links)
    return f"""<!doctype html>
<html lang="{e(message.language)}"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark">
<title>{e(message.title)}</title></head>
<body style="font:16px/1.5 sans-serif;max-width:34rem;margin:0 auto;padding:24px">
<h1 style="font-size:20px">{e(message.title)}</h1>
<p>{e(message.body)}</p>
<p style="font-size:14px">{e(message.why)}</p>
<p style="font-size:14px">{links}</p>
</body></html>
"""
