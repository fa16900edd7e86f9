"""What is special to the Jiangbei pack: plan, rivers, scenarios; the rest is in test_plausible.py."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from shapely import Point, Polygon

from routing.assemble import Assembly, assemble
from scenarios.loading import load_scenario
from scenarios.situation import apply_scenario, relief_order
from stockpile.geodesy import great_circle_m
from stockpile.region import Region, load_region

DATA = Path(__file__).resolve().parents[2] / "data"
INPUTS = DATA / "build" / "chongqing_jiangbei"
DISTRICT = "500105"
CUNTAN = "500105005"
CUNTAN_RESIDENTS_2020 = 67_186
PLAN_HAZARDS = {
    "landslide": 51,
    "flash_flood": 2,
    "reservoir": 6,
    "flood_weak_point": 1,
    "oil_depot": 6,
}
TEAM_MEMBERS = 1100
SCENARIOS = ("river-flood", "landslide", "forest-fire", "oil-depot-fire")
SHARED_OVERRIDES = ("double-fleet", "half-fleet", "night-order", "one-day-packs")


def read_input(name: str) -> pd.DataFrame:
    """Rows of a committed input of the generator, as text."""
    return pd.read_csv(INPUTS / f"{name}.csv", dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def region() -> Region:
    """The shipped pack."""
    return load_region("chongqing_jiangbei")


@pytest.fixture(scope="module")
def existing(region: Region) -> pd.DataFrame:
    """Warehouses that stand, by id."""
    return region.warehouses[region.warehouses["status"] == "existing"].set_index("id")


def situation_of(scenario: str, region: Region) -> Assembly:
    """The dispatch problem of a scenario of the library."""
    situation = apply_scenario(region, load_scenario(f"chongqing_jiangbei/{scenario}", None, (), ()))
    return assemble(situation.region, situation.network, situation.roads, relief_order(situation))


def polygon_of(scenario: str, closure: str) -> Polygon:
    """The ring of a closure."""
    found = load_scenario(f"chongqing_jiangbei/{scenario}", None, (), ()).scenario.closures[closure]
    assert found.polygon is not None
    return Polygon(found.polygon)


def points_of(kind: str) -> list[Point]:
    """Where the hazards of a kind lie."""
    rows = read_input("hazards")
    rows = rows[rows["kind"] == kind]
    return [Point(float(lon), float(lat)) for lon, lat in zip(rows["lon"], rows["lat"], strict=True)]


def test_stores_are_those_of_the_plan(region: Region, existing: pd.DataFrame) -> None:
    """One district store, one in each of the 12 townships, the city's behind them, communities in front."""
    levels = existing["level"].value_counts()
    assert levels["district"] == 1
    assert levels["township"] == 12
    assert levels["city"] == 1
    assert levels["community"] == 48
    townships = region.places.loc[region.places["level"] == "township", "id"]
    assert sorted(existing.loc[existing["level"] == "township", "place"]) == sorted(townships)


def test_every_level_holds_goods(region: Region, existing: pd.DataFrame) -> None:
    """City backs, district is the main one, townships support, communities help: all hold water."""
    water = region.lots[region.lots["item"] == "water_500ml"]
    held = water.groupby(water["warehouse"].map(existing["level"]))["quantity"].sum()
    assert held.idxmax() == "district"
    assert held.idxmin() == "community"
    assert (held[["city", "township"]] > 0).all()


def test_shelters_are_those_of_the_plan(region: Region) -> None:
    """48 in all townships, together a place of 1.5 m2 for each resident."""
    sites = region.sites
    parent = region.places.set_index("id")["parent"]
    assert len(sites) == 48
    assert sites["place"].map(parent).nunique() == 12
    residents = region.places.set_index("id").loc[DISTRICT, "population"]
    assert sites["capacity"].sum() == residents


def test_model_of_residents_meets_the_one_township_known_for_2020(region: Region) -> None:
    """Weights of 2000 spread the census of 2020; Cuntan, published for 2020, comes within 2 %."""
    modelled = region.places.set_index("id").loc[CUNTAN, "population"]
    assert modelled == pytest.approx(CUNTAN_RESIDENTS_2020, rel=0.02)


def test_hazards_are_those_of_the_plan(region: Region) -> None:
    """51 landslide points, 2 flash-flood areas, 6 reservoirs, the weak spot of Luoqisi, 6 oil depots."""
    hazards = read_input("hazards")
    assert hazards["kind"].value_counts().to_dict() == PLAN_HAZARDS
    names = region.places.set_index("id")["name_zh"]
    assert hazards["place"].isin(names.index).all()
    weak = hazards.loc[hazards["kind"] == "flood_weak_point", "place"].item()
    assert names[weak].startswith("锣旗寺")


def test_scenarios_strike_where_the_hazards_are() -> None:
    """The evacuation radius holds the six depots; the water reaches Luoqisi."""
    radius = polygon_of("oil-depot-fire", "evacuation-radius")
    assert all(radius.contains(depot) for depot in points_of("oil_depot"))
    assert polygon_of("river-flood", "luoqisi-water").contains(points_of("flood_weak_point")[0])


@pytest.mark.parametrize(
    ("scenario", "closures"),
    [
        ("river-flood", ("beibin-road-water", "jiangbeizui-water", "cuntan-port-water", "luoqisi-water")),
        ("forest-fire", ("tieshanping-fire", "mingyueshan-fire")),
        ("oil-depot-fire", ("evacuation-radius",)),
    ],
)
def test_no_shelter_stands_in_water_or_fire(region: Region, scenario: str, closures: tuple[str, ...]) -> None:
    """People are moved out of the danger, not into it."""
    for closure in closures:
        ring = polygon_of(scenario, closure)
        inside = [
            site
            for site, lon, lat in region.sites[["id", "lon", "lat"]].itertuples(index=False)
            if ring.contains(Point(lon, lat))
        ]
        assert inside == [], closure


def test_reserve_modes_of_the_plan_are_there(region: Region) -> None:
    """Agency stock of supermarkets and makers, capacity by contract, requisition that comes later."""
    suppliers = region.suppliers
    by_kind = dict(list(suppliers.groupby("kind")))
    assert set(by_kind) == {"agreement", "production", "market"}
    agency = by_kind["agreement"]["name_zh"].str
    assert agency.startswith("代储超市").any()
    assert (agency.startswith("代储") & agency.contains("企业")).any()
    assert by_kind["production"]["ramp_per_h"].notna().all()
    assert by_kind["market"]["activation_h"].min() > by_kind["agreement"]["activation_h"].max()


def test_both_rivers_carry_boats_from_their_wharves(region: Region) -> None:
    """Cargo boats and rescue boats lie within 300 m of a wharf of the Yangtze; both rivers are one water."""
    water = region.roads[region.roads["class"] == "waterway"]
    assert set(water["name_zh"]) == {"长江", "嘉陵江"}
    rivers = {name: set(rows["from"]) | set(rows["to"]) for name, rows in water.groupby("name_zh")}
    assert rivers["长江"] & rivers["嘉陵江"] == {"confluence"}
    wharves = read_input("waterways").query("wharf == 'yes'")
    by_type = region.vehicle_types.set_index("id")["mode"]
    boats = region.fleet[region.fleet["type"].map(by_type) == "water"]
    assert {"deck_boat_40t", "assault_boat", "rubber_boat"} == set(boats["type"])
    lon, lat = (wharves[axis].astype(float).to_numpy() for axis in ("lon", "lat"))
    for boat in boats.itertuples():
        assert np.min(great_circle_m(boat.lon, boat.lat, lon, lat)) < 300, boat.id


def test_boats_in_the_store_are_the_boats_of_the_teams(region: Region) -> None:
    """The rescue boats are both stock and fleet: the two tables must tell one story."""
    for item in ("rubber_boat", "assault_boat"):
        stock = region.lots.loc[region.lots["item"] == item, "quantity"].sum()
        assert stock == region.fleet.loc[region.fleet["type"] == item, "number"].sum()


def test_gear_for_every_member_of_the_teams(region: Region) -> None:
    """About 1,100 members: a life jacket, a torch and a raincoat each in the district store."""
    lots = region.lots[region.lots["warehouse"] == "W-district"]
    held = lots.groupby("item")["quantity"].sum()
    assert (held[["life_jacket", "torch", "raincoat"]] >= TEAM_MEMBERS).all()


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_scenarios_fill_no_shelter_over_its_capacity(region: Region, scenario: str) -> None:
    """The shares of the scenarios respect what the shelters take."""
    situation = apply_scenario(region, load_scenario(f"chongqing_jiangbei/{scenario}", None, (), ()))
    capacity = region.sites.set_index("id")["capacity"]
    assert (situation.people <= capacity[situation.people.index]).all()


@pytest.mark.parametrize(
    ("scenario", "override"),
    [
        *(("river-flood", name) for name in SHARED_OVERRIDES),
        ("river-flood", "guotang-open"),
        ("river-flood", "no-boats"),
        ("river-flood", "higher-crest"),
        ("landslide", "ridge-open"),
        ("landslide", "tunnel-closed"),
        ("forest-fire", "wind-turns"),
        ("forest-fire", "rain-comes"),
        ("oil-depot-fire", "wider-radius"),
        ("oil-depot-fire", "river-open"),
    ],
)
def test_named_overrides_apply_to_the_pack(region: Region, scenario: str, override: str) -> None:
    """Every override on offer changes something and still makes a scenario of this region."""
    plain = load_scenario(f"chongqing_jiangbei/{scenario}", None, (), ())
    changed = load_scenario(f"chongqing_jiangbei/{scenario}", None, (override,), ())
    assert changed.scenario != plain.scenario
    assert apply_scenario(region, changed).people.sum() > 0


def test_river_flood_binds_and_is_not_hopeless(region: Region) -> None:
    """15,000 to 30,000 people; each essential good of the district covers 1.0 to 1.3 times their need."""
    problem = situation_of("river-flood", region).problem
    assert 15_000 <= problem.people.sum() <= 30_000
    held = problem.stock.sum(axis=0) + problem.on_site_units.sum(axis=0)
    cover = (held / problem.need.sum(axis=0))[problem.essential]
    assert ((cover >= 1.0) & (cover <= 1.3)).all()
