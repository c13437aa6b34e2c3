"""Headers that every answer has: nothing is kept, sniffed, framed or loaded unless it says otherwise."""

from collections.abc import Sequence

Headers = list[tuple[str, str]]

_USUAL = (
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
)
_OVER_HTTPS = (*_USUAL, ("Strict-Transport-Security", "max-age=31536000"))


def safe(headers: Sequence[tuple[str, str]], scheme: str) -> Headers:
    """These headers, and those that they lack. Over plain HTTP nothing is said of HTTPS."""
    there = {name for name, _ in headers}
    usual = _OVER_HTTPS if scheme == "https" else _USUAL
    return [*headers, *(header for header in usual if header[0] not in there)]
