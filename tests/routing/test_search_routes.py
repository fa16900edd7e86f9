"""The search over trips: what it says it costs is what a plain replay costs, and no limit is broken."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.search.load_problem import Fleet, LoadProblem, Loads
from routing.search.search import Routes, Search

UNSERVED = 1000.0


def draw_problem(seed: int, *, windows: bool, releases: bool, sources: bool, loads: int = 9) -> LoadProblem:
    """Make a small problem: two types, three vehicles, two places to load."""
    random = np.random.default_rng(seed)
    points = 2 + loads
    spot = random.uniform(0, 10, (points, 2))
    seconds = np.hypot(*(spot[:, None] - spot[None]).transpose(2, 0, 1)) + random.uniform(
        0, 1, (points, points)
    )
    np.fill_diagonal(seconds, 0)
    travel = np.stack([seconds, 1.3 * seconds]).astype(np.float32)
    fleet = Fleet(
        type=np.array([0, 1, 0]),
        base=np.array([0, 1, 0]),
        ready_s=np.array([0.0, 2.0, 0.0]),
        until_s=np.array([60.0, 80.0, 60.0]),
        back_in_time=bool(random.integers(2)),
        most_trips=np.array([2, 3, 2]),
        used_cost=np.array([0.0, 1.5, 0.0]),
        payload_kg=np.array([3.0, 5.0]),
        loading_s=np.array([1.0, 2.0]),
        cost_per_s=np.array([0.1, 0.2]),
        travel_s=travel,
    )
    opens = random.uniform(0, 20, loads) if windows else np.zeros(loads)
    wanted = Loads(
        point=np.arange(loads) + 2,
        source=random.integers(-1, 2, loads) if sources else np.full(loads, -1),
        weight_kg=random.uniform(0.5, 2.5, loads),
        service_s=random.uniform(0.2, 1.5, loads),
        release_s=random.uniform(0, 15, loads) if releases else np.zeros(loads),
        open_s=opens,
        close_s=opens + random.uniform(10, 30, loads) if windows else np.full(loads, np.inf),
        due_s=random.uniform(0, 30, loads),
        late_cost_per_s=random.uniform(0, 3, loads),
        late_cost=random.choice([0.0, 10.0], loads),
        absent_cost=np.full(loads, UNSERVED),
    )
    return LoadProblem(fleet, wanted, back_counts=bool(random.integers(2)))


def replay(problem: LoadProblem, routes: Routes) -> float:
    """Cost of routes by following every vehicle, every limit asserted."""
    fleet, loads = problem.fleet, problem.loads
    cost, served = 0.0, []
    for v, trips in enumerate(routes.trips):
        if not trips:
            continue
        kind = fleet.type[v]
        travel, here, clock = fleet.travel_s[kind].astype(float), fleet.base[v], fleet.ready_s[v]
        cost += fleet.used_cost[v]
        assert len(trips) <= fleet.most_trips[v]
        for source, stops in trips:
            assert stops
            assert sum(loads.weight_kg[u] for u in stops) <= fleet.payload_kg[kind] + 1e-9
            cost += fleet.cost_per_s[kind] * travel[here, source]
            clock = max([clock + travel[here, source], *(loads.release_s[u] for u in stops)])
            clock, here = clock + fleet.loading_s[kind], source
            for u in stops:
                assert loads.source[u] in (source, -1)
                assert loads.source[u] == source or source == fleet.base[v]
                to = loads.point[u]
                cost += fleet.cost_per_s[kind] * travel[here, to]
                clock = max(clock + travel[here, to], loads.open_s[u])
                assert clock <= loads.close_s[u] + 1e-4
                late = clock - loads.due_s[u]
                cost += loads.late_cost_per_s[u] * late + loads.late_cost[u] if late > 0 else 0.0
                clock, here = clock + loads.service_s[u], to
                served.append(u)
        home = travel[here, fleet.base[v]]
        cost += fleet.cost_per_s[kind] * home if problem.back_counts else 0.0
        assert clock + (home if fleet.back_in_time else 0.0) <= fleet.until_s[v] + 1e-4
    assert sorted([*served, *routes.absent]) == list(range(len(loads.point)))
    return float(cost + loads.absent_cost[list(routes.absent)].sum())


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**31), st.tuples(st.booleans(), st.booleans(), st.booleans()))
def test_the_cost_is_that_of_a_plain_replay(seed: int, rules: tuple[bool, bool, bool]) -> None:
    """With windows, releases and places to load or without, no limit is broken and nothing is forgotten."""
    windows, releases, sources = rules
    problem = draw_problem(seed, windows=windows, releases=releases, sources=sources)
    search = Search(problem, seed=seed % 1000)
    first = search.routes()
    assert first.cost == pytest.approx(replay(problem, first), abs=1e-3)
    search.improve(200)
    routes = search.routes()
    assert routes.cost == pytest.approx(replay(problem, routes), abs=1e-3)
    assert routes.cost <= first.cost + 1e-9


def every_plan(problem: LoadProblem, loads: int) -> float:
    """Least cost over every order, cut into every set of trips, of one vehicle."""
    best = np.inf
    base = int(problem.fleet.base[0])
    for order in itertools.permutations(range(loads)):
        for cuts in itertools.product((False, True), repeat=loads - 1):
            trips: list[list[int]] = [[order[0]]]
            for u, cut in zip(order[1:], cuts, strict=True):
                if cut:
                    trips.append([])
                trips[-1].append(u)
            plan = tuple((base, tuple(trip)) for trip in trips)
            try:
                best = min(best, replay(problem, Routes((plan, (), ()), (), 0.0)))
            except AssertionError:
                continue
    return best


@pytest.mark.parametrize("seed", range(6))
def test_few_loads_of_one_vehicle_are_solved_to_the_optimum(seed: int) -> None:
    """No order and no cut into trips is cheaper."""
    problem = draw_problem(seed, windows=False, releases=seed % 2 == 0, sources=False, loads=4)
    only = np.array([9.0, 0.0, 0.0])
    fleet = Fleet(
        **{
            **vars(problem.fleet),
            "most_trips": np.array([4, 0, 0]),
            "until_s": np.full(3, 500.0),
            "payload_kg": np.array([6.0, 0.1]),
            "used_cost": only,
        }
    )
    alone = LoadProblem(fleet, problem.loads, problem.back_counts)
    search = Search(alone, seed=1)
    search.improve(400)
    assert search.routes().cost == pytest.approx(every_plan(alone, 4), abs=1e-3)


def test_the_same_seed_gives_the_same_routes() -> None:
    """Nothing but problem and seed decides."""
    problem = draw_problem(7, windows=True, releases=True, sources=True)
    found = []
    for _ in range(2):
        search = Search(problem, seed=3)
        search.improve(100)
        found.append(search.routes())
    assert found[0] == found[1]


def test_a_load_that_no_vehicle_can_carry_is_left_and_nothing_else() -> None:
    """It stays on the list of those that nobody serves."""
    problem = draw_problem(1, windows=False, releases=False, sources=False)
    weights = problem.loads.weight_kg.copy()
    weights[4] = 99.0
    heavy = LoadProblem(
        problem.fleet, Loads(**{**vars(problem.loads), "weight_kg": weights}), back_counts=True
    )
    search = Search(heavy, seed=1)
    search.improve(200)
    assert 4 in search.routes().absent


def test_nobody_to_serve_and_nobody_to_serve_them() -> None:
    """Without loads there are no trips, without vehicles no load is served."""
    problem = draw_problem(2, windows=False, releases=False, sources=False)
    empty = Loads(**{name: values[:0] for name, values in vars(problem.loads).items()})
    search = Search(LoadProblem(problem.fleet, empty, back_counts=True), seed=1)
    search.improve(5)
    assert search.routes() == Routes(((), (), ()), (), 0.0)
    none = {
        name: values[:0] if len(np.shape(values)) == 1 else values
        for name, values in vars(problem.fleet).items()
    }
    kinds = {name: getattr(problem.fleet, name) for name in ("payload_kg", "loading_s", "cost_per_s")}
    search = Search(LoadProblem(Fleet(**{**none, **kinds}), problem.loads, back_counts=True), seed=1)
    search.improve(5)
    assert search.routes().absent == tuple(range(9))
