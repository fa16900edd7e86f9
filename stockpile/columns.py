"""The data dictionary `columns.csv` as objects: which tables and columns there are, and what they take."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from stockpile.errors import DataError, Problem

SHIPPED_DATA = Path(__file__).resolve().parents[1] / "data" / "warehouses"
DICTIONARY_FILE = "columns.csv"
COLUMN_TYPES = ("id", "ref", "text", "integer", "number", "choice", "set", "boolean", "date")

_INTERVAL = re.compile(r"(?P<open>[\[(])(?P<low>[^,]*),(?P<high>[^,]*)(?P<close>[\])])")


@dataclass(frozen=True)
class Interval:
    """A range of numbers; an end that is not included is open, a missing end is infinite."""

    low: float
    high: float
    includes_low: bool
    includes_high: bool

    @classmethod
    def parse(cls, text: str) -> Interval:
        """Read `[0,1]`, `(0,)` and the like.

        Raises:
            ValueError: the text is no interval.
        """
        match = _INTERVAL.fullmatch(text)
        if match is None:
            raise ValueError(f"{text!r} is no interval such as [0,1] or (0,)")
        return cls(
            low=float(match["low"] or -math.inf),
            high=float(match["high"] or math.inf),
            includes_low=match["open"] == "[",
            includes_high=match["close"] == "]",
        )

    def __contains__(self, value: float) -> bool:
        """Say whether the value lies in the range."""
        above = value >= self.low if self.includes_low else value > self.low
        below = value <= self.high if self.includes_high else value < self.high
        return above and below

    def __str__(self) -> str:
        """Return the range in words, such as `above 0 and at most 500`."""
        words = []
        if self.low > -math.inf:
            words.append(f"{'at least' if self.includes_low else 'above'} {self.low:.15g}")
        if self.high < math.inf:
            words.append(f"{'at most' if self.includes_high else 'below'} {self.high:.15g}")
        return " and ".join(words)


@dataclass(frozen=True)
class Column:
    """One column of one table, as `columns.csv` describes it.

    Attributes:
        table: table the column belongs to.
        name: heading of the column in the files.
        type: one of `COLUMN_TYPES`.
        unit: unit of the values; blank when they have none.
        required: whether every row needs a value.
        default: text a blank cell stands for; blank when it stands for nothing.
        interval: range of an integer or a number; None when any value is right.
        choices: words of a choice or a set; empty for other types.
        refers_to: table whose ids a ref names; None for other types.
        label_zh: heading in Chinese.
        label_en: heading in English.
        description: what the value says.
    """

    table: str
    name: str
    type: str
    unit: str
    required: bool
    default: str
    interval: Interval | None
    choices: tuple[str, ...]
    refers_to: str | None
    label_zh: str
    label_en: str
    description: str

    @classmethod
    def from_row(cls, row: Mapping[str, str]) -> Column:
        """Build a column from its row of `columns.csv`.

        Raises:
            ValueError: the type is unknown or the interval unreadable.
        """
        kind, allowed = row["type"], row["allowed"]
        if kind not in COLUMN_TYPES:
            raise ValueError(f"{row['table']}.{row['column']} has the unknown type {kind!r}")
        return cls(
            table=row["table"],
            name=row["column"],
            type=kind,
            unit=row["unit"],
            required=row["required"] == "yes",
            default=row["default"],
            interval=Interval.parse(allowed) if kind in ("integer", "number") and allowed else None,
            choices=tuple(allowed.split("|")) if kind in ("choice", "set") else (),
            refers_to=allowed if kind == "ref" else None,
            label_zh=row["label_zh"],
            label_en=row["label_en"],
            description=row["description"],
        )

    @property
    def can_be_missing(self) -> bool:
        """Whether a sound table may hold no value in this column."""
        return not self.required and not self.default


@lru_cache(maxsize=1)
def read_dictionary() -> Mapping[str, tuple[Column, ...]]:
    """Return the columns of every table, tables and columns in the order of `columns.csv`.

    Raises:
        DataError: the data do not lie beside the packages, as they do in a clone.
    """
    if not (SHIPPED_DATA / DICTIONARY_FILE).is_file():
        message = "is not there: the data lie in the repository, not in the installed packages"
        remedy = "Clone the repository and install it with `python -m pip install -e .`"
        raise DataError([Problem(DICTIONARY_FILE, None, None, None, message, remedy)])
    tables: dict[str, list[Column]] = {}
    with (SHIPPED_DATA / DICTIONARY_FILE).open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file, strict=True):
            tables.setdefault(row["table"], []).append(Column.from_row(row))
    return MappingProxyType({table: tuple(columns) for table, columns in tables.items()})
