"""A site's status as one screen of a terminal."""

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from cli.shards import spans
from cli.status import Shards, Status
from cli.workers import Worker

_UNKNOWN = "?"


def screen(status: Status, at: str) -> RenderableType:
    """`at` is the instant as it is to be shown."""
    head = Text(f"Attune, {at}: ") + (
        Text("all is well", "bold green") if status.is_well else Text("something is wrong", "bold red")
    )
    unreachable = [Text(f"could not be asked: {sentence}", "red") for sentence in status.unreachable]
    return Group(head, *unreachable, _workers(status.workers), _shards(status.shards), _counts(status))


def _workers(workers: list[Worker]) -> Table:
    table = Table("service", "answers at", "partitions", "ready?")
    for worker in workers:
        said = Text("ready", "green") if worker.why_not is None else Text(worker.why_not, "red")
        table.add_row(worker.service, worker.address, spans(worker.shards), said)
    return table


def _shards(shards: list[Shards]) -> Table:
    table = Table("partitions of", "lag", "behind", "outbox", "problems")
    for one in shards:
        lag = _UNKNOWN if one.lag is None else f"{one.lag} records"
        behind = "never read" if one.behind_s is None else f"{one.behind_s:.1f} s"
        table.add_row(one.service, lag, behind, str(one.outbox), Text("\n".join(one.problems), "red"))
    return table


def _counts(status: Status) -> Text:
    told = ", ".join(f"{n} {outcome}" for outcome, n in (status.deliveries or {}).items()) or _UNKNOWN
    due = _UNKNOWN if status.due is None else f"{status.due}, the oldest for {status.oldest_due_s or 0:.0f} s"
    letters = _UNKNOWN if status.dead_letters is None else str(status.dead_letters)
    return Text(f"due and waiting: {due}\ndeliveries since their start: {told}\ndead letters: {letters}")
