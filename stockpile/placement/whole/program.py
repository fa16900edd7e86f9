"""Columns and rows of a sparse program under construction, with names that a reader understands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from stockpile.linear_program import LinearProgram
from stockpile.placement.problem import Floats, Ints

Indices = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Entry:
    """Coefficients `value` of columns in rows of one family, the rows numbered from 0; all (entries,)."""

    row: Ints
    column: Ints
    value: Floats


class Program:
    """minimise cost @ x  subject to  rows and bounds; columns come in blocks, rows in families."""

    def __init__(self) -> None:
        self.blocks: list[tuple[str, tuple[Sequence[str], ...]]] = []
        self.families: list[tuple[str, int]] = []
        self.columns = self.rows = 0
        self._bounds: list[tuple[Floats, Floats, NDArray[np.bool_]]] = []
        self._entries: list[Entry] = []
        self._limits: list[tuple[Floats, Floats]] = []
        self._cost: list[tuple[Indices, Floats]] = []

    def add_columns(
        self,
        name: str,
        labels: tuple[Sequence[str], ...],
        *,
        lower: Any = 0.0,  # noqa: ANN401 - whatever numpy broadcasts
        upper: Any = np.inf,  # noqa: ANN401
        whole: bool = False,
    ) -> Indices:
        """Add a block with one axis a label list, and return its column numbers in that shape."""
        shape = tuple(len(axis) for axis in labels)
        count = int(np.prod(shape))
        bounds = (
            np.broadcast_to(np.asarray(limit, dtype=np.float64), shape).ravel() for limit in (lower, upper)
        )
        self._bounds.append((*bounds, np.full(count, whole)))  # type: ignore[arg-type]
        self.blocks.append((name, labels))
        self.columns += count
        return np.arange(self.columns - count, self.columns).reshape(shape)

    def add_cost(self, columns: Indices, price: Any) -> None:  # noqa: ANN401 - whatever numpy broadcasts
        """Add a price to each of these columns."""
        self._cost.append((columns.ravel(), np.broadcast_to(price, columns.shape).astype(np.float64).ravel()))

    def add_rows(self, family: str, entries: Sequence[Entry], *, lower: Floats, upper: Floats) -> None:
        """Add the rows of one constraint family; rows that limit nothing are left out."""
        kept = np.isfinite(lower) | np.isfinite(upper)
        number = np.cumsum(kept) - 1 + self.rows
        for entry in entries:
            used = kept[entry.row] & (entry.value != 0)
            self._entries.append(Entry(number[entry.row[used]], entry.column[used], entry.value[used]))
        self._limits.append((lower[kept], upper[kept]))
        self.families.append((family, int(kept.sum())))
        self.rows += int(kept.sum())

    def linear_program(self) -> LinearProgram:
        """The program as arrays."""
        cost = np.zeros(self.columns)
        for columns, price in self._cost:
            np.add.at(cost, columns, price)
        lower, upper, whole = (np.concatenate(parts) for parts in zip(*self._bounds, strict=True))
        values, rows, columns = (
            np.concatenate([np.zeros(0), *(getattr(entry, name) for entry in self._entries)])
            for name in ("value", "row", "column")
        )
        indices = (rows.astype(np.int64), columns.astype(np.int64))
        matrix = csr_matrix((values, indices), shape=(self.rows, self.columns))
        row_lower, row_upper = (
            np.concatenate([np.zeros(0), *parts]) for parts in zip(*self._limits, strict=True)
        )
        return LinearProgram(cost, upper, matrix, row_lower, row_upper, lower, whole)

    def column_names(self) -> list[str]:
        """Names such as stock[north,water]."""
        return [
            f"{name}[{','.join(label)}]" if label else name
            for name, labels in self.blocks
            for label in product(*labels)
        ]

    def row_names(self) -> list[str]:
        """Names such as volume 1."""
        return [f"{family} {number}" for family, count in self.families for number in range(1, count + 1)]


def entry(row: Any, column: Any, value: Any) -> Entry:  # noqa: ANN401 - whatever numpy broadcasts
    """Coefficients from arrays of any shapes that broadcast to one."""
    rows, columns, values = np.broadcast_arrays(row, column, np.asarray(value, dtype=np.float64))
    return Entry(rows.ravel(), columns.ravel(), values.ravel())
