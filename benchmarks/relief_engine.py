"""This engine on a relief case. PLACEHOLDER: the plan of `relief_greedy`, until dispatch answers here."""

from __future__ import annotations

from benchmarks.relief_case import Objective, ReliefCase, Routes
from benchmarks.relief_greedy import greedy_plan


def solve_relief(case: ReliefCase, seconds: float, objective: Objective, seed: int) -> Routes:
    """Plan within so many seconds: one route a truck, loads in order, HOME in between."""
    del seconds, objective, seed
    return greedy_plan(case)
