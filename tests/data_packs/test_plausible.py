"""Every shipped region is plausible, agrees with what is stated, and is rebuilt to the same bytes."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from shapely import LineString, Polygon, contains_xy

from routing.checks import check_roads
from routing.road_network import CLASS_SPEED_KPH
from stockpile.geodesy import great_circle_m
from stockpile.region import Region, load_region

DATA = Path(__file__).resolve().parents[2] / "data"
REGIONS = sorted(path.parent.name for path in (DATA / "warehouses").glob("*/places.csv"))
TABLES = ("places", "warehouses", "lots", "suppliers", "sites", "fleet", "roads", "floors")
RURAL = ["210", "220"]
NEIGHBOURS = 2
NEIGHBOURS_APART_M = 2000
ROUNDING = 1.01

every_region = pytest.mark.parametrize("name", REGIONS)


def read_input(name: str, table: str) -> pd.DataFrame:
    """Rows of a committed input, as text; none when the region goes without it."""
    path = DATA / "build" / name / f"{table}.csv"
    return pd.read_csv(path, dtype=str, keep_default_na=False) if path.exists() else pd.DataFrame()


@cache
def region_of(name: str) -> Region:
    """The shipped pack."""
    return load_region(name)


@cache
def drive_of(name: str) -> nx.Graph:
    """Roads as a graph with km and hours."""
    graph = nx.Graph()
    roads = region_of(name).roads
    for link in roads[roads["class"] != "waterway"].to_dict("records"):
        hours = link["length_km"] / CLASS_SPEED_KPH[link["class"]]
        graph.add_edge(link["from"], link["to"], km=link["length_km"], hours=hours)
    return graph


def seats_of(name: str) -> pd.DataFrame:
    """Townships by code."""
    places = region_of(name).places
    return places[places["level"] == "township"].set_index("id")


def apart_m(lon: float, lat: float, seats: pd.DataFrame) -> pd.Series:
    """Straight line from a point to each seat."""
    return pd.Series(great_circle_m(lon, lat, seats["lon"], seats["lat"]), index=seats.index)


@every_region
def test_script_rewrites_the_committed_bytes_elsewhere(tmp_path: Path, name: str) -> None:
    """Another folder, working directory and hash seed change nothing."""
    out = tmp_path / "pack"
    script = DATA / "build" / f"{name}.py"
    subprocess.run(  # noqa: S603 - our own script
        [sys.executable, str(script), "--out", str(out)],
        check=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONHASHSEED": "7"},
    )
    built = {path.name: path.read_bytes() for path in out.iterdir()}
    shipped = {path.name: path.read_bytes() for path in (DATA / "warehouses" / name).glob("*.csv")}
    assert built == shipped


@every_region
def test_files_are_plain_utf8_with_lf(name: str) -> None:
    """No byte order mark, no carriage return."""
    for folder in ("warehouses", "build"):
        for path in sorted((DATA / folder / name).glob("*.csv")):
            content = path.read_bytes()
            assert not content.startswith(b"\xef\xbb\xbf"), path
            assert b"\r" not in content, path
            content.decode("utf-8")


@every_region
def test_every_row_says_where_it_comes_from(name: str) -> None:
    """No row of any table is without a basis and a source."""
    region = region_of(name)
    for table in TABLES:
        rows = getattr(region, table)
        for column in ("basis", "source"):
            blank = rows[column].isna() | (rows[column].astype(str).str.strip() == "")
            assert rows.loc[blank, "id"].tolist() == [], (table, column)


@every_region
def test_roads_reach_every_point_and_hang_together(name: str) -> None:
    """The pack passes the checks that every run makes."""
    assert check_roads(region_of(name)) == []


@every_region
def test_residents_are_the_census_and_add_up_at_every_level(name: str) -> None:
    """City and districts are the census figures; children sum exactly to their parents."""
    places = region_of(name).places
    residents = places.set_index("id")["population"]
    stated = read_input(name, "districts").set_index("code")["population"].astype(int)
    assert residents[stated.index].to_dict() == stated.to_dict()
    for parent, children in places[places["parent"] != ""].groupby("parent"):
        assert children["population"].sum() == residents[parent], parent
    assert residents.min() > 0


@every_region
def test_census_urban_and_rural_totals_hold(name: str) -> None:
    """Units of the bureau's urban classes hold the census' urban residents, where both are stated."""
    units = read_input(name, "communities").rename(columns={"township": "parent"})
    townships = read_input(name, "townships")
    unlisted = townships[~townships["code"].isin(units["parent"])].assign(parent="")
    units = pd.concat([units, unlisted.reindex(columns=units.columns, fill_value="")])
    residents = region_of(name).places.set_index("id")["population"]
    rural = units["ur_code"].isin(RURAL)
    for district in read_input(name, "districts").to_dict("records"):
        own = units["code"].str[:6] == district["code"]
        stated = [int(district[kind] or 0) for kind in ("urban", "rural")]
        if all(stated) and (own & rural).any() and (own & ~rural).any():
            held = [residents[units.loc[own & kind, "code"]].sum() for kind in (~rural, rural)]
            assert held == stated, district["code"]


@every_region
def test_every_listed_unit_is_there_and_keeps_its_stated_point(name: str) -> None:
    """No unit is lost, none is invented, and the model moves no published point."""
    places = region_of(name).places.set_index("id")
    listed = [read_input(name, table) for table in ("districts", "townships", "communities")]
    assert sorted(places.index) == sorted(pd.concat(listed)["code"])
    for table in listed:
        stated = table[table["lon"] != ""].set_index("code")[["lon", "lat"]].astype(float)
        assert np.allclose(places.loc[stated.index, ["lon", "lat"]], stated, atol=6e-6, rtol=0)


@every_region
@pytest.mark.parametrize("table", ["places", "warehouses", "sites", "suppliers", "fleet"])
def test_what_stands_in_the_region_lies_inside_its_outline(name: str, table: str) -> None:
    """Where an outline is given, nothing lies outside."""
    vertices = read_input(name, "outline")
    if vertices.empty:
        return
    outline = Polygon(vertices[["lon", "lat"]].astype(float).to_numpy())
    rows = getattr(region_of(name), table)
    assert contains_xy(outline, rows["lon"], rows["lat"]).all()


@every_region
def test_modelled_seats_lie_among_the_stated_points_of_their_district(name: str) -> None:
    """A seat that nobody stated lies in the box of the stated points of its district."""
    townships, communities = read_input(name, "townships"), read_input(name, "communities")
    stated = pd.concat([townships, communities])
    stated = stated[stated["lon"] != ""].set_index("code")[["lon", "lat"]].astype(float)
    seats = seats_of(name)
    for code in townships.loc[townships["lon"] == "", "code"]:
        near = stated[stated.index.str[:6] == code[:6]]
        for axis in ("lon", "lat"):
            assert near[axis].min() <= seats.loc[code, axis] <= near[axis].max(), code


@every_region
def test_modelled_communities_stay_with_their_own_seat(name: str) -> None:
    """A modelled community is nearer to its own seat than to any other; without an outline within reach."""
    places, seats = region_of(name).places, seats_of(name)
    listed = read_input(name, "communities")
    bounded = read_input(name, "outline").empty
    reach_m = importlib.import_module(name).RULES.places.reach_m
    modelled = places[places["id"].isin(listed.loc[listed["lon"] == "", "code"])]
    for row in modelled.to_dict("records"):
        apart = apart_m(row["lon"], row["lat"], seats)
        own = apart[row["parent"]]
        assert own <= apart.min() * ROUNDING, row["id"]
        assert not bounded or own <= reach_m * ROUNDING, row["id"]


@every_region
def test_roads_between_neighbouring_seats_follow_the_straight_line(name: str) -> None:
    """The shortest road to the next seats is 0.9 to 1.8 times the straight line.

    Seats nearer than 2 km and seats with a barrier between them are left out.
    """
    seats, drive = seats_of(name), drive_of(name)
    barriers = barriers_of(name)
    for code, seat in seats.iterrows():
        apart = apart_m(seat["lon"], seat["lat"], seats).drop(code)
        apart = apart[apart >= NEIGHBOURS_APART_M].nsmallest(NEIGHBOURS) / 1000
        ways = nx.single_source_dijkstra_path_length(drive, code, cutoff=2 * apart.max(), weight="km")
        for other, straight in apart.items():
            line = LineString([seat[["lon", "lat"]], seats.loc[other, ["lon", "lat"]]])
            if not any(line.crosses(barrier) for barrier in barriers):
                assert 0.9 <= ways.get(other, np.inf) / straight <= 1.8, (code, other)


def barriers_of(name: str) -> list[LineString]:
    """Rivers that only main roads cross."""
    lines = []
    for table, key in (("waterways", "waterway"), ("streams", "stream")):
        rows = read_input(name, table)
        if "barrier" in rows:
            barred = rows[rows["barrier"] == "yes"]
            lines += [LineString(line[["lon", "lat"]].astype(float)) for _, line in barred.groupby(key)]
    return lines


@every_region
def test_links_are_a_little_longer_than_the_straight_line(name: str) -> None:
    """Detour factors between 1.0 and 1.8."""
    roads = region_of(name).roads
    straight = great_circle_m(roads["from_lon"], roads["from_lat"], roads["to_lon"], roads["to_lat"]) / 1000
    detour = (roads["length_km"] / straight)[straight > 0.2]
    assert detour.between(0.98, 1.8).all()


@every_region
def test_stated_road_distances(name: str) -> None:
    """The quickest way is within 10 % of the stated km."""
    seats, drive = seats_of(name), drive_of(name)
    by_name = seats.reset_index().set_index("name_zh")["id"]
    for row in read_input(name, "road_distances").to_dict("records"):
        start = row.get("from_node") or read_input(name, "townships")["code"][0]
        way = nx.shortest_path(drive, start, by_name[row["place"]], weight="hours")
        assert nx.path_weight(drive, way, "km") == pytest.approx(float(row["km"]), rel=0.1), row["place"]


@every_region
def test_goods_fit_their_stores(name: str) -> None:
    """No store holds more than its usable volume."""
    region = region_of(name)
    volume = region.lots["item"].map(region.items.set_index("id")["volume_m3"]) * region.lots["quantity"]
    filled = volume.groupby(region.lots["warehouse"]).sum()
    room = region.warehouses.set_index("id")["usable_m3"]
    share = filled / room[filled.index]
    assert share[share > 1].to_dict() == {}


@every_region
def test_fleet_is_no_larger_than_stated(name: str) -> None:
    """Where a plan counts vehicles, the fleet has no more of them."""
    fleet = region_of(name).fleet
    for row in read_input(name, "plan_counts").to_dict("records"):
        types = row["types"].split()
        assert set(types) <= set(region_of(name).vehicle_types["id"])
        assert fleet.loc[fleet["type"].isin(types), "number"].sum() <= int(row["number"]), types
