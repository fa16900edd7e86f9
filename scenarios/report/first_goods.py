"""How promises of first goods are told: one wording for terminal, Markdown and workbook."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable

from scenarios.report.findings import target_hour
from scenarios.report.wording import Names, cause_text, counted, hour_text, people_text, percent_text
from scenarios.result import FirstArrival, FirstGoodsResult, RunResult
from stockpile.echelons import LEVELS_ZH

NEVER, NOT_POSSIBLE = "未到 never", "到不了 never"
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
    return NEVER if hour is None else hour_text(_up(hour))


def soonest_text(hour: float | None) -> str:
    """Hour before which no first goods can be there, or that they never can."""
    return NOT_POSSIBLE if hour is None else hour_text(hour)


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
    if goods.bound < goods.townships:
        most = people_text(goods.bound)
        sentences.append(f"任何方案至多 {most} 个。 No plan reaches more than {most}.")
    late = missed_arrivals(result, goods)
    if late:
        sentences.append(f"未及时 late: {late_text(late, names)}。")
    why = why_text(late)
    if why:
        sentences.append(f"原因 why: {why}。")
    return " ".join(sentences)


def late_by_cause(late: Iterable[FirstArrival]) -> tuple[tuple[str, int], ...]:
    """First causes of late first goods with how many townships each keeps waiting, most first."""
    found = Counter(arrival.causes[0] for arrival in late if arrival.causes)
    return tuple(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def why_text(late: Iterable[FirstArrival]) -> str:
    """The first causes with how many townships wait for each; blank where none is known."""
    return "、".join(f"{cause_text(cause)} {count}" for cause, count in late_by_cause(late))


def late_text(late: tuple[FirstArrival, ...], names: Names) -> str:
    """The first few late townships with the hour of their first goods, and how many more there are."""
    shown = [_late_one(arrival, names) for arrival in late[:MISSED_SHOWN]]
    more = len(late) - MISSED_SHOWN
    return "、".join([*shown, *([f"另 {more} 个 {more} more"] if more > 0 else [])])


def _late_one(arrival: FirstArrival, names: Names) -> str:
    when = NEVER if arrival.first_h is None else f"{arrival_text(arrival.first_h)} h"
    return f"{names.zh('places', arrival.township)} {when}"


def _up(hour: float) -> float:
    """Two decimals, rounded up, so that a late hour never reads as the hour that was promised."""
    return math.ceil(hour * 100 - 1e-6) / 100
