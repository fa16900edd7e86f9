"""Write the tables of a region from its committed inputs and its rules."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kit.csv_files import DATA, Inputs, write_table
from kit.geography import LonLat, Plane, stated_point
from kit.lots import LotRules, Stock, floor_rows, lot_rows
from kit.partners import fleet_rows, supplier_rows
from kit.places import PlaceRules, Places, build_places, place_rows
from kit.roads import RoadInputs, RoadRules, build_roads
from kit.sites import SiteRules, site_rows
from kit.stores import (
    CommunityPointRules,
    TownshipStoreRules,
    community_points,
    listed_stores,
    township_stores,
)


@dataclass(frozen=True)
class RegionRules:
    """A region: its name, where its map begins and the rules of its tables.

    Attributes:
        name: Folder of the inputs and of the tables.
        origin: WGS84 point from which the map counts metres, near the middle of the region.
        sources: Sources that rows of the inputs name by a short key.
        township_stores, community_points: None for a region without such stores.
    """

    name: str
    origin: LonLat
    sites: tuple[SiteRules, ...]
    lots: LotRules
    township_stores: TownshipStoreRules | None = None
    community_points: CommunityPointRules | None = None
    places: PlaceRules = field(default_factory=PlaceRules)
    roads: RoadRules = field(default_factory=RoadRules)
    sources: Mapping[str, str] = field(default_factory=dict)


def build(rules: RegionRules, out: Path) -> None:
    """Write every table of the region into ``out``.

    The same inputs give the same bytes on every machine: no clock, no random number, whole metres.
    """
    inputs = Inputs(DATA / "build" / rules.name, rules.sources)
    plane = Plane(rules.origin)
    districts, waterways = inputs.rows("districts"), inputs.rows_if_any("waterways")
    water = plane.lines(waterways, "waterway")
    places = build_places(
        districts,
        inputs.rows("townships"),
        inputs.rows("communities"),
        rules=rules.places,
        outline=[plane.point(stated_point(row)) for row in inputs.rows_if_any("outline")],
        waterways=water,
        plane=plane,
    )
    nodes = inputs.rows_if_any("nodes")
    points = {place.id: place.at for place in places.by_id.values()}
    points |= {row["node"]: stated_point(row) for row in (*waterways, *nodes)}
    site_traits = inputs.rows_if_any("site_traits")
    sites = [
        row
        for rule in rules.sites
        for row in site_rows(places, rule, site_traits, list(water.values()), plane)
    ]

    out.mkdir(parents=True, exist_ok=True)
    write_table(out, "places", place_rows(districts, places, rules.places))
    write_table(out, "sites", sites)
    _write_stores(inputs, rules, places, sites, points, plane, out)
    top = districts[0]["code"]
    write_table(out, "suppliers", supplier_rows(inputs.rows_if_any("suppliers"), top, points, plane))
    write_table(out, "fleet", fleet_rows(inputs.rows("fleet"), points, plane))
    road_inputs = RoadInputs(
        main_roads=inputs.rows("main_roads"),
        nodes=nodes,
        tunnels=inputs.rows_if_any("tunnels"),
        waterways=waterways,
        streams=inputs.rows_if_any("streams"),
        terrain=inputs.rows("terrain"),
        terrain_outlines=inputs.rows_if_any("terrain_outlines"),
    )
    write_table(out, "roads", build_roads(places, road_inputs, rules.roads, plane))


def _write_stores(
    inputs: Inputs,
    rules: RegionRules,
    places: Places,
    sites: list[dict[str, object]],
    points: Mapping[str, LonLat],
    plane: Plane,
    out: Path,
) -> None:
    """Warehouses, lots and floors."""
    listed, traits = inputs.rows("stores"), inputs.rows_if_any("township_traits")
    flags = {row["place"]: row["hazard_flags"] for row in inputs.rows_if_any("community_traits")}
    communities = {place.id for place in places.communities}
    capacity = {str(row["place"]): int(str(row["capacity"])) for row in sites if row["place"] in communities}
    warehouses = listed_stores(listed, points, plane)
    factors = {row["id"]: float(row["stock_factor"]) for row in listed if row.get("stock_factor")}
    if rules.township_stores:
        warehouses += township_stores(places, traits, rules.township_stores, points, plane)
        factors |= {f"W-{row['township']}": float(row["stock_factor"]) for row in traits}
    if rules.community_points:
        everywhere = rules.community_points.everywhere
        beside = [place.id for place in places.communities] if everywhere else list(capacity)
        warehouses += community_points(places, beside, flags, rules.community_points)
    stock = Stock(
        listed=inputs.rows_if_any("lots"),
        per_resident=inputs.rows_if_any("stock_per_resident"),
        per_person=inputs.rows_if_any("stock_per_person"),
        must_hold=inputs.rows_if_any("must_hold"),
    )
    write_table(out, "warehouses", warehouses)
    write_table(out, "lots", lot_rows(places, warehouses, factors, capacity, stock, rules.lots))
    floors = floor_rows(stock, inputs.rows_if_any("floor_rules"), warehouses, rules.lots)
    write_table(out, "floors", floors)


def main(rules: RegionRules) -> None:
    """Parse the command line and build."""
    parser = argparse.ArgumentParser(description=f"Write the tables of {rules.name}.")
    parser.add_argument(
        "--out", type=Path, default=DATA / "warehouses" / rules.name, help="folder to write to"
    )
    build(rules, parser.parse_args().out)
