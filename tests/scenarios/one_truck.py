"""One truck, two loading points and a village of ten: a dispatch problem to change column by column."""

from __future__ import annotations

import numpy as np

from routing.problem import DispatchProblem, Floats, OnSite, Supply, Yards

STOP_S = 60
"""Seconds of a stop of the truck."""

DAY_S = 24 * 3600


def one_truck(travel_s: Floats, *, stock: tuple[int, ...]) -> DispatchProblem:
    """A truck that stands ready all day at the first base, point 3 after W0, W1 and the village S0.

    It loads anywhere and returns nowhere; `stock` are units of water at the first loading points.
    """
    none, lots = np.zeros(0, dtype=np.int64), np.arange(len(stock))
    return DispatchProblem(
        source_ids=("W0", "W1"),
        site_ids=("S0",),
        item_ids=("water",),
        vehicle_ids=("V0",),
        type_ids=("truck",),
        people=np.array([10]),
        handout_per_s=np.ones(1),
        per_person=np.ones(1),
        essential=np.ones(1, dtype=np.bool_),
        weight_kg=np.ones(1),
        volume_m3=np.full(1, 0.01),
        need=np.array([[10]]),
        supply=Supply(
            lot_ids=tuple(f"L{lot}" for lot in lots.tolist()),
            source=lots,
            item=0 * lots,
            quantity=np.array(stock),
            available_s=0 * lots,
            expires_on=("",) * len(lots),
        ),
        on_site=OnSite((), (), none, none, none),
        docks=np.ones(2, dtype=np.int64),
        dock_kg_per_s=np.ones(2),
        source_ready_s=np.zeros(2, dtype=np.int64),
        vehicle_type=np.array([0]),
        vehicle_base=np.array([3]),
        vehicle_ready_s=np.array([0]),
        vehicle_until_s=np.array([DAY_S]),
        vehicle_source=np.array([-1]),
        vehicle_returns=np.array([False]),
        vehicle_drive_s=np.array([np.inf]),
        yards=Yards(
            point=np.array([3]),
            type=np.array([0]),
            ready_s=np.array([0]),
            until_s=np.array([DAY_S]),
            source=np.array([-1]),
            returns=np.array([False]),
            drive_s=np.array([np.inf]),
        ),
        type_mode=("road",),
        payload_kg=np.full(1, 1000.0),
        load_volume_m3=np.full(1, 10.0),
        stop_s=np.array([STOP_S]),
        unload_kg_per_s=np.ones(1),
        cost_per_km=np.zeros(1),
        cost_per_h=np.zeros(1),
        travel_s=travel_s,
        travel_m=travel_s,
        target_s=(8 * 3600,),
        horizon_s=DAY_S,
    )
