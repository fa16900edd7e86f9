"""plan.xlsx: the plan as sheets that can be read, sorted and printed."""

from __future__ import annotations

import datetime as dt
import math
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scenarios.report.crew_sheets import driver_sheets, load_sheets
from scenarios.report.office_sheets import coverage_sheet, gaps_sheet, summary_sheet, trips_sheet
from scenarios.report.sheet_model import Cell, Column, Kind, Sheet, Table
from scenarios.report.wording import names_of, one_line
from scenarios.result import RunResult

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

NAME_LENGTH = 31
CELL_LENGTH = 32_767
FORBIDDEN_IN_NAME = "[]:*?/\\"
RESERVED_NAMES = frozenset({"history"})
SECONDS_PER_HOUR = 3600
SECONDS_PER_DAY = 86_400
# A fixed date, so that the same plan gives the same bytes on any day.
CREATED = dt.datetime(2000, 1, 1)  # noqa: DTZ001  (the file format has no time zone)
PAPER_A4 = 9
FONT_SIZE = 10
FONT_SHARE = FONT_SIZE / 11  # column widths count digits of the standard size, 11
LINE_HEIGHT = 15
MOST_LINES = 8
NUMBER_FORMATS: dict[Kind, str] = {
    "count": "#,##0",
    "decimal": "#,##0.0",
    "share": "0.0%",
    "clock": "[h]:mm",
}


def write_workbook(result: RunResult, path: Path) -> None:
    """Write the workbook: summary, trips, a sheet per loading point, per owner, gaps, coverage.

    Text is always written as text, so nothing in it can act as a formula or a link.
    """
    import xlsxwriter  # noqa: PLC0415  (slow to load, and only needed here)

    names = names_of(result.region)
    sheets = (
        summary_sheet(result, names),
        trips_sheet(result, names),
        *load_sheets(result, names),
        *driver_sheets(result, names),
        gaps_sheet(result, names),
        coverage_sheet(result, names),
    )
    with xlsxwriter.Workbook(path) as book:
        book.set_properties({"title": one_line(result.spec), "created": CREATED})
        pen = _Pen(book)
        for name, sheet in zip(sheet_names([sheet.name for sheet in sheets]), sheets, strict=True):
            _write_sheet(book.add_worksheet(name), sheet, pen)


def sheet_names(wished: Iterable[str]) -> Iterator[str]:
    """Names that a workbook takes: at most 31 UTF-16 units, no forbidden sign, all different in any case."""
    taken = set(RESERVED_NAMES)
    for wish in wished:
        clean = one_line("".join(" " if sign in FORBIDDEN_IN_NAME else sign for sign in wish))
        base = _cut(clean.strip("' ") or "sheet", NAME_LENGTH)
        name, number = base, 1
        while name.casefold() in taken:
            number += 1
            ending = f" {number}"
            name = _cut(base, NAME_LENGTH - len(ending)) + ending
        taken.add(name.casefold())
        yield name


def _cut(text: str, units: int) -> str:
    """Text cut to a number of UTF-16 units, never through a sign, with no apostrophe or space at its end."""
    return text.encode("utf-16-le")[: 2 * units].decode("utf-16-le", errors="ignore").rstrip("' ")


@dataclass
class _Pen:
    """The formats of one workbook, made once each in order of first use."""

    book: Workbook
    formats: dict[tuple[Kind | str, bool], Format] = field(default_factory=dict)

    def cell(self, kind: Kind, *, shaded: bool) -> Format:
        """Format of a body cell."""
        return self._format((kind, shaded), _cell_style(kind, shaded=shaded))

    def heading(self, size: int) -> Format:
        """Format of a title."""
        return self._format((f"heading {size}", False), {"bold": True, "font_size": size})

    def header(self) -> Format:
        """Format of a column header."""
        style = {"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1, "bg_color": "#1F4E79"}
        return self._format(("header", False), {**style, "font_color": "#FFFFFF", "align": "center"})

    def note(self) -> Format:
        """Format of a line of explanation."""
        return self._format(("note", False), {"font_color": "#44546A"})

    def _format(self, key: tuple[Kind | str, bool], style: dict[str, Any]) -> Format:
        if key not in self.formats:
            self.formats[key] = self.book.add_format({"font_size": FONT_SIZE, **style})
        return self.formats[key]


def _cell_style(kind: Kind, *, shaded: bool) -> dict[str, Any]:
    style: dict[str, Any] = {"valign": "top", "border": 1, "border_color": "#BFBFBF"}
    if kind in NUMBER_FORMATS:
        style["num_format"] = NUMBER_FORMATS[kind]
    else:
        style.update(align="left", indent=1, text_wrap=kind == "wrap")
    if shaded:
        style["bg_color"] = "#EAF1F8"
    return style


def _write_sheet(page: Worksheet, sheet: Sheet, pen: _Pen) -> None:
    _write_text(page, 0, 0, sheet.title, pen.heading(14))
    for row, note in enumerate(sheet.notes, start=1):
        _write_text(page, row, 0, note, pen.note())
    row = first = len(sheet.notes) + 2
    for table in sheet.tables:
        row = _write_table(page, table, row, pen)
    _set_widths(page, sheet.tables)
    _set_panes(page, sheet, first)
    _set_print(page)
    # A long title runs on to the right; it must not make the printed table smaller.
    page.print_area(0, 0, row - 2, max(len(table.columns) for table in sheet.tables) - 1)


def _set_panes(page: Worksheet, sheet: Sheet, header: int) -> None:
    """Keep the title in sight; with a single table its headers, which also head every printed page."""
    tables = sheet.tables
    if len(tables) > 1:
        page.freeze_panes(1, 0)
        return
    page.freeze_panes(header + 1, sheet.frozen_columns)
    page.repeat_rows(header)
    page.autofilter(header, 0, header + len(tables[0].rows), len(tables[0].columns) - 1)


def _write_table(page: Worksheet, table: Table, row: int, pen: _Pen) -> int:
    """Write a table from `row` on and return the row after the blank line below it."""
    if table.title:
        _write_text(page, row, 0, table.title, pen.heading(12))
        row += 1
    page.set_row(row, 30)
    for index, column in enumerate(table.columns):
        _write_text(page, row, index, f"{column.zh}\n{column.en}", pen.header(), lines=True)
    for offset, (cells, shaded) in enumerate(zip(table.rows, _shading(table), strict=True), start=1):
        page.set_row(row + offset, LINE_HEIGHT * _lines(table.columns, cells))
        for index, (column, cell) in enumerate(zip(table.columns, cells, strict=True)):
            _write_cell(page, (row + offset, index), cell, column, pen.cell(column.kind, shaded=shaded))
    return row + len(table.rows) + 2


def _lines(columns: tuple[Column, ...], cells: tuple[Cell, ...]) -> int:
    """Lines that the fullest cell needs: not every spreadsheet works that out on opening."""
    lines = [
        math.ceil(FONT_SHARE * _print_width(str(cell)) / max(1.0, column.width - 1))
        for column, cell in zip(columns, cells, strict=True)
        if column.kind == "wrap"
    ]
    return min(MOST_LINES, max([1, *lines]))


def _print_width(text: str) -> int:
    """Width in digits; Chinese signs take two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _shading(table: Table) -> list[bool]:
    if table.band is None:
        return [False] * len(table.rows)
    shaded, shading = True, []
    for index, cells in enumerate(table.rows):
        if index == 0 or cells[table.band] != table.rows[index - 1][table.band]:
            shaded = not shaded
        shading.append(shaded)
    return shading


def _write_cell(page: Worksheet, place: tuple[int, int], cell: Cell, column: Column, style: Format) -> None:
    if isinstance(cell, str):
        _write_text(page, *place, cell, style)
    elif not math.isfinite(cell):
        page.write_blank(*place, None, style)
    elif column.kind == "clock":
        # A spreadsheet counts time in days; whole seconds keep 2:00 from showing as 1:59.
        page.write_number(*place, round(cell * SECONDS_PER_HOUR) / SECONDS_PER_DAY, style)
    else:
        page.write_number(*place, cell, style)


def _write_text(
    page: Worksheet, row: int, column: int, text: str, style: Format, *, lines: bool = False
) -> None:
    shown = text if lines else one_line(text)
    if not shown:
        page.write_blank(row, column, None, style)
        return
    page.write_string(row, column, shown[:CELL_LENGTH], style)


def _set_widths(page: Worksheet, tables: tuple[Table, ...]) -> None:
    most = max(len(table.columns) for table in tables)
    for index in range(most):
        widths = [table.columns[index].width for table in tables if index < len(table.columns)]
        page.set_column(index, index, max(widths))


def _set_print(page: Worksheet) -> None:
    page.set_landscape()
    page.set_paper(PAPER_A4)
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    page.fit_to_pages(1, 0)
    page.set_footer("&L&A&R&P / &N")
