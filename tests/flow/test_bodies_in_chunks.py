"""Bodies of no announced length: the same limits, and no fault when what arrives is no chunk at all."""

from io import BytesIO
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.flow.refusals import refusal
from tests.flow.world import Somebody, World

ENTRY = b'{"kind":"feeling"}'


class Broken(BytesIO):
    """What the server gives when a client sends something that is no chunk."""

    def read(self, size: int | None = -1) -> bytes:
        raise OSError("no chunk")

    def readinto(self, buffer: Any) -> int:
        raise OSError("no chunk")


def in_chunks(world: World, somebody: Somebody, body: BytesIO) -> TestResponse:
    headers = {
        "Authorization": f"Bearer {somebody.token}",
        "Content-Type": "application/json",
        "Transfer-Encoding": "chunked",
    }
    environ = {"wsgi.input_terminated": True, "wsgi.input": body}
    return world.http.post("/v1/check-ins", headers=headers, environ_overrides=environ)


def test_a_body_in_chunks_is_taken(world: World, ana: Somebody) -> None:
    assert in_chunks(world, ana, BytesIO(ENTRY)).status_code == 202


@pytest.mark.parametrize("rest", [b" " * 70_000, b"x" * 70_000])
def test_more_than_64_kib_in_chunks_is_too_much(world: World, ana: Somebody, rest: bytes) -> None:
    answer = in_chunks(world, ana, BytesIO(ENTRY + rest))

    assert refusal(answer)[0] == 413


def test_what_is_no_chunk_is_malformed(world: World, ana: Somebody) -> None:
    assert refusal(in_chunks(world, ana, Broken())) == (400, "malformed")
