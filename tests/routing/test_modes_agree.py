"""Planner and verification work out the ways of aircraft, drones and porters apart: they must agree."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from dispatch_samples import FEW
from hypothesis import given
from hypothesis import strategies as st
from region_samples import planning_order, region_to_plan, roads_to_plan
from verify_fixture import reported_figures, small_context, small_plan, small_state

from routing.allocation import allocate
from routing.assemble import assemble
from routing.dispatch import dispatch
from routing.plan import plan_tables
from routing.road_periods import always
from routing.verify import RoadsInForce, verify_plan
from stockpile.region import Region

MOVEMENT = {"vehicle", "overlap", "shift", "timeline", "legs", "route", "closed_link", "landing", "range"} | {
    *("drive_time", "distance", "drive_totals", "isolated", "capacity", "source"),
    *("load_at", "return", "driving"),
}


@st.composite
def regions(draw: st.DrawFn) -> Region:
    """The region of verify_fixture with other modes, ranges and rules, and landing points anywhere."""
    region = region_to_plan()
    flag = st.booleans()
    kinds = region.vehicle_types.to_dict("records")
    for kind in kinds:
        kind["mode"] = draw(st.sampled_from(["road", "water", "air", "drone", "porter"]))
        kind["cruise_kph"] = np.nan if kind["mode"] == "road" else draw(st.sampled_from([5.0, 60.0]))
        short = kind["mode"] in ("air", "drone", "porter")
        kind["range_km"] = draw(st.sampled_from([5.0, 11.0, 15.0, 25.0, np.nan])) if short else np.nan
        kind["wade_depth_m"] = draw(st.sampled_from([0.3, 0.4]))
    fleet = region.fleet.assign(
        load_at=[draw(st.sampled_from(["", "", "W-1", "W-2", "Mill"])) for _ in region.fleet.index],
        return_required=[draw(flag) for _ in region.fleet.index],
        max_drive_h=[draw(st.sampled_from([np.nan, 0.6, 1.2])) for _ in region.fleet.index],
    )
    return region.replace(
        fleet=fleet,
        vehicle_types=pd.DataFrame(kinds),
        warehouses=region.warehouses.assign(helipad=[draw(flag) for _ in region.warehouses.index]),
        sites=region.sites.assign(landing=[draw(flag) for _ in region.sites.index]),
    )


@FEW
@given(regions())
def test_plans_of_every_mode_pass_the_verification(region: Region) -> None:
    """Legs, ranges, landing points and isolated sites, whatever the modes."""
    network = roads_to_plan()
    state = small_state(network)
    assembly = assemble(region, network, always(state), planning_order())
    problem = assembly.problem
    tables = plan_tables(
        assembly, dispatch(problem, allocate(problem).flow, iterations=40, seed=1), network, region.sites
    )
    cut = np.flatnonzero(~problem.reachable)
    tables["isolated"] = pd.DataFrame(
        {"site_id": np.array(problem.site_ids)[cut], "people": problem.people[cut]}
    )
    tables["targets"] = small_plan()["targets"]
    roads = tuple(RoadsInForce(0, seconds, state) for seconds in assembly.edge_seconds)
    context = replace(small_context(), region=region, roads=roads)
    check = verify_plan(tables, context, reported=reported_figures())
    assert [str(found) for found in check.violations if found.rule in MOVEMENT | {"tables"}] == []
