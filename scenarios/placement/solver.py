"""The placement solver as the pipeline calls it: best stock for a goal, or what a given stock is worth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from stockpile.placement.problem import Floats, Goal, PlacementProblem
from stockpile.placement.solution import Placement


def solve(
    problem: PlacementProblem, goal: Goal, *, gap: float, fixed_stock: Floats | None = None
) -> Placement:
    """Return the best stock for a goal; with `fixed_stock` (I, K) whom that stock reaches.

    Raises:
        InfeasibleError: no stock keeps the rules and the required coverage.
    """
    # compiled loops and solvers load when they are needed, so that `--help` does not wait for them
    from stockpile.placement.given_stock import reach_of_stock  # noqa: PLC0415

    if fixed_stock is not None:
        return reach_of_stock(problem, goal.coverage, fixed_stock)
    from stockpile.placement.first_stage import first_stage  # noqa: PLC0415
    from stockpile.placement.packs import whole_packs  # noqa: PLC0415
    from stockpile.placement.whole.solve import place_whole  # noqa: PLC0415

    found = place_whole(problem, goal, gap=gap)
    first = first_stage(problem, goal)
    columns = np.zeros(len(first.gain))
    columns[first.blocks["stock"]] = found.stock.ravel()
    columns[first.blocks["bought"]] = (found.stock - problem.rules.current).sum(axis=0)
    columns[first.blocks["opened"]] = found.opened | ~problem.rules.candidate
    columns[first.blocks["added"]] = found.expansion_m3
    columns = whole_packs(problem, first, columns)
    stock = columns[first.blocks["stock"]].reshape(found.stock.shape)
    return replace(found, stock=stock)
