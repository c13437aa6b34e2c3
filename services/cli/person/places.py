"""Where a person's files are (XDG base directories), and reading and writing those that are theirs alone."""

import os
import secrets
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from cli.person.trouble import Trouble

_MINE_ALONE, _MY_FOLDER = 0o600, 0o700
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def config_dir(environ: Mapping[str, str]) -> Path:
    """Holds the token and the site's address."""
    return _under(environ, "XDG_CONFIG_HOME", ".config")


def state_dir(environ: Mapping[str, str]) -> Path:
    """Holds what could not be sent yet."""
    return _under(environ, "XDG_STATE_HOME", ".local/state")


def _under(environ: Mapping[str, str], name: str, usual: str) -> Path:
    told = environ.get(name, "")
    # The XDG specification has relative paths ignored.
    if told.startswith("/"):
        return Path(told) / "attune"
    try:
        return Path(environ.get("HOME") or Path.home()) / usual / "attune"
    except RuntimeError:
        raise Trouble(f"You have no home folder here. Set HOME, or {name}.") from None


def private_folder(path: Path) -> None:
    """Make the folder, for its owner alone, if it is not there. Raises `Trouble`."""
    try:
        path.mkdir(mode=_MY_FOLDER, parents=True, exist_ok=True)
    except OSError as error:
        raise Trouble(f"The folder {path} cannot be made: {error.strerror}.") from error


@contextmanager
def private_file(path: Path) -> Iterator[BinaryIO]:
    """A file to write that nobody else can read: it is there wholly or not at all. Raises `Trouble`."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MINE_ALONE), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        raise Trouble(f"{path} cannot be written: {error.strerror}.") from error
    finally:
        draft.unlink(missing_ok=True)


def write_private(path: Path, data: bytes) -> None:
    """Put a file there that nobody else can read, in a folder that is made. Raises `Trouble`."""
    private_folder(path.parent)
    with private_file(path) as file:
        file.write(data)


def read_private(path: Path) -> str | None:
    """The file's text without surrounding space, None if there is no file. Raises `Trouble`.

    What others can read is refused: whoever reads a token is its owner to the site.
    """
    try:
        with path.open(encoding="utf-8") as file:
            if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & _OTHERS:
                raise Trouble(f"Others can read {path}. Make it yours alone: chmod 600 {path}")
            return file.read().strip()
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        raise Trouble(f"{path} is not text. Is it the right file?") from None
    except OSError as error:
        raise Trouble(f"{path} cannot be read: {error.strerror}.") from error


def remove(path: Path) -> None:
    """Remove the file if it is there. Raises `Trouble`."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise Trouble(f"{path} cannot be removed: {error.strerror}.") from error
