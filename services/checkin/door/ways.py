"""The address of a channel as a client gives it, and what this site has to send with."""

import json
from collections.abc import Callable
from typing import Annotated, Any, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from checkin.door.errors import invalid
from checkin.door.front import Front
from shared.addresses import MAX_LENGTH, BadAddress, parse_webhook_url
from shared.apprise_urls import SCHEMES, parse_apprise_url
from shared.events.values import ChannelKind
from shared.mailboxes import parse_mailbox
from shared.webpush import BadKey, read_auth, read_point

T = TypeVar("T")


class SubscriptionKeys(BaseModel):
    p256dh: Annotated[str, Field(max_length=200)]
    auth: Annotated[str, Field(max_length=200)]


class Subscription(BaseModel):
    """What a browser's `PushSubscription` is as JSON; more fields are ignored."""

    endpoint: Annotated[str, Field(max_length=MAX_LENGTH)]
    keys: SubscriptionKeys


class ChannelIn(BaseModel):
    """`url` for a webhook and for Apprise, `address` for e-mail, `subscription` for web push."""

    model_config = ConfigDict(extra="forbid")

    kind: ChannelKind
    url: Annotated[str, Field(max_length=MAX_LENGTH)] | None = None
    address: Annotated[str, Field(max_length=MAX_LENGTH)] | None = None
    subscription: Subscription | None = None


def kinds_of(front: Front) -> list[dict[str, Any]]:
    """The kinds of channel that this site has, with what a client needs to know to add one."""
    kinds: list[dict[str, Any]] = [{"kind": "webhook"}]
    if front.rules.web_push_key is not None:
        kinds.append({"kind": "web_push", "public_key": front.rules.web_push_key})
    if front.rules.sends_mail:
        kinds.append({"kind": "email"})
    return [*kinds, {"kind": "apprise", "schemes": list(SCHEMES)}]


class Way(NamedTuple):
    """What is kept of a channel's address; the secret is drawn here where it is None."""

    address: str
    secret: str | None


def way_of(front: Front, wish: ChannelIn) -> Way:
    """What the wish comes to. Raises 422."""
    _refuse_others(front, wish)
    if wish.kind == "email":
        return Way(_checked("/address", lambda: parse_mailbox(wish.address or "")), "")
    if wish.subscription is not None:
        return _subscription(front, wish.subscription)
    url, hosts = wish.url or "", front.rules.webhook_hosts
    if wish.kind == "apprise":
        _checked("/url", lambda: parse_apprise_url(url, hosts))
        return Way(url, "")
    _checked("/url", lambda: parse_webhook_url(url, hosts))
    return Way(url, None)


_FIELDS = {"webhook": "url", "apprise": "url", "email": "address", "web_push": "subscription"}


def _refuse_others(front: Front, wish: ChannelIn) -> None:
    if not any(kind["kind"] == wish.kind for kind in kinds_of(front)):
        raise invalid(("/kind", "This site has no such channel; GET /v1/channels/kinds lists what it has."))
    for name in dict.fromkeys(_FIELDS.values()):
        if name == _FIELDS[wish.kind] and getattr(wish, name) is None:
            raise invalid((f"/{name}", "This kind of channel needs it."))
        if name != _FIELDS[wish.kind] and getattr(wish, name) is not None:
            raise invalid((f"/{name}", "This kind of channel has none."))


def _subscription(front: Front, given: Subscription) -> Way:
    _checked("/subscription/endpoint", lambda: parse_webhook_url(given.endpoint, front.rules.webhook_hosts))
    _checked("/subscription/keys/p256dh", lambda: read_point(given.keys.p256dh))
    _checked("/subscription/keys/auth", lambda: read_auth(given.keys.auth))
    return Way(given.endpoint, json.dumps(given.keys.model_dump()))


def _checked(pointer: str, parse: Callable[[], T]) -> T:
    try:
        return parse()
    except (BadAddress, BadKey) as error:
        raise invalid((pointer, str(error))) from None
