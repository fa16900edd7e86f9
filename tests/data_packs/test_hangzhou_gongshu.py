"""What is special to the Gongshu pack: plan, canal, scenarios; the rest is in test_plausible.py."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from shapely import LineString

from routing.assemble import Assembly, assemble
from scenarios.loading import load_scenario
from scenarios.situation import apply_scenario, relief_order
from stockpile.baskets import basket_need
from stockpile.region import Region, load_region

SCENARIOS = ("extreme-rain", "high-rise-fire", "heat-and-power-cut")
OLD_GONGSHU_TO = "330105011"
LEAST_PEOPLE_OF_A_POINT = 10
AIR_TOWNSHIPS = {"330105005", "330105009", "330105010", "330105011", "330105018"}


@pytest.fixture(scope="module")
def region() -> Region:
    """The shipped pack."""
    return load_region("hangzhou_gongshu")


@cache
def situation_of(scenario: str) -> Assembly:
    """The dispatch problem of a scenario of the library."""
    region = load_region("hangzhou_gongshu")
    situation = apply_scenario(region, load_scenario(f"hangzhou_gongshu/{scenario}", None, (), ()))
    return assemble(situation.region, situation.network, situation.roads, relief_order(situation))


def of_level(region: Region, level: str) -> pd.DataFrame:
    """Places of a level."""
    return region.places[region.places["level"] == level]


def test_both_old_districts_keep_their_census_totals(region: Region) -> None:
    """635,136 people in what was Gongshu, 485,849 in what was Xiacheng, 18 subdistricts in all."""
    townships = of_level(region, "township")
    old = townships["id"] <= OLD_GONGSHU_TO
    assert townships.loc[old, "population"].sum() == 635_136
    assert townships.loc[~old, "population"].sum() == 485_849
    assert len(townships) == 18
    assert len(of_level(region, "community")) == 182


def test_each_reserve_mode_carries_a_tenth_of_every_essential_good(region: Region) -> None:
    """Physical, agreement, market and production reserves together, as the plan wants them."""
    problem = situation_of("extreme-rain").problem
    kinds = region.suppliers.drop_duplicates("depot").set_index("depot")["kind"]
    kind = np.array([kinds.get(source, "physical") for source in problem.source_ids])
    total = problem.stock.sum(axis=0)[problem.essential]
    for mode in ("physical", "agreement", "market", "production"):
        held = problem.stock[kind == mode].sum(axis=0)[problem.essential]
        assert (held / total >= 0.1).all(), mode


def test_every_community_holds_goods(region: Region) -> None:
    """Goods are one of the six haves: each community has baskets for at least ten people for three days."""
    points = region.warehouses[region.warehouses["level"] == "community"]
    assert sorted(points["place"]) == sorted(of_level(region, "community")["id"])
    need = basket_need(region.baskets, "flood", 3)
    essential = need[need["essential"]].set_index("item")["quantity_per_person"]
    held = region.lots.pivot_table(index="warehouse", columns="item", values="quantity", aggfunc="sum")
    people = held.loc[points["id"], essential.index] / essential
    assert (people.fillna(0).min(axis=1) >= LEAST_PEOPLE_OF_A_POINT).all()


def test_shelters_are_planned_at_two_scales(region: Region) -> None:
    """A park and three schools in each subdistrict, a shelter in each community."""
    sites = region.sites
    communities = set(of_level(region, "community")["id"])
    parent = region.places.set_index("id")["parent"]
    parks = sites[~sites["place"].isin(communities)]
    schools = sites[sites["place"].isin(communities) & (sites["scale"] == "township")]
    assert sorted(parks["place"]) == sorted(of_level(region, "township")["id"])
    assert set(schools["place"].map(parent).value_counts()) == {3}
    assert sorted(sites.loc[sites["scale"] == "community", "place"]) == sorted(communities)


def test_helicopters_load_at_the_district_store_and_land_at_five_parks(region: Region) -> None:
    """The plan's helicopter points: one loading point, five landing points, an aircraft on call."""
    assert set(region.sites.loc[region.sites["landing"], "place"]) == AIR_TOWNSHIPS
    assert set(region.warehouses.loc[region.warehouses["helipad"], "id"]) == {"W-emergency"}
    assert (region.fleet["type"] == "helicopter_mi171").sum() == 1


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_drones_can_drop_goods_everywhere(region: Region, scenario: str) -> None:
    """Every site of every scenario is within reach of a drone from a loading point."""
    problem = situation_of(scenario).problem
    assert problem.reach("drone").any(axis=0).all()
    drones = region.fleet[region.fleet["type"] == "drone_flycart30"]
    assert drones["base"].nunique() == len(drones) == 3


def test_only_named_streets_cross_the_canal(region: Region) -> None:
    """The canal parts the district: seven bridges, each of them a named street; boats go its whole length."""
    roads = region.roads
    water = roads[roads["class"] == "waterway"]
    canal = LineString(
        [*water[["from_lon", "from_lat"]].to_numpy(), *water[["to_lon", "to_lat"]].to_numpy()[-1:]]
    )
    streets = roads[roads["class"] != "waterway"]
    ends = streets[["from_lon", "from_lat", "to_lon", "to_lat"]].to_numpy()
    over = streets[[LineString([end[:2], end[2:]]).crosses(canal) for end in ends]]
    assert over["bridge"].all()
    assert (over["name_zh"] != "").all()
    assert over["name_zh"].nunique() == 7


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_scenarios_fill_no_site_over_its_capacity(region: Region, scenario: str) -> None:
    """The shares respect what the shelters take, at the upper end of the range, too."""
    capacity = region.sites.set_index("id")["capacity"]
    upper = [("upper-range",)] if scenario != "high-rise-fire" else []
    for overrides in [(), *upper]:
        resolved = load_scenario(f"hangzhou_gongshu/{scenario}", None, overrides, ())
        people = apply_scenario(region, resolved).people
        assert (people <= capacity[people.index]).all()


@pytest.mark.parametrize(
    ("scenario", "override"),
    [
        *(("extreme-rain", name) for name in ("half-fleet", "night-order", "one-day-packs")),
        *(("extreme-rain", name) for name in ("pumps-early", "higher-water", "upper-range")),
        *(("high-rise-fire", name) for name in ("fire-all-night", "quilts-instead")),
        *(("heat-and-power-cut", name) for name in ("power-back-6h", "upper-range")),
    ],
)
def test_named_overrides_apply_to_the_pack(region: Region, scenario: str, override: str) -> None:
    """Every override on offer changes something and still makes a scenario of this region."""
    plain = load_scenario(f"hangzhou_gongshu/{scenario}", None, (), ())
    changed = load_scenario(f"hangzhou_gongshu/{scenario}", None, (override,), ())
    assert changed.scenario != plain.scenario
    assert apply_scenario(region, changed).people.sum() > 0


def test_extreme_rain_binds_and_is_not_hopeless() -> None:
    """22,000 to 45,000 people; each essential good covers 1.0 to 1.3 times their need; nobody is cut off."""
    problem = situation_of("extreme-rain").problem
    assert 22_000 <= problem.people.sum() <= 45_000
    held = problem.stock.sum(axis=0) + problem.on_site_units.sum(axis=0)
    cover = (held / problem.need.sum(axis=0))[problem.essential]
    assert ((cover >= 1.0) & (cover <= 1.3)).all()
    assert problem.reachable.all()


def test_extreme_rain_leaves_shelters_to_boats_and_drones() -> None:
    """No truck reaches the low canal bank all day; a boat reaches one or more of its shelters."""
    problem = situation_of("extreme-rain").problem
    road, water = (problem.reach(mode).any(axis=0) for mode in ("road", "water"))
    assert (~road).sum() >= 2
    assert (~road & water).any()


def test_rain_fills_the_tunnel_and_the_underpasses(region: Region) -> None:
    """Five links run below ground, and the rain closes every one of them to every vehicle."""
    scenario = load_scenario("hangzhou_gongshu/extreme-rain", None, (), ()).scenario
    assert region.roads["tunnel"].sum() == 5
    underpasses = scenario.closures["underpasses"]
    assert underpasses.tunnels_only
    assert underpasses.depth_m is not None
    assert (region.vehicle_types["wade_depth_m"].fillna(0) < underpasses.depth_m).all()


def test_fire_is_small_short_and_of_one_subdistrict() -> None:
    """A few thousand people of Dongxin within twelve hours."""
    scenario = load_scenario("hangzhou_gongshu/high-rise-fire", None, (), ()).scenario
    assert scenario.horizon_h == 12
    assert {place for group in scenario.affected.values() for place in group.places} == {"330105018"}
    assert 2_000 <= situation_of("high-rise-fire").problem.people.sum() <= 6_000


def test_heat_is_met_in_the_communities(region: Region) -> None:
    """Old people go to the shelter of their own community, where its stock point hands out."""
    problem = situation_of("heat-and-power-cut").problem
    scale = region.sites.set_index("id")["scale"]
    assert set(scale[list(problem.site_ids)]) == {"community"}
    assert (problem.on_site_units[:, problem.essential] > 0).any(axis=1).all()
    assert 11_000 <= problem.people.sum() <= 38_000
