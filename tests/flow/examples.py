"""Each endpoint asked once, as its example in the OpenAPI document: what is shown there it really said.

`make openapi` writes them to `services/checkin/examples.json`. Secrets are told apart by chance, so each is
shown as the same letters. A new endpoint is one line in `_asked`.
"""

import json
import re
from pathlib import Path
from typing import Any

import checkin

from tests.flow.partners import others
from tests.flow.world import Somebody, World
from tests.people import ANA, BO, EVE

RECORDED = Path(checkin.__path__[0], "examples.json")
_SECRETS = (
    (re.compile(r"\b(at[wr]_[0-9a-f-]{36}_)[\w-]{43}"), r"\1" + "Sh0wn1ce" * 5 + "abc"),
    (re.compile(r"\b([0-9a-f-]{36}\.)[\w-]{43}"), r"\1" + "C0deC0de" * 5 + "abc"),
    (re.compile(r"whsec_[\w+/=]{44}"), "whsec_" + "c2VjcmV0" * 5 + "c2U="),
    (re.compile(r"\b(?:[0-9A-Z]{4}-){12}[0-9A-Z]{4}\b"), "ABCD-EF12-" * 6 + "ABCD"),
    (re.compile(r'(?<="last_four": ")[^"]{4}'), "aabc"),
)


class _Recorder:
    """Asks, and remembers under method and template what was sent and what came back."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.found: dict[str, dict[str, Any]] = {}

    def ask(self, who: Somebody | None, method: str, template: str, body: Any = None, **names: str) -> Any:
        """One request, `names` for what stands in braces, `query` for what stands behind it."""
        path = re.sub(r"\{(\w+)\}", lambda name: names[name[1]], template) + names.get("query", "")
        asker = who or Somebody(self.world.http, "", "")
        answer = asker.ask(method, path, body, **({} if who else {"Authorization": ""}))
        assert answer.status_code < 300, (method, path, answer.text)
        answered = answer.json if answer.is_json else None
        self.found[f"{method} {template}"] = {
            "status": str(answer.status_code),
            "sent": body,
            "answered": answered,
        }
        return answered


def _asked(r: _Recorder, ana: Somebody, bo: Somebody) -> None:
    """One line for each endpoint, in an order in which each has something to say."""
    entry = {
        "kind": "feeling",
        "feelings": ["calm"],
        "note": "A walk by the lake.",
        "visibility": "shared",
        "busy": 1,
    }
    r.ask(
        None,
        "POST",
        "/v1/people",
        {"name": EVE.name, "zone": EVE.zone, "day_start": "03:00", "language": "en"},
    )
    r.ask(ana, "PATCH", "/v1/people/me", {"name": "Ana", "language": "en"})
    code = r.ask(ana, "POST", "/v1/invites", {})["code"]
    r.ask(bo, "POST", "/v1/invites/{code}/accept", {}, code=code)
    r.ask(ana, "POST", "/v1/couple/confirm", {})
    r.ask(ana, "PUT", "/v1/couple/pact", {"mode": "daily", "agreed_days": 3.5, "reply_to_reveal": False})
    r.ask(ana, "PUT", "/v1/topics", {"off": ["loss", "money"]})
    r.ask(ana, "POST", "/v1/practices", {"name": "Evening walk"})
    bo.check_in("quality_time", minutes=30, what="Tea on the balcony", visibility="shared")
    mine = r.ask(ana, "POST", "/v1/check-ins", entry)["id"]
    (theirs,) = others(ana)
    r.ask(ana, "POST", "/v1/check-ins/{checkin}/reflection", {"note": "I heard that."}, checkin=theirs["id"])
    (reply,) = [seen for seen in others(bo) if seen["kind"] == "reflection"]
    r.ask(bo, "POST", "/v1/check-ins/{checkin}/felt-heard", {}, checkin=reply["id"])
    gathered = {"id": "0193a000-0000-7000-8000-000000000001", "kind": "self_love", "day": "yesterday"}
    r.ask(ana, "POST", "/v1/check-ins/batch", {"check_ins": [gathered]})
    r.ask(ana, "PATCH", "/v1/check-ins/{checkin}", {"note": "A walk by the lake, at last."}, checkin=mine)
    r.ask(ana, "POST", "/v1/pulse", {"answers": {"satisfaction": 4, "resilience": 3}, "shared": False})
    r.ask(ana, "POST", "/v1/tokens", {"scope": "read", "name": "Kitchen tablet"})
    r.ask(ana, "POST", "/v1/recovery-codes", {})
    r.ask(bo, "POST", "/v1/check-ins", {"kind": "appreciation", "note": "Thank you."})
    r.ask(ana, "POST", "/v1/check-ins", entry)
    wishes = {"system": "fewer", "quiet": {"from": "21:00", "until": "07:30"}, "kinds": {"week.summed": True}}
    r.ask(ana, "PUT", "/v1/nudge-settings", wishes)
    r.ask(bo, "POST", "/v1/nudges", {"text": "Thinking of you."})
    r.world.wait(hours=20)
    r.ask(ana, "POST", "/v1/channels", {"kind": "webhook", "url": "https://hooks.example/attune"})
    r.ask(ana, "GET", "/v1/streak/explain", query="?day=2026-11-24")
    r.ask(ana, "GET", "/v1/help", query="?country=FR")
    r.ask(ana, "GET", "/v1/check-ins", query="?limit=2")
    for name in ("/v1/check-ins/{checkin}", "/v1/check-ins/{checkin}/versions"):
        r.ask(ana, "GET", name, checkin=mine)
    for name in _READS:
        r.ask(ana, "GET", f"/v1/{name}")
    r.ask(ana, "POST", "/v1/pauses", {"from": "2026-12-24", "until": "2027-01-02"})
    r.ask(ana, "GET", "/v1/pauses")
    r.ask(ana, "DELETE", "/v1/couple/members/me")
    r.ask(bo, "DELETE", "/v1/people/me")


_READS = (
    "people/me", "tokens", "recovery-codes", "couple", "couple/pact", "practices", "streak", "calendar",
    "lapse", "moments", "insights", "prompt", "topics", "pulse", "nudges", "channels", "channels/kinds",
    "calendar-feed", "nudges/forecast", "nudge-settings",
)  # fmt: skip


def recorded() -> str:
    """All examples, as the file has them."""
    world = World()
    recorder = _Recorder(world)
    _asked(recorder, world.register(ANA), world.register(BO))
    text = json.dumps(recorder.found, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    for secret, shown in _SECRETS:
        text = secret.sub(shown, text)
    return text
