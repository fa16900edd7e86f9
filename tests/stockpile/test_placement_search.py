"""Branch and bound by prices where openings do not fit together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from placement_programs import random_problem

from stockpile.placement.problem import Coverage, Goal, PlacementProblem
from stockpile.placement.search import Search, solve_by_prices
from stockpile.placement.whole.model import build_whole_model
from stockpile.placement.whole.solve import solve_whole_model

FIRST = Coverage(np.eye(2)[0])


def with_limits(seed: int, share: float, most_open: int | None) -> PlacementProblem:
    """Make a problem whose budget is a share of what its dearest candidate costs."""
    problem = random_problem(seed, candidates=3)
    rules = problem.rules
    budget = share * float(rules.opening_cost[rules.candidate].max())
    return replace(problem, rules=replace(rules, budget=budget, most_open=most_open))


@pytest.mark.parametrize(
    ("share", "most_open"), [(0.3, None), (1.5, None), (np.inf, 1), (np.inf, 2), (0.0, 0)]
)
def test_openings_that_do_not_fit_together_are_left_out_and_not_an_error(
    share: float, most_open: int | None
) -> None:
    """No more is opened than fits, and the bound holds for the whole model."""
    for seed in range(3):
        problem = with_limits(seed, share, most_open)
        answer = solve_by_prices(problem, Goal(FIRST), gap=5e-3, packs=False)
        whole = solve_whole_model(build_whole_model(problem, Goal(FIRST))).certificate
        assert answer.certificate.bound >= whole.value - 1e-4 * abs(whole.value)
        assert answer.certificate.value <= whole.bound + 1e-4 * abs(whole.bound)
        assert answer.opened.sum() <= (3 if most_open is None else most_open)
        assert answer.spending <= problem.rules.budget * (1 + 1e-6) + 1e-6


def test_memory_of_kept_states_is_counted_once() -> None:
    """No state is given back twice: that would let the search keep more than it may."""
    for seed in range(4):
        search = Search(with_limits(seed, 2.0, None), Goal(FIRST), 1e-3, lambda _: None)
        search.run()
        assert search.kept_bytes >= 0
