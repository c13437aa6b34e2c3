"""What becomes of an entry: amended, shared, sealed again, deleted, undone, answered, revealed."""

from typing import Any

import pytest
from checkin.words.decks import PROMPTS

from tests.flow.partners import others
from tests.flow.refusals import pointers, refusal
from tests.flow.test_leaving import leave
from tests.flow.world import Somebody, World

TODAY = "2026-11-24"


def path(entry: str, *more: str) -> str:
    return "/".join((f"/v1/check-ins/{entry}", *more))


def without_nothing(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if value is not None}


# --- fields -------------------------------------------------------------------------------------------


def test_being_vulnerable_has_four_steps(ana: Somebody) -> None:
    entry = ana.check_in("vulnerability", step=4)

    assert ana.get(path(entry))["step"] == 4
    assert pointers(ana.ask("POST", "/v1/check-ins", {"kind": "vulnerability", "step": 5})) == ["/step"]


def test_no_other_kind_has_steps(ana: Somebody) -> None:
    assert pointers(ana.ask("POST", "/v1/check-ins", {"kind": "feeling", "step": 1})) == ["/step"]


def test_an_entry_can_answer_a_prompt_that_there_is(ana: Somebody) -> None:
    entry = ana.check_in(prompt=PROMPTS[3].id)

    assert ana.get(path(entry))["prompt"] == PROMPTS[3].id
    assert pointers(ana.ask("POST", "/v1/check-ins", {"kind": "feeling", "prompt": "none"})) == ["/prompt"]


def test_what_and_prompt_stand_sealed_in_the_log(world: World, ana: Somebody) -> None:
    ana.check_in("quality_time", what="a long walk", prompt=PROMPTS[3].id)

    written = b"".join(raw.value or b"" for raw in world.log.records)
    assert b"a long walk" not in written
    assert PROMPTS[3].id.encode() not in written


# --- amending -----------------------------------------------------------------------------------------


def test_what_is_not_named_stays(ana: Somebody) -> None:
    entry = ana.check_in("quality_time", note="Tea.", what="tea", minutes=20, feelings=["calm"])
    before = ana.get(path(entry))
    after = ana.ok("PATCH", path(entry), {"note": "Coffee."})

    assert after == before | {"note": "Coffee.", "amended_at": "2026-11-24T11:00:00.000Z"}
    assert ana.get(path(entry)) == after


def test_null_removes(ana: Somebody) -> None:
    entry = ana.check_in(note="Tea.", feelings=["calm"], minutes=5)
    after = ana.ok("PATCH", path(entry), {"note": None, "feelings": None, "minutes": None})

    assert (after["note"], after["feelings"], after["minutes"]) == (None, None, None)


def test_the_author_can_read_every_version_the_latest_first(world: World, ana: Somebody) -> None:
    entry = ana.check_in(note="One.")
    for note in ("Two.", "Three."):
        world.wait(seconds=60)
        ana.ok("PATCH", path(entry), {"note": note})

    versions = ana.get(path(entry, "versions"))["versions"]
    assert [version["note"] for version in versions] == ["Three.", "Two.", "One."]
    assert [version["at"][11:19] for version in versions] == ["11:02:00", "11:01:00", "11:00:00"]


def test_an_entry_that_was_never_amended_has_no_versions(ana: Somebody) -> None:
    assert ana.get(path(ana.check_in(), "versions")) == {"versions": []}


def test_the_partner_sees_what_it_says_now_and_no_trace_of_before(
    couple: str, ana: Somebody, bo: Somebody
) -> None:
    entry = ana.check_in(visibility="shared", note="One.")
    ana.ok("PATCH", path(entry), {"note": "Two."})

    (seen,) = others(bo)
    assert (seen["note"], seen["amended_at"]) == ("Two.", None)
    assert bo.ask("GET", path(seen["id"], "versions")).status_code == 404


def test_what_was_shared_can_be_sealed_again(couple: str, ana: Somebody, bo: Somebody) -> None:
    entry = ana.check_in(visibility="shared", note="Hello.", minutes=4)
    ana.ok("PATCH", path(entry), {"visibility": "sealed"})

    (seen,) = others(bo)
    assert without_nothing(seen).keys() == {"id", "author", "local_date", "visibility"}
    assert "Hello." not in bo.ask("GET", "/v1/check-ins").text


def test_what_was_sealed_can_be_shared_when_its_author_is_ready(
    couple: str, ana: Somebody, bo: Somebody
) -> None:
    entry = ana.check_in("vulnerability", note="I am afraid of the move.")
    ana.ok("PATCH", path(entry), {"visibility": "shared"})

    (seen,) = others(bo)
    assert (seen["kind"], seen["note"]) == ("vulnerability", "I am afraid of the move.")


@pytest.mark.parametrize("visibility", ["shared", "sealed", None])
def test_what_is_secret_stays_secret(couple: str, ana: Somebody, visibility: str | None) -> None:
    entry = ana.check_in(visibility="secret")

    assert pointers(ana.ask("PATCH", path(entry), {"visibility": visibility})) == ["/visibility"]


@pytest.mark.parametrize("visibility", ["shared", "sealed"])
def test_nothing_becomes_secret_later(couple: str, ana: Somebody, visibility: str) -> None:
    entry = ana.check_in(visibility=visibility)

    assert pointers(ana.ask("PATCH", path(entry), {"visibility": "secret"})) == ["/visibility"]


@pytest.mark.parametrize("change", [{"kind": "repair"}, {"day": "yesterday"}, {"busy": 1}, {"author": "x"}])
def test_kind_date_and_author_cannot_be_changed(ana: Somebody, change: dict[str, Any]) -> None:
    answer = ana.ask("PATCH", path(ana.check_in()), change)

    assert pointers(answer) == [f"/{name}" for name in change]


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_the_partners_entry_can_be_changed_by_no_form_of_its_id(
    couple: str, ana: Somebody, bo: Somebody, method: str
) -> None:
    entry = ana.check_in(visibility="shared", note="Mine.")
    (seen,) = others(bo)
    for known in (entry, seen["id"]):
        assert refusal(bo.ask(method, path(known), {})) == (404, "unknown_entry")

    assert ana.get(path(entry))["note"] == "Mine."


def test_two_amendments_at_once_are_both_kept_and_the_later_holds(world: World, ana: Somebody) -> None:
    entry = ana.check_in(note="One.")
    world.at_once(
        lambda: ana.ask("PATCH", path(entry), {"note": "Two."}),
        lambda: ana.ask("PATCH", path(entry), {"note": "Three."}),
    )

    versions = ana.get(path(entry, "versions"))["versions"]
    assert {version["note"] for version in versions} == {"One.", "Two.", "Three."}
    assert ana.get(path(entry))["note"] == "Three."


def test_an_amendment_that_is_repeated_is_one(world: World, ana: Somebody) -> None:
    entry = ana.check_in(note="One.")
    for _ in range(2):
        ana.ok("PATCH", path(entry), {"note": "Two."}, Idempotency_Key="k")

    assert len(ana.get(path(entry, "versions"))["versions"]) == 2


def test_whoever_has_left_can_still_change_and_delete_what_they_wrote(
    couple: str, ana: Somebody, bo: Somebody
) -> None:
    entries = [bo.check_in(visibility="shared", note="Hello.") for _ in range(2)]
    leave(bo)
    bo.ok("PATCH", path(entries[0]), {"note": "Goodbye."})
    bo.ask("DELETE", path(entries[1]))

    assert bo.get(path(entries[0]))["note"] == "Goodbye."
    assert bo.get(path(entries[1]))["deleted"] is True


# --- deleting -----------------------------------------------------------------------------------------


def test_deleting_removes_what_it_said_for_everybody(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    entry = ana.check_in(visibility="shared", note="One.", minutes=3)
    ana.ok("PATCH", path(entry), {"note": "Two."})
    assert ana.ask("DELETE", path(entry)).status_code == 204

    mine = {"id", "author", "kind", "local_date", "visibility", "at", "deleted"}
    assert without_nothing(ana.get(path(entry))).keys() == mine
    names = [name for views in world.store.hashes.values() for name in views if name.startswith("version/")]
    assert names == []


def test_to_the_partner_a_deleted_entry_is_as_a_sealed_one(couple: str, ana: Somebody, bo: Somebody) -> None:
    ana.ask("DELETE", path(ana.check_in(visibility="shared", note="Hello.")))
    ana.check_in(visibility="sealed", note="Hello.")

    assert len({tuple(set(without_nothing(seen)) - {"id"}) for seen in others(bo)}) == 1
    assert {seen["visibility"] for seen in others(bo)} == {"sealed"}


def test_deleting_does_not_take_the_day_back(couple: str, ana: Somebody, bo: Somebody) -> None:
    bo.check_in()
    ana.ask("DELETE", path(ana.check_in()))

    assert ana.get("/v1/streak")["count"] == 1


def test_what_was_deleted_cannot_be_changed_or_deleted_again(ana: Somebody) -> None:
    entry = ana.check_in()
    ana.ask("DELETE", path(entry))

    assert refusal(ana.ask("PATCH", path(entry), {"note": "x"})) == (404, "unknown_entry")
    assert refusal(ana.ask("DELETE", path(entry))) == (404, "unknown_entry")


def test_an_amendment_on_its_way_brings_nothing_of_a_deleted_entry_back(world: World, ana: Somebody) -> None:
    entry = ana.check_in(note="One.")
    answers = world.at_once(
        lambda: ana.ask("DELETE", path(entry)),
        lambda: ana.ask("PATCH", path(entry), {"note": "Two."}),
    )

    assert [answer.status_code for answer in answers] == [204, 404]
    assert without_nothing(ana.get(path(entry))).get("note") is None


# --- undoing ------------------------------------------------------------------------------------------


def test_a_mistaken_tap_can_be_undone_altogether(couple: str, ana: Somebody, bo: Somebody) -> None:
    entry = ana.check_in(visibility="shared")
    assert ana.ask("DELETE", f"{path(entry)}?undo=true").status_code == 204

    assert ana.get("/v1/check-ins")["check_ins"] == []
    assert others(bo) == []


def test_a_day_is_kept_no_more_once_its_entry_is_undone(couple: str, ana: Somebody, bo: Somebody) -> None:
    bo.check_in()
    entry = ana.check_in()
    kept = ana.get("/v1/streak")
    ana.ask("DELETE", f"{path(entry)}?undo=true")
    undone = ana.get("/v1/streak")

    assert (kept["count"], kept["today"]["state"]) == (1, "kept")
    assert (undone["count"], undone["today"]["state"], undone["today"]["you"]) == (0, "open", False)


def test_after_ten_minutes_it_is_too_late(world: World, ana: Somebody) -> None:
    entry = ana.check_in()
    world.wait(seconds=601)

    assert refusal(ana.ask("DELETE", f"{path(entry)}?undo=true")) == (409, "too_late_to_undo")
    assert len(ana.get("/v1/check-ins")["check_ins"]) == 1


def test_undoing_twice_at_once_is_undoing_once(world: World, ana: Somebody) -> None:
    entry = ana.check_in()
    answers = world.at_once(*[lambda: ana.ask("DELETE", f"{path(entry)}?undo=true")] * 2)

    assert sorted(answer.status_code for answer in answers) == [204, 404]


# --- answering ----------------------------------------------------------------------------------------


def test_a_reflection_answers_what_the_partner_has_shared(couple: str, ana: Somebody, bo: Somebody) -> None:
    ana.check_in(visibility="shared", note="It was a long day.")
    (seen,) = others(bo)
    made = bo.ok("POST", path(seen["id"], "reflection"), {"note": "You are tired."})

    (answer,) = [entry for entry in others(ana) if entry["author"] == bo.id]
    assert (answer["kind"], answer["visibility"], answer["note"]) == (
        "reflection",
        "shared",
        "You are tired.",
    )
    assert ana.get(path(answer["in_reply_to"]))["note"] == "It was a long day."
    assert bo.get(path(made["id"]))["in_reply_to"] == seen["id"]


def test_the_address_of_a_reflection_says_what_it_is(couple: str, ana: Somebody, bo: Somebody) -> None:
    ana.check_in(visibility="shared")
    body = {"kind": "feeling", "in_reply_to": others(bo)[0]["id"]}

    assert pointers(bo.ask("POST", path(others(bo)[0]["id"], "reflection"), body)) == [
        "/in_reply_to",
        "/kind",
    ]


@pytest.mark.parametrize("visibility", ["sealed", "secret"])
def test_what_is_not_shared_cannot_be_answered(
    couple: str, ana: Somebody, bo: Somebody, visibility: str
) -> None:
    entry = ana.check_in(visibility=visibility)
    known = [seen["id"] for seen in others(bo)] or [entry]

    assert refusal(bo.ask("POST", path(known[0], "reflection"), {})) == (404, "unknown_entry")


def test_whose_entry_it_was_may_say_that_they_felt_heard(couple: str, ana: Somebody, bo: Somebody) -> None:
    ana.check_in(visibility="shared")
    made = bo.ok("POST", path(others(bo)[0]["id"], "reflection"), {"note": "I see."})["id"]
    before = bo.get(path(made))["felt_heard"]
    reflection = next(entry["id"] for entry in others(ana))

    assert ana.ask("POST", path(reflection, "felt-heard"), {}).status_code == 204
    assert (before, bo.get(path(made))["felt_heard"]) == (False, True)


def test_nobody_else_can_say_so(couple: str, ana: Somebody, bo: Somebody) -> None:
    ana.check_in(visibility="shared")
    made = bo.ok("POST", path(others(bo)[0]["id"], "reflection"), {})["id"]
    bo.check_in(visibility="shared")
    feeling = next(entry["id"] for entry in others(ana) if entry["kind"] == "feeling")

    assert refusal(bo.ask("POST", path(made, "felt-heard"), {})) == (404, "unknown_entry")
    assert refusal(ana.ask("POST", path(feeling, "felt-heard"), {})) == (404, "unknown_entry")


# --- reply to reveal ----------------------------------------------------------------------------------


@pytest.fixture
def revealing(couple: str, ana: Somebody) -> None:
    """The two have agreed that each sees the other's day after they have written their own."""
    ana.ok("PUT", "/v1/couple/pact", {"reply_to_reveal": True})


def test_what_is_shared_waits_for_the_readers_own_entry(revealing: None, ana: Somebody, bo: Somebody) -> None:
    ana.check_in(visibility="shared", note="Hello.")
    (waiting,) = others(bo)
    bo.check_in()
    (revealed,) = others(bo)

    assert without_nothing(waiting) == {
        "id": revealed["id"],
        "author": ana.id,
        "local_date": TODAY,
        "visibility": "shared",
        "awaits_reply": True,
    }
    assert (revealed["note"], revealed["awaits_reply"]) == ("Hello.", None)


def test_a_secret_entry_reveals_nothing(revealing: None, ana: Somebody, bo: Somebody) -> None:
    ana.check_in(visibility="shared", note="Hello.")
    bo.check_in(visibility="secret")

    assert others(bo)[0]["awaits_reply"] is True


def test_an_entry_for_another_day_reveals_nothing(revealing: None, ana: Somebody, bo: Somebody) -> None:
    ana.check_in(visibility="shared", note="Hello.")
    bo.check_in(day="yesterday")

    assert others(bo)[0]["awaits_reply"] is True


def test_no_filter_tells_the_kind_of_what_waits(revealing: None, ana: Somebody, bo: Somebody) -> None:
    ana.check_in("repair", visibility="shared", note="Sorry.")

    assert others(bo, "?kind=repair") == others(bo, "?kind=best_thing") == []


def test_a_day_that_can_be_answered_no_more_is_shown(
    world: World, revealing: None, ana: Somebody, bo: Somebody
) -> None:
    ana.check_in(visibility="shared", note="Hello.")
    world.wait(hours=3 * 24)

    assert others(bo)[0]["note"] == "Hello."


def test_without_that_agreement_nothing_waits(couple: str, ana: Somebody, bo: Somebody) -> None:
    ana.check_in(visibility="shared", note="Hello.")

    assert others(bo)[0]["note"] == "Hello."
