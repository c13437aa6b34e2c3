"""Where things lie: in the checkout, and in a run directory (`.run`)."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"


@dataclass(frozen=True)
class RunDir:
    """One running stack's own folder. Everything in it can be deleted when the stack is down."""

    path: Path

    def made(self, name: str, mode: int = 0o755) -> Path:
        """The folder of that name in here, made if it is not there."""
        folder = self.path / name
        folder.mkdir(mode=mode, parents=True, exist_ok=True)
        return folder

    def log(self, name: str) -> Path:
        return self.made("logs") / f"{name}.log"

    def pid_file(self, name: str) -> Path:
        return self.made("pids") / f"{name}.json"

    @property
    def ports(self) -> Path:
        return self.path / "ports.json"

    @property
    def status(self) -> Path:
        return self.path / "status"


def cache_dir(environ: Mapping[str, str] = os.environ) -> Path:
    """This user's cache, shared by all checkouts."""
    return Path(environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "attune"


def settings_in(file: Path) -> dict[str, str]:
    """The NAME=value lines of an env file, as docker compose reads them; {} if there is none."""
    if not file.exists():
        return {}
    lines = (line.strip() for line in file.read_text().splitlines())
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name.strip(): value.strip() for name, _, value in pairs}
