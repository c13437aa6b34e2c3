"""What many would write: a Flask handler that sends one record and waits for its acknowledgement."""

import os

from flask import Flask, Response, request
from kafka import KafkaProducer

app = Flask(__name__)
_producers: dict[int, KafkaProducer] = {}


def producer() -> KafkaProducer:
    """One for each worker, made after the fork."""
    if os.getpid() not in _producers:
        _producers[os.getpid()] = KafkaProducer(
            bootstrap_servers=os.environ["ATTUNE_KAFKA"], acks="all", enable_idempotence=True
        )
    return _producers[os.getpid()]


@app.post("/v1/check-ins")
def check_in() -> tuple[Response, int]:
    producer().send("bench.bare", request.get_data()).get(timeout=10)
    return Response(b'{"id":"","local_date":""}', content_type="application/json"), 202


@app.get("/ready")
def ready() -> str:
    return "ready"
