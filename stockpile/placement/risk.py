"""What several outcomes are worth together: their mean, the mean of the worst share of them, or the worst."""

from __future__ import annotations

import numpy as np

from stockpile.placement.problem import Floats, Risk


def risk_value(outcomes: Floats, probability: Floats, risk: Risk) -> float:
    """Return the value of outcomes (S,) of which more is better, with their probabilities (S,).

    The expectation, the least, or in `cvar` the mean of the worst outcomes that together have the
    probability `tail` (Rockafellar and Uryasev 2000, Optimization of conditional value-at-risk).

    >>> risk_value(np.array([10.0, 30.0]), np.array([0.5, 0.5]), Risk("cvar", 0.75))
    16.666666666666668
    """
    if risk.kind == "expectation":
        return float(probability @ outcomes)
    if risk.kind == "worst":
        return float(outcomes.min())
    order = np.argsort(outcomes, kind="stable")
    before = np.concatenate([[0.0], np.cumsum(probability[order])[:-1]])
    counted = np.clip(risk.tail - before, 0.0, probability[order])
    return float(counted @ outcomes[order] / counted.sum())
