"""What a client's author reads first, the words around the OpenAPI document, read once from `guide.toml`."""

from pathlib import Path

import msgspec


class _Guide(msgspec.Struct, forbid_unknown_fields=True):
    description: str
    tags: dict[str, str]


GUIDE = msgspec.toml.decode(Path(__file__).with_name("guide.toml").read_bytes(), type=_Guide)
