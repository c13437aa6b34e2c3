"""A service with another master key than the site's does not start, says so, and changes nothing."""

import base64
import re
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from checkin.__main__ import check_master_key
from checkin.config import Settings
from cli.rotation import rotate
from kafka import KafkaAdminClient

from deploy.native.alone import running_kafka
from deploy.native.ports import free_port
from shared import topics
from shared.kafka import Reader, SupervisedProducer, make_topics
from shared.keys import Keys, message
from shared.sealing import Sealer
from shared.topics import JOURNAL, KEYS, MASTER_KEY
from tests.deploy.refusing import refusal
from tests.people import ANA, BO, EVE
from tests.servers import PARTITIONS

pytestmark = pytest.mark.timeout(240)

KEY_HOLDERS = pytest.mark.parametrize("module", ["checkin", "notifier"])
OLD, NEW, OTHER = (bytes([n]) * 32 for n in (1, 2, 3))
PREVIOUS_IS_OLD = {"ATTUNE_MASTER_KEY_PREVIOUS": base64.b64encode(OLD).decode()}
PEOPLE = (ANA, BO, EVE)
SENTENCE = (
    "ATTUNE_MASTER_KEY is not the key that wrapped this site's data keys: put that one back, "
    "or name it in ATTUNE_MASTER_KEY_PREVIOUS; nothing has been changed."
)


class Site:
    """A broker, whose attune.keys is new for each test."""

    def __init__(self, kafka: str, redis_address: str) -> None:
        self._kafka = kafka
        self._settings = {
            "ATTUNE_KAFKA": kafka,
            "ATTUNE_REDIS_URL": f"redis://{redis_address}/0",
            "ATTUNE_PARTITIONS": str(PARTITIONS),
            "ATTUNE_TOKEN_KEY": base64.b64encode(OTHER).decode(),
        }

    def settings(self, key: bytes) -> dict[str, str]:
        """Those of a service that holds this master key."""
        ports = {name: f"127.0.0.1:{free_port()}" for name in ("ATTUNE_BIND", "ATTUNE_METRICS_ADDRESS")}
        return {**self._settings, **ports, "ATTUNE_MASTER_KEY": base64.b64encode(key).decode()}

    def append(self, keys: Mapping[str, bytes | None]) -> None:
        producer = SupervisedProducer(self._kafka, "test", time.monotonic)
        records = [message(subject, wrapped, PARTITIONS, "test", "") for subject, wrapped in keys.items()]
        assert None not in producer.publish(records, 20)
        producer.close()

    def register(self, key: bytes) -> None:
        """Ana, Bo and Eve, as an older checkin did it."""
        self.append({person.subject: Sealer(key).new_key(person.id) for person in PEOPLE})

    def rotate(self) -> None:
        """From the old master key to the new one."""
        reader = Reader(self._kafka, "test")
        rotate(Keys(reader, range(PARTITIONS), time.monotonic), self.append, Sealer(NEW, OLD))
        reader.close()

    def wrapped(self) -> dict[str, bytes]:
        reader = Reader(self._kafka, "test")
        keys = Keys(reader, range(PARTITIONS), time.monotonic)
        keys.read_on()
        reader.close()
        return keys.wrapped

    def length(self) -> int:
        """How many records the log has."""
        reader = Reader(self._kafka, "test")
        ends = reader.ends([(topic, n) for topic in (JOURNAL, KEYS) for n in range(PARTITIONS)])
        reader.close()
        return sum(ends.values())


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_kafka(Path(tmp_path_factory.mktemp("kafka"))) as process:
        yield process.address


@pytest.fixture
def site(broker: str, plain_redis_address: str) -> Iterator[Site]:
    """Without any key."""
    make_topics(broker, PARTITIONS)
    yield Site(broker, plain_redis_address)
    admin = KafkaAdminClient(bootstrap_servers=broker)
    admin.delete_topics([KEYS], timeout_ms=20000)
    until_s = time.monotonic() + 60
    while KEYS in admin.list_topics():
        assert time.monotonic() < until_s, "the topic is still there"
        time.sleep(0.1)
    admin.close()


def starts(settings: Mapping[str, str]) -> None:
    """What checkin does about its key at each start."""
    check_master_key(Settings.read(settings))


def refused(settings: Mapping[str, str]) -> None:
    """It ends with the sentence."""
    with pytest.raises(ValueError, match=f"^{re.escape(SENTENCE)}$"):
        starts(settings)


def test_the_first_start_leaves_a_record_and_the_next_finds_it(site: Site) -> None:
    starts(site.settings(OLD))
    (subject,) = site.wrapped()
    starts(site.settings(OLD))

    assert subject == MASTER_KEY
    assert site.length() == 1


@KEY_HOLDERS
def test_another_key_is_refused(site: Site, module: str) -> None:
    starts(site.settings(OLD))
    said = refusal(module, site.settings(NEW))

    assert said == f"{module} cannot start. {SENTENCE}"
    assert site.length() == 1


def test_another_key_is_refused_by_a_site_from_before_the_record(site: Site) -> None:
    site.register(OLD)

    refused(site.settings(NEW))

    assert site.length() == len(PEOPLE)


def test_a_site_from_before_the_record_gets_it(site: Site) -> None:
    site.register(OLD)
    starts(site.settings(OLD))

    assert set(site.wrapped()) == {MASTER_KEY, *(person.subject for person in PEOPLE)}


def test_a_single_key_of_another_master_key_keeps_nobody_from_starting(site: Site) -> None:
    site.register(OLD)
    site.append({EVE.subject: Sealer(OTHER).new_key(EVE.id)})

    starts(site.settings(OLD))


def test_the_new_key_alone_is_refused_until_all_is_wrapped_anew_and_then_the_old_one_is(site: Site) -> None:
    starts(site.settings(OLD))
    site.register(OLD)
    starts(site.settings(NEW) | PREVIOUS_IS_OLD)
    refused(site.settings(NEW))
    site.rotate()
    starts(site.settings(NEW))
    refused(site.settings(OLD))


def test_a_site_from_before_the_record_gets_none_while_the_previous_key_is_needed(site: Site) -> None:
    """It would say that the new key is enough."""
    site.register(OLD)
    starts(site.settings(NEW) | PREVIOUS_IS_OLD)
    without = MASTER_KEY in site.wrapped()
    site.rotate()
    starts(site.settings(NEW))

    assert (without, MASTER_KEY in site.wrapped()) == (False, True)


def test_the_record_is_of_nobody(site: Site) -> None:
    """It seals nothing, and no person's key can be taken for it."""
    starts(site.settings(OLD))
    sealer, wrapped = Sealer(OLD), site.wrapped()[MASTER_KEY]

    assert sealer.opens(topics.id_of(MASTER_KEY), wrapped)
    assert not any(sealer.opens(person.id, wrapped) for person in PEOPLE)
