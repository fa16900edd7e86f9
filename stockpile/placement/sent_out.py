"""What exactly a given stock is worth to a goal when it is sent out as well as can be."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from stockpile.linear_program import InfeasibleError
from stockpile.placement.problem import Coverage, Flags, Floats, Goal, PlacementProblem, StockRules
from stockpile.placement.solution import Certificate, Placement
from stockpile.placement.whole.model import build_whole_model
from stockpile.placement.whole.solve import solve_whole_model


def spending_of(rules: StockRules, stock: Floats, opened: Flags, expansion_m3: Floats) -> float:
    """Yuan for purchase, opening and expansion of an answer; stock (I, K), the others (I,)."""
    bought = np.maximum(stock.sum(axis=0) - rules.current.sum(axis=0), 0.0)
    opening = rules.opening_cost[rules.candidate & opened].sum()
    return float(bought @ rules.unit_cost + opening + expansion_m3 @ rules.expansion_cost_per_m3)


def sent_out(problem: PlacementProblem, goal: Goal, answer: Placement, stock: Floats) -> Placement:
    """Return the answer with another stock (I, K), the people it supplies and its value; the bound stays.

    Where the stock misses a required coverage, as much of it as can be is kept instead: the shortfall shows
    in the people supplied.

    Raises:
        SolverError: a program was not solved to its optimum.
    """
    rules = problem.rules
    fixed = replace(
        rules,
        current=stock,
        at_least=stock,
        at_most=stock,
        usable_m3=np.full_like(rules.usable_m3, np.inf),
        candidate=np.zeros_like(rules.candidate),
        expansion_m3=np.zeros_like(rules.expansion_m3),
        budget=np.inf,
        most_open=None,
    )
    here = replace(problem, rules=fixed)
    try:
        best = solve_whole_model(build_whole_model(here, goal))
    except InfeasibleError:
        best = solve_whole_model(build_whole_model(here, replace(goal, required=_reached(here, goal))))
    spending = spending_of(rules, stock, answer.opened, answer.expansion_m3)
    value = best.certificate.value - goal.yuan * spending
    return replace(
        answer,
        stock=stock,
        supplied=best.supplied,
        spending=spending,
        certificate=Certificate(value, max(value, answer.certificate.bound)),
    )


def _reached(problem: PlacementProblem, goal: Goal) -> tuple[tuple[Coverage, float], ...]:
    """The required coverages, lowered in turn to what can be reached with the earlier ones kept."""
    kept: list[tuple[Coverage, float]] = []
    for coverage, floor in goal.required:
        most = solve_whole_model(build_whole_model(problem, Goal(coverage, required=tuple(kept))))
        kept.append((coverage, min(floor, most.certificate.value * (1 - 1e-9))))
    return tuple(kept)
