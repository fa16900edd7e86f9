"""Read the inputs and write the tables in the column order of the data dictionary."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent.parent
CATALOGUE = DATA / "warehouses" / "catalogue"

Row = dict[str, str]


def read_rows(path: Path) -> list[Row]:
    """Rows of a UTF-8 CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Inputs:
    """The committed inputs of one region; a key of ``sources`` in a column ``source`` is read in full."""

    def __init__(self, folder: Path, sources: Mapping[str, str]) -> None:
        self.folder = folder
        self.sources = sources

    def rows(self, name: str) -> list[Row]:
        """Rows of ``name``.csv.

        Raises:
            FileNotFoundError: the region has no such input.
        """
        rows = read_rows(self.folder / f"{name}.csv")
        for row in rows:
            if "source" in row:
                row["source"] = self.sources.get(row["source"], row["source"])
        return rows

    def rows_if_any(self, name: str) -> list[Row]:
        """Rows of ``name``.csv; none when the region goes without it."""
        return self.rows(name) if (self.folder / f"{name}.csv").exists() else []


def table_columns(table: str) -> list[str]:
    """Columns of a table in dictionary order."""
    dictionary = read_rows(DATA / "warehouses" / "columns.csv")
    return [row["column"] for row in dictionary if row["table"] == table]


def write_table(folder: Path, table: str, rows: Iterable[Mapping[str, object]]) -> None:
    """Write ``table``.csv: UTF-8 without BOM, LF line ends, blanks where a row names no value.

    The scale of a site is a column only of regions that plan at two scales.

    Raises:
        ValueError: a row names a column that the dictionary does not know.
    """
    kept = list(rows)
    columns = table_columns(table)
    if not any(row.get("scale") for row in kept):
        columns = [column for column in columns if column != "scale"]
    with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(kept)


def without(row: Mapping[str, str], *columns: str) -> Row:
    """The row less the columns that only the builder reads."""
    return {name: value for name, value in row.items() if name not in columns}


def yes_no(value: object) -> str:
    """The dictionary's word for a truth value."""
    return "yes" if value else "no"
