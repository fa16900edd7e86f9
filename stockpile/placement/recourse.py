"""What each scenario makes of a stock, exactly: a linear program whose prices give a cut for every stock."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from stockpile.linear_program import LinearProgram, solve_linear_program
from stockpile.placement.problem import Floats
from stockpile.placement.whole.columns import WholeModel


@dataclass(frozen=True, eq=False)
class Outcome:
    """What a scenario makes of one first stage, and a cut: of any first stage u at most worth + slope @ u.

    `value` counts in units of the goal, by the scenario's probability; `columns` (Y,) are what it sends and
    whom it supplies; `slope` (U,).
    """

    value: float
    columns: Floats
    worth: float
    slope: Floats


@dataclass(frozen=True, eq=False)
class Recourse:
    """maximise  gain @ y  subject to  matrix @ y <= limit - first @ u,  0 <= y <= upper.

    y are the columns of one scenario, u those of the first stage. Shapes: `gain` and `upper` (Y,), `matrix`
    (R, Y), `first` (R, U), `limit` (R,).
    """

    gain: Floats
    upper: Floats
    matrix: csr_matrix
    first: csr_matrix
    limit: Floats

    def most(self) -> float:
        """What the scenario can be worth at most, whatever the stock."""
        return self._beyond(np.zeros(len(self.limit)))

    def outcome(self, point: Floats) -> Outcome:
        """Solve for one first stage (U,), and cut there.

        With prices p >= 0 of the rows any u is worth no more than
        p @ (limit - first @ u) + sum over y of max(gain - p @ matrix, 0) * upper. That holds for prices of
        any quality; with those of the optimum it is the value at the point.

        Raises:
            SolverError: the program was not solved to its optimum.
        """
        room = self.limit - self.first @ point
        program = LinearProgram(-self.gain, self.upper, self.matrix, np.full_like(room, -np.inf), room)
        found = solve_linear_program(program)
        price = np.maximum(-found.row_price, 0.0)
        worth = float(price @ self.limit) + self._beyond(price)
        return Outcome(-found.value, found.columns, worth, -(self.first.T @ price))

    def _beyond(self, price: Floats) -> float:
        """What the limits of the columns are worth at prices of the rows."""
        left = self.gain - self.matrix.T @ price
        used = left > 0
        return float(left[used] @ self.upper[used])


def recourses(model: WholeModel) -> list[Recourse]:
    """Take the scenarios of a whole model apart, in order; their columns follow those of the first stage.

    The model has no required coverage and no risk measure: each row belongs to one scenario, and is at most
    its limit. Without emergency purchases every column has a finite limit.
    """
    program = model.program.linear_program()
    shared = model.expansion.max() + 1
    sizes = [
        columns.ship.size + columns.supplied.size + columns.emergency.size + columns.served_by.size
        for columns in model.scenarios
    ]
    ends = shared + np.cumsum(sizes)
    by_column = program.matrix.tocsc()
    parts = []
    for start, end in zip(ends - sizes, ends, strict=True):
        rows = np.unique(by_column[:, start:end].indices)
        own = program.matrix[rows]
        parts.append(
            Recourse(
                gain=-program.cost[start:end],
                upper=program.upper[start:end],
                matrix=csr_matrix(own[:, start:end]),
                first=csr_matrix(own[:, :shared]),
                limit=program.row_upper[rows],
            )
        )
    return parts
