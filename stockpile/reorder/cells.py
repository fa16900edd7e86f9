"""How a value is shown in a file: blank cells, dates, and text that no program may take for a formula."""

from __future__ import annotations

import re
from datetime import date

DECIMALS = {"money": 2, "number": 3}
CellContent = str | int | float | date | None

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless(text: str) -> str:
    """Return text that a spreadsheet reads as text: one that looks like a formula gets an apostrophe.

    >>> harmless("=HYPERLINK(1)")
    "'=HYPERLINK(1)"
    """
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_STARTS) else text


def shown(value: CellContent, kind: str = "text") -> str:
    """Return the text of a cell in a CSV or Markdown table; None is blank, yuan have 2 decimals, others 3."""
    if value is None:
        return ""
    if isinstance(value, str):
        return harmless(value)
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:.{DECIMALS[kind]}f}" if kind in DECIMALS else str(value)


def markdown_cell(value: CellContent, kind: str = "text") -> str:
    """Return the text of a cell that cannot end the cell, the row or the page's text."""
    text = " ".join(shown(value, kind).split())
    for sign, safe in (("\\", "\\\\"), ("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(sign, safe)
    return re.sub(r"([|`*_\[\]~])", r"\\\1", text)
