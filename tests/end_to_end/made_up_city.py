"""A made-up region on real or hand-written OpenStreetMap roads, planned through the command line.

Warehouses, sites, people and vehicles are invented for the tests; only the roads are those of the file.
Items, baskets and vehicle types are those of the shipped catalogue.
"""

from __future__ import annotations

import csv
import datetime as dt
import math
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml
from command_line import DATA, ROOT, WrittenRun, written_run

MADE_UP = {"basis": "assumed", "source": "made up for the tests"}
TRUCKS, DRONES, PORTERS = "truck_3t", "drone_flycart30", "porter"
SUPPLY_DAYS = 3
IN_WATER = "S-water"
"""The site that stands in deep water, without a wharf or a landing point."""

Position = tuple[float, float]


@dataclass(frozen=True)
class City:
    """Where things stand: lon and lat. `ring` is the flooded polygon around `in_water`."""

    roads: Path
    warehouses: Sequence[Position]
    dry_sites: Sequence[Position]
    in_water: Position
    ring: Sequence[Position]


def plan(city: City, folder: Path, *, drones: bool = True) -> WrittenRun:
    """Write the region, import its roads and run its flood, all but the tables by the command line."""
    region = folder / "data" / "city"
    region.mkdir(parents=True)
    shutil.copytree(DATA / "catalogue", folder / "data" / "catalogue")
    for name, rows in _tables(city, drones=drones).items():
        with (region / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    verb = "import sys; from scenarios.cli import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", verb, "roads", "import", str(city.roads), "--region", "city"]
    done = subprocess.run(  # noqa: S603 - the engine itself
        [*command, "--data", str(folder / "data")], cwd=ROOT, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    scenario = folder / "flood.yaml"
    scenario.write_text(yaml.safe_dump(_scenario(city), allow_unicode=True), encoding="utf-8")
    args = (str(scenario), "--data", str(folder / "data"), "--effort", "quick")
    return written_run(*args, folder=folder)


def assert_only_drones_reach_the_site_in_water(run: WrittenRun) -> None:
    """The plan is sound, keeps to open roads, and brings everybody in the water their baskets by drone."""
    assert run.code == 0, run.complaints
    assert run.report["verification"]["violations"] == []
    assert run.report["isolated"] == []
    assert run.table("flooded")["point_id"].tolist() == [IN_WATER]
    trips, stops = run.table("trips").set_index("trip_id"), run.table("stops")
    there = trips.loc[stops.loc[stops["site_id"] == IN_WATER, "trip_id"]]
    assert set(there["mode"]) == {"drone"}
    assert {"road", "drone"} <= set(trips["mode"])
    legs = run.table("legs").set_index("trip_id")
    flown = legs.loc[trips.index[trips["mode"] == "drone"]]
    assert (flown["links"] == "").all()
    assert flown["km"].max() <= 16.0
    coverage = run.table("coverage")
    served = coverage.loc[coverage["site_id"] == IN_WATER, "supplied"].max()
    assert served == run.table("demand").set_index("site_id").loc[IN_WATER, "people"].max()
    assert "无人机 drone" in (run.folder / "report.md").read_text(encoding="utf-8")
    assert "无人机 drone" in run.printed


def used_links(run: WrittenRun) -> set[str]:
    """Ids of all links that the plan drives on."""
    return {link for links in run.table("legs")["links"] for link in links.split()}


def _tables(city: City, *, drones: bool) -> dict[str, list[dict[str, object]]]:
    lon, lat = city.warehouses[0]
    town = {"lon": lon, "lat": lat, **MADE_UP}
    dry = {f"S-{number}": spot for number, spot in enumerate(city.dry_sites, start=1)}
    sites = {**dry, IN_WATER: city.in_water}
    people = {site: 10 if site == IN_WATER else 200 for site in sites}
    whole = {"id": "T", "level": "district", "parent": "", "population": sum(people.values())}
    parts = [
        {"id": f"T-{site}", "level": "community", "parent": "T", "population": people[site]} for site in sites
    ]
    stores = {f"W-{number}": spot for number, spot in enumerate(city.warehouses, start=1)}
    return {
        "places": [{**place, "name_zh": place["id"], **town} for place in (whole, *parts)],
        "warehouses": [
            {"id": store, "name_zh": f"虚构仓库 {store}", "level": "district", "place": "T"}
            | {"floor_m2": 1000, "usable_m3": 3000, "docks": 2, "dock_t_per_h": 10, "mobilisation_min": 20}
            | {"lon": spot[0], "lat": spot[1], **MADE_UP}
            for store, spot in stores.items()
        ],
        "lots": [
            {"id": f"L-{store}-{item}", "warehouse": store, "item": item}
            | {"quantity": math.ceil(need * sum(people.values()))}
            | {"expires_on": "2030-01-01", **MADE_UP}
            for store in stores
            for item, need in _need().items()
        ],
        "sites": [
            {"id": site, "name_zh": f"虚构安置点 {site}", "place": f"T-{site}", "capacity": people[site]}
            | {"handout_persons_per_h": 200, "lon": spot[0], "lat": spot[1], **MADE_UP}
            for site, spot in sites.items()
        ],
        "fleet": [
            {"id": f"F-{kind}-{store}", "name_zh": f"虚构 {kind}", "type": kind, "base": "T"}
            | {"number": number, "mobilisation_min": 30, "lon": stores[store][0], "lat": stores[store][1]}
            | MADE_UP
            for store, kind, number in (
                *((store, TRUCKS, 2) for store in stores),
                *([("W-1", DRONES, 4)] if drones else []),
                ("W-1", PORTERS, 5),
            )
        ],
    }


def _need() -> dict[str, float]:
    """Units of each item of the flood basket a person needs."""
    with (DATA / "catalogue" / "baskets.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["item"]: float(row["quantity_per_person"]) * (SUPPLY_DAYS if row["per"] == "day" else 1)
            for row in csv.DictReader(file)
            if row["basket"] == "flood"
        }


def _scenario(city: City) -> dict[str, object]:
    target = {"hours": 8, "scope": "share", "required": 1.0, "clock": "order", "source": "made up"}
    sites = [f"T-S-{number}" for number in range(1, len(city.dry_sites) + 1)]
    return {
        "schema": "stockpile-scenario/1",
        "region": "city",
        "id": "flood",
        "name_zh": "虚构洪水",
        "name_en": "Made-up flood",
        "hazard": "flood",
        "basket": "flood",
        "supply_days": SUPPLY_DAYS,
        "date": dt.date(2026, 7, 5),
        "horizon_h": 10,
        "targets": {"everyone-8h": target},
        "affected": {"all": {"places": [*sites, f"T-{IN_WATER}"], "share": 1.0}},
        "closures": {
            "flood": {"polygon": [list(corner) for corner in city.ring], "depth_m": 1.2},
            "tunnels": {"tunnels_only": True},
        },
    }
