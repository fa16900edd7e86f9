"""Placement problems in packs of given sizes, their limits on whole packs as those of a region are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from stockpile.placement.problem import Ints, PlacementProblem


def in_packs(problem: PlacementProblem, sizes: Ints) -> PlacementProblem:
    """Return the problem with items in packs of these sizes (K,), limits whole packs off today's level."""
    rules = problem.rules
    least = rules.current + np.ceil((rules.at_least - rules.current) / sizes) * sizes
    most = rules.current + np.floor((rules.at_most - rules.current) / sizes) * sizes
    return replace(problem, rules=replace(rules, pack_size=sizes, at_least=least, at_most=most))
