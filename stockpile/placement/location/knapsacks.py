"""What each open source gains at given prices of the sites: one knapsack a source, all at once.

A site pays its price to whoever serves it; a source picks sites whose price passes the cost of serving them,
as many as its capacity carries.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from stockpile.placement.location.location_problem import WHOLE, LocationProblem
from stockpile.placement.problem import Floats

MOST_CELLS = 20_000_000
"""Size of the largest table of a whole knapsack: sites x sources x capacity, one byte each."""


class Knapsacks(Protocol):
    """Loss (m,), never above 0, and the share of each site that each source picks (m, n)."""

    def __call__(self, problem: LocationProblem, margin: Floats) -> tuple[Floats, Floats]:
        """Pick for margins cost - price, (m, n)."""


def knapsacks_of(problem: LocationProblem) -> Knapsacks:
    """The kind that bounds a problem best: whole sites where they must not be split and loads are whole."""
    if problem.unlimited:
        return pick_all
    if problem.single_source and _fits_a_table(problem):
        return pick_whole
    return pick_shares


def pick_all(problem: LocationProblem, margin: Floats) -> tuple[Floats, Floats]:
    """loss_i = sum_j min(0, margin_ij): capacity never binds."""
    del problem
    picked = margin < 0
    return np.minimum(margin, 0.0).sum(axis=1), picked.astype(np.float64)


def pick_shares(problem: LocationProblem, margin: Floats) -> tuple[Floats, Floats]:
    """loss_i = min sum_j margin_ij x_ij  with  sum_j load_j x_ij <= capacity_i,  0 <= x <= 1.

    Best margin by load first (Dantzig); the last site may be picked in part.
    """
    load = np.broadcast_to(problem.load, margin.shape)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(margin < 0, margin / load, 0.0)
    order = np.argsort(ratio, axis=1, kind="stable")
    wanted = np.take_along_axis(margin, order, 1) < 0
    ordered = problem.load[order]
    taken = np.where(wanted, ordered, 0.0)
    before = np.cumsum(taken, axis=1) - taken
    room = np.clip(problem.capacity[:, None] - before, 0.0, taken)
    part = np.divide(room, ordered, out=wanted.astype(np.float64), where=ordered > 0)
    share = np.empty_like(margin)
    np.put_along_axis(share, order, part, 1)
    return (np.minimum(margin, 0.0) * share).sum(axis=1), share


def lane_penalties(problem: LocationProblem, margin: Floats) -> tuple[Floats, Floats]:
    """Loss of the knapsacks with shares (m,), and how much less it gets if a lane must be used, (m, n).

    That is margin_ij - price_i load_j >= 0 with the price of capacity that the first site left out sets.
    """
    loss, share = pick_shares(problem, margin)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where((margin < 0) & (share < 1), margin / problem.load, 0.0)
    price = ratio.min(axis=1)
    return loss, np.maximum(margin - price[:, None] * problem.load, 0.0)


def pick_whole(problem: LocationProblem, margin: Floats) -> tuple[Floats, Floats]:
    """loss_i = min sum_j margin_ij x_ij  with  sum_j load_j x_ij <= capacity_i,  x in {0, 1}.

    Dynamic programming over capacity, all sources at once; loads and capacities are whole numbers.
    """
    sources, sites = margin.shape
    load = np.rint(problem.load).astype(np.int64)
    capacity = np.floor(np.minimum(problem.capacity, problem.load.sum()) + WHOLE).astype(np.int64)
    width = int(capacity.max()) + 1
    best = np.zeros((sources, width))
    taken = np.zeros((sites, sources, width), dtype=np.bool_)
    useful = np.flatnonzero((margin < 0).any(axis=0) & (load < width))
    for site in useful.tolist():
        with_site = best[:, : width - load[site]] + np.minimum(margin[:, site], 0.0)[:, None]
        better = with_site < best[:, load[site] :]
        taken[site, :, load[site] :] = better
        best[:, load[site] :] = np.where(better, with_site, best[:, load[site] :])
    share, every = np.zeros_like(margin), np.arange(sources)
    loss, room = best[every, capacity], capacity.copy()
    for site in useful[::-1].tolist():
        share[:, site] = taken[site, every, room]
        room -= np.where(share[:, site] > 0, load[site], 0)
    return loss, share


def _fits_a_table(problem: LocationProblem) -> bool:
    whole = bool((np.abs(problem.load - np.rint(problem.load)) < WHOLE).all())
    width = min(float(problem.capacity.max()), float(problem.load.sum())) + 1
    return whole and problem.cost.size * width <= MOST_CELLS
