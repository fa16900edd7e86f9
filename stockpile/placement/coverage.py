"""People counted over hours and scenarios: expected, in the tail, or in the worst case."""

from __future__ import annotations

import numpy as np

from stockpile.placement.problem import Coverage, Floats, Risk


def coverage_value(coverage: Coverage, probability: Floats, supplied: Floats) -> float:
    """Return what a coverage counts when `supplied` (S, H) people hold a basket by each hour.

    >>> half = np.array([0.5, 0.5])
    >>> people = np.array([[100.0], [40.0]])
    >>> [coverage_value(Coverage(np.ones(1), Risk(kind)), half, people) for kind in ("expectation", "worst")]
    [70.0, 40.0]
    """
    return risk_value(coverage.risk, probability, supplied @ coverage.per_hour)


def risk_value(risk: Risk, probability: Floats, outcome: Floats) -> float:
    """Return the expectation, the mean of the worst `tail` of probability (CVaR) or the least outcome, (S,).

    CVaR is max over t of t - 1/tail * sum over s of p_s max(t - outcome_s, 0): Rockafellar and Uryasev,
    Optimization of conditional value-at-risk, Journal of Risk 2 (2000), for gains instead of losses.
    """
    if risk.kind == "worst":
        return float(outcome.min())
    if risk.kind == "expectation":
        return float(probability @ outcome)
    short = np.maximum(outcome[:, None] - outcome[None, :], 0.0)
    return float((outcome - short @ probability / risk.tail).max())
