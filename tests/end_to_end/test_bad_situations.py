"""Situations in which little or nothing can be done: a plan that keeps every rule, and clear words why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tiny_regions import TinyRegion

ALL_LOTS = ("L1", "L2", "L3", "L4")


@pytest.fixture
def tiny(tmp_path: Path) -> TinyRegion:
    """Return a copy of the tiny region."""
    return TinyRegion(tmp_path)


def report_of(tiny: TinyRegion, code: int) -> dict[str, Any]:
    """Run with this exit code; the check of the plan finds no rule broken, and no person is lost."""
    assert tiny.run() == code
    report = tiny.report
    assert report["verification"]["violations"] == []
    for target in report["targets"]:
        assert target["people"] + target["exempt_people"] == report["people"]["affected"]
        assert 0 <= target["supplied"] <= target["people"]
    return report


def causes(report: dict[str, Any]) -> dict[str, tuple[str, bool]]:
    """The cause named first for each site, and whether it is proven."""
    return {gap["site"]: (gap["causes"][0], gap["proven"]) for gap in report["gaps"]}


def trips_of(tiny: TinyRegion) -> int:
    """Trips in the table of the last run."""
    return len((tiny.out / "tables" / "trips.csv").read_text("utf-8-sig").splitlines()) - 1


def test_no_vehicles(tiny: TinyRegion) -> None:
    """Every fleet row stands at 0: no trip, and the fleet is the proven cause wherever trucks would do."""
    tiny.change("fleet", {row: {"number": 0} for row in ("F1", "F2")})
    tiny.ask("T-A", "T-B", by_hour=4.0)
    report = report_of(tiny, 1)
    assert trips_of(tiny) == 0
    assert report["targets"][0]["supplied"] == 0
    assert causes(report) == {"A": ("fleet", True), "B": ("fleet", True)}


def test_no_stock(tiny: TinyRegion) -> None:
    """Every lot is empty: no trip, and stock is the proven cause."""
    tiny.change("lots", {lot: {"quantity": 0} for lot in ALL_LOTS})
    tiny.ask("T-A", "T-B", by_hour=4.0)
    report = report_of(tiny, 1)
    assert trips_of(tiny) == 0
    assert report["targets"][0]["supplied"] == 0
    assert causes(report) == {"A": ("stock", True), "B": ("stock", True)}


def test_all_roads_cut(tiny: TinyRegion) -> None:
    """Whoever no road reaches is exempt and named as isolated, with the road as the proven cause."""
    tiny.ask("T-A", "T-C", "T-D", by_hour=4.0, closures={"all": {"classes": ["tertiary"]}})
    report = report_of(tiny, 1)
    isolated = {site["site"] for site in report["isolated"]}
    assert {"A", "C", "D"} <= isolated | set(causes(report))
    assert all(causes(report)[site] == ("road", True) for site in isolated)
    assert report["targets"][0]["supplied"] == 0


def test_a_drop_larger_than_any_vehicle_takes_several_trips(tiny: TinyRegion) -> None:
    """2,000 kg for A with trucks of 450 kg: five trips at least, and everyone is supplied."""
    tiny.change("vehicle_types", {"truck": {"payload_kg": 450}})
    tiny.ask("T-A", by_hour=11.0)
    report = report_of(tiny, 0)
    assert report["targets"][0]["supplied"] == 100
    assert trips_of(tiny) >= 5


@pytest.mark.parametrize(
    "room", [{"payload_kg": 9, "volume_m3": 0.06}, {"payload_kg": 20, "volume_m3": 0.04}]
)
def test_a_unit_larger_than_any_vehicle_stays(tiny: TinyRegion, room: dict[str, float]) -> None:
    """A truck of 9 kg for units of 10 kg, or with too little room for a blanket: every person is a gap."""
    tiny.change("vehicle_types", {"truck": room})
    tiny.ask("T-A", by_hour=11.0)
    report = report_of(tiny, 1)
    assert report["targets"][0]["supplied"] == 0
    (gap,) = report["gaps"]
    assert (gap["site"], gap["people"], gap["proven"]) == ("A", 100, False)


def test_nobody_is_affected(tiny: TinyRegion) -> None:
    """A place where nobody lives: nothing is driven, nobody is short, and 0 of 0 people is no success."""
    tiny.change("places", {"T-A": {"population": 0}})
    tiny.ask("T-A", by_hour=3.0)
    report = report_of(tiny, 1)
    assert trips_of(tiny) == 0
    assert report["people"]["affected"] == 0
    assert report["gaps"] == []
    assert report["isolated"] == []


def test_a_share_of_nobody_is_refused(tiny: TinyRegion, capsys: pytest.CaptureFixture[str]) -> None:
    """The share of affected people must be above 0: the key is named with its remedy."""
    tiny.ask("T-A", by_hour=3.0)
    tiny.scenario["affected"]["all"]["share"] = 0.0
    assert tiny.run() == 2
    said = capsys.readouterr().err
    assert 'affected.all.share = "0.0"' in said
    assert "Remedy: " in said


@pytest.mark.parametrize(("people", "supplied"), [(200_000, 1900), (1900, 1900), (1000, 1000)])
def test_one_site_of_many_people(tiny: TinyRegion, people: int, supplied: int) -> None:
    """Two trucks bring 100 people's goods in an hour each: 1,900 by 11 h, and who is short is told why.

    T1 first has unloaded at 1.25 h and makes ten rounds; T2 comes 60 km first, at 2.75 h, and makes nine.
    """
    tiny.change("sites", {"A": {"capacity": people, "handout_persons_per_h": 50_000}})
    tiny.change("lots", {lot: {"quantity": 200_000, "warehouse": "W1"} for lot in ALL_LOTS})
    tiny.change("warehouses", {"W1": {"usable_m3": 30_000, "floor_m2": 10_000}})
    tiny.change("places", {"T": {"population": people + 300}, "T-A": {"population": people}})
    tiny.ask("T-A", by_hour=11.0)
    report = report_of(tiny, 0 if people == supplied else 1)
    (target,) = report["targets"]
    assert (target["people"], target["supplied"]) == (people, supplied)
    short = {gap["people"]: set(gap["causes"]) for gap in report["gaps"]}
    assert set(short) == {people - supplied} - {0}
    assert all("fleet" in named for named in short.values())
