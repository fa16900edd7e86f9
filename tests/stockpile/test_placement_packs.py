"""Rounding to whole packs: nothing of today's stock is lost, and no limit is broken for it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from placement_packs import in_packs
from placement_programs import random_problem

from stockpile.placement.packs import whole_packs
from stockpile.placement.problem import Coverage, Floats, Goal, PlacementProblem
from stockpile.placement.solution import Placement
from stockpile.placement.whole.solve import place_whole

GOAL = Goal(Coverage(np.array([1.0, 0.0])))


def crowded(seed: int) -> PlacementProblem:
    """A random region with large packs in which stores have hardly more room than today's stock needs."""
    problem = random_problem(seed, candidates=seed % 3)
    rules = problem.rules
    room = np.maximum(rules.current @ rules.unit_volume_m3, rules.usable_m3 / 2)
    sizes = np.random.default_rng(seed).choice([5, 10, 20], 3)
    return in_packs(replace(problem, rules=replace(rules, usable_m3=room)), sizes)


def rounded(problem: PlacementProblem) -> tuple[Placement, Floats]:
    """The answer in fractions, and its stock in whole packs."""
    answer = place_whole(problem, GOAL)
    return answer, whole_packs(problem.rules, answer)


@pytest.mark.parametrize("seed", range(30))
def test_no_item_falls_below_its_total_today(seed: int) -> None:
    """A pack for which another store has no whole place stays, or goes back to, where it is today."""
    problem = crowded(seed)
    _, stock = rounded(problem)
    assert (stock.sum(axis=0) >= problem.rules.current.sum(axis=0)).all()


@pytest.mark.parametrize("seed", range(30))
def test_what_goes_back_breaks_no_limit(seed: int) -> None:
    """Room, floors, ceilings and the budget hold, and changes are whole packs."""
    problem = crowded(seed)
    rules = problem.rules
    answer, stock = rounded(problem)
    room = np.where(~rules.candidate | answer.opened, rules.usable_m3, 0.0) + answer.expansion_m3
    assert (stock @ rules.unit_volume_m3 <= room + 1e-6).all()
    assert (stock >= rules.at_least).all()
    assert (stock <= rules.at_most).all()
    packs = (stock - rules.current) / rules.pack_size
    assert np.abs(packs - np.round(packs)).max() < 1e-9
    more = stock.sum(axis=0) - answer.stock.sum(axis=0)
    assert (more <= 1e-6).all()


def test_a_pack_that_fits_nowhere_whole_is_split() -> None:
    """20 units may no longer stay in one store; two others have room for 12 and 8."""
    problem = random_problem(0)
    rules = replace(
        problem.rules,
        current=np.array([[20.0, 0, 0], *np.zeros((3, 3))]),
        at_least=np.zeros((4, 3)),
        at_most=np.array([[0.0, 0, 0], *np.full((3, 3), 100.0)]),
        unit_volume_m3=np.ones(3),
        pack_size=np.array([20, 1, 1]),
        usable_m3=np.array([20.0, 12.0, 8.0, 0.0]),
    )
    none = np.zeros(4)
    wanted = np.array([[0.0, 0, 0], [12.0, 0, 0], [8.0, 0, 0], [0.0, 0, 0]])
    answer = replace(place_whole(problem, GOAL), stock=wanted, opened=none > 0, expansion_m3=none)
    assert whole_packs(rules, answer).tolist() == wanted.tolist()
