"""A sheet of a workbook as plain data: columns, rows and headings, without any spreadsheet library."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Kind = Literal[
    "text",
    "wrap",
    "count",
    "units",
    "number",
    "decimal",
    "money",
    "share",
    "gap",
    "hours",
    "clock",
    "date",
    "tick",
]


@dataclass(frozen=True)
class Link:
    """A cell that opens another sheet of the workbook, given by the name wished for that sheet."""

    text: str
    sheet: str

    def __str__(self) -> str:
        """The text that is shown."""
        return self.text


Cell = str | int | float | date | Link | None


@dataclass(frozen=True)
class Column:
    """A column: both headers, width in characters, and how its cells are written.

    `wrap` cells are text over several lines, `clock` cells hold hours and are shown as h:mm, `hours` cells
    show hours as they are, `decimal` and `number` cells one decimal, `money` two, `units` whole ones; in
    `units`, `number` and `money` zero is a dash. `share` cells are cut, not rounded, to 0.1 %: 100 % is said
    of the whole only. `gap` cells are shares rounded up to 0.001 %: 0 is said of no gap only. `tick` cells
    are empty boxes to be ticked on paper. A blank string or None leaves a cell empty. Text that begins with
    one of `alarms` is red.
    """

    zh: str
    en: str
    width: float
    kind: Kind = "text"
    alarms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """Rows under headers; neighbouring rows that share the value of column `band` are shaded alike.

    `empty` stands in the place of a table without rows; blank writes the headers all the same.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    title: str = ""
    band: int | None = None
    empty: str = ""


@dataclass(frozen=True)
class Lines:
    """Lines of text that run across the sheet."""

    texts: tuple[str, ...]
    title: str = ""


@dataclass(frozen=True)
class Sheet:
    """One sheet: the name wished for, its title, lines of explanation and of alarm, parts below one another.

    `frozen_columns` stay in sight when the others are scrolled sideways. `together` is the column of a single
    table whose equal neighbours stay on one printed page.
    """

    name: str
    title: str
    notes: tuple[str, ...]
    parts: tuple[Table | Lines, ...]
    alarms: tuple[str, ...] = ()
    frozen_columns: int = 0
    together: int | None = None

    @property
    def tables(self) -> tuple[Table, ...]:
        """The parts that are tables."""
        return tuple(part for part in self.parts if isinstance(part, Table))
