"""First plans and their improvement: loads fit, modes are right, nothing goes missing, nothing gets worse."""

from __future__ import annotations

import numpy as np
import pytest
from dispatch_rules import broken_rules, delivered, loaded
from dispatch_samples import FEW, Item, Kind, Site, Source, Vehicle, build, problems
from hypothesis import given
from hypothesis import strategies as st

from routing.allocation import allocate, empty_flow
from routing.construct import PREFERENCES, Preference, construct
from routing.improve import improve
from routing.problem import DispatchProblem, Ints
from routing.tasks import Task, essential_tasks
from routing.timeline import Replay, Routes

PREFERENCE = PREFERENCES[0]


def planned(problem: DispatchProblem, routes: Routes) -> Ints:
    """Units of all planned trips by source and item, (I, K)."""
    units = np.zeros_like(problem.stock)
    for trips in routes:
        for one in trips:
            units[one.source] += np.array(one.units)
    return units


def test_a_load_larger_than_a_truck_goes_in_several() -> None:
    """250 units of 10 kg, trucks of 1,000 kg: three loads that together bring everything."""
    problem = build(sources=[Source(0, (250,))], sites=[Site(100, 250)], vehicles=[Vehicle()] * 2)
    replay = Replay(problem)
    routes = construct(replay, essential_tasks(problem, empty_flow()), PREFERENCE)
    assert sorted(one.units[0] for trips in routes for one in trips) == [50, 100, 100]
    assert delivered(problem, replay.drive(routes)).tolist() == [[250]]


def test_volume_splits_a_load_that_weight_would_allow() -> None:
    """0.3 m3 a unit and 1 m3 a truck: three units at a time."""
    problem = build(
        sources=[Source(0, (7,))],
        sites=[Site(100, 7)],
        items=[Item(weight_kg=1.0, volume_m3=0.3)],
        kinds=[Kind(volume_m3=1.0)],
    )
    routes = construct(Replay(problem), essential_tasks(problem, empty_flow()), PREFERENCE)
    assert [one.units for one in routes[0]] == [(3,), (3,), (1,)]


def test_a_truck_with_room_left_serves_the_next_site_on_the_way() -> None:
    """Two sites, one behind the other, 20 units each: one trip with two stops, not two trips."""
    problem = build(sources=[Source(0, (40,))], sites=[Site(500, 20), Site(520, 20)])
    (trips,) = construct(Replay(problem), essential_tasks(problem, empty_flow()), PREFERENCE)
    assert [{stop.site for stop in one.stops} for one in trips] == [{0, 1}]


def test_a_basket_travels_together_when_it_does_not_fit_at_once() -> None:
    """Half the water and half the blankets complete baskets; all water and no blankets would not."""
    problem = build(
        sources=[Source(0, (100, 100))], sites=[Site(100, 100)], items=[Item(), Item()], horizon_s=7200
    )
    tasks = [Task(0, 0, "road", 7200, np.array([100, 100]))]
    (trips,) = construct(Replay(problem), tasks, PREFERENCE)
    assert [one.units for one in trips] == [(50, 50), (50, 50)]


def test_the_nearer_of_two_equal_trucks_takes_the_load() -> None:
    """The truck at the gate drives, the one 1,000 s away stays."""
    problem = build(
        sources=[Source(0, (10,))], sites=[Site(100, 10)], vehicles=[Vehicle(at=-1000), Vehicle(at=0)]
    )
    routes = construct(Replay(problem), essential_tasks(problem, empty_flow()), PREFERENCE)
    assert [len(trips) for trips in routes] == [0, 1]


def test_new_trips_go_on_where_given_routes_end() -> None:
    """The second plan starts from the first one's replay: its trips come behind and in time."""
    problem = build(
        sources=[Source(0, (20, 20))], sites=[Site(100, 20)], items=[Item(), Item(essential=False)]
    )
    replay = Replay(problem)
    first = construct(replay, essential_tasks(problem, empty_flow()), PREFERENCE)
    more = [Task(0, 0, "road", 7200, np.array([0, 20]))]
    both = construct(replay, more, PREFERENCE, after=first, driven=replay.drive(first), extra=True)
    assert both[0][: len(first[0])] == first[0]
    assert [one.extra for one in both[0]] == [False, True]
    assert delivered(problem, replay.drive(both)).tolist() == [[20, 20]]


@pytest.mark.parametrize("preference", PREFERENCES)
def test_a_load_due_earlier_goes_first(preference: Preference) -> None:
    """One truck, two sites as far: the site wanted within the hour is served before the one of hour 4."""
    problem = build(
        sources=[Source(0, (200,))], sites=[Site(1000, 100), Site(-1000, 100)], horizon_s=5 * 3600
    )
    units = np.array([100])
    tasks = [Task(0, 0, "road", 4 * 3600, units), Task(0, 1, "road", 3600, units)]
    (trips,) = construct(Replay(problem), tasks, preference)
    assert [one.stops[0].site for one in trips] == [1, 0]


@FEW
@given(problem=problems(), preference=st.sampled_from(PREFERENCES))
def test_a_first_plan_is_driven_as_planned_and_stays_within_its_tasks(
    problem: DispatchProblem, preference: Preference
) -> None:
    """No load over weight or volume, no wrong mode, no more than owed, and every rule of the clock."""
    replay = Replay(problem)
    tasks = essential_tasks(problem, allocate(problem).flow)
    driven = replay.drive(construct(replay, tasks, preference))
    assert broken_rules(problem, driven) == []
    owed = np.zeros_like(problem.need)
    for task in tasks:
        owed[task.site] += task.units
    assert (delivered(problem, driven) <= owed).all()
    assert (loaded(problem, driven) <= problem.stock).all()


@FEW
@given(problem=problems(), seed=st.integers(0, 5))
def test_improvement_ranks_no_worse_and_invents_no_goods(problem: DispatchProblem, seed: int) -> None:
    """The outcome is that of the routes returned, ranks no worse than before, and is a legal plan."""
    replay = Replay(problem)
    routes = construct(replay, essential_tasks(problem, allocate(problem).flow), PREFERENCE)
    before = replay.evaluate(routes)
    better, outcome = improve(replay, routes, tries=150, seed=seed)
    assert outcome.rank <= before.rank
    assert Replay(problem).evaluate(better) == outcome
    assert broken_rules(problem, outcome.driven) == []
    assert (planned(problem, better) == planned(problem, routes)).all()
    assert (delivered(problem, outcome.driven) <= problem.to_deliver).all()


def test_improvement_finds_the_better_order() -> None:
    """One truck, the far site first: turning the order round saves the near people's time.

    Near 100 people need 100 s each way, far 100 people 2,000 s; near first leaves less waiting.
    """
    problem = build(sources=[Source(0, (200,))], sites=[Site(100, 100), Site(-2000, 100)], horizon_s=3 * 3600)
    replay = Replay(problem)
    far_first = [Task(0, 1, "road", 3600, np.array([100])), Task(0, 0, "road", 9000, np.array([100]))]
    routes = construct(replay, far_first, PREFERENCE)
    assert [one.stops[0].site for one in routes[0]] == [1, 0]
    better, outcome = improve(replay, routes, tries=100, seed=1)
    assert [one.stops[0].site for one in better[0]] == [0, 1]
    assert outcome.person_seconds < replay.evaluate(routes).person_seconds


def test_a_trip_takes_along_what_another_source_owes_its_site() -> None:
    """W0 owes 40 and has 60 more that nobody is owed; W1 owes 60: one full trip from W0 saves the second."""
    problem = build(sources=[Source(0, (100,)), Source(50, (60,))], sites=[Site(100, 100)])
    tasks = [Task(source, 0, "road", 7200, np.array([units])) for source, units in ((0, 40), (1, 60))]
    (trips,) = construct(Replay(problem), tasks, PREFERENCES[-1])
    assert [one.units for one in trips] in ([(100,)], [(60,), (40,)])


def test_a_stop_given_up_for_lack_of_time_gives_its_stock_back() -> None:
    """A drop that does not fit the shift leaves no trace: its units can still top up a later trip.

    W0 owes S0 and S1 10 units each and has 10 more; W1 owes S1 10. The first truck has no time for both
    sites. The second then brings S1 20 units from W0 in one trip, rather than 10 from each warehouse.
    """
    problem = build(
        sources=[Source(0, (30,)), Source(-900, (10,))],
        sites=[Site(1000, 10), Site(1300, 20)],
        vehicles=[Vehicle(until_s=1400), Vehicle(ready_s=2000)],
    )
    tasks = [
        Task(source, site, "road", due, np.array([10]))
        for source, site, due in ((0, 0, 1800), (0, 1, 7200), (1, 1, 7200))
    ]
    routes = construct(Replay(problem), tasks, PREFERENCE)
    assert [[(one.source, one.units) for one in trips] for trips in routes] == [[(0, (10,))], [(0, (20,))]]


def test_no_tries_change_nothing() -> None:
    """Effort zero returns the routes as they came."""
    problem = build(sources=[Source(0, (20,))], sites=[Site(100, 20)])
    replay = Replay(problem)
    routes = construct(replay, essential_tasks(problem, empty_flow()), PREFERENCE)
    assert improve(replay, routes, tries=0, seed=1) == (routes, replay.evaluate(routes))
