"""Refuses to start in one sentence, else becomes gunicorn, which would try a worker that cannot for ever."""

import os
import socket
import sys
import time

from checkin.config import Settings
from checkin.rules.projection import SOURCE
from shared import days, process, topics
from shared.faults import LogUnavailable, StoreUnavailable
from shared.kafka import SupervisedProducer, refuse_unfit_topics
from shared.keys import message
from shared.logs import set_up_logs
from shared.master_key import refuse_wrong_master_key

_APPEND_S = 10.0
_GUNICORN = ("-m", "gunicorn", "-c", "python:checkin.gunicorn_conf", "checkin.wsgi:app")


def refuse_unless_fit() -> None:
    """Raises an error whose text is the sentence."""
    from checkin.gunicorn_conf import bind  # noqa: PLC0415 it reads settings, too

    process.refuse_system_time_zones()
    process.use_log_key(os.environ)
    settings = Settings.read(os.environ)
    _refuse_taken("ATTUNE_BIND", bind)
    for address in settings.shared.metrics_address.split(","):
        _refuse_taken("ATTUNE_METRICS_ADDRESS", address)
    process.redis_for(settings.shared).close()
    refuse_unfit_topics(settings.shared.kafka, settings.shared.partitions)
    check_master_key(settings)


def _refuse_taken(setting: str, address: str) -> None:
    host, _, port = address.rpartition(":")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, int(port)))
        except OSError as error:
            raise OSError(
                f"{setting} {address} cannot be had: set another, or free it ({error.strerror})."
            ) from error


def check_master_key(settings: Settings) -> None:
    """Raise if it is not the site's; leave a site that has none yet the record by which it is known."""
    access, partitions = settings.shared.kafka, settings.shared.partitions
    if not refuse_wrong_master_key(access, partitions, settings.sealer, time.monotonic):
        return
    producer = SupervisedProducer(access, "checkin-start", time.monotonic)
    at = days.iso_instant(time.time_ns() // 1_000_000)
    wrapped = settings.sealer.new_key(topics.id_of(topics.MASTER_KEY))
    try:
        if None in producer.publish([message(topics.MASTER_KEY, wrapped, partitions, SOURCE, at)], _APPEND_S):
            raise LogUnavailable("Kafka does not acknowledge: see how it is.")
    finally:
        producer.close()


def main() -> None:
    set_up_logs("checkin")
    try:
        refuse_unless_fit()
    except (ValueError, OSError, LogUnavailable, StoreUnavailable) as error:
        sys.exit(f"checkin cannot start. {error}")
    # Gunicorn forks: no client may be open by then, so it begins anew.
    os.execv(sys.executable, (sys.executable, *_GUNICORN))  # noqa: S606 no shell is meant


if __name__ == "__main__":
    main()
