"""Check-ins in one go, of a client that was offline: each is taken or refused by itself, safe to repeat."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid5

import msgspec
import pytest
from checkin.door.auth import Me
from checkin.door.front import Mark
from checkin.writing.batches import record_all

from shared import topics
from shared.events import Event, decode
from shared.faults import LogUnavailable
from shared.views import PROJECTOR
from shared.views.person import PersonView
from tests.flow.partners import others, uuid7
from tests.flow.refusals import pointers, refusal
from tests.flow.world import Somebody, World
from tests.streams import HOUR_MS, NOON_MS

BATCH = "/v1/check-ins/batch"
TODAY = "2026-11-24"


def entry(nth: int, **what: Any) -> dict[str, Any]:
    return {"kind": "feeling", "id": uuid7(NOON_MS - nth * HOUR_MS, nth), **what}


def enter(somebody: Somebody, *entries: Any) -> list[Any]:
    outcomes: list[Any] = somebody.ok("POST", BATCH, {"check_ins": list(entries)})["outcomes"]
    return outcomes


def accepted(one: Any, date: str = TODAY) -> dict[str, Any]:
    return {"status": 202, "id": one["id"], "local_date": date}


def told(outcomes: Sequence[Any]) -> list[Any]:
    """Of each its status, or the word of its problem."""
    return [o["problem"]["type"].rpartition("/")[2] if "problem" in o else o["status"] for o in outcomes]


def test_each_is_entered_as_if_it_had_come_alone(couple: str, ana: Somebody, bo: Somebody) -> None:
    entries = [
        entry(1, kind="appreciation", note="Thank you."),
        entry(2, day="yesterday", feelings=["calm"]),
        entry(3, visibility="secret"),
    ]
    outcomes = enter(ana, *entries)

    assert outcomes == [accepted(entries[0]), accepted(entries[1], "2026-11-23"), accepted(entries[2])]
    assert {shown["id"] for shown in ana.get("/v1/check-ins")["check_ins"]} == {one["id"] for one in entries}
    assert [(one["note"], one["local_date"]) for one in others(bo) if one["visibility"] == "shared"] == [
        ("Thank you.", TODAY)
    ]


def test_a_bad_one_changes_nothing_and_does_not_stop_the_others(world: World, ana: Somebody) -> None:
    written = world.wishes()
    outcomes = enter(
        ana,
        entry(1),
        entry(2, kind="gossip"),
        entry(3, day="2020-01-01"),
        {"kind": "feeling"},
        7,
        entry(4, kind="reflection", in_reply_to=ana.id),
        entry(5, kind="practice:0190f000-0000-7000-8000-000000000001"),
        entry(6),
    )

    assert told(outcomes) == [
        202, "invalid", "invalid", "invalid", "invalid", "unknown_entry", "invalid", 202,
    ]  # fmt: skip
    flaws = [outcome["problem"].get("errors", [{}])[0].get("pointer") for outcome in outcomes[1:7]]
    assert flaws == ["/kind", "/day", "/id", "", None, "/kind"]
    assert world.wishes() == written + 2


def test_a_problem_is_the_one_that_a_single_one_gets(ana: Somebody) -> None:
    alone = ana.ask("POST", "/v1/check-ins", entry(1, kind="gossip"))
    (outcome,) = enter(ana, entry(1, kind="gossip"))

    assert outcome == {"status": 422, "problem": alone.json}


def test_the_same_id_twice_is_one_entry(world: World, ana: Somebody) -> None:
    written = world.wishes()
    outcomes = enter(ana, entry(1), entry(2), entry(1), entry(1, note="Another."))

    assert outcomes[:3] == [accepted(entry(1)), accepted(entry(2)), accepted(entry(1))]
    assert told(outcomes[3:]) == ["idempotency_mismatch"]
    assert world.wishes() == written + 2


def test_an_id_that_was_refused_at_first_may_come_right_later_in_the_batch(ana: Somebody) -> None:
    assert told(enter(ana, entry(1, kind="gossip"), entry(1))) == ["invalid", 202]


def test_a_repeated_batch_is_answered_as_the_first_time(world: World, ana: Somebody) -> None:
    entries = [entry(1), entry(2, kind="gossip"), entry(3)]
    first = enter(ana, *entries)
    written = world.wishes()
    world.wait(hours=71)

    assert enter(ana, *entries) == first
    assert world.wishes() == written


def test_what_came_alone_is_known_in_a_batch(world: World, ana: Somebody) -> None:
    ana.ok("POST", "/v1/check-ins", entry(1))
    written = world.wishes()

    assert enter(ana, entry(1)) == [accepted(entry(1))]
    assert world.wishes() == written


def test_what_came_in_a_batch_is_known_alone(world: World, ana: Somebody) -> None:
    enter(ana, entry(1))
    written = world.wishes()

    assert {"status": 202, **ana.ok("POST", "/v1/check-ins", entry(1))} == accepted(entry(1))
    assert world.wishes() == written


def test_another_body_under_an_id_of_before_is_refused(ana: Somebody) -> None:
    enter(ana, entry(1))

    assert told(enter(ana, entry(1, note="Another."), entry(2))) == ["idempotency_mismatch", 202]


def test_one_that_is_under_way_is_asked_to_wait(world: World, ana: Somebody) -> None:
    enter(ana, entry(1))
    ((key, (value, until_ms)),) = world.marks.kept.items()
    started = value.replace(value[value.index(TODAY.encode()) - 1 :], b"\xc0")
    world.marks.kept[key] = started, until_ms

    assert told(enter(ana, entry(1), entry(2))) == ["in_flight", 202]


# --- in one go


class _Counting:
    """Counts how often the log and the stores are asked."""

    def __init__(self, world: World) -> None:
        self.asked: list[str] = []
        for part, name in (
            (world.log, "append_all"),
            (world.marks, "claim_each"),
            (world.marks, "claim"),
            (world.store, "views"),
        ):
            setattr(part, name, self._counted(name, getattr(part, name)))

    def _counted(self, name: str, method: Any) -> Any:
        def asked(*args: Any) -> Any:
            self.asked.append(name)
            return method(*args)

        return asked


def test_five_hundred_cost_no_more_round_trips_than_one(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    kind = ana.ok("POST", "/v1/practices", {"name": "Evening walk"})["kind"]
    shared = [bo.check_in(visibility="shared") for _ in range(20)]
    masks = [world.front.masks.mask(one) for one in shared]
    counting = _Counting(world)
    few = enter(ana, entry(1, kind=kind), entry(2, kind="reflection", in_reply_to=masks[0]))
    usual, counting.asked = counting.asked, []
    ids = [str(uuid5(UUID(int=0), f"{nth}")) for nth in range(500)]
    kinds: list[dict[str, Any]] = [{"kind": "reflection", "in_reply_to": mask} for mask in masks]
    kinds += [{"kind": kind}] * 480
    outcomes = enter(ana, *({"id": one, **what} for one, what in zip(ids, kinds, strict=True)))

    assert told(few) == [202, 202]
    assert told(outcomes) == [202] * 500
    assert counting.asked == usual
    assert usual.count("append_all") == usual.count("claim_each") == 1


def test_without_kafka_each_says_503_and_can_be_sent_again_at_once(world: World, ana: Somebody) -> None:
    world.log.away = True
    answer = ana.ask("POST", BATCH, {"check_ins": [entry(1), entry(2, kind="gossip")]})
    left = dict(world.marks.kept)
    world.log.away = False

    assert answer.status_code == 200
    assert told(answer.json["outcomes"]) == ["unavailable", "invalid"]  # type: ignore[index]
    assert left == {}
    assert told(enter(ana, entry(1))) == [202]


def test_what_was_not_acknowledged_is_safe_to_send_again(world: World, ana: Somebody) -> None:
    append_all = world.log.append_all

    def late(topic: str, offers: Sequence[tuple[Event, Mark | None]]) -> Sequence[int | Exception]:
        """Both are in the log, but of the first nobody knows it."""
        append_all(topic, [(event, None) for event, _ in offers[:1]])
        return [LogUnavailable("It took too long."), *append_all(topic, offers[1:])]

    world.log.append_all = late  # type: ignore[method-assign]
    first = enter(ana, entry(1), entry(2))
    world.log.append_all = append_all  # type: ignore[method-assign]
    again = enter(ana, entry(1), entry(2))

    assert told(first) == ["unavailable", 202]
    assert again == [accepted(entry(1)), accepted(entry(2))]
    assert len(ana.get("/v1/check-ins")["check_ins"]) == 2


def test_a_fault_leaves_no_lease(world: World, ana: Somebody) -> None:
    def broken(topic: str, offers: Any) -> Any:
        raise RuntimeError("a bug")

    subject = topics.person(ana.id)
    view = world.store.views([(PROJECTOR, subject, subject)])[0] or b""
    world.log.append_all = broken  # type: ignore[method-assign]

    with pytest.raises(RuntimeError, match="a bug"):
        record_all(world.front, Me(ana.id, msgspec.msgpack.decode(view, type=PersonView), ""), [entry(1)])
    assert world.marks.kept == {}


def test_without_redis_nothing_is_entered(world: World, ana: Somebody) -> None:
    world.store.away = True
    answer = ana.ask("POST", BATCH, {"check_ins": [entry(1)]})

    assert refusal(answer) == (503, "unavailable")


# --- what is no batch


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/check_ins"),
        ({"check_ins": []}, "/check_ins"),
        ({"check_ins": {}}, "/check_ins"),
        ({"check_ins": [{}] * 501}, "/check_ins"),
        ({"check_ins": [{}], "more": 1}, "/more"),
    ],
)
def test_what_is_no_batch_is_refused_as_a_whole(ana: Somebody, body: Any, pointer: str) -> None:
    assert pointers(ana.ask("POST", BATCH, body)) == [pointer]


def test_it_is_not_asked_for_without_end(ana: Somebody) -> None:
    answers = [ana.ask("POST", BATCH, {"check_ins": [entry(1)]}).status_code for _ in range(121)]

    assert (set(answers[:120]), answers[120]) == ({200}, 429)


def test_every_note_is_sealed(world: World, ana: Somebody) -> None:
    enter(ana, entry(1, note="Between us."), entry(2, note="Between us."))

    values = [raw.value or b"" for raw in world.log.records]
    sealed = [decode(value).data.note for value in values if b"checkin.recorded" in value]
    assert len(set(sealed)) == 2
    assert not [value for value in values if b"Between us." in value]
