"""Balances rebuilt from the written tables alone: stock, people, time."""

from __future__ import annotations

import functools
import math

import pandas as pd
import pytest
from dispatch_samples import FEW
from hypothesis import given
from hypothesis import strategies as st
from region_samples import assembled, region_to_plan, roads_to_plan

from routing.allocation import allocate
from routing.dispatch import dispatch
from routing.plan import plan_tables
from stockpile.region import Region

Tables = dict[str, pd.DataFrame]

COLUMNS = {
    "trips": "trip_id vehicle_id fleet_id vehicle_type mode sequence source_id dock depart_h arrive_h "
    "load_start_h load_end_h end_h weight_kg volume_m3 drive_km drive_h",
    "stops": "trip_id stop site_id arrive_h unload_start_h unload_end_h weight_kg",
    "load_lines": "trip_id stop site_id pick lot_id item quantity weight_kg volume_m3",
    "legs": "trip_id leg from_id to_id depart_h arrive_h km links via",
    "local_issues": "site_id warehouse_id lot_id item quantity hour",
    "supply": "lot_id source_id item quantity available_h expires_on",
    "demand": "site_id place people item essential quantity_per_person need delivered unmet",
    "coverage": "site_id hour supplied",
    "curve": "hour supplied share",
}
RATE_PER_H = {"S-1": 60.0, "S-2": 20.0, "S-3": 40.0, "S-4": 10.0}
UNIT_KG = {"water": 2.0, "quilt": 3.0, "torch": 0.5}


def tables_of(region: Region) -> Tables:
    """The plan of a region as written."""
    assembly = assembled(region)
    problem = assembly.problem
    plan = dispatch(problem, allocate(problem).flow, iterations=200, seed=1)
    return plan_tables(assembly, plan, roads_to_plan(), region.sites)


@functools.cache
def written() -> Tables:
    """The plan of the sample region with less water on hand, so that the supplier is needed."""
    region = region_to_plan()
    less = region.lots["quantity"].where(region.lots["id"] != "LOT-2", 100)
    return tables_of(region.replace(lots=region.lots.assign(quantity=less)))


def test_vehicles_that_must_return_end_at_their_base() -> None:
    """One more leg, after the last stop of the vehicle's last trip, counted in the trip's totals."""
    region = region_to_plan()
    plan = tables_of(region.replace(fleet=region.fleet.assign(return_required=True)))
    trips, legs = plan["trips"].set_index("trip_id"), plan["legs"]
    last = {trip["vehicle_id"]: name for name, trip in trips.sort_values("sequence").iterrows()}
    home = legs[legs["to_id"].isin(["F-1", "F-2"])].set_index("trip_id")
    assert sorted(home.index) == sorted(last.values())
    for trip_id, way in home.iterrows():
        stops = plan["stops"][plan["stops"]["trip_id"] == trip_id]
        assert way["leg"] == stops["stop"].max() + 1
        assert (way["from_id"], way["to_id"]) == (stops["site_id"].iloc[-1], trips.loc[trip_id, "fleet_id"])
        assert way["depart_h"] == trips.loc[trip_id, "end_h"]
        mine = legs[legs["trip_id"] == trip_id]
        assert trips.loc[trip_id, "drive_km"] == pytest.approx(mine["km"].sum(), abs=0.003)


@st.composite
def plans(draw: st.DrawFn) -> Tables:
    """Plans of the sample region with other stock, hours and vehicles."""
    region = region_to_plan()
    lots = region.lots.assign(quantity=[draw(st.integers(0, 250)) for _ in region.lots.index])
    suppliers = region.suppliers.assign(quantity=draw(st.integers(0, 90)), ramp_per_h=draw(st.floats(1, 60)))
    fleet = region.fleet.assign(number=[draw(st.integers(0, 3)) for _ in region.fleet.index])
    kinds = region.vehicle_types.assign(
        payload_kg=[draw(st.sampled_from([40.0, 150.0, 900.0])) for _ in "tb"]
    )
    return tables_of(region.replace(lots=lots, suppliers=suppliers, fleet=fleet, vehicle_types=kinds))


def seconds(hours: float) -> int:
    """The whole second that a table's hours stand for."""
    return round(hours * 3600)


def test_the_sample_plan_uses_all_there_is_to_write() -> None:
    """Guard for the tests below: several stops, modes, batches, extras, stock on the spot, a second trip."""
    plan = written()
    assert set(plan["trips"]["mode"]) == {"road", "water"}
    assert plan["trips"]["sequence"].max() > 1
    assert plan["stops"]["stop"].max() > 1
    assert plan["load_lines"]["lot_id"].str.startswith("M-1@").any()
    assert (plan["load_lines"]["item"] == "torch").any()
    assert len(plan["local_issues"]) == 2


def test_tables_have_their_columns_and_no_holes() -> None:
    """Names and order as documented, nothing missing, hours with four decimals that give the second back."""
    plan = written()
    assert {name: " ".join(table.columns) for name, table in plan.items()} == COLUMNS
    for table in plan.values():
        assert not table.isna().to_numpy().any()
        for column in table.columns[table.columns.str.endswith("_h")]:
            assert table[column].tolist() == [round(seconds(hour) / 3600, 4) for hour in table[column]]


def test_rows_stand_in_order() -> None:
    """Trips by loading, everything else by its leading columns."""
    plan = written()
    assert plan["trips"]["trip_id"].tolist() == [
        f"T{number:04d}" for number in range(1, len(plan["trips"]) + 1)
    ]
    assert plan["trips"]["load_start_h"].is_monotonic_increasing
    keys = {"stops": 2, "legs": 2, "local_issues": 4, "supply": 1, "coverage": 2, "curve": 1}
    for name, count in keys.items():
        rows = list(plan[name].iloc[:, :count].itertuples(index=False, name=None))
        assert rows == sorted(rows), name


@FEW
@given(plans())
def test_no_lot_gives_more_than_it_has_nor_before_it_is_ready(plan: Tables) -> None:
    """Per lot: units on all load lines <= supply, loaded at its own source, of its item, from its hour on."""
    lines = plan["load_lines"].merge(plan["trips"], on="trip_id", suffixes=("", "_trip"))
    lots = plan["supply"].set_index("lot_id")
    for line in lines.to_dict("records"):
        lot = lots.loc[line["lot_id"]]
        assert (line["source_id"], line["item"]) == (lot["source_id"], lot["item"])
        assert line["load_start_h"] >= lot["available_h"]
    issued = lines.groupby("lot_id")["quantity"].sum()
    assert (issued <= lots["quantity"].reindex(issued.index)).all()
    assert (lines["quantity"] > 0).all()


@FEW
@given(plans())
def test_lots_leave_in_their_order(plan: Tables) -> None:
    """First expired, first out; batches as they get ready: each lot is emptied before the next."""
    lines = plan["load_lines"].merge(plan["trips"][["trip_id", "load_start_h"]], on="trip_id")
    lots = plan["supply"].assign(last_day=plan["supply"]["expires_on"].replace("", "9999-99-99"))
    for (_, item), shelf in lots.groupby(["source_id", "item"]):
        order = shelf.sort_values(["available_h", "last_day"], kind="stable")
        mine = lines[lines["lot_id"].isin(shelf["lot_id"])].sort_values(["load_start_h", "trip_id", "pick"])
        assert (mine["item"] == item).all()
        issued = [
            lot for lot, units in zip(mine["lot_id"], mine["quantity"], strict=True) for _ in range(units)
        ]
        shelved = [
            lot for lot, units in zip(order["lot_id"], order["quantity"], strict=True) for _ in range(units)
        ]
        assert issued == shelved[: len(issued)]


@FEW
@given(plans())
def test_weights_and_volumes_add_up(plan: Tables) -> None:
    """Load lines make the stops, stops make the trips, picks count through each trip."""
    lines, stops, trips = plan["load_lines"], plan["stops"], plan["trips"].set_index("trip_id")
    units = lines["item"].map(UNIT_KG).astype(float) * lines["quantity"]
    assert lines["weight_kg"].tolist() == pytest.approx(units.tolist())
    by_stop = lines.groupby(["trip_id", "stop", "site_id"])["weight_kg"].sum()
    keys = list(stops[["trip_id", "stop", "site_id"]].itertuples(index=False, name=None))
    assert sorted(keys) == sorted(by_stop.index)
    assert stops["weight_kg"].tolist() == pytest.approx([by_stop[key] for key in keys])
    for trip_id, mine in lines.groupby("trip_id"):
        assert mine["pick"].tolist() == list(range(1, len(mine) + 1))
        assert trips.loc[trip_id, "weight_kg"] == pytest.approx(mine["weight_kg"].sum())
        assert trips.loc[trip_id, "volume_m3"] == pytest.approx(mine["volume_m3"].sum())


@FEW
@given(plans())
def test_delivered_and_unmet_make_the_need(plan: Tables) -> None:
    """Per site and item: need = ceil(people * quantity); delivered = load lines + issues on the spot."""
    brought = (
        pd.concat([plan["load_lines"], plan["local_issues"]]).groupby(["site_id", "item"])["quantity"].sum()
    )
    for row in plan["demand"].to_dict("records"):
        assert row["need"] == math.ceil(row["people"] * row["quantity_per_person"] - 1e-9)
        assert row["delivered"] == brought.get((row["site_id"], row["item"]), 0)
        assert row["unmet"] == row["need"] - row["delivered"] >= 0
    assert plan["demand"].loc[plan["demand"]["site_id"] == "S-4", "delivered"].sum() == 0


@FEW
@given(plans())
def test_people_follow_from_drops_and_the_hand_out(plan: Tables) -> None:
    """Coverage is S(t) = min over s of A(s) + r (t - s), with A from stops, load lines and issues alone."""
    ends = plan["stops"].set_index(["trip_id", "stop"])["unload_end_h"]
    drops: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for line in plan["load_lines"].to_dict("records"):
        second = seconds(ends[line["trip_id"], line["stop"]])
        drops.setdefault((line["site_id"], line["item"]), []).append((second, line["quantity"]))
    for issue in plan["local_issues"].to_dict("records"):
        drops.setdefault((issue["site_id"], issue["item"]), []).append((-1, issue["quantity"]))
    basket = plan["demand"][plan["demand"]["essential"]]
    for row in plan["coverage"].to_dict("records"):
        mine = basket[basket["site_id"] == row["site_id"]].to_dict("records")
        now, rate = seconds(row["hour"]), RATE_PER_H[row["site_id"]] / 3600

        def available(before: int, mine: list[dict[str, object]] = mine, site: str = row["site_id"]) -> float:
            held = [
                sum(units for second, units in drops.get((site, need["item"]), []) if second < before)
                / need["quantity_per_person"]
                for need in mine
            ]
            return min(*held, mine[0]["people"])

        changes = {0, now, *(second for item in drops.values() for second, _ in item if 0 <= second < now)}
        reached = min(
            [rate * now, *(available(second) + rate * (now - second) for second in changes if second)]
        )
        assert row["supplied"] == math.floor((reached if now else 0.0) + 1e-6), row


@FEW
@given(plans())
def test_the_curve_is_the_sum_of_the_sites(plan: Tables) -> None:
    """Every whole hour, every target, the horizon; people add up over sites, shares are of the affected."""
    curve, coverage = plan["curve"], plan["coverage"]
    assert curve["hour"].tolist() == [0.0, 1.0, 2.0, 3.0, 3.5, 4.0, 5.0, 6.0]
    assert curve["supplied"].tolist() == coverage.groupby("hour")["supplied"].sum().tolist()
    people = plan["demand"].drop_duplicates("site_id")["people"].sum()
    assert curve["share"].tolist() == [round(supplied / people, 6) for supplied in curve["supplied"]]
    assert curve["supplied"].is_monotonic_increasing


@FEW
@given(plans())
def test_each_vehicle_is_in_one_place_at_a_time(plan: Tables) -> None:
    """Legs begin where and when the last thing ended: base, dock, site after site, dock again."""
    legs, stops = plan["legs"].set_index(["trip_id", "leg"]), plan["stops"].set_index(["trip_id", "stop"])
    for _, mine in plan["trips"].groupby("vehicle_id"):
        assert mine["sequence"].tolist() == list(range(1, len(mine) + 1))
        here, clock = mine["fleet_id"].iloc[0], None
        for trip in mine.to_dict("records"):
            first = legs.loc[trip["trip_id"], 0]
            assert (first["from_id"], first["to_id"]) == (here, trip["source_id"])
            assert (first["depart_h"], first["arrive_h"]) == (trip["depart_h"], trip["arrive_h"])
            assert clock is None or clock == first["depart_h"]
            assert trip["arrive_h"] <= trip["load_start_h"] < trip["load_end_h"]
            here, clock = trip["source_id"], trip["load_end_h"]
            for number, stop in stops.loc[[trip["trip_id"]]].droplevel(0).iterrows():
                leg = legs.loc[trip["trip_id"], number]
                assert (leg["from_id"], leg["to_id"], leg["depart_h"]) == (here, stop["site_id"], clock)
                assert leg["arrive_h"] == stop["arrive_h"] == stop["unload_start_h"] < stop["unload_end_h"]
                here, clock = stop["site_id"], stop["unload_end_h"]
            assert clock == trip["end_h"]


@FEW
@given(plans())
def test_kilometres_and_hours_of_trips_are_those_of_their_legs(plan: Tables) -> None:
    """drive_km and drive_h add up; legs without a link join points that share a node."""
    legs = plan["legs"].assign(hours=plan["legs"]["arrive_h"] - plan["legs"]["depart_h"])
    for trip in plan["trips"].to_dict("records"):
        mine = legs[legs["trip_id"] == trip["trip_id"]]
        assert trip["drive_km"] == pytest.approx(mine["km"].sum(), abs=0.0006 * len(mine))
        assert trip["drive_h"] == pytest.approx(mine["hours"].sum(), abs=0.0002 * len(mine))
        assert (mine.loc[mine["links"] == "", "km"] < 0.5).all()


def test_supply_lists_all_that_could_be_loaded_or_handed_out() -> None:
    """Every usable lot and batch of the basket's items, whether used or not."""
    lots = dict(zip(written()["supply"]["lot_id"], written()["supply"]["quantity"], strict=True))
    assert lots == {
        "LOT-1": 150,
        "LOT-2": 100,
        "LOT-3": 200,
        "LOT-4": 20,
        "M-1@0": 40,
        "M-1@1": 40,
        "M-1@2": 10,
    }
