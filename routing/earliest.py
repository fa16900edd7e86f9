"""Earliest arrivals where roads open during the plan: limits that hold for any way, over any stops."""

from __future__ import annotations

import numpy as np

from routing.problem import DispatchProblem, Floats


def earliest_s(problem: DispatchProblem, kind: int, begin_s: Floats) -> Floats:
    """Second before which no vehicle of the type is at each point, whatever its stops on the way, (R, P).

    A(p) = min( begin(p), min over q and stretches of  max(A(q), from) + way(q, p)  that ends by their end )

    A vehicle may wait at any point for a road to open. Where none does, ways without a stop are the shortest.

    Args:
        problem: The situation.
        kind: Vehicle type.
        begin_s: Seconds from which a vehicle stands at points, infinite for never; each row alone, (R, P).
    """
    stretches = [(0.0, np.inf, problem.travel_s[kind])]
    stretches += [(spell.from_s, spell.until_s, spell.travel_s[kind]) for spell in problem.spells]
    best: Floats = begin_s.copy()
    for row in best:
        fresh = np.flatnonzero(np.isfinite(row))
        while len(fresh):
            before = row.copy()
            for from_s, until_s, ways_s in stretches:
                there = np.maximum(before[fresh], from_s)[:, None] + ways_s[fresh]
                np.minimum(row, np.where(there <= until_s, there, np.inf).min(axis=0), out=row)
            fresh = np.flatnonzero(row < before) if problem.spells else fresh[:0]
    return best
