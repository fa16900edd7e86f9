"""The primal-dual placement solver against a program written down from the definition of the model."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from placement_packs import in_packs
from placement_programs import exact_value, random_problem

from stockpile.placement.problem import Coverage, Goal, Risk
from stockpile.placement.search import solve_by_prices
from stockpile.placement.sent_out import sent_out
from stockpile.placement.solve import solve_placement

FIRST = Coverage(np.array([1.0, 0.0]))
LATER = Coverage(np.array([0.0, 1.0]))
HOURS = Coverage(np.array([8.0, 4.0]))


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("complete", [True, False], ids=["baskets", "items"])
def test_the_optimum_lies_between_value_and_bound(seed: int, *, complete: bool) -> None:
    """What is reached is no more, and what is proven no less, than the optimum; both are close to it."""
    problem = random_problem(seed, complete=complete)
    optimum = exact_value(problem, Goal(HOURS))
    certificate = solve_by_prices(problem, Goal(HOURS), gap=2e-3, packs=False).certificate
    assert certificate.value <= optimum * (1 + 1e-7)
    assert certificate.bound >= optimum * (1 - 1e-7)
    assert certificate.gap <= 2e-3


@pytest.mark.parametrize("seed", range(8))
def test_openings_are_branched_on_until_the_gap_is_proven(seed: int) -> None:
    """With candidates the answer is a whole one, and still within the gap of the exact optimum."""
    problem = random_problem(seed, candidates=3)
    optimum = exact_value(problem, Goal(FIRST))
    answer = solve_by_prices(problem, Goal(FIRST), gap=2e-3, packs=False)
    assert answer.certificate.value <= optimum * (1 + 1e-7)
    assert answer.certificate.bound >= optimum * (1 - 1e-7)
    assert answer.certificate.gap <= 3e-3


@pytest.mark.parametrize("risk", [Risk("cvar", 0.5), Risk("worst")], ids=["cvar", "worst"])
@pytest.mark.parametrize("seed", range(5))
def test_bad_scenarios_can_count_more(seed: int, risk: Risk) -> None:
    """CVaR and the worst case are bounded on both sides as well."""
    problem = random_problem(seed)
    goal = Goal(replace(HOURS, risk=risk))
    optimum = exact_value(problem, goal)
    certificate = solve_by_prices(problem, goal, gap=5e-3, packs=False).certificate
    assert certificate.value <= optimum * (1 + 1e-7)
    assert certificate.bound >= optimum * (1 - 1e-7)
    assert certificate.gap <= 1e-2


@pytest.mark.parametrize("seed", range(5))
def test_a_required_coverage_is_kept_at_least_cost(seed: int) -> None:
    """The least cost for a coverage: never below the optimum, and the coverage is really reached."""
    problem = random_problem(seed)
    most = exact_value(problem, Goal(FIRST))
    goal = Goal(HOURS, gain=0.0, yuan=1.0, required=((FIRST, 0.9 * most),))
    optimum = exact_value(problem, goal)
    answer = solve_by_prices(problem, goal, gap=5e-3, packs=False)
    probability = np.array([one.probability for one in problem.scenarios])
    assert probability @ answer.supplied[:, 0] >= 0.9 * most * (1 - 1e-9)
    assert answer.certificate.value <= optimum + 1e-6 * abs(optimum)
    assert answer.certificate.bound >= optimum - 1e-6 * abs(optimum)
    assert answer.certificate.gap <= 2e-2


@pytest.mark.parametrize("solver", ["whole", "by prices"])
@pytest.mark.parametrize("seed", range(5))
def test_packs_keep_every_limit(seed: int, solver: str) -> None:
    """Changes are whole packs; floors, ceilings, room, totals and the budget hold to the unit."""
    problem = random_problem(seed, candidates=1)
    rules = problem.rules
    if solver == "whole":
        answer = solve_placement(problem, Goal(FIRST))
    else:
        answer = solve_by_prices(problem, Goal(FIRST), gap=5e-3, packs=True)
    packs = (answer.stock - rules.current) / rules.pack_size
    assert np.abs(packs - np.round(packs)).max() < 1e-9
    assert (answer.stock >= rules.at_least - 1e-9).all()
    assert (answer.stock <= rules.at_most + 1e-9).all()
    open_now = ~rules.candidate | answer.opened
    room = rules.usable_m3 * open_now + answer.expansion_m3
    assert (answer.stock @ rules.unit_volume_m3 <= room + 1e-9).all()
    bought = answer.stock.sum(axis=0) - rules.current.sum(axis=0)
    assert (bought >= -1e-9).all()
    spent = bought @ rules.unit_cost + (rules.opening_cost * answer.opened).sum()
    spent += answer.expansion_m3 @ rules.expansion_cost_per_m3
    assert spent <= rules.budget + 1e-6
    assert answer.spending == pytest.approx(spent)


@pytest.mark.parametrize("seed", range(5))
def test_small_problems_are_solved_to_the_optimum(seed: int) -> None:
    """The whole model meets the program written down by hand; whole packs cost what the gap says."""
    problem = random_problem(seed, candidates=2)
    optimum = exact_value(problem, Goal(HOURS))
    assert solve_placement(problem, Goal(HOURS), packs=False).certificate.value == pytest.approx(optimum)
    rounded = solve_placement(problem, Goal(HOURS)).certificate
    assert rounded.value <= optimum * (1 + 1e-9)
    assert rounded.bound == pytest.approx(optimum, rel=1e-3)


@pytest.mark.parametrize("seed", range(5))
def test_a_required_coverage_is_kept_in_whole_packs_too(seed: int) -> None:
    """What rounding misses is asked for again, so that the promise holds in the end."""
    problem = random_problem(seed)
    floor = 0.85 * exact_value(problem, Goal(FIRST))
    answer = solve_placement(problem, Goal(FIRST, gain=0.0, yuan=1.0, required=((FIRST, floor),)))
    probability = np.array([one.probability for one in problem.scenarios])
    assert probability @ answer.supplied[:, 0] >= floor * (1 - 1e-6)


@pytest.mark.parametrize("seed", [4, 7, 9])
def test_a_coverage_near_the_most_that_packs_reach_still_has_a_least_cost(seed: int) -> None:
    """A margin past what can be reached is halved until an answer keeps the coverage."""
    sizes = np.random.default_rng(seed).choice([1, 5, 10, 20], 3)
    problem = in_packs(random_problem(seed, candidates=seed % 4), sizes)
    most = solve_placement(problem, Goal(LATER))
    floor = 0.97 * most.certificate.value
    goal = Goal(LATER, gain=0.0, yuan=1.0, required=((LATER, floor),))
    answer = solve_placement(problem, goal)
    probability = np.array([one.probability for one in problem.scenarios])
    assert probability @ answer.supplied[:, 1] >= floor * (1 - 1e-6)
    optimum = exact_value(problem, goal)
    assert answer.certificate.value <= optimum <= answer.certificate.bound + 1e-4 * abs(optimum)


def test_a_given_stock_is_judged_alike_by_both_solvers() -> None:
    """The people whom the flows by prices supply are those that the best flows supply, within the gap."""
    problem = random_problem(3)
    best = solve_by_prices(problem, Goal(FIRST), gap=2e-3, packs=True)
    exact = sent_out(problem, Goal(FIRST), best, best.stock)
    assert exact.certificate.value >= best.certificate.value * (1 - 1e-9)
    assert exact.certificate.value == pytest.approx(best.certificate.value, rel=3e-3)
    assert exact.spending == pytest.approx(best.spending)


def test_the_same_problem_gives_the_same_bytes() -> None:
    """Two runs agree to the last bit."""
    problem = random_problem(5, candidates=2)
    first, second = (solve_by_prices(problem, Goal(FIRST), gap=5e-3, packs=True) for _ in range(2))
    assert first.stock.tobytes() == second.stock.tobytes()
    assert first.supplied.tobytes() == second.supplied.tobytes()
    assert first.certificate == second.certificate
