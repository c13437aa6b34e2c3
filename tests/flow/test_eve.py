"""Eve has a token of her own, knows every id that there is, and must be refused everywhere."""

from typing import Any

import pytest

from tests.flow.endpoints import PRIVATE, Endpoint
from tests.flow.partners import told_to
from tests.flow.refusals import refusal
from tests.flow.world import Somebody, World

CHANNEL = {"kind": "webhook", "url": "https://hooks.example/ana"}


@pytest.fixture
def names(world: World, couple: str, ana: Somebody, bo: Somebody) -> dict[str, list[str]]:
    """What Ana and Bo have, by the word that stands for it in a path."""
    entries = [ana.check_in(visibility="shared", note="Between us."), bo.check_in(visibility="secret")]
    entries += [world.front.masks.mask(entry) for entry in entries]
    code = ana.ask("POST", "/v1/invites", {}, Idempotency_Key="k")
    assert code.status_code == 409
    return {
        "<uuid:checkin>": entries,
        "<token>": [token["id"] for token in ana.get("/v1/tokens")["tokens"]],
        "<uuid:channel>": [ana.ok("POST", "/v1/channels", CHANNEL)["id"]],
        "<uuid:practice>": [ana.ok("POST", "/v1/practices", {"name": "Walks."})["id"]],
        "<uuid:command>": [ana.ok("POST", "/v1/tokens", {})["id"]],
        "<code>": [],
    }


def test_nothing_that_eve_can_read_is_of_the_couple(
    names: dict[str, list[str]], couple: str, ana: Somebody, bo: Somebody, eve: Somebody
) -> None:
    texts = [eve.ask(e.method, e.path).text for e in PRIVATE if e.method == "GET"]

    assert texts
    known = (ana.id, bo.id, couple, "Ana", "Bo", "Between us.", *names["<uuid:checkin>"])
    assert not any(word in text for text in texts for word in known)


@pytest.mark.parametrize("endpoint", [e for e in PRIVATE if "<" in e.template], ids=str)
def test_what_is_anothers_is_as_unknown_as_what_is_nobodys(
    names: dict[str, list[str]], eve: Somebody, endpoint: Endpoint
) -> None:
    nobodys = eve.ask(endpoint.method, endpoint.path, endpoint.body)

    for name, there in names.items():
        for one in there if name in endpoint.template else []:
            anothers = eve.ask(endpoint.method, endpoint.template.replace(name, one), endpoint.body)
            assert refusal(anothers) == refusal(nobodys) == (404, refusal(nobodys)[1])
            assert anothers.data == nobodys.data


def test_nothing_that_eve_does_changes_what_the_couple_reads(
    world: World, names: dict[str, list[str]], couple: str, ana: Somebody, bo: Somebody, eve: Somebody
) -> None:
    world.wait(seconds=5)
    before = told_to(ana), told_to(bo)
    for entry in names["<uuid:checkin>"]:
        for body in ({"kind": "feeling", "id": entry}, {"kind": "reflection", "in_reply_to": entry}):
            eve.ask("POST", "/v1/check-ins", body)
    eve.ask("POST", "/v1/check-ins", {"kind": "appreciation", "note": "Hello, you two."})
    eve.ask("POST", "/v1/couple/confirm", {})
    world.wait(seconds=5)

    assert (told_to(ana), told_to(bo)) == before


def test_an_id_of_anothers_entry_makes_an_entry_of_eves_own(
    world: World, couple: str, ana: Somebody, eve: Somebody
) -> None:
    entry = ana.check_in(note="Ana's.")
    eve.check_in(id=entry, note="Eve's.")

    assert eve.get(f"/v1/check-ins/{entry}")["note"] == "Eve's."
    assert ana.get(f"/v1/check-ins/{entry}")["note"] == "Ana's."


def test_eves_invite_cannot_draw_a_member_out(couple: str, bo: Somebody, eve: Somebody) -> None:
    code = eve.ok("POST", "/v1/invites", {})["code"]

    answer: Any = bo.ask("POST", f"/v1/invites/{code}/accept", {})
    assert refusal(answer) == (409, "already_in_a_couple")


def test_somebodys_text_moved_to_another_stream_does_not_open(
    world: World, couple: str, ana: Somebody, eve: Somebody
) -> None:
    """A sealed text is bound to its author, its entry and its field: copied elsewhere it is noise."""
    ana.check_in(note="Ana's.")
    sealed = world.journal()[-1].value or b""
    forged = sealed.replace(ana.id.encode(), eve.id.encode()).replace(couple.encode(), eve.id.encode())
    world.plant(forged.replace(b"couple/", b"person/"))

    (entry,) = eve.get("/v1/check-ins")["check_ins"]
    assert (entry["author"], entry["note"]) == (eve.id, None)
