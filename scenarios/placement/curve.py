"""How many people each budget reaches, and where more money begins to buy less."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from stockpile.placement.feasibility import nearest_rules
from stockpile.placement.priorities import Priorities, Solver
from stockpile.placement.problem import Goal, PlacementProblem
from stockpile.placement.solution import Certificate, Placement

SHARES = (0.0, 0.1, 0.25, 0.5)
"""Budgets that are solved, as shares of the way from the least spending to what the answer may spend."""

MORE_MONEY = 2.0
"""Where a budget is given, so many times of it is solved, too."""

FEWEST_POINTS = 3
"""Of a curve that can have a knee: two ends and something between."""

NO_WAY_YUAN = 1.0
"""With less between the least spending and the budget, the shares are of the way to more money."""


def budget_curve(
    problem: PlacementProblem,
    priorities: Priorities,
    known: tuple[float, Certificate],
    solve: Solver,
) -> tuple[pd.DataFrame, tuple[Placement, ...]]:
    """Return people by the first hour for a handful of budgets, `knee` marking one of them, and the plans.

    People are those supplied, in expectation; by a risk measure the column is `missing`. Budgets begin with
    what the least levels cost, or where a budget allows nothing else, with that budget. A larger budget
    allows whatever a smaller one does, so that what less money reaches counts for it, too.

    Args:
        problem: the problem.
        priorities: how people count.
        known: what the answer spends, or may spend, and its value by the first hour with its bound.
        solve: the solver.
    """
    given, certificate = known
    least = min(nearest_rules(problem.rules).least_spending, given)
    limited, more = bool(np.isfinite(problem.rules.budget)), MORE_MONEY * given
    low, high = (given, more) if limited and given - least < NO_WAY_YUAN else (least, given)
    budgets = {round(low + share * (high - low), 2) for share in SHARES}
    budgets = (budgets | ({round(more, 2)} if limited else set())) - {round(given, 2)}
    measure = priorities.first_measure(problem)
    goal = Goal(measure.coverage)
    plans = {
        budget: solve(replace(problem, rules=replace(problem.rules, budget=budget)), goal, gap=priorities.gap)
        for budget in sorted(budgets)
        if budget > given or given > least
    }
    certificates = {round(given, 2): certificate, **{yuan: plan.certificate for yuan, plan in plans.items()}}
    rows: list[tuple[float, float, float]] = []
    for budget, found in sorted(certificates.items()):
        reached = max([found.value, *(row[1] for row in rows)])
        rows.append((budget, reached, max(found.bound, reached)))
    at = knee([row[0] for row in rows], [row[1] for row in rows])
    told = [(row[0], measure.told(row[1]), measure.told(row[2]), n == at) for n, row in enumerate(rows)]
    table = pd.DataFrame(told, columns=["budget_yuan", measure.column, "bound", "knee"]).round(
        {measure.column: 4, "bound": 4}
    )
    if not measure.tells_missing:
        table.insert(3, "share", table["people"] / measure.whole if measure.whole else 1.0)
    return table, tuple(plan for budget, plan in sorted(plans.items()) if budget <= given)


def knee(budgets: Sequence[float], people: Sequence[float]) -> int | None:
    """Return the index of the point farthest above the straight line from the first to the last.

    That is the knee of Satopää et al. 2011 (Finding a "Kneedle" in a haystack) for a concave curve; None when
    no point lies above the line.

    >>> knee([0.0, 1.0, 2.0, 4.0], [0.0, 80.0, 95.0, 100.0])
    1
    """
    x, y = np.array(budgets), np.array(people)
    if len(x) < FEWEST_POINTS or x[-1] <= x[0] or y[-1] <= y[0]:
        return None
    above = (y - y[0]) / (y[-1] - y[0]) - (x - x[0]) / (x[-1] - x[0])
    best = int(np.argmax(above))
    return best if above[best] > 1e-6 else None  # noqa: PLR2004 - tolerance of the arithmetic
