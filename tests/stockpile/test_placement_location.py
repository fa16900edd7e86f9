"""Location problems: enumeration of openings, knapsacks, exchanges, what is one, what cannot be served."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from placement_samples import INF, easy, random_location, tiny
from scipy.optimize import LinearConstraint, milp

from stockpile.linear_program import InfeasibleError
from stockpile.placement.location.interchange import improve
from stockpile.placement.location.knapsacks import lane_penalties, pick_shares, pick_whole
from stockpile.placement.location.location_problem import LocationProblem, location_problem
from stockpile.placement.location.search import locate
from stockpile.placement.problem import Goal, PlacementProblem
from stockpile.placement.whole.model import build_whole_model
from stockpile.placement.whole.solve import place_whole, solve_whole_model

SEEDS = st.integers(0, 2**32 - 1)


def enumerated(problem: PlacementProblem) -> float:
    """Least cost over all sets of open sources, each served by scipy; inf where none can serve everybody."""
    rules, one = problem.rules, problem.scenarios[0]
    ways, sites = one.lanes, len(one.site)
    site = (ways.site == np.arange(sites)[:, None]).astype(float)
    source = (ways.source == np.arange(len(rules.candidate))[:, None]) * ways.loaded_per_unit
    whole = np.full(len(ways.site), int(problem.single_source))
    best = INF
    for choice in product([False, True], repeat=len(rules.candidate)):
        opened = np.array(choice) | ~rules.candidate
        new = opened & rules.candidate
        if (rules.most_open is not None and new.sum() > rules.most_open) or not len(ways.site):
            continue
        room = one.surviving * rules.usable_m3 / rules.unit_volume_m3[0]
        limits = [LinearConstraint(site, 1, 1), LinearConstraint(source, -INF, room)]
        open_lanes = opened[ways.source].astype(float)
        found = milp(ways.cost_per_kg, constraints=limits, bounds=(0, open_lanes), integrality=whole)
        if found.status == 0:
            best = min(best, found.fun + rules.opening_cost[new].sum())
    return best


@settings(deadline=None, max_examples=60)
@given(SEEDS, st.booleans(), st.booleans())
def test_no_other_openings_cost_less(seed: int, single_source: bool, limited: bool) -> None:  # noqa: FBT001
    """Branch and bound, the whole model and enumeration agree; the stock carries what is served."""
    problem, goal = random_location(seed, single_source=single_source, limited=limited)
    assert location_problem(problem, goal) is not None
    best = enumerated(problem)
    if not np.isfinite(best):
        with pytest.raises(InfeasibleError):
            place_whole(problem, goal)
        return
    answer = place_whole(problem, goal)
    assert -answer.certificate.value == pytest.approx(best, rel=1e-6, abs=1e-6)
    assert answer.certificate.gap <= 1e-6
    assert answer.certificate.bound >= answer.certificate.value
    whole = solve_whole_model(build_whole_model(problem, goal))
    assert whole.certificate.value == pytest.approx(answer.certificate.value, rel=1e-6, abs=1e-6)
    rules, one = problem.rules, problem.scenarios[0]
    demand = np.zeros(len(one.site))
    demand[one.lanes.site] = one.lanes.loaded_per_unit
    for each in (answer, whole):
        assert not (each.opened & ~rules.candidate).any()
        is_open = each.opened | ~rules.candidate
        assert (each.stock[:, 0] * 2 <= rules.usable_m3 * is_open + 1e-6).all()
        assert each.supplied == pytest.approx(np.array([[len(one.site)]]))
        assert each.spending == pytest.approx(rules.opening_cost[each.opened].sum())
    assert one.surviving @ answer.stock[:, 0] == pytest.approx(demand.sum())


def location(cost: np.ndarray, load: np.ndarray, capacity: np.ndarray, **changes: object) -> LocationProblem:
    """A problem without opening costs."""
    sources = len(cost)
    fixed = LocationProblem(np.zeros(sources), capacity, np.zeros(sources, dtype=bool), sources, load, cost)
    return replace(fixed, **changes)  # type: ignore[arg-type]


@given(SEEDS)
def test_a_knapsack_of_whole_sites_is_the_best_of_all_picks(seed: int) -> None:
    """Against all subsets; shares lose nothing against it, and a lane that must be used costs its penalty."""
    rng = np.random.default_rng(seed)
    sites = int(rng.integers(1, 7))
    load = rng.integers(0, 8, sites).astype(float)
    capacity = rng.integers(0, 20, 2).astype(float)
    margin = rng.integers(-9, 5, (2, sites)).astype(float)
    problem = location(margin, load, capacity)
    loss, share = pick_whole(problem, margin)
    shares_loss, shares = pick_shares(problem, margin)
    penalty_loss, penalties = lane_penalties(problem, margin)
    assert penalty_loss == pytest.approx(shares_loss)
    for source in range(2):
        picks = [np.array(pick) for pick in product([0.0, 1.0], repeat=sites)]
        able = [pick for pick in picks if pick @ load <= capacity[source]]
        assert loss[source] == min(margin[source] @ pick for pick in able)
        assert share[source] @ load <= capacity[source]
        assert share[source] @ margin[source] == loss[source]
        assert shares_loss[source] <= loss[source] + 1e-9
        assert shares[source] @ load <= capacity[source] + 1e-9
        for site in range(sites):
            using = [margin[source] @ pick for pick in able if pick[site]]
            assert shares_loss[source] + penalties[source, site] <= min(using, default=INF) + 1e-9


def test_an_exchange_leaves_no_better_neighbour() -> None:
    """No single source opened, closed or exchanged costs less; what is open already stays."""
    rng = np.random.default_rng(5)
    cost = rng.integers(1, 100, (8, 30)).astype(float)
    already = np.arange(8) == 2
    problem = location(
        cost,
        np.ones(30),
        np.full(8, 30.0),
        opening_cost=rng.integers(0, 150, 8).astype(float),
        already_open=already,
    )

    def total(opened: np.ndarray) -> float:
        return float(problem.opening_cost[opened].sum() + cost[opened].min(axis=0).sum())

    best = improve(problem, already)
    assert best[2]
    assert total(best) < total(already)
    for first, second in product(range(8), repeat=2):
        other = best.copy()
        other[[first, second]] = ~other[[first, second]]
        if other.any() and other[2] and abs(int(other.sum()) - int(best.sum())) <= 1:
            assert total(other) >= total(best)


def test_a_search_that_is_stopped_still_holds_a_bound() -> None:
    """With one node the value is reachable and the bound below it; with all of them they meet."""
    rng = np.random.default_rng(1)
    load = rng.integers(5, 30, 40).astype(float)
    problem = location(
        rng.integers(1, 60, (12, 40)).astype(float),
        load,
        np.full(12, load.sum() / 4),
        opening_cost=np.full(12, 150.0),
    )
    full = locate(problem, gap=1e-9)
    stopped = locate(problem, gap=1e-9, most_nodes=1)
    assert stopped.bound <= full.bound <= full.service.value <= stopped.service.value
    assert full.bound == pytest.approx(full.service.value)


def test_what_asks_for_more_than_openings_is_no_location_problem() -> None:
    """Floors, budgets, ready stock, docks, risk of people left out, or a goal other than least cost."""
    problem, goal = random_location(7, single_source=False, limited=True)
    one, rules = problem.scenarios[0], problem.rules
    assert location_problem(problem, goal) is not None
    others = [
        replace(problem, rules=replace(rules, budget=1.0)),
        replace(problem, rules=replace(rules, unit_cost=np.ones(1))),
        replace(problem, rules=replace(rules, at_least=np.ones_like(rules.current))),
        replace(problem, scenarios=(replace(one, dock_kg=np.ones_like(one.dock_kg)),)),
        replace(problem, scenarios=(replace(one, ready=np.ones_like(one.ready)),)),
        replace(problem, scenarios=(replace(one, held=np.ones_like(one.held)),)),
        replace(problem, scenarios=(replace(one, most_people=one.most_people / 2),)),
    ]
    assert all(location_problem(other, goal) is None for other in others)
    less = replace(goal, required=((goal.coverage, goal.required[0][1] - 0.5),))
    assert all(location_problem(problem, other) is None for other in (less, replace(goal, gain=1.0)))
    assert location_problem(*easy(tiny())) is None


def test_a_site_that_no_lane_reaches_cannot_be_served() -> None:
    """Said as such, not as a number."""
    problem = location(np.array([[1.0, INF]]), np.ones(2), np.ones(1) * 5)
    with pytest.raises(InfeasibleError, match="cannot serve every site"):
        locate(problem, gap=1e-6)


def test_goal_counts_everybody_or_is_refused() -> None:
    """A requirement of nobody is no location problem."""
    problem, goal = random_location(7, single_source=False, limited=True)
    assert location_problem(problem, Goal(goal.coverage, gain=0.0, yuan=1.0)) is None
