"""The tables of first goods on the summary sheet of plan.xlsx."""

from __future__ import annotations

from scenarios.report.findings import target_hour
from scenarios.report.first_goods import NEVER, NOT_POSSIBLE, level_text, missed_arrivals, result_text
from scenarios.report.wording import Names, causes_text
from scenarios.result import RunResult
from stockpile.output.sheet_model import Column, Table


def first_goods_tables(result: RunResult, names: Names) -> tuple[Table, ...]:
    """Promises of first goods, then the townships that are late for them; nothing without such promises."""
    if not result.first_goods:
        return ()
    columns = (
        Column("首批物资", "first goods", 42),
        Column("小时", "hour", 11, "hours"),
        Column("要求", "required", 11, "share"),
        Column("乡镇数", "townships", 11, "count"),
        Column("到达数", "reached", 11, "count"),
        Column("上限", "bound", 11, "count"),
        Column("比例", "share", 11, "share"),
        Column("豁免数", "exempt", 11, "count"),
        Column("结果", "result", 16),
        Column("依据", "source", 30, "wrap"),
    )
    rows = tuple(
        (
            f"{goods.id} · {level_text(goods.level)}",
            round(target_hour(result, goods), 4),
            goods.required,
            goods.townships,
            goods.reached if goods.judged else "—",
            goods.bound if goods.judged else "—",
            goods.share if goods.judged else "—",
            goods.exempt_townships,
            result_text(goods),
            goods.source,
        )
        for goods in result.first_goods
    )
    promises = Table(columns, rows, title="首批物资 First goods at the townships")
    late = tuple(
        (
            f"{names.both('places', arrival.township)} · {goods.id}",
            arrival.people,
            NEVER if arrival.first_h is None else round(arrival.first_h, 4),
            NOT_POSSIBLE if arrival.soonest_h is None else round(arrival.soonest_h, 4),
            causes_text(arrival.causes),
        )
        for goods in result.first_goods
        for arrival in missed_arrivals(result, goods)
    )
    if not late:
        return (promises,)
    late_columns = (
        Column("未及时收到首批物资", "late township", 42),
        Column("人数", "people", 11, "count"),
        Column("首批到达", "first goods", 11, "hours"),
        Column("最早可能", "soonest", 11, "hours"),
        Column("原因", "causes", 30, "wrap"),
    )
    return promises, Table(late_columns, late, title="未及时 Late for first goods")
