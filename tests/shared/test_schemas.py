"""The exported schemas of the events: as committed, and never less than what is in the log."""

from copy import deepcopy
from typing import Any, Literal

import msgspec
import pytest

from shared.events import SCHEMAS
from tests.compatibility import breaks
from tests.schemas import COMMITTED, as_committed, committed, present


def test_the_committed_schemas_are_those_of_the_code() -> None:
    same = COMMITTED.read_text() == as_committed()

    assert same, "The events have changed: run `make schemas` and look at the difference."


def test_what_is_in_the_log_stays_readable() -> None:
    assert breaks(committed(), present()) == []


def test_every_event_has_a_schema() -> None:
    assert committed()["data"].keys() == SCHEMAS.keys()


# --- what counts as incompatible ----------------------------------------------------------------------


class Part(msgspec.Struct, array_like=True):
    at: int
    name: str


class Before(msgspec.Struct):
    date: str
    count: int
    kind: Literal["a", "b"]
    share: float
    parts: tuple[Part, ...] = ()
    note: str | None = None


class FieldGone(msgspec.Struct):
    date: str
    kind: Literal["a", "b"]
    share: float
    parts: tuple[Part, ...] = ()
    note: str | None = None


class FieldRequired(msgspec.Struct):
    date: str
    count: int
    kind: Literal["a", "b"]
    share: float
    more: int
    parts: tuple[Part, ...] = ()
    note: str | None = None


class OptionRequired(msgspec.Struct):
    date: str
    count: int
    kind: Literal["a", "b"]
    share: float
    note: str | None
    parts: tuple[Part, ...] = ()


class ValueGone(msgspec.Struct):
    date: str
    count: int
    kind: Literal["a"]
    share: float
    parts: tuple[Part, ...] = ()
    note: str | None = None


class OnlyValues(msgspec.Struct):
    date: Literal["2026-11-24"]
    count: int
    kind: Literal["a", "b"]
    share: float
    parts: tuple[Part, ...] = ()
    note: str | None = None


class Narrowed(msgspec.Struct):
    date: str
    count: int
    kind: Literal["a", "b"]
    share: int
    parts: tuple[Part, ...] = ()
    note: str | None = None


class NeverNone(msgspec.Struct):
    date: str
    count: int
    kind: Literal["a", "b"]
    share: float
    parts: tuple[Part, ...] = ()
    note: str = ""


class LongPart(msgspec.Struct, array_like=True):
    at: int
    name: str
    more: int


class PartsLonger(msgspec.Struct):
    date: str
    count: int
    kind: Literal["a", "b"]
    share: float
    parts: tuple[LongPart, ...] = ()
    note: str | None = None


class Compatible(msgspec.Struct):
    date: str
    count: float
    kind: Literal["a", "b", "c"]
    share: float | None
    parts: tuple[Part, ...] = ()
    note: str | int | None = None
    more: int = 0


def document(schema: type[msgspec.Struct]) -> Any:
    (envelope, data), parts = msgspec.json.schema_components([Part, schema], ref_template="#/$defs/{name}")
    return {"$defs": parts, "envelope": envelope, "data": {"day.kept": data}}


@pytest.mark.parametrize(
    ("after", "sentence"),
    [
        (FieldGone, "day.kept.count: this field is gone"),
        (FieldRequired, "day.kept.more: this field has become required"),
        (OptionRequired, "day.kept.note: this field has become required"),
        (ValueGone, "day.kept.kind: the value 'b' is gone"),
        (OnlyValues, "day.kept.date: only some values are taken now"),
        (Narrowed, "day.kept.share: number has become integer"),
        (NeverNone, "day.kept.note: null is not taken any more"),
        (PartsLonger, "day.kept.parts[]: it has become longer"),
    ],
)
def test_an_incompatible_change_is_named(after: type[msgspec.Struct], sentence: str) -> None:
    assert breaks(document(Before), document(after)) == [sentence]


@pytest.mark.parametrize("after", [Before, Compatible])
def test_what_takes_more_breaks_nothing(after: type[msgspec.Struct]) -> None:
    assert breaks(document(Before), document(after)) == []


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_an_event_that_loses_anything_is_noticed(name: str) -> None:
    less = deepcopy(present())
    part = less["data"].pop(name)["$ref"].rpartition("/")[2]
    assert breaks(present(), less) == [f"{name}: this type is gone"]

    less = deepcopy(present())
    for field in list(less["$defs"][part]["properties"]):
        less["$defs"][part]["properties"].pop(field)
    assert len(breaks(present(), less)) >= len(present()["$defs"][part]["properties"])
