"""Sending: a bounded pool of threads in which a slow or broken endpoint holds back nobody else.

Nothing is retried here: every attempt ends in a `Result`, and the next is decided with the subject's state.
"""

import threading
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import structlog

from notifier import metrics
from notifier.channels import Channel, DeliveryError, Message

log = structlog.get_logger(__name__)

THREADS = 32
PER_ENDPOINT = 2
"""Attempts under way at one endpoint."""
QUEUE_PER_ENDPOINT, QUEUE = 64, 4096
"""Attempts taken on, waiting ones included: at one endpoint, in all."""

_FULL_PAUSE_MS, _MOST_PAUSES = 500, 10
_FAILURES_TO_OPEN = 5
_FIRST_REST_MS, _LONGEST_REST_MS = 30_000, 3_600_000


@dataclass(frozen=True)
class Attempt:
    """One leased attempt. It does not begin after `start_by_ms`, so that it ends within its lease."""

    shard: int
    subject: str
    channel: str
    kind: str
    endpoint: str
    address: str = field(repr=False)
    secret: str = field(repr=False)
    message: Message
    number: int
    start_by_ms: int


@dataclass(frozen=True)
class Result:
    """How an attempt ended: `error` None is success. If not `started`, nothing has left.

    `confirmed`: the receiver answered with the code that was sent.
    """

    attempt: Attempt
    error: DeliveryError | None = None
    started: bool = True
    confirmed: bool = False


class Breaker:
    """Leaves an endpoint alone after five failures in a row, then lets one attempt at a time probe it."""

    def __init__(self) -> None:
        self._failures = 0
        self._rests = 0
        self._rest_until_ms = 0

    @property
    def is_open(self) -> bool:
        return self._rests > 0

    @property
    def is_spotless(self) -> bool:
        return self._failures == 0

    def pause(self, now_ms: int, under_way: int) -> int:
        """Milliseconds until an attempt may be made; 0: now."""
        if not self.is_open:
            return 0
        if now_ms < self._rest_until_ms:
            return self._rest_until_ms - now_ms
        return _FULL_PAUSE_MS if under_way else 0

    def succeeded(self) -> None:
        self._failures = self._rests = self._rest_until_ms = 0

    def rest(self, now_ms: int) -> int:
        """Milliseconds for which the endpoint is left alone yet."""
        return max(0, self._rest_until_ms - now_ms)

    def failed(self, now_ms: int, retry_after_s: float | None = None) -> None:
        """One more failure. While the endpoint rests, what was under way before tells nothing new."""
        self._failures += 1
        if self._failures >= _FAILURES_TO_OPEN and now_ms >= self._rest_until_ms:
            own_ms = _FIRST_REST_MS << min(self._rests, 10)
            rest_ms = min(max(own_ms, round((retry_after_s or 0) * 1000)), _LONGEST_REST_MS)
            self._rests += 1
            self._rest_until_ms = now_ms + rest_ms


@dataclass
class _Endpoint:
    breaker: Breaker = field(default_factory=Breaker)
    taken: int = 0
    put_off: int = 0
    running: int = 0
    waiting: deque[Attempt] = field(default_factory=deque)


class Deliveries:
    """The pool. An attempt is reserved first, leased by a commit, then started or released."""

    def __init__(self, channels: Mapping[str, Channel], now_ms: Callable[[], int]) -> None:
        self._channels = channels
        self._now_ms = now_ms
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="delivery")
        # One thread writes the log: many would wait for one another, and the loop has better things to do.
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="attempts-log")
        self._changed = threading.Condition()
        self._endpoints: dict[str, _Endpoint] = {}
        self._results: dict[int, dict[str, list[Result]]] = defaultdict(lambda: defaultdict(list))
        self._taken = 0
        self._running = 0
        self._closed = False

    def endpoint(self, kind: str, address: str) -> str:
        """Whom an address belongs to. Raises `DeliveryError`."""
        if kind not in self._channels:
            raise DeliveryError("There is no such channel in this version.", permanent=True)
        return self._channels[kind].endpoint(address)

    @property
    def room(self) -> int:
        """How many more attempts may be taken on, whatever their endpoints say."""
        return 0 if self._closed else QUEUE - self._taken

    def rest(self, endpoint: str) -> int:
        """Milliseconds for which this endpoint is left alone after failures in a row; 0: it is not."""
        to = self._endpoints.get(endpoint)
        return 0 if to is None else to.breaker.rest(self._now_ms())

    def reserve(self, endpoint: str) -> int:
        """Take a place at this endpoint: 0 if it is taken, else milliseconds after which to ask again."""
        with self._changed:
            to = self._endpoints.get(endpoint) or _Endpoint()
            pause_ms = to.breaker.pause(self._now_ms(), to.taken)
            if pause_ms:
                return pause_ms
            if self._closed or self._taken >= QUEUE:
                return _FULL_PAUSE_MS
            if to.taken >= QUEUE_PER_ENDPOINT:
                # To ask costs more than an attempt: who comes after many others is to ask later.
                to.put_off += 1
                return _FULL_PAUSE_MS * min(1 + to.put_off // QUEUE_PER_ENDPOINT, _MOST_PAUSES)
            self._endpoints[endpoint] = to
            to.taken += 1
            self._taken += 1
            return 0

    def release(self, endpoint: str) -> None:
        """Give a reserved place back."""
        with self._changed:
            self._let_go(endpoint)

    def start(self, attempt: Attempt) -> None:
        """Make a reserved attempt, as soon as the endpoint has a free slot."""
        with self._changed:
            to = self._endpoints[attempt.endpoint]
            if self._closed:
                self._let_go(attempt.endpoint)
            elif to.running < PER_ENDPOINT:
                self._run(to, attempt)
            else:
                to.waiting.append(attempt)

    def with_results(self, shard: int) -> list[str]:
        """The subjects of this shard for which attempts have ended."""
        with self._changed:
            return list(self._results.get(shard, ()))

    def results(self, shard: int, subject: str) -> list[Result]:
        """How they ended; each is given once."""
        with self._changed:
            return self._results.get(shard, {}).pop(subject, [])

    def forget(self, shard: int) -> None:
        """Drop the results of a shard that is another's now: its leases run out."""
        with self._changed:
            self._results.pop(shard, None)

    def close(self, timeout_s: float) -> bool:
        """Start nothing more and wait for what is under way; whether it has ended. The rest stays leased."""
        with self._changed:
            self._closed = True
            self._threads.shutdown(wait=False, cancel_futures=True)
            return self._changed.wait_for(lambda: self._running == 0, timeout_s)

    def _run(self, to: _Endpoint, attempt: Attempt) -> None:
        to.running += 1
        self._threads.submit(self._attempt, to, attempt)

    def _attempt(self, to: _Endpoint, attempt: Attempt) -> None:
        with self._changed:
            self._running += 1
        result = self._result(attempt)
        metrics.deliveries.labels(attempt.kind, _outcome(result)).inc()
        self._writer.submit(_log, result)
        with self._changed:
            self._running -= 1
            to.running -= 1
            self._judge(to.breaker, result)
            self._results[attempt.shard][attempt.subject].append(result)
            if to.waiting and not self._closed:
                self._run(to, to.waiting.popleft())
            self._let_go(attempt.endpoint)
            self._changed.notify_all()

    def _result(self, attempt: Attempt) -> Result:
        now_ms = self._now_ms()
        if now_ms > attempt.start_by_ms:
            return Result(attempt, started=False)
        try:
            with metrics.attempt_seconds.time():
                channel = self._channels[attempt.kind]
                confirmed = channel.send(attempt.address, attempt.secret, attempt.message, now_ms)
        except DeliveryError as error:
            return Result(attempt, error)
        except Exception:
            # Nobody waits for the thread: what is not told here is never heard of.
            log.exception("an attempt raised", nudge=attempt.message.id)
            return Result(attempt, DeliveryError("The attempt broke down."))
        return Result(attempt, confirmed=confirmed)

    def _judge(self, breaker: Breaker, result: Result) -> None:
        was_open = breaker.is_open
        if result.started and result.error is not None and result.error.endpoint_down:
            breaker.failed(self._now_ms(), result.error.retry_after_s)
        elif result.started:
            breaker.succeeded()
        metrics.breaker_open.inc(breaker.is_open - was_open)

    def _let_go(self, endpoint: str) -> None:
        to = self._endpoints[endpoint]
        to.taken -= 1
        self._taken -= 1
        if to.taken == 0:
            to.put_off = 0
        if to.taken == 0 and to.breaker.is_spotless:
            del self._endpoints[endpoint]


def _outcome(result: Result) -> str:
    if not result.started:
        return "skipped"
    if result.error is None:
        return "delivered"
    return "refused" if result.error.permanent else "failed"


def _log(result: Result) -> None:
    attempt, outcome = result.attempt, _outcome(result)
    # What went well is counted, and stands in `attune.nudges`: in the log it would be most of it.
    say = log.debug if outcome == "delivered" else log.info
    say("attempt", nudge=attempt.message.id, channel=attempt.kind, number=attempt.number, outcome=outcome)
