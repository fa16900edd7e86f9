"""Promises of first goods: aimed at by the plan, one load a township, nothing made or lost for them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from dispatch_samples import FEW, MANY, Item, Kind, Site, Source, Vehicle, build, problems, with_promises_of
from hypothesis import given

from routing.allocation import allocate, empty_flow
from routing.dispatch import Dispatch, _Planning, dispatch
from routing.fewer_lanes import with_fewer_lanes
from routing.first_goods import (
    FirstStop,
    batch_kg,
    first_stops,
    soonest_first_goods_s,
    townships_missed,
    with_promises,
)
from routing.loads import Cut, Loading
from routing.problem import DispatchProblem
from routing.quantities import QuantityModel
from routing.search.search import Routes, Trip
from routing.tasks import essential_tasks

CITY_ONLY = (False, True)


def two_stores(*, due_s: int = 3000, city: tuple[int, ...] = (100, 100)) -> DispatchProblem:
    """A village store with all that two villages need 300 s away, and a city store 1200 s away.

    The city owes both villages, which are townships of their own, its first goods by `due_s`.
    """
    problem = build(
        sources=[Source(0, (60, 60)), Source(-900, city)],
        sites=[Site(300, 30), Site(600, 0), Site(900, 30)],
        vehicles=[Vehicle(0), Vehicle(0), Vehicle(-900)],
        items=[Item(), Item()],
        kinds=[Kind(payload_kg=400.0)],
    )
    return with_promises_of(problem, (due_s, CITY_ONLY))


def plan_of(problem: DispatchProblem) -> Dispatch:
    """The plan of a short run."""
    return dispatch(problem, allocate(problem).flow, iterations=200, seed=1)


def test_a_plan_keeps_a_promise_that_nobody_needs_for_a_basket() -> None:
    """The village store supplies everybody alone; for the promise a truck comes from the city as well."""
    problem = two_stores()
    without = plan_of(replace(problem, first_goods=()))
    assert without.outcome.supplied == (60.0,)
    assert townships_missed(problem, without.driven) == 2
    plan = plan_of(problem)
    assert plan.outcome.supplied == (60.0,)
    assert townships_missed(problem, plan.driven) == 0


def test_a_promise_that_cannot_be_kept_moves_nothing() -> None:
    """No truck of the city is in any village after 1200 s: its store is left alone."""
    plan = plan_of(two_stores(due_s=1200))
    assert {done.trip.source for done in plan.driven} == {0}
    assert plan.outcome.supplied == (60.0,)


@pytest.mark.parametrize("city", [(6, 0), (0, 6)])
def test_a_store_that_lacks_an_item_sends_what_it_has(city: tuple[int, ...]) -> None:
    """Six units of one item are a batch for each village: a twentieth of the 600 kg that it lacks."""
    problem = two_stores(city=city)
    plan = plan_of(problem)
    assert townships_missed(problem, plan.driven) == 0
    assert plan.outcome.supplied == (60.0,)


def test_a_promise_takes_a_batch_and_no_more() -> None:
    """Ten villages with all they need next door; the city has one truck: everybody has a basket in the end.

    Only a batch of 10 kg each is moved to the city, whatever its truck can do of that in time.
    """
    problem = build(
        sources=[Source(0, (300,), docks=10, kg_per_s=100.0), Source(-2400, (300,))],
        sites=[Site(60 * number + at, 30 * (1 - at)) for number in range(10) for at in (0, 1)],
        vehicles=[*[Vehicle(0)] * 10, Vehicle(-2400)],
        items=[Item()],
        kinds=[Kind(payload_kg=400.0)],
        target_s=(6000,),
        horizon_s=14_400,
    )
    free = plan_of(problem)
    plan = plan_of(with_promises_of(problem, (4000, CITY_ONLY)))
    assert free.outcome.supplied == (300.0,)
    late = townships_missed(with_promises_of(problem, (4000, CITY_ONLY)), plan.driven)
    assert late < 10
    assert plan.outcome.supplied[0] >= 300.0 - 2.0 * late


@pytest.mark.parametrize(("spared", "missed"), [(15, 0), (9, 2)])
def test_what_the_city_can_spare_goes_round(spared: int, missed: int) -> None:
    """Five villages of 60 people: three units, a twentieth of what each lacks, are a batch."""
    problem = build(
        sources=[Source(0, (300,)), Source(-900, (spared,))],
        sites=[Site(60 * number + at, 60 * (1 - at)) for number in range(5) for at in (0, 1)],
        vehicles=[*[Vehicle(0)] * 5, *[Vehicle(-900)] * 2],
        items=[Item()],
        kinds=[Kind(payload_kg=400.0)],
        target_s=(6000,),
        horizon_s=14_400,
    )
    problem = with_promises_of(problem, (4000, CITY_ONLY))
    plan = plan_of(problem)
    assert townships_missed(problem, plan.driven) == missed
    assert plan.outcome.supplied == (300.0,)


def test_one_load_keeps_two_promises_of_the_same_stores() -> None:
    """What is there by the earlier hour is there by the later one."""
    problem = with_promises_of(two_stores(), (3000, CITY_ONLY), (3500, CITY_ONLY))
    loading = Loading(problem)
    before = loading.cut(essential_tasks(problem, empty_flow()))
    after = with_promises(loading, before, np.ones(len(before.site), dtype=bool))
    assert sorted(after.promise[after.promise >= 0].tolist()) == [0, 0]
    plan = plan_of(problem)
    assert townships_missed(problem, plan.driven) == 0
    model = QuantityModel(problem, plan.sources, plan.found, plan.driven, until_s=problem.horizon_s)
    assert [number for number, _ in model.promised] == [0, 0, 1, 1]
    assert sorted(model.promise_of_stops().tolist())[-2:] == [0, 0]


def test_first_stops_are_told_by_hand() -> None:
    """The second trip of the city is the first that reaches the near village: it stops there last."""
    problem = two_stores()
    units = np.array([[2, 1]] * 4)
    cut = Cut(np.array([2, 2, 0, 0]), np.array([1, 1, 1, 0]), units, np.full(4, -1))
    trips = ((Trip(0, (3,), 0.0),), (), (Trip(1, (0,), 0.0), Trip(1, (1, 2), 9000.0)))
    plan = _Planning(problem, 1).plan(cut, Routes(trips, (), (1, 1, 1, 0), 0.0))
    city = [place for place, done in enumerate(plan.driven) if done.trip.source == 1]
    seconds = [plan.driven[place].unloaded for place in city]
    assert first_stops(problem, plan.driven) == {
        (0, 1): FirstStop(seconds[0][0], city[0], 0),
        (0, 0): FirstStop(seconds[1][1], city[1], 1),
    }
    assert townships_missed(problem, plan.driven) == (1 if seconds[1][1] > 3000 else 0)


@MANY
@given(problems(vehicle_rules=True, changing_roads=True, promises=True))
def test_loads_are_promised_once_and_no_unit_is_made_or_lost(problem: DispatchProblem) -> None:
    """A promised load is kept by a source of the promise, and no source owes more than it has."""
    loading = Loading(problem)
    before = loading.cut(with_fewer_lanes(problem, essential_tasks(problem, empty_flow())))
    after = with_promises(loading, before, np.ones(len(before.site), dtype=bool))
    assert (loading.claimed(after)[1] == loading.claimed(before)[1]).all()
    assert (loading.claimed(after)[0] <= problem.stock).all()
    assert after.units.any(axis=1).all()
    pairs = []
    for load in np.flatnonzero(after.promise >= 0).tolist():
        promise = problem.first_goods[after.promise[load]]
        assert promise.source[loading.sources.yard[after.home[load]]]
        assert promise.township[after.site[load]] >= 0
        pairs.append((int(after.promise[load]), int(promise.township[after.site[load]])))
    assert len(set(pairs)) == len(pairs)
    again = with_promises(loading, after, np.ones(len(after.site), dtype=bool))
    assert (again.promise == after.promise).all()


def test_a_bottle_is_no_batch() -> None:
    """Two units where three are a twentieth of what the village lacks: it waits still."""
    problem = two_stores()
    cut = Cut(np.array([0]), np.array([1]), np.array([[1, 1]]), np.array([-1]))
    plan = _Planning(problem, 1).plan(cut, Routes(((), (), (Trip(1, (0,), 0.0),)), (), (1,), 0.0))
    assert len(plan.driven) == 1
    assert first_stops(problem, plan.driven) == {}
    assert (with_promises(Loading(problem), cut, np.array([True])).promise < 0).all()


def test_a_load_that_is_not_free_stays_as_it_is() -> None:
    """What a vehicle has already is not given to another source."""
    problem = two_stores()
    loading = Loading(problem)
    before = loading.cut(essential_tasks(problem, empty_flow()))
    after = with_promises(loading, before, np.zeros(len(before.site), dtype=bool))
    assert (after.promise < 0).all()
    assert (after.home == before.home).all()


def test_new_quantities_leave_a_batch_in_time() -> None:
    """The village store's truck could bring all in time for the target, which the city's truck misses.

    So the program would take everything from the city's stop; it leaves a batch of its goods all the same.
    """
    problem = with_promises_of(replace(two_stores(), target_s=(900,)), (3000, CITY_ONLY))
    plan = plan_of(problem)
    assert townships_missed(problem, plan.driven) == 0
    model = QuantityModel(problem, plan.sources, plan.found, plan.driven, until_s=problem.horizon_s)
    units = model.solve().units
    assert len(model.promised) == 2
    for _, stop in model.promised:
        least_kg = min(batch_kg(problem)[model.site[stop]], model.kg_before[stop])
        assert units[stop] @ problem.weight_kg >= least_kg - 1e-6


def test_first_goods_can_be_there_after_two_stops_and_the_way() -> None:
    """From the city, where a truck stands: 1200 s to the first village and 1800 s to the last."""
    problem = two_stores()
    stops_s = 2 * problem.stop_s[0]
    soonest_s = soonest_first_goods_s(problem)
    assert soonest_s[0, [0, 2]].tolist() == [1200 + stops_s, 1800 + stops_s]
    late = replace(problem, supply=replace(problem.supply, available_s=problem.supply.available_s + 500))
    assert soonest_first_goods_s(late)[0, 0] == 1700 + stops_s
    none = replace(problem, supply=replace(problem.supply, quantity=0 * problem.supply.quantity))
    assert np.isinf(soonest_first_goods_s(none)).all()
    assert soonest_first_goods_s(replace(problem, first_goods=())).shape == (0, 3)


@FEW
@given(problems(vehicle_rules=True, changing_roads=True, promises=True))
def test_no_plan_brings_first_goods_sooner_than_is_possible(problem: DispatchProblem) -> None:
    """Whatever it brings, of whatever weight."""
    soonest_s = soonest_first_goods_s(problem)
    for done in plan_of(problem).driven:
        for stop, second in zip(done.trip.stops, done.unloaded, strict=True):
            for promise, limits_s in zip(problem.first_goods, soonest_s, strict=True):
                assert not promise.source[done.trip.source] or second >= limits_s[stop.site] - 1e-6
