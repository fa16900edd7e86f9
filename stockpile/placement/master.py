"""The first stage as a program of its own: bound it at given prices, and the nearest point in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix, hstack

from stockpile.linear_program import InfeasibleError
from stockpile.placement.first_stage import FirstStage
from stockpile.placement.primal_dual import Cut
from stockpile.placement.problem import Flags, Floats

MIP_GAP, MIP_NODES = 1e-5, 2_000
"""Where a whole first stage stops: its bound holds wherever that is."""

INFEASIBLE = 2
"""Status of `scipy.optimize.milp`: no point keeps the rows and bounds."""

Range: TypeAlias = tuple[Floats, Floats]
"""Least and most of each opening, (I,) both."""


@dataclass(frozen=True, eq=False)
class Chosen:
    """Columns of the first stage and the bound that was proven when they were chosen."""

    columns: Floats
    bound: float


class Master:
    """Programs over the first-stage columns."""

    def __init__(self, first: FirstStage) -> None:
        self.first = first
        self.own = np.flatnonzero(~first.counts_people)
        self.shared = np.flatnonzero(first.counts_people)
        self.matrix = csr_matrix(first.matrix[self.own])
        self.up_and_down = csr_matrix(hstack([self.matrix, -self.matrix]))
        self.shared_upper = first.row_upper[self.shared]
        self.row_upper = first.row_upper[self.own]
        self.row_lower = np.where(first.equal[self.own], self.row_upper, -np.inf)

    def bound(self, cut: Cut, row_price: Floats, opened: Range | None = None) -> float:
        """Most that any answer is worth, by the Lagrangian at the prices that gave the cut.

        Minus infinity where no first stage keeps the rows with these openings.
        """
        first = self.first
        gain = first.gain - first.matrix[self.shared].T @ row_price[self.shared]
        gain[first.stock] += cut.slope.sum(axis=0)
        fixed = float(cut.worth.sum() + row_price[self.shared] @ self.shared_upper)
        return fixed + self._best(gain, *self._with_opened(opened)).bound

    def _best(self, gain: Floats, lower: Floats, upper: Floats) -> Chosen:
        rows = LinearConstraint(self.matrix, self.row_lower, self.row_upper)
        return _solve(gain, rows, lower, upper, self.first.whole)

    def nearest(self, columns: Floats, size: Floats, opened: Range | None = None) -> Floats:
        """Columns within the rows and bounds, openings in parts, that are nearest to the given ones.

        Each deviation counts in its natural size; `opened` limits the openings.

        Raises:
            InfeasibleError: there are none.
        """
        lower, upper = self._with_opened(opened)
        start = np.clip(columns, lower, upper)
        met = self.matrix @ start
        chosen = _solve(
            -np.concatenate([1.0 / size, 1.0 / size]),
            LinearConstraint(self.up_and_down, self.row_lower - met, self.row_upper - met),
            np.zeros(2 * len(columns)),
            np.concatenate([upper - start, start - lower]),
            np.zeros(2 * len(columns), dtype=bool),
        )
        if np.isneginf(chosen.bound):
            raise InfeasibleError("no stock keeps the rules with these openings")
        up, down = np.split(chosen.columns, 2)
        return np.clip(start + up - down, lower, upper)

    def _with_opened(self, opened: Range | None) -> tuple[Floats, Floats]:
        lower, upper = self.first.lower.copy(), self.first.upper.copy()
        if opened is not None:
            lower[self.first.opened], upper[self.first.opened] = opened
        return lower, upper


def _solve(gain: Floats, rows: LinearConstraint, lower: Floats, upper: Floats, whole: Flags) -> Chosen:
    free = whole & (lower < upper)
    result = milp(
        -gain,
        constraints=rows,
        bounds=Bounds(lower, upper),
        integrality=free.astype(float),
        options={"mip_rel_gap": MIP_GAP, "node_limit": MIP_NODES},
    )
    if result.status == INFEASIBLE:
        return Chosen(np.clip(np.zeros(len(gain)), lower, upper), -np.inf)
    if result.x is None:
        raise ValueError(result.message)
    # without openings to decide it is a linear program, and its value is its bound
    bound = result.mip_dual_bound if free.any() else result.fun
    return Chosen(result.x, np.inf if bound is None else -float(bound))
