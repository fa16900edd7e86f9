"""How promises of first goods are told: one wording for terminal, Markdown and workbook."""

from __future__ import annotations

import math

from scenarios.report.findings import target_hour
from scenarios.report.wording import Names, counted, hour_text, people_text, percent_text
from scenarios.result import FirstArrival, FirstGoodsResult, RunResult
from stockpile.echelons import LEVELS_ZH

NEVER = "未到 never"
MISSED_SHOWN = 5


def level_text(level: str) -> str:
    """Both names of a level of warehouses."""
    return f"{LEVELS_ZH[level]} {level}"


def result_text(goods: FirstGoodsResult) -> str:
    """Whether a promise of first goods was kept, or that it is not judged."""
    if not goods.judged:
        return "— 不考核 not judged"
    return "✓ 达成 met" if goods.met else "✗ 未达成 missed"


def arrival_text(hour: float | None) -> str:
    """Hour of first goods, or that none came."""
    return NEVER if hour is None else hour_text(hour)


def missed_arrivals(result: RunResult, goods: FirstGoodsResult) -> tuple[FirstArrival, ...]:
    """Townships that count and did not get their first goods in time: most people first."""
    late = [
        arrival
        for arrival in result.first_arrivals
        if arrival.target == goods.id and not arrival.exempt and not arrival.in_time
    ]
    return (
        tuple(sorted(late, key=lambda arrival: (-arrival.people, arrival.township))) if goods.judged else ()
    )


def first_goods_sentence(result: RunResult, goods: FirstGoodsResult, names: Names) -> str:
    """How many townships have their first goods when a promise falls due, and which wait."""
    level_zh = LEVELS_ZH[goods.level]
    if not goods.judged:
        return (
            f"{goods.id} 不考核：表中没有存放本保障篮物资的{level_zh}仓库。 "
            f"{goods.id} is not judged: no {goods.level} warehouse with goods of the basket in the tables."
        )
    hour = hour_text(target_hour(result, goods))
    reached, townships = people_text(goods.reached), people_text(goods.townships)
    reached_share = percent_text(goods.share)
    arrived = (
        f"到第 {hour} 小时，{reached} / {townships} 个乡镇收到{level_zh}仓库首批物资（{reached_share}）。 "
        f"By hour {hour}, {reached} of {counted(goods.townships, 'township')} hold first goods of a "
        f"{goods.level} warehouse ({reached_share})."
    )
    sentences = [arrived]
    if goods.exempt_townships:
        exempt = goods.exempt_townships
        sentences.append(
            f"另有 {exempt} 个任何方式都到不了，不计入。 "
            f"Not counted: {counted(exempt, 'township')} that no vehicle reaches."
        )
    late = missed_arrivals(result, goods)
    if late:
        sentences.append(f"未及时 late: {late_text(late, names)}。")
    return " ".join(sentences)


def late_text(late: tuple[FirstArrival, ...], names: Names) -> str:
    """The first few late townships with the hour of their first goods, and how many more there are."""
    shown = [_late_one(arrival, names) for arrival in late[:MISSED_SHOWN]]
    more = len(late) - MISSED_SHOWN
    return "、".join([*shown, *([f"另 {more} 个 {more} more"] if more > 0 else [])])


def _late_one(arrival: FirstArrival, names: Names) -> str:
    when = NEVER if arrival.first_h is None else f"{hour_text(_up(arrival.first_h))} h"
    return f"{names.zh('places', arrival.township)} {when}"


def _up(hour: float) -> float:
    """Two decimals, rounded up, so that a late hour never reads as the hour that was promised."""
    return math.ceil(hour * 100 - 1e-6) / 100
