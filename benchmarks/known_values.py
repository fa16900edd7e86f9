"""Best known values of published instances, from the table beside them, and the distance to them."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import NamedTuple

from benchmarks.reading import FormatError

TABLE = "known_values.csv"


class KnownValue(NamedTuple):
    """The best value known of an instance (None: no value is known), its status, and a remark."""

    value: float | None
    status: str
    note: str


UNKNOWN = KnownValue(None, "", "")


def known_values(path: Path) -> dict[str, KnownValue]:
    """What is known by instance, from the table beside a file, if there is one.

    Raises:
        FormatError: The table has no such columns, or a value is no number.
    """
    table = path.parent / TABLE
    if not table.is_file():
        return {}
    with table.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        values = {}
        for row in reader:
            try:
                value = float(row["value"])
                values[row["instance"]] = KnownValue(value, row["status"], row.get("note") or "")
            except (KeyError, TypeError, ValueError) as error:
                raise FormatError(
                    f"{table}, line {reader.line_num}: instance, value (a number) and status are needed"
                ) from error
    return values


def gap_to(known: float | None, value: float) -> float | None:
    """(value - known) / |known|, None where no value other than 0 is known."""
    if known is None or known == 0:
        return None
    return (value - known) / abs(known)
