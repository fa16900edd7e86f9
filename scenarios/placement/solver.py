"""The placement solver as the pipeline calls it: best stock for a goal, or what a given stock is worth."""

from __future__ import annotations

from stockpile.placement.problem import Floats, Goal, PlacementProblem
from stockpile.placement.solution import Placement


def solve(
    problem: PlacementProblem, goal: Goal, *, gap: float, fixed_stock: Floats | None = None
) -> Placement:
    """Return the best stock for a goal; with `fixed_stock` (I, K) whom that stock reaches.

    Raises:
        InfeasibleError: no stock keeps the rules and the required coverage.
    """
    # the solvers load when they are needed, so that `--help` does not wait for them
    if fixed_stock is not None:
        from stockpile.placement.given_stock import reach_of_stock  # noqa: PLC0415

        return reach_of_stock(problem, goal.coverage, fixed_stock)
    from stockpile.placement.solve import solve_placement  # noqa: PLC0415

    return solve_placement(problem, goal, gap=gap)
