"""reorder.xlsx: an overview, then one sheet per warehouse that its manager can print and work from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from stockpile.echelons import LEVELS_ZH
from stockpile.output.sheet_model import Cell, Lines, Link, Sheet, Table
from stockpile.output.workbook import write_sheets
from stockpile.reorder.headings import (
    BUDGET,
    ORDER,
    OVERVIEW,
    ROTATE,
    SHEET_LATER,
    SHEET_ORDER,
    SHEET_ROTATE,
    SHEET_TRANSFERS_IN,
    SHEET_TRANSFERS_OUT,
    TRANSFERS,
    Heading,
    pick,
)
from stockpile.reorder.plan import ReorderPlan
from stockpile.reorder.position import Row

OVERVIEW_NAME = "总览 Overview"
OVERVIEW_LINES = (
    "每个仓库一张表, 点编号即可打开。One sheet per warehouse; click an id to open it.",
    "先从其他仓库的富余调入, 不足再整包采购。Transfers come first, the rest is bought in whole packs.",
)
USABLE_ON_RECEIPT = (
    "可用 = 到货日(下单日 + 采购周期)仍未过期的库存。Usable: still good on the day an order would arrive."
)
USABLE_ON_THE_DAY = "可用 = 当日未过期的库存。Usable: still good on the day of the sheet."
SIGNATURES = "制表 Prepared by: ____________    审核 Checked by: ____________    日期 Date: ____________"


def write_workbook(plan: ReorderPlan, path: Path) -> None:
    """Write the workbook of a plan; text is never a formula, and the same plan gives the same bytes."""
    stores = [_warehouse_sheet(plan, row) for row in plan.tables["overview"].to_dict("records")]
    write_sheets([_overview_sheet(plan), *stores], path, title=f"Reorder {plan.region} {plan.on.isoformat()}")


def _overview_sheet(plan: ReorderPlan) -> Sheet:
    overview = plan.tables["overview"]
    headings = OVERVIEW if overview["warning"].any() else OVERVIEW[:-1]
    stores = _table(headings, overview, title="1 仓库 Warehouses")
    links = (Link(row["warehouse"], _sheet_name(row)) for row in overview.to_dict("records"))
    usable = USABLE_ON_THE_DAY if plan.on_the_day else USABLE_ON_RECEIPT
    linked = tuple((link, *cells[1:]) for link, cells in zip(links, stores.rows, strict=True))
    return Sheet(
        name=OVERVIEW_NAME,
        title=f"补货总览 Reorder overview: {plan.title}, {plan.on.isoformat()}",
        notes=(*OVERVIEW_LINES, usable, *plan.notes, *_total_lines(plan)),
        parts=(
            Table(stores.columns, linked, stores.title),
            _table(BUDGET, plan.tables["budget"], title="2 预算(按物资) Budget by item"),
        ),
    )


def _table(headings: Sequence[Heading], rows: pd.DataFrame, *, title: str, empty: str = "") -> Table:
    cells: list[tuple[Cell, ...]] = list(
        rows[[heading.name for heading in headings]].itertuples(index=False, name=None)
    )
    return Table(tuple(heading.column for heading in headings), tuple(cells), title, empty=empty)


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


def _sheet_name(row: Row) -> str:
    return f"{row['warehouse']} {row['warehouse_name_zh']}"


def _warehouse_sheet(plan: ReorderPlan, row: Row) -> Sheet:
    warehouse = row["warehouse"]
    return Sheet(
        name=_sheet_name(row),
        title=f"补货单 Reorder sheet: {row['warehouse_name_zh']} ({warehouse})",
        alarms=(str(row["warning"]),) if row["warning"] else (),
        notes=(
            (
                f"日期 Date: {plan.on.isoformat()}; 级别 Level: {LEVELS_ZH[row['level']]} {row['level']}; "
                f"所在地 Place: {row['place_name_zh']}; 人口 Residents: {row['residents']:,}"
            ),
            (
                f"容积 Volume (m3): 现占 now {row['volume_now_m3']:,.1f}; "
                f"补后 after {row['volume_after_m3']:,.1f}; 可用 usable {row['usable_m3']:,.1f}; "
                f"采购金额 Cost of orders: {row['cost_yuan']:,.2f} 元 yuan"
            ),
        ),
        parts=(*_warehouse_tables(plan, warehouse), Lines((SIGNATURES,))),
    )


def _warehouse_tables(plan: ReorderPlan, warehouse: str) -> Iterable[Table | Lines]:
    orders = _of(plan, "reorder", "warehouse", warehouse)
    nothing = "无库存, 无目标 nothing held, no target"
    yield _table(pick(ORDER, SHEET_ORDER), orders, title="1 采购与调拨 Order and transfer", empty=nothing)
    moves = _of(plan, "transfers", "to_warehouse", warehouse)
    columns = pick(TRANSFERS, SHEET_TRANSFERS_IN)
    yield _table(columns, moves, title="2 调入 Transfers in", empty="无 none")
    moves = _of(plan, "transfers", "from_warehouse", warehouse)
    columns = pick(TRANSFERS, SHEET_TRANSFERS_OUT)
    yield _table(columns, moves, title="3 调出 Transfers out", empty="无 none")
    flagged = _of(plan, "rotate", "warehouse", warehouse)
    title = "4 轮换与报废 Rotate or write off"
    yield _table(pick(ROTATE, SHEET_ROTATE), flagged, title=title, empty="无 none")
    due = orders[orders["order_by"].notna()].sort_values("order_by", kind="stable")
    title = "5 何时下单 When to order"
    yield _table(pick(ORDER, SHEET_LATER), due, title=title, empty="无 none")
    yield Lines(tuple(_rule_lines(orders)), "6 目标依据 Where the targets come from")


def _of(plan: ReorderPlan, table: str, column: str, warehouse: str) -> pd.DataFrame:
    rows = plan.tables[table]
    return rows[rows[column] == warehouse]


def _rule_lines(orders: pd.DataFrame) -> Iterable[str]:
    """Yield the rule behind each target and, below it, the smaller ones that apply too."""
    for row in orders.to_dict("records"):
        yield f"{row['item_name_zh']}: {row['rule']}"
        if row["other_rules"]:
            yield f"—— 其他适用规则 also apply: {row['other_rules']}"
