"""Point at a cell of a region's table in a problem."""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from stockpile.bundle import Region
from stockpile.errors import Problem


def problem_at(region: Region, table: str, position: int, column: str, message: str, remedy: str) -> Problem:
    """Return a problem with the cell of `column` in the frame's row at `position`, counted from 0."""
    row = region.table(table).iloc[position]
    return Problem(
        file=region.file_of(table),
        row=int(row["row"]),
        column=column,
        value=cell_text(row[column]),
        message=message,
        remedy=remedy,
        id=(str(row["id"]) or None) if column != "id" else None,
    )


def cell_text(value: object) -> str | None:
    """Return a value as it stands in a file; None for a blank.

    >>> cell_text(12.0), cell_text(True), cell_text("")
    ('12', 'yes', None)
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    if value is None or value == "" or pd.isna(value):  # type: ignore[call-overload]
        return None
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def positions_where(condition: pd.Series | npt.NDArray[np.bool_]) -> list[int]:
    """Return the row positions at which a condition holds, in order."""
    return [int(position) for position in np.flatnonzero(condition)]


def given_ids(frame: pd.DataFrame, column: str = "id") -> dict[str, int]:
    """Return the first row position of every id that is not blank."""
    first: dict[str, int] = {}
    for position, value in enumerate(frame[column]):
        if value:
            first.setdefault(value, position)
    return first
