"""Reading settings from the environment: typed, and with one sentence about what is wrong."""

from collections.abc import Collection, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from shared.access import KafkaAccess

Environment = Mapping[str, str]

_PROTOCOLS = ("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")
_MECHANISMS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")


class BadSetting(ValueError):
    """A setting is missing or makes no sense; the message names it and says what to do."""


def text(env: Environment, name: str, default: str | None = None, choices: Collection[str] = ()) -> str:
    """The value of `name`. Without a default it must be set."""
    value = env.get(name) or default
    if value is None:
        raise BadSetting(f"{name} is not set: give it in the environment.")
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
        raise BadSetting(f"Neither {name} nor {name}_FILE is set: give one of them.")
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise BadSetting(
            f"{name}_FILE names {file}, which cannot be read: mend path, owner or mode ({error.strerror})."
        ) from error
    except UnicodeDecodeError as error:
        raise BadSetting(f"{name}_FILE names {file}, which is not text: put the right file there.") from error


def optional_secret(env: Environment, name: str) -> str | None:
    """The secret in `name` or in its file; None where neither is set, or it is empty."""
    is_set = env.get(name) or env.get(f"{name}_FILE")
    return secret(env, name) or None if is_set else None


def words(env: Environment, name: str) -> frozenset[str]:
    """The comma-separated words in `name`; none if it is not set."""
    return frozenset(word.strip() for word in env.get(name, "").split(",") if word.strip())


def public_url(env: Environment) -> str:
    """Where people reach the site, from `ATTUNE_PUBLIC_URL`, without a last slash; empty if it is not set."""
    value = env.get("ATTUNE_PUBLIC_URL", "").rstrip("/")
    parts = urlsplit(value)
    if value and (
        parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment
    ):
        raise BadSetting(f"ATTUNE_PUBLIC_URL is {value!r}; it must be like https://attune.example.")
    return value


def kafka(env: Environment) -> KafkaAccess:
    """How Kafka is reached: `ATTUNE_KAFKA`, and the `ATTUNE_KAFKA_*` of a listener with TLS or passwords."""
    protocol = text(env, "ATTUNE_KAFKA_SECURITY_PROTOCOL", "PLAINTEXT", _PROTOCOLS)
    if not protocol.startswith("SASL"):
        return KafkaAccess(text(env, "ATTUNE_KAFKA"), protocol, cafile=env.get("ATTUNE_KAFKA_CAFILE") or None)
    return KafkaAccess(
        text(env, "ATTUNE_KAFKA"),
        protocol,
        text(env, "ATTUNE_KAFKA_SASL_MECHANISM", "SCRAM-SHA-512", _MECHANISMS),
        text(env, "ATTUNE_KAFKA_USERNAME"),
        secret(env, "ATTUNE_KAFKA_PASSWORD"),
        env.get("ATTUNE_KAFKA_CAFILE") or None,
    )
