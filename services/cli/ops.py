"""`attune ops`: make the topics, see how the shards are, and mend one that is paused."""

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.live import Live
from rich.table import Table

from cli.erasing import erase_person
from cli.letters import READERS, Letter, letter, letters
from cli.lived_in import write_demo
from cli.rotating import rotate_site
from cli.rotation import PREVIOUS_CAN_GO, why_previous_is_needed
from cli.screen import screen
from cli.shards import SERVICES, Health, read_health
from cli.status import Status, read_status
from shared import env
from shared.faults import LogUnavailable, StoreUnavailable
from shared.kafka import make_topics
from shared.store import ShardStore, connect
from shared.topics import DEAD_LETTERS, DEFAULT_PARTITIONS

app = typer.Typer(no_args_is_help=True)

_WATCH_EVERY_S = 2.0

Service = Literal["projector", "streaks", "notifier"]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


@app.command()
def setup() -> None:
    """Create the topics. Refuses a site with another number of partitions. Example: attune ops setup"""
    with _one_sentence():
        made = make_topics(env.kafka(os.environ), _partitions(), _number("ATTUNE_REPLICATION", 1))
        print(f"created: {', '.join(made)}" if made else "all topics are there")


@app.command()
def demo() -> None:
    """Write sixty days of a cast of couples into an empty journal, while no service runs.

    Example: attune ops demo
    """
    with _one_sentence():
        for person, token in write_demo(os.environ, _partitions(), _now_ms()):
            print(f"{person.name:7} {person.what}\n        {token}")


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Show each shard of each service; exit 1 if one is paused or behind. Example: attune ops doctor"""
    with _one_sentence():
        found = [
            health
            for service in SERVICES
            for health in read_health(_store(service), service, _partitions(), _now_ms())
        ]
    if as_json:
        print(json.dumps([health._asdict() for health in found]))
    else:
        _print_table(found)
    raise typer.Exit(code=int(any(health.problem for health in found)))


@app.command()
def status(
    as_json: AsJson = False,
    watch: Annotated[bool, typer.Option("--watch", help="Show it anew every two seconds.")] = False,
) -> None:
    """Show services, partitions, lag, outbox, deliveries; exit 1 if all is not well.

    Example: attune ops status --watch
    """
    with _one_sentence():
        if watch:
            _watch()
        found = _status()
    if as_json:
        print(json.dumps(found.as_json()))
    else:
        Console().print(screen(found, _at()))
    raise typer.Exit(code=int(not found.is_well))


def _watch() -> None:
    with Live(screen=True) as live, suppress(KeyboardInterrupt):
        while True:
            live.update(screen(_status(), _at()), refresh=True)
            time.sleep(_WATCH_EVERY_S)


def _status() -> Status:
    return read_status(os.environ, _partitions(), _now_ms())


def _at() -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(_now_ms() / 1000))


@app.command()
def rebuild(service: Service, shard: int, yes: Yes = False) -> None:
    """Forget a shard's state; its owner folds it again from the log. Example: attune ops rebuild streaks 7"""
    _check_shard(shard)
    if not yes:
        typer.confirm(f"Fold shard {shard} of {service} again from the log?", abort=True)
    with _one_sentence():
        _store(service).wipe(shard)
    print(f"{service} {shard} starts over. Watch it with: attune ops doctor")


@app.command()
def skip(service: Service, shard: int, topic: str, offset: int, yes: Yes = False) -> None:
    """Set a record aside at which the rules raise: to the dead letters.

    Example: attune ops skip streaks 7 attune.journal 1234
    """
    _check_shard(shard)
    if not yes:
        typer.confirm(f"Leave {topic} {offset} out of {service}'s state for good?", abort=True)
    with _one_sentence():
        _store(service).ask(shard, f"skip:{topic}", str(offset))
    print(f"{service} {shard} goes on without {topic} {offset}; it is kept in {DEAD_LETTERS}.")


@app.command()
def resume(service: Service, shard: int) -> None:
    """Let a paused shard try again. Example: attune ops resume streaks 7"""
    _check_shard(shard)
    with _one_sentence():
        _store(service).ask(shard, "resume", str(_now_ms()))
    print(f"{service} {shard} tries again.")


@app.command()
def erase(person: str, yes: Yes = False) -> None:
    """Erase somebody for good, by their id: at their word, or again after a backup was restored.

    Example: attune ops erase 0190a000-0000-7000-8000-00000000000a
    """
    if not yes:
        typer.confirm(f"Erase {person} and all that they wrote, for good?", abort=True)
    with _one_sentence():
        erase_person(os.environ, _partitions(), person, _now_ms())
    print(f"{person} is erased; the last copy of their key is gone within two hours.")


@app.command("rotate-master-key")
def rotate_master_key(as_json: AsJson = False) -> None:
    """Wrap anew, by ATTUNE_MASTER_KEY, each data key that ATTUNE_MASTER_KEY_PREVIOUS wrapped.

    Exit 1 while the previous one must stay.

    Example: attune ops rotate-master-key
    """
    with _one_sentence():
        done, has_read = rotate_site(os.environ, _partitions(), _store("projector"), _now_ms)
    needed = why_previous_is_needed(done, has_read=has_read)
    if as_json:
        print(json.dumps({**done._asdict(), "previous_needed": needed is not None}))
    else:
        print(f"wrapped anew: {done.rewrapped}, current already: {done.current}, erased: {done.erased}")
        print(needed or PREVIOUS_CAN_GO)
    raise typer.Exit(code=int(needed is not None))


dead = typer.Typer(no_args_is_help=True, help="What could not be read: list it, look at one, read it again.")
app.add_typer(dead, name="dead-letters")


@dead.command("list")
def list_letters(
    limit: Annotated[int, typer.Option(help="At most so many, of each shard the latest.")] = 100,
    as_json: AsJson = False,
) -> None:
    """List what could not be read: where it stood and why. Example: attune ops dead-letters list"""
    with _one_sentence():
        found = [one.as_json() for one in letters(env.kafka(os.environ), _partitions(), limit)]
    if as_json:
        print(json.dumps(found))
        return
    for one in found:
        print("{shard} {place}: {topic} {partition} {offset}, {bytes} bytes, {error}".format(**one))
    if not found:
        print("no dead letters")


@dead.command("show")
def show_letter(shard: int, place: int) -> None:
    """Show one, by the two numbers of the list. Example: attune ops dead-letters show 3 12"""
    with _one_sentence():
        found = _letter(shard, place)
    print(f"{found.topic} {found.partition} {found.offset}: {found.error}")
    print(found.value.decode(errors="replace"))
    why_not = found.why_not_now(_partitions())
    print("This version can read it." if why_not is None else f"This version cannot read it: {why_not}")


@dead.command("retry")
def retry_letter(shard: int, place: int, yes: Yes = False) -> None:
    """Fold the shards again that have set it aside, if this version can read it.

    Example: attune ops dead-letters retry 3 12
    """
    with _one_sentence():
        found = _letter(shard, place)
    why_not = found.why_not_now(_partitions())
    if why_not is not None:
        sys.exit(f"This version cannot read it either: {why_not}")
    services = READERS.get(found.topic, ())
    if not yes:
        typer.confirm(f"Fold shard {found.partition} of {' and '.join(services)} again?", abort=True)
    with _one_sentence():
        for service in services:
            _store(service).wipe(found.partition)
    print(f"{' and '.join(services)} {found.partition} start over. Watch it with: attune ops doctor")


def _letter(shard: int, place: int) -> Letter:
    found = letter(env.kafka(os.environ), _partitions(), shard, place)
    if found is None:
        sys.exit(f"There is no dead letter {shard} {place}; see: attune ops dead-letters list")
    return found


def _print_table(found: list[Health]) -> None:
    table = Table("service", "shard", "position", "outbox", "caught up", "problem")
    for health in found:
        age = "never" if health.behind_s is None else f"{health.behind_s:.1f} s ago"
        table.add_row(
            health.service,
            str(health.shard),
            str(health.position),
            str(health.outbox),
            age,
            health.problem or "",
        )
    Console().print(table)


@contextmanager
def _one_sentence() -> Iterator[None]:
    try:
        yield
    except (env.BadSetting, ValueError, LogUnavailable, StoreUnavailable) as error:
        sys.exit(str(error))


def _store(service: str) -> ShardStore:
    cluster = env.text(os.environ, "ATTUNE_REDIS_CLUSTER", "0", ("0", "1")) == "1"
    client = connect(env.secret(os.environ, "ATTUNE_REDIS_URL"), cluster=cluster)
    return ShardStore(client, SERVICES[service])


def _number(name: str, default: int) -> int:
    return env.number(os.environ, name, default, most=1000)


def _partitions() -> int:
    return _number("ATTUNE_PARTITIONS", DEFAULT_PARTITIONS)


def _check_shard(shard: int) -> None:
    if not 0 <= shard < _partitions():
        sys.exit(f"There is no shard {shard}; they go from 0 to {_partitions() - 1}.")


def _now_ms() -> int:
    return time.time_ns() // 1_000_000  # noqa: TID251 a command is its own wiring
