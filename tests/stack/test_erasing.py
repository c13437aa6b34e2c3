"""An erasure on a real stack: what every topic, every Redis key and every file still holds of it."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.error import HTTPError

import pytest
from checkin.sweeping import Sweeper
from cli.erasing import erase_person

from deploy.native import services
from deploy.native.ports import Ports
from deploy.native.stack import Stack
from shared.access import KafkaAccess
from shared.events import decode
from shared.events.person import KeyWrapped
from shared.kafka import SupervisedProducer, set_topic
from shared.topics import KEYS, person
from tests.stack.erasing import UNLIMITED, WORDS, Site, Someone, standing_in, written

pytestmark = pytest.mark.timeout(240)

_ENTRIES = 300


class Erased(NamedTuple):
    """`key` is the data key, wrapped, as it stood in the log of keys before."""

    site: Site
    ana: Someone
    bo: Someone
    receipt: Any
    key: bytes
    stack: Stack


@pytest.fixture(scope="module")
def erased(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Erased]:
    stack = Stack(tmp_path_factory.mktemp("erasing"), Ports.spare(), UNLIMITED)
    stack.start()
    site = Site(stack)
    ana, bo = site.register("Ana"), site.register(WORDS[0])
    site.pair(ana, bo)
    entries = site.check_in(bo, _ENTRIES)
    site.ask("PATCH", f"/v1/check-ins/{entries[0]}", bo.token, {"note": WORDS[2]})
    site.ask("POST", "/v1/channels", bo.token, {"kind": "webhook", "url": f"https://{WORDS[4]}/"})
    site.ask("POST", "/v1/check-ins", ana.token, {"kind": "appreciation", "note": "Ana's own."})
    (key,) = wrapped_keys(site, bo)
    yield Erased(site, ana, bo, site.erase(bo), key, stack)
    stack.stop()


def wrapped_keys(site: Site, who: Someone) -> list[bytes]:
    found = [decode(r.value) for r in site.records() if r.topic == KEYS and r.value is not None]
    mine = [event.data for event in found if event.subject == person(who.id)]
    return [data.wrapped for data in mine if isinstance(data, KeyWrapped)]


def test_nobody_can_read_anything_of_it(erased: Erased) -> None:
    entries = erased.site.ask("GET", "/v1/check-ins?limit=200", erased.ana.token)["check_ins"]

    assert {entry["author"] for entry in entries} == {erased.ana.id}
    assert erased.site.ask("GET", "/v1/couple", erased.ana.token)["partner"]["name"] is None


def test_a_replay_of_every_topic_finds_no_word_no_name_and_no_address(erased: Erased) -> None:
    records = erased.site.records()

    assert sum(erased.bo.id.encode() in written([record]) for record in records) > _ENTRIES
    assert standing_in(written(records), WORDS) == []


def test_no_redis_key_holds_a_word_or_the_persons_key(erased: Erased) -> None:
    stored = erased.site.stored()

    assert erased.ana.id.encode() in stored
    assert standing_in(stored, WORDS) == []
    assert erased.key not in stored


def test_the_views_hold_nothing_of_who_is_erased_but_the_outcome(erased: Erased) -> None:
    client = erased.site.redis()
    names = [name.decode() for key in client.scan_iter("{[csn]:*}:v") for name in client.hkeys(key)]
    lines = [line.decode() for key in client.scan_iter("{[csn]:*}:x") for line in client.zrange(key, 0, -1)]

    assert [name for name in names + lines if erased.bo.id in name] == [f"outcomes/person/{erased.bo.id}"]


def test_the_last_copies_of_the_key_go_as_the_receipt_promises(erased: Erased) -> None:
    """What the sweeper does by the hour, with a topic that compacts within seconds."""
    access = KafkaAccess(f"127.0.0.1:{erased.stack.ports.kafka}")
    set_topic(
        access, KEYS, {"segment.ms": "1000", "max.compaction.lag.ms": "1000", "delete.retention.ms": "1"}
    )
    producer = SupervisedProducer(access, "sweeper", time.monotonic)
    sweeper = Sweeper(producer, erased.site.redis(), 12, lambda: "2026-11-24T11:00:00.000Z")
    until_s = time.monotonic() + 150
    while wrapped_keys(erased.site, erased.bo) and time.monotonic() < until_s:
        sweeper.sweep()
        time.sleep(3)

    files = b"".join(file.read_bytes() for file in Path(erased.stack.run_dir.path, "redis").rglob("*.aof"))
    assert wrapped_keys(erased.site, erased.bo) == []
    assert len(wrapped_keys(erased.site, erased.ana)) == 1
    assert erased.key not in files
    producer.close()


def test_the_receipt_names_the_stores_and_their_deadlines(erased: Erased) -> None:
    assert {store["store"] for store in erased.receipt["stores"]} >= {
        "views",
        "attune.keys",
        "attune.journal",
    }


def test_an_operator_can_erase_somebody_at_their_word(erased: Erased) -> None:
    chi = erased.site.register("Chi")
    environ = services.ours(erased.stack.ports, erased.stack.run_dir, UNLIMITED)[0].env
    erase_person(environ, 12, chi.id, time.time_ns() // 1_000_000)

    with pytest.raises(HTTPError, match="401"):
        erased.site.ask("GET", "/v1/people/me", chi.token)
    with pytest.raises(ValueError, match="nobody of this id"):
        erase_person(environ, 12, chi.id, 0)
