"""People counted over hours and scenarios: expected, in the tail, or in the worst case."""

from __future__ import annotations

from stockpile.placement.problem import Coverage, Floats
from stockpile.placement.risk import risk_value


def coverage_value(coverage: Coverage, probability: Floats, supplied: Floats) -> float:
    """Return what a coverage counts when `supplied` (S, H) people hold a basket by each hour."""
    return risk_value(supplied @ coverage.per_hour, probability, coverage.risk)
