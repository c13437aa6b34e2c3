"""The only folder that speaks Kafka; what others use of it is named here."""

from shared.kafka.group import GroupReader, MarkRefused
from shared.kafka.past import append_dated, set_marks, set_topic
from shared.kafka.producer import REPLACED_FOR, Sending, SupervisedProducer
from shared.kafka.reach import Access, answers
from shared.kafka.reader import Reader
from shared.kafka.topics import make_topics, refuse_unfit_topics

__all__ = [
    "REPLACED_FOR",
    "Access",
    "GroupReader",
    "MarkRefused",
    "Reader",
    "Sending",
    "SupervisedProducer",
    "answers",
    "append_dated",
    "make_topics",
    "refuse_unfit_topics",
    "set_marks",
    "set_topic",
]
