"""Input that makes no sense: named with file, row, key or column and remedy; exit code 2; nothing written."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import tree
from tiny_regions import TinyRegion


@pytest.fixture
def tiny(tmp_path: Path) -> TinyRegion:
    """Return a copy of the tiny region."""
    return TinyRegion(tmp_path)


def refusal(tiny: TinyRegion, capsys: pytest.CaptureFixture[str], *args: str) -> list[str]:
    """Run, expect code 2 and no new file beside the input; return the lines on stderr."""
    tiny.run("--help")  # writes the scenario, plans nothing
    capsys.readouterr()
    before = tree(tiny.root.parent)
    assert tiny.run(*args) == 2
    assert tree(tiny.root.parent) == before
    said = capsys.readouterr()
    assert (said.out, "Traceback" in said.err) == ("", False)
    return said.err.splitlines()


def test_a_file_in_the_place_of_the_folder(tiny: TinyRegion, capsys: pytest.CaptureFixture[str]) -> None:
    """A file stays as it is."""
    tiny.out.write_text("mine", encoding="utf-8")
    _, line = refusal(tiny, capsys)
    assert "is a file, not a folder" in line
    assert "Remedy: choose " in line


def test_a_folder_with_other_peoples_files(tiny: TinyRegion, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder that no run wrote is never replaced."""
    tiny.out.mkdir()
    (tiny.out / "thesis.txt").write_text("mine", encoding="utf-8")
    _, line = refusal(tiny, capsys)
    assert "holds files but no manifest.json" in line
    assert "Remedy: " in line


def test_a_run_folder_with_a_note_in_it(tiny: TinyRegion, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that somebody added to a run is not lost to the next run."""
    assert tiny.run() == 1
    (tiny.out / "note.txt").write_text("mine", encoding="utf-8")
    _, line = refusal(tiny, capsys)
    assert ": note.txt" in line
    assert "Remedy: " in line


def test_a_folder_that_cannot_be_made(tiny: TinyRegion, capsys: pytest.CaptureFixture[str]) -> None:
    """A path that leads through a file is bad input, and the file is named."""
    blocked = tiny.root.parent / "blocked"
    blocked.write_text("mine", encoding="utf-8")
    tiny.out = blocked / "out"
    assert "blocked" in " ".join(refusal(tiny, capsys))


def test_a_folder_that_cannot_be_made_is_refused_at_once(
    tiny: TinyRegion, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits for a plan that cannot be written; the message has a remedy."""
    monkeypatch.setattr("scenarios.run.load_region", _fails)
    blocked = tiny.root.parent / "blocked"
    blocked.write_text("mine", encoding="utf-8")
    tiny.out = blocked / "out"
    assert "Remedy: " in " ".join(refusal(tiny, capsys))


def _fails(*_: object) -> None:
    raise AssertionError("the run went on")


def _set(key: str, value: object) -> Callable[[TinyRegion], None]:
    def change(tiny: TinyRegion) -> None:
        holder = tiny.scenario
        *parents, last = key.split(".")
        for part in parents:
            holder = holder[part]
        holder[last] = value

    return change


@pytest.mark.parametrize(
    ("change", "place", "remedy"),
    [
        (_set("horizont_h", 4.0), 'horizont_h = "4.0": is not a known key', "horizon_h"),
        (_set("targets.everyone-3h.hour", 2.0), "targets.everyone-3h.hour", "hours"),
        (_set("targets.everyone-3h.required", 75), 'targets.everyone-3h.required = "75"', "1"),
        (_set("hazard", "tsunami"), 'hazard = "tsunami"', "flood"),
        (_set("basket", "floods"), 'basket = "floods"', "Did you mean flood?"),
        (_set("affected.all.places", ["T-E"]), 'affected.all.places = "T-E"', "Did you mean"),
        (_set("closures.mud.links", ["R11"]), 'closures.mud.links = "R11"', "R1"),
        (_set("closures.mud.classes", ["path"]), 'closures.mud.classes = "path"', "motorway"),
        (_set("losses", {"wet": {"warehouse": "W9", "share": 1.0}}), 'losses.wet.warehouse = "W9"', "W1"),
        (_set("horizon_h", 2.0), "ends after the horizon of 2 h", "Raise horizon_h"),
        (_set("date", "soon"), 'date = "soon"', ""),
        (_set("supply_days", float("nan")), "supply_days", ""),
    ],
)
def test_a_scenario_with_a_slip(
    tiny: TinyRegion,
    capsys: pytest.CaptureFixture[str],
    change: Callable[[TinyRegion], None],
    place: str,
    remedy: str,
) -> None:
    """An unknown key, an impossible value or an unknown id is named with its file and what was meant."""
    change(tiny)
    lines = refusal(tiny, capsys)
    named = [line for line in lines if place in line]
    assert named, lines
    assert named[0].strip().startswith("flood.yaml")
    assert remedy in named[0].partition("Remedy: ")[2]


def test_values_that_do_not_fit_each_other_are_named(
    tiny: TinyRegion, capsys: pytest.CaptureFixture[str]
) -> None:
    """A horizon before the last target: the message names a key, never a blank."""
    tiny.scenario["horizon_h"] = 2.0
    _, line = refusal(tiny, capsys)
    assert ", :" not in line


def test_two_overrides_on_one_key(tiny: TinyRegion, capsys: pytest.CaptureFixture[str]) -> None:
    """Both overrides are named, whichever comes first; so are two where one sets the key above."""
    for name, key, value in (
        ("one", "targets.everyone-3h.hours", 2.0),
        ("other", "targets.everyone-3h.hours", 3.5),
        ("above", "targets.everyone-3h", {}),
    ):
        content = {"id": name, "set": {key: value}}
        (tiny.root / f"{name}.yaml").write_text(json.dumps(content), encoding="utf-8")
    for first, second in (("one", "other"), ("other", "one"), ("one", "above"), ("above", "one")):
        options = [
            part for name in (first, second) for part in ("--override", str(tiny.root / f"{name}.yaml"))
        ]
        _, line = refusal(tiny, capsys, *options)
        assert "targets.everyone-3h" in line
        assert f'"{first}"' in line
        assert f'"{second}"' in line
        assert "Remedy: Use only one" in line


def test_an_override_that_is_not_offered(tiny: TinyRegion, capsys: pytest.CaptureFixture[str]) -> None:
    """A name that the scenario does not know."""
    _, line = refusal(tiny, capsys, "--with", "double-fleet")
    assert line.strip().startswith('flood.yaml: offers no override "double-fleet"')


@pytest.mark.parametrize(
    ("table", "row", "column", "value", "number"),
    [
        ("lots", "L3", "quantity", "-1", 4),
        ("lots", "L3", "quantity", "many", 4),
        ("lots", "L3", "warehouse", "W7", 4),
        ("lots", "L3", "expires_on", "2025-12-31", 4),
        ("sites", "B", "lon", "31", 3),
        ("warehouses", "W1", "docks", "0", 2),
        ("places", "T-A", "parent", "T-A", 3),
        ("fleet", "F2", "type", "lorry", 3),
        ("items", "water", "volume_m3", "10", 2),
        ("roads", "R3", "length_km", "-20", 4),
        ("baskets", "flood-water", "item", "wine", 2),
        ("vehicle_types", "truck", "payload_kg", "nan", 2),
    ],
)
def test_a_table_with_a_bad_cell(
    tiny: TinyRegion,
    capsys: pytest.CaptureFixture[str],
    table: str,
    row: str,
    column: str,
    value: str,
    number: int,
) -> None:
    """File, row, id, column, value and remedy are on one line."""
    tiny.change(table, {row: {column: value}})
    lines = refusal(tiny, capsys)
    start = f"tiny/{table}.csv row {number} (id {row}), "
    named = [line for line in lines if line.strip().startswith(start) and column in line]
    assert named, lines
    assert value in named[0]
    assert "Remedy: " in named[0]


@pytest.mark.parametrize("table", ["lots", "sites", "roads", "items", "fleet"])
def test_an_empty_table(tiny: TinyRegion, capsys: pytest.CaptureFixture[str], table: str) -> None:
    """A file of no bytes, and one that is missing, are named with the remedy."""
    file = tiny.root / "tiny" / f"{table}.csv"
    file.write_bytes(b"")
    empty = [line for line in refusal(tiny, capsys) if line.strip().startswith(f"tiny/{table}.csv: is empty")]
    assert len(empty) == 1
    assert "Remedy: Give it the columns id, " in empty[0]
    file.unlink()
    assert any(f"{table}.csv: is missing" in line for line in refusal(tiny, capsys))


def test_a_site_far_from_every_road(tiny: TinyRegion, capsys: pytest.CaptureFixture[str]) -> None:
    """More than 5 km off the network: the distance is told."""
    tiny.change("sites", {"A": {"lat": "31.06"}})
    _, line = refusal(tiny, capsys)
    assert line.strip().startswith("tiny/sites.csv row 2 (id A), lon, lat")
    assert "6.7 km" in line
    assert "Remedy: " in line


def test_an_unknown_scenario_or_region(tiny: TinyRegion, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is not there, and a region that the data folder does not hold."""
    tiny.scenario["region"] = "tinny"
    _, line = refusal(tiny, capsys)
    assert line.strip().startswith("tinny: is no region")
    assert "tiny" in line.partition("Remedy: ")[2]
    tiny.scenario["region"] = "../data/tiny"
    assert any("region" in line and "Remedy: " in line for line in refusal(tiny, capsys))
