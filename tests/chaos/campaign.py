"""One run of the kill loop, from an empty folder to the findings."""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from shared.topics import JOURNAL
from shared.views import PROJECTOR, STREAKS
from tests.chaos import faults, inboxes, ledger, logbook, rebuilding, stories
from tests.chaos.arrivals import Arrival
from tests.chaos.audit import Evidence, Findings, audit
from tests.chaos.cast import SECOND_MS, Cast, next_close, next_risk
from tests.chaos.control import Control
from tests.chaos.faults import LONG_STOP_S, Fault, Struck
from tests.chaos.judging import NudgeFindings
from tests.chaos.ledger import Ledger
from tests.chaos.load import Load, now_ms
from tests.chaos.newcomers import Newcomers
from tests.chaos.nudges import Seen, audit_nudges
from tests.chaos.probe import Probe, Recovery
from tests.chaos.settling import until_settled
from tests.chaos.signs import Signs
from tests.chaos.stage import PARTITIONS, STARTS_IN_MS, Stage
from tests.chaos.striking import Striker

Say = Callable[[str], None]
T = TypeVar("T")

_LAST_S = 10.0
"""How long a run goes on after the last instant that it is to see."""
_MOMENT_S = 3.0
_RECOVERY_S = 120.0
_SETTLING_S = 90.0


@dataclass(frozen=True)
class Plan:
    """`size`: couples in each group. `gap_s`: between two faults, on average.

    `until_risk`: stretch the run until it has been 19:30 somewhere once more. `cuts`: Redis also loses the
    last of what it wrote.
    """

    seed: int
    faults: int
    gap_s: float = 5.0
    size: int = 8
    long_stop: bool = True
    until_risk: bool = False
    cuts: bool = False


@dataclass
class Outcome:
    """All that a run has shown. `struck`: each fault with its recovery, None if there was none."""

    plan: Plan
    complaints: list[str] = field(default_factory=list)
    findings: Findings = field(default_factory=Findings)
    nudges: NudgeFindings = field(default_factory=NudgeFindings)
    struck: list[tuple[Struck, Recovery | None]] = field(default_factory=list)
    arrivals: list[Arrival] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    control: str = ""
    pairs: int = 0
    risks_ms: list[int] = field(default_factory=list)
    took_s: dict[str, float] = field(default_factory=dict)
    rebuilt: rebuilding.Rebuilt | None = None


class Campaign:
    """`run` it once. The folder must be empty."""

    def __init__(self, plan: Plan, folder: Path, say: Say) -> None:
        self.outcome = Outcome(plan)
        self._ledger_file = folder / "ledger.jsonl"
        self.ledger = Ledger(self._ledger_file)
        self._plan = plan
        self._say = say
        self._chance = random.Random(plan.seed)
        self._stage = Stage(folder)
        self._began: dict[int, int] = {}
        self._tokens: dict[str, str] = {}

    def run(self) -> Outcome:
        """Everything; what was started is stopped at the end, however it ends."""
        try:
            planned = self._timed("start", self._open)
            self._timed("faults", lambda: self._break(*planned))
            self._timed("settling", self._settle)
            evidence = self._timed("audit", self._audit)
            self._timed("rebuild", lambda: self._rebuild(evidence))
        finally:
            self._stage.stop()
            self.ledger.close()
        self.outcome.complaints += [*self.outcome.findings.complaints, *self.ledger.unexpected]
        self.outcome.complaints += [*self.outcome.nudges.lost, *self.outcome.nudges.wrong]
        return self.outcome

    def _timed(self, what: str, act: Callable[[], T]) -> T:
        began_s = time.monotonic()
        result = act()
        self.outcome.took_s[what] = round(time.monotonic() - began_s, 1)
        self._say(f"{what}: {self.outcome.took_s[what]} s")
        return result

    # --- the parts of a run -------------------------------------------------------------------------

    def _open(self) -> tuple[Cast, list[Fault]]:
        """Servers, a past, and the two services that people need to open their channels."""
        self._stage.start_servers()
        planned = self._planned()
        cast = self._stage.cast(self._chance, faults.length_s(planned), self._plan.size)
        ends = logbook.ends(self._stage.kafka, PARTITIONS)
        self._began = {number: ends[JOURNAL, number] for number in range(PARTITIONS)}
        self.outcome.risks_ms = cast.risks_ms
        self._stage.start_services(["checkin", "projector"], wait=True)
        self._stage.open_channels(cast, self._chance)
        self._stage.check_in_early(cast, self.ledger)
        return cast, planned

    def _planned(self) -> list[Fault]:
        """The faults, so far apart that some couple's day closes meanwhile."""
        plan = self._plan
        planned = faults.plan(self._chance, plan.faults, plan.gap_s, long_stop=plan.long_stop, cuts=plan.cuts)
        starts_ms = now_ms() + STARTS_IN_MS
        until_ms = next_risk(starts_ms) if plan.until_risk else next_close(starts_ms)
        return faults.stretched(planned, (until_ms - starts_ms) / SECOND_MS + _LAST_S)

    def _break(self, cast: Cast, planned: Sequence[Fault]) -> None:
        """Load, faults, and the instants by which the cast was drawn; until all is well again."""
        ports, seed = self._stage.ports, self._plan.seed
        load = Load(
            ports.checkin, [p for p in cast.parts if p.group != "tender"], cast.tokens, self.ledger, seed
        )
        tender = [part.person for part in cast.parts if part.group == "tender"]
        signs = Signs(ports.checkin, tender, cast.tokens, self.ledger, seed)
        stage = self._stage
        newcomers = Newcomers(ports.checkin, stage.receivers, self.ledger, seed, stage.arrived)
        who = next((part.person, cast.tokens[part.person]) for part in cast.parts if part.group == "alone")
        impatient = self._stage.redis(timeout_s=1.0, retries=0)
        probe = Probe(ports.checkin, impatient, PARTITIONS, who, self.ledger)
        load.start()
        signs.start()
        self._stage.start_services(["streaks", "notifier"], wait=False)
        striker = Striker(self._stage.process, lambda: self._stage.cut_redis(self._chance), now_ms)
        newcomers.start()
        probe.start()
        self._strike(striker, planned)
        time.sleep(max(0.0, (cast.until_ms - now_ms()) / SECOND_MS))
        self._await_recovery(striker, probe)
        # Once all is well again, it must go on being so.
        time.sleep(_MOMENT_S)
        newcomers.stop()
        signs.stop()
        load.stop()
        probe.stop()
        striker.close()
        self.outcome.struck = [(struck, probe.recovery(struck)) for struck in striker.struck]
        self.outcome.ended, self.outcome.pairs = striker.ended, newcomers.pairs
        self._tokens = cast.tokens | newcomers.tokens

    def _strike(self, striker: Striker, planned: Sequence[Fault]) -> None:
        """The faults, and around the long stop of the broker the control."""
        at = next((n for n, fault in enumerate(planned) if fault.lasts_s >= LONG_STOP_S), len(planned))
        striker.run(planned[:at], self._say)
        if at == len(planned):
            return
        control = Control(self._stage.kafka)
        control.start()
        time.sleep(max(_MOMENT_S, self._plan.gap_s))
        control.when = "during"
        striker.run(planned[at : at + 1], self._say)
        control.when = "after"
        striker.run(planned[at + 1 :], self._say)
        time.sleep(_MOMENT_S)
        control.stop()
        self.outcome.control = control.verdict()

    def _await_recovery(self, striker: Striker, probe: Probe) -> None:
        deadline_s = time.monotonic() + _RECOVERY_S
        while time.monotonic() < deadline_s and any(probe.recovery(s) is None for s in striker.struck):
            time.sleep(0.2)
        self.outcome.complaints += [
            f"no recovery in {_RECOVERY_S:.0f} s from {struck.fault.name}"
            for struck in striker.struck
            if probe.recovery(struck) is None
        ]

    def _settle(self) -> None:
        left = until_settled(self._stage.kafka, self._stage.redis(), PARTITIONS, _SETTLING_S)
        self.outcome.complaints += [f"not settled in {_SETTLING_S:.0f} s: {line}" for line in left]

    # --- the findings -------------------------------------------------------------------------------

    def _audit(self) -> Evidence:
        evidence = self._evidence()
        self.outcome.arrivals = self._stage.arrived()
        self.outcome.findings, self.outcome.nudges = _examined(evidence, self.outcome.arrivals)
        return evidence

    def _rebuild(self, before: Evidence) -> None:
        """Redis emptied: the states come back, and nothing is published or sent again."""
        flushed_ms = now_ms()
        self._stage.redis().flushall()
        self._settle()
        # What would wrongly be published or sent again is given time to arrive.
        time.sleep(_MOMENT_S)
        after, arrivals = self._evidence(), self._stage.arrived()
        findings, found = _examined(after, arrivals)
        rebuilt = rebuilding.compare(before, after, flushed_ms)
        rebuilt.complaints += rebuilding.arrived_again(self.outcome.arrivals, arrivals)
        self.outcome.rebuilt = rebuilt
        for complaints in (findings.complaints, found.lost, found.wrong, rebuilt.complaints):
            self.outcome.complaints += [f"after Redis was emptied: {line}" for line in complaints]

    def _evidence(self) -> Evidence:
        """Read when nothing is under way: time alone may bring something in between."""
        client, began_s = self._stage.redis(), time.monotonic()
        while True:
            at_ms, shards = now_ms(), logbook.shards(client, PARTITIONS)
            found_in = inboxes.read(self._stage.ports.checkin, self._tokens)
            log = logbook.read(self._stage.kafka, PARTITIONS)
            unsure = list(logbook.unread(shards, {place: len(found) for place, found in log.items()}))
            if not unsure or time.monotonic() - began_s > _SETTLING_S:
                break
        self.outcome.complaints += [f"never at rest: {line}" for line in unsure]
        entries = ledger.read(self._ledger_file)
        signs = list(self.ledger.signs)
        return Evidence(log, shards, self._began, entries, PARTITIONS, at_ms, signs, found_in)


def _examined(evidence: Evidence, arrivals: Sequence[Arrival]) -> tuple[Findings, NudgeFindings]:
    findings, folded = audit(evidence)
    facts = stories.facts(
        [fold for (service, _), fold in folded.items() if service == STREAKS],
        [fold for (service, _), fold in folded.items() if service == PROJECTOR],
        evidence.log,
    )
    seen = Seen(arrivals, evidence.inboxes)
    found = audit_nudges(evidence.log, evidence.shards, PARTITIONS, facts, seen, evidence.at_ms)
    return findings, found
