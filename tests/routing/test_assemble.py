"""A region, its people and its damaged roads as arrays: every figure found again, in core units."""

from __future__ import annotations

from dataclasses import asdict, replace

import numpy as np
import pandas as pd
import pytest
from region_samples import assembled, planning_order, region_to_plan, roads_to_plan

from routing.assemble import FirstGoodsOrder, assemble
from routing.closures import apply_closures
from routing.road_periods import always

# The region is that of verify_fixture: W-1 and W-2 load, W-3 is a community point, W-4 a candidate, the
# depot Mill belongs to a supplier; two trucks F-1 and a boat F-2; L3 is flooded, the bridge of L5 is down.


def test_points_are_loading_points_then_sites_then_bases() -> None:
    """Warehouses by id, depots after them, sites by id, one base a fleet row."""
    found = assembled()
    assert found.problem.source_ids == ("W-1", "W-2", "Mill")
    assert found.problem.site_ids == ("S-1", "S-2", "S-3", "S-4")
    assert found.point_ids == ("W-1", "W-2", "Mill", "S-1", "S-2", "S-3", "S-4", "F-1", "F-2")
    assert found.problem.vehicle_ids == ("F-1#01", "F-1#02", "F-2#01")
    assert found.problem.vehicle_base.tolist() == [7, 7, 8]


def test_figures_come_in_seconds_and_kilograms() -> None:
    """30 min are 1,800 s, 3.6 t/h are 1 kg/s, 60 persons an hour one a minute; a depot never closes."""
    problem = assembled().problem
    assert problem.source_ready_s.tolist() == [1800, 1800, 0]
    assert problem.docks.tolist() == [1, 1, 1]
    assert problem.dock_kg_per_s.tolist() == [1.0, 1.0, 1.0]
    assert problem.handout_per_s * 3600 == pytest.approx([60.0, 20.0, 40.0, 10.0])
    assert problem.vehicle_ready_s.tolist() == [1200, 1200, 360]
    assert problem.vehicle_until_s.tolist() == [21_600, 21_600, 18_000]
    assert dict(zip(problem.type_ids, problem.stop_s.tolist(), strict=True)) == {"boat": 300, "truck": 600}


def test_rules_of_vehicles_follow_their_rows() -> None:
    """Both trucks of F-1 and their yard load at the depot only, return, and drive two hours at most."""
    region = region_to_plan()
    fleet = region.fleet.assign(
        load_at=["Mill", ""], return_required=[True, False], max_drive_h=[2.0, np.nan]
    )
    problem = assembled(region.replace(fleet=fleet)).problem
    assert problem.vehicle_source.tolist() == [2, 2, -1]
    assert problem.vehicle_returns.tolist() == [True, True, False]
    assert problem.vehicle_drive_s.tolist() == [7200.0, 7200.0, np.inf]
    yards = problem.yards
    assert (yards.source.tolist(), yards.returns.tolist()) == ([2, -1], [True, False])
    assert yards.drive_s.tolist() == [7200.0, np.inf]


def test_needs_follow_people_and_basket() -> None:
    """2 waters, 1 quilt and a tenth of a torch a person, rounded up to whole units a site."""
    problem = assembled().problem
    by_item = dict(zip(problem.item_ids, problem.need.T.tolist(), strict=True))
    assert by_item == {"water": [200, 100, 80, 20], "quilt": [100, 50, 40, 10], "torch": [10, 5, 4, 1]}
    assert dict(zip(problem.item_ids, problem.essential.tolist(), strict=True)) == {
        "water": True,
        "quilt": True,
        "torch": False,
    }


def test_stock_counts_what_vehicles_may_load() -> None:
    """Expired and candidate lots are out, community stock is on the spot, the supplier's batches are in."""
    problem = assembled().problem
    water, quilt = problem.item_ids.index("water"), problem.item_ids.index("quilt")
    assert problem.stock[:, water].tolist() == [650, 0, 90]
    assert problem.stock[:, quilt].tolist() == [200, 0, 0]
    assert problem.on_site_units[:, water].tolist() == [0, 40, 0, 0]
    assert problem.to_deliver[:, quilt].tolist() == [100, 30, 40, 10]


def test_each_mode_reaches_what_its_roads_reach() -> None:
    """Trucks reach S-1 and S-2, the boat S-3, nobody S-4."""
    problem = assembled().problem
    assert problem.reach("road").any(axis=0).tolist() == [True, True, False, False]
    assert problem.reach("water").any(axis=0).tolist() == [False, False, True, False]
    assert problem.reachable.tolist() == [True, True, True, False]


def test_sites_without_affected_people_are_left_out() -> None:
    """Only sites that the order names."""
    order = planning_order()
    fewer = replace(order, people=order.people.drop("S-2"))
    network = roads_to_plan()
    found = assemble(region_to_plan(), network, always(apply_closures(network, ())), fewer)
    assert found.problem.site_ids == ("S-1", "S-3", "S-4")
    assert found.problem.people.tolist() == [100, 40, 10]


def test_the_order_of_rows_in_the_tables_means_nothing() -> None:
    """Shuffled tables give the same problem."""
    region = region_to_plan()
    turned = region.replace(
        **{
            name: getattr(region, name).iloc[::-1].reset_index(drop=True)
            for name in ("warehouses", "lots", "sites", "fleet", "items", "vehicle_types", "suppliers")
        }
    )
    np.testing.assert_equal(asdict(assembled(turned).problem), asdict(assembled().problem))


def test_a_region_without_vehicles_or_stock_still_makes_a_problem() -> None:
    """Empty tables are a situation like any other."""
    region = region_to_plan()
    bare = region.replace(
        fleet=region.fleet.iloc[:0], lots=region.lots.iloc[:0], suppliers=region.suppliers.iloc[:0]
    )
    problem = assembled(bare).problem
    assert (problem.source_ids, problem.vehicle_ids, problem.type_ids) == (("W-1", "W-2"), (), ())
    assert (problem.need.shape, problem.stock.sum(), problem.modes) == ((4, 3), 0, ())
    assert not problem.reachable.any()


def test_who_is_short_is_not_cut_off() -> None:
    """With empty shelves, or with yards that have no vehicle today, the same sites are in reach."""
    region = region_to_plan()
    empty = region.replace(lots=region.lots.iloc[:0], suppliers=region.suppliers.iloc[:0])
    idle = region.replace(fleet=region.fleet.assign(number=0))
    for short in (empty, idle):
        problem = assembled(short).problem
        assert problem.reachable.tolist() == [True, True, True, False]
        assert not any(problem.reach(mode).any() for mode in problem.modes)
    assert assembled(idle).problem.vehicle_ids == ()


def test_vehicles_that_are_never_on_duty_take_no_part() -> None:
    """A fleet row called out after the horizon brings neither vehicles nor a type."""
    region = region_to_plan()
    late = region.fleet.assign(available_from_h=np.where(region.fleet["id"] == "F-2", 9.0, 0.0))
    problem = assembled(region.replace(fleet=late)).problem
    assert problem.vehicle_ids == ("F-1#01", "F-1#02")
    assert problem.type_ids == ("truck",)


def test_people_are_counted_whole() -> None:
    """The order's people arrive as they are, none scaled to what can be supplied."""
    assert assembled().problem.people.tolist() == [100, 50, 40, 10]
    assert pd.api.types.is_integer_dtype(assembled().problem.people.dtype)


def test_promises_of_first_goods_are_the_orders_by_hour() -> None:
    """Sources are the warehouses named, townships those of sites with people, the earliest promise first."""
    network, order = roads_to_plan(), planning_order()
    asked = replace(
        order,
        people=order.people.where(order.people.index != "S-2", 0),
        first_goods=(FirstGoodsOrder(7200, frozenset({"W-1"})), FirstGoodsOrder(3600, frozenset({"W-2"}))),
        township={"S-1": "T2", "S-2": "T0", "S-3": "T1", "S-4": "T2"},
    )
    problem = assemble(region_to_plan(), network, always(apply_closures(network, [])), asked).problem
    assert [promise.due_s for promise in problem.first_goods] == [3600, 7200]
    assert [promise.source.tolist() for promise in problem.first_goods] == [
        [False, True, False],
        [True, False, False],
    ]
    with_people = [number > 0 for number in problem.people.tolist()]
    assert with_people == [True, False, True, True]
    assert problem.first_goods[0].township.tolist() == [1, -1, 0, 1]
