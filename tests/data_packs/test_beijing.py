"""What is special to the Beijing pack: what its plan promises, its two scales, its scenarios."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from routing.assemble import Assembly, assemble
from scenarios.loading import load_scenario
from scenarios.situation import apply_scenario, relief_order
from stockpile.baskets import basket_need
from stockpile.inventory import expired_lots
from stockpile.region import Region, load_region

DATA = Path(__file__).resolve().parents[2] / "data"
RESIDENTS = 21_893_095
SHARE = 0.012
LEVELS = ("city", "district", "township")
FLOOD_DAY = date(2026, 7, 31)
NEWS_2023_PEOPLE = 127_000
NEWS_2023_DISTRICTS = 13
AIR_KM, AIR_MIN = 200, 120
SCENARIOS = ("mountain-flood", "earthquake", "waterlogging", "snow", "forest-fire")
OVERRIDES = {
    "mountain-flood": (
        "green-corridor",
        "night-order",
        "double-fleet",
        "half-fleet",
        "one-day-packs",
        "event-clock",
        "g109-stays-cut",
        "upper-valleys-by-evening",
        "twice-the-people",
    ),
    "earthquake": ("bridges-inspected", "stores-stand", "larger-quake"),
    "waterlogging": ("pumps-ready", "rush-hour"),
    "snow": ("passes-open", "snow-goes-on"),
    "forest-fire": ("wind-turns",),
}


@pytest.fixture(scope="module")
def region() -> Region:
    """The shipped pack."""
    return load_region("beijing")


@cache
def problem_of(scenario: str) -> Assembly:
    """The dispatch problem of a scenario of the library."""
    region = load_region("beijing")
    situation = apply_scenario(region, load_scenario(f"beijing/{scenario}", None, (), ()))
    return assemble(situation.region, situation.network, situation.roads, relief_order(situation))


def district(place: str) -> str:
    """The district of a township or community."""
    return place[:6]


def test_the_city_is_all_there(region: Region) -> None:
    """One city of the census, 16 districts, 343 townships and 6 zones, 7,007 communities."""
    places = region.places
    assert places["level"].value_counts().to_dict() == {
        "city": 1,
        "district": 16,
        "township": 349,
        "community": 7007,
    }
    assert places.set_index("id").loc["110000", "population"] == RESIDENTS
    townships = pd.read_csv(DATA / "build" / "beijing" / "townships.csv", dtype=str, keep_default_na=False)
    assert (townships["level"] == "special zone").sum() == 6


def test_townships_keep_the_residents_stated_for_2020(region: Region) -> None:
    """Of 18 townships the census is known: the model is within 30 people of it."""
    stated = pd.read_csv(DATA / "build" / "beijing" / "townships.csv", dtype=str, keep_default_na=False)
    stated = stated[stated["population"] != ""].set_index("code")["population"].astype(int)
    assert len(stated) == 18
    modelled = region.places.set_index("id")["population"][stated.index]
    assert (modelled - stated).abs().max() <= 30


def test_three_levels_of_stores(region: Region) -> None:
    """1 to 2 city stores, one in each district, one in each township that is exposed to a hazard."""
    stores = region.warehouses
    held = stores.groupby("level")["place"].agg(list)
    assert 1 <= len(held["city"]) <= 2
    assert sorted(held["district"]) == sorted(region.places.loc[region.places["level"] == "district", "id"])
    assert len(held["township"]) == len(set(held["township"])) == 93
    assert all(stores.loc[stores["level"] == "township", "hazard_flags"])


def floor_people(region: Region, level: str) -> float:
    """People for whom the stores of a level hold the living goods of the plan."""
    rules = region.floors[region.floors["basket"] == "flood"].set_index("level")["population_share"]
    residents = region.places.set_index("id")["population"]
    stores = region.warehouses[region.warehouses["level"] == level]
    return float(rules[level] * residents[stores["place"]].sum())


def test_floors_are_the_plans_share_of_residents(region: Region) -> None:
    """Over the three levels the floors come to 1.2 % of 21,893,095 residents, not one person less."""
    people = sum(floor_people(region, level) for level in LEVELS)
    assert SHARE * RESIDENTS <= people <= SHARE * RESIDENTS * 1.001


@pytest.mark.parametrize("level", LEVELS)
def test_usable_stock_meets_the_floor_at_every_level(region: Region, level: str) -> None:
    """On the day of the flood each level holds the baskets of its floor, past lots left out."""
    lots = region.lots.drop(expired_lots(region.lots, FLOOD_DAY).index)
    of_level = lots[lots["warehouse"].map(region.warehouses.set_index("id")["level"]) == level]
    held = of_level.groupby("item")["quantity"].sum()
    need = basket_need(region.baskets, "flood", 1)
    for row in need[need["essential"]].to_dict("records"):
        assert held[row["item"]] >= floor_people(region, level) * row["quantity_per_person"], row["item"]


def test_shelters_and_resettlement_points(region: Region) -> None:
    """165 shelters for 3 million people and a point in each township; one in each community besides."""
    sites = region.sites
    shelters = sites[sites["name_zh"].str.endswith("地震应急避难场所")]
    assert len(shelters) == 165
    assert shelters["capacity"].sum() == 3_000_000
    town = sites[sites["scale"] == "township"]
    level = region.places.set_index("id")["level"]
    points = town[town["place"].map(level) == "township"]
    assert set(region.places.loc[region.places["level"] == "township", "id"]) <= set(points["place"])
    communities = sites[sites["scale"] == "community"]
    assert set(region.places.loc[region.places["level"] == "community", "id"]) <= set(communities["place"])


def test_air_rescue_reaches_200_km_within_two_hours(region: Region) -> None:
    """Call-out and 200 km at cruising speed."""
    types = region.vehicle_types.set_index("id")
    aircraft = region.fleet[region.fleet["type"].map(types["mode"]) == "air"]
    assert len(aircraft) >= 1
    flight_min = AIR_KM / aircraft["type"].map(types["cruise_kph"]) * 60
    assert (aircraft["mobilisation_min"] + flight_min <= AIR_MIN).all()
    assert (aircraft["type"].map(types["range_km"]) >= AIR_KM).all()


@pytest.mark.parametrize("kind", ["drones", "command"])
def test_each_district_has_drones_and_a_command_vehicle(region: Region, kind: str) -> None:
    """The plan equips each of the 16."""
    rows = region.fleet[region.fleet["id"].str.endswith(f"-{kind}")]
    assert (rows["number"] >= 1).all()
    assert sorted(rows["base"].map(district)) == sorted(
        region.places.loc[region.places["level"] == "district", "id"]
    )


def test_every_reserve_mode_and_transport_of_the_plan_is_there(region: Region) -> None:
    """Hubs, society, capacity, rail, mutual aid; rail and the neighbours come later than the hubs."""
    suppliers = region.suppliers
    assert set(suppliers["kind"]) == {"agreement", "market", "production"}
    assert suppliers.loc[suppliers["kind"] == "production", "ramp_per_h"].notna().all()
    start = suppliers.groupby("depot")["activation_h"].min()
    late = start.index.str.contains("rail|tianjin|hebei")
    hubs = start.index.str.contains("majuqiao|airport|mafang|jingnan|xinfadi")
    assert late.sum() == 7
    assert hubs.sum() == 5
    assert start[late].min() > start[hubs].max()
    households = region.lots[region.lots["source"].str.contains("households")]
    stations = region.warehouses.loc[region.warehouses["level"] == "community", "id"]
    assert set(households["warehouse"]) == set(stations)


def test_targets_are_the_plans() -> None:
    """Everyone within 10 h first, then first goods of the districts in 4 h and of the city in 6 h."""
    for scenario in SCENARIOS:
        targets = load_scenario(f"beijing/{scenario}", None, (), ()).scenario.targets
        told = [(target.hours, target.scope, target.level, target.required) for target in targets.values()]
        assert told == [
            (10, "share", None, 1.0),
            (4, "first_goods", "district", 1.0),
            (6, "first_goods", "city", 1.0),
        ]


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_scenarios_fill_no_site_over_its_capacity(region: Region, scenario: str) -> None:
    """The shares respect what the sites take, but for rounding."""
    situation = apply_scenario(region, load_scenario(f"beijing/{scenario}", None, (), ()))
    capacity = region.sites.set_index("id")["capacity"]
    assert (situation.people <= capacity[situation.people.index] + 1).all()


@pytest.mark.parametrize(("scenario", "override"), [(s, o) for s, names in OVERRIDES.items() for o in names])
def test_named_overrides_change_the_scenario(scenario: str, override: str) -> None:
    """Every override on offer changes something and still makes a scenario."""
    plain = load_scenario(f"beijing/{scenario}", None, (), ())
    changed = load_scenario(f"beijing/{scenario}", None, (override,), ())
    assert changed.scenario != plain.scenario


def test_mountain_flood_moves_as_many_as_in_2023() -> None:
    """127,000 people in 13 districts, to within 1 %."""
    assembly = problem_of("mountain-flood")
    assert assembly.problem.people.sum() == pytest.approx(NEWS_2023_PEOPLE, rel=0.01)
    sites = load_region("beijing").sites.set_index("id")["place"]
    assert len({district(sites[site]) for site in assembly.problem.site_ids}) == NEWS_2023_DISTRICTS


def test_mountain_flood_binds_and_is_not_hopeless() -> None:
    """The scarcest essential good covers 1.0 to 1.3 times the need, blankets and mats by the 1.2 % more."""
    problem = problem_of("mountain-flood").problem
    held = problem.stock.sum(axis=0) + problem.on_site_units.sum(axis=0)
    cover = (held / problem.need.sum(axis=0))[problem.essential]
    assert 1.0 <= cover.min() <= 1.3
    assert cover.max() <= 3.0


def test_mountain_flood_leaves_the_upper_valleys_to_the_helicopters() -> None:
    """Some points of Mentougou and Fangshan have no road all day, and aircraft reach them all."""
    problem = problem_of("mountain-flood").problem
    by_road, by_air = (problem.reach(mode).any(axis=0) for mode in ("road", "air"))
    assert 3 <= (by_air & ~by_road).sum() <= 12
    assert problem.reachable.all()


def test_forest_fire_cuts_roads_but_nobody_off() -> None:
    """Somebody depends on helicopters, or on a road that reopens; nobody is without any mode."""
    assert problem_of("forest-fire").problem.reachable.all()


def test_underpasses_are_tunnels_of_the_ring_roads(region: Region) -> None:
    """Five modelled underpasses, on the ring roads 2 and 3 and the G4, and two mountain tunnels."""
    tunnels = region.roads[region.roads["tunnel"]]
    assert {"二环路", "三环路"} <= set(tunnels["name_zh"])
    assert {"G4", "G6", "G7"} <= set(tunnels["ref"])
    assert not tunnels["bridge"].any()


def test_plans_are_asked_for_first_goods_of_the_districts_and_the_city() -> None:
    """The stores of each level by the hours of the plan, for every township with affected people."""
    problem = problem_of("forest-fire").problem
    district_goods, city_goods = problem.first_goods
    assert (district_goods.due_s, city_goods.due_s) == (4 * 3600, 6 * 3600)
    named = [{problem.source_ids[at] for at in np.flatnonzero(one.source)} for one in problem.first_goods]
    assert named[1] == {"W-city-north", "W-city-south"}
    assert len(named[0]) == 16
    assert not any(name.startswith("W-city") for name in named[0])
    townships = {site[2:11] for site, people in zip(problem.site_ids, problem.people, strict=True) if people}
    assert city_goods.township.max() + 1 == len(townships)
    assert ((city_goods.township >= 0) == (problem.people > 0)).all()
