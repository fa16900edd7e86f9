"""The region of verify_fixture as planning reads it, and as a dispatch problem."""

from __future__ import annotations

import numpy as np
import pandas as pd
from verify_fixture import small_context, small_network, small_region

from routing.assemble import Assembly, ReliefOrder, assemble
from routing.closures import Closure, apply_closures
from routing.road_network import RoadNetwork
from routing.road_periods import always
from stockpile.region import Region


def region_to_plan() -> Region:
    """The region of verify_fixture with the columns that only planning reads."""
    region = small_region()
    kinds = region.vehicle_types.assign(
        name_zh="",
        name_en="",
        gross_weight_t=np.nan,
        height_m=np.nan,
        speed_factor=1.0,
        cruise_kph=np.where(region.vehicle_types["mode"] == "water", 20.0, np.nan),
        wade_depth_m=0.3,
        cost_per_km=4.0,
        cost_per_h=60.0,
        crew=2,
    )
    return region.replace(
        lots=region.lots.assign(produced_on=None), fleet=region.fleet.assign(owner=""), vehicle_types=kinds
    )


def planning_order() -> ReliefOrder:
    """What verify_fixture's plan answers, with the targets in falling order."""
    context = small_context()
    return ReliefOrder(
        people=pd.Series(dict(context.people)),
        need=context.need,
        on=context.on,
        target_s=tuple(round(hour * 3600) for hour in reversed(context.target_hours)),
        horizon_s=context.horizon_s,
    )


def roads_to_plan() -> RoadNetwork:
    """The roads of verify_fixture."""
    return small_network()


def assembled(region: Region | None = None) -> Assembly:
    """The region of verify_fixture as a problem: L3 under deep water, L5 closed."""
    network = roads_to_plan()
    closures = [
        Closure("flood", links=frozenset({"L3"}), depth_m=0.45),
        Closure("bridge", links=frozenset({"L5"})),
    ]
    roads = always(apply_closures(network, closures))
    return assemble(region_to_plan() if region is None else region, network, roads, planning_order())
