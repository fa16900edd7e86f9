"""The search over trips: what it says it costs is what a plain replay costs, and no limit is broken."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from search_samples import Rules, draw_problem, kept_for, replay, with_loads

from routing.search.search import Routes, Search

RULES = st.builds(Rules, **{field.name: st.booleans() for field in fields(Rules)})
MANY = settings(max_examples=80, deadline=None)


@MANY
@given(st.integers(0, 2**31), RULES)
def test_the_cost_is_that_of_a_plain_replay(seed: int, rules: Rules) -> None:
    """With any rules, from the first plan on: none is broken, nothing forgotten, nothing gets dearer."""
    problem = draw_problem(seed, rules)
    search = Search(problem, seed=seed % 1000)
    before = np.inf
    for iterations in (0, 20, 200):
        search.improve(iterations)
        routes = search.routes()
        assert routes.cost == pytest.approx(replay(problem, routes), abs=0.05)
        assert routes.cost <= before
        before = routes.cost


@MANY
@given(st.integers(0, 2**31), RULES)
def test_a_search_begins_with_the_routes_it_is_given(seed: int, rules: Rules) -> None:
    """Where all loads are brought they come back as they were; others are added if that costs no more."""
    problem = draw_problem(seed, rules)
    search = Search(problem, seed=1)
    search.improve(100)
    found = search.routes()
    problem = kept_for(problem, found)
    again = Search(problem, seed=2, start=found).routes()
    assert again.cost == pytest.approx(replay(problem, again), abs=0.05)
    assert again.cost <= found.cost + 0.05
    if not found.absent:
        assert replace(again, cost=found.cost) == found


@MANY
@given(st.integers(0, 2**31), RULES)
def test_a_search_goes_on_where_another_ended(seed: int, rules: Rules) -> None:
    """It never ends with routes that cost more than those it began with."""
    problem = draw_problem(seed, rules)
    found = Search(problem, seed=1).routes()
    problem = kept_for(problem, found)
    search = Search(problem, seed=2, start=found)
    search.improve(100)
    assert search.routes().cost <= found.cost + 0.05
    assert search.routes().cost == pytest.approx(replay(problem, search.routes()), abs=0.05)


@MANY
@given(st.integers(0, 2**31), RULES)
def test_loads_that_are_only_put_at_the_end_leave_the_rest_alone(seed: int, rules: Rules) -> None:
    """Every vehicle does what it was given in the same order, then the rest; its last trip may grow."""
    problem = draw_problem(seed, rules)
    late, heavy = range(6, 9), problem.loads.weight_kg.copy()
    heavy[late] = 999.0
    search = Search(with_loads(problem, weight_kg=heavy), seed=1)
    search.improve(50)
    found = search.routes()
    problem = replace(kept_for(problem, found), at_the_end=True)
    routes = Search(problem, seed=1, start=found).routes()
    assert routes.cost == pytest.approx(replay(problem, routes), abs=0.05)
    for before, after in zip(found.trips, routes.trips, strict=True):
        was = [load for trip in before for load in trip.loads]
        assert [load for trip in after for load in trip.loads][: len(was)] == was
        pairs = list(zip(before, after, strict=False))
        assert all(one.source == two.source for one, two in pairs)
        assert all(one.loads == two.loads for one, two in pairs[:-1])


@given(st.integers(0, 2**31), RULES)
@settings(max_examples=10, deadline=None)
def test_the_same_seed_gives_the_same_routes(seed: int, rules: Rules) -> None:
    """Nothing but problem and seed decides."""
    problem = draw_problem(seed, rules)
    found = []
    for _ in range(2):
        search = Search(problem, seed=3)
        search.improve(100)
        found.append(search.routes())
    assert found[0] == found[1]


@pytest.mark.parametrize("column", ["weight_kg", "volume_m3"])
def test_a_load_that_no_vehicle_can_carry_is_left_and_nothing_else(column: str) -> None:
    """It stays on the list of those that nobody brings."""
    problem = draw_problem(1, Rules())
    values = getattr(problem.loads, column).copy()
    values[4] = 999.0
    search = Search(with_loads(problem, **{column: values}), seed=1)
    search.improve(200)
    assert search.routes().absent == (4,)


def test_a_load_that_is_worth_less_than_its_way_is_left() -> None:
    """Nobody drives for a load that costs nothing if it stays."""
    problem = draw_problem(1, Rules())
    search = Search(with_loads(problem, absent_cost=np.zeros(9)), seed=1)
    search.improve(50)
    assert search.routes().absent == tuple(range(9))
    assert search.routes().cost == 0.0


def test_nobody_to_serve_and_nobody_to_serve_them() -> None:
    """Without loads there are no trips, without vehicles or types of them no load is brought."""
    problem = draw_problem(2, Rules())
    loads = {field.name: getattr(problem.loads, field.name) for field in fields(problem.loads)}
    search = Search(with_loads(problem, **{name: column[:0] for name, column in loads.items()}), seed=1)
    search.improve(5)
    assert search.routes() == Routes(((), (), ()), (), (), 0.0)
    of_types = (
        "payload_kg",
        "volume_m3",
        "loading_s",
        "unloading_s_per_kg",
        "cost_per_s",
        "stop_s",
        "travel_s",
    )
    columns = {field.name: getattr(problem.fleet, field.name) for field in fields(problem.fleet)}
    idle = {name: column if name in of_types else column[:0] for name, column in columns.items()}
    for kept in (idle, {name: column[:0] for name, column in columns.items()}):
        search = Search(replace(problem, fleet=replace(problem.fleet, **kept)), seed=1)
        search.improve(5)
        assert search.routes().absent == tuple(range(9))
