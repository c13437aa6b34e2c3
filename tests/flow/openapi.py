"""The OpenAPI document as it is committed. `python -m tests.flow.openapi` renews the file."""

import json
from pathlib import Path

import checkin
from flask.testing import FlaskClient

from tests.flow.world import World

COMMITTED = Path(checkin.__path__[0], "openapi.json")


def as_committed(http: FlaskClient) -> str:
    """The document that is served, in the form of the file: names in order, so that differences are small."""
    return json.dumps(http.get("/openapi.json").json, indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    COMMITTED.write_text(as_committed(World().http))
