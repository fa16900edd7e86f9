"""The temperatures that a search starts from and ends at."""

from __future__ import annotations

import numpy as np
import pytest
from search_samples import Rules, draw_problem, with_loads

from routing.search.load_problem import LoadProblem
from routing.search.search import COOLING, OF_SITES, ONE_BY_ONE, Routes, Search


def searched(problem: LoadProblem, heat: float | None) -> Routes:
    """Routes after a few iterations."""
    search = Search(problem, seed=1, heat=heat)
    search.improve(60)
    return search.routes()


def heat_of_the_first_plan(problem: LoadProblem, share: float) -> float:
    """A share of the first plan's cost for one load, where it brings them all."""
    first = Search(problem, seed=1).routes()
    assert not first.absent
    return share * first.cost / len(problem.loads.point)


def test_the_search_stays_as_warm_as_its_steps_ask() -> None:
    """A load late costs 1e5: from 0.3 of it down to 0.015, or the share of the plan where that is more."""
    problem = draw_problem(1, Rules(), loads=24, vehicles=8)
    steps = with_loads(problem, late_cost=np.full(24, 1e5), due_s=np.full(24, 1e9))
    assert Search(steps, seed=1).heat == (30_000.0, 1500.0)
    far = with_loads(steps, late_cost_per_s=np.full(24, 1e3), due_s=np.zeros(24))
    start, end = Search(far, seed=1).heat
    assert start > 30_000.0
    assert end == max(1500.0, start * COOLING)


def test_loads_that_are_never_late_heat_nothing() -> None:
    """They have no hour to be late for."""
    problem = draw_problem(1, Rules(), loads=24, vehicles=8)
    never = with_loads(problem, late_cost=np.full(24, 1e5), due_s=np.full(24, np.inf))
    start, end = Search(never, seed=1).heat
    assert (start < 30_000.0, end) == (True, start * COOLING)


@pytest.mark.parametrize("sites", [True, False])
@pytest.mark.parametrize("late_cost", [0.0, 1e5])
def test_steps_of_late_loads_heat_a_search_without_sites(*, sites: bool, late_cost: float) -> None:
    """Where sites wait or nothing costs by steps, it is heated by a share of the first plan's cost."""
    found, given = [], []
    for seed in range(12):
        problem = draw_problem(seed, Rules(sites=sites), loads=24, vehicles=8)
        problem = with_loads(problem, late_cost=np.full(24, late_cost), due_s=np.full(24, 2500.0))
        heat = heat_of_the_first_plan(problem, OF_SITES[2] if sites else ONE_BY_ONE[2])
        found.append(searched(problem, None))
        given.append(searched(problem, heat))
    assert (found == given) == (sites or not late_cost)
