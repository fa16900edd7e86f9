"""The part of report.md about first goods at the townships."""

from __future__ import annotations

from scenarios.report.first_goods import arrival_text, level_text, missed_arrivals, result_text
from scenarios.report.verdict import due_text
from scenarios.report.wording import Names, people_text, percent_text
from scenarios.result import RunResult
from stockpile.output.markdown_text import table_lines


def first_goods_lines(result: RunResult, names: Names) -> list[str]:
    """Promises of first goods, and the townships that are late for them."""
    if not result.first_goods:
        return []
    headers = (
        "首批物资 first goods",
        "级别 level",
        "小时 hour",
        "要求 required",
        "乡镇 townships",
        "到达 reached",
        "比例 share",
        "最后到达 last",
        "豁免 exempt",
        "结果 result",
        "依据 source",
    )
    rows = [
        (
            goods.id,
            level_text(goods.level),
            due_text(result, goods),
            percent_text(goods.required),
            people_text(goods.townships),
            people_text(goods.reached) if goods.judged else "—",
            percent_text(goods.share) if goods.judged else "—",
            arrival_text(goods.last_h) if goods.judged else "—",
            people_text(goods.exempt_townships),
            result_text(goods),
            goods.source,
        )
        for goods in result.first_goods
    ]
    late = [
        (
            goods.id,
            names.both("places", arrival.township),
            people_text(arrival.people),
            arrival_text(arrival.first_h),
        )
        for goods in result.first_goods
        for arrival in missed_arrivals(result, goods)
    ]
    note = (
        "有受灾安置点的乡镇街道计入；全部安置点都到不了的豁免。各乡镇的首批到达 all first goods: "
        "`tables/first_arrivals.csv`. "
        "Townships with affected sites count; exempt are those no site of which any vehicle reaches."
    )
    late_headers = ("未及时 late for", "乡镇街道 township", "人数 people", "首批到达 first goods at hour")
    return [
        *table_lines(headers, rows, numbers=range(2, 9)),
        "",
        *([*table_lines(late_headers, late, numbers=[2, 3]), ""] if late else []),
        note,
        "",
    ]
