"""reorder.md: the plan on one page, in Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from stockpile.output.markdown_text import plain, table_lines
from stockpile.output.sheet_model import Kind
from stockpile.reorder.headings import BUDGET, ORDER, OVERVIEW, ROTATE, TRANSFERS, Heading, pick
from stockpile.reorder.plan import ReorderPlan

SHOWN_ROWS = 20
NUMBERS: dict[Kind, str] = {"units": ",d", "number": ",.1f", "money": ",.2f"}
ORDER_COLUMNS = (
    *("warehouse_name_zh", "warehouse", "item_name_zh", "usable", "target", "transfer_in", "packs", "buy"),
    *("unit", "cost_yuan", "order_by"),
)
LATER_COLUMNS = (
    *("warehouse_name_zh", "warehouse", "item_name_zh", "usable", "target", "below_from", "order_by"),
    *("order_later", "unit"),
)
OVERVIEW_COLUMNS = (
    *("warehouse_name_zh", "warehouse", "level", "items_short", "items_to_buy", "cost_yuan"),
    *("write_off_yuan", "rotate_yuan", "volume_after_m3", "usable_m3", "warning"),
)
BUDGET_COLUMNS = (
    *("item_name_zh", "item_name_en", "shortage", "transfer_in", "packs", "buy", "unit", "cost_yuan"),
    *("saved_yuan", "write_off_yuan"),
)
TRANSFER_COLUMNS = (
    *("from_name_zh", "from_warehouse", "to_name_zh", "to_warehouse", "item_name_zh", "lot", "quantity"),
    *("unit", "expires_on", "km", "tonne_km"),
)
ROTATE_COLUMNS = (
    *(
        "warehouse_name_zh",
        "warehouse",
        "item_name_zh",
        "lot",
        "action",
        "quantity",
        "unit",
        "expires_on",
        "days_left",
    ),
    "value_yuan",
)


def summary_markdown(plan: ReorderPlan) -> str:
    """Return the summary of a plan: totals, what to order, move, rotate and write off, and how to read it."""
    return "\n".join(_lines(plan)) + "\n"


def _lines(plan: ReorderPlan) -> Iterator[str]:
    tables, reorder = plan.tables, plan.tables["reorder"]
    yield f"# 补货 Reorder: {plain(plan.title)}, {plan.on.isoformat()}"
    yield ""
    yield from _totals(plan)
    yield from (f"- {plain(note)}" for note in plan.notes)
    today = reorder[reorder["buy"] > 0]
    yield from _section(
        "今日下单 Order today", ORDER, ORDER_COLUMNS, _dearest(today, "cost_yuan"), "reorder.csv"
    )
    due = _due_later(plan)
    title = f"{plan.rotation_days} 天内须下单 Order within {plan.rotation_days} days"
    yield from _section(title, ORDER, LATER_COLUMNS, due, "reorder.csv")
    transfers = _dearest(tables["transfers"], "tonne_km")
    yield from _section("调拨 Transfers", TRANSFERS, TRANSFER_COLUMNS, transfers, "transfers.csv")
    rotate = tables["rotate"].sort_values("expires_on", kind="stable")
    yield from _section("轮换与报废 Rotate or write off", ROTATE, ROTATE_COLUMNS, rotate, "rotate.csv")
    budget = _dearest(_with_some(tables["budget"], "shortage", "write_off_yuan"), "cost_yuan")
    yield from _section("预算 Budget by item", BUDGET, BUDGET_COLUMNS, budget, "budget.csv")
    stores = _dearest(_with_some(tables["overview"], "items_short", "warning"), "cost_yuan")
    title = "短缺或放不下的仓库 Warehouses that are short or overfull"
    yield from _section(title, OVERVIEW, OVERVIEW_COLUMNS, stores, "overview.csv")
    yield from _method(plan)


def _due_later(plan: ReorderPlan) -> pd.DataFrame:
    """Return the lines to order within the rotation window, but not today, first due first."""
    reorder = plan.tables["reorder"]
    later = reorder[reorder["order_later"].notna()].sort_values("order_by", kind="stable")
    return later[later["order_by"].map(lambda day: (day - plan.on).days <= plan.rotation_days).astype(bool)]


def _with_some(rows: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """Return the rows in which any of the columns is neither zero nor blank."""
    return rows[rows[list(columns)].astype(bool).any(axis=1)]


def _dearest(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    return rows.sort_values(column, ascending=False, kind="stable")


def _totals(plan: ReorderPlan) -> Iterator[str]:
    totals = plan.totals
    cost, saved = f"{totals['cost_yuan']:,.2f}", f"{totals['saved_yuan']:,.2f}"
    write_off, rotate = f"{totals['write_off_yuan']:,.2f}", f"{totals['rotate_yuan']:,.2f}"
    yield f"- 采购 Orders today: **{cost} yuan**, {totals['items_to_buy']} lines (warehouse and item)"
    yield f"- 短缺 Short before anything is done: {totals['items_short']} lines"
    yield f"- 调拨 Saved by transfers: {saved} yuan; {totals['tonne_km']:,.1f} tonne-km ({_ways(plan)})"
    yield f"- 报废 To write off: {write_off} yuan; 轮换 to rotate: {rotate} yuan"
    yield f"- 放不下 Warehouses whose goods do not fit: {totals['warehouses_over_volume']}"
    yield f"- Input rows that are modelled or assumed: {totals['modelled_or_assumed_share']:.1%}"


def _section(
    title: str,
    headings: Sequence[Heading],
    columns: Sequence[str],
    rows: pd.DataFrame,
    file: str,
) -> Iterator[str]:
    yield from ("", f"## {title}", "")
    if rows.empty:
        yield "无 None."
        return
    picked = pick(headings, columns)
    labels = [f"{heading.label_zh} {heading.label_en}" for heading in picked]
    numbers = [index for index, heading in enumerate(picked) if heading.kind not in ("wrap", "date")]
    cells = [
        [_shown(value, heading.kind) for heading, value in zip(picked, row, strict=True)]
        for row in rows[list(columns)].head(SHOWN_ROWS).itertuples(index=False)
    ]
    yield from table_lines(labels, cells, numbers=numbers)
    if len(rows) > SHOWN_ROWS:
        rest = len(rows) - SHOWN_ROWS
        yield from ("", f"另有 {rest} 行见 `{file}`。 {rest} more rows in `{file}`.")


def _shown(value: object, kind: Kind) -> str:
    if value is None:
        return ""
    return format(value, NUMBERS[kind]) if kind in NUMBERS else str(value)


def _ways(plan: ReorderPlan) -> str:
    return "by road" if plan.by_road else "straight line"


def _transfer_rule(plan: ReorderPlan) -> str:
    if plan.on_the_day:
        return (
            "stock above the giver's own level, by the unit, least tonne-km; lots that lapse within the "
            f"lead time plus {plan.rotation_days} days go last; community points give only what is above a "
            "level of the file."
        )
    return (
        "stock above the giver's own target that outlasts the lead time by "
        f"{plan.rotation_days} days, least tonne-km, first expired first out; community points receive only."
    )


def _method(plan: ReorderPlan) -> Iterator[str]:
    yield from ("", "## 口径 How the figures are made", "")
    counted = "not before the day" if plan.on_the_day else "not before the day plus the item's lead time"
    yield f"- 可用 usable: last day of use blank, or {counted}."
    yield "- 目标 target: the largest floors rule that applies; `reorder.csv` names it and the others."
    yield f"- 调拨 transfers: {_transfer_rule(plan)}"
    yield "- 采购 buy: what is still missing, in whole packs."
    yield "- 最迟下单日 order by: the first day below target minus the lead time, today at the earliest."
    yield (
        f"- 轮换 rotate: lots that lapse within the lead time plus {plan.rotation_days} days; "
        "报废 write off: lots past their last day of use."
    )
    yield "- 补后容积 volume after: unexpired on the day, plus transfers in and orders, minus transfers out."
