"""The compose file as its readers need it: read as YAML, merged, and refused if a key is not a known one."""

import re
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from deploy.native.places import DEPLOY

FILE = DEPLOY / "docker-compose.yml"
_VARIABLE = re.compile(r"\$\{(\w+)(?::-((?:[^${}]|\$\{[^}]*\})*))?\}")


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Healthcheck(Part):
    """`disable` only for a job, which ends."""

    test: list[str] = []
    interval: str = ""
    timeout: str = ""
    retries: int = 0
    start_period: str = ""
    disable: bool = False


class Awaited(Part):
    condition: Literal["service_healthy", "service_completed_successfully"]


class Build(Part):
    context: str
    dockerfile: str
    target: str
    args: list[str] = []


class Logging(Part):
    driver: str
    options: dict[str, str]


class Service(Part):
    """What the compose specification knows and this project uses."""

    image: str
    user: str
    healthcheck: Healthcheck
    mem_limit: str
    pids_limit: int
    stop_grace_period: str
    read_only: bool
    cap_drop: list[str]
    security_opt: list[str]
    restart: Literal["unless-stopped", "no"]
    logging: Logging
    build: Build | None = None
    command: str | list[str] = []
    environment: dict[str, str | int] = {}
    env_file: str | None = None
    depends_on: dict[str, Awaited] = {}
    volumes: list[str] = []
    tmpfs: list[str] = []
    ports: list[str] = []
    secrets: list[str] = []
    networks: list[str] | dict[str, dict[str, list[str]]] = []
    profiles: list[str] = []
    stop_signal: str | None = None

    @property
    def is_job(self) -> bool:
        return self.restart == "no"


class SecretFile(Part):
    file: str


class ComposeFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    services: dict[str, Service]
    networks: dict[str, dict[str, Any]]
    volumes: dict[str, dict[str, Any]]
    secrets: dict[str, SecretFile]
    extensions: dict[str, Any] = Field(default={}, description="The `x-…` anchors.")


def read() -> ComposeFile:
    """Raises `pydantic.ValidationError` where a key or a value is none that compose knows."""
    found: dict[str, Any] = yaml.safe_load(FILE.read_text())
    known = {key: value for key, value in found.items() if not key.startswith("x-")}
    return ComposeFile.model_validate(known)


def filled(text: str) -> str:
    """The text with every variable at its default."""
    while _VARIABLE.search(text):
        text = _VARIABLE.sub(lambda match: match[2] or "", text)
    return text


def variables(text: str) -> dict[str, str]:
    """The variables in a text with their defaults."""
    return {match[1]: match[2] or "" for match in _VARIABLE.finditer(text)}
