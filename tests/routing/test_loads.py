"""Tasks cut into loads: no unit lost, each fits a vehicle, stock is kept for them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from dispatch_samples import FEW, MANY, Item, Kind, Site, Source, Vehicle, build, problems
from hypothesis import given

from routing.allocation import allocate, empty_flow
from routing.loads import LEFT_OUT, Cut, Loading, joined
from routing.problem import DispatchProblem
from routing.search.load_problem import Sources
from routing.search.search import Search
from routing.tasks import Task, essential_tasks, rest_tasks
from routing.timeline import Replay

ANY_PROBLEM = problems(vehicle_rules=True)


def owed_by_all(problem: DispatchProblem) -> list[Task]:
    """Tasks for everything, from the nearest source."""
    essential = essential_tasks(problem, empty_flow())
    loaded = sum((taken_by(problem, task) for task in essential), np.zeros_like(problem.stock))
    return [*essential, *rest_tasks(problem, loaded, np.zeros_like(problem.need), essential=False)]


def taken_by(problem: DispatchProblem, task: Task) -> np.ndarray:
    """Units that one task takes from each source, (I, K)."""
    units = np.zeros_like(problem.stock)
    units[task.source] = task.units
    return units


def carried(problem: DispatchProblem, mode: str) -> np.ndarray:
    """Items of which a vehicle of the mode carries a unit, (K,)."""
    kinds = problem.vehicle_type[problem.vehicles_of(mode)]
    light = problem.weight_kg <= problem.payload_kg[kinds, None]
    return (light & (problem.volume_m3 <= problem.load_volume_m3[kinds, None])).any(axis=0)


@MANY
@given(ANY_PROBLEM)
def test_no_unit_is_lost_that_a_vehicle_carries(problem: DispatchProblem) -> None:
    """From each source and to each site the tasks owe what the loads are, but for items too big for all."""
    loading, tasks = Loading(problem), owed_by_all(problem)
    cut = loading.cut(tasks)
    loaded, brought = np.zeros_like(problem.stock), np.zeros_like(problem.need)
    for task in tasks:
        units = np.where(carried(problem, task.mode), task.units, 0)
        loaded[task.source] += units
        brought[task.site] += units
    assert (loading.claimed(cut)[0] == loaded).all()
    assert (loading.claimed(cut)[1] == brought).all()


@MANY
@given(ANY_PROBLEM)
def test_every_load_fits_a_vehicle(problem: DispatchProblem) -> None:
    """By weight and by volume, and none is empty."""
    cut = Loading(problem).cut(owed_by_all(problem))
    kinds = np.unique(problem.vehicle_type)
    for units in cut.units:
        assert units.min() >= 0
        assert units.any()
        light = units @ problem.weight_kg <= problem.payload_kg[kinds] + 1e-6
        assert (light & (units @ problem.volume_m3 <= problem.load_volume_m3[kinds] + 1e-9)).any()


@MANY
@given(ANY_PROBLEM)
def test_stock_is_kept_for_every_load(problem: DispatchProblem) -> None:
    """Loads take no more of a source and the earlier ones of its yard than has become ready there by then."""
    loading = Loading(problem)
    cut, sources = loading.cut(owed_by_all(problem)), loading.sources
    for number, (yard, had) in enumerate(zip(sources.yard.tolist(), sources.stock, strict=True)):
        mine = (sources.yard[cut.home] == yard) & (cut.home <= number)
        assert (cut.units[mine][:, loading.items].sum(axis=0) <= had).all()


@MANY
@given(ANY_PROBLEM)
def test_waves_of_a_yard_tell_of_stock_that_is_there(problem: DispatchProblem) -> None:
    """When a source is ready, so much stands at its yard; at the end it is all that comes in time."""
    loading = Loading(problem)
    sources, supply = loading.sources, problem.supply
    for yard, ready, had in zip(sources.yard, sources.ready_s, sources.stock, strict=True):
        assert ready >= problem.source_ready_s[yard]
        by_then = (supply.source == yard) & (supply.available_s <= ready)
        there = np.bincount(supply.item[by_then], supply.quantity[by_then], len(problem.item_ids))
        assert (had <= there[loading.items]).all()
    for yard in np.unique(sources.yard):
        last = sources.stock[sources.yard == yard][-1]
        assert (last == problem.stock[yard][loading.items]).all()


def test_units_for_the_large_truck_only_get_a_load_of_their_own() -> None:
    """60 kg a unit, and the small truck takes 50: both units go with the large one."""
    problem = build(
        sources=[Source(0, (2,))],
        sites=[Site(300, 2)],
        items=[Item(weight_kg=60.0)],
        kinds=[Kind(payload_kg=50.0), Kind(payload_kg=200.0)],
        vehicles=[Vehicle(kind=0), Vehicle(kind=1)],
    )
    assert Loading(problem).cut(owed_by_all(problem)).units.tolist() == [[2]]


def test_what_nobody_can_carry_holds_up_nothing_that_is_wanted_later() -> None:
    """The first task is too heavy for any truck, the one behind it is cut all the same."""
    problem = build(
        sources=[Source(0, (2, 5))],
        sites=[Site(300, 5)],
        items=[Item(weight_kg=60.0), Item(weight_kg=1.0)],
        kinds=[Kind(payload_kg=50.0)],
    )
    heavy, light = (Task(0, 0, "road", due, np.array(units)) for due, units in ((100, [2, 0]), (200, [0, 5])))
    assert Loading(problem).cut([heavy, light]).units.tolist() == [[0, 5]]


def test_loads_that_join_others_stand_behind_them() -> None:
    """Numbers of the first loads stay as they are."""
    one = Cut(np.array([0]), np.array([1]), np.array([[3, 0]]), np.array([-1]))
    two = Cut(np.array([2, 1]), np.array([0, 0]), np.array([[0, 1], [2, 2]]), np.array([0, -1]))
    both = joined(one, two)
    assert both.site.tolist() == [0, 2, 1]
    assert both.home.tolist() == [1, 0, 0]
    assert both.units.tolist() == [[3, 0], [0, 1], [2, 2]]


def test_loads_of_one_site_that_follow_each_other_are_one_stop() -> None:
    """Two loads for the first site, one for the second, one more for the first: three stops."""
    problem = build(sources=[Source(0, (20,))], sites=[Site(300, 10), Site(400, 10)])
    loading = Loading(problem)
    cut = Cut(np.array([0, 0, 1, 0]), np.zeros(4, np.int64), np.array([[1], [2], [3], [4]]), np.full(4, -1))
    search = Search(loading.asked(cut), seed=1)
    routes = search.routes()
    (only,) = routes.trips[0]
    found = replace(routes, trips=((replace(only, loads=(0, 1, 2, 3), load_s=0.0),),))
    ((trip,),) = loading.routes(Replay(problem), cut, found)
    assert [(stop.site, stop.units) for stop in trip.stops] == [(0, (3,)), (1, (3,)), (0, (4,))]
    assert trip.turn_s == 0.0


@FEW
@given(problems(vehicle_rules=True))
def test_trips_move_to_a_situation_where_stock_is_ready_at_once(problem: DispatchProblem) -> None:
    """They load at the same yards at the same seconds, from sources that are ready by then."""
    loading = Loading(problem)
    cut = loading.cut(essential_tasks(problem, allocate(problem).flow))
    search = Search(loading.asked(cut), seed=1)
    search.improve(50)
    found = search.routes()
    early = replace(
        problem, supply=replace(problem.supply, available_s=np.zeros_like(problem.supply.available_s))
    )
    there = Loading(early)
    kept, routes = there.moved(cut, found, loading.sources)
    assert (kept.units == cut.units).all()
    assert yards(there.sources, kept.home.tolist()) == yards(loading.sources, list(found.homes))
    for before, after in zip(found.trips, routes.trips, strict=True):
        assert [(trip.loads, trip.load_s) for trip in after] == [(trip.loads, trip.load_s) for trip in before]
        assert yards(there.sources, [trip.source for trip in after]) == yards(
            loading.sources, [trip.source for trip in before]
        )
        assert all(there.sources.ready_s[trip.source] <= trip.load_s for trip in after)
        assert all(kept.home[load] == trip.source for trip in after for load in trip.loads)


def yards(sources: Sources, numbers: list[int]) -> list[int]:
    """Yards of some sources."""
    return [int(sources.yard[number]) for number in numbers]


def test_what_is_left_out_shows_beside_a_million_who_wait() -> None:
    """With four targets and nobody supplied, the sum of all costs still tells one extra from none."""
    problem = build(
        sources=[Source(0, (9, 9))],
        sites=[Site(300, 1_000_000)],
        items=[Item(), Item(essential=False)],
        target_s=(7200, 14_400, 28_800, 86_400),
        horizon_s=86_400,
    )
    sites = Loading(problem).asked(Loading(problem).cut([]), first=True).sites
    everybody = sites.target_cost.sum() + sites.waiting_cost_per_s * sites.horizon_s
    total = float(everybody * problem.people.sum())
    assert total + LEFT_OUT > total
    assert total + LEFT_OUT - total == pytest.approx(LEFT_OUT, rel=1e-3)


def test_a_site_of_very_many_loads_has_them_cut_for_all_that_get_there() -> None:
    """900 t for one site, brought by a drone of 10 kg and three trucks of 2 t: one load to three.

    No unit is lost, and a village beside it keeps loads for the smallest of its mode.
    """
    kinds = [Kind(mode="drone", payload_kg=10.0), Kind(payload_kg=2000.0)]
    problem = build(
        sources=[Source(0, (100_000,))],
        sites=[Site(600, 90_000), Site(900, 10)],
        vehicles=[Vehicle(kind=0), *[Vehicle(kind=1)] * 3],
        items=[Item(weight_kg=10.0)],
        kinds=kinds,
    )
    units = np.array([90_000]), np.array([10])
    tasks = [Task(0, site, "drone", 0, wanted) for site, wanted in enumerate(units)]
    cut = Loading(problem).cut(tasks)
    assert cut.units[cut.site == 0].sum() == 90_000
    assert set(cut.units[cut.site == 0].ravel().tolist()) <= {1, 50, 200}
    assert 3 * 90_000 / 601 < np.count_nonzero(cut.site == 0) < 5 * 90_000 / 601
    assert cut.units[cut.site == 1].tolist() == [[1]] * 10


def test_very_many_loads_that_no_vehicle_may_bring_are_cut_all_the_same() -> None:
    """The only truck loads at another store: a flow does not mind, and the search leaves the loads."""
    problem = build(
        sources=[Source(0, (100_000,)), Source(60, (1,))],
        sites=[Site(600, 90_000)],
        vehicles=[Vehicle(load_at=1)],
        items=[Item(weight_kg=10.0)],
        kinds=[Kind(payload_kg=2000.0)],
    )
    cut = Loading(problem).cut([Task(0, 0, "road", 0, np.array([90_000]))])
    assert cut.units.ravel().tolist() == [200] * 450
