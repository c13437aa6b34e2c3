"""Every endpoint that there is, as the application itself lists them, with a path that can be asked."""

import re
from typing import Any, NamedTuple

from tests.flow.world import World

PUBLIC = frozenset(
    {
        ("GET", "/v1/vocabulary"),
        ("GET", "/v1/help"),
        ("GET", "/feeds/<key>.ics"),
        ("GET", "/openapi.json"),
        ("GET", "/livez"),
        ("GET", "/readyz"),
    }
)
"""What a stranger may read. Registering and recovering are what a stranger may do."""

PAGES = frozenset({"/problems", "/problems/<word>", "/docs", "/docs/<file>", "/n/<signed>"})
"""For people, in a browser: no part of the API, and tested by themselves."""

REGISTER = ("POST", "/v1/people")
RECOVER = ("POST", "/v1/recovery")
_NOBODYS = "0190e000-0000-7000-8000-00000000000e"
_BODIES: dict[tuple[str, str], Any] = {
    ("POST", "/v1/check-ins"): {"kind": "feeling"},
    ("POST", "/v1/check-ins/batch"): {"check_ins": [{"kind": "feeling"}]},
    ("POST", "/v1/channels"): {"kind": "webhook", "url": "https://hooks.example/"},
    ("PUT", "/v1/channels/order"): {"channels": []},
    ("POST", "/v1/pauses"): {"from": "2026-11-24"},
    ("PUT", "/v1/topics"): {"off": ["loss"]},
    ("POST", "/v1/practices"): {"name": "Evening walk"},
    ("POST", "/v1/pulse"): {"answers": {"satisfaction": 4}},
    REGISTER: {"name": "Ana", "zone": "Europe/Paris"},
    RECOVER: {"code": "0000-0000"},
}
_QUERIES = {"/v1/streak/explain": "?day=2026-11-24"}


class Endpoint(NamedTuple):
    """`template` as Flask writes it; `path` names things that nobody has."""

    method: str
    template: str

    @property
    def path(self) -> str:
        return re.sub("<[^>]+>", _NOBODYS, self.template) + _QUERIES.get(self.template, "")

    @property
    def body(self) -> Any:
        """One that would be taken, from above if it needs fields; None where none is read."""
        takes_one = self.method in {"POST", "PATCH", "PUT"}
        return _BODIES.get((self.method, self.template), {}) if takes_one else None

    def __str__(self) -> str:
        return f"{self.method} {self.template}"


def _listed() -> list[Endpoint]:
    rules = World().app.url_map.iter_rules()
    return sorted(
        Endpoint(method, rule.rule)
        for rule in rules
        for method in rule.methods or ()
        if method not in {"HEAD", "OPTIONS"} and rule.endpoint != "static" and rule.rule not in PAGES
    )


EVERY = _listed()
PRIVATE = [endpoint for endpoint in EVERY if endpoint not in {*PUBLIC, REGISTER, RECOVER}]
WRITES = [endpoint for endpoint in PRIVATE if endpoint.method != "GET"]
WITH_BODY = [endpoint for endpoint in EVERY if endpoint.body is not None]
NAMING = [endpoint for endpoint in PRIVATE if "<" in endpoint.template]
