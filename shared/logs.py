"""Logs: one JSON object a line, or coloured text on a terminal; libraries' lines in the same shape.

Whatever looks like an id or a secret of somebody's is hashed, wherever in a line it stands: also in what a
library says, and in a traceback.
"""

import hashlib
import hmac
import logging
import re
import secrets
import sys

import structlog

_SHARED: list[structlog.typing.Processor] = [
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]

_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_RECOVERY_CODE = "(?:[0-9A-Z]{4}-){6,}[0-9A-Z]{1,4}"
_TELLING = re.compile(rf"(?:at[wr]_)?{_UUID}(?:[_.][\w-]{{43}})?|{_RECOVERY_CODE}", re.ASCII)
"""An id, a token or an invite's code, which begin with one, or a recovery code."""

_key = secrets.token_bytes(32)


def hash_with(key: bytes) -> None:
    """Hash ids with this key. Without one of the site's, a process has one of its own."""
    global _key  # noqa: PLW0603 there is one log
    _key = key


def set_up_logs(service: str, level: int = logging.INFO) -> None:
    """Send structlog's lines and the standard library's to standard error, naming the service."""
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_formatter(service, terminal=sys.stderr.isatty()))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # Its lines tell of every reconnection, with addresses.
    logging.getLogger("kafka").setLevel(max(level, logging.WARNING))


def hashed(identity: str) -> str:
    """What stands for an id in a log: nobody without the key can tell whose it is, or look for somebody's."""
    return hmac.digest(_key, identity.encode(), hashlib.sha256).hex()[:12]


def hiding(
    _logger: object, _method: str, line: str | bytes | structlog.typing.EventDict
) -> str | bytes | structlog.typing.EventDict:
    """The line as it is written, every id in it hashed."""
    return _TELLING.sub(lambda found: hashed(found[0]), line) if isinstance(line, str) else line


def _formatter(service: str, *, terminal: bool) -> logging.Formatter:
    def naming(_logger: object, _method: str, line: structlog.typing.EventDict) -> structlog.typing.EventDict:
        return {"service": service, **line}

    last: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        if terminal
        else structlog.processors.JSONRenderer()
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_SHARED,
        processors=[naming, structlog.stdlib.ProcessorFormatter.remove_processors_meta, last, hiding],
    )
