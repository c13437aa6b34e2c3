"""Reading settings from the environment: typed, and with one sentence about what is wrong."""

from collections.abc import Collection, Mapping
from pathlib import Path

Environment = Mapping[str, str]


class BadSetting(ValueError):
    """A setting is missing or makes no sense; the message names it and says what to do."""


def text(env: Environment, name: str, default: str | None = None, choices: Collection[str] = ()) -> str:
    """The value of `name`. Without a default it must be set."""
    value = env.get(name) or default
    if value is None:
        raise BadSetting(f"{name} is not set.")
    if choices and value not in choices:
        raise BadSetting(f"{name} is {value!r}; it must be one of: {', '.join(sorted(choices))}.")
    return value


def number(env: Environment, name: str, default: int, least: int = 1, most: int = 2**31) -> int:
    """The whole number in `name`, between `least` and `most`."""
    value = env.get(name) or str(default)
    if not (value.isascii() and value.isdigit() and least <= int(value) <= most):
        raise BadSetting(f"{name} is {value!r}; it must be a whole number from {least} to {most}.")
    return int(value)


def secret(env: Environment, name: str) -> str:
    """The secret in `name`, or in the file that `<name>_FILE` names. Its value is in no message."""
    if env.get(name):
        return env[name]
    file = env.get(f"{name}_FILE")
    if not file:
        raise BadSetting(f"Neither {name} nor {name}_FILE is set.")
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadSetting(f"{name}_FILE names {file}, which cannot be read as text.") from error


def words(env: Environment, name: str) -> frozenset[str]:
    """The comma-separated words in `name`; none if it is not set."""
    return frozenset(word.strip() for word in env.get(name, "").split(",") if word.strip())
