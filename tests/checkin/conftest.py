"""Streams to fold, with Ana and Bo registered."""

import pytest

from tests.streams import Streams


@pytest.fixture
def streams() -> Streams:
    streams = Streams()
    streams.register("ana", "bo")
    return streams
