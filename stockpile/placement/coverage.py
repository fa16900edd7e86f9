"""People counted over hours and scenarios: expected, in the tail, or in the worst case."""

from __future__ import annotations

from stockpile.placement.problem import Coverage, Floats, Goal
from stockpile.placement.risk import risk_value


def coverage_value(coverage: Coverage, probability: Floats, supplied: Floats) -> float:
    """Return what a coverage counts when `supplied` (S, H) people hold a basket by each hour."""
    return risk_value(coverage.outcomes(supplied), probability, coverage.risk)


def shortfall(goal: Goal, probability: Floats, supplied: Floats, *, slack: float) -> float:
    """Return the largest share of a required coverage that is missed by more than `slack`, else 0."""
    short = [
        1.0 - coverage_value(coverage, probability, supplied) / floor
        for coverage, floor in goal.required
        if floor > 0
    ]
    return max([0.0, *(share for share in short if share > slack)])
