"""The export: everything of one's own, nothing of anybody else's, as JSON and as CSV."""

import csv
import io
import zipfile
from typing import Any

from tests.flow.test_leaving import leave
from tests.flow.world import Somebody, World

EXPORT = "/v1/people/me/export"


def tables(somebody: Somebody) -> dict[str, list[dict[str, str]]]:
    answer = somebody.ask("GET", f"{EXPORT}?format=csv")
    assert answer.content_type == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as files:
        return {
            name: list(csv.DictReader(io.StringIO(files.read(name).decode()))) for name in files.namelist()
        }


def lived(world: World, ana: Somebody, bo: Somebody) -> list[str]:
    """Ana's entries, of every visibility, one amended and one deleted; and some of Bo's."""
    entries = [
        ana.check_in(visibility=visibility, note=f'Ana\'s {visibility}, "quoted",\nin two lines')
        for visibility in ("shared", "sealed", "secret")
    ]
    ana.ok("PATCH", f"/v1/check-ins/{entries[0]}", {"note": "Said anew."})
    ana.ask("DELETE", f"/v1/check-ins/{entries[1]}")
    ana.ok("PUT", "/v1/topics", {"off": ["money"]})
    ana.ok("POST", "/v1/pulse", {"answers": {"wellbeing": 4}})
    ana.ok("POST", "/v1/practices", {"name": "Evening walk"})
    bo.ok("POST", "/v1/practices", {"name": "Bo's own words."})
    bo.ok("POST", "/v1/pulse", {"answers": {"wellbeing": 2}, "shared": True})
    bo.check_in("appreciation", note="Bo's own words.")
    world.wait(hours=48)
    ana.ok("POST", "/v1/channels", {"kind": "webhook", "url": "https://hooks.example/ana"})
    return entries


def test_it_has_every_entry_of_ones_own_with_all_its_versions(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    entries = lived(world, ana, bo)
    export = ana.get(EXPORT)

    assert {entry["id"] for entry in export["check_ins"]} == set(entries)
    assert {entry["visibility"] for entry in export["check_ins"]} == {"shared", "sealed", "secret"}
    notes = sorted(version["note"] for version in export["versions"])
    assert notes == ['Ana\'s shared, "quoted",\nin two lines', "Said anew."]


def test_it_has_settings_tokens_channels_topics_and_what_was_sent(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    lived(world, ana, bo)
    pause = ana.ok("POST", "/v1/pauses", {"from": "2026-11-27"})
    export = ana.get(EXPORT)

    assert (export["person"][0]["name"], export["person"][0]["id"]) == ("Ana", ana.id)
    assert export["channels"][0]["address"] == "https://hooks.example/ana"
    assert [row["off"] for row in export["topics"]] == [["money"]]
    assert [row["name"] for row in export["practices"]] == ["Evening walk"]
    assert export["pulse"] == [{"month": "2026-11", "shared": False, "wellbeing": 4}]
    assert [row["couple"] for row in export["couples"]] == [couple]
    assert [row["id"] for row in export["pauses"]] == [pause["id"]]
    assert "appreciation.shared" in {row["kind"] for row in export["nudges"]}
    assert len(export["tokens"]) == 1


def test_it_has_nothing_of_the_partners(world: World, couple: str, ana: Somebody, bo: Somebody) -> None:
    lived(world, ana, bo)
    bo.ok("POST", "/v1/pauses", {"from": "2026-11-27"})
    text = ana.ask("GET", EXPORT).text

    assert "Bo's own words." not in text
    assert bo.id not in text
    assert ana.get(EXPORT)["pauses"] == []


def test_the_tables_hold_the_same(world: World, couple: str, ana: Somebody, bo: Somebody) -> None:
    lived(world, ana, bo)
    export: dict[str, list[dict[str, Any]]] = ana.get(EXPORT)
    found = {name.removesuffix(".csv").replace("-", "_"): rows for name, rows in tables(ana).items()}

    assert found.keys() == {name for name, rows in export.items() if rows}
    for name, rows in found.items():
        same = export[name]
        assert [row.get("note") or None for row in rows] == [row.get("note") for row in same]
        assert len(rows) == len(same)


def test_whoever_has_left_exports_what_they_wrote_in_every_couple(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    entries = {bo.check_in(visibility="shared")}
    leave(bo)
    entries.add(bo.check_in())
    export = bo.get(EXPORT)

    assert {entry["id"] for entry in export["check_ins"]} == entries
    assert export["couples"] == [{"couple": couple, "day_one": None, "left": True}]


def test_many_entries_are_all_there(world: World, ana: Somebody) -> None:
    entries = {ana.check_in() for _ in range(450)}

    assert {entry["id"] for entry in ana.get(EXPORT)["check_ins"]} == entries


def test_it_is_not_asked_for_without_end(ana: Somebody) -> None:
    answers = [ana.ask("GET", EXPORT).status_code for _ in range(21)]

    assert (set(answers[:20]), answers[20]) == ({200}, 429)
