"""Problems without one limit keep every other rule of vehicles and roads."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from one_truck import one_truck

from routing.problem import DispatchProblem, Spell, Yards
from routing.ways import Leg, Ways
from scenarios.gaps import MORE_VEHICLES, lifted_problems

H = 3600


def two_yards() -> DispatchProblem:
    """One truck that loads at W0 only, must return and drives 5 h; a second yard, bound to W1, stands empty.

    Points: W0, W1, S0, two bases. No way is open before 3 h; from then on every way takes an hour.
    """
    shut = np.full((1, 5, 5), np.inf)
    shut[0, range(5), range(5)] = 0.0
    hour = np.where(np.isfinite(shut), 0.0, float(H))
    return replace(
        one_truck(shut, stock=(10,)),
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
