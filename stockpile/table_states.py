"""How far the tables of a region have come: what is there, and which rows are still those of the template."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from stockpile.bundle import ALL_TABLES, CATALOGUE, CATALOGUE_TABLES, SAVED_ROADS
from stockpile.errors import Problem
from stockpile.region import region_folder
from stockpile.tables import OPTIONAL_TABLES, read_table

TEMPLATE = "template"
"""Source of the rows that a new region starts with; their basis is assumed."""


@dataclass(frozen=True)
class TableState:
    """One table: its file below the data root, its rows, and how many are still those of the template.

    `rows` is None when the file is missing; `needed` says whether a plan can do without it.
    """

    table: str
    file: str
    rows: int | None
    template_rows: int
    needed: bool


def table_states(name: str, root: Path | None = None) -> tuple[TableState, ...]:
    """Return the state of every table of a region, whatever is wrong with their rows.

    Raises:
        DataError: there is no such region.
    """
    folder = region_folder(name, root)
    return tuple(_state(folder, table) for table in ALL_TABLES)


def _state(folder: Path, table: str) -> TableState:
    file = folder / f"{table}.csv"
    if table in CATALOGUE_TABLES and not file.is_file():
        file = folder.parent / CATALOGUE / file.name
    label = f"{file.parent.name}/{file.name}"
    needed = table not in OPTIONAL_TABLES and not (table == "roads" and (folder / SAVED_ROADS).is_file())
    if not file.is_file():
        return TableState(table, label, None, 0, needed)
    problems: list[Problem] = []  # are told by the check of the region
    rows = read_table(file, table, problems)
    template = (rows["source"] == TEMPLATE) & (rows["basis"] == "assumed")
    return TableState(table, label, len(rows), int(template.sum()), needed)
