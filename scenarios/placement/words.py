"""The findings of a placement in sentences: every report opens with the same ones."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pandas as pd

from scenarios.placement.curve import FEWEST_POINTS
from scenarios.placement.goals import (
    Pair,
    counts_missing,
    goal_words,
    more_missing,
    risk_words,
    share_is_met,
)
from scenarios.placement.options import PlaceOptions, risk_text
from scenarios.placement.result import CaseResult, PlaceResult
from scenarios.report.wording import gap_text, hour_text, people_text, percent_text
from stockpile.placement.priorities import KEPT_SHARE, Step
from stockpile.placement.problem import Floats, Risk
from stockpile.placement.risk import risk_value

ALMOST_NOBODY = 0.05
"""People that are shown as 0.0."""


def verdict(result: PlaceResult) -> Pair:
    """Whether it answers what was asked."""
    if result.blocked is not None:
        return "结论：要求无法全部满足。", "Verdict: what was asked for cannot be had."
    return "结论：得到建议。", "Verdict: here is the recommended stock."


def expected(weights: Iterable[float], people: Iterable[float]) -> float:
    """Return people in expectation by the weights of their scenarios.

    >>> expected([0.75, 0.25], [10.0, 30.0])
    15.0
    """
    return risk_value(np.array(list(people)), _chances(weights), Risk())


def missing(risk: Risk, weights: Iterable[float], short: Iterable[float]) -> float:
    """Return people left without as a risk measure weighs the scenarios.

    >>> missing(Risk("worst"), [0.5, 0.5], [10.0, 30.0])
    30.0
    """
    return -risk_value(-np.array(list(short)), _chances(weights), risk)


def _rounded_up(people: float) -> str:
    return people_text(math.ceil(people - 1e-6))


def _chances(weights: Iterable[float]) -> Floats:
    weight: Floats = np.array(list(weights))
    shares: Floats = weight / weight.sum()
    return shares


ROLES = (
    ("placed", "所用情景", "scenarios it was made for"),
    ("held out", "留作检验的情景", "scenarios held out"),
    ("variation", "变体", "variations that only test it"),
)


def finding_lines(result: PlaceResult) -> Iterator[Pair]:
    """All findings but the verdict, in the order in which every report gives them."""
    yield from coverage_lines(result)
    yield from loss_lines(result)
    if "replay" in result.tables:
        yield from replay_lines(result)
    yield money_line(result)
    yield certificate_line(result)


def coverage_lines(result: PlaceResult) -> Iterator[Pair]:
    """Today's stock and the recommended one by each hour that matters, in expectation and at worst."""
    for hour in result.first_hours:
        index = result.hours.index(hour)
        by = hour_text(hour)
        for role, zh, en in ROLES:
            cases = [case for case in result.cases if case.role == role]
            if not cases:
                continue
            weights = [case.probability for case in cases]
            every = expected(weights, [case.people for case in cases])
            pair = [
                expected(weights, [supplied[index] for supplied in some])
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


def _missing_line(risk: Risk, cases: Sequence[CaseResult], at: tuple[float, int], whose: Pair) -> Pair:
    """People left without by an hour with today's stock and the recommended one, as the risk weighs them."""
    hour, index = at
    weights = [case.probability for case in cases]
    before, after = (
        _rounded_up(missing(risk, weights, short))
        for short in (
            [case.people - case.before[index] for case in cases],
            [case.people - case.after[index] for case in cases],
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


def loss_text(lost: float, before: float) -> Pair:
    """People lost against those before, as a count and a share rounded to 0.01 %."""
    share = f"−{lost / before:.2%}"
    people = int(lost + 1e-6)
    return f"{people_text(people)} 人（{share}）", f"{people_text(people)} fewer ({share})"


def loss_lines(result: PlaceResult) -> Iterator[Pair]:
    """Scenarios that are worse off than with today's stock by the first hour."""
    index = result.hours.index(result.first_hours[0])
    lost = [(case, case.before[index] - case.after[index]) for case in result.cases]
    losing = [(case, people) for case, people in lost if people >= 1]
    if not losing:
        return
    by = hour_text(result.first_hours[0])
    texts = [(case, loss_text(people, case.before[index])) for case, people in losing]
    zh = "；".join(f"{case.id} 少 {text[0]}" for case, text in texts)
    en = "; ".join(f"{case.id} {text[1]}" for case, text in texts)
    yield f"第 {by} 小时比现有库存差的情景：{zh}。", f"Worse off than today by hour {by}: {en}."


def replay_lines(result: PlaceResult) -> Iterator[Pair]:
    """What plans of the dispatch engine supply with either stock, beside the model, by each first hour."""
    replay = result.tables["replay"]
    for hour in result.first_hours:
        for role, zh, en in ROLES:
            rows = replay[(replay["role"] == role) & (replay["hour"] == hour)]
            if rows.empty:
                continue
            by = hour_text(hour)
            model, plan = (
                [int(expected(rows["probability_share"], rows[name]) + 1e-6) for name in names]
                for names in (("before", "after"), ("before_planned", "after_planned"))
            )
            plans, models = (" → ".join(people_text(people) for people in pair) for pair in (plan, model))
            change, hoped = (f"{pair[1] - pair[0]:+,d}" for pair in (plan, model))
            yield (
                (
                    f"第 {by} 小时按调度计划（{zh}，期望）：{plans} 人（{change}）；"
                    f"模型 {models} 人（{hoped}）。"
                ),
                (
                    f"By hour {by} in dispatch plans ({en}, expected): {plans} people ({change}); "
                    f"the model says {models} ({hoped})."
                ),
            )
            if counts_missing(result.options):
                yield _replay_missing_line(result.options.risk, rows, by, (zh, en))


def _replay_missing_line(risk: Risk, rows: pd.DataFrame, by: str, whose: Pair) -> Pair:
    """People whom plans leave without with either stock, as the risk weighs them, beside the model."""
    model, plan = (
        " → ".join(
            _rounded_up(missing(risk, rows["probability_share"], rows["people"] - rows[name]))
            for name in names
        )
        for names in (("before", "after"), ("before_planned", "after_planned"))
    )
    zh, en = risk_words(risk)
    return (
        f"第 {by} 小时按调度计划未获供（{whose[0]}，{zh}）：{plan} 人；模型 {model} 人。",
        (
            f"Not supplied by hour {by} in dispatch plans ({whose[1]}, {en}): {plan} people; "
            f"the model says {model}."
        ),
    )


def certificate_line(result: PlaceResult) -> Pair:
    """What the first goal reached and what nothing can pass, or the cost of a required share that is met."""
    step, last = result.steps[0], result.steps[-1]
    if last.kind == "yuan" and last.answered and share_is_met(step, result.options):
        return _least_cost_line(step, last, result.options)
    zh, en = goal_words(step, result.options)
    value, bound = (f"{number:z,.1f}" for number in (step.value, step.bound))
    gap = gap_text(step.gap)
    if counts_missing(result.options):
        people = people_text(more_missing(step, result.options.gap))
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
    given_up = f"{max(KEPT_SHARE, result.options.gap):.2%}"
    return (
        (f"首要目标 {zh}：达到 {value}，可证上限 {bound}，相差 {gap}；其后目标各让出不超过 {given_up}。"),
        (
            f"First goal, {en}: {value}, proven bound {bound}, gap {gap}; "
            f"each later goal may give up {given_up} of it."
        ),
    )


def unanswered_lines(steps: Iterable[Step], options: PlaceOptions) -> Iterator[Pair]:
    """Goals for which the solver found nothing that keeps the earlier ones."""
    for step in steps:
        if not step.answered:
            zh, en = goal_words(step, options)
            yield (
                f"未求解的目标 {zh}：求解器未找到保持前面目标的方案，沿用先前的答案。",
                (
                    f"Goal without answer, {en}: the solver found nothing that keeps the earlier "
                    "goals, whose answer stands."
                ),
            )


def _least_cost_line(first: Step, cost: Step, options: PlaceOptions) -> Pair:
    """The share that was asked for, that it is met, and the least cost with its bound."""
    zh, en = risk_words(options.risk)
    share, by, gap = percent_text(options.required_share or 0.0), f"{first.hour:g}", gap_text(cost.gap)
    value, bound = (f"{abs(yuan):,.0f}" for yuan in (cost.value, cost.bound))
    return (
        (
            f"要求第 {by} 小时覆盖 {share}（{zh}）：已达到；费用（含期望运送费）{value} 元，"
            f"可证不少于 {bound} 元，相差 {gap}。"
        ),
        (
            f"Asked for: {share} of the people by hour {by} ({en}). It is met; with the expected driving it "
            f"costs {value} yuan, proven to be no less than {bound}, a gap of {gap}."
        ),
    )


def _missing_words(people: float) -> Pair:
    """How many are missing; more than a required share asks for are people to spare."""
    if people > -ALMOST_NOBODY:
        return (f"{max(people, 0.0):,.1f}",) * 2
    return f"0（富余 {-people:,.1f}）", f"0 ({-people:,.1f} to spare)"


def model_line(result: PlaceResult) -> Pair:
    """What the people of the model are worth."""
    share = result.options.fleet_share
    if share == 1:
        return (
            "界限对模型成立；模型比调度宽松，获供人数是上限而非承诺；`--replay` 可用调度引擎核对。",
            (
                "The bounds hold for the model, which is looser than dispatch: the people it supplies are a "
                "limit, not a promise; `--replay` plans the scenarios."
            ),
        )
    return (
        (
            f"模型只用车船工时的 {percent_text(share)}；界限只对该模型成立，人数是估计；"
            "`--replay` 可用调度引擎核对。"
        ),
        (
            f"The model may use {percent_text(share)} of the vehicle hours; the bounds hold for that model "
            "only, and its people are an estimate; `--replay` plans the scenarios."
        ),
    )


def no_knee(curve: pd.DataFrame) -> Pair:
    """Why no budget of the curve is the one from which more money buys less."""
    count = curve["missing" if "missing" in curve else "people"]
    if len(curve) < FEWEST_POINTS:
        return (
            "没有拐点：方案的花费就是最低水平的花费，可比的预算不足三个。",
            (
                "No knee: the answer costs what the least levels cost, and fewer than three budgets can be "
                "compared."
            ),
        )
    if abs(count.iloc[-1] - count.iloc[0]) < ALMOST_NOBODY:
        return (
            "没有拐点：更多的钱不增加首要目标的人数。",
            "No knee: more money changes nothing for the people of the first goal.",
        )
    return (
        "没有拐点：在所试预算内，每一元的收益并不递减。",
        "No knee: within the budgets tried more money does not begin to buy less.",
    )


def money_line(result: PlaceResult) -> Pair:
    """What it costs and how much moves."""
    bought = f"{result.totals['purchases_yuan']:,.0f}"
    built = f"{result.totals['decisions_yuan']:,.0f}"
    moved = f"{result.totals['tonne_km']:,.1f}"
    return (
        f"采购 {bought} 元，启用与扩容 {built} 元；先调拨 {moved} 吨公里。",
        f"Purchases {bought} yuan, opening and expansion {built} yuan; transfers first, {moved} tonne-km.",
    )


def forbidden(options: PlaceOptions) -> list[tuple[str, str | None]]:
    """What is forbidden, sorted."""
    return sorted(options.forbidden, key=lambda key: (key[0], key[1] or ""))


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
    if options.fleet_share != 1:
        parts.append(f"车船工时 fleet share {percent_text(options.fleet_share)}")
    if result.levels_file is not None:
        parts.append(f"水平文件 levels {result.levels_file}")
    if options.keep_existing:
        parts.append("现有不动 keep existing")
    parts += [f"固定 fixed {':'.join(key)}={units}" for key, units in options.fixed]
    parts += [f"不存 forbidden {':'.join(part for part in key if part)}" for key in forbidden(options)]
    return " · ".join(parts)
