"""The JSON Schema of what webhooks receive, as it is committed. `make schemas` renews it."""

import json
from pathlib import Path

import msgspec
import notifier
from notifier.channels.webhook import Payload

COMMITTED = Path(notifier.__path__[0]) / "docs" / "webhook.schema.json"


def as_committed() -> str:
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **msgspec.json.schema(Payload)}
    return json.dumps(schema, indent=2) + "\n"


if __name__ == "__main__":
    COMMITTED.write_text(as_committed())
