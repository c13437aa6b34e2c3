"""The JSON Schema of every event as it is committed. `python -m tests.schemas` renews the file.

An incompatible change is refused: the log is kept for ever, and what stands in it must stay readable.
"""

import json
import sys
from pathlib import Path
from typing import Any

import msgspec

import shared
from shared.events import SCHEMAS, Event
from tests.compatibility import breaks

COMMITTED = Path(shared.__path__[0], "events.json")


def present() -> Any:
    """The envelope, the structure of each type's `data`, and what they are made of."""
    types = [Event, *SCHEMAS.values()]
    (envelope, *found), parts = msgspec.json.schema_components(types, ref_template="#/$defs/{name}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$defs": parts,
        "envelope": envelope,
        "data": dict(zip(SCHEMAS, found, strict=True)),
    }


def as_committed() -> str:
    """In the form of the file: names in order, so that differences are small."""
    return json.dumps(present(), indent=2, sort_keys=True) + "\n"


def committed() -> Any:
    return json.loads(COMMITTED.read_text())


if __name__ == "__main__":
    if COMMITTED.exists() and (broken := breaks(committed(), present())):
        sys.exit("\n".join(["Give what is new another type or an optional field:", *broken]))
    COMMITTED.write_text(as_committed())
