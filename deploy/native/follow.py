"""Follow all logs at once, each line under its process's name."""

import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

_COLOURS = (36, 32, 33, 35, 34, 31, 96, 92, 93, 95)
_TAIL_BYTES = 2_000
_GLANCE_S = 0.3


@dataclass
class Followed:
    """One log file and how far it has been read."""

    file: Path
    position: int

    def new_lines(self) -> Iterator[str]:
        """The whole lines written since the last look; from the start if the file was put aside."""
        size = self.file.stat().st_size
        if size < self.position:
            self.position = 0
        with self.file.open("rb") as stream:
            stream.seek(self.position)
            text = stream.read(size - self.position)
        whole = text[: text.rfind(b"\n") + 1]
        self.position += len(whole)
        yield from whole.decode(errors="replace").splitlines()


def follow(folder: Path, out: TextIO = sys.stdout) -> None:
    """Print what the logs in this folder end with, then what they gain, until interrupted."""
    followed: dict[Path, Followed] = {}
    coloured = out.isatty() and "NO_COLOR" not in os.environ
    while True:
        for file in sorted(folder.glob("*.log")):
            one = followed.setdefault(file, Followed(file, max(0, file.stat().st_size - _TAIL_BYTES)))
            before = prefix(
                file.stem, _COLOURS[list(followed).index(file) % len(_COLOURS)] if coloured else None
            )
            for line in one.new_lines():
                print(before + line, file=out)
        out.flush()
        time.sleep(_GLANCE_S)


def prefix(name: str, colour: int | None) -> str:
    """What stands before each line of this log; without a colour plain."""
    text = f"{name:<10} | "
    return text if colour is None else f"\x1b[{colour}m{text}\x1b[0m"
