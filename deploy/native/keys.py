"""The secret files, drawn on the first start and kept."""

import base64
import os
import secrets
from pathlib import Path

from deploy.native.places import RunDir

_KEY_BYTES = 32


def key_file(run_dir: RunDir, name: str) -> Path:
    """A file of 32 random bytes in base64 that only its owner can read; made if it is not there."""
    file = run_dir.made("secrets", mode=0o700) / f"{name}.key"
    if not file.exists():
        _write_whole(file, base64.b64encode(secrets.token_bytes(_KEY_BYTES)))
    return file


def master_key_settings(run_dir: RunDir) -> dict[str, str]:
    """Where the master key is and, while its file is there, the one before."""
    settings = {"ATTUNE_MASTER_KEY_FILE": str(key_file(run_dir, "master"))}
    previous = run_dir.path / "secrets" / "master.previous.key"
    return settings | ({"ATTUNE_MASTER_KEY_PREVIOUS_FILE": str(previous)} if previous.exists() else {})


def _write_whole(file: Path, content: bytes) -> None:
    """All or nothing: half a key would be taken for a key ever after."""
    draft = file.with_suffix(".new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(file)
