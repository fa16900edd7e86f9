"""Least cost of serving every site from sources that are open."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from stockpile.linear_program import (
    InfeasibleError,
    LinearProgram,
    solve_integer_program,
    solve_linear_program,
)
from stockpile.placement.location.location_problem import WHOLE, LocationProblem
from stockpile.placement.problem import Flags, Floats

SPLIT = 1e-7
"""Shares below are rounding of the solver."""


@dataclass(frozen=True, eq=False)
class Service:
    """Open sources (m,), the share of each site that each source serves (m, n), and what that costs."""

    opened: Flags
    share: Floats
    value: float


def serve(problem: LocationProblem, opened: Flags, *, gap: float) -> Service | None:
    """Serve all sites from the `opened` sources (m,) at least cost; None where they cannot.

    Where sites must not be split the cost may be a share `gap` above the least.
    """
    sources = np.flatnonzero(opened)
    if not len(sources) or len(sources) > problem.most_open:
        return None
    part = problem.part(sources)
    if not np.isfinite(part.cost).any(axis=0).all() or _overloaded(part):
        return None
    share = _nearest(part) if part.unlimited else _within_capacity(part, gap)
    if share is None:
        return None
    used = share > 0
    whole = np.zeros(problem.cost.shape)
    whole[sources] = share
    value = float(problem.opening_cost[sources].sum() + (part.cost[used] * share[used]).sum())
    return Service(opened.copy(), whole, value)


def _overloaded(problem: LocationProblem) -> bool:
    total = float(problem.load.sum())
    return bool(problem.capacity.sum() < total - WHOLE * max(1.0, total))


def _nearest(problem: LocationProblem) -> Floats:
    share = np.zeros(problem.cost.shape)
    share[problem.cost.argmin(axis=0), np.arange(problem.cost.shape[1])] = 1.0
    return share


def _within_capacity(problem: LocationProblem, gap: float) -> Floats | None:
    """minimise sum cost x  subject to  sum_i x_ij = 1,  sum_j load_j x_ij <= capacity_i; x whole or not."""
    source, site = np.nonzero(np.isfinite(problem.cost))
    sources, sites = problem.cost.shape
    column = np.arange(len(source))
    rows = np.concatenate([site, sites + source])
    values = np.concatenate([np.ones(len(source)), problem.load[site]])
    matrix = csr_matrix((values, (rows, np.tile(column, 2))), shape=(sites + sources, len(source)))
    program = LinearProgram(
        cost=problem.cost[source, site],
        upper=np.ones(len(source)),
        matrix=matrix,
        row_lower=np.concatenate([np.ones(sites), np.full(sources, -np.inf)]),
        row_upper=np.concatenate([np.ones(sites), problem.capacity]),
        whole=np.ones(len(source), dtype=np.bool_),
    )
    try:
        if problem.single_source:
            columns = np.rint(solve_integer_program(program, gap=gap).columns)
        else:
            columns = solve_linear_program(program).columns
    except InfeasibleError:
        return None
    share = np.zeros(problem.cost.shape)
    share[source, site] = np.where(columns > SPLIT, columns, 0.0)
    normal: Floats = share / share.sum(axis=0)
    return normal
