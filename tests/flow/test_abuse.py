"""The attacker is the other user: each test is named by what they want, and shows that they do not get it.

`services/checkin/docs/abuse.md` is the table of these cases.
"""

import json
import re
from base64 import b64decode, urlsafe_b64encode
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from checkin.door.front import Rules
from prometheus_client import REGISTRY, generate_latest

from tests.flow.endpoints import PRIVATE, WRITES
from tests.flow.partners import READS, Pair, others, seen_by, told_to, uuid7
from tests.flow.refusals import pointers, refusal
from tests.flow.test_erasure import erase
from tests.flow.test_leaving import leave
from tests.flow.world import Somebody, World, body_of
from tests.people import ANA, BO
from tests.streams import NOON_MS

PAGE = Path("services/checkin/docs/abuse.md")
EVERYTHING = tuple(
    endpoint.path for endpoint in PRIVATE if endpoint.method == "GET" and "<" not in endpoint.template
)


# --- who did what, and when ---------------------------------------------------------------------------


def told_when_missed_by(name: str) -> list[Any]:
    pair = Pair()
    for somebody in (pair.ana, pair.bo):
        somebody.check_in()
    pair.world.wait(hours=24)
    (pair.ana if name == "bo" else pair.bo).check_in()
    # Both see the next days, in which neither writes.
    pair.world.wait(hours=24 * 4)
    # Nudges go by how long their receiver has been away, and by nobody else: `tests/year` shows that.
    paths = ("/v1/calendar", "/v1/streak", "/v1/moments", "/v1/insights", "/v1/lapse")
    return told_to(pair.bo, paths)


def test_learn_who_missed_a_day() -> None:
    assert told_when_missed_by("ana") == told_when_missed_by("bo")


def test_learn_when_the_other_was_last_here(couple: str, ana: Somebody, bo: Somebody) -> None:
    before = seen_by(ana, READS)
    for path in EVERYTHING:
        bo.ask("GET", path)

    assert seen_by(ana, READS) == before


def test_learn_at_what_time_the_other_wrote(couple: str, ana: Somebody, bo: Somebody) -> None:
    entry = bo.check_in(visibility="shared", id=uuid7(NOON_MS - 60_000))
    (seen,) = others(ana)

    assert (seen["at"], seen["amended_at"]) == (None, None)
    assert UUID(seen["id"]).version != 7 or seen["id"][:8] != entry[:8]
    assert entry not in json.dumps([ana.get(path) for path in EVERYTHING])


def test_learn_what_devices_the_other_has(couple: str, ana: Somebody, bo: Somebody) -> None:
    made = bo.ok("POST", "/v1/tokens", {"scope": "read"})
    everything = json.dumps([ana.get(path) for path in EVERYTHING])

    assert made["id"] not in everything
    assert refusal(ana.ask("DELETE", f"/v1/tokens/{made['id']}")) == (404, "unknown_token")


# --- that something secret is there -------------------------------------------------------------------


def secretly(somebody: Somebody) -> None:
    for kind in ("feeling", "quality_time", "appreciation", "repair"):
        somebody.check_in(kind, visibility="secret", note="Nobody must know.")


def test_learn_of_a_secret_entry_by_counts_sizes_and_tags(couple: str, ana: Somebody, bo: Somebody) -> None:
    bo.check_in()
    before = seen_by(ana, EVERYTHING_WITH_TAGS)
    secretly(bo)

    assert seen_by(ana, EVERYTHING_WITH_TAGS) == before


EVERYTHING_WITH_TAGS = tuple(path for path in EVERYTHING if "export" not in path)


def test_learn_of_a_secret_entry_by_paging(couple: str, ana: Somebody, bo: Somebody) -> None:
    for _ in range(3):
        bo.check_in()
        secretly(bo)
    pages, path = [], "/v1/check-ins?limit=1"
    while path:
        answer = ana.ask("GET", path)
        pages.append(len(body_of(answer)["check_ins"]))
        path = answer.headers.get("Link", "").partition(">")[0].removeprefix("<")

    assert [count for count in pages if count] == [1, 1, 1]


def test_learn_of_a_secret_entry_by_ones_own_export(couple: str, ana: Somebody, bo: Somebody) -> None:
    before = ana.get("/v1/people/me/export")
    secretly(bo)

    assert ana.get("/v1/people/me/export") == before


def test_learn_of_a_secret_entry_by_what_follows_from_it() -> None:
    def told(secret: bool) -> list[Any]:
        pair = Pair()
        for _ in range(3):
            pair.ana.check_in()
            if secret:
                secretly(pair.bo)
            pair.world.wait(hours=24)
        return told_to(pair.ana, ("/v1/streak", "/v1/calendar", "/v1/moments", "/v1/insights", "/v1/lapse"))

    assert told(secret=True) == told(secret=False)


def test_learn_of_a_secret_entry_in_the_stream_that_the_two_share(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    written = [raw for raw in world.journal() if raw.key == f"couple/{couple}".encode()]
    secretly(bo)

    assert [raw for raw in world.journal() if raw.key == f"couple/{couple}".encode()] == written


def test_learn_of_a_secret_entry_by_metrics(couple: str, ana: Somebody, bo: Somebody) -> None:
    def series() -> set[str]:
        return set(re.findall(r"^\w+", generate_latest(REGISTRY).decode(), re.MULTILINE))

    bo.check_in(visibility="sealed")
    sealed = generate_latest(REGISTRY).decode()
    before = series()
    bo.check_in(visibility="secret")

    assert series() == before
    assert not [label for label in ("visibility=", '="secret"') if label in sealed]
    assert bo.id not in generate_latest(REGISTRY).decode()


def test_find_a_secret_entry_by_answering_it(couple: str, ana: Somebody, bo: Somebody) -> None:
    entry = bo.check_in(visibility="secret")
    tries = [entry, str(uuid4())]

    answers = {ana.ask("POST", f"/v1/check-ins/{one}/reflection", {}).data for one in tries}
    assert len(answers) == 1


# --- what was not meant for them ----------------------------------------------------------------------


def test_read_what_is_sealed(couple: str, ana: Somebody, bo: Somebody) -> None:
    bo.check_in("vulnerability", note="I am afraid.", feelings=["anxious"], minutes=9, step=3)
    everything = json.dumps([ana.get(path) for path in EVERYTHING])

    assert "I am afraid." not in everything
    assert all(others(ana, f"?kind={kind}") == [] for kind in ("vulnerability", "feeling"))


def test_read_what_was_sealed_again(couple: str, ana: Somebody, bo: Somebody) -> None:
    entry = bo.check_in(visibility="shared", note="Too much.")
    (seen,) = others(ana)
    bo.ok("PATCH", f"/v1/check-ins/{entry}", {"visibility": "sealed"})

    assert "Too much." not in ana.ask("GET", f"/v1/check-ins/{seen['id']}").text
    assert ana.ask("GET", f"/v1/check-ins/{seen['id']}/versions").status_code == 404


def test_learn_that_something_was_amended_or_deleted(couple: str, ana: Somebody, bo: Somebody) -> None:
    entries = [bo.check_in(visibility="sealed") for _ in range(3)]
    bo.ok("PATCH", f"/v1/check-ins/{entries[0]}", {"note": "Other words."})
    bo.ask("DELETE", f"/v1/check-ins/{entries[1]}")

    without_id = [{name: value for name, value in seen.items() if name != "id"} for seen in others(ana)]
    assert len(without_id) == 3
    assert all(seen == without_id[0] for seen in without_id)


def test_learn_which_topics_the_other_leaves_out(couple: str, ana: Somebody, bo: Somebody) -> None:
    before = seen_by(ana, EVERYTHING_WITH_TAGS)
    bo.ok("PUT", "/v1/topics", {"off": ["loss", "family"]})

    assert seen_by(ana, EVERYTHING_WITH_TAGS) == before


def test_read_the_others_nudges(world: World, couple: str, ana: Somebody, bo: Somebody) -> None:
    ana.check_in("appreciation", note="Thank you.")
    world.wait(hours=24)
    sent = {nudge["id"] for nudge in bo.get("/v1/nudges")["nudges"]}

    assert sent
    assert not sent & {nudge["id"] for nudge in ana.get("/v1/nudges")["nudges"]}


# --- keeping hold of somebody -------------------------------------------------------------------------


def test_stay_after_being_left(couple: str, ana: Somebody, bo: Somebody) -> None:
    entry = bo.check_in(visibility="shared", note="Hello.")
    (seen,) = others(ana)
    leave(bo)
    bo.check_in(visibility="shared", note="Free.")

    assert others(ana) == []
    assert ana.ask("GET", f"/v1/check-ins/{seen['id']}").status_code == 404
    assert ana.ask("POST", f"/v1/check-ins/{seen['id']}/reflection", {}).status_code == 404
    assert entry not in json.dumps([ana.get(path) for path in EVERYTHING])


def test_reach_somebody_who_has_left(world: World, couple: str, ana: Somebody, bo: Somebody) -> None:
    leave(bo)
    before = seen_by(bo, EVERYTHING_WITH_TAGS)
    ana.check_in("appreciation", note="Come back.")
    ana.ok("PUT", "/v1/couple/pact", {"mode": "two_misses"})
    ana.ok("POST", "/v1/pauses", {"from": "2026-11-24"})

    assert seen_by(bo, EVERYTHING_WITH_TAGS) == before


def test_keep_somebody_from_leaving(couple: str, ana: Somebody, bo: Somebody) -> None:
    for first in ("2026-11-24", "2026-12-01", "2026-12-10"):
        ana.ask("POST", "/v1/pauses", {"from": first, "until": first})
    ana.ask("POST", "/v1/pauses", {"from": "2026-12-11"})
    leave(bo)

    assert bo.get("/v1/couple")["couple"] is None


def test_end_a_pause_that_the_other_needs(couple: str, ana: Somebody, bo: Somebody) -> None:
    pause = bo.ok("POST", "/v1/pauses", {"from": "2026-11-24"})["id"]

    assert refusal(ana.ask("DELETE", f"/v1/pauses/{pause}")) == (403, "cannot_end_pause")


def test_pair_somebody_against_their_will(world: World, ana: Somebody, bo: Somebody) -> None:
    code = bo.ok("POST", "/v1/invites", {})["code"]
    ana.ok("POST", f"/v1/invites/{code}/accept", {})
    assert refusal(ana.ask("POST", "/v1/couple/confirm", {}))[0] == 409
    forged = f"{bo.id}.{code.partition('.')[2][::-1]}"
    assert ana.ask("POST", f"/v1/invites/{forged}/accept", {}).status_code in (404, 409)

    assert bo.get("/v1/couple")["couple"] is None


def test_use_an_invite_that_was_meant_for_another(couple: str, world: World, ana: Somebody) -> None:
    code = ana.ask("POST", "/v1/invites", {})
    assert refusal(code) == (409, "already_in_a_couple")


def test_change_the_others_settings(couple: str, ana: Somebody, bo: Somebody) -> None:
    before = bo.get("/v1/people/me")
    for path in (f"/v1/people/{bo.id}", f"/v1/people/me?person={bo.id}"):
        ana.ask("PATCH", path, {"zone": "Asia/Tokyo"})
    assert pointers(ana.ask("PATCH", "/v1/people/me", {"person": bo.id, "name": "X"})) == ["/person"]

    assert bo.get("/v1/people/me") == before


def test_change_what_the_two_agreed_unseen(world: World, couple: str, ana: Somebody, bo: Somebody) -> None:
    world.wait(hours=1)
    ana.ok("PUT", "/v1/couple/pact", {"agreed_days": 30})
    world.wait(hours=24)

    assert "pact.renewed" in {moment["kind"] for moment in bo.get("/v1/moments")["moments"]}
    assert "pact.renewed" in {nudge["kind"] for nudge in bo.get("/v1/nudges")["nudges"]}


def test_change_or_remove_what_the_other_wrote(couple: str, ana: Somebody, bo: Somebody) -> None:
    entry = bo.check_in(visibility="shared", note="Mine.")
    (seen,) = others(ana)
    for one in (entry, seen["id"]):
        for method, path in (
            ("PATCH", f"/v1/check-ins/{one}"),
            ("DELETE", f"/v1/check-ins/{one}"),
            ("DELETE", f"/v1/check-ins/{one}?undo=true"),
        ):
            assert refusal(ana.ask(method, path, {})) == (404, "unknown_entry")

    assert bo.get(f"/v1/check-ins/{entry}")["note"] == "Mine."


def test_write_under_the_id_of_the_others_entry(couple: str, ana: Somebody, bo: Somebody) -> None:
    entry = bo.check_in(visibility="shared", note="Mine.")
    ana.check_in(id=entry, visibility="shared", note="Forged.")

    assert bo.get(f"/v1/check-ins/{entry}")["note"] == "Mine."
    assert {seen["note"] for seen in others(bo)} == {"Forged."}


def test_leave_or_erase_in_the_others_name(couple: str, ana: Somebody, bo: Somebody) -> None:
    for path in ("/v1/couple/members/me", "/v1/people/me"):
        word = bo.ok("DELETE", path)["confirm"]
        assert pointers(ana.ask("DELETE", f"{path}?confirm={word}")) == ["/confirm"]
    assert ana.ask("DELETE", f"/v1/couple/members/{bo.id}").status_code in (404, 405)

    assert bo.get("/v1/couple")["couple"] == couple


# --- secrets and forgeries ----------------------------------------------------------------------------


def test_read_after_an_erasure(world: World, couple: str, ana: Somebody, bo: Somebody) -> None:
    bo.check_in(visibility="shared", note="Hello.")
    (seen,) = others(ana)
    erase(bo)

    assert ana.ask("GET", f"/v1/check-ins/{seen['id']}").status_code == 404
    assert "Hello." not in json.dumps([ana.get(path) for path in EVERYTHING])
    assert bo.ask("GET", "/v1/people/me").status_code == 401


@pytest.mark.parametrize("endpoint", WRITES, ids=str)
def test_write_with_a_read_token(world: World, ana: Somebody, endpoint: Any) -> None:
    token = ana.ok("POST", "/v1/tokens", {"scope": "read"})["token"]
    written = world.wishes()
    reader = Somebody(world.http, ana.id, token)

    assert refusal(reader.ask(endpoint.method, endpoint.path, endpoint.body)) == (403, "read_only")
    assert world.wishes() == written


def test_go_on_with_a_token_that_was_revoked(world: World, ana: Somebody) -> None:
    made = ana.ok("POST", "/v1/tokens", {"scope": "write"})
    thief = Somebody(world.http, ana.id, made["token"])
    ana.ask("DELETE", f"/v1/tokens/{made['id']}")

    assert {thief.ask(e.method, e.path, e.body).status_code for e in PRIVATE} == {401}


def test_replay_what_the_other_sent(world: World, couple: str, ana: Somebody, bo: Somebody) -> None:
    sent = {"kind": "feeling", "note": "Once.", "id": uuid7(NOON_MS)}
    for _ in range(3):
        bo.ok("POST", "/v1/check-ins", sent, Idempotency_Key="k")
    ana.ask("POST", "/v1/check-ins", sent, Idempotency_Key="k")

    assert len(bo.get(f"/v1/check-ins?author={bo.id}")["check_ins"]) == 1


def test_enumerate_ids(world: World, couple: str, ana: Somebody, eve: Somebody) -> None:
    entry = ana.check_in(visibility="shared")
    command = ana.ok("POST", "/v1/tokens", {"scope": "read"})["id"]
    for path in ("/v1/check-ins/{}", "/v1/commands/{}", "/v1/pauses/{}", "/v1/channels/{}", "/v1/tokens/{}"):
        method = "GET" if "commands" in path or "check" in path else "DELETE"
        tries = [eve.ask(method, path.format(one)) for one in (entry, command, couple, str(uuid4()))]
        answers = {(answer.status_code, answer.data) for answer in tries}
        assert len(answers) == 1


def test_guess_an_invite() -> None:
    strict = World(Rules(address_requests_per_minute=60, guesses_per_minute=5))
    inviter, guesser = strict.register(ANA), strict.register(BO)
    inviter.ok("POST", "/v1/invites", {})
    codes = [f"{inviter.id}.{'A' * 42}{n}" for n in range(9)]
    answers = [guesser.ask("POST", f"/v1/invites/{code}/accept", {}) for code in codes]

    assert {refusal(answer)[0] for answer in answers[:3]} == {404}
    assert refusal(answers[-1]) == (429, "too_many_requests")


def test_learn_whether_somebody_is_in_a_couple(
    world: World, couple: str, ana: Somebody, eve: Somebody
) -> None:
    single = world.register(ANA)
    answers = [eve.ask("POST", f"/v1/invites/{one.id}.{'A' * 43}/accept", {}) for one in (ana, single)]

    assert answers[0].data == answers[1].data


def test_smuggle_an_address_through_forwarding_headers(world: World) -> None:
    strict = World(Rules(people_per_hour=1))
    body, answers = {"name": "Eve", "zone": "Europe/London"}, []
    for n in range(3):
        forged = {"X-Forwarded-For": f"10.0.0.{n}", "Forwarded": f"for=10.0.0.{n}"}
        answers.append(strict.http.post("/v1/people", json=body, headers=forged))

    assert [answer.status_code for answer in answers] == [201, 429, 429]


def test_forge_a_cursor_to_look_elsewhere(couple: str, ana: Somebody, bo: Somebody) -> None:
    bo.check_in(visibility="secret")
    forged = urlsafe_b64encode(f"2026-11-25/{bo.id}/ff.{'0' * 32}".encode()).decode()

    assert pointers(ana.ask("GET", f"/v1/check-ins?cursor={forged}")) == ["/cursor"]


def test_plant_something_in_a_log_line_or_header(world: World, ana: Somebody) -> None:
    entry = ana.check_in(note="x\r\nSet-Cookie: a=b\n\x1b[31m", id=str(uuid4()))
    answer = ana.ask("GET", f"/v1/check-ins/{entry}")

    assert "Set-Cookie" not in answer.headers
    assert "\r\n" not in answer.text


# --- with a copy of the stores ------------------------------------------------------------------------

WORDS = ("Nobody must know.", "I am afraid.", "hooks.example", "Robert", "swimming")


def written_down(bo: Somebody) -> None:
    bo.ok("PATCH", "/v1/people/me", {"name": "Robert"})
    bo.ok("POST", "/v1/channels", {"kind": "webhook", "url": "https://hooks.example/bo"})
    bo.check_in(note="Nobody must know.", visibility="secret", feelings=["anxious"], what="swimming")
    bo.check_in("vulnerability", note="I am afraid.", visibility="shared")


def readable(blob: bytes) -> list[str]:
    """Words that stand there, as they are or in base64."""
    opened = b"".join(_decoded(part) for part in re.findall(rb"[A-Za-z0-9+/=]{16,}", blob))
    return [word for word in (*WORDS, "anxious") if word.encode() in blob + opened]


def _decoded(part: bytes) -> bytes:
    try:
        return b64decode(part + b"=" * (-len(part) % 4))
    except ValueError:
        return b""


def test_read_the_others_words_in_a_stolen_copy_of_redis(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    written_down(bo)
    dump = b"\n".join(packed for views in world.store.hashes.values() for packed in views.values())

    assert b"vulnerability" in dump
    assert readable(dump) == []


def test_read_the_others_words_in_a_stolen_copy_of_kafka(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    written_down(bo)
    dump = b"\n".join(raw.value or b"" for raw in world.log.records)

    assert b"vulnerability" in dump
    assert readable(dump) == []


def test_sign_in_with_what_a_stolen_copy_holds(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    dump = b"\n".join(raw.value or b"" for raw in world.log.records).decode()
    digests = set(re.findall(r"\b[0-9a-f]{64}\b", dump))

    assert digests
    for digest in digests:
        for secret in (digest[:43], urlsafe_b64encode(bytes.fromhex(digest)).decode().rstrip("=")):
            thief = Somebody(world.http, bo.id, f"atw_{bo.id}_{secret}")
            assert thief.ask("GET", "/v1/people/me").status_code == 401


def test_bring_old_records_back_into_the_log(world: World, couple: str, ana: Somebody, bo: Somebody) -> None:
    entry = bo.check_in(visibility="shared", note="Hello.")
    old = [
        raw
        for raw in world.journal()
        if b"Hello" not in (raw.value or b"") and entry.encode() in (raw.value or b"")
    ]
    bo.ask("DELETE", f"/v1/check-ins/{entry}")
    before = (ana.get("/v1/streak"), ana.get("/v1/check-ins"))
    for raw in old:
        world.plant(raw.value or b"")

    assert (ana.get("/v1/streak"), ana.get("/v1/check-ins")) == before


# --- the page -----------------------------------------------------------------------------------------


def test_every_case_stands_in_the_table_and_the_table_names_no_other() -> None:
    cases = {name for name in globals() if name.startswith("test_") and "table" not in name}
    named = set(re.findall(r"`(test_\w+)`", PAGE.read_text()))

    assert named == cases
    assert len(cases) >= 25
