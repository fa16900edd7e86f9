"""Problems without one limit keep every other rule of vehicles and roads."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from routing.problem import DispatchProblem, OnSite, Spell, Supply, Yards
from routing.ways import Leg, Ways
from scenarios.gaps import MORE_VEHICLES, lifted_problems

H = 3600


def two_yards() -> DispatchProblem:
    """One truck that loads at W0 only, must return and drives 5 h; a second yard, bound to W1, stands empty.

    Points: W0, W1, S0, two bases. No way is open before 3 h; from then on every way takes an hour.
    """
    none = np.zeros(0, dtype=np.int64)
    shut = np.full((1, 5, 5), np.inf)
    shut[0, range(5), range(5)] = 0.0
    hour = np.where(np.isfinite(shut), 0.0, float(H))
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
        supply=Supply(("L0",), np.array([0]), np.array([0]), np.array([10]), np.array([0]), ("",)),
        on_site=OnSite((), (), none, none, none),
        docks=np.ones(2, dtype=np.int64),
        dock_kg_per_s=np.ones(2),
        source_ready_s=np.zeros(2, dtype=np.int64),
        vehicle_type=np.array([0]),
        vehicle_base=np.array([3]),
        vehicle_ready_s=np.array([0]),
        vehicle_until_s=np.array([24 * H]),
        vehicle_source=np.array([0]),
        vehicle_returns=np.array([True]),
        vehicle_drive_s=np.array([5.0 * H]),
        yards=Yards(
            point=np.array([3, 4]),
            type=np.array([0, 0]),
            ready_s=np.array([0, 0]),
            until_s=np.array([24 * H, 12 * H]),
            source=np.array([0, 1]),
            returns=np.array([True, False]),
            drive_s=np.array([5.0 * H, np.inf]),
        ),
        type_mode=("road",),
        payload_kg=np.full(1, 1000.0),
        load_volume_m3=np.full(1, 10.0),
        stop_s=np.array([60]),
        unload_kg_per_s=np.ones(1),
        cost_per_km=np.zeros(1),
        cost_per_h=np.zeros(1),
        travel_s=shut,
        travel_m=shut,
        target_s=(8 * H,),
        horizon_s=24 * H,
        spells=(Spell(3 * H, 24 * H, hour, hour),),
    )


def without(cause: str) -> DispatchProblem:
    """The problem without that limit."""
    lifted = {one.cause: one.problem() for one in lifted_problems(two_yards(), {})}
    return lifted[cause]


def test_more_vehicles_keep_the_rules_of_their_yards() -> None:
    """Every truck and one of the empty yard, several times, each with its own loading point and limits."""
    more = without("fleet")
    assert more.vehicle_source.tolist() == [0, 1] * MORE_VEHICLES
    assert more.vehicle_returns.tolist() == [True, False] * MORE_VEHICLES
    assert more.vehicle_drive_s.tolist() == [5.0 * H, np.inf] * MORE_VEHICLES


def test_without_distance_roads_open_when_they_open() -> None:
    """The way takes no time from 3 h on, and there is none before."""
    assert Ways(without("distance")).leg(0, 0, 2, 0) == Leg(3 * H, 3 * H, float(H), 1)


def test_a_yard_that_is_bound_reaches_what_its_loading_point_reaches() -> None:
    """With W0 cut off for good only the empty yard could come, over W1."""
    problem = two_yards()
    (spell,) = problem.spells
    legs = spell.travel_s.copy()
    legs[0, 0] = np.inf
    over_w1 = replace(problem, spells=(replace(spell, travel_s=legs),))
    assert over_w1.reachable.tolist() == [True]
    assert not over_w1.reach("road").any()
