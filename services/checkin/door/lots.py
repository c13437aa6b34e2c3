"""Group commit: what has gathered while the last lot was on its way goes as the next lot.

Requests hand an item over and wait; one thread for each kind of lot carries it and wakes those who wait.
Plain threading primitives: under gunicorn's gevent worker they are greenlets.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from typing import Generic, TypeVar

import structlog

from shared.faults import LogUnavailable, StoreUnavailable

MOST_WAITING = 2000
MOST_IN_A_LOT = 500
_ENDING = "This worker ends."

Item = TypeVar("Item")
Result = TypeVar("Result")

log = structlog.get_logger(__name__)


class _Waiting(Generic[Item, Result]):
    """An item and who waits for it: the lock is let go when `result` is there."""

    __slots__ = ("_open", "began_s", "item", "lock", "result")

    def __init__(self, item: Item, now_s: float) -> None:
        self.item = item
        self.began_s = now_s
        self.result: Result | Exception | None = None
        self.lock = threading.Lock()
        self.lock.acquire()
        self._open = [True]

    @property
    def is_open(self) -> bool:
        return bool(self._open)

    def outcome(self) -> Result | Exception:
        """The result, waited for."""
        self.lock.acquire()
        return self.result  # type: ignore[return-value]

    def settle(self, result: Result | Exception) -> None:
        """Let who waits go on with this, unless they have gone on already."""
        try:
            self._open.pop()  # two threads may want to: the list gives its one element to one of them
        except IndexError:
            return
        self.result = result
        self.lock.release()


class Lots(Generic[Item, Result]):
    """Carries items by the lot. `carry` gives a result for each, or raises for all of them.

    `away` makes the error for what was not carried in time. Build it after the fork, and `start` it.
    """

    def __init__(
        self,
        name: str,
        carry: Callable[[Sequence[Item]], Sequence[Result | Exception]],
        away: Callable[[str], Exception],
        wait_s: float = 2.0,
    ) -> None:
        self._carry = carry
        self._away = away
        self._wait_s = wait_s
        self._gathered: SimpleQueue[_Waiting[Item, Result] | None] = SimpleQueue()
        self._all: deque[_Waiting[Item, Result]] = deque()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._patience = threading.Thread(target=self._give_up, name=f"{name} patience", daemon=True)

    @property
    def waiting(self) -> int:
        """How many items have gathered and are not on their way yet."""
        return self._gathered.qsize()

    def start(self) -> None:
        self._thread.start()
        self._patience.start()

    def close(self) -> None:
        """Carry what has gathered, then end."""
        self._gathered.put(None)
        self._thread.join(2 * self._wait_s)
        self._ended.set()
        self._patience.join()

    def submit(self, item: Item) -> Result:
        """The item's result. Raises what carrying it raised, or `away`'s error: at once if too many wait."""
        if self._gathered.qsize() >= MOST_WAITING:
            raise self._away("Too many are waiting.")
        result = self._hand_over(item).outcome()
        if isinstance(result, Exception):
            raise result
        return result

    def submit_all(self, items: Sequence[Item]) -> list[Result | Exception]:
        """Each item's result, or its error: all are handed over before any is waited for.

        Half of the room is left for those who come one by one: what finds none has `away`'s error at once.
        """
        room = max(0, MOST_WAITING // 2 - self._gathered.qsize())
        handed = [self._hand_over(item) for item in items[:room]]
        left = [self._away("Too many are waiting.") for _ in items[room:]]
        return [*(waiting.outcome() for waiting in handed), *left]

    def _hand_over(self, item: Item) -> _Waiting[Item, Result]:
        waiting: _Waiting[Item, Result] = _Waiting(item, time.monotonic())
        self._gathered.put(waiting)
        self._all.append(waiting)
        if self._ended.is_set():
            waiting.settle(self._away(_ENDING))
        return waiting

    def _run(self) -> None:
        going_on = True
        while going_on:
            lot = [self._gathered.get()]
            while len(lot) < MOST_IN_A_LOT and not self._gathered.empty():
                lot.append(self._gathered.get_nowait())
            going_on = None not in lot
            self._settle([waiting for waiting in lot if waiting is not None])

    def _settle(self, lot: Sequence[_Waiting[Item, Result]]) -> None:
        try:
            results = self._carry([waiting.item for waiting in lot]) if lot else ()
        except (LogUnavailable, StoreUnavailable) as fault:
            results = [fault] * len(lot)
        except Exception as error:
            # The thread must outlive any fault: without it this worker could answer nothing any more.
            log.exception("lot failed", size=len(lot))
            results = [error] * len(lot)
        for waiting, result in zip(lot, results, strict=True):
            waiting.settle(result)

    def _give_up(self) -> None:
        """One clock for all: a timer for each who waits would cost more than carrying their item."""
        while not self._ended.wait(self._wait_s / 40):
            too_long_s = time.monotonic() - self._wait_s
            while self._all and (not self._all[0].is_open or self._all[0].began_s < too_long_s):
                self._all.popleft().settle(self._away("It took too long."))
        while self._all:
            self._all.popleft().settle(self._away(_ENDING))
