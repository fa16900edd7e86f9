"""place.xlsx: summary, levels, decisions, transfer orders and purchases to print."""

from __future__ import annotations

from pathlib import Path

from scenarios.placement.headings import TABLES, headings_in, sheet_table
from scenarios.placement.result import PlaceResult
from scenarios.placement.words import finding_lines, setting_line, verdict
from stockpile.output.sheet_model import Lines, Sheet
from stockpile.output.workbook import write_sheets

SIGNATURES = "制表 Prepared by: ____________    审核 Checked by: ____________    日期 Date: ____________"
SHEETS = {
    "levels": "水平 Levels",
    "decisions": "启用扩容 Open",
    "transfers": "调拨 Transfers",
    "purchases": "采购 Purchases",
    "townships": "乡镇 Townships",
    "moves": "调令 Transfer orders",
    "marginal": "再多一点 One more",
    "no_regret": "无悔储备 No regret",
    "replay": "核对 Replay",
}


def write_workbook(result: PlaceResult, path: Path) -> None:
    """Write the workbook; text is never a formula, and the same result gives the same bytes."""
    others = [_table_sheet(result, name, title) for name, title in SHEETS.items() if name in result.tables]
    title = f"Placement {result.region.name} {result.on.isoformat()}"
    write_sheets([_summary(result), *others], path, title=title)


def _summary(result: PlaceResult) -> Sheet:
    blocked = [*result.blocked.reasons, result.blocked.nearest] if result.blocked else []
    alarms = [" ".join(pair) for pair in (*blocked, *result.warnings)]
    lines = [verdict(result), *finding_lines(result)]
    return Sheet(
        name="总表 Summary",
        title=f"储备布局 Placement: {result.region.name}",
        alarms=tuple(alarms),
        notes=(setting_line(result), *(" ".join(pair) for pair in lines)),
        parts=(
            sheet_table(TABLES["coverage"], result.tables["coverage"], "1 覆盖 Coverage"),
            sheet_table(TABLES["steps"], result.tables["steps"], "2 证书 Certificate"),
        ),
    )


def _table_sheet(result: PlaceResult, name: str, title: str) -> Sheet:
    rows = result.tables[name]
    table = sheet_table(headings_in(TABLES[name], rows), rows, "")
    return Sheet(name=title, title=title, notes=(), parts=(table, Lines((SIGNATURES,))))
