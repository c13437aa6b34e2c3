"""Mail addresses that people give us to send to."""

import re

from shared.addresses import BadAddress

MAX_LENGTH = 254
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
_LONGEST_LOCAL = 64


def parse_mailbox(text: str) -> str:
    """The address as it is used in headers and in the SMTP dialogue: ASCII. Raises `BadAddress`."""
    local, at, domain = text.rpartition("@")
    if not at or not local or not domain:
        raise BadAddress("A mail address is a name, an @ and a domain.")
    if len(text) > MAX_LENGTH or len(local) > _LONGEST_LOCAL:
        raise BadAddress(
            f"A mail address has {MAX_LENGTH} characters at most, {_LONGEST_LOCAL} before the @."
        )
    if not _LOCAL.fullmatch(local):
        raise BadAddress("Before the @ there is a character that mail servers do not take.")
    try:
        ascii_domain = domain.encode("idna").decode().lower()
    except UnicodeError as error:
        raise BadAddress("The domain after the @ is not valid.") from error
    if not _DOMAIN.fullmatch(ascii_domain):
        raise BadAddress("The domain after the @ is not valid.")
    return f"{local}@{ascii_domain}"
