"""Reading check-ins: one, all, page by page, by filters."""

from typing import Any

import pytest

from tests.flow.refusals import pointers, refusal
from tests.flow.world import Somebody, World, body_of

OWN = {
    "id",
    "author",
    "kind",
    "local_date",
    "visibility",
    "at",
    "busy",
    "minutes",
    "in_reply_to",
    "note",
    "feelings",
    "what",
    "prompt",
    "step",
    "felt_heard",
    "amended_at",
    "deleted",
    "awaits_reply",
    "unreadable",
}


def ids(somebody: Somebody, query: str = "") -> list[str]:
    return [entry["id"] for entry in somebody.get(f"/v1/check-ins{query}")["check_ins"]]


def pages(somebody: Somebody, query: str) -> list[list[str]]:
    """What is listed, page by page, following `Link` as a client does."""
    found, path = [], f"/v1/check-ins?{query}"
    while path:
        answer = somebody.ask("GET", path)
        found.append([entry["id"] for entry in body_of(answer)["check_ins"]])
        path = answer.headers.get("Link", "").partition(">")[0].removeprefix("<")
    return found


@pytest.fixture
def diary(couple: str, ana: Somebody, bo: Somebody) -> list[str]:
    """Three entries of Ana's, the latest date first, each the day after one of Bo's."""
    for day in ("2026-11-22", "yesterday", "today"):
        bo.check_in(day=day, visibility="shared")
    return [ana.check_in(day=day) for day in ("today", "yesterday", "2026-11-22")]


def test_the_latest_date_comes_first(diary: list[str], ana: Somebody) -> None:
    entries = ana.get("/v1/check-ins")["check_ins"]

    assert [entry["local_date"] for entry in entries] == sorted(
        (entry["local_date"] for entry in entries), reverse=True
    )
    assert [entry["id"] for entry in entries if entry["author"] == ana.id] == diary


def test_ones_own_entry_is_listed_with_everything(ana: Somebody) -> None:
    made = ana.check_in()

    (entry,) = ana.get("/v1/check-ins")["check_ins"]
    assert set(entry) == OWN
    assert entry == ana.get(f"/v1/check-ins/{made}")


def test_nothing_is_listed_before_anything_was_entered(ana: Somebody) -> None:
    assert ana.get("/v1/check-ins") == {"check_ins": [], "next": None}


def test_pages_joined_are_the_whole_list(diary: list[str], ana: Somebody) -> None:
    whole = ids(ana)

    for limit in (1, 2, 3, 4, 5, 6, 7):
        assert [entry for page in pages(ana, f"limit={limit}") for entry in page] == whole


def test_the_last_page_has_no_next(diary: list[str], ana: Somebody) -> None:
    answer = ana.ask("GET", "/v1/check-ins?limit=6")

    assert body_of(answer)["next"] is None
    assert "Link" not in answer.headers


def test_the_link_to_the_next_page_keeps_the_filters(diary: list[str], ana: Somebody) -> None:
    found = pages(ana, f"limit=1&author={ana.id}&from=2026-11-23")

    assert [entry for page in found for entry in page] == diary[:2]


def test_dates_are_included(diary: list[str], ana: Somebody) -> None:
    mine = f"author={ana.id}"

    assert ids(ana, f"?{mine}&from=2026-11-23") == diary[:2]
    assert ids(ana, f"?{mine}&to=2026-11-23") == diary[1:]
    assert ids(ana, f"?{mine}&from=2026-11-23&to=2026-11-23") == diary[1:2]
    assert ids(ana, f"?{mine}&from=0001-01-01&to=9998-12-31") == diary
    assert ids(ana, f"?{mine}&from=2026-11-25&to=2026-11-24") == []


def test_the_author_filter_tells_the_members_apart(diary: list[str], ana: Somebody, bo: Somebody) -> None:
    assert ids(ana, f"?author={ana.id}") == diary
    assert len(ids(ana, f"?author={bo.id}")) == 3


def test_a_strangers_entries_are_nobodys(diary: list[str], ana: Somebody, eve: Somebody) -> None:
    assert ids(ana, f"?author={eve.id}") == []
    assert ids(eve, f"?author={ana.id}") == []


def test_the_kind_filter_finds_ones_own_and_what_is_shared(couple: str, ana: Somebody, bo: Somebody) -> None:
    mine = ana.check_in("self_love")
    ana.check_in("feeling")
    bo.check_in("self_love", visibility="shared")
    bo.check_in("self_love", visibility="sealed")

    found = ana.get("/v1/check-ins?kind=self_love")["check_ins"]
    assert len(found) == 2
    assert mine in {entry["id"] for entry in found}


def test_what_a_filter_leaves_is_found_however_far_back(ana: Somebody) -> None:
    old = ana.check_in("repair", day="2026-11-22")
    for _ in range(30):
        ana.check_in("feeling")

    assert [entry for page in pages(ana, "kind=repair&limit=1") for entry in page] == [old]


def test_entries_from_before_the_couple_stay_ones_own(world: World, ana: Somebody, bo: Somebody) -> None:
    alone = ana.check_in(visibility="shared")
    world.pair(ana, bo)
    together = ana.check_in(visibility="shared")

    assert sorted(ids(ana)) == sorted([alone, together])
    assert len(ids(bo)) == 1
    assert ana.get(f"/v1/check-ins/{alone}")["id"] == alone


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("kind=nothing", "/kind"),
        ("author=me", "/author"),
        ("from=yesterday", "/from"),
        ("to=2026-02-30", "/to"),
        ("to=%00", "/to"),
        ("limit=0", "/limit"),
        ("limit=201", "/limit"),
        ("limit=ten", "/limit"),
        ("limit=" + "9" * 400, "/limit"),
        ("cursor=x", "/cursor"),
        ("cursor=%FF%FE", "/cursor"),
        ("cursor=MjAyNi0xMS0yNA==", "/cursor"),
        ("first=2026-11-24", "/first"),
        ("page=2", "/page"),
    ],
)
def test_a_query_that_cannot_be_taken_is_named(ana: Somebody, query: str, pointer: str) -> None:
    assert pointers(ana.ask("GET", f"/v1/check-ins?{query}")) == [pointer]


@pytest.mark.parametrize("entry", ["0190e000-0000-7000-8000-00000000000e", "x", "0", "%00", ".."])
def test_an_unknown_entry_is_refused(ana: Somebody, entry: str) -> None:
    assert refusal(ana.ask("GET", f"/v1/check-ins/{entry}"))[0] == 404


def test_the_partners_entry_is_read_by_the_id_that_the_list_shows(
    couple: str, ana: Somebody, bo: Somebody
) -> None:
    ana.check_in(visibility="shared", note="Hello.")
    (listed,) = bo.get("/v1/check-ins")["check_ins"]

    assert bo.get(f"/v1/check-ins/{listed['id']}") == listed


def test_a_list_that_has_not_changed_is_not_sent_again(world: World, ana: Somebody) -> None:
    etag = ana.ask("GET", "/v1/check-ins").headers["ETag"]
    again = ana.ask("GET", "/v1/check-ins", If_None_Match=etag)
    ana.check_in()
    changed = ana.ask("GET", "/v1/check-ins", If_None_Match=etag)

    assert (again.status_code, again.data) == (304, b"")
    assert changed.status_code == 200


@pytest.mark.parametrize(
    "path", ["/v1/people/me", "/v1/couple", "/v1/streak", "/v1/lapse", "/v1/nudges", "/v1/tokens"]
)
def test_every_read_has_an_etag(ana: Somebody, path: str) -> None:
    etag = ana.ask("GET", path).headers["ETag"]

    assert ana.ask("GET", path, If_None_Match=etag).status_code == 304


def test_anothers_cursor_opens_nothing(diary: list[str], ana: Somebody, eve: Somebody) -> None:
    cursor: Any = body_of(ana.ask("GET", "/v1/check-ins?limit=1"))["next"]
    answer = eve.ask("GET", f"/v1/check-ins?cursor={cursor}")

    assert answer.status_code == 422 or body_of(answer)["check_ins"] == []
