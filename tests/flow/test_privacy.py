"""What the partner is shown: of a shared entry a date and no time, of a sealed one that it exists."""

import base64

import pytest

from tests.flow.partners import others, uuid7
from tests.flow.world import Somebody, World, body_of
from tests.streams import HOUR_MS, NOON_MS


def test_a_shared_entry_shows_its_date_and_never_its_time(couple: str, ana: Somebody, bo: Somebody) -> None:
    entry = uuid7(NOON_MS - HOUR_MS)
    ana.check_in(id=entry, visibility="shared", note="Hi.", feelings=["calm"], minutes=5, busy=2)

    (seen,) = others(bo)
    assert {name: value for name, value in seen.items() if value is not None} == {
        "id": seen["id"],
        "author": ana.id,
        "kind": "feeling",
        "local_date": "2026-11-24",
        "visibility": "shared",
        "note": "Hi.",
        "feelings": ["calm"],
        "minutes": 5,
    }
    assert seen["id"] != entry


def test_a_sealed_entry_shows_only_that_it_exists(couple: str, ana: Somebody, bo: Somebody) -> None:
    ana.check_in("vulnerability", visibility="sealed", note="Not yet.", feelings=["sad"], minutes=5, busy=2)

    (seen,) = others(bo)
    known = {"id", "author", "local_date", "visibility"}
    assert {name for name, value in seen.items() if value is not None} == known
    assert bo.get(f"/v1/check-ins/{seen['id']}") == seen


def test_the_id_in_the_log_is_unknown_to_the_partner(couple: str, ana: Somebody, bo: Somebody) -> None:
    entry = ana.check_in(visibility="shared")

    assert entry not in bo.ask("GET", "/v1/check-ins").text
    assert bo.ask("GET", f"/v1/check-ins/{entry}").status_code == 404


def test_a_cursor_shows_no_id(couple: str, ana: Somebody, bo: Somebody) -> None:
    entries = [ana.check_in(id=uuid7(NOON_MS - n)) for n in range(3)]
    shown, path = "", "/v1/check-ins?limit=1"
    while path:
        answer = bo.ask("GET", path)
        shown += str(base64.urlsafe_b64decode(body_of(answer)["next"] or ""))
        shown += answer.headers.get("Link", "")
        path = answer.headers.get("Link", "").partition(">")[0].removeprefix("<")

    assert "2026-11-24" in shown
    assert not any(entry in shown for entry in entries)


@pytest.mark.parametrize("kind", ["vulnerability", "quality_time"])
def test_the_kind_filter_does_not_find_what_is_sealed(
    couple: str, ana: Somebody, bo: Somebody, kind: str
) -> None:
    ana.check_in(kind, visibility="sealed")
    right = bo.ask("GET", f"/v1/check-ins?kind={kind}&limit=1")
    wrong = bo.ask("GET", "/v1/check-ins?kind=repair&limit=1")

    assert body_of(right)["check_ins"] == []
    assert right.data == wrong.data


def test_pages_by_kind_do_not_tell_sealed_kinds_apart(couple: str, ana: Somebody, bo: Somebody) -> None:
    for kind in ("feeling", "repair", "feeling", "vulnerability"):
        ana.check_in(kind, visibility="sealed")
    right, wrong = (bo.ask("GET", f"/v1/check-ins?kind={k}&limit=2") for k in ("feeling", "best_thing"))

    assert right.data == wrong.data


def test_the_partner_is_not_told_who_has_checked_in(couple: str, ana: Somebody, bo: Somebody) -> None:
    before = bo.get("/v1/streak")
    ana.check_in(visibility="sealed")

    assert bo.get("/v1/streak") == before


def test_an_error_text_holds_nothing_of_the_partners(couple: str, ana: Somebody, bo: Somebody) -> None:
    entry = ana.check_in("vulnerability", visibility="sealed", note="Not yet.")
    (seen,) = others(bo)
    sealed, unknown = (
        bo.ask("POST", "/v1/check-ins", {"kind": "reflection", "in_reply_to": presented})
        for presented in (seen["id"], entry)
    )

    assert sealed.data == unknown.data
    assert not any(word in sealed.text for word in (entry, seen["id"], "sealed", "vulnerability"))


def test_a_busy_flag_is_ones_own(couple: str, ana: Somebody, bo: Somebody) -> None:
    entry = ana.check_in(busy=3, visibility="shared")

    assert (ana.get(f"/v1/check-ins/{entry}")["busy"], others(bo)[0]["busy"]) == (3, None)


def test_channels_and_tokens_are_ones_own(couple: str, ana: Somebody, bo: Somebody) -> None:
    ana.ok("POST", "/v1/channels", {"kind": "webhook", "url": "https://hooks.example/ana"})
    ana.ok("POST", "/v1/tokens", {})

    assert bo.get("/v1/channels") == {"channels": []}
    assert len(bo.get("/v1/tokens")["tokens"]) == 1


def test_a_partners_inbox_is_their_own(world: World, couple: str, ana: Somebody, bo: Somebody) -> None:
    ana.check_in("appreciation")
    world.wait(hours=3)

    assert (len(bo.get("/v1/nudges")["nudges"]), ana.get("/v1/nudges")["nudges"]) == (1, [])
