"""Two workers of a service, as local processes, over the real Kafka and Redis."""

from collections.abc import Iterator

import pytest

from tests.chaos.takeover import PAIRS, Pairs, until

pytestmark = pytest.mark.timeout(240)


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pairs]:
    with Pairs(tmp_path_factory.mktemp("pairs")).up() as pairs:
        yield pairs


@pytest.mark.parametrize("service", PAIRS)
def test_two_workers_share_the_partitions(pairs: Pairs, service: str) -> None:
    first, second = (pairs.owned_by(name) for name in PAIRS[service])

    assert sorted([*first, *second]) == list(range(12))
    assert len(first) == len(second)


@pytest.mark.parametrize("service", PAIRS)
def test_when_one_is_killed_the_other_takes_its_partitions_over_and_gives_them_back(
    pairs: Pairs, service: str
) -> None:
    killed, survivor = PAIRS[service]

    at_ms = pairs.killed(killed)
    until(lambda: pairs.is_taken_over(service, survivor, at_ms))
    pairs.back(killed)
    until(lambda: pairs.is_shared(service))

    assert pairs.owned_by(killed)
