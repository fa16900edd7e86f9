"""What is special to the Jiangbei pack of Ningbo: its plan and scenarios; the rest: test_plausible.py."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from routing.assemble import Assembly, assemble
from scenarios.loading import load_scenario
from scenarios.situation import Situation, apply_scenario, relief_order
from stockpile.region import Region, load_region

INPUTS = Path(__file__).resolve().parents[2] / "data" / "build" / "ningbo_jiangbei"
SCENARIOS = ("typhoon", "plum-rain", "waterlogging")
MUST_HOLD = {"satellite_phone", "portable_generator", "drainage_pump"}
SHARED_OVERRIDES = ("half-fleet", "night-order", "one-day-packs")
RIVERSIDE = ("330205103233", "330205103232", "330205103236", "330205007225")
# Beside the district's 488,885 residents of 2020; the range is that of SOURCES.md.
LEAST_SHARE, MOST_SHARE = 0.01, 0.05


@pytest.fixture(scope="module")
def region() -> Region:
    """The shipped pack."""
    return load_region("ningbo_jiangbei")


def situation_of(scenario: str, region: Region, *overrides: str) -> Situation:
    """A scenario of the library applied to the pack."""
    return apply_scenario(region, load_scenario(f"ningbo_jiangbei/{scenario}", None, overrides, ()))


def assembly_of(scenario: str, region: Region) -> Assembly:
    """The dispatch problem of a scenario of the library."""
    situation = situation_of(scenario, region)
    return assemble(situation.region, situation.network, situation.roads, relief_order(situation))


def test_stores_stand_at_three_levels(region: Region) -> None:
    """A district store, one in each of the eight subdistricts and towns, a point in each community."""
    stores = region.warehouses[region.warehouses["status"] == "existing"]
    places = region.places.groupby("level")["id"].agg(sorted)
    assert (stores["level"] == "district").sum() >= 1
    for level in ("township", "community"):
        assert sorted(stores.loc[stores["level"] == level, "place"]) == places[level]


def test_every_multi_hazard_village_holds_the_plans_three_devices(region: Region) -> None:
    """Satellite phone, generator and pump: lots and floors of each village with a hazard flag, no other."""
    flagged = pd.read_csv(INPUTS / "community_traits.csv", dtype=str)["place"]
    assert len(flagged) >= 30
    for table in (region.lots, region.floors):
        rows = table[table["item"].isin(MUST_HOLD)]
        held = rows.groupby("warehouse")["item"].agg(set)
        assert set(held.index) == {f"W-{place}" for place in flagged}
        assert all(items == MUST_HOLD for items in held)
        assert set(rows["basis"]) == {"plan"}


def test_shelters_stand_at_three_levels(region: Region) -> None:
    """District shelters, one for each subdistrict or town, one point in each village or community."""
    level = region.places.set_index("id")["level"]
    named = region.sites["name_zh"].str.endswith("区级避灾安置场所")
    assert named.sum() >= 2
    own = region.sites[~named]
    assert sorted(own["place"]) == sorted(level.index[level.isin(["township", "community"])])


def test_reserve_modes_of_the_plan_are_there(region: Region) -> None:
    """A directory of production capacity, agreements, a market, and household stock in the stock points."""
    assert set(region.suppliers["kind"]) == {"agreement", "market", "production"}
    assert set(region.lots.loc[region.lots["item"] == "water_500ml", "warehouse"]) >= {
        f"W-{place}" for place in region.places.loc[region.places["level"] == "community", "id"]
    }


def test_forest_fire_team_has_twenty_five_members(region: Region) -> None:
    """One beater each in the store of the team, and one porter each in the fleet."""
    store = region.lots[region.lots["warehouse"] == "W-forest"].set_index("item")["quantity"]
    fleet = region.fleet.set_index("id")["number"]
    assert store["fire_beater"] == fleet["F-forest-porters"] == 25


def test_land_water_and_air_complete_each_other(region: Region) -> None:
    """Trucks, boats and a helicopter, with wharves, helipads and landing points for them."""
    modes = region.vehicle_types.set_index("id")["mode"]
    assert set(region.fleet["type"].map(modes)) >= {"road", "water", "air"}
    loading = region.warehouses[region.warehouses["level"] != "community"]
    assert loading["wharf"].any()
    assert loading["helipad"].any()
    assert region.sites["landing"].sum() >= 8
    assert region.sites.loc[region.sites["place"].isin(RIVERSIDE), "wharf"].all()


def test_census_population_of_cicheng_stays_near_its_stated_one(region: Region) -> None:
    """The spread of the census total gives the one town what is stated for 2017, within a tenth."""
    residents = region.places.set_index("id")["population"]
    assert residents["330205103"] == pytest.approx(100_889, rel=0.1)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_people_hit_lie_in_the_documented_range(region: Region, scenario: str) -> None:
    """Between 1 and 5 % of the residents, and no shelter over its capacity."""
    people = situation_of(scenario, region).people
    residents = region.places.loc[region.places["level"] == "district", "population"].sum()
    assert LEAST_SHARE <= people.sum() / residents <= MOST_SHARE
    capacity = region.sites.set_index("id")["capacity"]
    assert (people <= capacity[people.index]).all()


def test_fallen_trees_and_small_bridges_reopen_within_the_day() -> None:
    """The plan's clearing and repair of roads: what crews can clear has an hour at which it is open."""
    typhoon = load_scenario("ningbo_jiangbei/typhoon", None, (), ()).scenario
    for name in ("blown-down-trees", "blown-down-trees-villages", "small-bridges"):
        until_h = typhoon.closures[name].until_h
        assert until_h is not None
        assert 0 < until_h <= typhoon.horizon_h


@pytest.mark.parametrize(
    ("scenario", "override"),
    [
        *(("typhoon", name) for name in SHARED_OVERRIDES),
        ("typhoon", "trees-cleared"),
        ("typhoon", "banpu-drained"),
        ("typhoon", "slides-opened"),
        ("plum-rain", "ningci-open"),
        ("plum-rain", "higher-water"),
        ("waterlogging", "pumps-early"),
        ("waterlogging", "jiangbei-bridge-closed"),
    ],
)
def test_named_overrides_apply_to_the_pack(region: Region, scenario: str, override: str) -> None:
    """Every override on offer changes something and still makes a scenario of this region."""
    plain = load_scenario(f"ningbo_jiangbei/{scenario}", None, (), ())
    changed = load_scenario(f"ningbo_jiangbei/{scenario}", None, (override,), ())
    assert changed.scenario != plain.scenario
    assert apply_scenario(region, changed).people.sum() > 0


def test_typhoon_binds_and_is_not_hopeless(region: Region) -> None:
    """Each essential good of the district covers 1.0 to 1.3 times the need; nearly every site is reached."""
    problem = assembly_of("typhoon", region).problem
    held = problem.stock.sum(axis=0) + problem.on_site_units.sum(axis=0)
    cover = (held / problem.need.sum(axis=0))[problem.essential]
    assert ((cover >= 1.0) & (cover <= 1.3)).all()
    assert problem.people[~problem.reachable].sum() <= 0.02 * problem.people.sum()


@pytest.mark.parametrize("scenario", ["typhoon", "plum-rain"])
def test_polders_are_left_to_the_boats(region: Region, scenario: str) -> None:
    """Boats alone reach three or more shelter points of the polders."""
    problem = assembly_of(scenario, region).problem
    road, water = (problem.reach(mode).any(axis=0) for mode in ("road", "water"))
    assert (water & ~road).sum() >= 3
