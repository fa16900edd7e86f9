"""The part of report.md about first goods at the townships."""

from __future__ import annotations

from scenarios.gaps import SEVERAL
from scenarios.report.first_goods import (
    arrival_text,
    late_by_cause,
    level_text,
    missed_arrivals,
    result_text,
    soonest_text,
)
from scenarios.report.verdict import due_text
from scenarios.report.wording import (
    ADVICE,
    Names,
    advice_text,
    cause_text,
    causes_text,
    counted,
    people_text,
    percent_text,
)
from scenarios.result import RunResult
from stockpile.output.markdown_text import plain, table_lines

NEARER = "就近前置物资，并提前下达预备令", "keep goods nearer, and warn crews before the order"
"""What mends first goods that are too late by several limits at once: docks play no part in them."""


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
        "上限 bound",
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
            people_text(goods.bound) if goods.judged else "—",
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
            soonest_text(arrival.soonest_h),
            causes_text(arrival.causes),
        )
        for goods in result.first_goods
        for arrival in missed_arrivals(result, goods)
    ]
    note = (
        "有受灾安置点的乡镇街道计入；全部安置点都到不了的豁免。各乡镇的首批到达 all first goods: "
        "`tables/first_arrivals.csv`. "
        "Townships with affected sites count; exempt are those no site of which any vehicle reaches. "
        "最早可能：哪怕只送这一处也不会更早。 "
        "Soonest possible: no plan is sooner, even for that township alone."
    )
    late_headers = (
        "未及时 late for",
        "乡镇街道 township",
        "人数 people",
        "首批到达 first goods at hour",
        "最早可能 soonest possible",
        "原因 why",
    )
    return [
        *table_lines(headers, rows, numbers=range(2, 10)),
        "",
        *([*table_lines(late_headers, late, numbers=range(2, 5)), ""] if late else []),
        note,
        "",
    ]


def first_goods_steps(result: RunResult) -> list[str]:
    """What mends the causes of first goods that were late for a promise that was missed."""
    steps = []
    for goods in result.first_goods:
        late = () if goods.met else missed_arrivals(result, goods)
        for cause, townships in late_by_cause(late):
            if cause in ADVICE:
                advice = advice_text(NEARER if cause == SEVERAL else ADVICE[cause])
                about = f"{townships} 个乡镇 {counted(townships, 'township')}；{cause_text(cause)}"
                steps.append(f"首批物资 {plain(goods.id)}（{about}）：{advice}")
    return steps
