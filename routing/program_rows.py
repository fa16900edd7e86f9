"""Rows of a linear program, collected family by family as arrays."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix

from routing.problem import Floats, Ints
from stockpile.linear_program import LinearProgram


class ProgramRows:
    """Collects sparse rows `row <= upper` as arrays."""

    def __init__(self) -> None:
        self._rows: list[Ints] = []
        self._columns: list[Ints] = []
        self._values: list[Floats] = []
        self._upper: list[Floats] = []
        self._count = 0

    def add(self, row: Ints, column: Ints, value: Floats) -> None:
        """Add entries to rows numbered from 0 within the family that `close` ends."""
        self._rows.append(row + self._count)
        self._columns.append(column)
        self._values.append(np.broadcast_to(np.asarray(value, dtype=np.float64), row.shape))

    def close(self, upper: Floats) -> None:
        """End a family of constraints and give its right-hand sides."""
        self._upper.append(np.asarray(upper, dtype=np.float64))
        self._count += len(upper)

    def add_row(self, column: Ints, value: Floats, upper: float) -> None:
        """Add one row, a family of its own; a row without columns is left out."""
        if len(column):
            self.add(np.zeros(len(column), dtype=np.int64), column, value)
            self.close(np.array([upper]))

    def program(self, cost: Floats, most: Floats, least: Floats | None = None) -> LinearProgram:
        """The linear program with these rows; columns are at most `most`, and at least `least` or 0."""
        entries = (np.concatenate(self._values), (np.concatenate(self._rows), np.concatenate(self._columns)))
        matrix = csr_matrix(entries, shape=(self._count, len(cost)))
        upper = np.concatenate(self._upper)
        return LinearProgram(cost, most, matrix, np.full_like(upper, -np.inf), upper, least)
