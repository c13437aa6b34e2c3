"""Logs: one JSON object a line, or coloured text on a terminal; libraries' lines in the same shape."""

import hashlib
import logging
import sys

import structlog

_SHARED: list[structlog.typing.Processor] = [
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]


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
    """What stands for a person's or couple's id in a log."""
    return hashlib.sha256(identity.encode()).hexdigest()[:12]


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
        processors=[naming, structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
    )
