"""Gunicorn's settings. Clients are built in the worker: none of them survives a fork."""

import os
from typing import Any

from shared import env

bind = os.environ.get("ATTUNE_BIND", "127.0.0.1:8080")
workers = env.number(os.environ, "ATTUNE_WORKERS", 1, most=64)
worker_class = "checkin.serving.Worker"
worker_connections = 1000
worker_tmp_dir = "/dev/shm"  # noqa: S108 the heartbeat file must not wait for a disk
timeout = 30
graceful_timeout = 10
control_socket_disable = True
accesslog = None
errorlog = "-"


def post_worker_init(worker: Any) -> None:  # noqa: ARG001 gunicorn's name and signature
    from checkin import wsgi  # noqa: PLC0415 only in a worker, once gevent has patched it

    wsgi.start()


def worker_exit(server: Any, worker: Any) -> None:  # noqa: ARG001 gunicorn's name and signature
    from checkin import wsgi  # noqa: PLC0415 only in a worker, once gevent has patched it

    wsgi.stop()
