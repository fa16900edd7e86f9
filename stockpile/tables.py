"""Read one CSV file as one table of the data dictionary, collecting everything that is wrong with it."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from stockpile.cells import BadCell, CellValue, cell_reader, expected
from stockpile.columns import Column, read_dictionary
from stockpile.errors import Problem
from stockpile.text_files import BadFile, decode, is_garbled, split_rows

__all__ = [
    "OPTIONAL_TABLES",
    "Column",
    "empty_table",
    "parse_table",
    "read_content",
    "read_dictionary",
    "read_table",
]

FILE_SIZE_LIMIT = 64 * 1024 * 1024
OPTIONAL_TABLES = frozenset({"suppliers", "floors"})
ROW_COLUMN = "row"

Cell = str | None  # None: the row is ragged, which is one problem and not one a cell


@dataclass
class _Table:
    """A table while it is being read."""

    name: str
    file: str
    problems: list[Problem]
    header: list[str] = field(default_factory=list)
    rows: list[list[Cell]] = field(default_factory=list)
    row_numbers: list[int] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)

    def add(self, message: str, remedy: str, *, row: int | None = None, column: str | None = None) -> None:
        self.problems.append(Problem(self.file, row, column, None, message, remedy))

    def add_cell(self, index: int, column: str, value: str | None, message: str, remedy: str) -> None:
        row_id = self.ids[index] if self.ids and column != "id" else None
        self.problems.append(
            Problem(self.file, self.row_numbers[index], column, value, message, remedy, row_id or None)
        )


def read_table(path: Path, table: str, problems: list[Problem], *, file: str | None = None) -> pd.DataFrame:
    """Read a CSV file as a table of the dictionary and append what is wrong to `problems`.

    See `parse_table` for the frame. `file` is the name that problems carry; the file name by default.
    """
    file = file or path.name
    content = read_content(path, problems, file=file)
    return empty_table(table) if content is None else parse_table(content, table, problems, file=file)


def read_content(path: Path, problems: list[Problem], *, file: str) -> bytes | None:
    """Return the bytes of a file, or None with a problem when it cannot be read or is too large."""
    try:
        if path.stat().st_size <= FILE_SIZE_LIMIT:
            return path.read_bytes()
        message = f"is larger than the limit of {FILE_SIZE_LIMIT // 1024**2} MB"
        remedy = "Leave out what no plan needs, or split the region"
    except OSError as error:
        message = f"cannot be read ({error.strerror})"
        remedy = "Check that it is a plain file that you may read"
    problems.append(Problem(file, None, None, None, message, remedy))
    return None


def parse_table(content: bytes, table: str, problems: list[Problem], *, file: str) -> pd.DataFrame:
    """Turn the bytes of a CSV file into a table and append what is wrong to `problems`.

    The frame has the columns of the dictionary in its order and last `row`, the row in the file (the
    header is row 1). Types: texts, ids, choices and sets are str objects, blank is ""; numbers are float64,
    blank is NaN; integers are int64, or float64 with NaN where the dictionary allows a blank; booleans are
    bool; days are `datetime.date` objects, blank is None. A cell that is wrong is missing in the frame, so
    a frame with problems may hold NaN or None where a sound one cannot.
    """
    reading = _Table(table, file, problems)
    try:
        records = split_rows(decode(content))
    except BadFile as fault:
        reading.add(fault.message, fault.remedy, row=fault.row)
        return empty_table(table)
    if not any(any(record) for record in records):
        reading.add("is empty", f"Give it the columns {_names(read_dictionary()[table])} and its rows")
        return empty_table(table)
    _take_records(reading, records)
    return _build_frame(reading)


def empty_table(table: str) -> pd.DataFrame:
    """Return a table of the dictionary without rows, its columns typed."""
    columns = {column.name: _as_series(column, []) for column in read_dictionary()[table]}
    return pd.DataFrame({**columns, ROW_COLUMN: np.empty(0, dtype=np.int64)})


def _take_records(reading: _Table, records: list[list[str]]) -> None:
    header_index = next(index for index, record in enumerate(records) if any(record))
    header = records[header_index]
    while header and not header[-1]:
        header.pop()
    reading.header = header
    _check_header(reading, header_index + 1)
    for index, record in enumerate(records[header_index + 1 :], start=header_index + 2):
        if any(record):
            reading.row_numbers.append(index)
            reading.rows.append(_fit_to_header(reading, record, index))
    if not reading.rows and reading.name not in OPTIONAL_TABLES:
        reading.add("has a header but no rows", "Add at least one row")


def _check_header(reading: _Table, row: int) -> None:
    columns = read_dictionary()[reading.name]
    known = [column.name for column in columns]
    for separator in (";", "\t"):
        if len(reading.header) == 1 and separator in reading.header[0]:
            sign = "tabs" if separator == "\t" else "semicolons"
            reading.add(f"is separated by {sign}", "Save it with commas between the cells", row=row)
            return
    for name in dict.fromkeys(reading.header):
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"Rename it to {near[0]}" if near else f"Remove it; the columns are {_names(columns)}"
            reading.add("is not a column of this table", hint, row=row, column=name)
        elif reading.header.count(name) > 1:
            reading.add("stands in the header more than once", "Keep one of them", row=row, column=name)
    for column in columns:
        if column.required and column.name not in reading.header:
            reading.add(
                "is missing from the header",
                f"Add the column: {expected(column)}",
                row=row,
                column=column.name,
            )


def _fit_to_header(reading: _Table, record: list[str], row: int) -> list[Cell]:
    width = len(reading.header)
    while len(record) > width and not record[-1]:
        record.pop()
    if len(record) == width:
        return list(record)
    longer = len(record) > width
    remedy = "Put cells that hold a comma in quotation marks" if longer else "Add the missing commas"
    reading.add(f"has {len(record)} cells where the header has {width}", remedy, row=row)
    # The cells after the fault stand in the wrong columns; only the first, the id, is trusted.
    return [*record[:1], *([None] * (width - 1))]


def _build_frame(reading: _Table) -> pd.DataFrame:
    columns = read_dictionary()[reading.name]
    reading.ids = [cell or "" for cell in _cells(reading, "id")]
    values = {column.name: _as_series(column, _read_column(reading, column)) for column in columns}
    _check_ids(reading)
    return pd.DataFrame({**values, ROW_COLUMN: np.array(reading.row_numbers, dtype=np.int64)})


def _cells(reading: _Table, name: str) -> Sequence[Cell]:
    if name not in reading.header:
        return [None] * len(reading.rows)
    position = reading.header.index(name)
    return [row[position] for row in reading.rows]


def _read_column(reading: _Table, column: Column) -> list[CellValue | None]:
    read = cell_reader(column)
    blank = read(column.default) if column.default else None
    cells = _cells(reading, column.name)
    # each text is read once, however many rows hold it
    values: dict[Cell, CellValue | None] = {"": blank, None: blank}
    bad: dict[Cell, BadCell] = {}
    for cell in dict.fromkeys(cells):
        if cell:
            value = _read_cell(read, cell)
            if isinstance(value, BadCell):
                bad[cell] = value
            values[cell] = None if isinstance(value, BadCell) else value
    if column.required and column.name in reading.header:
        bad[""] = BadCell("is blank", f"Give {expected(column)}")
    if any(cell in bad for cell in cells):
        _report_cells(reading, column.name, cells, bad)
    return [values[cell] for cell in cells]


def _report_cells(reading: _Table, column: str, cells: Sequence[Cell], bad: Mapping[Cell, BadCell]) -> None:
    """Add a problem for every cell that is wrong."""
    for index, cell in enumerate(cells):
        if cell in bad:
            reading.add_cell(index, column, cell or None, bad[cell].message, bad[cell].remedy)


def _read_cell(read: Callable[[str], CellValue], cell: str) -> CellValue | BadCell:
    try:
        value = read(cell)
    except BadCell as fault:
        return fault
    if isinstance(value, str) and is_garbled(value):
        return BadCell(
            "is garbled: the file was opened with the wrong encoding and saved again",
            "Take the cell from the original file; open it as UTF-8 or GB18030, whichever it is",
        )
    return value


def _check_ids(reading: _Table) -> None:
    first_rows: dict[str, int] = {}
    for index, (row_id, row) in enumerate(zip(reading.ids, reading.row_numbers, strict=True)):
        first = first_rows.setdefault(row_id, row)
        if row_id and first != row:
            reading.add_cell(
                index, "id", row_id, f"is already the id of row {first}", "Give each row its own id"
            )


def _as_series(column: Column, values: list[CellValue | None]) -> pd.Series:
    if column.type == "date":
        return pd.Series(values, dtype=object)
    if column.type == "boolean":
        return pd.Series([bool(value) for value in values], dtype=bool)
    if column.type in ("integer", "number"):
        numbers = pd.Series(
            np.array([np.nan if value is None else value for value in values], dtype=np.float64)
        )
        whole = column.type == "integer" and not column.can_be_missing and not numbers.hasnans
        return numbers.astype(np.int64) if whole else numbers
    return pd.Series(["" if value is None else value for value in values], dtype=object)


def _names(columns: Iterable[Column]) -> str:
    return ", ".join(column.name for column in columns)
