"""The findings of a placement in sentences: every report opens with the same ones."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from scenarios.placement.goals import counts_missing, goal_words, risk_words
from scenarios.placement.options import risk_text
from scenarios.placement.result import CaseResult, PlaceResult
from scenarios.report.wording import hour_text, people_text, percent_text
from stockpile.placement.priorities import KEPT_SHARE
from stockpile.placement.problem import Risk
from stockpile.placement.risk import risk_value

ALMOST_NOBODY = 0.05
"""People that are shown as 0.0."""


def verdict(result: PlaceResult) -> tuple[str, str]:
    """Whether it answers what was asked."""
    if result.blocked is not None:
        return "结论：要求无法全部满足。", "Verdict: what was asked for cannot be had."
    return "结论：得到建议。", "Verdict: here is the recommended stock."


def expected(cases: Sequence[CaseResult], people: Sequence[float]) -> float:
    """Return people in expectation over the cases; those that only test count alike."""
    weights = np.array([case.probability for case in cases])
    weights = weights if weights.any() else np.ones(len(cases))
    return float(weights @ np.array(people) / weights.sum())


def coverage_lines(result: PlaceResult) -> Iterator[tuple[str, str]]:
    """Today's stock and the recommended one by each hour that matters, in expectation and at worst."""
    for hour in result.first_hours:
        index = result.hours.index(hour)
        by = hour_text(hour)
        for zh, en, cases in (
            ("所用情景", "scenarios it was made for", result.placed),
            ("检验情景", "scenarios that only test it", result.tested),
        ):
            if not cases:
                continue
            every = expected(cases, [case.people for case in cases])
            pair = [
                expected(cases, [supplied[index] for supplied in some])
                for some in ([case.before for case in cases], [case.after for case in cases])
            ]
            lowest = [
                min(supplied[index] / case.people if case.people else 1.0 for case, supplied in some)
                for some in (
                    [(case, case.before) for case in cases],
                    [(case, case.after) for case in cases],
                )
            ]
            before, after = (f"{people_text(int(people + 1e-6))}" for people in pair)
            shares = [percent_text(people / every if every else 1.0) for people in pair]
            low = [percent_text(share) for share in lowest]
            yield (
                (
                    f"第 {by} 小时（{zh}，期望）：现有 {before} 人（{shares[0]}），"
                    f"建议 {after} 人（{shares[1]}）；比例最低的情景 {low[0]} → {low[1]}。"
                ),
                (
                    f"By hour {by} ({en}, expected): {before} people ({shares[0]}) with today's stock, "
                    f"{after} ({shares[1]}) as recommended; lowest share of a scenario {low[0]} → {low[1]}."
                ),
            )
            if counts_missing(result.options):
                yield _missing_line(result.options.risk, cases, (hour, index), (zh, en))


def _missing_line(
    risk: Risk, cases: Sequence[CaseResult], at: tuple[float, int], whose: tuple[str, str]
) -> tuple[str, str]:
    """People left without by an hour with today's stock and the recommended one, as the risk weighs them."""
    weights = np.array([case.probability for case in cases])
    weights = weights / weights.sum() if weights.any() else np.full(len(cases), 1.0 / len(cases))
    hour, index = at
    before, after = (
        people_text(math.ceil(-risk_value(np.array(left), weights, risk) - 1e-6))
        for left in (
            [case.before[index] - case.people for case in cases],
            [case.after[index] - case.people for case in cases],
        )
    )
    by, (zh, en) = hour_text(hour), risk_words(risk)
    return (
        f"第 {by} 小时未获供（{whose[0]}，{zh}）：现有 {before} 人，建议 {after} 人。",
        (
            f"Not supplied by hour {by} ({whose[1]}, {en}): {before} people with today's stock, "
            f"{after} as recommended."
        ),
    )


def certificate_line(result: PlaceResult) -> tuple[str, str]:
    """What the first goal reached and what nothing can pass."""
    step = result.steps[0]
    zh, en = goal_words(step, result.options)
    value, bound = (f"{number:,.1f}" for number in (step.value, step.bound))
    gap, kept = f"{step.gap:.3%}", max(KEPT_SHARE, result.options.gap)
    if counts_missing(result.options):
        to_spare = max(0.0, -step.value)
        people = people_text(math.ceil(max(0.0, kept * step.certificate.value - to_spare)))
        (value_zh, value), (bound_zh, bound) = _missing_words(step.value), _missing_words(step.bound)
        return (
            (
                f"首要目标 {zh}：{value_zh}，可证不少于 {bound_zh}，相差为最多可能所缺人数的 {gap}；"
                f"其后目标各至多使所缺增加 {people} 人。"
            ),
            (
                f"First goal, {en}: {value}, proven to be no fewer than {bound}, "
                f"a gap of {gap} of those who could be missing; "
                f"each later goal may leave {people} more missing."
            ),
        )
    given_up = f"{kept:.2%}"
    return (
        (f"首要目标 {zh}：达到 {value}，可证上限 {bound}，相差 {gap}；其后目标各让出不超过 {given_up}。"),
        (
            f"First goal, {en}: {value}, proven bound {bound}, gap {gap}; "
            f"each later goal may give up {given_up} of it."
        ),
    )


def _missing_words(people: float) -> tuple[str, str]:
    """How many are missing; more than a required share asks for are people to spare."""
    if people > -ALMOST_NOBODY:
        return (f"{max(people, 0.0):,.1f}",) * 2
    return f"0（富余 {-people:,.1f}）", f"0 ({-people:,.1f} to spare)"


def money_line(result: PlaceResult) -> tuple[str, str]:
    """What it costs and how much moves."""
    bought = f"{result.totals['purchases_yuan']:,.0f}"
    built = f"{result.totals['decisions_yuan']:,.0f}"
    moved = f"{result.totals['tonne_km']:,.1f}"
    return (
        f"采购 {bought} 元，启用与扩容 {built} 元；先调拨 {moved} 吨公里。",
        f"Purchases {bought} yuan, opening and expansion {built} yuan; transfers first, {moved} tonne-km.",
    )


def setting_line(result: PlaceResult) -> str:
    """What was asked, on one line."""
    options = result.options
    parts = [f"库存日期 stock on {result.on.isoformat()}", f"风险 risk {risk_text(options.risk)}"]
    if np.isfinite(options.budget):
        parts.append(f"预算 budget {options.budget:,.0f} 元 yuan")
    if options.required_share is not None:
        parts.append(f"要求覆盖 required share {percent_text(options.required_share)}")
    if options.severity != 1:
        parts.append(f"人数系数 severity {options.severity:g}")
    return " · ".join(parts)
