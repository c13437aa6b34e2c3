"""Wiring of the notifier."""

import os
import time

from notifier import metrics
from notifier.channels import Channel
from notifier.channels.apprise import Apprise
from notifier.channels.calling import Caller
from notifier.channels.email import Email, Watch
from notifier.channels.web_push import WebPush
from notifier.channels.webhook import Webhook
from notifier.config import Settings
from notifier.delivery import Deliveries
from notifier.record import NotifierRules
from notifier.worker import Worker
from shared import process
from shared.kafka import refuse_unfit_topics
from shared.links import Links
from shared.master_key import refuse_wrong_master_key
from shared.metrics import LoopMetrics
from shared.partitions import PartitionLoop
from shared.ports import Program
from shared.published import Published
from shared.topics import MOMENTS, NUDGES
from shared.views import NOTIFIER


def start() -> PartitionLoop:
    settings = Settings.read(os.environ)
    client = process.redis_for(settings.shared)
    refuse_unfit_topics(settings.shared.kafka, settings.shared.partitions)
    refuse_wrong_master_key(
        settings.shared.kafka, settings.shared.partitions, settings.sealer, time.monotonic
    )
    email = None if settings.mail_server is None else Email(settings.mail_server)
    deliveries = Deliveries(_channels(settings, email), process.SystemClock().now_ms)
    worker = Worker(
        Published(client, settings.shared.partitions),
        settings.sealer,
        deliveries,
        Links(settings.token_key, settings.public_url),
    )
    rules = NotifierRules(lambda kind: metrics.moments_late.labels(kind).inc())
    program = Program(NOTIFIER, "attune-notifier", rules, MOMENTS, beside=(NUDGES,), wake=worker)
    loop = process.partition_loop(
        "notifier",
        program,
        settings.shared,
        client,
        LoopMetrics("notifier"),
        more=lambda: {"channels": _faults(email)},
    )
    if email is not None:
        metrics.channel_fault.labels("email").set_function(lambda: email.fault is not None)
        Watch(email)
    return loop


def _channels(settings: Settings, email: Email | None) -> dict[str, Channel]:
    caller = Caller(settings.webhook_hosts)
    channels: dict[str, Channel] = {
        "webhook": Webhook(caller),
        "apprise": Apprise(caller, settings.webhook_hosts),
    }
    if settings.vapid_key is not None:
        channels["web_push"] = WebPush(caller, settings.vapid_key, settings.contact)
    if email is not None:
        channels["email"] = email
    return channels


def _faults(email: Email | None) -> dict[str, str]:
    """What is wrong with the site's own means, by kind of channel. The others go on all the same."""
    return {} if email is None or email.fault is None else {"email": email.fault}


if __name__ == "__main__":
    process.main("notifier", start)
