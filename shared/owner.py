"""One shard in the hands of its owner: look, drain, mark, fold, commit. `shared/README.md` explains it."""

import contextlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
import structlog

from shared.batch import LATENESS_MS, Batch, Held, Moved, Raised, times
from shared.events import Event, encode
from shared.events.couple import TimePassed
from shared.faults import LogUnavailable, StoreUnavailable
from shared.fitness import unfit
from shared.folding import Change
from shared.intake import Intake, Taken
from shared.outbox import Outbox, pack_outgoing
from shared.ports import Ends, Log, Program, Store, Watch
from shared.records import Message, RawRecord
from shared.store import Look, Writes
from shared.topics import DEAD_LETTERS

log = structlog.get_logger(__name__)

MAX_DUE = 2000
MAX_HELD = 50_000
_TIME_PASSED_EVERY_MS = 1000
_TALLY = "tally:"


class Owner:
    """Steps one shard. `turn` may raise `StoreUnavailable` or `LogUnavailable`: call it again later."""

    def __init__(
        self,
        shard: int,
        partitions: int,
        program: Program,
        *,
        store: Store,
        log_: Log,
        draw_epoch: Callable[[], str],
        watch: Watch,
    ) -> None:
        self.shard = shard
        self.paused: str | None = None
        self.markable: int | None = None
        self.caught_up_ms: int | None = None
        self.positions: dict[str, int] = {}
        self.outbox_depth = 0
        self.outbox_since_ms: int | None = None
        self.tally: dict[str, int] = {}
        self.time_ms = 0
        self.mark = 0
        self._partitions = partitions
        self._program = program
        self._store = store
        self._log = log_
        self._draw_epoch = draw_epoch
        self._watch = watch
        self._intake = Intake(program.topics, partitions)
        self._outbox = Outbox(shard, store, log_)
        self._state_of = msgspec.msgpack.Decoder(program.rules.state_type).decode
        self._version: str | None = None
        self._epoch = ""
        self._n = 0
        self._claimed = False
        self._held: dict[str, Held] = {}
        self._reach: dict[str, int] = {}
        self._target: Ends | None = None
        self._asked: dict[str, str] = {}
        self._time_passed_ms = 0
        self._now_ms = 0

    @property
    def backlog(self) -> int:
        """Records taken from the log and not yet folded."""
        return len(self._intake)

    @property
    def is_publishing(self) -> bool:
        """Whether outputs are on their way to the log."""
        return self._outbox.is_publishing

    @property
    def next_look(self) -> tuple[int, str, int | None, int]:
        """What to ask `look_all` for: shard, version, caught_up_ms, outbox entries."""
        return self.shard, self._version or "", self.caught_up_ms, self._outbox.head_wanted

    def hear(self, records: Sequence[RawRecord]) -> None:
        """Records of one topic of this shard, in order."""
        if self._version is not None:
            self._intake.hear(records, self.positions[records[0].topic])

    def turn(self, look: Look, now_ms: int, ends: Ends | None) -> bool:
        """One round; whether it is worth another one at once."""
        try:
            return self._turn(look, now_ms, ends)
        except (StoreUnavailable, LogUnavailable):
            self._version = None
            raise

    def settle(self, look: Look) -> bool:
        """At the end: fold nothing more, but let what is on its way arrive. Whether it has."""
        if self._version is None or look.version != self._version or self.paused is not None:
            return True
        self._consider_mark(look)
        return self._outbox.drained(look, self._marks) and look.outbox_depth == 0

    def give_up(self) -> None:
        """The shard is another's."""
        self._forget()
        self._version = None

    def _turn(self, look: Look, now_ms: int, ends: Ends | None) -> bool:
        if look.version != self._version or self._asked != _asked(look):
            self._start("assigned" if self._version is None else "another version is stored")
            return True
        if self.paused is not None:
            return False
        self._now_ms, self.outbox_depth = now_ms, look.outbox_depth
        self._note_caught_up(ends)
        self._consider_mark(look)
        if not self._outbox.drained(look, self._marks):
            # Nothing is folded before the outbox is empty, so this is the age of its oldest entry.
            self.outbox_since_ms = self.outbox_since_ms or now_ms
            return False
        self.outbox_since_ms = None
        return self._fold(look, now_ms)

    # --- starting over ------------------------------------------------------------------------------

    def _start(self, reason: str) -> None:
        self._forget()
        log.info("starting", group=self._program.group, shard=self.shard, reason=reason)
        self._watch.started_over(self.shard, reason)
        look = self._store.look(self.shard)
        starts, ends = self._log.starts(self.shard), self._log.ends(self.shard)
        self.mark = self._log.mark(self.shard)
        self._epoch, self._n = self._draw_epoch(), int(look.version.partition(":")[2] or 0)
        self.positions = {topic: look.positions.get(topic, 0) for topic in self._program.topics}
        self.time_ms = look.time_ms
        self.tally = {n.removeprefix(_TALLY): int(v) for n, v in look.meta.items() if n.startswith(_TALLY)}
        self._reach = {topic: ends[topic] for topic in self._program.beside}
        self._asked = _asked(look)
        self._intake.start_over({n[5:]: value for n, value in self._asked.items() if n.startswith("skip:")})
        self._version = look.version
        problem = unfit(self._program, self._partitions, look, starts, ends, self._log.topic_ids())
        if problem:
            self._pause(f"{problem} Then, or to fold it anew: {self._command('rebuild')}")
            return
        self.positions = {t: max(starts[t], position) for t, position in self.positions.items()}
        self._log.seek(self.shard, self.positions)

    def _forget(self) -> None:
        self.paused = self.markable = self.caught_up_ms = self._target = None
        self._claimed = False
        self._held.clear()
        self._intake.start_over({})
        self._outbox.start_over()
        if self._program.wake is not None:
            self._program.wake.abandoned(self.shard)

    def _command(self, verb: str, *more: object) -> str:
        words = ("attune ops", verb, self._program.group.removeprefix("attune-"), self.shard, *more)
        return " ".join(str(word) for word in words)

    def _pause(self, reason: str) -> None:
        self.paused = reason
        self._log.pause(self.shard)
        log.error("partition paused", group=self._program.group, shard=self.shard, reason=reason)
        self._store.note(self.shard, self._version or "", "paused", reason)

    # --- what others may rely on --------------------------------------------------------------------

    @property
    def _marks(self) -> dict[str, int]:
        return {self._program.primary: self.mark}

    def _note_caught_up(self, ends: Ends | None) -> None:
        mine = [(topic, self.shard) for topic in self.positions]
        # What was asked before the shard was assigned tells nothing of it, and would be waited for in vain.
        if self._target is None and ends is not None and all(one in ends.offsets for one in mine):
            self._target = ends
        target = self._target
        if target is not None and all(self.positions[one[0]] >= target.offsets[one] for one in mine):
            self.caught_up_ms = target.began_ms
            self._target = None

    def _consider_mark(self, look: Look) -> None:
        """The mark may move to a position of which nothing is left to publish, as the store itself says."""
        position = look.positions.get(self._program.primary, 0)
        due_ms = look.first_due_ms if self._program.wake is None else None
        clear = look.outbox_depth == 0 and (due_ms is None or due_ms > look.time_ms)
        self.markable = position if clear and position > self.mark else None

    # --- folding ------------------------------------------------------------------------------------

    def _fold(self, look: Look, now_ms: int) -> bool:
        short = any(self.positions[topic] < end for topic, end in self._reach.items())
        taken = self._intake.take(self._program.beside if short else self._program.topics)
        if taken.stop and not taken.records:
            self._pause(f"{taken.stop}. {self._remedy(taken.stop)}")
            return False
        if self._program.wake is None:
            return self._fold_by_log(look, taken, now_ms)
        if short:
            return self._fold_records(taken)
        return self._fold_by_clock(look, taken, now_ms)

    def _fold_by_log(self, look: Look, taken: Taken, now_ms: int) -> bool:
        leftover = look.first_due_ms is not None and look.first_due_ms <= self.time_ms
        if not taken.records and not leftover:
            return self._pass_time(look, now_ms)
        return self._fold_records(taken)

    def _fold_records(self, taken: Taken) -> bool:
        """Fold records, and what time alone does up to the last of them."""
        running = times(taken.records, self._program.primary, self.time_ms)
        by_log = self._program.wake is None
        until_ms = (running[-1] if running else self.time_ms) if by_log else None
        if not taken.records and until_ms is None:
            return False
        due = self._hold(taken.subjects, until_ms)
        if due is None:
            return True
        if len(due) == MAX_DUE and running:
            # What is due beyond these must not be passed over: stop at the record that makes it due.
            stop = next((i for i, time_ms in enumerate(running) if time_ms >= due[-1][1]), len(running) - 1)
            taken = taken.cut(stop + 1)
        batch = self._batch(taken, [subject for subject, _ in due])
        return True if batch is None else self._commit(batch, taken)

    def _fold_by_clock(self, look: Look, taken: Taken, now_ms: int) -> bool:
        """Fold records, and decide what the wall clock has made due."""
        wake = self._program.wake
        assert wake is not None  # noqa: S101 tells mypy what the caller has checked
        if not self._claimed:
            # The first commit is the claim; a worker by the clock has no outside effect before it.
            return self._fold_records(taken) or self._commit(self._new_batch(), taken.cut(0))
        ready = wake.ready(self.shard)
        due_now = look.first_due_ms is not None and look.first_due_ms <= now_ms
        if not taken.records and not ready and not due_now:
            return False
        due = self._hold([*taken.subjects, *ready], now_ms)
        if due is None:
            return True
        batch = self._batch(taken, ())
        if batch is None:
            return True
        names = dict.fromkeys([*ready, *(subject for subject, _ in due)])
        states = {s: self._held[s].state for s in names if self._held[s].state is not None}
        changes = self._awake(states, now_ms)
        if changes is None:
            return False
        for subject, change in changes.items():
            batch.take(subject, change)
        if not taken.records and not changes:
            return False
        return self._commit(batch, taken)

    def _awake(self, states: dict[str, Any], now_ms: int) -> dict[str, Change[Any]] | None:
        assert self._program.wake is not None  # noqa: S101 tells mypy what the caller has checked
        try:
            return self._program.wake.wake(self.shard, states, now_ms)
        except (StoreUnavailable, LogUnavailable):
            raise
        except Exception as error:
            log.exception("the decisions raised", shard=self.shard)
            self._pause(f"the decisions raise {type(error).__name__}: a bug. {self._remedy('')}")
            return None

    def _hold(self, subjects: Sequence[str], until_ms: int | None) -> list[tuple[str, int]] | None:
        """Hold the states of these subjects and of what is due; None: the shard has moved, start over."""
        if len(self._held) > MAX_HELD:
            self._held.clear()
        missing = [subject for subject in dict.fromkeys(subjects) if subject not in self._held]
        loaded = self._store.load(self.shard, missing, until_ms, MAX_DUE)
        if loaded.version != self._version:
            self._version = None
            return None
        for subject, (packed, due_ms) in loaded.states.items():
            if subject not in self._held:
                self._held[subject] = Held(None if packed is None else self._state_of(packed), due_ms)
        return loaded.due

    def _new_batch(self) -> Batch:
        moved = Moved(self.time_ms, self.positions[self._program.primary] - 1)
        program = self._program
        return Batch(program.rules, program.primary, self._partitions, self._held, moved, self._marks)

    def _batch(self, taken: Taken, due: Sequence[str]) -> Batch | None:
        """The batch, or None if the rules raised: then nothing of it is kept."""
        batch = self._new_batch()
        try:
            for raw, event in zip(taken.records, taken.events, strict=True):
                if isinstance(event, str):
                    batch.set_aside(raw, event)
                else:
                    batch.add(raw, event)
            if self._program.wake is None:
                batch.pass_time(due)
        except Raised as raised:
            log.exception("the rules raised", topic=raised.topic, offset=raised.offset)
            self._held.clear()
            self._intake.stop_at(raised.topic, raised.offset)
            if raised.offset < self.positions[raised.topic]:
                self._pause(f"the rules raise as time passes: a bug. {self._remedy('')}")
            return None
        return batch

    def _remedy(self, stop: str) -> str:
        where = stop.removeprefix("the rules raise at ")
        if where != stop:
            return f"Deploy the fix, or set the record aside: {self._command('skip', where)}"
        return f"Mend the cause, then: {self._command('resume')}"

    def _commit(self, batch: Batch, taken: Taken) -> bool:
        positions = dict(self.positions)
        for raw in taken.records:
            positions[raw.topic] = raw.offset + 1
        tally = {**self.tally, **{name: self.tally.get(name, 0) + by for name, by in batch.tally.items()}}
        n = self._n + 1
        new = f"{self._epoch}:{n}"
        entries = [(f"{n}-{i}", output) for i, output in enumerate(batch.outputs, 1)]
        reply = self._store.commit(
            self.shard,
            self._version or "",
            new,
            Writes(
                meta=self._meta(batch.time_ms, positions, tally),
                states=batch.states(),
                due=batch.due(),
                views=batch.views,
                lists=batch.lists,
                outbox=[(entry, pack_outgoing(output)) for entry, output in entries],
                forgets=batch.forgets,
            ),
        )
        self._watch.committed(reply)
        if reply == "MOVED":
            self._version = None
            return True
        self._version, self._n, self._claimed = new, n, True
        self.positions, self.time_ms, self.tally, self._asked = positions, batch.time_ms, tally, {}
        self._intake.done(taken.records)
        self._count(batch, taken)
        self._outbox.publish(entries)
        if self._program.wake is not None:
            self._program.wake.committed(self.shard, batch.changed())
        return True

    def _count(self, batch: Batch, taken: Taken) -> None:
        """Count what is new: a replay comes late by nature, and repeats no dead letter."""
        dead = sum(output.topic == DEAD_LETTERS for output in batch.outputs) if batch.unreadable else 0
        self._watch.folded(batch.events, dead)
        if self.positions[self._program.primary] <= self.mark:
            return
        for due_ms in batch.fired_ms:
            self._watch.fired((self._now_ms - due_ms) / 1000)
        for raw in taken.records:
            if raw.topic == self._program.primary:
                self._watch.took((self._now_ms - raw.append_ms) / 1000)
                return  # the first is the oldest

    def _meta(self, time_ms: int, positions: Mapping[str, int], tally: Mapping[str, int]) -> dict[str, str]:
        ids = self._log.topic_ids()
        return {
            "time": str(time_ms),
            "layout": str(self._program.rules.layout),
            "partitions": str(self._partitions),
            "paused": "",
            **{f"pos:{topic}": str(offset) for topic, offset in positions.items()},
            **{f"{_TALLY}{name}": str(number) for name, number in tally.items()},
            **{f"topic_id:{topic}": topic_id for topic, topic_id in ids.items() if topic_id},
            **dict.fromkeys(self._asked, ""),
        }

    def _pass_time(self, look: Look, now_ms: int) -> bool:
        """Something is due and the log is quiet: let the log say that time has passed."""
        due_ms = look.first_due_ms
        if not self._program.passes_time or due_ms is None or now_ms <= due_ms + LATENESS_MS:
            return False
        quiet = self.caught_up_ms is not None and now_ms < self.caught_up_ms + LATENESS_MS
        if not quiet or now_ms < self._time_passed_ms + _TIME_PASSED_EVERY_MS:
            return False
        self._time_passed_ms = now_ms
        source = self._program.group.replace("-", "/")
        event = Event(f"{self._epoch}-{now_ms}", "time.passed", source, "", None, TimePassed())
        with contextlib.suppress(LogUnavailable):
            self._log.send(Message(self._program.primary, self.shard, None, encode(event)))
        return False


def _asked(look: Look) -> dict[str, str]:
    """An operator's words that no commit has answered yet."""
    words = ("skip:", "resume")
    return {name: value for name, value in look.meta.items() if value and name.startswith(words)}
