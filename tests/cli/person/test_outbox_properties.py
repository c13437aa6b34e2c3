"""Whatever happens to each request, and whenever the terminal is closed, every entry arrives exactly once."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cli.person.outbox import Outbox, Waiting, deliver
from cli.person.trouble import Refused, Unreachable
from hypothesis import given
from hypothesis import strategies as st

from tests.flow.partners import uuid7
from tests.streams import NOON_MS

FATES = (
    "taken",
    "away",
    "lost",
    "unwell",
    "in flight",
    "token ended",
    "killed after",
    "killed before",
    "late",
)


class Killed(BaseException):
    """The terminal was closed."""


class FakeSite:
    """Takes check-ins by their id, as the API does, after what `fates` has for each request."""

    def __init__(self, fates: list[str]) -> None:
        self.fates = fates
        self.arrived: list[str] = []
        self.bodies: dict[str, Any] = {}

    def check_in(self, body: Mapping[str, Any]) -> Any:
        fate = self.fates.pop(0) if self.fates else "taken"
        if fate == "killed before":
            raise Killed
        if fate == "away":
            raise Unreachable("nobody answers")
        if fate in ("unwell", "in flight", "token ended"):
            status = {"unwell": 503, "in flight": 409, "token ended": 401}[fate]
            raise Refused(status, "in_flight" if fate == "in flight" else "other", "not now")
        if fate == "late":
            raise Refused(422, "invalid", "More than two days late.")
        self._take(body)
        if fate == "lost":
            raise Unreachable("the connection broke")
        if fate == "killed after":
            raise Killed
        return {"id": body["id"], "local_date": "2026-11-24"}

    def get(self, path: str) -> Any:
        entry = path.rpartition("/")[2]
        if entry not in self.bodies:
            raise Refused(404, "unknown_entry", "There is no such entry.")
        return {"id": entry}

    def _take(self, body: Mapping[str, Any]) -> None:
        if body["id"] in self.bodies:
            # The API answers a repeat as it answered the first, and refuses another body under the same id.
            assert self.bodies[body["id"]] == dict(body)
            return
        self.bodies[body["id"]] = dict(body)
        self.arrived.append(body["id"])


def enter(outbox: Outbox, site: FakeSite, nth: int) -> str | None:
    """Enter one, as a command does; its id if the site refused it at once."""
    entry = Waiting("site", "ana", {"id": uuid7(NOON_MS + nth), "note": f"entry {nth}"})
    waited = outbox.of("site", "ana")
    outbox.put(entry)
    try:
        found = deliver(outbox, site, [*waited, entry], entry.id)
    except Killed:
        return None
    if entry.id in found.refused:
        outbox.remove(entry.id)
        return entry.id
    return None


@given(st.lists(st.sampled_from(FATES), max_size=40), st.integers(1, 8))
def test_every_entry_arrives_exactly_once_or_is_told_of(fates: list[str], count: int) -> None:
    with TemporaryDirectory() as folder:
        outbox, site = Outbox({"XDG_STATE_HOME": str(Path(folder))}), FakeSite(list(fates))
        refused = {enter(outbox, site, nth) for nth in range(count)}
        # The weather clears.
        site.fates.clear()
        deliver(outbox, site, outbox.of("site", "ana"))

        kept = {entry.id: entry for entry in outbox.all()}
        entered = {uuid7(NOON_MS + nth) for nth in range(count)}
        assert max(Counter(site.arrived).values(), default=1) == 1
        assert all(entry.refused for entry in kept.values())
        assert entered == set(site.arrived) | kept.keys() | (refused - {None})
        assert not set(site.arrived) & (kept.keys() | refused)


@given(st.lists(st.sampled_from(["taken", "away", "lost", "unwell", "killed after", "killed before"])))
def test_entries_arrive_in_their_order(fates: list[str]) -> None:
    with TemporaryDirectory() as folder:
        outbox, site = Outbox({"XDG_STATE_HOME": str(Path(folder))}), FakeSite(list(fates))
        for nth in range(5):
            enter(outbox, site, nth)
        site.fates.clear()
        deliver(outbox, site, outbox.of("site", "ana"))

        assert site.arrived == sorted(site.arrived)
        assert len(site.arrived) == 5
        assert outbox.all() == []
