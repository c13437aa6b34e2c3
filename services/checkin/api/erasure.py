"""Erasing oneself: in two steps, and with a receipt that names each store and when the last copy is gone."""

from typing import Any

from apiflask import APIBlueprint
from pydantic import BaseModel, RootModel

from checkin.door.auth import Me, signed_in
from checkin.door.commands import Answer, answer, carry_out, command_id
from checkin.door.front import Front
from checkin.door.twice import ConfirmQuery, FirstStep, first_step, refuse_unless_confirmed
from shared import days
from shared.events.person import PersonErased

_HOUR_MS = 3_600_000
_DAY_MS = 24 * _HOUR_MS


class StoreOut(BaseModel):
    """`what` goes from this store by `until`; null: it stays, and cannot be read without what has gone."""

    store: str
    what: str
    until: str | None


class Receipt(BaseModel):
    """Keep it: nobody can ask for it again."""

    erased_at: str
    stores: list[StoreOut]


class Erasing(RootModel[FirstStep | Receipt]):
    """The first step's word, then the receipt."""


_STORES: tuple[tuple[str, str, int | None], ...] = (
    ("views", "your key, settings, tokens, channels, entries, answers and inbox", 0),
    ("attune.keys", "the last copy of your wrapped key, when the topic is compacted", 2 * _HOUR_MS),
    ("redis append-only file", "what the views held, when the file is rewritten", 2 * _HOUR_MS),
    ("idempotency marks", "digests of your latest requests", 3 * _DAY_MS),
    ("attune.nudges, attune.moments", "what was planned for you and when, without any text", 90 * _DAY_MS),
    (
        "attune.journal",
        "what you wrote stays sealed, without a key; ids, kinds and dates stay: days follow from them",
        None,
    ),
    (
        "backups",
        "as your site keeps them: whoever restores one that is older than this brings you back",
        None,
    ),
)


def erasure_api(front: Front) -> APIBlueprint:
    api = APIBlueprint("erasure", __name__, tag="people", url_prefix="/v1")

    @api.delete("/people/me")
    @signed_in(front)
    @api.input(ConfirmQuery, location="query", arg_name="query")
    @api.output(Erasing)
    def erase(me: Me, query: ConfirmQuery) -> Answer:
        """Erase yourself and everything you wrote, for good, in two steps. Nobody else is told."""
        return _erase(front, me, query.confirm)

    return api


def _erase(front: Front, me: Me, word: str | None) -> Answer:
    if word is None:
        return first_step(front, me, "erase"), 200
    refuse_unless_confirmed(front, me, "erase", word)
    command = command_id(front, me)
    erased_ms = front.clock.now_ms()
    outcome = carry_out(front, me, command, PersonErased(command))
    return answer(command, outcome, _receipt(erased_ms))


def _receipt(erased_ms: int) -> dict[str, Any]:
    stores = [
        {"store": store, "what": what, "until": None if ms is None else days.iso_instant(erased_ms + ms)}
        for store, what, ms in _STORES
    ]
    return {"erased_at": days.iso_instant(erased_ms), "stores": stores}
