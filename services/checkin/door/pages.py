"""Cursors: where a page ended, signed for its reader. Who could make them could probe for entries."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from urllib.parse import urlencode

from flask import request

from checkin.door.auth import Me
from checkin.door.front import Front


def cursor_for(front: Front, me: Me, key: str) -> tuple[str, dict[str, str]]:
    """The cursor of the page below this key, and the header that links to it."""
    cursor = urlsafe_b64encode(f"{key}.{front.tokens.signature(me.id, key)}".encode()).decode()
    address = f"{request.path}?{urlencode({**request.args, 'cursor': cursor})}"
    return cursor, {"Link": f'<{address}>; rel="next"'}


def after(front: Front, me: Me, cursor: str) -> str | None:
    """The key that a page ended with, or None if this cursor did not come from one."""
    try:
        key, _, signature = urlsafe_b64decode(cursor.encode()).decode().rpartition(".")
    except ValueError:
        return None
    right = front.tokens.signature(me.id, key)
    return key if hmac.compare_digest(signature.encode(), right.encode()) else None
