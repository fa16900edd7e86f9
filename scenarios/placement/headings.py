"""Columns of the placement tables: name in the CSV, heading in both languages, and how a cell is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from scenarios.report.wording import gap_text, percent_text
from stockpile.output.sheet_model import Cell, Kind, Table
from stockpile.reorder.headings import ITEM, ITEM_NAME, TRANSFERS, UNIT, WAREHOUSE, WAREHOUSE_NAME, Heading

COST = Heading("cost_yuan", "金额(元)", "cost (yuan)", "money", 14)

ROAD_TRANSFERS = tuple(
    replace(heading, label_zh="公路里程(km)", label_en="by road (km)") if heading.name == "km" else heading
    for heading in TRANSFERS
)
"""Transfers as on the reorder sheets, which know no roads."""

LEVELS = (
    WAREHOUSE,
    WAREHOUSE_NAME,
    ITEM,
    ITEM_NAME,
    UNIT,
    Heading("today", "现有", "today", "units"),
    Heading("at_least", "最低", "at least", "units"),
    Heading("at_most", "最高", "at most", "units"),
    Heading("level", "目标水平", "level", "units"),
)
DECISIONS = (
    WAREHOUSE,
    WAREHOUSE_NAME,
    Heading("decision", "决定", "decision", width=12),
    Heading("added_m3", "增加容积(m3)", "added volume (m3)", "number", 12),
    COST,
)
PURCHASES = (
    WAREHOUSE,
    WAREHOUSE_NAME,
    ITEM,
    ITEM_NAME,
    UNIT,
    Heading("packs", "采购包数", "packs to buy", "units"),
    Heading("pack_size", "包装数", "pack size", "units"),
    Heading("quantity", "采购量", "units to buy", "units"),
    Heading("unit_cost_yuan", "单价(元)", "unit cost (yuan)", "money", 12),
    COST,
    Heading("volume_m3", "体积(m3)", "volume (m3)", "number", 12),
)
COVERAGE = (
    Heading("scenario", "情景", "scenario", width=24),
    Heading("role", "用途", "role", width=12),
    Heading("probability_share", "概率", "probability", "share"),
    Heading("hour", "小时", "hour", "hours"),
    Heading("people", "受灾", "affected", "units"),
    Heading("before", "现有库存获供", "supplied today", "units"),
    Heading("after", "建议库存获供", "supplied as recommended", "units"),
    Heading("before_share", "现有比例", "share today", "share"),
    Heading("after_share", "建议比例", "share as recommended", "share"),
)
TOWNSHIPS = (
    Heading("township", "编号", "township", width=14),
    Heading("name_zh", "乡镇街道", "name", width=18),
    Heading("hour", "小时", "hour", "hours"),
    Heading("people", "受灾(期望)", "affected (expected)", "decimal"),
    Heading("before", "现有获供", "supplied today", "decimal"),
    Heading("after", "建议获供", "supplied as recommended", "decimal"),
    Heading("change", "变化", "change", "decimal"),
)
STEPS = (
    Heading("goal_zh", "目标", "goal in Chinese", width=24),
    Heading("goal", "英文目标", "goal", width=24),
    Heading("value", "达到", "reached", "decimal", 16),
    Heading("bound", "可证界限", "proven bound", "decimal", 16),
    Heading("gap_share", "相差", "gap", "gap"),
)
CURVE = (
    Heading("budget_yuan", "预算(元)", "budget (yuan)", "money", 14),
    Heading("people", "获供", "supplied", "decimal"),
    Heading("missing", "所缺人数", "people missing", "decimal"),
    Heading("bound", "可证界限", "proven bound", "decimal"),
    Heading("share", "比例", "share", "share"),
    Heading("knee", "拐点", "knee", width=8),
)
MARGINAL = (
    Heading("kind", "类别", "kind", width=16),
    Heading("place", "地点", "place", width=18),
    Heading("place_name_zh", "地点名称", "place name", width=28),
    Heading("what", "增加物编号", "what", width=14),
    Heading("what_name_zh", "增加", "what (name)", width=20),
    Heading("quantity", "数量", "quantity", "units"),
    Heading("unit", "单位", "unit", width=12),
    Heading("people", "多供人数", "more people", "decimal"),
    Heading("fewer_missing", "少缺人数", "fewer missing", "decimal"),
)
MOVES = (
    Heading("order", "调令号", "order", "units"),
    *ROAD_TRANSFERS,
    Heading("people", "执行后获供", "supplied once done", "decimal"),
    Heading("missing", "执行后所缺人数", "people missing once done", "decimal"),
)
REPLAY = (
    *COVERAGE[:5],
    Heading("before", "模型(现有)", "model, today's stock", "units"),
    Heading("after", "模型(建议)", "model, as recommended", "units"),
    Heading("before_planned", "计划(现有)", "plan, today's stock", "units"),
    Heading("after_planned", "计划(建议)", "plan, as recommended", "units"),
    Heading("change_planned", "计划增减", "change of the plan", "count"),
    Heading("kept_share", "计划/模型", "plan of model", "share"),
)
NO_REGRET = (
    WAREHOUSE,
    WAREHOUSE_NAME,
    ITEM,
    ITEM_NAME,
    UNIT,
    Heading("in_every_plan", "各近优方案均有", "in every plan found", "units"),
    Heading("level", "目标水平", "level", "units"),
)
TABLES: dict[str, tuple[Heading, ...]] = {
    "levels": LEVELS,
    "decisions": DECISIONS,
    "transfers": ROAD_TRANSFERS,
    "purchases": PURCHASES,
    "coverage": COVERAGE,
    "replay": REPLAY,
    "townships": TOWNSHIPS,
    "steps": STEPS,
    "budget_curve": CURVE,
    "marginal": MARGINAL,
    "moves": MOVES,
    "no_regret": NO_REGRET,
}
CODES: dict[str, dict[str, str]] = {
    "role": {"placed": "据以布局 placed", "held out": "留作检验 held out", "variation": "变体检验 variation"},
    "decision": {"open": "启用 open", "expand": "扩容 expand"},
    "kind": {
        "packs": "成套物资 packs",
        "room": "库容 room",
        "dock": "装车位 dock",
        "vehicle": "车船 vehicle",
    },
}
"""Words of a column in both languages, as reports show them; the CSV keeps the English one."""

# z: no minus before a 0
FORMATS: dict[Kind, str] = {
    "units": ",.0f",
    "number": "z,.1f",
    "decimal": "z,.1f",
    "money": ",.2f",
    "hours": "g",
    "count": ",d",
}


def worded(name: str, value: object) -> object:
    """Return a cell of a column of words in both languages, anything else as it is.

    >>> worded("decision", "open")
    '启用 open'
    """
    return CODES[name].get(str(value), value) if name in CODES else value


def headings_in(headings: Sequence[Heading], rows: pd.DataFrame) -> tuple[Heading, ...]:
    """Return the headings of columns that a table has: it counts those supplied or those missing."""
    return tuple(heading for heading in headings if heading.name in rows.columns)


def shown(value: object, heading: Heading) -> str:
    """Return a cell as Markdown shows it; blank for None, NaN and no, shares rounded down, gaps up."""
    if isinstance(value, bool):
        return "✓" if value else ""
    if value is None or value != value:  # noqa: PLR0124 - NaN is not itself
        return ""
    if heading.kind == "share":
        return percent_text(float(str(value)))
    if heading.kind == "gap":
        return gap_text(float(str(value)))
    if heading.kind in FORMATS:
        return format(value, FORMATS[heading.kind])
    return str(worded(heading.name, value))


def sheet_table(headings: Sequence[Heading], rows: pd.DataFrame, title: str, empty: str = "无 none") -> Table:
    """Return rows as a table of a workbook."""
    cells: list[tuple[Cell, ...]] = [
        tuple(
            _cell(worded(heading.name, value), heading.kind)
            for value, heading in zip(row, headings, strict=True)
        )
        for row in rows[[heading.name for heading in headings]].itertuples(index=False, name=None)
    ]
    return Table(tuple(heading.column for heading in headings), tuple(cells), title, empty=empty)


def _cell(value: object, kind: Kind) -> Cell:
    plain = value.item() if hasattr(value, "item") else value
    if plain is None or plain != plain:  # noqa: PLR0124 - NaN is not itself
        return None
    return round(plain) if kind == "units" and isinstance(plain, float) else plain  # type: ignore[return-value]
