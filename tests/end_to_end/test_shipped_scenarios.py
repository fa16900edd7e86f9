"""The scenarios that ship: sound plans, totals that agree in every output, a flood that binds."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Any

import openpyxl
import pandas as pd
import pytest
from command_line import (
    CATALOGUE_TABLES,
    DATA,
    OWN_TABLES,
    ROOT,
    SHIPPED_REGION,
    WrittenRun,
    data_table,
    tree,
    whole_seconds,
)


@pytest.fixture(scope="module")
def workbooks() -> dict[str, dict[str, list[tuple[Any, ...]]]]:
    """Return a place to keep workbooks that have been read."""
    return {}


@pytest.fixture
def sheets(
    shipped: WrittenRun, workbooks: dict[str, dict[str, list[tuple[Any, ...]]]]
) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of every sheet of plan.xlsx, by its title."""
    key = str(shipped.folder)
    if key not in workbooks:
        book = openpyxl.load_workbook(shipped.folder / "plan.xlsx")
        workbooks[key] = {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}
    return workbooks[key]


def below(rows: list[tuple[Any, ...]], *headings: str) -> pd.DataFrame:
    """Return the table that has all these English headings: rows down to the next empty one."""
    wanted = set(headings)
    start = next(n for n, row in enumerate(rows) if wanted <= {str(cell).split("\n")[-1] for cell in row})
    names = [str(name).split("\n")[-1] for name in rows[start] if name is not None]
    body = []
    for row in rows[start + 1 :]:
        if not any(row):
            break
        body.append(row[: len(names)])
    return pd.DataFrame(body, columns=names)


def test_every_plan_passes_its_own_check(shipped: WrittenRun) -> None:
    """Solved with the target missed, no rule broken out of thousands of checks, nothing on stderr."""
    assert (shipped.code, shipped.complaints) == (1, "")
    assert shipped.report["verification"]["violations"] == []
    assert shipped.report["verification"]["rules_checked"] > 5000


def test_the_flood_binds(shipped_runs: Mapping[str, WrittenRun]) -> None:
    """Tens of thousands affected, hundreds of truck trips, some late: neither easy nor hopeless."""
    run = shipped_runs["meiyu-flood"]
    affected = run.report["people"]["affected"]
    supplied = {hour: people / affected for hour, people in run.report["people"]["supplied_by_hour"]}
    assert 40_000 <= affected <= 80_000
    assert (run.table("trips")["mode"] == "road").sum() >= 200
    assert (run.table("trips")["mode"] == "water").sum() >= 1
    assert supplied[1] < 0.1
    assert 1 / 3 < supplied[8] < 1
    assert supplied[24] > 0.95
    assert not run.report["targets"][0]["met"]
    assert len({gap["causes"][0] for gap in run.report["gaps"]}) > 1


def test_the_mountains_are_cut_off_in_part(shipped_runs: Mapping[str, WrittenRun]) -> None:
    """Bridges out isolate some sites from every road; the roads are the proven cause; the rest is served."""
    run = shipped_runs["mountain-flash-flood"]
    isolated = {row["site"] for row in run.report["isolated"]}
    causes = {gap["site"]: (gap["causes"], gap["proven"]) for gap in run.report["gaps"]}
    assert isolated
    assert all(causes[site] == (["road"], True) for site in isolated)
    assert run.report["targets"][0]["supplied"] > 0


def test_ice_takes_the_district_store(shipped_runs: Mapping[str, WrittenRun]) -> None:
    """The lost store sends nothing, and some site lacks stock for it."""
    run = shipped_runs["winter-ice"]
    assert "W-emergency" not in set(run.table("trips")["source_id"])
    assert any(gap["causes"][0] == "stock" and gap["proven"] for gap in run.report["gaps"])


def test_the_manifest_lists_every_file_with_its_digest(shipped: WrittenRun) -> None:
    """Outputs are those on disk; inputs are the tables and scenario files on disk, as in the report."""
    on_disk = tree(shipped.folder)
    del on_disk["manifest.json"]
    assert shipped.manifest["outputs"] == on_disk
    inputs = shipped.manifest["inputs"]
    assert inputs == shipped.report["provenance"]["inputs"]
    scenario = shipped.report["scenario"].split("/")[1]
    library = ROOT / "scenarios" / "library"
    own = [f"{SHIPPED_REGION}/base.yaml", f"{SHIPPED_REGION}/{scenario}.yaml"]
    files = {name: library / name for name in own}
    files |= {f"{SHIPPED_REGION}/{name}.csv": DATA / SHIPPED_REGION / f"{name}.csv" for name in OWN_TABLES}
    files |= {f"catalogue/{name}.csv": DATA / "catalogue" / f"{name}.csv" for name in CATALOGUE_TABLES}
    assert inputs == {name: hashlib.sha256(file.read_bytes()).hexdigest() for name, file in files.items()}


def test_the_share_of_rough_figures_is_that_of_the_data(shipped: WrittenRun) -> None:
    """Rows of all tables whose basis is modelled or assumed, over all rows."""
    bases = pd.concat([data_table(name)["basis"] for name in (*OWN_TABLES, *CATALOGUE_TABLES)])
    share = bases.isin(["modelled", "assumed"]).mean()
    written = shipped.report["provenance"]["modelled_or_assumed_share"]
    assert written == pytest.approx(share, abs=1e-6)


def test_the_cost_is_kilometres_and_hours_on_duty(shipped: WrittenRun) -> None:
    """Yuan: every kilometre driven, and the hours from leaving the base to the last unloading."""
    trips = shipped.table("trips")
    kinds = data_table("vehicle_types").set_index("id")
    by_km = (trips["drive_km"] * trips["vehicle_type"].map(kinds["cost_per_km"])).sum()
    duty = trips.groupby("vehicle_id").agg(
        kind=("vehicle_type", "first"), start=("depart_h", "min"), end=("end_h", "max")
    )
    by_hour = ((duty["end"] - duty["start"]) * duty["kind"].map(kinds["cost_per_h"])).sum()
    rounding = 0.01 + 0.0005 * 3 * len(trips) + 0.0001 * 100 * len(duty)
    assert shipped.report["cost_yuan"] == pytest.approx(by_km + by_hour, abs=rounding)


def test_the_summary_sheet_gives_the_figures_of_the_report(
    shipped: WrittenRun, sheets: dict[str, list[tuple[Any, ...]]]
) -> None:
    """Targets, people by hour, trips and tonnes by loading point."""
    summary = sheets["总表 summary"]
    targets = below(summary, "target", "supplied")
    for (_, row), target in zip(targets.iterrows(), shipped.report["targets"], strict=True):
        shown = (row["target"], row["people"], row["supplied"], row["exempt"])
        assert shown == tuple(target[key] for key in ("id", "people", "supplied", "exempt_people"))
    by_hour = {float(hour): people for hour, people in shipped.report["people"]["supplied_by_hour"]}
    hours = below(summary, "hour", "waiting")
    assert all(by_hour[row["hour"]] == row["supplied"] for _, row in hours.iterrows())
    affected = shipped.report["people"]["affected"]
    assert (hours["supplied"] + hours["waiting"] == affected).all()
    sent, trips = below(summary, "loading point", "trips"), shipped.table("trips")
    assert sent["trips"].sum() == len(trips)
    assert sorted(sent["trips"]) == sorted(trips["source_id"].value_counts())
    assert sent["t"].sum() == pytest.approx(trips["weight_kg"].sum() / 1000, abs=0.06 * len(sent))


def test_the_trips_sheet_is_the_table_of_trips(
    shipped: WrittenRun, sheets: dict[str, list[tuple[Any, ...]]]
) -> None:
    """Same trips, vehicles, docks, seconds and kilograms."""
    shown = below(sheets["车次 trips"], "trip", "vehicle").set_index("trip")
    trips = shipped.table("trips").set_index("trip_id")
    assert list(shown.index) == list(trips.index)
    assert shown["vehicle"].tolist() == trips["vehicle_id"].tolist()
    assert shown["dock"].tolist() == trips["dock"].tolist()
    assert shown["kg"].to_numpy() == pytest.approx(trips["weight_kg"].to_numpy(), abs=0.51)
    for column, name in (("load", "load_start_h"), ("loaded", "load_end_h"), ("unloaded", "end_h")):
        seconds = [_seconds(value) for value in shown[column]]
        assert seconds == pytest.approx(whole_seconds(trips[name]).tolist(), abs=1), column


def _seconds(value: object) -> float:
    """Seconds of a cell that a spreadsheet shows as h:mm."""
    if isinstance(value, dt.time):
        value = dt.timedelta(hours=value.hour, minutes=value.minute, seconds=value.second)
    if isinstance(value, dt.datetime):
        value = value - dt.datetime(1899, 12, 30)  # noqa: DTZ001 - a day count, not a moment
    assert isinstance(value, dt.timedelta), value
    return value.total_seconds()


def test_the_load_sheets_hold_every_line_once(
    shipped: WrittenRun, sheets: dict[str, list[tuple[Any, ...]]]
) -> None:
    """All load sheets together are the load lines, each warehouse's trips in order of loading."""
    parts = [below(rows, "trip", "lot") for title, rows in sheets.items() if title.startswith("装 ")]
    shown = pd.concat(parts)
    lines = shipped.table("load_lines")
    sources = shipped.table("trips")["source_id"].nunique()
    assert len(parts) == sources
    columns = ["trip", "pick", "lot", "quantity"]
    written = lines[["trip_id", "pick", "lot_id", "quantity"]].set_axis(columns, axis=1)
    assert _sorted_rows(shown[columns]) == _sorted_rows(written)
    load_start = shipped.table("trips").set_index("trip_id")["load_start_h"]
    for part in parts:
        assert part["trip"].map(load_start).is_monotonic_increasing
        assert (part.groupby("trip")["pick"].diff().dropna() > 0).all()


def _sorted_rows(table: pd.DataFrame) -> list[tuple[Any, ...]]:
    return sorted(table.itertuples(index=False, name=None))


def test_the_gap_sheet_is_the_gaps_of_the_report(
    shipped: WrittenRun, sheets: dict[str, list[tuple[Any, ...]]]
) -> None:
    """Same sites, people and hours."""
    shown = below(sheets["缺口 gaps"], "site", "causes")
    reported = [(gap["site"], gap["people"], gap["hour"]) for gap in shipped.report["gaps"]]
    assert _sorted_rows(shown[["site", "people", "hour"]]) == sorted(reported)


def test_the_coverage_sheet_ends_with_the_people_of_the_table(
    shipped: WrittenRun, sheets: dict[str, list[tuple[Any, ...]]]
) -> None:
    """One row a site; every hour shown has the people of tables/coverage.csv."""
    shown = below(sheets["覆盖 coverage"], "site", "people").set_index("site")
    coverage = shipped.table("coverage").pivot_table(index="site_id", columns="hour", values="supplied")
    people = shipped.table("demand").drop_duplicates("site_id").set_index("site_id")["people"]
    assert shown["people"].to_dict() == people.to_dict()
    hours = [name for name in shown.columns if name.endswith(" h")]
    assert hours
    for name in hours:
        assert shown[name].to_dict() == coverage[float(name.removesuffix(" h"))].to_dict()


def test_the_markdown_report_names_the_same_people(shipped: WrittenRun) -> None:
    """Supplied of affected at the target, and every isolated site by its id."""
    text = (shipped.folder / "report.md").read_text("utf-8")
    for target in shipped.report["targets"]:
        assert f"{target['supplied']:,} of {target['people']:,} people" in text
    for row in shipped.report["isolated"]:
        assert row["site"] in text
