"""Erasing oneself: nobody can read anything of it any more, and nothing but sealed bytes is left."""

import itertools
from base64 import b64encode

from shared.events import decode
from shared.topics import KEYS
from shared.views import NOTIFIER, PROJECTOR, STREAKS
from tests.flow.partners import others
from tests.flow.refusals import pointers
from tests.flow.test_leaving import Lived, nothing, observed, pause_for_good, without_new_ids
from tests.flow.world import Somebody, World
from tests.people import CHI
from tests.streams import HOUR_MS

ERASE = "/v1/people/me"
WORDS = ("Hello.", "Robert", "hooks.example", "whsec_", "A walk.", "swimming")


def erase(somebody: Somebody) -> dict[str, object]:
    """The receipt."""
    word = somebody.ok("DELETE", ERASE)["confirm"]
    receipt: dict[str, object] = somebody.ok("DELETE", f"{ERASE}?confirm={word}")
    return receipt


def lived(world: World, bo: Somebody) -> None:
    """Something of Bo's in every store."""
    bo.ok("PATCH", "/v1/people/me", {"name": "Robert"})
    bo.ok("POST", "/v1/channels", {"kind": "webhook", "url": "https://hooks.example/bo"})
    bo.ok("PUT", "/v1/topics", {"off": ["money"]})
    bo.ok("POST", "/v1/pulse", {"answers": {"wellbeing": 3}, "shared": True})
    for visibility, note in itertools.product(("shared", "sealed", "secret"), ("Hello.", "A walk.")):
        entry = bo.check_in(visibility=visibility, note=note, feelings=["sad"], what="swimming")
        bo.ok("PATCH", f"/v1/check-ins/{entry}", {"minutes": 4})
    world.wait(hours=48)


def wrapped_keys(world: World, person: str) -> list[bytes | None]:
    """What the log of keys has of this person, the latest last."""
    key = f"person/{person}".encode()
    return [raw.value for raw in world.log.records if raw.topic == KEYS and raw.key == key]


def kept_of(world: World, person: str) -> list[str]:
    """Names of views and lines of lists, of any service, in which this person is named."""
    names = [name for views in world.store.hashes.values() for name in views]
    lines = [line.decode() for lines in world.store.lines.values() for line in lines]
    return [text for text in names + lines if person in text]


def test_the_first_step_erases_nothing(world: World, couple: str, bo: Somebody) -> None:
    written = world.wishes()
    bo.ok("DELETE", ERASE)

    assert world.wishes() == written
    assert bo.get("/v1/people/me")["name"] == "Bo"


def test_the_word_of_leaving_does_not_erase(couple: str, bo: Somebody) -> None:
    word = bo.ok("DELETE", "/v1/couple/members/me")["confirm"]

    assert pointers(bo.ask("DELETE", f"{ERASE}?confirm={word}")) == ["/confirm"]


def test_the_receipt_names_each_store_and_when_the_last_copy_is_gone(
    world: World, couple: str, bo: Somebody
) -> None:
    receipt = erase(bo)

    assert receipt["erased_at"] == "2026-11-24T11:00:00.000Z"
    stores = {store["store"]: store["until"] for store in receipt["stores"]}  # type: ignore[attr-defined]
    assert stores["views"] == receipt["erased_at"]
    assert stores["attune.keys"] == stores["redis append-only file"] == "2026-11-24T13:00:00.000Z"
    assert (stores["attune.journal"], stores["backups"]) == (None, None)


def test_whoever_is_erased_cannot_sign_in_any_more(world: World, couple: str, bo: Somebody) -> None:
    erase(bo)

    assert bo.ask("GET", "/v1/people/me").status_code == 401
    assert bo.ask("POST", "/v1/check-ins", {"kind": "feeling"}).status_code == 401


def test_nothing_that_stands_anywhere_can_be_read(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    lived(world, bo)
    keys = [decode(key).data.wrapped for key in wrapped_keys(world, bo.id)]
    erase(bo)

    everything = b"\n".join(raw.value or b"" for raw in world.log.records if raw.topic != KEYS)
    everything += b"\n".join(packed for views in world.store.hashes.values() for packed in views.values())
    assert not [word for word in WORDS if word.encode() in everything]
    assert not [key for key in keys if key in everything or b64encode(key) in everything]


def test_the_key_ends_with_a_tombstone(world: World, couple: str, bo: Somebody) -> None:
    erase(bo)

    of_bo = [
        raw.value for raw in world.log.records if raw.topic == KEYS and raw.key == f"person/{bo.id}".encode()
    ]
    assert of_bo[-1] is None


def test_a_key_that_comes_after_the_end_is_not_taken(world: World, couple: str, bo: Somebody) -> None:
    (key,) = [raw for raw in world.log.records if raw.topic == KEYS and raw.key == f"person/{bo.id}".encode()]
    erase(bo)
    world.log.put(KEYS, key.partition, key.key, key.value)
    world.settle()

    assert kept_of(world, bo.id) == [f"outcomes/person/{bo.id}"]


def test_no_service_shows_anything_of_who_is_erased(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    lived(world, bo)
    ana.check_in("appreciation", note="Thank you.")
    world.wait(hours=24)
    before = kept_of(world, bo.id)
    erase(bo)

    assert len(before) > 10
    assert kept_of(world, bo.id) == [f"outcomes/person/{bo.id}"]


def test_somebody_alone_can_be_erased(world: World, ana: Somebody) -> None:
    for _ in range(40):
        ana.check_in(visibility="shared")
        world.wait(hours=24)
    erase(ana)

    assert kept_of(world, ana.id) == [f"outcomes/person/{ana.id}"]


def test_the_entries_of_every_couple_that_they_were_in_are_gone(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    bo.check_in(visibility="shared")
    word = bo.ok("DELETE", "/v1/couple/members/me")["confirm"]
    bo.ask("DELETE", f"/v1/couple/members/me?confirm={word}")
    world.pair(bo, world.register(CHI))
    bo.check_in(visibility="shared")
    erase(bo)

    assert kept_of(world, bo.id) == [f"outcomes/person/{bo.id}"]


def test_the_others_entries_stay(world: World, couple: str, ana: Somebody, bo: Somebody) -> None:
    entry = ana.check_in(visibility="shared", note="Mine.")
    bo.check_in()
    erase(bo)

    assert [e["id"] for e in ana.get("/v1/check-ins")["check_ins"]] == [entry]


def test_no_observation_tells_an_erasure_from_a_pause_without_an_end() -> None:
    erased, paused = Lived(), Lived()
    erase(erased.bo)
    pause_for_good(paused)
    # The erasure wrote as much as the pause did: ids that follow are the same.
    nothing(erased)

    for hours in (0, 20, 24, 24 * 14):
        for pair in (erased, paused):
            pair.world.wait(hours=hours)
        assert without_new_ids(observed(erased)) == without_new_ids(observed(paused))


def test_whoever_waits_for_somebody_who_is_erased_is_free_again(
    world: World, ana: Somebody, bo: Somebody
) -> None:
    code = bo.ok("POST", "/v1/invites", {})["code"]
    erase(bo)

    answer = ana.ask("POST", f"/v1/invites/{code}/accept", {})
    assert (answer.status_code, answer.json["type"]) == (404, "/problems/unknown_invite")  # type: ignore[index]
    assert ana.ask("POST", "/v1/invites", {}).status_code == 201


def test_a_couple_that_was_on_its_way_is_left_at_once(world: World, ana: Somebody, bo: Somebody) -> None:
    code = ana.ok("POST", "/v1/invites", {})["code"]
    bo.ok("POST", f"/v1/invites/{code}/accept", {})
    word = bo.ok("DELETE", ERASE)["confirm"]
    world.at_once(
        lambda: bo.ask("DELETE", f"{ERASE}?confirm={word}"),
        lambda: ana.ask("POST", "/v1/couple/confirm", {}),
    )

    assert others(ana) == []
    assert ana.get("/v1/streak")["today"]["state"] == "excused"


def test_nothing_is_sent_to_who_is_erased(world: World, couple: str, ana: Somebody, bo: Somebody) -> None:
    bo.ok("POST", "/v1/channels", {"kind": "webhook", "url": "https://hooks.example/bo"})
    world.clock.ms += 11 * HOUR_MS
    ana.check_in("appreciation", note="Thank you.")
    erase(bo)
    world.wait(hours=48)

    assert [
        state for state in (world.store.hashes[s, n] for s, n in world.store.hashes if s == NOTIFIER) if state
    ] == []


def test_every_service_was_looked_through(world: World, couple: str, ana: Somebody, bo: Somebody) -> None:
    ana.check_in("appreciation", note="Thank you.")
    lived(world, bo)

    assert {service for service, _ in world.store.hashes} == {PROJECTOR, STREAKS, NOTIFIER}
