"""reorder.xlsx: an overview, then one sheet per warehouse that its manager can print and work from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

import pandas as pd

from stockpile.reorder.cells import CellContent, harmless
from stockpile.reorder.headings import (
    BUDGET,
    ORDER,
    OVERVIEW,
    ROTATE,
    SHEET_ORDER,
    SHEET_OTHER_WIDTH,
    SHEET_ROTATE,
    SHEET_TRANSFERS_IN,
    SHEET_TRANSFERS_OUT,
    SHEET_WIDTHS,
    TRANSFERS,
    Heading,
    pick,
)
from stockpile.reorder.plan import ReorderPlan
from stockpile.reorder.position import Row

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

CREATED = datetime(2000, 1, 1)  # noqa: DTZ001 - a fixed stamp: the same plan gives the same bytes
SHEET_NAME_LENGTH = 31
FORBIDDEN_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
NUMBER_FORMATS = {
    "units": '#,##0;-#,##0;"-"',
    "number": '#,##0.0;-#,##0.0;"-"',
    "money": '#,##0.00;-#,##0.00;"-"',
    "date": "yyyy-mm-dd",
}
LINE_HEIGHT = 15  # points
LEVELS_ZH = {"city": "市级", "district": "区县级", "township": "乡镇级", "community": "村社级"}
OVERVIEW_NAME = "总览 Overview"
ALARMS = ("报废", "立即", "采购", "放不下")

OVERVIEW_LINES = (
    "每个仓库一张表, 点编号即可打开。One sheet per warehouse; click an id to open it.",
    "可用 = 到货日(下单日 + 采购周期)仍未过期的库存。Usable: still good on the day an order would arrive.",
    "先从其他仓库的富余调入, 不足再整包采购。Transfers come first, the rest is bought in whole packs.",
)


class _Sheet:
    """A worksheet that is filled from the top down."""

    def __init__(self, book: Workbook, formats: dict[str, Format], name: str, widths: Sequence[int]) -> None:
        self.sheet: Worksheet = book.add_worksheet(name)
        self.formats = formats
        self.widths = widths
        self.row = 0
        self.sheet.set_landscape()
        self.sheet.set_paper(9)  # A4
        self.sheet.set_margins(left=0.4, right=0.4, top=0.4, bottom=0.4)
        self.sheet.fit_to_pages(1, 0)
        for column, width in enumerate(widths):
            self.sheet.set_column(column, column, width)

    def line(self, text: str, style: str = "line") -> None:
        """Write one line of text across the sheet."""
        self.sheet.write_string(self.row, 0, harmless(text), self.formats[style])
        self.row += 1

    def table(self, headings: Sequence[Heading], rows: pd.DataFrame, *, empty: str = "") -> None:
        """Write headings and rows, or one line of text when there are none."""
        if rows.empty and empty:
            self.line(empty)
            self.row += 1
            return
        labels = [f"{heading.label_zh}\n{heading.label_en}" for heading in headings]
        self._make_room(labels)
        for column, label in enumerate(labels):
            self.sheet.write_string(self.row, column, label, self.formats["heading"])
        for cells in rows[[heading.name for heading in headings]].itertuples(index=False):
            self.row += 1
            self._make_room(cells)
            for column, (heading, value) in enumerate(zip(headings, cells, strict=True)):
                self._cell(column, heading, value)
        self.row += 2

    def _make_room(self, cells: Iterable[CellContent]) -> None:
        """Make the row as high as its longest text; not every program does so by itself."""
        lines = max(
            sum(-(-display_width(part) // width) for part in value.split("\n"))
            if isinstance(value, str)
            else 1
            for value, width in zip(cells, self.widths, strict=False)
        )
        if lines > 1:
            self.sheet.set_row(self.row, LINE_HEIGHT * lines)

    def _cell(self, column: int, heading: Heading, value: CellContent) -> None:
        if value is None:
            self.sheet.write_blank(self.row, column, None, self.formats["text"])
        elif isinstance(value, str):
            style = "alarm" if value.startswith(ALARMS) else "text"
            self.sheet.write_string(self.row, column, harmless(value), self.formats[style])
        elif isinstance(value, date):
            self.sheet.write_datetime(self.row, column, value, self.formats["date"])
        else:
            self.sheet.write_number(self.row, column, value, self.formats[heading.kind])


def display_width(text: str) -> int:
    """Return the width of a text in Latin letters; a Chinese character is two wide."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def write_workbook(plan: ReorderPlan, path: Path) -> None:
    """Write the workbook of a plan; text is never a formula, and the same plan gives the same bytes."""
    # The library is slow to load and --help must not wait for it.
    import xlsxwriter  # noqa: PLC0415

    with xlsxwriter.Workbook(path) as book:
        book.set_properties({"title": f"Reorder {plan.region} {plan.on.isoformat()}", "created": CREATED})
        formats = _formats(book)
        overview = plan.tables["overview"]
        names = _sheet_names(overview)
        widths = [heading.width for heading in OVERVIEW]
        _write_overview(_Sheet(book, formats, OVERVIEW_NAME, widths), plan, names)
        widths = [*SHEET_WIDTHS, *[SHEET_OTHER_WIDTH] * (len(SHEET_ORDER) - len(SHEET_WIDTHS))]
        for row in overview.to_dict("records"):
            _write_warehouse(_Sheet(book, formats, names[row["warehouse"]], widths), plan, row)


def _formats(book: Workbook) -> dict[str, Format]:
    frame = {"border": 1, "border_color": "#BFBFBF", "valign": "top"}
    formats = {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "section": book.add_format({"bold": True, "font_size": 12, "font_color": "#1F4E79"}),
        "line": book.add_format({}),
        "warning": book.add_format({"bold": True, "font_color": "#C00000"}),
        "heading": book.add_format(
            {**frame, "bold": True, "text_wrap": True, "bg_color": "#DDEBF7", "align": "center"}
        ),
        "text": book.add_format({**frame, "text_wrap": True}),
        "alarm": book.add_format({**frame, "text_wrap": True, "font_color": "#C00000"}),
        "link": book.add_format({**frame, "font_color": "#0563C1", "underline": 1}),
    }
    numbers = {kind: book.add_format({**frame, "num_format": mask}) for kind, mask in NUMBER_FORMATS.items()}
    return {**formats, **numbers}


def _sheet_names(overview: pd.DataFrame) -> dict[str, str]:
    """Return a sheet name per warehouse: id and Chinese name, legal, short enough and never used twice."""
    names: dict[str, str] = {}
    used = {OVERVIEW_NAME.casefold()}
    for warehouse, name_zh in zip(overview["warehouse"], overview["warehouse_name_zh"], strict=True):
        wish = f"{warehouse} {name_zh}".translate(FORBIDDEN_IN_NAMES).strip()[:SHEET_NAME_LENGTH]
        name, number = wish, 1
        while name.casefold() in used:
            number += 1
            ending = f" {number}"
            name = wish[: SHEET_NAME_LENGTH - len(ending)] + ending
        used.add(name.casefold())
        names[warehouse] = name
    return names


def _write_overview(sheet: _Sheet, plan: ReorderPlan, names: dict[str, str]) -> None:
    sheet.line(f"补货总览 Reorder overview: {plan.region}, {plan.on.isoformat()}", "title")
    for text in (*OVERVIEW_LINES, *plan.notes, *_total_lines(plan)):
        sheet.line(text)
    sheet.row += 1
    sheet.line("1 仓库 Warehouses", "section")
    first = sheet.row + 1
    sheet.table(OVERVIEW, plan.tables["overview"])
    for row, (warehouse, name) in enumerate(names.items(), start=first):
        sheet.sheet.write_url(row, 0, f"internal:'{name}'!A1", sheet.formats["link"], harmless(warehouse))
    sheet.line("2 预算(按物资) Budget by item", "section")
    sheet.table(BUDGET, plan.tables["budget"])


def _total_lines(plan: ReorderPlan) -> Iterable[str]:
    totals = plan.totals
    yield f"采购合计 Orders: {totals['cost_yuan']:,.2f} 元 yuan; {totals['items_to_buy']} 项 lines"
    yield (
        f"调拨节省 Saved by transfers: {totals['saved_yuan']:,.2f} 元 yuan; "
        f"{totals['tonne_km']:,.1f} 吨公里 tonne-km"
    )
    yield (
        f"报废价值 To write off: {totals['write_off_yuan']:,.2f} 元 yuan; "
        f"轮换价值 To rotate: {totals['rotate_yuan']:,.2f} 元 yuan"
    )
    yield f"模型或假设数据占比 Input rows modelled or assumed: {totals['modelled_or_assumed_share']:.1%}"


def _write_warehouse(sheet: _Sheet, plan: ReorderPlan, row: Row) -> None:
    warehouse = row["warehouse"]
    sheet.line(f"补货单 Reorder sheet: {row['warehouse_name_zh']} ({warehouse})", "title")
    sheet.line(
        f"日期 Date: {plan.on.isoformat()}; 级别 Level: {LEVELS_ZH[row['level']]} {row['level']}; "
        f"所在地 Place: {row['place_name_zh']}; 人口 Residents: {row['residents']:,}"
    )
    sheet.line(
        f"容积 Volume (m3): 现占 now {row['volume_now_m3']:,.1f}; 补后 after {row['volume_after_m3']:,.1f}; "
        f"可用 usable {row['usable_m3']:,.1f}; 采购金额 Cost of orders: {row['cost_yuan']:,.2f} 元 yuan"
    )
    if row["warning"]:
        sheet.line(str(row["warning"]), "warning")
    sheet.row += 1
    orders = _of(plan, "reorder", "warehouse", warehouse)
    sheet.line("1 采购与调拨 Order and transfer", "section")
    sheet.table(pick(ORDER, SHEET_ORDER), orders, empty="无库存, 无目标 nothing held, no target")
    sheet.line("2 调入 Transfers in", "section")
    moves = _of(plan, "transfers", "to_warehouse", warehouse)
    sheet.table(pick(TRANSFERS, SHEET_TRANSFERS_IN), moves, empty="无 none")
    sheet.line("3 调出 Transfers out", "section")
    moves = _of(plan, "transfers", "from_warehouse", warehouse)
    sheet.table(pick(TRANSFERS, SHEET_TRANSFERS_OUT), moves, empty="无 none")
    sheet.line("4 轮换与报废 Rotate or write off", "section")
    sheet.table(pick(ROTATE, SHEET_ROTATE), _of(plan, "rotate", "warehouse", warehouse), empty="无 none")
    sheet.line("5 目标依据 Where the targets come from", "section")
    for text in _rule_lines(orders):
        sheet.line(text)
    sheet.row += 1
    sheet.line("制表 Prepared by: ____________    审核 Checked by: ____________    日期 Date: ____________")


def _of(plan: ReorderPlan, table: str, column: str, warehouse: CellContent) -> pd.DataFrame:
    rows = plan.tables[table]
    return rows[rows[column] == warehouse]


def _rule_lines(orders: pd.DataFrame) -> Iterable[str]:
    """Yield the rule behind each target and, below it, the smaller ones that apply too."""
    for row in orders.to_dict("records"):
        yield f"{row['item_name_zh']}: {row['rule']}"
        if row["other_rules"]:
            yield f"        其他适用规则 also apply: {row['other_rules']}"
