"""What is special to the Jin'an pack: its plan, its scenarios; the rest is in test_plausible.py."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import networkx as nx
import pandas as pd
import pytest

from routing.assemble import Assembly, assemble
from routing.road_network import CLASS_SPEED_KPH
from scenarios.loading import load_scenario
from scenarios.situation import apply_scenario, relief_order
from stockpile.baskets import basket_need
from stockpile.geodesy import great_circle_m
from stockpile.inventory import expired_lots
from stockpile.region import Region, load_region

DATA = Path(__file__).resolve().parents[2] / "data"
INPUTS = DATA / "build" / "luan_jinan"
PACK = DATA / "warehouses" / "luan_jinan"
CITY_CENTRE = "341502001"
ZONE = "341502400"
PLAN_STOCK = {
    "woven_bag": 290_000,
    "rubber_boat": 32,
    "assault_boat": 10,
    "drainage_set": 46,
    "life_jacket": 2253,
    "generator": 11,
}
SHARED_OVERRIDES = ("double-fleet", "half-fleet", "night-order", "one-day-packs", "event-clock")
FLOOD_DAY = date(2026, 7, 5)


def read_input(name: str) -> pd.DataFrame:
    """Rows of a committed input of the generator, as text."""
    return pd.read_csv(INPUTS / f"{name}.csv", dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def region() -> Region:
    """The shipped pack."""
    return load_region("luan_jinan")


@pytest.fixture(scope="module")
def drive(region: Region) -> nx.Graph:
    """Roads as a graph with km and hours."""
    graph = nx.Graph()
    for link in region.roads[region.roads["class"] != "waterway"].to_dict("records"):
        hours = link["length_km"] / CLASS_SPEED_KPH[link["class"]]
        graph.add_edge(link["from"], link["to"], km=link["length_km"], hours=hours)
    return graph


def situation_of(scenario: str, region: Region) -> Assembly:
    """The dispatch problem of a scenario of the library."""
    resolved = load_scenario(f"luan_jinan/{scenario}", None, (), ())
    situation = apply_scenario(region, resolved)
    return assemble(situation.region, situation.network, situation.roads, relief_order(situation))


def test_census_urban_and_rural_totals_hold(region: Region) -> None:
    """Communities of the bureau's urban classes hold the census' urban residents."""
    classes = read_input("communities").set_index("code")["ur_code"]
    communities = region.places[region.places["level"] == "community"].set_index("id")
    urban = communities["population"][classes.isin(["111", "112", "121", "122"])].sum()
    assert urban == 502_599
    assert communities["population"].sum() - urban == 326_637


def test_every_listed_unit_is_there(region: Region) -> None:
    """22 townships and subdistricts, the development zone, 340 communities."""
    levels = region.places["level"].value_counts()
    assert levels["township"] == 23
    assert levels["community"] == 340
    assert set(read_input("communities")["code"]) <= set(region.places["id"])


def test_stores_meet_the_plan(region: Region) -> None:
    """District store of 2,000 m2 or more, 50 m2 or more in each of the 22, forest fire store of 53 m2."""
    stores = region.warehouses.set_index("id")
    assert stores.loc["W-emergency", "floor_m2"] >= 2000
    assert stores.loc["W-forest", "floor_m2"] == 53
    township = stores[(stores["level"] == "township") & (stores["status"] == "existing")]
    units = region.places.loc[region.places["level"] == "township", "id"]
    assert sorted(township["place"]) == sorted(set(units) - {ZONE})
    assert (township["floor_m2"] >= 50).all()


def test_stock_of_the_plan_is_exact(region: Region) -> None:
    """The plan's six counts are met to the unit, and `plan` is claimed for no other item."""
    totals = region.lots.groupby("item")["quantity"].sum()
    assert {item: totals[item] for item in PLAN_STOCK} == PLAN_STOCK
    named = region.lots[region.lots["item"].isin(PLAN_STOCK)]
    assert set(named["basis"]) == {"plan"}
    assert set(region.lots.loc[region.lots["basis"] == "plan", "item"]) == set(PLAN_STOCK)


def test_fleet_is_the_plans(region: Region) -> None:
    """68 trucks of 8 firms, 32 rubber boats, 10 assault boats, all at yards that exist."""
    fleet = region.fleet
    trucks = fleet[fleet["type"].str.startswith("truck_")]
    assert trucks["number"].sum() == 68
    assert trucks["owner"].nunique() == 8
    boats = fleet.groupby("type")["number"].sum()
    assert boats["rubber_boat"] == 32
    assert boats["assault_boat"] == 10


def test_boats_of_an_owner_are_the_boats_in_its_store(region: Region) -> None:
    """The boats are both stock and fleet: the two tables must tell one story."""
    for item in ("rubber_boat", "assault_boat"):
        stock = region.lots[region.lots["item"] == item].groupby("owner")["quantity"].sum()
        fleet = region.fleet[region.fleet["type"] == item].groupby("owner")["number"].sum()
        assert stock.to_dict() == fleet.to_dict()


def test_resettlement_points(region: Region) -> None:
    """84 points in 84 communities, two or more a unit, each beside a community stock point."""
    sites = region.sites
    assert len(sites) == sites["place"].nunique() == sites["name_zh"].nunique() == 84
    parent = region.places.set_index("id")["parent"]
    per_unit = sites["place"].map(parent).value_counts()
    assert len(per_unit) == 23
    assert per_unit.min() >= 2
    points = region.warehouses[region.warehouses["level"] == "community"]
    assert sorted(points["place"]) == sorted(sites["place"])
    assert (sites["handout_persons_per_h"] <= 5000 / 12 + 1).all()


def test_goods_fit_their_stores(region: Region) -> None:
    """No store is more than nine tenths full."""
    volume = region.lots["item"].map(region.items.set_index("id")["volume_m3"]) * region.lots["quantity"]
    filled = volume.groupby(region.lots["warehouse"]).sum()
    room = region.warehouses.set_index("id")["usable_m3"]
    assert (filled / room[filled.index] <= 0.9).all()


def test_some_lots_are_expired_and_some_expire_soon(region: Region) -> None:
    """On the day of the flood the warehouse manager has something to write off and to rotate."""
    for item in ("water_500ml", "food_ration"):
        lots = region.lots[region.lots["item"] == item]
        expired, soon = (len(expired_lots(lots, FLOOD_DAY + timedelta(days=days))) for days in (0, 30))
        assert 0 < expired < soon


@pytest.mark.parametrize("basket", ["flood", "cold"])
def test_essential_basket_weighs_what_a_person_can_carry(region: Region, basket: str) -> None:
    """Three days of essentials weigh 10 to 14 kg."""
    need = basket_need(region.baskets, basket, 3)
    essential = need[need["essential"]]
    weight = essential["item"].map(region.items.set_index("id")["weight_kg"])
    assert 10 <= (weight * essential["quantity_per_person"]).sum() <= 14


def test_links_are_a_little_longer_than_the_straight_line(region: Region) -> None:
    """Detour factors between 1.0 and 1.8, and a network of about a thousand links."""
    roads = region.roads
    straight = great_circle_m(roads["from_lon"], roads["from_lat"], roads["to_lon"], roads["to_lat"]) / 1000
    detour = (roads["length_km"] / straight)[straight > 0.2]
    assert detour.between(0.98, 1.8).all()
    assert 800 <= len(roads) <= 1200


def test_no_single_local_link_holds_the_network(drive: nx.Graph) -> None:
    """A closure of one link leaves at least 97 % of the nodes connected: there are other ways."""
    for a, b in nx.bridges(drive):
        rest = drive.copy()
        rest.remove_edge(a, b)
        assert len(max(nx.connected_components(rest), key=len)) >= 0.97 * len(drive)


@pytest.mark.parametrize(
    "scenario", ["meiyu-flood", "mountain-flash-flood", "winter-ice", "earthquake", "forest-fire"]
)
def test_scenarios_fill_no_point_over_its_capacity(region: Region, scenario: str) -> None:
    """The shares of the scenarios respect what the resettlement points take."""
    situation = apply_scenario(region, load_scenario(f"luan_jinan/{scenario}", None, (), ()))
    capacity = region.sites.set_index("id")["capacity"]
    assert (situation.people <= capacity[situation.people.index]).all()


@pytest.mark.parametrize(
    ("scenario", "override"),
    [
        *(("meiyu-flood", name) for name in SHARED_OVERRIDES),
        ("meiyu-flood", "liushou-open"),
        ("meiyu-flood", "higher-water"),
        ("mountain-flash-flood", "bridges-restored"),
        ("winter-ice", "roads-cleared"),
        ("winter-ice", "store-stands"),
        ("earthquake", "bridges-inspected-early"),
        ("earthquake", "aftershock"),
        ("forest-fire", "wind-turns-east"),
        ("forest-fire", "more-villages"),
    ],
)
def test_named_overrides_apply_to_the_pack(region: Region, scenario: str, override: str) -> None:
    """Every override on offer changes something and still makes a scenario of this region."""
    plain = load_scenario(f"luan_jinan/{scenario}", None, (), ())
    changed = load_scenario(f"luan_jinan/{scenario}", None, (override,), ())
    assert changed.scenario != plain.scenario
    assert apply_scenario(region, changed).people.sum() > 0


def test_plum_rain_flood_binds_and_is_not_hopeless(region: Region) -> None:
    """40,000 to 80,000 people; each essential good of the district covers 1.0 to 1.3 times their need."""
    problem = situation_of("meiyu-flood", region).problem
    assert 40_000 <= problem.people.sum() <= 80_000
    held = problem.stock.sum(axis=0) + problem.on_site_units.sum(axis=0)
    cover = (held / problem.need.sum(axis=0))[problem.essential]
    assert ((cover >= 1.0) & (cover <= 1.3)).all()


def test_plum_rain_flood_leaves_points_to_the_boats(region: Region) -> None:
    """Boats alone reach three or more points, with stock for them at the wharves; nobody is cut off."""
    problem = situation_of("meiyu-flood", region).problem
    road, water = (problem.reach(mode).any(axis=0) for mode in ("road", "water"))
    boats_only = water & ~road
    assert boats_only.sum() >= 3
    assert problem.reachable.all()
    wharves = problem.reach("water").any(axis=1)
    at_wharves = problem.stock[wharves].sum(axis=0) + problem.on_site_units[boats_only].sum(axis=0)
    enough = at_wharves >= problem.need[boats_only].sum(axis=0)
    assert enough[problem.essential].all()


def test_flash_flood_cuts_points_off(region: Region) -> None:
    """Some points are beyond every mode, most are not."""
    problem = situation_of("mountain-flash-flood", region).problem
    assert 1 <= (~problem.reachable).sum() <= len(problem.site_ids) // 3


def test_winter_ice_loses_the_district_store(region: Region) -> None:
    """The lost store issues nothing while people wait at every point."""
    problem = situation_of("winter-ice", region).problem
    assert not problem.stock[[site == "W-emergency" for site in problem.source_ids]].any()
    assert len(problem.site_ids) == 84


def test_earthquake_binds_on_quilts_and_cuts_nobody_off(region: Region) -> None:
    """12,000 to 35,000 people; all essential goods are there, quilts barely; tents are far too few."""
    problem = situation_of("earthquake", region).problem
    assert 12_000 <= problem.people.sum() <= 35_000
    assert problem.reachable.all()
    held = problem.stock.sum(axis=0) + problem.on_site_units.sum(axis=0)
    cover = dict(zip(problem.item_ids, held / problem.need.sum(axis=0), strict=True))
    assert 1.0 <= cover["quilt"] <= 1.3
    assert cover["tent_12m2"] < 0.5
    essential = [item for item, needed in zip(problem.item_ids, problem.essential, strict=True) if needed]
    assert min(cover[item] for item in essential) == cover["quilt"]


def test_earthquake_makes_the_mountain_wait_for_its_main_road() -> None:
    """The slide before Maotanchang is cleared within the day, later than the bridges are released."""
    scenario = load_scenario("luan_jinan/earthquake", None, (), ()).scenario
    slide, bridges = (scenario.closures[name] for name in ("slide-south-of-donghekou", "main-bridges"))
    assert bridges.until_h is not None
    assert slide.until_h is not None
    assert 0 < bridges.until_h < slide.until_h < scenario.horizon_h


def test_forest_fire_is_small_and_every_item_of_its_basket_is_held(region: Region) -> None:
    """600 to 2,500 people; towels, which only this basket has, come from a supplier alone."""
    problem = situation_of("forest-fire", region).problem
    assert 600 <= problem.people.sum() <= 2_500
    assert problem.reachable.all()
    held = problem.stock.sum(axis=0) + problem.on_site_units.sum(axis=0)
    assert (held >= problem.need.sum(axis=0)).all()
    assert "towel" not in set(region.lots["item"])
    assert "towel" in set(region.suppliers["item"])


def test_units_are_counted_in_chinese_and_english(region: Region) -> None:
    """A sheet reads `3,773 瓶 bottle`: a Chinese measure word, a blank, an English word."""
    units = region.items["unit"]
    assert units[~units.str.fullmatch(r"[\u4e00-\u9fff]+ [a-z]+")].empty
