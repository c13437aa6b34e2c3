"""A person's terminal: `attune` is run in it as in a shell, with a home of its own."""

import os
import re
import sys
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from cli.main import app
from cli.person.here import Here
from typer.core import TyperGroup
from typer.testing import CliRunner, Result

from tests.flow.partners import uuid7
from tests.streams import NOON_MS

# Paris, for machines whose C library knows no zone by its name.
_PARIS = "CET-1CEST,M3.5.0,M10.5.0/3"
_NTH = count(1)
_OURS = re.compile("ATTUNE_|XDG_|LC_|NO_COLOR|FORCE_COLOR|TERM|COLORTERM")
_BLANK: dict[str, str | None] = {name: None for name in os.environ if _OURS.match(name)}


class Terminal:
    """80 columns wide, no terminal on stdout, and nobody to be asked unless `answers` are given."""

    def __init__(
        self, home: Path, site: str | None = None, now_ms: Callable[[], int] = lambda: NOON_MS
    ) -> None:
        self.home = home
        self.env = {"HOME": str(home), "COLUMNS": "80", "TZ": _PARIS, "LANG": "en_GB.UTF-8"}
        self.env |= {"ATTUNE_SITE": site} if site else {}
        self.now_ms = now_ms
        self.slept: list[float] = []

    def run(self, *words: str, stdin: str = "", answers: Sequence[str] | None = None, **env: str) -> Result:
        """The result of `attune` and these words."""
        here = Here(
            environ=os.environ,
            now_ms=self.now_ms,
            new_id=lambda: uuid7(self.now_ms(), next(_NTH)),
            sleep=self.slept.append,
            read_secret=_read_line,
            may_ask=answers is not None,
        )
        told = stdin if answers is None else "".join(f"{answer}\n" for answer in answers)
        return CliRunner().invoke(app, words, input=told, env=_BLANK | self.env | env, obj=here)

    def ok(self, *words: str, **how: Any) -> str:
        """What a command prints that must succeed and say nothing on stderr."""
        result = self.run(*words, **how)
        assert result.exit_code == 0, result.output
        assert result.stderr == ""
        return result.stdout

    def refused(self, *words: str, code: int = 1, **how: Any) -> str:
        """What a command says on stderr that must fail and print nothing."""
        result = self.run(*words, **how)
        assert result.exit_code == code, result.output
        assert result.stdout == ""
        return result.stderr

    @property
    def token_file(self) -> Path:
        return self.home / ".config/attune/token"

    @property
    def outbox(self) -> list[Path]:
        return sorted((self.home / ".local/state/attune/outbox").glob("*"))


def commands_of(group: Any, path: str = "") -> dict[str, Any]:
    """A person's commands by their names, those within a group as `channels add`."""
    found = {f"{path}{name}": command for name, command in group.commands.items() if name != "ops"}
    within = [commands_of(one, f"{name} ") for name, one in found.items() if isinstance(one, TyperGroup)]
    return found | {name: command for commands in within for name, command in commands.items()}


def _read_line(prompt: str) -> str:
    sys.stderr.write(prompt)
    return sys.stdin.readline()
