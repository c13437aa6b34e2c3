"""The body of a check-in is complete when it is made."""

import os
import time
from datetime import UTC, datetime

import pytest
from cli.person.entry import Seen, When, body_of


def at(iso: str) -> int:
    return round(datetime.fromisoformat(iso).timestamp() * 1000)


def body(now: str, when: When, seen: Seen | None = None) -> dict[str, object]:
    return body_of("an-id", at(now), "feeling", {"note": None, "minutes": 3}, when, seen or Seen())


def test_what_was_not_said_is_left_out() -> None:
    made = body("2026-11-24T11:00:00Z", When())

    assert made == {
        "id": "an-id",
        "kind": "feeling",
        "minutes": 3,
        "at": "2026-11-24T11:00:00.000+00:00",
    }


def test_a_named_date_stands_as_it_is() -> None:
    made = body("2026-11-24T11:00:00Z", When(on="2026-11-22"), Seen(secret=True))

    assert made["day"] == "2026-11-22"
    assert made["visibility"] == "secret"
    assert "at" not in made


@pytest.mark.parametrize(
    ("now", "yesterday"),
    [
        ("2026-11-24T11:00:00Z", "2026-11-23T11:00:00"),
        # The clocks went back at 01:00 UTC on 25 October: a day of 25 hours, with 02:30 twice.
        ("2026-10-26T01:30:00Z", "2026-10-25T00:30:00"),
        ("2026-10-25T11:00:00Z", "2026-10-24T10:00:00"),
        # And forward on 29 March: a day of 23.
        ("2026-03-30T01:30:00Z", "2026-03-29T01:30:00"),
        ("2026-03-29T12:00:00Z", "2026-03-28T13:00:00"),
    ],
)
def test_yesterday_is_the_same_time_of_the_day_before(now: str, yesterday: str) -> None:
    assert body(now, When(yesterday=True))["at"] == f"{yesterday}.000+00:00"


def test_the_machine_is_in_paris_here() -> None:
    assert os.environ["TZ"].startswith("CET")
    assert time.localtime(datetime(2026, 11, 24, 11, tzinfo=UTC).timestamp()).tm_hour == 12
