"""The pool: bounded at each endpoint, so that a slow or broken one holds back nobody else."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from notifier.channels import DeliveryError, Message
from notifier.delivery import PER_ENDPOINT, QUEUE_PER_ENDPOINT, Attempt, Breaker, Deliveries, Result

SHARD = 3
MINUTE_MS = 60_000
DOWN = DeliveryError("The receiver answered 500.", endpoint_down=True)


@dataclass
class FakeChannel:
    """Addresses are endpoints. Those in `slow` wait for `let_go`; those in `errors` fail."""

    slow: set[str] = field(default_factory=set)
    errors: dict[str, Exception] = field(default_factory=dict)
    let_go: threading.Event = field(default_factory=threading.Event)
    sent: list[tuple[str, str]] = field(default_factory=list)
    under_way: dict[str, int] = field(default_factory=dict)

    def endpoint(self, address: str) -> str:
        return address

    def send(self, address: str, secret: str, message: Message, now_ms: int) -> bool:
        self.sent.append((address, message.id))
        if address in self.slow:
            self.under_way[address] = self.under_way.get(address, 0) + 1
            self.let_go.wait(5)
        if address in self.errors:
            raise self.errors[address]
        return False


class Clock:
    def __init__(self) -> None:
        self.now_ms = 1_000_000

    def __call__(self) -> int:
        return self.now_ms


@pytest.fixture
def channel() -> FakeChannel:
    return FakeChannel()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def deliveries(channel: FakeChannel, clock: Clock) -> Iterator[Deliveries]:
    pool = Deliveries({"webhook": channel}, clock)
    yield pool
    channel.let_go.set()
    assert pool.close(5)


def attempt(endpoint: str, nudge: str = "n1", start_by_ms: int = 2**60) -> Attempt:
    message = Message(nudge, "day.at_risk", "", "", "", 0)
    return Attempt(
        SHARD, "couple/c", "hook", "webhook", endpoint, endpoint, "whsec_", message, 1, start_by_ms
    )


def start(deliveries: Deliveries, endpoint: str, nudge: str = "n1") -> None:
    assert deliveries.reserve(endpoint) == 0
    deliveries.start(attempt(endpoint, nudge))


def eventually(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 5
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.005)


def outcome(deliveries: Deliveries) -> Result:
    eventually(lambda: bool(deliveries.with_results(SHARD)))
    (result,) = deliveries.results(SHARD, "couple/c")
    return result


def fail(deliveries: Deliveries, endpoint: str, times: int = 1) -> None:
    for _ in range(times):
        start(deliveries, endpoint)
        outcome(deliveries)


def test_an_attempt_that_arrives_is_told_once(deliveries: Deliveries, channel: FakeChannel) -> None:
    start(deliveries, "a:443")

    result = outcome(deliveries)

    assert (result.error, result.started, result.attempt.message.id) == (None, True, "n1")
    assert deliveries.results(SHARD, "couple/c") == []
    assert deliveries.with_results(SHARD) == []


def test_an_attempt_that_fails_says_why_and_is_not_repeated(
    deliveries: Deliveries, channel: FakeChannel
) -> None:
    channel.errors["a:443"] = DOWN
    start(deliveries, "a:443")

    assert outcome(deliveries).error is DOWN
    assert len(channel.sent) == 1


def test_a_channel_that_breaks_down_is_a_failed_attempt(deliveries: Deliveries, channel: FakeChannel) -> None:
    channel.errors["a:443"] = KeyError("a bug")
    start(deliveries, "a:443")

    error = outcome(deliveries).error

    assert error is not None
    assert not error.permanent


def test_an_attempt_whose_turn_comes_too_late_is_not_made(
    deliveries: Deliveries, channel: FakeChannel, clock: Clock
) -> None:
    assert deliveries.reserve("a:443") == 0
    deliveries.start(attempt("a:443", start_by_ms=clock.now_ms - 1))

    assert not outcome(deliveries).started
    assert channel.sent == []


def test_a_slow_endpoint_delays_no_other(deliveries: Deliveries, channel: FakeChannel) -> None:
    channel.slow.add("slow:443")
    for i in range(QUEUE_PER_ENDPOINT):
        start(deliveries, "slow:443", f"s{i}")

    start(deliveries, "quick:443", "q")

    assert outcome(deliveries).attempt.endpoint == "quick:443"


def test_no_endpoint_has_more_than_two_attempts_under_way(
    deliveries: Deliveries, channel: FakeChannel
) -> None:
    channel.slow.add("slow:443")
    for i in range(6):
        start(deliveries, "slow:443", f"s{i}")
    eventually(lambda: channel.under_way.get("slow:443") == PER_ENDPOINT)
    time.sleep(0.05)

    assert channel.under_way["slow:443"] == PER_ENDPOINT
    channel.let_go.set()
    eventually(lambda: len(channel.sent) == 6)
    assert {nudge for _, nudge in channel.sent[:2]} == {"s0", "s1"}


def test_a_full_endpoint_takes_no_more_until_one_has_ended(
    deliveries: Deliveries, channel: FakeChannel
) -> None:
    channel.slow.add("slow:443")
    for i in range(QUEUE_PER_ENDPOINT):
        start(deliveries, "slow:443", f"s{i}")

    assert deliveries.reserve("slow:443") > 0
    assert deliveries.reserve("quick:443") == 0
    channel.let_go.set()
    eventually(lambda: deliveries.reserve("slow:443") == 0)


def test_who_comes_after_many_others_is_to_ask_later(deliveries: Deliveries) -> None:
    for _ in range(QUEUE_PER_ENDPOINT):
        assert deliveries.reserve("a:443") == 0
    pauses_ms = [deliveries.reserve("a:443") for _ in range(20 * QUEUE_PER_ENDPOINT)]
    for _ in range(QUEUE_PER_ENDPOINT):
        deliveries.release("a:443")

    assert pauses_ms == sorted(pauses_ms)
    assert (pauses_ms[0], pauses_ms[-1]) == (500, 5000)
    assert deliveries.reserve("a:443") == 0


def test_a_released_place_is_free_again(deliveries: Deliveries) -> None:
    for _ in range(QUEUE_PER_ENDPOINT):
        deliveries.reserve("a:443")
    assert deliveries.reserve("a:443") > 0

    deliveries.release("a:443")

    assert deliveries.reserve("a:443") == 0


def test_a_kind_of_channel_that_is_not_there_is_refused_for_good(deliveries: Deliveries) -> None:
    with pytest.raises(DeliveryError) as caught:
        deliveries.endpoint("pigeon", "loft")

    assert caught.value.permanent


def test_the_results_of_a_shard_that_is_anothers_are_forgotten(deliveries: Deliveries) -> None:
    start(deliveries, "a:443")
    eventually(lambda: bool(deliveries.with_results(SHARD)))

    deliveries.forget(SHARD)

    assert deliveries.with_results(SHARD) == []


def test_closing_waits_for_what_is_under_way_and_starts_nothing_more(
    deliveries: Deliveries, channel: FakeChannel
) -> None:
    channel.slow.add("slow:443")
    for i in range(4):
        start(deliveries, "slow:443", f"s{i}")
    eventually(lambda: len(channel.sent) == PER_ENDPOINT)

    assert not deliveries.close(0.01)
    channel.let_go.set()

    assert deliveries.close(5)
    assert len(channel.sent) == PER_ENDPOINT
    assert deliveries.reserve("quick:443") > 0


# --- the breaker ----------------------------------------------------------------------------------------


def test_an_endpoint_is_left_alone_after_five_failures_in_a_row(
    deliveries: Deliveries, channel: FakeChannel, clock: Clock
) -> None:
    channel.errors["a:443"] = DOWN
    fail(deliveries, "a:443", times=4)
    assert deliveries.reserve("a:443") == 0
    deliveries.release("a:443")

    fail(deliveries, "a:443")

    assert deliveries.reserve("a:443") == MINUTE_MS // 2
    assert deliveries.reserve("b:443") == 0


def test_a_refusal_that_is_not_the_endpoints_fault_does_not_count(
    deliveries: Deliveries, channel: FakeChannel
) -> None:
    channel.errors["a:443"] = DeliveryError("The receiver answered 404.")
    fail(deliveries, "a:443", times=9)

    assert deliveries.reserve("a:443") == 0


def test_after_its_rest_an_endpoint_is_probed_by_one_attempt_at_a_time(
    deliveries: Deliveries, channel: FakeChannel, clock: Clock
) -> None:
    channel.errors["a:443"] = DOWN
    fail(deliveries, "a:443", times=5)
    clock.now_ms += MINUTE_MS

    assert deliveries.reserve("a:443") == 0
    assert deliveries.reserve("a:443") > 0


def test_a_probe_that_arrives_opens_the_way_for_all(
    deliveries: Deliveries, channel: FakeChannel, clock: Clock
) -> None:
    channel.errors["a:443"] = DOWN
    fail(deliveries, "a:443", times=5)
    clock.now_ms += MINUTE_MS
    del channel.errors["a:443"]
    fail(deliveries, "a:443")

    assert deliveries.reserve("a:443") == 0
    assert deliveries.reserve("a:443") == 0


def test_every_failed_probe_doubles_the_rest_up_to_an_hour() -> None:
    breaker = Breaker()
    now_ms, rests = 0, []
    for _ in range(4):
        breaker.failed(now_ms)
    for _ in range(12):
        breaker.failed(now_ms)
        rests.append(breaker.pause(now_ms, 0))
        now_ms += rests[-1]

    assert rests[:4] == [30_000, 60_000, 120_000, 240_000]
    assert set(rests[7:]) == {3_600_000}


def test_failures_of_attempts_that_were_under_way_do_not_lengthen_a_rest() -> None:
    breaker = Breaker()
    for _ in range(20):
        breaker.failed(0)

    assert breaker.pause(0, 0) == 30_000
