"""The service itself: probes and the vocabulary."""

from typing import Any

from checkin.words.vocabulary import CHECKIN_KINDS, FEELINGS, QUESTION_IDS

from shared.events.values import KINDS
from tests.flow.world import Somebody, World


def test_the_process_is_alive(world: World) -> None:
    assert world.http.get("/livez").json == {"live": True}


def test_it_is_ready_when_nothing_is_wrong(world: World) -> None:
    http = world.again(checks={"kafka": lambda: None, "redis": lambda: None})

    answer = http.get("/readyz")
    assert (answer.status_code, answer.json) == (
        200,
        {"ready": True, "checks": {"kafka": "ok", "redis": "ok"}},
    )


def test_it_is_not_ready_and_says_what_is_wrong(world: World) -> None:
    http = world.again(checks={"kafka": lambda: "Kafka has not told of the topics.", "redis": lambda: None})

    answer = http.get("/readyz")
    assert answer.status_code == 503
    assert answer.json == {
        "ready": False,
        "checks": {"kafka": "Kafka has not told of the topics.", "redis": "ok"},
    }


def test_the_vocabulary_has_every_word_that_a_client_may_offer(world: World) -> None:
    words: Any = world.http.get("/v1/vocabulary").json

    assert [kind["id"] for kind in words["kinds"]] == list(KINDS)
    assert words["kinds"][0] == {
        "id": "feeling",
        "labels": {"en": "how I feel", "fr": "ce que je ressens"},
        "fields": ["feelings", "note", "prompt", "day", "busy", "visibility"],
        "visibility": "sealed",
    }
    assert words["practice"]["prefix"] == "practice:"
    assert [feeling["id"] for feeling in words["feelings"]] == [feeling.id for feeling in FEELINGS]
    assert words["feelings"][0] == {
        "id": "joyful",
        "energy": 1,
        "closeness": 1,
        "labels": {"en": "joyful", "fr": "joyeux"},
    }
    assert [word["id"] for word in words["visibilities"]] == ["shared", "sealed", "secret"]
    assert words["day_states"][1] == {"id": "kept", "labels": {"en": "kept", "fr": "tenu"}}
    assert words["languages"] == ["en", "fr"]
    assert words["decks"] == ["intimacy", "communication", "self_love", "rituals", "science"]
    assert words["topics"][-1] == {"id": "future", "labels": {"en": "the future", "fr": "avenir"}}
    assert [step["topic"] for step in words["ladder"]] == [f"intimacy_{nth}" for nth in (1, 2, 3, 4)]
    assert [question["id"] for question in words["pulse"]["questions"]] == list(QUESTION_IDS)
    assert [value["value"] for value in words["pulse"]["scale"]] == [1, 2, 3, 4, 5]


def test_a_kind_is_as_visible_by_itself_as_the_vocabulary_says(
    couple: str, ana: Somebody, world: World
) -> None:
    for kind in CHECKIN_KINDS:
        if kind.id != "reflection":
            ana.check_in(kind.id)

    found = {entry["kind"]: entry["visibility"] for entry in ana.get("/v1/check-ins")["check_ins"]}
    assert found == {kind.id: kind.visibility for kind in CHECKIN_KINDS if kind.id != "reflection"}


def test_the_vocabulary_is_not_sent_again_unchanged(world: World) -> None:
    etag = world.http.get("/v1/vocabulary").headers["ETag"]

    assert world.http.get("/v1/vocabulary", headers={"If-None-Match": etag}).status_code == 304
