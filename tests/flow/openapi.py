"""The OpenAPI document as it is committed, with its examples. `python -m tests.flow.openapi` renews both.

The examples first: they are in the document.
"""

import json
from pathlib import Path

import checkin
from checkin import reference
from flask.testing import FlaskClient

from tests.flow.examples import RECORDED, recorded
from tests.flow.world import World

COMMITTED = Path(checkin.__path__[0], "openapi.json")


def as_committed(http: FlaskClient) -> str:
    """The document that is served, in the form of the file: names in order, so that differences are small."""
    return json.dumps(http.get("/openapi.json").json, indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    RECORDED.write_text(recorded())
    reference.EXAMPLES.update(json.loads(RECORDED.read_text()))
    COMMITTED.write_text(as_committed(World().http))
