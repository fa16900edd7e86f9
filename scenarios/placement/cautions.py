"""What a reader of a placement should know before trusting it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from scenarios.placement.goals import Pair, goal_words, risk_words
from scenarios.placement.options import PlaceOptions
from scenarios.placement.result import CaseResult
from scenarios.placement.words import ALMOST_NOBODY, loss_text, missing
from scenarios.report.wording import counted, gap_text, hour_text, people_text, percent_text
from stockpile.placement.priorities import Priorities, Step
from stockpile.placement.problem import Risk

FEW_SCENARIOS = 3
DOMINATES = 2 / 3
"""Probability above which one scenario decides nearly alone (assumed)."""

SAME_GAP = 1e-9
"""Shares that differ by less are the same but for the arithmetic."""


def scenario_cautions(cases: Sequence[CaseResult], hours: Sequence[float], first: int) -> Iterator[Pair]:
    """Too few scenarios to trust, one that decides nearly alone, and held-out ones that lose people.

    Args:
        cases: all scenarios.
        hours: hours by which their people are counted.
        first: index of the hour that matters most.
    """
    placed = [case for case in cases if case.role == "placed"]
    if len(placed) < FEW_SCENARIOS:
        yield (
            f"只有 {len(placed)} 个情景，少于 {FEW_SCENARIOS} 个，结论不足为凭。",
            (
                f"Only {counted(len(placed), 'scenario')}, fewer than {FEW_SCENARIOS}: "
                "too few to trust the answer."
            ),
        )
    most = max(placed, key=lambda case: case.probability)
    if len(placed) > 1 and most.probability > DOMINATES:
        share = f"{most.probability:.0%}"
        yield (
            f"情景 {most.id} 占 {share}，几乎独自决定结果。",
            f"Scenario {most.id} has {share} of the weight and decides nearly alone.",
        )
    by = hour_text(hours[first])
    for case in cases:
        lost = case.before[first] - case.after[first]
        if case.role == "held out" and lost >= 1:
            change = loss_text(lost, case.before[first])
            yield (
                f"留作检验的情景 {case.id}：建议库存第 {by} 小时比现有库存少供 {change[0]}，建议不适用于它。",
                (
                    f"Held out, {case.id} is worse off than with today's stock by hour {by}: {change[1]}. "
                    "The answer does not carry over to it."
                ),
            )


def share_caution(
    cases: Sequence[CaseResult], hour: float, first: int, priorities: Priorities
) -> Iterator[Pair]:
    """Name each scenario that is left below a share required of every scenario, but for what may be missed.

    Args:
        cases: all scenarios.
        hour: hour by which the share is required.
        first: its index.
        priorities: how people count.
    """
    if priorities.required_share is None or priorities.risk.kind != "worst":
        return
    for case in cases:
        enough = priorities.required_share * (1 - priorities.given_up) * case.people
        if case.role != "placed" or case.after[first] >= enough - ALMOST_NOBODY:
            continue
        by, asked = hour_text(hour), percent_text(priorities.required_share)
        supplied = f"{people_text(int(case.after[first] + 1e-6))} / {people_text(case.people)}"
        yield (
            f"情景 {case.id} 低于要求的 {asked}：第 {by} 小时获供 {supplied} 人。",
            f"Scenario {case.id} is below the {asked} asked for: {supplied} people by hour {by}.",
        )


def pack_caution(budget: float, costs: Mapping[str, float]) -> Iterator[Pair]:
    """Say when whole packs cost more than the budget, which the levels themselves keep."""
    over = sum(costs.values()) - budget
    if over >= 1:
        yield (
            f"整包采购比预算多 {over:,.0f} 元。",
            f"Bought in whole packs it costs {over:,.0f} yuan more than the budget.",
        )


def gap_cautions(steps: Sequence[Step], options: PlaceOptions) -> Iterator[Pair]:
    """Name each goal that was not solved to the gap that was asked for, and by how much it misses it."""
    asked = options.gap
    for step in steps:
        if not step.answered or step.gap <= asked + SAME_GAP:
            continue
        zh, en = goal_words(step, options)
        gap, over = gap_text(step.gap), gap_text(step.gap - asked)
        yield (
            f"目标“{zh}”与可证界限相差 {gap}，比要求的 {gap_text(asked)} 多 {over}。",
            (
                f"The goal {en} was solved to a gap of {gap}, {over} more than the {gap_text(asked)} asked "
                "for: a better answer may exist."
            ),
        )


def replay_caution(replay: pd.DataFrame, first_hour: float, risk: Risk) -> Iterator[Pair]:
    """Say when plans leave more people without with the recommended stock, whatever the model hopes for."""
    rows = replay[(replay["role"] == "placed") & (replay["hour"] == first_hour)]
    before, after = (
        missing(risk, rows["probability_share"], rows["people"] - rows[name])
        for name in ("before_planned", "after_planned")
    )
    if after - before < 1:
        return
    by, people = hour_text(first_hour), people_text(int(after - before + 1e-6))
    if risk.kind != "expectation":
        zh, en = risk_words(risk)
        yield (
            f"按调度计划，建议库存第 {by} 小时比现有库存多 {people} 人未获供（{zh}）：模型的增益没有兑现。",
            (
                f"Dispatch plans leave {people} more people without by hour {by} ({en}) with the recommended "
                "stock than with today's: the gain of the model is not kept."
            ),
        )
    else:
        yield (
            f"按调度计划，建议库存第 {by} 小时比现有库存少供 {people} 人（期望）：模型的增益没有兑现。",
            (
                f"Dispatch plans supply {people} fewer people by hour {by} with the recommended stock than "
                "with today's (expected): the gain of the model is not kept."
            ),
        )
