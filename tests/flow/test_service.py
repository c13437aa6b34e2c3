"""The service itself: probes and the vocabulary."""

from checkin.vocabulary import FEELINGS

from shared.events import KINDS
from tests.flow.world import World


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
    words = world.http.get("/v1/vocabulary").json

    assert words is not None
    assert words["kinds"] == list(KINDS)
    assert [feeling["id"] for feeling in words["feelings"]] == [feeling.id for feeling in FEELINGS]
    assert words["feelings"][0] == {
        "id": "joyful",
        "energy": 1,
        "closeness": 1,
        "labels": {"en": "joyful", "fr": "joyeux"},
    }
    assert words["visibilities"] == ["shared", "sealed", "secret"]
    assert words["languages"] == ["en", "fr"]
    assert words["decks"] == ["intimacy", "communication", "self_love", "rituals", "science"]
    assert words["topics"][-1] == {"id": "future", "labels": {"en": "the future", "fr": "avenir"}}
    states = {"visibilities", "day_states", "lapse_states"}
    assert set(words) == {"kinds", "feelings", "languages", "decks", "topics"} | states


def test_the_vocabulary_is_not_sent_again_unchanged(world: World) -> None:
    etag = world.http.get("/v1/vocabulary").headers["ETag"]

    assert world.http.get("/v1/vocabulary", headers={"If-None-Match": etag}).status_code == 304
