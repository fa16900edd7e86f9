"""From the text of a cell to a value of its column's type, or the reason why that cannot be."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from stockpile.columns import Column

CellValue = str | int | float | bool | date

ID_LENGTH = 64

_NUMBER = re.compile(r"[+-]?(\d{1,18}(\.\d{0,18})?|\.\d{1,18})([eE][+-]?\d{1,3})?", re.ASCII)
_WHOLE_NUMBER = re.compile(r"[+-]?\d{1,15}(\.0{1,6})?", re.ASCII)
_DATE = re.compile(r"(\d{4})(?:-(\d{2})-(\d{2})|/(\d{1,2})/(\d{1,2}))", re.ASCII)
_ID = re.compile(r"[^\s#@,;|\"'→]+")
_SHORTENED_CODE = re.compile(r"\d(\.\d+)?[eE]\+\d+", re.ASCII)
_WORDS_FOR_YES = frozenset({"yes", "true", "1", "是"})
_WORDS_FOR_NO = frozenset({"no", "false", "0", "否"})


@dataclass(eq=False)
class BadCell(Exception):  # noqa: N818 - becomes a Problem, is no failure of the program
    """A cell cannot be read as its column's type."""

    message: str
    remedy: str


def cell_reader(column: Column) -> Callable[[str], CellValue]:
    """Return the function that turns a stripped, non-blank cell of this column into its value.

    The function raises `BadCell` with the message and the remedy when the cell is wrong.
    """
    readers: dict[str, Callable[[Column, str], CellValue]] = {
        "id": _read_id,
        "ref": _read_id,
        "text": _read_text,
        "integer": _read_integer,
        "number": _read_number,
        "choice": _read_choice,
        "set": _read_set,
        "boolean": _read_boolean,
        "date": _read_date,
    }
    reader = readers[column.type]
    return lambda text: reader(column, text)


def expected(column: Column) -> str:
    """Return what a cell of this column should hold, for remedies: `docks in docks, at least 1 …`."""
    unit = f" in {column.unit}" if column.unit else ""
    interval = f", {column.interval}" if column.interval else ""
    choices = f", one of {', '.join(column.choices)}" if column.choices else ""
    return f"{column.label_en}{unit}{interval}{choices} ({column.description})"


def _read_id(_column: Column, text: str) -> str:
    if _SHORTENED_CODE.fullmatch(text):
        raise BadCell(
            "is a code that a spreadsheet has shortened to a rounded number",
            "Format the column as text in the spreadsheet, type the full code again and save",
        )
    if len(text) > ID_LENGTH or not _ID.fullmatch(text) or not text.isprintable():
        raise BadCell(
            f"is no id: it holds a blank or one of # @ , ; | \" ' →, or is longer than {ID_LENGTH} signs",
            "Use letters, digits, hyphens, underscores and dots only",
        )
    return text


def _read_text(_column: Column, text: str) -> str:
    return text


def _read_integer(column: Column, text: str) -> int:
    if not _WHOLE_NUMBER.fullmatch(text):
        message = "is not a whole number" if _NUMBER.fullmatch(text) else "is not a number"
        raise BadCell(message, _number_remedy(column, text))
    value = int(text.partition(".")[0])
    _check_interval(column, value)
    return value


def _read_number(column: Column, text: str) -> float:
    value = float(text) if _NUMBER.fullmatch(text) else math.nan
    if not math.isfinite(value):
        raise BadCell("is not a number", _number_remedy(column, text))
    _check_interval(column, value)
    return value


def _number_remedy(column: Column, text: str) -> str:
    if re.fullmatch(r"[\d,，\s]+(\.\d+)?", text, re.ASCII):
        return "Write the digits without separators, such as 12000"
    return f"Give digits only, without unit or words: {expected(column)}"


def _check_interval(column: Column, value: float) -> None:
    if column.interval is None or value in column.interval:
        return
    if column.unit == "degree":
        remedy = "Give WGS84 degrees; longitude and latitude may have been swapped"
    else:
        remedy = f"Give {expected(column)}"
    if value < 0 <= column.interval.low:
        raise BadCell("is negative", remedy)
    raise BadCell(f"is not {column.interval}", remedy)


def _read_choice(column: Column, text: str) -> str:
    if text not in column.choices:
        raise BadCell("is not one of the allowed words", f"Use one of {', '.join(column.choices)}")
    return text


def _read_set(column: Column, text: str) -> str:
    words = {word.strip() for word in text.split("|")}
    unknown = sorted(words.difference(column.choices))
    if unknown:
        raise BadCell(
            f"holds {', '.join(unknown) or 'a blank word'}, which is not allowed",
            f"Use words out of {', '.join(column.choices)}, with | between them",
        )
    return "|".join(word for word in column.choices if word in words)


def _read_boolean(_column: Column, text: str) -> bool:
    word = text.lower()
    if word not in _WORDS_FOR_YES and word not in _WORDS_FOR_NO:
        raise BadCell("is neither yes nor no", "Write yes or no (or 是, 否)")
    return word in _WORDS_FOR_YES


def _read_date(_column: Column, text: str) -> date:
    # Spreadsheets in Chinese write 2026/7/5; other orders of day and month could not be told apart.
    found = _DATE.fullmatch(text)
    try:
        if found is not None:
            year, month, day = (int(part) for part in found.groups() if part is not None)
            return date(year, month, day)
    except ValueError:
        pass  # such as 30 February
    raise BadCell("is not a day of the calendar", "Write year-month-day, such as 2026-07-05")
