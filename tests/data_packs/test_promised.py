"""Promises of the plans that no other test of a pack keeps; docs/promises.md points here."""

from __future__ import annotations

from datetime import date
from functools import cache

import pandas as pd
import pytest

from scenarios.library_folders import scenario_names
from scenarios.loading import load_scenario
from stockpile.region import Region, load_region
from stockpile.reorder import plan_reorder

JINAN_LIVING_HELP_H = 8
JINAN_MOST_PEOPLE_HIT_OF_100000 = 15_000
JINAN_FIRE_MEMBERS = 362
JINAN_FLOOD_GOODS = ["woven_bag", "rubber_boat", "assault_boat", "drainage_set", "life_jacket", "generator"]
JINAN_HOLDERS = {"区应急管理局", "区水利局", "区人武部", "区消防救援大队"}
FLOOD_DAYS = {
    "luan_jinan": date(2026, 7, 5),
    "ningbo_jiangbei": date(2026, 6, 26),
    "chongqing_jiangbei": date(2026, 8, 19),
    "hangzhou_gongshu": date(2026, 7, 12),
}
WUBAO = "500105102"
# No plan says how fast needs grow: a tenth more each year for the ten years of the plan's longest view.
YEARLY_GROWTH, YEARS = 1.1, 10

region_of = cache(load_region)


def existing(region: Region, level: str) -> pd.DataFrame:
    """Warehouses of a level that stand."""
    stores = region.warehouses
    return stores[(stores["level"] == level) & (stores["status"] == "existing")]


def with_modes(region: Region) -> pd.DataFrame:
    """The fleet with the mode of each type."""
    return region.fleet.assign(mode=region.fleet["type"].map(region.vehicle_types.set_index("id")["mode"]))


@pytest.mark.parametrize("scenario", scenario_names("luan_jinan"))
def test_jinan_helps_everyone_within_eight_hours(scenario: str) -> None:
    """In every scenario the first promise is a complete basket for all people within the plan's 8 h."""
    targets = load_scenario(f"luan_jinan/{scenario}", None, (), ()).scenario.targets
    first = next(iter(targets.values()))
    assert (first.hours, first.scope, first.required) == (JINAN_LIVING_HELP_H, "share", 1.0)


def test_jinan_flood_goods_lie_with_the_holders_of_the_plan() -> None:
    """Bureau and water bureau hold most of each good; armed forces and fire brigade some of the boats."""
    lots = region_of("luan_jinan").lots
    held = lots[lots["item"].isin(JINAN_FLOOD_GOODS)].pivot_table(
        index="item", columns="owner", values="quantity", aggfunc="sum", fill_value=0
    )
    assert sorted(held.index) == sorted(JINAN_FLOOD_GOODS)
    assert set(held.columns) == JINAN_HOLDERS
    main = held[["区应急管理局", "区水利局"]]
    assert (main > 0).all(axis=None)
    assert (main.sum(axis=1) > held.sum(axis=1) / 2).all()
    assert (held.loc[["rubber_boat", "assault_boat"]] > 0).all(axis=None)


@pytest.mark.parametrize("name", ["luan_jinan", "ningbo_jiangbei"])
def test_reserves_by_agreement_market_and_capacity(name: str) -> None:
    """Three kinds of call-off beside the stores; makers start later, deliver by the hour, to a last day."""
    suppliers = region_of(name).suppliers
    assert set(suppliers["kind"]) == {"agreement", "market", "production"}
    makers = suppliers[suppliers["kind"] == "production"]
    assert (makers["ramp_per_h"] > 0).all()
    assert makers["activation_h"].min() > suppliers["activation_h"].min()
    assert suppliers.loc[suppliers["kind"] != "market", "contract_end"].notna().all()


def test_jinan_resettlement_points_take_the_people_hit_in_a_year() -> None:
    """Places for 15,000 of every 100,000 residents: the ceiling of the plan, all in one event."""
    region = region_of("luan_jinan")
    residents = region.places.loc[region.places["level"] == "district", "population"].sum()
    wanted = residents * JINAN_MOST_PEOPLE_HIT_OF_100000 / 100_000
    assert wanted <= region.sites["capacity"].sum() <= wanted * 1.001


def test_jinan_forest_fire_members_have_a_beater_each() -> None:
    """362 members of the half-professional teams, 362 beaters in the forest fire store."""
    lots = region_of("luan_jinan").lots
    in_store = lots[lots["warehouse"] == "W-forest"].groupby("item")["quantity"].sum()
    assert in_store["fire_beater"] == JINAN_FIRE_MEMBERS


@pytest.mark.parametrize("name", ["ningbo_jiangbei", "luan_jinan", "chongqing_jiangbei"])
def test_household_stock_lies_at_the_community_points(name: str) -> None:
    """The only place where a plan can count on it: handed out on the spot, water and food at every point."""
    region = region_of(name)
    lots = region.lots[region.lots["source"].str.contains("household")]
    points = set(existing(region, "community")["id"])
    assert set(lots["warehouse"]) == points
    for item in ("water_500ml", "food_ration"):
        assert set(lots.loc[lots["item"] == item, "warehouse"]) == points


@pytest.mark.parametrize("name", FLOOD_DAYS)
def test_lapsing_stock_is_rotated_and_written_off(name: str) -> None:
    """On the day of a flood the sheets have lots to rotate and lots to write off."""
    actions = plan_reorder(region_of(name), FLOOD_DAYS[name]).tables["rotate"]["action"].str
    assert actions.contains("轮换").any()
    assert actions.contains("报废").any()


@pytest.mark.parametrize("name", ["ningbo_jiangbei", "chongqing_jiangbei", "hangzhou_gongshu"])
def test_stock_is_allocated_as_one(name: str) -> None:
    """Stores below their floor are filled from the surplus of others; nothing need be bought."""
    tables = plan_reorder(region_of(name), FLOOD_DAYS[name]).tables
    assert tables["reorder"]["shortage"].sum() > 0
    assert not tables["transfers"].empty
    assert tables["reorder"]["buy"].sum() == 0


@pytest.mark.parametrize("name", ["ningbo_jiangbei", "chongqing_jiangbei"])
def test_each_lot_is_known_from_its_making_to_its_last_count(name: str) -> None:
    """Day of production, last count and owner of every lot; a last day of use if its kind lapses."""
    region = region_of(name)
    lots = region.lots
    assert lots[["produced_on", "counted_on"]].notna().all(axis=None)
    assert (lots["produced_on"] <= lots["counted_on"]).all()
    assert (lots["owner"] != "").all()
    lapses = lots["item"].map(region.items.set_index("id")["shelf_life_months"]).notna()
    assert (lots["expires_on"].notna() == lapses).all()


def test_ningbo_village_points_hold_one_kit() -> None:
    """Every point has the same kinds of goods, those of the multi-hazard villages apart."""
    region = region_of("ningbo_jiangbei")
    lots = region.lots[region.lots["warehouse"].isin(existing(region, "community")["id"])]
    plain = lots[~lots["item"].isin({"satellite_phone", "portable_generator", "drainage_pump"})]
    kits = plain.groupby("warehouse")["item"].agg(set)
    assert len(kits) == len(existing(region, "community"))
    assert all(kit == {"water_500ml", "food_ration", "blanket", "mat"} for kit in kits)


def test_ningbo_regional_team_comes_by_road_and_by_water() -> None:
    """The one regional team that the plan sets up has trucks and boats of its own."""
    fleet = with_modes(region_of("ningbo_jiangbei"))
    team = fleet[fleet["owner"] == "区域性综合应急救援队伍"]
    assert set(team.loc[team["number"] > 0, "mode"]) == {"road", "water"}


def test_chongqing_goods_are_classified_by_the_national_code() -> None:
    """Every good that is held has a class, and goods of all three classes are held."""
    region = region_of("chongqing_jiangbei")
    classes = region.items.set_index("id")["category"]
    held = region.lots.loc[region.lots["quantity"] > 0, "item"].map(classes)
    assert held.notna().all()
    assert set(held.astype(str)) == {"1", "2", "3"}


def test_chongqing_fits_township_stock_to_the_township() -> None:
    """Wubao, behind the ridge, holds twice and more per resident what the township in the middle holds."""
    region = region_of("chongqing_jiangbei")
    stores = existing(region, "township").set_index("id")["place"]
    water = region.lots[region.lots["item"] == "water_500ml"].groupby("warehouse")["quantity"].sum()
    residents = region.places.set_index("id")["population"]
    per_resident = water[stores.index] / residents[stores].to_numpy()
    per_resident.index = pd.Index(stores)
    assert per_resident[WUBAO] >= 2 * per_resident.median()


def test_chongqing_teams_of_all_townships_carry_goods() -> None:
    """A truck of each township's response team, boats of the district's."""
    region = region_of("chongqing_jiangbei")
    fleet = with_modes(region)
    teams = fleet[fleet["owner"].str.endswith("综合应急队") & (fleet["mode"] == "road")]
    townships = region.places.loc[region.places["level"] == "township", "id"]
    assert sorted(teams["base"]) == sorted(townships)
    district = fleet[fleet["owner"] == "区综合应急救援队"]
    assert (district["mode"] == "water").any()


def test_chongqing_social_carriers_bring_most_of_the_road_capacity() -> None:
    """Firms that are not the district's own carry more than half of what trucks can load at once."""
    region = region_of("chongqing_jiangbei")
    fleet = with_modes(region)
    road = fleet[fleet["mode"] == "road"]
    load_kg = road["number"] * road["type"].map(region.vehicle_types.set_index("id")["payload_kg"])
    assert load_kg[road["owner"].str.startswith("社会承运企业")].sum() > load_kg.sum() / 2


def test_gongshu_firms_and_social_bodies_hold_reserves() -> None:
    """Supermarkets, markets and makers, and the Red Cross with the charities, which is ready first."""
    suppliers = region_of("hangzhou_gongshu").suppliers
    social = suppliers["name_zh"].str.contains("红十字会")
    assert social.any()
    assert suppliers.loc[~social, "depot"].nunique() >= 5
    assert suppliers.loc[social, "activation_h"].max() < suppliers.loc[~social, "activation_h"].min()


def test_beijing_city_stores_have_room_for_ten_years_of_growth() -> None:
    """What is in each of them today, a tenth more every year for ten years, still fits."""
    region = region_of("beijing")
    volume = region.lots["item"].map(region.items.set_index("id")["volume_m3"]) * region.lots["quantity"]
    filled = volume.groupby(region.lots["warehouse"]).sum()
    stores = existing(region, "city").set_index("id")
    assert len(stores) > 0
    assert (filled[stores.index] * YEARLY_GROWTH**YEARS <= stores["usable_m3"]).all()


def test_beijing_green_corridor_takes_the_waiting_away() -> None:
    """With the corridor trucks do not wait at signals and turns; without it they do."""
    name = "beijing/mountain-flood"
    usual = load_scenario(name, None, (), ()).scenario.speeds
    corridor = load_scenario(name, None, ("green-corridor",), ()).scenario.speeds
    assert usual.turn_signal_delay_factor > corridor.turn_signal_delay_factor == 1.0


def test_beijing_carriers_stand_ready_in_every_district() -> None:
    """Contract trucks of each of the 16 districts, and the city's own at each of its stores."""
    region = region_of("beijing")
    road = with_modes(region).query("mode == 'road' and number > 0")
    carriers = road[road["owner"].str.endswith("区协议运输企业")]
    districts = region.places.loc[region.places["level"] == "district", "id"]
    assert set(carriers["base"].str[:6]) == set(districts)
    assert set(existing(region, "city")["id"]) <= set(road["load_at"])
