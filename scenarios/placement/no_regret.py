"""Stock that is right in every plan near the best that was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from stockpile.placement.priorities import Priorities, Solver
from stockpile.placement.problem import Floats, Goal, PlacementProblem
from stockpile.placement.solution import Placement
from stockpile.region import Region

NEAR_SHARE = 0.01
"""A plan is near the best when it supplies at most this share of people less by the first hour."""

TRIED = 4
"""Warehouses, those of most value, that are tried with no more than they have to hold."""


def no_regret_stock(
    problem: PlacementProblem,
    priorities: Priorities,
    answer: Placement,
    best: float,
    others: Sequence[Placement],
    solve: Solver,
) -> tuple[Floats, int]:
    """Return the least of each level over all plans near the best that were found, (I, K), and their number.

    One after the other the warehouses that hold most may hold no more than their least level; a plan that
    is near the best all the same counts. Other plans may exist, so the levels are upper limits of what truly
    every plan near the best holds.

    Args:
        problem: the problem.
        priorities: how people count.
        answer: its answer.
        best: what the best plan reaches by the first measure.
        others: plans within the rules that were found before, their values by the same measure.
        solve: the solver.
    """
    goal = Goal(priorities.first_measure(problem).coverage)
    near = best * (1 - NEAR_SHARE)
    plans = [answer.stock, *(plan.stock for plan in others if plan.certificate.value >= near)]
    worth = (answer.stock - problem.rules.at_least).clip(min=0.0) @ problem.rules.unit_cost
    for source in np.argsort(-worth, kind="stable")[:TRIED]:
        if worth[source] <= 0:
            break
        most = problem.rules.at_most.copy()
        most[source] = problem.rules.at_least[source]
        if (most.sum(axis=0) < problem.rules.current.sum(axis=0)).any():
            continue  # today's stock would have no place
        without = solve(
            replace(problem, rules=replace(problem.rules, at_most=most)), goal, gap=priorities.gap
        )
        if without.certificate.value >= near:
            plans.append(without.stock)
    least: Floats = np.min(plans, axis=0)
    return least, len(plans)


def no_regret_table(
    region: Region, problem: PlacementProblem, answer: Placement, least: Floats
) -> pd.DataFrame:
    """The levels beyond what has to be held that every plan found holds, those of most value first."""
    rules = problem.rules
    names = region.warehouses.set_index("id")["name_zh"]
    items = region.items.set_index("id")
    beyond = np.where(least > rules.at_least, least - rules.at_least, 0.0) * rules.unit_cost
    rows = [
        (
            problem.source_ids[source],
            names[problem.source_ids[source]],
            problem.item_ids[item],
            items.loc[problem.item_ids[item], "name_zh"],
            items.loc[problem.item_ids[item], "unit"],
            round(least[source, item]),
            round(answer.stock[source, item]),
        )
        for source, item in sorted(
            np.argwhere(beyond > 0).tolist(), key=lambda pair: -float(beyond[pair[0], pair[1]])
        )
    ]
    columns = ["warehouse", "warehouse_name_zh", "item", "item_name_zh", "unit", "in_every_plan", "level"]
    return pd.DataFrame(rows, columns=columns, dtype=object)
