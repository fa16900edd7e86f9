"""Stock levels given in a file: least, most and target of an item at a warehouse."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from stockpile.bundle import Region
from stockpile.errors import DataError, Problem
from stockpile.tables import parse_table, read_content

TABLE = "levels"
LIMITS = ("at_least", "at_most", "level")

Key = tuple[str, str]  # (warehouse id, item id)


@dataclass(frozen=True)
class Levels:
    """What a file of levels says, in units by (warehouse id, item id); a blank cell is left out.

    `file` is its name and `sha256` its digest.
    """

    file: str
    sha256: str
    at_least: Mapping[Key, int]
    at_most: Mapping[Key, int]
    level: Mapping[Key, int]


def read_levels(path: Path, region: Region) -> Levels:
    """Read a file of levels; `stockpile place` writes one.

    Raises:
        DataError: it cannot be read, names a warehouse or item that the region does not have, or names one
            pair twice, or asks for more at least than at most; all of it is listed.
    """
    problems: list[Problem] = []
    content = read_content(path, problems, file=path.name)
    if content is None:
        raise DataError(problems)
    table = parse_table(content, TABLE, problems, file=path.name)
    problems += [
        *_unknown(path.name, table, "warehouse", region.warehouses),
        *_unknown(path.name, table, "item", region.items),
        *_repeated(path.name, table),
        *_crossed(path.name, table),
    ]
    if problems:
        raise DataError(problems)
    return Levels(
        path.name, hashlib.sha256(content).hexdigest(), *(_given(table, column) for column in LIMITS)
    )


def _given(table: pd.DataFrame, column: str) -> dict[Key, int]:
    keys = zip(table["warehouse"], table["item"], strict=True)
    pairs = zip(keys, table[column], strict=True)
    return {key: int(units) for key, units in pairs if not np.isnan(units)}


def _unknown(file: str, table: pd.DataFrame, column: str, known: pd.DataFrame) -> Iterator[Problem]:
    ids = set(known["id"])
    for row, value in zip(table["row"], table[column], strict=True):
        if value and value not in ids:
            yield Problem(
                file, row, column, value, f"is no {column} of the region", "Use an id of the region's tables"
            )


def _repeated(file: str, table: pd.DataFrame) -> Iterator[Problem]:
    first: dict[Key, int] = {}
    for row, *key in zip(table["row"], table["warehouse"], table["item"], strict=True):
        pair = (key[0], key[1])
        if pair in first:
            message = f"names the warehouse and item of row {first[pair]} again"
            yield Problem(file, row, None, None, message, "Keep one row for each warehouse and item")
        first.setdefault(pair, row)


def _crossed(file: str, table: pd.DataFrame) -> Iterator[Problem]:
    for row, least, most in zip(table["row"], table["at_least"], table["at_most"], strict=True):
        if least > most:
            message = f"is below at_least, {least:g}"
            yield Problem(file, row, "at_most", f"{most:g}", message, "Raise at_most, or lower at_least")
