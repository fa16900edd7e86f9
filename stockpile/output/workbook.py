"""Write sheets as a workbook that can be read, sorted and printed, the same bytes every time."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stockpile.output.printing import break_pages, set_print
from stockpile.output.sheet_model import Cell, Column, Kind, Lines, Link, Sheet, Table
from stockpile.output.text import gap_up, one_line, print_width, share_down
from stockpile.units import SECONDS_PER_HOUR

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

NAME_LENGTH = 31
CELL_LENGTH = 32_767
FORBIDDEN_IN_NAME = "[]:*?/\\"
RESERVED_NAMES = frozenset({"history"})
SECONDS_PER_DAY = 86_400
# A fixed date, so that the same plan gives the same bytes on any day.
CREATED = dt.datetime(2000, 1, 1)  # noqa: DTZ001  (the file format has no time zone)
FONT_SIZE = 10
FONT_SHARE = FONT_SIZE / 11  # column widths count digits of the standard size, 11
LINE_HEIGHT = 15
MOST_LINES = 8
RED = "#C00000"
NUMBER_FORMATS: dict[Kind, str] = {
    "count": "#,##0",
    "units": '#,##0;-#,##0;"-"',
    "number": '#,##0.0;-#,##0.0;"-"',
    "decimal": "#,##0.0",
    "money": '#,##0.00;-#,##0.00;"-"',
    "share": "0.0%",
    "gap": "0.000%",
    "hours": "General",
    "clock": "[h]:mm",
    "date": "yyyy-mm-dd",
}


def write_sheets(sheets: Sequence[Sheet], path: Path, *, title: str) -> None:
    """Write a workbook. Text is always written as text, so nothing in it can act as a formula or a link."""
    import xlsxwriter  # noqa: PLC0415  (slow to load, and only needed here)

    names = list(sheet_names([sheet.name for sheet in sheets]))
    with xlsxwriter.Workbook(path) as book:
        book.set_properties({"title": one_line(title), "created": CREATED})
        pen = _Pen(book, {sheet.name: name for sheet, name in zip(sheets, names, strict=True)})
        for name, sheet in zip(names, sheets, strict=True):
            _SheetWriter(book.add_worksheet(name), sheet, pen).write()


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
    """The formats of one workbook, made once each in order of first use, and the names of its sheets."""

    book: Workbook
    names: Mapping[str, str]
    formats: dict[str, Format] = field(default_factory=dict)

    def cell(self, kind: Kind, *, shaded: bool, red: bool = False) -> Format:
        """Format of a body cell."""
        style = _cell_style(kind, shaded=shaded)
        return self.style(f"{kind} {shaded} {red}", {**style, "font_color": RED} if red else style)

    def link(self, *, shaded: bool) -> Format:
        """Format of a cell that opens another sheet."""
        style = {**_cell_style("wrap", shaded=shaded), "font_color": "#0563C1", "underline": 1}
        return self.style(f"link {shaded}", style)

    def heading(self, size: int) -> Format:
        """Format of a title."""
        return self.style(f"heading {size}", {"bold": True, "font_size": size})

    def header(self) -> Format:
        """Format of a column header."""
        style = {"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1, "bg_color": "#1F4E79"}
        return self.style("header", {**style, "font_color": "#FFFFFF", "align": "center"})

    def note(self) -> Format:
        """Format of a line of explanation."""
        return self.style("note", {"font_color": "#44546A"})

    def alarm(self) -> Format:
        """Format of a line of alarm."""
        return self.style("alarm", {"bold": True, "font_color": RED})

    def style(self, key: str, style: dict[str, Any]) -> Format:
        """The format of this key, made when it is asked for first."""
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


@dataclass
class _SheetWriter:
    """Fills one sheet from the top down; `heights` are those of the rows written so far, in points."""

    page: Worksheet
    sheet: Sheet
    pen: _Pen
    heights: list[float] = field(default_factory=list)

    def write(self) -> None:
        """Write the sheet and set how it is scrolled and printed."""
        sheet, page = self.sheet, self.page
        self._line(sheet.title, self.pen.heading(14))
        for alarm in sheet.alarms:
            self._line(alarm, self.pen.alarm())
        for note in sheet.notes:
            self._line(note, self.pen.note())
        self._line("")
        first = len(self.heights)
        for part in sheet.parts:
            self._part(part)
        widths = _widths(sheet.tables)
        for index, width in enumerate(widths):
            page.set_column(index, index, width)
        set_print(page)
        # A long title runs on to the right; it must not make the printed table smaller.
        page.print_area(0, 0, len(self.heights) - 2, len(widths) - 1)
        self._set_panes(first, widths)

    def _set_panes(self, header: int, widths: Sequence[float]) -> None:
        """Keep the title in sight; with a single table its headers, which also head every printed page."""
        page, sheet = self.page, self.sheet
        if len(sheet.parts) > 1:
            page.freeze_panes(1, 0)
            return
        (table,) = sheet.tables
        page.freeze_panes(header + 1, sheet.frozen_columns)
        page.repeat_rows(header)
        page.autofilter(header, 0, header + len(table.rows), len(table.columns) - 1)
        if sheet.together is not None:
            keys = [str(cells[sheet.together]) for cells in table.rows]
            break_pages(page, widths, self.heights[:-1], keys, head=header + 1)

    def _line(self, text: str, style: Format | None = None) -> None:
        if style:
            _write_text(self.page, len(self.heights), 0, text, style)
        self.heights.append(LINE_HEIGHT)

    def _part(self, part: Table | Lines) -> None:
        """Write a part and a blank line below it."""
        if part.title:
            self._line(part.title, self.pen.heading(12))
        if isinstance(part, Lines):
            for text in part.texts:
                self._line(text, self.pen.note())
        elif part.empty and not part.rows:
            self._line(part.empty, self.pen.note())
        else:
            self._table(part)
        self._line("")

    def _table(self, table: Table) -> None:
        labels = tuple(f"{column.zh}\n{column.en}" for column in table.columns)
        row = self._row(
            max(_lines(label, column) for label, column in zip(labels, table.columns, strict=True))
        )
        for index, label in enumerate(labels):
            _write_text(self.page, row, index, label, self.pen.header(), lines=True)
        for cells, shaded in zip(table.rows, _shading(table), strict=True):
            row = self._row(_row_lines(table.columns, cells))
            for index, (column, cell) in enumerate(zip(table.columns, cells, strict=True)):
                self._cell((row, index), cell, column, shaded=shaded)

    def _row(self, lines: int) -> int:
        """Begin a row that holds this many lines of text and return its index."""
        row = len(self.heights)
        self.heights.append(LINE_HEIGHT * lines)
        self.page.set_row(row, self.heights[-1])
        return row

    def _cell(self, place: tuple[int, int], cell: Cell, column: Column, *, shaded: bool) -> None:
        if isinstance(cell, Link):
            target = self.pen.names[cell.sheet].replace("'", "''")
            style = self.pen.link(shaded=shaded)
            self.page.write_url(*place, f"internal:'{target}'!A1", style, one_line(cell.text))
        elif isinstance(cell, str):
            red = bool(column.alarms) and cell.startswith(column.alarms)
            _write_text(self.page, *place, cell, self.pen.cell(column.kind, shaded=shaded, red=red))
        else:
            _write_number(self.page, place, cell, column.kind, self.pen.cell(column.kind, shaded=shaded))


def _widths(tables: tuple[Table, ...]) -> list[float]:
    most = max(len(table.columns) for table in tables)
    return [
        max(table.columns[index].width for table in tables if index < len(table.columns))
        for index in range(most)
    ]


def _row_lines(columns: tuple[Column, ...], cells: tuple[Cell, ...]) -> int:
    """Lines that the fullest cell needs: not every spreadsheet works that out on opening."""
    pairs = zip(columns, cells, strict=True)
    lines = [_lines(str(cell), column) for column, cell in pairs if column.kind == "wrap"]
    return min(MOST_LINES, max([1, *lines]))


def _lines(text: str, column: Column) -> int:
    room = max(1.0, column.width - 1)
    return sum(max(1, math.ceil(FONT_SHARE * print_width(line) / room)) for line in text.split("\n"))


def _shading(table: Table) -> list[bool]:
    if table.band is None:
        return [False] * len(table.rows)
    shaded, shading = True, []
    for index, cells in enumerate(table.rows):
        if index == 0 or cells[table.band] != table.rows[index - 1][table.band]:
            shaded = not shaded
        shading.append(shaded)
    return shading


def _write_number(
    page: Worksheet, place: tuple[int, int], cell: float | dt.date | None, kind: Kind, style: Format
) -> None:
    if isinstance(cell, dt.date):
        page.write_datetime(*place, cell, style)
    elif cell is None or not math.isfinite(cell):
        page.write_blank(*place, None, style)
    else:
        page.write_number(*place, _shown_number(cell, kind), style)


def _shown_number(value: float, kind: Kind) -> float:
    """The number as a spreadsheet is to hold it."""
    if kind == "clock":
        # A spreadsheet counts time in days; whole seconds keep 2:00 from showing as 1:59.
        return round(value * SECONDS_PER_HOUR) / SECONDS_PER_DAY
    if kind == "gap":
        return gap_up(value)
    return share_down(value) if kind == "share" else value


def _write_text(
    page: Worksheet, row: int, column: int, text: str, style: Format, *, lines: bool = False
) -> None:
    shown = text if lines else one_line(text)
    if not shown:
        page.write_blank(row, column, None, style)
        return
    page.write_string(row, column, shown[:CELL_LENGTH], style)
