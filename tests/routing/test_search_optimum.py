"""Tiny problems of the search over trips, against every plan there is."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from search_samples import Broken, Rules, draw_problem, replay

from routing.search.load_problem import Fleet, LoadProblem, Loads, Sites, Sources
from routing.search.search import Routes, Search, Trip

H = 3600.0


def every_plan(problem: LoadProblem) -> Iterator[Routes]:
    """Every order of trips over all vehicles and sources that brings all loads, each trip loaded in its turn.

    A trip is loaded when its vehicle, its stock and the only dock of its yard are ready for it.
    """
    vehicles, sources = range(len(problem.fleet.type)), range(len(problem.sources.point))
    number = len(problem.loads.point)
    for order in itertools.permutations(range(number)):
        for cuts in itertools.product((False, True), repeat=number - 1):
            trips = [[order[0]]]
            for load, cut in zip(order[1:], cuts, strict=True):
                if cut:
                    trips.append([])
                trips[-1].append(load)
            for drivers in itertools.product(vehicles, repeat=len(trips)):
                for places in itertools.product(sources, repeat=len(trips)):
                    yield timed(problem, list(zip(drivers, places, trips, strict=True)))


def timed(problem: LoadProblem, plan: list[tuple[int, int, list[int]]]) -> Routes:
    """Load the trips (vehicle, source, loads) one after the other, each as early as it can."""
    fleet, loads, sources = problem.fleet, problem.loads, problem.sources
    clock, here = fleet.ready_s.copy(), fleet.base.copy()
    dock = np.zeros(len(sources.docks))
    routes: list[list[Trip]] = [[] for _ in fleet.type]
    homes = loads.home.copy()
    for vehicle, source, mine in plan:
        kind, yard, at = fleet.type[vehicle], sources.yard[source], sources.point[source]
        travel = fleet.travel_s[kind].astype(float)
        begin = max(
            clock[vehicle] + travel[here[vehicle], at], sources.ready_s[source], loads.release_s[mine].max()
        )
        if sources.docks[yard]:
            begin = max(begin, dock[yard])
        second = (
            begin + fleet.loading_s[kind] + loads.weight_kg[mine].sum() * sources.loading_s_per_kg[source]
        )
        dock[yard] = second
        for load in mine:
            second += travel[at, loads.point[load]] + loads.service_s[load]
            second += loads.weight_kg[load] * fleet.unloading_s_per_kg[kind]
            at = loads.point[load]
        clock[vehicle], here[vehicle] = second, at
        routes[vehicle].append(Trip(int(source), tuple(mine), float(begin)))
        homes[mine] = source
    return Routes(tuple(tuple(trips) for trips in routes), (), tuple(homes.tolist()), 0.0)


def least_cost(problem: LoadProblem) -> float:
    """Cost of the cheapest plan that keeps every rule."""

    def cost(plan: Routes) -> float:
        try:
            return replay(problem, plan)
        except Broken:
            return np.inf

    return min(cost(plan) for plan in every_plan(problem))


def found_cost(problem: LoadProblem) -> float:
    """Cost of what the search finds, which is what it says."""
    search = Search(problem, seed=1)
    search.improve(400)
    routes = search.routes()
    assert routes.cost == pytest.approx(replay(problem, routes), abs=0.05)
    return routes.cost


@pytest.mark.parametrize("seed", range(6))
def test_few_loads_of_one_vehicle_are_brought_at_the_least_cost(seed: int) -> None:
    """No order, no cut into trips and no place to load is cheaper, be it for sites or by due times."""
    problem = draw_problem(seed, Rules(sites=seed % 2 == 0, releases=seed % 3 == 0), loads=3, vehicles=1)
    roomy = replace(
        problem.fleet, until_s=np.full(1, 50_000.0), most_trips=np.full(1, 9), payload_kg=np.full(2, 120.0)
    )
    problem = replace(problem, fleet=roomy)
    assert found_cost(problem) == pytest.approx(least_cost(problem), abs=0.05)


def straight(
    *,
    vehicles: list[int],
    sources: list[int],
    stock: list[tuple[float, ...]],
    docks: list[int],
    loading_s: float,
) -> tuple[Fleet, Sources]:
    """Vehicles of 100 kg and yards at seconds along a road, sites 600, 1200 and 1800 s along it.

    Points: yards, then sites, then bases. A yard holds its row of stock and loads at `docks` docks.
    """
    places = np.array([*sources, 600, 1200, 1800, *vehicles], dtype=float)
    travel = np.abs(places[:, None] - places[None])[None].astype(np.float32)
    number, yards = len(vehicles), len(sources)
    fleet = Fleet(
        type=np.zeros(number, np.int64),
        base=np.arange(number) + yards + 3,
        yard=np.full(number, -1),
        ready_s=np.zeros(number),
        until_s=np.full(number, 9 * H),
        returns=np.zeros(number, bool),
        drive_s=np.full(number, np.inf),
        most_trips=np.full(number, 9),
        used_cost=np.zeros(number),
        payload_kg=np.array([100.0]),
        volume_m3=np.array([1.0]),
        loading_s=np.array([loading_s]),
        unloading_s_per_kg=np.zeros(1),
        cost_per_s=np.array([0.01]),
        stop_s=np.zeros(1),
        travel_s=travel,
    )
    return fleet, Sources(
        point=np.arange(yards),
        yard=np.arange(yards),
        ready_s=np.zeros(yards),
        loading_s_per_kg=np.zeros(yards),
        stock=np.array(stock),
        docks=np.array(docks),
    )


def loads_for(sites: list[int], homes: list[int], units: list[tuple[float, ...]], first_site: int) -> Loads:
    """Loads of 50 kg for sites."""
    number = len(sites)
    none = np.zeros(number)
    return Loads(
        point=np.array(sites) + first_site,
        site=np.array(sites),
        units=np.array(units),
        home=np.array(homes),
        weight_kg=np.full(number, 50.0),
        volume_m3=none,
        service_s=none,
        release_s=none,
        open_s=none,
        close_s=np.full(number, np.inf),
        due_s=none,
        late_cost_per_s=none,
        late_cost=none,
        absent_cost=np.full(number, 1e6),
    )


def people_of(*people: int, items: int, per_s: float = 1.0) -> Sites:
    """Three sites that wait for baskets of one unit of each item; being short after 2 h counts 2 h more."""
    return Sites(
        people=np.array(people),
        handout_per_s=np.full(3, per_s),
        held=np.zeros((3, items)),
        per_person=np.ones(items),
        target_s=np.array([2 * H]),
        target_cost=np.array([2 * H]),
        waiting_cost_per_s=1.0,
        horizon_s=4 * H,
        blend=0.0,
    )


@pytest.mark.parametrize("vehicles", [[0], [0, 900]])
def test_baskets_of_two_items_from_two_sources_are_complete_as_early_as_can_be(vehicles: list[int]) -> None:
    """Blankets stand at one yard and water at the other, for two sites: half a basket helps nobody."""
    fleet, sources = straight(
        vehicles=vehicles, sources=[0, 900], stock=[(30.0, 0.0), (0.0, 30.0)], docks=[0, 0], loading_s=300.0
    )
    loads = loads_for([0, 0, 1, 1], [0, 1, 0, 1], [(10.0, 0.0), (0.0, 10.0), (20.0, 0.0), (0.0, 20.0)], 2)
    problem = LoadProblem(fleet, sources, loads, people_of(10, 20, 0, items=2), back_counts=False)
    assert found_cost(problem) == pytest.approx(least_cost(problem), abs=0.05)


@pytest.mark.parametrize("people", [(5, 10, 40), (40, 10, 5)])
def test_who_loads_first_at_the_only_dock_is_whom_it_matters_most_for(people: tuple[int, ...]) -> None:
    """Two trucks, one dock, half an hour a load: the order of loading is that of the cheapest plan."""
    fleet, sources = straight(vehicles=[0, 0], sources=[0], stock=[(99.0,)], docks=[1], loading_s=1800.0)
    fleet = replace(fleet, payload_kg=np.array([50.0]))
    units = [(float(number),) for number in people]
    loads = loads_for([0, 1, 2], [0, 0, 0], units, 1)
    problem = LoadProblem(fleet, sources, loads, people_of(*people, items=1), back_counts=False)
    assert found_cost(problem) == pytest.approx(least_cost(problem), abs=0.05)


def test_stock_of_two_waves_goes_to_whom_it_matters_most_for() -> None:
    """Ten units now and twenty in an hour for three sites: who waits is whoever makes the plan cheapest."""
    fleet, sources = straight(vehicles=[0, 0], sources=[0], stock=[(10.0,)], docks=[0], loading_s=300.0)
    waves = Sources(
        point=np.zeros(2, np.int64),
        yard=np.zeros(2, np.int64),
        ready_s=np.array([0.0, H]),
        loading_s_per_kg=np.zeros(2),
        stock=np.array([[10.0], [30.0]]),
        docks=sources.docks,
    )
    loads = loads_for([0, 1, 2], [0, 1, 1], [(10.0,), (10.0,), (10.0,)], 1)
    problem = LoadProblem(fleet, waves, loads, people_of(10, 40, 10, items=1), back_counts=False)
    assert found_cost(problem) == pytest.approx(least_cost(problem), abs=0.05)
