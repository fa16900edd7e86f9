"""A region whose bridge reopens: trucks wait for it, plans are drawn on the roads of their time and pass."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from dispatch_samples import FEW
from hypothesis import given
from hypothesis import strategies as st
from region_samples import planning_order, region_to_plan, roads_to_plan
from test_modes_agree import MOVEMENT, regions
from verify_fixture import hours, reported_figures, small_context, small_plan

from routing.allocation import allocate
from routing.assemble import Assembly, assemble
from routing.closures import Closure, pick_edges
from routing.dispatch import Dispatch, dispatch
from routing.plan import plan_tables
from routing.problem import DispatchProblem
from routing.road_periods import RoadPeriod, road_periods
from routing.timeline import Replay, Routes, Stop
from routing.verify import RoadsInForce, verify_plan
from stockpile.region import Region

H = 3600
NETWORK = roads_to_plan()
FLOOD = Closure("flood", links=frozenset({"L3"}), depth_m=0.45)
BRIDGE_UNTIL_3_H = Closure("bridge", links=frozenset({"L5"}), until_h=3.0)

Tables = dict[str, pd.DataFrame]


def roads_of(*closures: Closure) -> tuple[RoadPeriod, ...]:
    """The roads of verify_fixture under these closures."""
    picks = [pick_edges(NETWORK, closure) for closure in closures]
    return road_periods(NETWORK, picks, planning_order().horizon_s)


def written(assembly: Assembly, plan: Dispatch, region: Region) -> Tables:
    """The tables of a plan, with the isolated sites."""
    problem = assembly.problem
    cut = np.flatnonzero(~problem.reachable)
    tables = plan_tables(assembly, plan, NETWORK, region.sites)
    tables["isolated"] = pd.DataFrame(
        {"site_id": np.array(problem.site_ids)[cut], "people": problem.people[cut]}
    )
    tables["targets"] = small_plan()["targets"]
    return tables


def broken(tables: Tables, assembly: Assembly, roads: tuple[RoadPeriod, ...], region: Region) -> list[str]:
    """Rules of movement that the plan breaks."""
    in_force = tuple(
        RoadsInForce(period.start_s, seconds, period.state)
        for period, seconds in zip(roads, assembly.edge_seconds, strict=True)
    )
    context = replace(small_context(), region=region, roads=in_force)
    check = verify_plan(tables, context, reported=reported_figures())
    return [str(found) for found in check.violations if found.rule in MOVEMENT | {"tables"}]


def driven(problem: DispatchProblem, routes: Routes) -> Dispatch:
    """The plan that drives these routes."""
    outcome = Replay(problem).evaluate(routes)
    return replace(dispatch(problem, allocate(problem).flow, iterations=0, seed=1), driven=outcome.driven)


def to_the_last_site(problem: DispatchProblem) -> Dispatch:
    """The first truck brings ten units of water from W-1 to S-4, beyond the bridge."""
    units = tuple(10 if item == "water" else 0 for item in problem.item_ids)
    stop = Stop(problem.site_ids.index("S-4"), units)
    trip = Replay(problem).make_trip(problem.source_ids.index("W-1"), [stop])
    return driven(problem, ((trip,), (), ()))


def test_a_truck_waits_at_the_warehouse_until_the_bridge_is_open() -> None:
    """From 3 h on 10 km at 65 km/h, 10 km at 55 and 4 km at 40, 26.69 s of access at either end: 1,622 s.

    The truck is loaded long before; the site beyond the bridge is not cut off, and the plan passes.
    """
    region, roads = region_to_plan(), roads_of(FLOOD, BRIDGE_UNTIL_3_H)
    assembly = assemble(region, NETWORK, roads, planning_order())
    problem = assembly.problem
    assert problem.reachable.all()
    assert [(spell.from_s, spell.until_s) for spell in problem.spells] == [(3 * H, 6 * H)]
    tables = written(assembly, to_the_last_site(problem), region)
    assert tables["trips"]["load_end_h"].iloc[0] < 1.0
    leg = tables["legs"].iloc[1]
    assert (leg["from_id"], leg["to_id"], leg["links"]) == ("W-1", "S-4", "L1 L2 L5")
    assert (leg["depart_h"], leg["arrive_h"]) == (3.0, hours(3 * H + 1622))
    assert broken(tables, assembly, roads, region) == []


def test_the_same_plan_an_hour_before_the_bridge_opens_is_caught() -> None:
    """The verification knows the roads of each hour: with the bridge shut until 4 h the link is closed."""
    region, roads = region_to_plan(), roads_of(FLOOD, BRIDGE_UNTIL_3_H)
    assembly = assemble(region, NETWORK, roads, planning_order())
    tables = written(assembly, to_the_last_site(assembly.problem), region)
    later = roads_of(FLOOD, replace(BRIDGE_UNTIL_3_H, until_h=4.0))
    found = broken(tables, assembly, later, region)
    assert any(message.startswith("closed_link: trip T0001 leg 1: link L5") for message in found)


def test_roads_that_change_for_nobody_cost_nothing() -> None:
    """A reopening that shortens no way leaves the problem as it is: L2 leads where the one-way L6 does."""
    side = Closure("side", links=frozenset({"L6"}), until_h=3.0)
    changing = assemble(region_to_plan(), NETWORK, roads_of(FLOOD, side), planning_order()).problem
    assert changing.spells == ()


CLOSED = st.builds(
    Closure,
    id=st.sampled_from(["a", "b", "c"]),
    links=st.sets(st.sampled_from(["L1", "L2", "L3", "L4", "L5", "L6"]), min_size=1, max_size=3).map(
        frozenset
    ),
    from_h=st.sampled_from([-np.inf, 0.5, 1.0]),
    until_h=st.sampled_from([1.5, 3.0, np.inf]),
    depth_m=st.sampled_from([None, None, 0.25, 0.55]),
)


@FEW
@given(regions(), st.lists(CLOSED, max_size=3), st.data())
def test_plans_on_changing_roads_pass_the_verification(
    region: Region, closures: list[Closure], data: st.DataObject
) -> None:
    """Any trips by any mode, on roads that close, flood and reopen: every leg is open while it is driven."""
    roads = roads_of(*closures)
    assembly = assemble(region, NETWORK, roads, planning_order())
    problem = assembly.problem
    replay = Replay(problem)
    place = st.tuples(st.integers(0, len(problem.source_ids) - 1), st.integers(0, len(problem.site_ids) - 1))
    water = tuple(1 if item == "water" else 0 for item in problem.item_ids)
    routes = tuple(
        tuple(
            replay.make_trip(source, [Stop(site, water)])
            for source, site in data.draw(st.lists(place, max_size=4))
        )
        for _ in problem.vehicle_ids
    )
    tables = written(assembly, driven(problem, routes), region)
    assert broken(tables, assembly, roads, region) == []
