"""Read the inputs and write the tables in the column order of the data dictionary."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent
CATALOGUE = DATA / "warehouses" / "catalogue"

Row = dict[str, str]


def read_rows(path: Path) -> list[Row]:
    """Rows of a UTF-8 CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def table_columns(table: str) -> list[str]:
    """Columns of a table in dictionary order."""
    dictionary = read_rows(DATA / "warehouses" / "columns.csv")
    return [row["column"] for row in dictionary if row["table"] == table]


def write_table(folder: Path, table: str, rows: Iterable[Mapping[str, object]]) -> None:
    """Write ``table``.csv: UTF-8 without BOM, LF line ends, blanks where a row names no value.

    Raises:
        ValueError: a row names a column that the dictionary does not know.
    """
    with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, table_columns(table), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def yes_no(value: object) -> str:
    """The dictionary's word for a truth value."""
    return "yes" if value else "no"
