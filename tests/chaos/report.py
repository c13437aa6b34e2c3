"""The figures of a run, for people and as JSON."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from tests.chaos.campaign import Outcome
from tests.chaos.faults import Struck
from tests.chaos.ledger import Ledger
from tests.chaos.logbook import GROUPS
from tests.chaos.probe import Recovery

_SHOWN = 20
_COLUMNS = (
    "fault",
    "count",
    "acknowledged",
    "lost",
    "wrong",
    "repeated ids",
    "recovery s",
    "worst",
    "alone",
    "server s",
    "each",
)
_NOT_INLINE = ("faults", "timeline", "complaints")
_NEVER_MS = 2**60

Recovered = tuple[Struck, Recovery | None]


def figures(outcome: Outcome, ledger: Ledger) -> dict[str, Any]:
    """Everything that is to be shown."""
    kinds = sorted({struck.fault.name for struck, _ in outcome.struck})
    rebuilt = outcome.rebuilt
    return {
        "seed": outcome.plan.seed,
        "faults": [*(_row(kind, outcome, ledger) for kind in kinds), _all(outcome, ledger)],
        "unanswered": ledger.unanswered,
        "unexpected answers": len(ledger.unexpected),
        "timeline": [_line(*one) for one in sorted(outcome.struck, key=lambda one: one[0].struck_ms)],
        "answers": {f"{what} {status}": n for (what, status), n in sorted(ledger.statuses.items())},
        "outputs": dict(sorted(outcome.findings.figures.items())),
        "nudges": dict(sorted(outcome.nudges.figures.items())),
        "channels": {way: dict(sorted(n.items())) for way, n in sorted(outcome.nudges.channels.items())},
        "repeated records": dict(Counter(topic for topic, _ in outcome.findings.repeats)),
        "couples formed meanwhile": outcome.pairs,
        "ended by themselves": outcome.ended,
        "control": outcome.control,
        "rebuilt": rebuilt and {"same": rebuilt.same, "grown": rebuilt.grown, "states": rebuilt.states},
        "seconds": outcome.took_s,
        "complaints": outcome.complaints,
    }


def _line(struck: Struck, found: Recovery | None) -> dict[str, Any]:
    return {
        "fault": struck.fault.name,
        "lasts_s": round(struck.fault.lasts_s, 1),
        "struck_ms": struck.struck_ms,
        "over_ms": struck.over_ms,
        "up_ms": struck.up_ms,
        "recovered_ms": found and found.at_ms,
    }


def _all(outcome: Outcome, ledger: Ledger) -> dict[str, Any]:
    """The run as a whole. What is wrong at its end, no single fault can be blamed for."""
    return dict.fromkeys(_COLUMNS) | {
        "fault": "all",
        "count": len(outcome.struck),
        "acknowledged": len(ledger.entries),
        "lost": len(outcome.findings.lost) + len(outcome.nudges.lost),
        "wrong": len(outcome.findings.wrong) + len(outcome.nudges.wrong),
        "repeated ids": len(outcome.findings.repeats),
    }


def _row(kind: str, outcome: Outcome, ledger: Ledger) -> dict[str, Any]:
    """What happened from the strike to the recovery of each fault of a kind; faults may overlap."""
    here = [(struck, found) for struck, found in outcome.struck if struck.fault.name == kind]
    spans = [(s.struck_ms, _NEVER_MS if found is None else found.at_ms) for s, found in here]
    known = [(struck, found) for struck, found in here if found is not None]
    times_s = [_seconds(*one) for one in known]
    alone_s = [_seconds(*one) for one in known if _alone(*one, outcome.struck)]
    servers_s = [(struck.up_ms - struck.over_ms) / 1000 for struck, _ in here if struck.up_ms is not None]
    acknowledged = [e for e in ledger.entries if _within(e.acknowledged_ms, spans)]
    ids = {entry.checkin for entry in acknowledged}
    return {
        "fault": kind,
        "count": len(here),
        "acknowledged": len(acknowledged),
        "lost": sum(any(checkin in line for checkin in ids) for line in outcome.findings.lost),
        "wrong": None,
        "repeated ids": sum(_within(at_ms, spans) for _, at_ms in outcome.findings.repeats),
        "recovery s": round(median(times_s), 1) if times_s else None,
        "worst": max(times_s, default=None),
        "alone": round(median(alone_s), 1) if alone_s else None,
        "server s": round(median(servers_s), 1) if servers_s else None,
        "each": [f"{_seconds(s, found)} ({_name(found.last)})" for s, found in known],
    }


def _seconds(struck: Struck, found: Recovery) -> float:
    return round((found.at_ms - struck.over_ms) / 1000, 1)


def _name(last: str) -> str:
    return GROUPS.get(last, last).removeprefix("attune-")


def _within(at_ms: int, spans: Sequence[tuple[int, int]]) -> bool:
    return any(first <= at_ms <= last for first, last in spans)


def _alone(struck: Struck, found: Recovery, all_struck: Sequence[Recovered]) -> bool:
    """Whether no other fault was under way between this one's strike and its recovery."""
    others = (other for other, _ in all_struck if other is not struck)
    return all(other.over_ms < struck.struck_ms or other.struck_ms > found.at_ms for other in others)


def write(outcome: Outcome, ledger: Ledger, file: Path) -> None:
    file.write_text(json.dumps(figures(outcome, ledger), indent=2) + "\n")


def table(outcome: Outcome, ledger: Ledger) -> str:
    """The figures as text, and at the end what is wrong."""
    found = figures(outcome, ledger)
    rows = [_COLUMNS, *(tuple(_shown(row[c]) for c in _COLUMNS) for row in found["faults"])]
    widths = [max(len(row[n]) for row in rows) for n in range(len(_COLUMNS))]
    lines = ["  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)) for row in rows]
    lines += [
        "",
        *(f"{name}: {_inline(found[name])}" for name in found if name not in _NOT_INLINE),
    ]
    complaints = outcome.complaints
    lines += ["", f"{len(complaints)} complaints" if complaints else "nothing lost, nothing wrong"]
    lines += [f"- {line[:2000]}" for line in complaints[:_SHOWN]]
    return "\n".join(lines)


def _shown(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(value)
    return "" if value is None else str(value)


def _inline(value: Any) -> str:
    if isinstance(value, dict) and any(isinstance(inner, dict) for inner in value.values()):
        return "".join(f"\n  {name}: {_inline(inner)}" for name, inner in value.items())
    if isinstance(value, dict):
        return ", ".join(f"{name} {number}" for name, number in value.items())
    return str(value)
