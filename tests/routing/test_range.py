"""A range is not stretched over stops: the plan keeps to single legs, and no plan beats the bound."""

from __future__ import annotations

import numpy as np
from dispatch_samples import FEW, Kind, Site, Source, Vehicle, build
from hypothesis import given
from hypothesis import strategies as st

from routing.allocation import allocate
from routing.dispatch import dispatch
from routing.problem import DispatchProblem
from routing.timeline import Replay, Stop

DRONE = Kind(mode="drone", payload_kg=200.0)
PLACES = st.sampled_from([0, 100, 400, 700, 1000, 1300, 1900])


def in_line(
    sources: list[Source], sites: list[Site], vehicles: list[Vehicle], range_s: float
) -> DispatchProblem:
    """Drones above a straight road, of whose legs those of more than `range_s` are impossible."""
    at = np.array([point.at for point in (*sources, *sites, *vehicles)], dtype=np.float64)
    legs = np.abs(at[:, None] - at[None, :])
    legs[legs > range_s] = np.inf
    return build(sources=sources, sites=sites, vehicles=vehicles, kinds=[DRONE], travel_s=legs[None])


def test_no_site_is_reached_by_way_of_another() -> None:
    """A site two hops away is cut off, although the drone could come there over the first."""
    problem = in_line([Source(0, (40,))], [Site(600, 10), Site(1200, 10)], [Vehicle(0)], 700.0)
    assert problem.reachable.tolist() == [True, False]
    replay = Replay(problem)
    both = replay.make_trip(0, [Stop(0, (10,)), Stop(1, (10,))])
    one = replay.make_trip(0, [Stop(0, (10,))])
    assert replay.drive(((both,),)) == ()
    assert len(replay.drive(((one,),))) == 1


def test_no_loading_point_is_reached_by_way_of_a_site() -> None:
    """The second store is two hops from the base: nobody loads there, not even after a first trip."""
    sources = [Source(0, (10,)), Source(1200, (40,))]
    problem = in_line(sources, [Site(600, 30)], [Vehicle(0)], 700.0)
    replay = Replay(problem)
    trips = tuple(replay.make_trip(source, [Stop(0, (10,))]) for source in (0, 1))
    assert [done.trip.source for done in replay.drive((trips,))] == [0]


@st.composite
def problems(draw: st.DrawFn) -> DispatchProblem:
    """Stores, sites and drones at random places, and a range that parts some of them."""
    stock = st.tuples(st.integers(0, 60))
    sources = draw(st.lists(st.builds(Source, at=PLACES, stock=stock), min_size=1, max_size=3))
    sites = draw(st.lists(st.builds(Site, at=PLACES, people=st.integers(1, 40)), min_size=1, max_size=4))
    vehicles = draw(st.lists(st.builds(Vehicle, at=PLACES), min_size=1, max_size=3))
    return in_line(sources, sites, vehicles, draw(st.sampled_from([0.0, 350.0, 650.0, 950.0])))


@FEW
@given(problems())
def test_plans_keep_to_single_legs_and_below_the_bound(problem: DispatchProblem) -> None:
    """From base to store, from store to every stop; who is out of reach gets nothing."""
    allocation = allocate(problem)
    plan = dispatch(problem, allocation.flow, iterations=60, seed=1)
    for done in plan.driven:
        base = problem.vehicle_base[done.vehicle]
        assert np.isfinite(problem.travel_s[0, base, done.trip.source])
        for stop in done.trip.stops:
            assert np.isfinite(problem.travel_s[0, done.trip.source, problem.site_point[stop.site]])
            assert problem.reachable[stop.site]
    for supplied, bound in zip(plan.outcome.supplied, allocation.supplied_bound, strict=True):
        assert supplied <= bound + 1e-6
    assert plan.outcome.person_seconds >= allocation.person_seconds_bound - 1e-3
