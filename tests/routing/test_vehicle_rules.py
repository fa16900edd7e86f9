"""Rules of single vehicles: where they load, when they are back, how long they drive; worked out by hand.

Unless a test says otherwise the base stands 50 s behind the warehouse and the site 300 s before it; loading
and dropping ten units take 70 s each. The first trip is loaded at 120 s, dropped at 490 s and back at 840 s;
the second one loads after 300 s of driving, is dropped at 1,230 s and back at 1,580 s.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from dispatch_rules import broken_rules
from dispatch_samples import Kind, Site, Source, Vehicle, build, trip

from routing.problem import DispatchProblem
from routing.timeline import DrivenTrip, Replay
from routing.ways import THROUGHOUT, Leg

KIND = Kind(per_km=4.0, per_h=36.0)


def one_vehicle(vehicle: Vehicle) -> DispatchProblem:
    """The problem above."""
    return build(sources=[Source(0, (99,))], sites=[Site(300, 99)], vehicles=[vehicle], kinds=[KIND])


def driven_twice(problem: DispatchProblem) -> tuple[DrivenTrip, ...]:
    """What is driven of two trips with ten units each."""
    replay = Replay(problem)
    driven = replay.drive(((trip(replay, 0, (0, (10,))),) * 2,))
    assert not broken_rules(problem, driven)
    return driven


@pytest.mark.parametrize(("load_at", "loaded_at"), [(-1, [0, 1]), (0, [0]), (1, [])])
def test_a_vehicle_loads_only_where_it_may(load_at: int, loaded_at: list[int]) -> None:
    """A trip from elsewhere drops out, and so do those behind it."""
    problem = build(
        sources=[Source(0, (9,)), Source(0, (9,))], sites=[Site(300, 9)], vehicles=[Vehicle(load_at=load_at)]
    )
    replay = Replay(problem)
    routes = (tuple(trip(replay, source, (0, (3,))) for source in (0, 1)),)
    assert [done.trip.source for done in replay.drive(routes)] == loaded_at


@pytest.mark.parametrize(("until_s", "trips"), [(839, 0), (840, 1), (1579, 1), (1580, 2)])
def test_a_vehicle_that_must_return_is_back_when_its_shift_ends(until_s: int, trips: int) -> None:
    """A trip after which the base is out of reach in time is not driven."""
    driven = driven_twice(one_vehicle(Vehicle(at=-50, until_s=until_s, returns=True)))
    backs = [Leg(490, 840, 3500.0, THROUGHOUT), Leg(1230, 1580, 3500.0, THROUGHOUT)]
    assert [done.back for done in driven] == backs[:trips]


def test_who_need_not_return_has_no_way_back() -> None:
    """The shift ends with the last drop."""
    driven = driven_twice(one_vehicle(Vehicle(at=-50, until_s=1230)))
    assert [(done.unloaded, done.back) for done in driven] == [((490,), None), ((1230,), None)]


def test_no_trip_leads_where_no_way_leads_back() -> None:
    """A road that is open one way only: whoever must return does not go there, and nobody is reached."""
    problem = one_vehicle(Vehicle(at=-50, returns=True))
    legs = problem.travel_s.copy()
    legs[0, 1, 2] = np.inf
    one_way = replace(problem, travel_s=legs)
    assert driven_twice(one_way) == ()
    assert not one_way.reachable.any()
    assert not one_way.reach("road").any()
    free = replace(one_way, vehicle_returns=np.array([False]))
    assert len(driven_twice(free)) == 2
    assert free.reach("road").all()


@pytest.mark.parametrize(
    ("returns", "drive_s", "trips"),
    [
        *[(False, 349, 0), (False, 350, 1), (False, 949, 1), (False, 950, 2)],
        *[(True, 699, 0), (True, 700, 1), (True, 1299, 1), (True, 1300, 2)],
    ],
)
def test_a_vehicle_drives_no_longer_than_it_may(*, returns: bool, drive_s: int, trips: int) -> None:
    """350 s for the first trip and 600 s for the second, and 350 s for the way back from either."""
    vehicle = Vehicle(at=-50, returns=returns, drive_s=float(drive_s))
    assert len(driven_twice(one_vehicle(vehicle))) == trips


@pytest.mark.parametrize(("returns", "km", "end_s"), [(False, 9.5, 1230), (True, 13.0, 1580)])
def test_the_way_back_is_paid_for_once(*, returns: bool, km: float, end_s: int) -> None:
    """Its kilometres and hours count after the last trip, not between two."""
    replay = Replay(one_vehicle(Vehicle(at=-50, returns=returns)))
    outcome = replay.evaluate(((trip(replay, 0, (0, (10,))),) * 2,))
    assert outcome.cost == pytest.approx(4 * km + 36 * end_s / 3600)


def test_a_site_is_reached_only_over_a_place_where_its_vehicles_may_load() -> None:
    """No way leads to the second store: vehicles tied to it reach nobody, others come over the first."""
    sources = [Source(0, (9,)), Source(1000, (9,))]
    for load_at, reached in ((-1, True), (0, True), (1, False)):
        sample = build(sources=sources, sites=[Site(300, 9)], vehicles=[Vehicle(load_at=load_at)])
        legs = sample.travel_s.copy()
        legs[0, 3, 1] = np.inf
        problem = replace(sample, travel_s=legs)
        assert problem.reachable.tolist() == [reached]
        assert problem.reach("road").tolist() == [[reached], [False]]
