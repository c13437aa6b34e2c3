"""A real SMTP server with STARTTLS and a log-in."""

import ssl
from pathlib import Path
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from deploy.native.ports import free_port


class MailServer:
    """What arrived, and what is answered: by command, if not as usual. Its log-in is `attune`, `right`."""

    def __init__(self, certificate: Path, port: int | None = None) -> None:
        self.arrived: list[Envelope] = []
        self.answers: dict[str, str] = {}
        self.encrypted: list[bool] = []
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate)
        self._controller = Controller(
            self,
            hostname="127.0.0.1",
            port=port or free_port(),
            tls_context=tls,
            require_starttls=True,
            authenticator=self._known,
            auth_required=True,
        )
        self.port = self._controller.port

    def _known(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, data: Any
    ) -> AuthResult:
        right = isinstance(data, LoginPassword) and data.password == b"right"
        return AuthResult(success=right, handled=False)

    async def handle_MAIL(  # noqa: N802 the library's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self.answers.get("MAIL", "250 OK")

    async def handle_RCPT(  # noqa: N802 the library's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.answers.get("RCPT", "250 OK")

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.encrypted.append(session.ssl is not None)
        self.arrived.append(envelope)
        return self.answers.get("DATA", "250 OK")

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()
