"""How many people each budget reaches, and where more money begins to buy less."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from stockpile.placement.feasibility import nearest_rules
from stockpile.placement.priorities import Priorities, Solver, by_hour
from stockpile.placement.problem import Goal, PlacementProblem

SHARES = (0.0, 0.1, 0.25, 0.5, 1.0)
"""Budgets that are solved, as shares of the way from the least spending to the most useful one."""

COLUMNS = ["budget_yuan", "people", "bound", "share", "knee"]


def budget_curve(
    problem: PlacementProblem, priorities: Priorities, most_yuan: float, everybody: float, solve: Solver
) -> pd.DataFrame:
    """Return people by the first hour for a handful of budgets, each solved; `knee` marks one of them.

    Budgets run from what the least levels cost to `most_yuan`. A larger budget allows whatever a smaller one
    does, so that people found with less money count for it, too.
    """
    least = min(nearest_rules(problem.rules).least_spending, problem.rules.budget)
    budgets = sorted({round(least + share * max(0.0, most_yuan - least), 2) for share in SHARES})
    rows: list[tuple[float, float, float]] = []
    goal = Goal(by_hour(problem, priorities.first_hours[0], priorities.risk))
    reached = 0.0
    for budget in budgets:
        limited = replace(problem, rules=replace(problem.rules, budget=budget))
        found = solve(limited, goal, gap=priorities.gap).certificate
        reached = max(reached, found.value)
        rows.append((budget, reached, max(found.bound, reached)))
    at = knee([row[0] for row in rows], [row[1] for row in rows])
    shares = [people / everybody if everybody else 1.0 for _, people, _ in rows]
    return pd.DataFrame(
        [(*row, share, index == at) for index, (row, share) in enumerate(zip(rows, shares, strict=True))],
        columns=COLUMNS,
    )


def knee(budgets: Sequence[float], people: Sequence[float]) -> int | None:
    """Return the index of the point farthest above the straight line from the first to the last.

    That is the knee of Satopää et al. 2011 (Finding a "Kneedle" in a haystack) for a concave curve; None when
    no point lies above the line.

    >>> knee([0.0, 1.0, 2.0, 4.0], [0.0, 80.0, 95.0, 100.0])
    1
    """
    x, y = np.array(budgets), np.array(people)
    if len(x) < 3 or x[-1] <= x[0] or y[-1] <= y[0]:  # noqa: PLR2004 - two ends and something between
        return None
    above = (y - y[0]) / (y[-1] - y[0]) - (x - x[0]) / (x[-1] - x[0])
    best = int(np.argmax(above))
    return best if above[best] > 1e-6 else None  # noqa: PLR2004 - tolerance of the arithmetic
