"""Tables as CSV: text that a spreadsheet, a script and a diff can all read."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping

import pandas as pd

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A cell of text that begins with one of these, blanks apart, may be run by a spreadsheet."""

DECIMALS: Mapping[str, int] = {
    "h": 4,
    "hour": 4,
    "hours": 4,
    "km": 3,
    "kg": 3,
    "m3": 4,
    "share": 6,
    "yuan": 2,
}
"""Decimals by the last word of a column's name; other numbers are written in full."""


def csv_text(table: pd.DataFrame) -> str:
    """A table as CSV with line feeds.

    Hours, km, kg, m3 and shares have fixed decimals, other floats their shortest exact form, truth is
    yes/no, several values are separated by `|`, NaN and None are blank. ValueError for an infinite number.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    columns = [str(column) for column in table.columns]
    writer.writerow(columns)
    decimals = [DECIMALS.get(column.rpartition("_")[2]) for column in columns]
    for row in table.itertuples(index=False, name=None):
        writer.writerow([cell_text(value, places) for value, places in zip(row, decimals, strict=True)])
    return text.getvalue()


def cell_text(value: object, decimals: int | None = None) -> str:
    """One value as text; text that looks like a formula gets a leading apostrophe."""
    if isinstance(value, str):
        return harmless(value)
    if isinstance(value, (list, tuple)):
        return harmless("|".join(str(part) for part in value))
    return _scalar_text(value, decimals)


def harmless(text: str) -> str:
    """Text that a spreadsheet reads as text: one that looks like a formula gets a leading apostrophe.

    >>> harmless("=HYPERLINK(1)")
    "'=HYPERLINK(1)"
    """
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_STARTS) else text


def _scalar_text(value: object, decimals: int | None) -> str:
    plain = value.item() if hasattr(value, "item") else value
    if plain is None or plain is pd.NaT or plain is pd.NA:
        return ""
    if isinstance(plain, bool):
        return "yes" if plain else "no"
    if isinstance(plain, float) or (isinstance(plain, int) and decimals is not None):
        return _float_text(float(plain), decimals)
    return str(plain)


def _float_text(number: float, decimals: int | None) -> str:
    if math.isnan(number):
        return ""
    if math.isinf(number):
        raise ValueError("a table holds an infinite number; what cannot be reached is left blank")
    if decimals is not None:
        return f"{round(number, decimals) + 0.0:.{decimals}f}"
    return str(int(number)) if number.is_integer() else repr(number)
