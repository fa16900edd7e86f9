"""Better openings where capacity never binds: open, close or exchange one source at a time."""

from __future__ import annotations

import numpy as np

from stockpile.placement.location.location_problem import LocationProblem
from stockpile.placement.problem import Flags, Floats

LEAST_GAIN = 1e-9
"""Share of the cost that a move must save."""


def improve(problem: LocationProblem, opened: Flags) -> Flags:
    """Make the best of all single moves until none saves (Teitz and Bart, Operations Research 16 (1968)).

    `opened` (m,) must serve everybody. Sources that are open already stay open.
    """
    opened = opened.copy()
    while True:
        cost, entering, leaving = _best_move(problem, opened)
        if entering < 0 and leaving < 0:
            return opened
        if cost >= -LEAST_GAIN * abs(_total(problem, opened)):
            return opened
        if entering >= 0:
            opened[entering] = True
        if leaving >= 0:
            opened[leaving] = False


def _total(problem: LocationProblem, opened: Flags) -> float:
    return float(problem.opening_cost[opened].sum() + problem.cost[opened].min(axis=0).sum())


def _best_move(problem: LocationProblem, opened: Flags) -> tuple[float, int, int]:
    """Change of the cost, and the sources that enter and leave (-1: none)."""
    inside = np.flatnonzero(opened)
    cost, every = problem.cost[inside], np.arange(problem.cost.shape[1])
    nearest = cost.argmin(axis=0)
    first = cost[nearest, every]
    others = cost.copy()
    others[nearest, every] = np.inf
    second = others.min(axis=0)
    # row m stands for nobody entering
    offers = np.vstack([problem.cost, np.full(len(every), np.inf)])
    opening = np.append(np.where(opened, np.inf, problem.opening_cost), 0.0)
    kept = np.minimum(offers, first) - first
    entering = opening + kept.sum(axis=1)
    left = _by_nearest(np.minimum(offers, second) - first - kept, nearest, len(inside))
    closing = np.where(problem.already_open[inside], np.inf, -problem.opening_cost[inside])
    change = entering[:, None] + left + closing
    stay = np.where(len(inside) < problem.most_open, entering, np.inf)
    moves = np.column_stack([change, stay])
    moves[-1, -1] = np.inf
    row, column = np.unravel_index(np.argmin(moves), moves.shape)
    leaving = int(inside[column]) if column < len(inside) else -1
    return float(moves[row, column]), int(row) if row < len(opened) else -1, leaving


def _by_nearest(values: Floats, nearest: np.ndarray, sources: int) -> Floats:
    """Sum the columns of each nearest source, (rows, sources)."""
    order = np.argsort(nearest, kind="stable")
    starts = np.searchsorted(nearest[order], np.arange(sources))
    counts = np.bincount(nearest, minlength=sources)
    sums = np.zeros((len(values), sources))
    busy = counts > 0
    if busy.any():
        sums[:, busy] = np.add.reduceat(values[:, order], starts[busy], axis=1)
    return sums
