"""A sheet of plan.xlsx as plain data: columns, rows and headings, without any spreadsheet library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "wrap", "count", "decimal", "share", "clock", "tick"]
Cell = str | int | float


@dataclass(frozen=True)
class Column:
    """A column: both headers, width in characters, and how its cells are written.

    `wrap` cells are text over several lines, `clock` cells hold hours and are shown as h:mm, `decimal` cells
    show one decimal, `tick` cells are empty boxes to be ticked on paper. A blank string leaves a cell empty.
    """

    zh: str
    en: str
    width: float
    kind: Kind = "text"


@dataclass(frozen=True)
class Table:
    """Rows under headers; neighbouring rows that share the value of column `band` are shaded alike."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    title: str = ""
    band: int | None = None


@dataclass(frozen=True)
class Sheet:
    """One sheet: the name wished for, its title, lines of explanation, tables below one another.

    `frozen_columns` stay in sight when the others are scrolled sideways.
    """

    name: str
    title: str
    notes: tuple[str, ...]
    tables: tuple[Table, ...]
    frozen_columns: int = 0
